#include "boa/app/traps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "boa/app/config_test_texts.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"
#include "boa/util/text.hpp"

namespace boa::app {
namespace {

using config_texts::config_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

generation::ChosenSteps steps_of(std::int64_t first) {
  generation::ChosenSteps plan;
  plan.steps.resize(2);
  plan.steps[0].model = "SOBOL";
  plan.steps[0].num_trials = first;
  plan.steps[1].model = "BOTORCH_MODULAR";
  plan.steps[1].num_trials = -1;
  return plan;
}

std::string traps_of(const std::string& text, std::int64_t first = 10) {
  return util::join(find_traps(config_of(text), steps_of(first)), "\n");
}

std::string space_with(const std::string& constraint) {
  return config_texts::with_lines("").replace(
      0, std::string::npos,
      "objective: {metrics: [{name: loss}]}\n"
      "parameters: {x: {type: range, bounds: [0.0, 1.0]}, n: {type: range, bounds: [1, 4]}}\n"
      "parameter_constraints: [\"" +
          constraint + "\"]\n");
}

TEST(Traps, AConstraintThatCutsNothingOffIsNamed) {
  EXPECT_THAT(traps_of(space_with("x + n <= 5")), HasSubstr("'x + n <= 5' is never active"));
  EXPECT_THAT(traps_of(space_with("x - n <= 0")), HasSubstr("is never active"));
  EXPECT_THAT(traps_of(space_with("x + n <= 4.99")), IsEmpty());
  EXPECT_THAT(traps_of(space_with("x - n >= -3.5")), IsEmpty());
}

TEST(Traps, AModelThatBeginsTooEarlyIsNamed) {
  const std::string own = space_with("x + n <= 4");
  const std::string text = own + "generation_strategy: {num_initialization_trials: 2}\n";
  EXPECT_THAT(traps_of(own, 2), IsEmpty());  // boa's own number follows the budget
  EXPECT_THAT(traps_of(text, 2), HasSubstr("after 2 Sobol points in 2 dimensions"));
  EXPECT_THAT(traps_of(text, 3), IsEmpty());
}

TEST(Traps, AStoppingStrategyThatOtherTrialsKeepSilentIsNamed) {
  const auto traps = [](const std::string& scheduler) {
    return traps_of(space_with("x + n <= 4") + "scheduler: {n_trials: 20, " + scheduler + "}\n");
  };
  const std::string improvement = "global_stopping_strategy: {type: improvement, min_trials: 5";
  EXPECT_THAT(traps(improvement + "}"), HasSubstr("'inactive_when_pending_trials: false'"));
  EXPECT_THAT(traps(improvement + "}"), HasSubstr("max_pending_trials 10"));
  EXPECT_THAT(traps("max_pending_trials: 1, " + improvement + "}"), IsEmpty());
  EXPECT_THAT(traps(improvement + ", inactive_when_pending_trials: false}"), IsEmpty());
  const std::string pair = ", left: {type: improvement, min_trials: 5}, right: {type: target, value: 1}}";
  EXPECT_THAT(traps("global_stopping_strategy: {type: or" + pair), IsEmpty());
  EXPECT_THAT(traps("global_stopping_strategy: {type: and" + pair), HasSubstr("is not asked while a trial runs"));
}

TEST(Traps, OptionsOfARunThatSomebodyElseSchedulesAreNamed) {
  const auto idle = [](const char* line) {
    return find_idle_scheduling(config_of(config_texts::with_lines(line)).scheduler);
  };
  EXPECT_EQ(idle("n_trials: 3"), "");
  EXPECT_EQ(idle("scheduler: {n_trials: 3, timeout_hours: 1, ttl_seconds_for_trials: 9, max_pending_trials: 2}"),
            "without effect here, where you say when trials start and end: scheduler: timeout_hours, "
            "ttl_seconds_for_trials");
  EXPECT_THAT(
      idle("scheduler: {n_trials: 3, tolerated_trial_failure_rate: 0.1, trial_type: BATCH_TRIAL, batch_size: 2}"),
      HasSubstr("batch_size, tolerated_trial_failure_rate"));
}

TEST(Traps, NumbersWithoutOrderAreNamed) {
  const auto traps = [](const std::string& choice) {
    return traps_of(config_texts::with_parameters("  c: {type: choice, " + choice + "}\n"));
  };
  EXPECT_THAT(traps("values: [\"1\", \"2\", \"4\"]"), HasSubstr("the values of 'c' are numbers in quotes"));
  EXPECT_THAT(traps("values: [1, 2, 4], is_ordered: false"), HasSubstr("'is_ordered: false' lets near values"));
  EXPECT_THAT(traps("values: [1, 2, 4]"), IsEmpty());
  EXPECT_THAT(traps("values: [\"1\", \"2\", other]"), IsEmpty());
  EXPECT_THAT(traps("values: [\"1\", \"2\"]"), IsEmpty());
}

TEST(Traps, WeightsOfDifferentSignAreSaidInWords) {
  EXPECT_THAT(traps_of(config_texts::with_objective(
                  "  minimize: true\n  metrics: [{name: a, weight: 1}, {name: b, weight: -2, minimize: false}]")),
              HasSubstr("the weights have different signs: a is better smaller, b is better larger"));
  EXPECT_THAT(traps_of(config_texts::with_objective("  metrics: [{name: a, weight: 1}, {name: b, weight: 2}]")),
              IsEmpty());
}

TEST(Traps, AScriptThatIsNotThereIsNamed) {
  const boa::testing::TemporaryFolder folder;
  util::write_file(folder.path() / "model.R", "");
  BoaConfig config;
  config.script.run_model = "Rscript --vanilla model.R --log={{ x }}.r";
  EXPECT_THAT(find_missing_scripts(config, folder.path()), IsEmpty());
  config = config_of(space_with("x + n <= 3") + "script_options:\n  run_model: Rscript modle.R\n");
  EXPECT_THAT(util::join(find_missing_scripts(config, folder.path()), ""),
              ::testing::ContainsRegex(":5:.*: script_options.run_model: there is no 'modle.R' in "));
}

TEST(Traps, QuotesInTheTagsOfACommandAreNoTrap) {
  BoaConfig config;
  config.script.run_model = "./model {# don't #} {{ trial_dir }}";
  EXPECT_THAT(find_missing_scripts(config, "."), IsEmpty());
}

}  // namespace
}  // namespace boa::app
