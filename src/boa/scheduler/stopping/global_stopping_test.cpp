#include "boa/scheduler/stopping/global_stopping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/json.hpp"

namespace boa::scheduler {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<GlobalStoppingStrategy> stopping(const std::string& json) {
  util::Problems problems("c.yaml");
  auto strategy = make_global_stopping(util::parse_json(json), "g", problems);
  problems.throw_if_any();
  return strategy;
}

std::string problem_of(const std::string& json) {
  try {
    stopping(json);
    return "none";
  } catch (const ConfigError& error) {
    return error.describe();
  }
}

/// An experiment of the objectives y (and z) and a metric c, to be bounded.
class GlobalStoppingTest : public ::testing::Test {
 protected:
  GlobalStoppingTest() {
    config_.objective.terms = {{"y", 1, true}};
    for (const char* name : {"y", "z", "c"}) config_.metrics.emplace_back().name = name;
  }

  void have_two_objectives() {
    config_.objective.kind = core::Objective::Kind::kMulti;
    config_.objective.terms.push_back({"z", 1, true});
  }
  core::Experiment experiment(const std::vector<std::vector<double>>& trials) const {
    core::Experiment experiment("e", core::SearchSpace({core::RangeParameter{.name = "x", .digits = std::nullopt}}, {}),
                                config_, {});
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const auto x = (static_cast<double>(i) + 0.5) / static_cast<double>(trials.size());
      const std::int64_t index = experiment.new_trial({{{"x", x}}}, {}, false, {}).index;
      const std::string arm = experiment.trial(index).arms.front().name;
      experiment.mark_running(index, {});
      std::vector<core::DataRow> rows;
      for (std::size_t k = 0; k < trials[i].size(); ++k) {
        rows.push_back({arm, config_.metrics[k].name, trials[i][k], std::nullopt});
      }
      experiment.attach_data(index, rows);
      experiment.mark_completed(index, {});
    }
    return experiment;
  }
  /// Of a single objective.
  std::string why(const std::string& strategy, const std::vector<double>& values, double hours = 0) const {
    std::vector<std::vector<double>> trials;
    for (const double value : values) trials.push_back({value});
    return why_of(strategy, trials, hours);
  }
  std::string why_of(const std::string& strategy, const std::vector<std::vector<double>>& trials,
                     double hours = 0) const {
    const core::Experiment seen = experiment(trials);
    return stopping(strategy)->why_stop({seen, hours});
  }

  core::OptimizationConfig config_;
};

TEST_F(GlobalStoppingTest, TrialsOfOtherTasksDoNotCount) {
  core::ChoiceParameter site{"site", core::ParameterType::kString, {"a", "b"}, false};
  site.target_task = core::ParameterValue("b");
  core::Experiment seen("e", core::SearchSpace({site}, {}), config_, {});
  const auto add = [&seen](const char* name, double value) {
    const std::int64_t index = seen.new_trial({{{"site", std::string(name)}}}, {}, false, {}).index;
    seen.mark_running(index, {});
    seen.attach_data(index, {{seen.trial(index).arms.front().name, "y", value, std::nullopt}});
    seen.mark_completed(index, {});
  };
  const auto target = stopping(R"({"type": "target", "value": 1})");
  const auto improvement = stopping(R"({"type": "improvement", "min_trials": 5})");
  for (int i = 0; i < 6; ++i) add("a", 0);
  for (const double value : {4.0, 3.0, 2.0}) add("b", value);
  EXPECT_EQ(target->why_stop({seen, 0}), "");
  EXPECT_EQ(improvement->why_stop({seen, 0}), "") << "three trials of the target task";
  for (int i = 0; i < 5; ++i) add("b", 2);
  EXPECT_THAT(improvement->why_stop({seen, 0}), HasSubstr("below the bar"));
  add("b", 0.5);
  EXPECT_NE(target->why_stop({seen, 0}), "");
}

TEST_F(GlobalStoppingTest, ImprovementIsTakenOverTheWindowInInterquartileRanges) {
  const std::string rule = R"({"type": "improvement", "min_trials": 5})";
  // The best of the last five moved from 2 to 1; the quartiles are 1 and 3.25.
  EXPECT_EQ(why(rule, {5, 4, 3, 2, 1, 1, 1, 1}), "");
  EXPECT_THAT(why(R"({"type": "improvement", "min_trials": 5, "improvement_bar": 0.4445})", {5, 4, 3, 2, 1, 1, 1, 1}),
              HasSubstr("0.4444444444444444 interquartile ranges, is below the bar of 0.4445"));
  EXPECT_THAT(why(rule, {5, 4, 3, 2, 1, 1, 1, 1, 1}), HasSubstr("over the last 5 trials"));
  EXPECT_THAT(why(R"({"type": "ImprovementGlobalStoppingStrategy", "min_trials": 2, "window_size": 2})", {1, 2, 2}),
              HasSubstr("last 2 trials"));
}

TEST_F(GlobalStoppingTest, ImprovementWaitsForMinTrialsTheWindowAndTwoFeasibleValuesThatDiffer) {
  const std::vector<double> flat = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(why(R"({"type": "improvement", "min_trials": 7})", flat), "");
  EXPECT_EQ(why(R"({"type": "improvement", "min_trials": 0, "window_size": 7})", flat), "");
  EXPECT_NE(why(R"({"type": "improvement", "min_trials": 6})", flat), "");
  EXPECT_EQ(why(R"({"type": "improvement", "min_trials": 5})", {2, 2, 2, 2, 2, 2}), "");
  config_.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.5, "c <= 0.5"}};
  EXPECT_EQ(why_of(R"({"type": "improvement", "min_trials": 3, "window_size": 2})",
                   {{1, 0, 0}, {2, 0, 1}, {3, 0, 1}, {4, 0, 1}}),
            "");
  // An infeasible value is no improvement.
  EXPECT_NE(why_of(R"({"type": "improvement", "min_trials": 3, "window_size": 2})",
                   {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {-9, 0, 1}}),
            "");
}

TEST_F(GlobalStoppingTest, ImprovementIsInactiveWhileTrialsRunUnlessToldOtherwise) {
  core::Experiment running = experiment({{1}, {2}, {3}, {4}, {5}});
  running.mark_running(running.new_trial({{{"x", 0.99}}}, {}, false, {}).index, {});
  EXPECT_EQ(stopping(R"({"type": "improvement", "min_trials": 5})")->why_stop({running, 0}), "");
  EXPECT_NE(stopping(R"({"type": "improvement", "min_trials": 5, "inactive_when_pending_trials": false})")
                ->why_stop({running, 0}),
            "");
}

TEST_F(GlobalStoppingTest, SeveralObjectivesStopWhenTheHypervolumeGrowsNoMore) {
  have_two_objectives();
  const std::string rule = R"({"type": "improvement", "min_trials": 2, "window_size": 2})";
  const auto threshold = [](const char* metric, double bound) {
    return core::OutcomeConstraint{{{metric, 1.0}}, core::OutcomeConstraint::Op::kLessEqual, bound, ""};
  };
  config_.objective_thresholds = {threshold("y", 10), threshold("z", 10)};
  EXPECT_THAT(why_of(rule, {{5, 5}, {6, 6}}), HasSubstr("0.0 of the hypervolume"));
  EXPECT_EQ(why_of(rule, {{5, 5}, {1, 1}}), "");      // 25 -> 81
  EXPECT_NE(why_of(rule, {{5, 5}, {4.9, 5}}), "");    // 25 -> 25.5
  EXPECT_EQ(why_of(rule, {{11, 11}, {11, 12}}), "");  // no volume yet
  config_.objective_thresholds.clear();               // inferred from the front
  EXPECT_NE(why_of(rule, {{1, 5}, {5, 1}, {6, 6}}), "");
  EXPECT_EQ(why_of(rule, {{4, 5}, {5, 4}, {1, 1}}), "");
}

TEST_F(GlobalStoppingTest, TargetStopsAtAFeasibleValueThatIsGoodEnough) {
  EXPECT_EQ(why(R"({"type": "target", "value": 1})", {3, 1.5}), "");
  EXPECT_EQ(why(R"({"type": "target", "value": 1})", {3, 1, 2}), "trial 1 has reached the target of 1.0 with 1.0");
  config_.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.5, "c <= 0.5"}};
  EXPECT_EQ(why_of(R"({"type": "target", "value": 1})", {{0, 0, 1}}), "");
  config_.outcome_constraints.clear();
  config_.objective.minimize = config_.objective.terms[0].minimize = false;
  EXPECT_EQ(why(R"({"type": "target", "value": 2})", {1.9}), "");
  EXPECT_NE(why(R"({"type": "target", "value": 2})", {2.5}), "");
}

TEST_F(GlobalStoppingTest, ExpectedImprovementStopsWhenTheModelHopesForNoMore) {
  EXPECT_EQ(why(R"({"type": "expected_improvement", "bar": 100})", {}), "");  // no model yet
  std::vector<double> parabola;
  for (int i = 0; i < 12; ++i) parabola.push_back(std::pow((i + 0.5) / 12 - 0.375, 2));
  EXPECT_THAT(why(R"({"type": "expected_improvement", "bar": 0.05})", parabola), HasSubstr("below the bar of 0.05"));
  EXPECT_EQ(why(R"({"type": "expected_improvement", "bar": 0})", parabola), "");
}

TEST_F(GlobalStoppingTest, WallClockStopsAfterItsHours) {
  EXPECT_EQ(why(R"({"type": "wall_clock", "hours": 2})", {}, 1.9), "");
  EXPECT_EQ(why(R"({"type": "wall_clock", "hours": 2})", {}, 2), "the run has lasted 2.0 h");
  EXPECT_EQ(stopping(R"({"type": "wall_clock", "hours": 2})")->due_hours(), 2);
}

TEST_F(GlobalStoppingTest, StrategiesCombine) {
  const std::string target = R"({"type": "target", "value": 1})";
  const std::string hours = R"({"type": "wall_clock", "hours": 2})";
  const std::string both = R"({"type": "and", "left": )" + target + R"(, "right": )" + hours + "}";
  const std::string either = R"({"type": "or", "left": )" + target + R"(, "right": )" + hours + "}";
  EXPECT_EQ(why(both, {1}, 1), "");
  EXPECT_EQ(why(both, {5}, 3), "");
  EXPECT_THAT(why(both, {1}, 3), HasSubstr("target of 1.0 with 1.0; the run has lasted"));
  EXPECT_EQ(why(either, {5}, 1), "");
  EXPECT_THAT(why(either, {1}, 1), HasSubstr("target"));
  EXPECT_THAT(why(either, {5}, 3), HasSubstr("lasted"));
  EXPECT_EQ(stopping(both)->due_hours(), 2);
  have_two_objectives();
  EXPECT_THAT(stopping(both)->why_not_for(config_), HasSubstr("single objective"));
}

TEST(GlobalStopping, WhatIsWrongIsNamed) {
  EXPECT_THAT(problem_of("3"), HasSubstr("expected a mapping with a 'type'"));
  EXPECT_THAT(problem_of("{}"), HasSubstr("'type' is missing"));
  EXPECT_THAT(problem_of(R"({"type": null})"), HasSubstr("'type' is missing"));
  EXPECT_THAT(problem_of(R"({"typ": "improvement", "min_trials": 2})"),
              AllOf(HasSubstr("c.yaml:1:2: g: unknown key 'typ'; did you mean 'type'?"), Not(HasSubstr("missing")),
                    Not(HasSubstr("unknown key 'min_trials'"))));
  EXPECT_THAT(problem_of(R"({"type": true, "min_trials": 2})"),
              AllOf(HasSubstr("g.type: expected text, found true"), Not(HasSubstr("missing"))));
  EXPECT_THAT(problem_of(R"({"type": ["improvement"]})"), HasSubstr("g.type: expected text, found a list of 1"));
  EXPECT_THAT(problem_of(R"({"type": "improvment"})"), HasSubstr("did you mean 'improvement'?"));
  EXPECT_THAT(problem_of(R"({"type": "improvement"})"), HasSubstr("'min_trials' is missing"));
  EXPECT_THAT(problem_of(R"({"type": "improvement", "min_trials": -1})"), HasSubstr("at least 0"));
  EXPECT_THAT(problem_of(R"({"type": "improvement", "min_trials": 2.5})"),
              AllOf(HasSubstr("expected a whole number, found the number 2.5"), Not(HasSubstr("missing"))));
  EXPECT_THAT(problem_of(R"({"type": "improvement", "min_trails": 2})"),
              AllOf(HasSubstr("did you mean 'min_trials'?"), Not(HasSubstr("missing"))));
  EXPECT_THAT(problem_of(R"({"type": "improvement", "min_trials": 1, "window": 3})"),
              HasSubstr("unknown key 'window'"));
  EXPECT_THAT(problem_of(R"({"type": "target"})"), HasSubstr("'value' is missing"));
  EXPECT_THAT(problem_of(R"({"type": "expected_improvement", "bar": -1})"),
              AllOf(HasSubstr("bar"), Not(HasSubstr("missing"))));
  EXPECT_THAT(problem_of(R"({"type": "wall_clock"})"), HasSubstr("'hours' is missing"));
  EXPECT_THAT(problem_of(R"({"type": "or", "left": {"type": "wall_clock", "hours": 1}})"),
              HasSubstr("'right' is missing"));
  EXPECT_THAT(problem_of(R"({"type": "or", "left": {"type": "wall"}, "right": {"type": "target", "value": 1}})"),
              HasSubstr("g.left.type"));
}

}  // namespace
}  // namespace boa::scheduler
