#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "boa/app/summaries.hpp"
#include "boa/cli/looking.hpp"
#include "boa/cli/progress_display.hpp"
#include "boa/cli/tables.hpp"
#include "boa/util/json.hpp"

namespace boa::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

StatusNumbers display_test_numbers() {
  StatusNumbers numbers;
  numbers.done = 12;
  numbers.goal = 30;
  numbers.running = 2;
  numbers.failed = 1;
  numbers.best = "0.41 (trial 9)";
  numbers.elapsed_seconds = 65;
  numbers.seconds_left = 100;
  numbers.step = "BoTorch";
  return numbers;
}

TEST(StatusLine, SaysEverythingWhereThereIsRoom) {
  const std::string line = status_line(display_test_numbers(), 200);
  for (const char* part : {"12/30", "best 0.41 (trial 9)", "2 running", "1 failed", "1 min 05 s", "left", "BoTorch"}) {
    EXPECT_THAT(line, HasSubstr(part));
  }
}

TEST(StatusLine, LeavesOutTheLessImportantWhereItIsNarrow) {
  const std::string line = status_line(display_test_numbers(), 36);
  EXPECT_LE(line.size(), 36U);
  EXPECT_THAT(line, HasSubstr("12/30 trials | best 0.41 (trial 9)"));
  EXPECT_THAT(line, Not(HasSubstr("failed")));
  EXPECT_EQ(status_line(display_test_numbers(), 5), "12/30");
}

TEST(StatusLine, BeforeTheFirstResultNothingIsGuessed) {
  StatusNumbers numbers = display_test_numbers();
  numbers.best.clear();
  numbers.seconds_left.reset();
  const std::string line = status_line(numbers, 200);
  EXPECT_THAT(line, Not(HasSubstr("best")));
  EXPECT_THAT(line, Not(HasSubstr("left")));
}

TEST(FormatTable, NumbersStandRightAndTextLeft) {
  EXPECT_EQ(format_table({"trial", "status"}, {{"0", "FAILED"}, {"10", "OK"}}),
            "trial  status\n"
            "    0  FAILED\n"
            "   10  OK\n");
}

TEST(FormatTable, LongCellsAreCutAndStayOnOneLine) {
  EXPECT_EQ(format_table({"a"}, {{"line one\nline two"}}, 10), "a\nline on...\n");
}

TEST(ShortNumber, HasSixDigits) {
  EXPECT_EQ(short_number(0.39788735776), "0.397887");
  EXPECT_EQ(short_number(1e-7), "1e-07");
}

core::Experiment display_test_experiment(std::vector<core::OutcomeConstraint> constraints = {}) {
  core::OptimizationConfig config;
  config.outcome_constraints = std::move(constraints);
  core::Metric metric;
  metric.name = "y";
  config.metrics.push_back(metric);
  config.objective.terms.push_back({"y", 1, true});
  core::SearchSpace space({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {});
  core::Experiment experiment("e", space, config, {});
  for (int k = 0; k < 2; ++k) {
    const std::int64_t index = experiment.new_trial({{{"x", 0.25 * k}}}, {}, false, {}).index;
    experiment.mark_running(index, {});
  }
  experiment.attach_data(0, {{"0_0", "y", 1.5, 0.25}});
  experiment.mark_completed(0, {});
  experiment.mark_failed(1, "exit status 3", {});
  return experiment;
}

/// A clock that stands still.
class StandingClock final : public util::Clock {
 public:
  util::TimePoint now() const override { return {}; }
  util::SteadyTime steady() const override { return {}; }
};

TEST(ProgressDisplay, TinyTrialsDoNotFloodTheTerminal) {
  core::Experiment experiment = display_test_experiment();
  std::vector<std::int64_t> ended;
  for (int k = 0; k < 100; ++k) {
    const std::int64_t index = experiment.new_trial({{{"x", 0.5}}}, {}, false, {}).index;
    experiment.mark_failed(index, "no luck", {});
    ended.push_back(index);
  }
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const StandingClock clock;
  {
    Terminal terminal(::fileno(file), {false, false});
    ProgressDisplay display(terminal, clock);
    display.update({experiment, 102, 1, std::nullopt, "Sobol", ended, {}}, app::BestSoFar());
  }
  std::rewind(file);
  std::string text(100000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 25);
  EXPECT_THAT(text, HasSubstr("trial 2 FAILED  no luck\n"));
  EXPECT_THAT(text, HasSubstr("... 79 more\ntrial 101 FAILED  no luck\n"));
}

TEST(StatusText, SaysCountsAndReasons) {
  const core::Experiment experiment = display_test_experiment();
  const std::string text =
      status_text(experiment, app::status_node(experiment, {"/e", 10, "Sobol", "generates trial 2"}));
  EXPECT_THAT(text, HasSubstr("1 COMPLETED, 1 FAILED"));
  EXPECT_THAT(text, HasSubstr("trial 1 FAILED: exit status 3"));
}

TEST(BestText, SaysHowSureTheModelIs) {
  const util::Node best = util::parse_json(
      R"([{"index": 0, "parameters": {"x": 1}, "metrics": {"y": {"mean": 1.5, "sem": 0.5}}, "feasible": true,
           "predicted": {"y": {"mean": 1.75, "sem": 0.125}}, "probability_feasible": 0.875}])");
  EXPECT_THAT(best_text(display_test_experiment(), best), HasSubstr("  y = 1.5 +- 0.5; by the model 1.75 +- 0.125\n"));
}

TEST(BestText, ShowsTheValueWithItsErrorAndTheParametersExactly) {
  const core::Experiment experiment = display_test_experiment();
  const std::string text = best_text(experiment, app::best_node(experiment));
  EXPECT_THAT(text, HasSubstr("y = 1.5 +- 0.25"));
  EXPECT_THAT(text, HasSubstr("x: 0.0\n"));
}

TEST(BestText, AFrontOfOneTrialIsAFront) {
  core::Experiment experiment = display_test_experiment();
  core::OptimizationConfig config = experiment.optimization_config();
  const util::Node best = app::best_node(experiment);
  ASSERT_EQ(best.size(), 1U);
  EXPECT_THAT(best_text(experiment, best), HasSubstr("Best trial: "));
  config.objective.kind = core::Objective::Kind::kMulti;
  const core::Experiment several("several", experiment.search_space(), config, experiment.time_created());
  EXPECT_THAT(best_text(several, best), StartsWith("1 trial on the Pareto front\n\nTrial: "));
}

TEST(BestText, AFrontIsATableInTheOrderOfItsFirstMetric) {
  core::Experiment experiment = display_test_experiment();
  core::OptimizationConfig config = experiment.optimization_config();
  config.objective.kind = core::Objective::Kind::kMulti;
  const core::Experiment several("several", experiment.search_space(), config, experiment.time_created());
  const util::Node best = util::parse_json(R"([
      {"index": 7, "feasible": true, "metrics": {"y": {"mean": 2.5, "sem": 0}, "z": {"mean": 1.0, "sem": 0}},
       "parameters": {"x": 0.12345678901234567}},
      {"index": 4, "feasible": true, "metrics": {"y": {"mean": 1.5, "sem": 0.5}, "z": {"mean": 3.0, "sem": 0}},
       "parameters": {"x": 0.5}}])");
  EXPECT_EQ(best_text(several, best),
            "2 trials on the Pareto front\n\n"
            "trial  y           z                    x\n"
            "    4  1.5 +- 0.5  3                  0.5\n"
            "    7  2.5         1  0.12345678901234566\n");
}

/// Two objectives, y <= 2 and z <= 2, and two trials of which neither is better.
core::Experiment thresholds_test_experiment(const std::vector<std::pair<double, double>>& values) {
  using Op = core::OutcomeConstraint::Op;
  core::OptimizationConfig config;
  config.objective.kind = core::Objective::Kind::kMulti;
  for (const char* name : {"y", "z"}) {
    config.metrics.emplace_back().name = name;
    config.metrics.back().noise = core::NoiseKind::kKnown;
    config.objective.terms.push_back({name, 1, true});
    config.objective_thresholds.push_back({{{name, 1.0}}, Op::kLessEqual, 2, std::string(name) + " <= 2"});
  }
  core::SearchSpace space({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {});
  core::Experiment experiment("e", space, config, {});
  for (const auto& [y, z] : values) {
    const core::Parameterization point = {{"x", 0.25 * static_cast<double>(experiment.num_trials())}};
    const core::Trial& trial = experiment.new_trial({point}, {}, false, {});
    const std::int64_t index = trial.index;
    const std::string arm = trial.arms.front().name;
    experiment.mark_running(index, {});
    experiment.attach_data(index, {{arm, "y", y, {}}, {arm, "z", z, {}}});
    experiment.mark_completed(index, {});
  }
  return experiment;
}

TEST(BestText, WhatIsBeyondAThresholdIsNotOnTheFront) {
  const core::Experiment experiment = thresholds_test_experiment({{3, 0}, {1, 1.5}, {1.5, 1}});
  const util::Node best = app::best_node(experiment);
  EXPECT_TRUE(best.at(0).at("within_thresholds").as_bool());
  EXPECT_EQ(best_text(experiment, best),
            "2 trials on the Pareto front within the objective thresholds (y <= 2, z <= 2)\n\n"
            "trial    y    z     x\n"
            "    1    1  1.5  0.25\n"
            "    2  1.5    1   0.5\n");
}

TEST(BestText, AFrontBeyondTheThresholdsIsMarked) {
  const core::Experiment experiment = thresholds_test_experiment({{3, 0}, {2.5, 2.25}});
  const util::Node best = app::best_node(experiment);
  EXPECT_FALSE(best.at(0).at("within_thresholds").as_bool());
  EXPECT_EQ(best_text(experiment, best),
            "No trial is within the objective thresholds (y <= 2, z <= 2) yet.\n"
            "2 trials on the Pareto front, beyond them\n\n"
            "trial    y     z     x  beyond\n"
            "    1  2.5  2.25  0.25  y <= 2, z <= 2\n"
            "    0    3     0   0.0  y <= 2\n");
  const core::Experiment one = thresholds_test_experiment({{3, 0}});
  EXPECT_THAT(best_text(one, app::best_node(one)), HasSubstr("1 trial on the Pareto front, beyond them\n\n"
                                                             "Trial: 0 of 1 (beyond y <= 2)\n  y = 3\n"));
}

TEST(BestText, WithoutAFeasibleTrialSaysThatTheConstraintsAreWhy) {
  const core::Experiment experiment =
      display_test_experiment({{{{"y", 1}}, core::OutcomeConstraint::Op::kLessEqual, 1, "y <= 1"}});
  EXPECT_THAT(best_text(experiment, app::best_node(experiment)),
              HasSubstr("None of the 1 completed trials meets the outcome constraints yet.\n"
                        "The nearest is 0_0:\n  y <= 1 is missed by 0.5\n"));
  EXPECT_EQ(best_text(display_test_experiment(), util::Node::array()), "No trial with a result yet.\n");
}

TEST(BestText, ResultsOfAnotherTaskAreNotTheTargets) {
  core::ChoiceParameter site{"site", core::ParameterType::kString, {std::string("old"), std::string("new")}, false};
  site.target_task = site.values[1];
  core::Experiment experiment("e", core::SearchSpace({site}, {}), display_test_experiment().optimization_config(), {});
  experiment.new_trial({{{"site", std::string("old")}}}, {}, false, {});
  experiment.mark_running(0, {});
  EXPECT_EQ(best_text(experiment, util::Node::array()), "No trial with a result yet.\n");
  experiment.attach_data(0, {{"0_0", "y", 1.5, 0.25}});
  experiment.mark_completed(0, {});
  EXPECT_EQ(best_text(experiment, util::Node::array()),
            "None of the 1 completed trials has the target value of 'site' yet.\n");
}

TEST(TrialsText, MarksWhatBreaksAnOutcomeConstraint) {
  using Op = core::OutcomeConstraint::Op;
  const core::Experiment breaks = display_test_experiment({{{{"y", 1}}, Op::kLessEqual, 1, "y <= 1"}});
  const util::Node trials = app::trials_node(breaks);
  EXPECT_FALSE(trials.at(0).at("feasible").as_bool());
  EXPECT_TRUE(trials.at(1).at("feasible").is_null());
  EXPECT_THAT(trials_text(breaks, trials), HasSubstr("COMPLETED, infeasible"));
  const core::Experiment meets = display_test_experiment({{{{"y", 1}}, Op::kLessEqual, 2, "y <= 2"}});
  EXPECT_THAT(trials_text(meets, app::trials_node(meets)), Not(HasSubstr("infeasible")));
}

TEST(TrialsText, HasAColumnOfReasonsOnlyWhenThereIsOne) {
  const core::Experiment experiment = display_test_experiment();
  EXPECT_THAT(trials_text(experiment, app::trials_node(experiment)), HasSubstr("exit status 3"));
  EXPECT_THAT(trials_text(experiment, util::Node::array()), Not(HasSubstr("reason")));
}

}  // namespace
}  // namespace boa::cli
