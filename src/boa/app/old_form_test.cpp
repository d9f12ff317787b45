#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "boa/app/config_test_texts.hpp"
#include "boa/app/migration.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"
#include "boa/util/yaml.hpp"

namespace boa::app {
namespace {

using config_texts::config_of;
using config_texts::error_of;
using config_texts::warnings_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kOldConfig =
    "optimization_options:\n"
    "  objective_options:\n"
    "    objectives:\n"
    "      - {name: rmse, metric: RootMeanSquaredError}\n"
    "      - {sklearn_metric: max_error, name: worst}\n"
    "    weights: [1, 2]\n"
    "    minimize: true\n"
    "  generation_strategy:\n"
    "    steps: [{model: SOBOL, num_trials: 5}, {model: GPEI, num_trials: -1}]\n"
    "  experiment: {name: test}\n"
    "  trials: 10\n"
    "parameters:\n"
    "  x1: {type: range, bounds: [0, 1], value_type: float}\n"
    "script_options: {run_model: ./model}\n";

std::string migrated(const std::string& text, const std::string& name = "old.yaml") {
  const boa::testing::TemporaryFolder folder;
  util::write_file(folder.path() / name, text);
  return migrate_config(folder.path() / name).text;
}

TEST(OldForm, IsReadAsThePresentOne) {
  const BoaConfig config = config_of(kOldConfig);
  EXPECT_EQ(config.scheduler.n_trials, 10);
  EXPECT_EQ(config.script.exp_name, "test");
  EXPECT_EQ(config.script.run_model, "./model");
  EXPECT_THAT(config.generation.steps, SizeIs(2));
  ASSERT_THAT(config.optimization_config.metrics, SizeIs(2));
  EXPECT_EQ(config.optimization_config.metrics[1].function_name, "max_error");
  EXPECT_EQ(config.optimization_config.metrics[1].weight, 2.0);
  EXPECT_TRUE(config.optimization_config.objective.minimize);
}

TEST(OldForm, EachPartHasOneWarningThatShowsThePresentForm) {
  const std::string warnings = warnings_of(config_of(kOldConfig));
  for (const char* part : {"c.yaml:1:1: optimization_options: is the deprecated form of the config",
                           "c.yaml:2:3: optimization_options.objective_options: is deprecated; the present form is "
                           "'objective' at the top level",
                           "c.yaml:3:5: optimization_options.objective_options.objectives",
                           "'metric: max_error' with 'metric_type: sklearn_metric'",
                           "c.yaml:8:3: optimization_options.generation_strategy: is deprecated",
                           "'script_options: {exp_name: test}'", "'scheduler: {n_trials: 10}'"}) {
    EXPECT_THAT(warnings, HasSubstr(part));
    EXPECT_EQ(warnings.find(part), warnings.rfind(part)) << part;
  }
}

TEST(OldForm, WhatHasNoPlaceIsLeftOutWithAWarning) {
  std::string text = kOldConfig;
  text.insert(text.find("  trials"), "  verbose: 3\n  parameter_keys: []\n");
  const std::string warnings = warnings_of(config_of(text));
  EXPECT_THAT(warnings, HasSubstr("c.yaml:11:3: optimization_options.verbose: has no place in the present form"));
  EXPECT_EQ(warnings.find("parameter_keys"), std::string::npos);
}

TEST(OldForm, ContradictionsAndWrongTypesAreErrors) {
  EXPECT_THAT(error_of("optimization_options: 3\n"), HasSubstr("expected a mapping, found the integer 3"));
  EXPECT_THAT(error_of("optimization_options: {n_trials: 3}\n"), HasSubstr("'objective_options' is missing"));
  EXPECT_THAT(error_of(std::string(kOldConfig) + "objective: {metrics: [{name: y}]}\n"),
              HasSubstr("the config has an 'objective' already"));
  EXPECT_THAT(error_of(std::string(kOldConfig) + "generation_strategy: {use_saasbo: true}\n"),
              HasSubstr("has a 'generation_strategy' at the top level already"));
  EXPECT_THAT(error_of(config_texts::with_objective("  metrics: [{boa_metric: RMSE, metric: R2}]")),
              HasSubstr("'boa_metric' is deprecated and stands beside 'metric'"));
}

TEST(OldForm, ErrorsInsideStillPointIntoTheFile) {
  std::string text = kOldConfig;
  text.replace(text.find("minimize: true"), 14, "minimise: true");
  EXPECT_THAT(error_of(text), HasSubstr("c.yaml:7:5: objective: unknown key 'minimise'; did you mean 'minimize'?"));
}

TEST(Migration, PrintsTheFormThatIsReadWithoutWarnings) {
  const std::string text = migrated(kOldConfig);
  EXPECT_EQ(text.find("optimization_options"), std::string::npos);
  const BoaConfig config = config_of(text);
  EXPECT_EQ(warnings_of(config).find("deprecated"), std::string::npos);
  const BoaConfig old = config_of(kOldConfig);
  EXPECT_EQ(config.scheduler.n_trials, old.scheduler.n_trials);
  EXPECT_EQ(config.script.exp_name, old.script.exp_name);
  EXPECT_EQ(config.optimization_config.metrics.size(), old.optimization_config.metrics.size());
}

TEST(Migration, KeepsOrderAndFormat) {
  EXPECT_THAT(migrated(kOldConfig), AllOf(HasSubstr("  x1:\n    type: range\n    bounds: [0, 1]\n"),
                                          HasSubstr("    - metric: max_error\n      metric_type: sklearn_metric\n")));
  const std::string present = "parameters:\n  x: 1\nobjective:\n  metrics:\n    - name: y\n";
  EXPECT_EQ(migrated(present), present);
  EXPECT_THAT(migrated(R"({"objective": {"metrics": [{"synthetic_metric": "branin"}]}})", "c.json"),
              HasSubstr("\"metric_type\": \"synthetic_metric\""));
}

TEST(Migration, SaysNothingOfAPresentConfigAndRefusesTemplates) {
  const boa::testing::TemporaryFolder folder;
  util::write_file(folder.path() / "new.yaml", "objective: {metrics: [{name: y}]}\n");
  EXPECT_THAT(migrate_config(folder.path() / "new.yaml").warnings, IsEmpty());
  EXPECT_THROW(migrated("a: 1\n{% set n = 3 %}\n"), UnsupportedError);
  EXPECT_THROW(migrated("a: [\n"), ConfigError);
  EXPECT_THROW(migrated("- a\n"), ConfigError);
}

}  // namespace
}  // namespace boa::app
