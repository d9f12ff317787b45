#include "boa/app/stored_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/app/documents.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::app {
namespace {

using ::testing::HasSubstr;

core::SearchSpace stored_test_space(double upper) {
  return core::SearchSpace({core::RangeParameter{"x1", core::ParameterType::kFloat, 0, upper, false, {}},
                            core::ChoiceParameter{"m", core::ParameterType::kString, {"a", "b"}, false}},
                           {});
}

core::OptimizationConfig stored_test_objective(bool minimize) {
  core::OptimizationConfig config;
  config.objective.terms.push_back({"y", 1, minimize});
  config.objective.minimize = minimize;
  core::Metric metric;
  metric.name = "y";
  metric.minimize = minimize;
  config.metrics.push_back(metric);
  return config;
}

TEST(StoredConfig, ComesBackFromItsDocument) {
  const StoredConfig stored{"n_trials: 3\n", "/p/c.yaml", "/p", "/p/exp", util::Node::object({{"n_trials", 3}})};
  const StoredConfig back = StoredConfig::from_node(stored.to_node());
  EXPECT_EQ(back.text, stored.text);
  EXPECT_EQ(back.path, stored.path);
  EXPECT_EQ(back.working_dir, stored.working_dir);
  EXPECT_EQ(back.experiment_dir, stored.experiment_dir);
  EXPECT_EQ(back.data, stored.data);
}

TEST(StoredConfig, ADamagedDocumentIsAStorageError) {
  EXPECT_THROW(StoredConfig::from_node(util::Node::object({{"path", "x"}})), StorageError);
}

TEST(RevivePaths, WithNothingElseThereTheCopyInTheExperimentServes) {
  const StoredConfig stored{"", "/gone/c.yaml", "/gone", "/gone/exp", {}};
  const RevivedPaths paths = revive_paths(stored, "/also-gone/exp");
  EXPECT_EQ(paths.config, "/also-gone/exp/c.yaml");
  EXPECT_EQ(paths.working_dir, "/also-gone");
}

TEST(RevivePaths, ThePlaceOfTheConfigDecidesWhatHasMoved) {
  const boa::testing::TemporaryFolder folder;
  const std::filesystem::path root = folder.path();
  std::filesystem::create_directories(root / "project");
  std::filesystem::create_directories(root / "elsewhere");
  util::write_file(root / "project/c.yaml", "");
  const StoredConfig stored{"", root / "project/c.yaml", root / "project", root / "project/exp", {}};
  EXPECT_EQ(revive_paths(stored, root / "elsewhere/exp").config, root / "project/c.yaml");
  EXPECT_EQ(revive_paths(stored, root / "elsewhere/exp").working_dir, root / "project");
  util::write_file(root / "elsewhere/c.yaml", "");
  EXPECT_EQ(revive_paths(stored, root / "elsewhere/exp").config, root / "elsewhere/c.yaml");
  EXPECT_EQ(revive_paths(stored, root / "elsewhere/exp").working_dir, root / "elsewhere");
}

TEST(DescribeDifference, SameProblemsHaveNone) {
  EXPECT_EQ(describe_difference(stored_test_space(1), stored_test_space(1)), "");
  EXPECT_EQ(describe_difference(stored_test_objective(true), stored_test_objective(true)), "");
}

TEST(DescribeDifference, NamesTheParameterAndBothSides) {
  EXPECT_EQ(describe_difference(stored_test_space(1), stored_test_space(2)),
            "parameter 'x1': float range [0.0, 1.0] in the experiment, float range [0.0, 2.0] in the config");
}

TEST(DescribeDifference, NamesDependentsAndFidelities) {
  const auto space = [](const char* dependent, std::optional<double> target) {
    core::RangeParameter x{"x1", core::ParameterType::kFloat, 0, 1, false, {}};
    x.fidelity_target = target;
    return core::SearchSpace(
        {core::ChoiceParameter{
             "m", core::ParameterType::kString, {"a", "b"}, false, {{core::ParameterValue("a"), {dependent}}}},
         x, core::RangeParameter{"x2", core::ParameterType::kFloat, 0, 1, false, {}}},
        {});
  };
  EXPECT_EQ(describe_difference(space("x1", {}), space("x2", {})),
            "parameter 'm': str choice of a, b with dependents {a: [x1]} in the experiment, str choice of a, b with "
            "dependents {a: [x2]} in the config");
  EXPECT_THAT(describe_difference(space("x1", {}), space("x1", 1.0)), HasSubstr("fidelity with target 1.0"));
}

TEST(DescribeDifference, NamesTheTargetTask) {
  const auto space = [](const char* target) {
    core::ChoiceParameter site{"site", core::ParameterType::kString, {"a", "b"}, false};
    site.target_task = core::ParameterValue(target);
    return core::SearchSpace({site}, {});
  };
  EXPECT_EQ(describe_difference(space("a"), space("b")),
            "parameter 'site': str choice of a, b, tasks with target a in the experiment, str choice of a, b, tasks "
            "with target b in the config");
}

TEST(DescribeDifference, NamesAParameterThatIsNewOrGone) {
  const core::SearchSpace fewer({stored_test_space(1).parameters().front()}, {});
  EXPECT_THAT(describe_difference(stored_test_space(1), fewer), HasSubstr("'m' is not in the config"));
  EXPECT_THAT(describe_difference(fewer, stored_test_space(1)), HasSubstr("'m' is not in the experiment"));
}

TEST(DescribeDifference, NamesTheDirection) {
  EXPECT_EQ(describe_difference(stored_test_objective(true), stored_test_objective(false)),
            "objective: 'minimize y' in the experiment, 'maximize y' in the config");
}

TEST(DescribeDifference, NamesChangedOutcomeConstraints) {
  core::OptimizationConfig constrained = stored_test_objective(true);
  constrained.outcome_constraints.push_back({{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 1.25, "c <= 1.25"});
  EXPECT_THAT(describe_difference(stored_test_objective(true), constrained), HasSubstr("[c <= 1.25] in the config"));
}

TEST(StrategyDocument, ComesBackFromItsNode) {
  StrategyDocument document;
  document.name = "Sobol+BoTorch";
  document.seed = 42;
  generation::GenerationStep first;
  first.num_trials = 5;
  first.min_trials_observed = 3;
  first.max_parallelism = 2;
  first.should_deduplicate = true;
  first.learn_failures = false;
  first.model_kwargs = util::Node::object({{"seed", 1}});
  generation::GenerationStep second;
  second.model = "BOTORCH_MODULAR";
  second.enforce_num_trials = false;
  document.steps = {first, second};

  const StrategyDocument back = StrategyDocument::from_node(document.to_node());
  EXPECT_EQ(back.name, document.name);
  EXPECT_EQ(back.seed, 42U);
  EXPECT_EQ(back.to_node(), document.to_node());
}

TEST(StrategyDocument, ADamagedDocumentIsAStorageError) {
  EXPECT_THROW(StrategyDocument::from_node(util::Node::object({{"name", "Sobol"}})), StorageError);
}

}  // namespace
}  // namespace boa::app
