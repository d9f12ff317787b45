#include "boa/core/experiment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "boa/util/error.hpp"

namespace boa::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const util::TimePoint kNow = util::TimePoint{} + std::chrono::hours(24 * 365 * 50);

SearchSpace two_ranges() {
  return SearchSpace({RangeParameter{"x", ParameterType::kFloat, 0, 1, false, std::nullopt},
                      RangeParameter{"k", ParameterType::kInt, 1, 9, false, std::nullopt}},
                     {});
}

Experiment empty_experiment() { return Experiment("test", two_ranges(), {}, kNow); }

Parameterization point(double x, std::int64_t k) { return {{"x", x}, {"k", k}}; }

TEST(Experiment, NumbersTrialsFromZeroAndNamesArmsAfterThem) {
  Experiment experiment = empty_experiment();
  EXPECT_EQ(experiment.new_trial({point(0.5, 2)}, {}, false, kNow).arms[0].name, "0_0");
  EXPECT_EQ(experiment.new_trial({point(0.25, 2)}, {}, false, kNow).arms[0].name, "1_0");
  EXPECT_EQ(experiment.next_index(), 2);
}

TEST(Experiment, PointThatOccurredBeforeKeepsItsFirstName) {
  Experiment experiment = empty_experiment();
  experiment.new_trial({point(0.5, 2)}, {}, false, kNow);
  EXPECT_EQ(experiment.new_trial({point(0.5, 2)}, {}, false, kNow).arms[0].name, "0_0");
}

TEST(Experiment, PutsParametersIntoConfigOrderAndCastsWholeFloats) {
  Experiment experiment = empty_experiment();
  const Trial& trial = experiment.new_trial({{{"k", 3.0}, {"x", std::int64_t{1}}}}, {}, false, kNow);
  EXPECT_EQ(trial.arms[0].parameters, point(1.0, 3));
}

TEST(Experiment, BatchTrialHoldsSeveralArms) {
  Experiment experiment = empty_experiment();
  const Trial& trial = experiment.new_trial({point(0.1, 1), point(0.2, 1)}, {}, true, kNow);
  ASSERT_EQ(trial.arms.size(), 2U);
  EXPECT_EQ(trial.arms[1].name, "0_1");
}

TEST(Experiment, NeverGivesOutASkippedNumber) {
  Experiment experiment = empty_experiment();
  experiment.skip_to(7);
  EXPECT_EQ(experiment.new_trial({point(0.5, 2)}, {}, false, kNow).index, 7);
  experiment.skip_to(3);
  EXPECT_EQ(experiment.next_index(), 8);
}

TEST(Experiment, KeepsIndicesByStatus) {
  Experiment experiment = empty_experiment();
  for (int i = 0; i < 3; ++i) experiment.new_trial({point(0.1 * i, 1)}, {}, false, kNow);
  experiment.mark_running(1, kNow);
  EXPECT_THAT(experiment.with_status(TrialStatus::kCandidate), ElementsAre(0, 2));
  EXPECT_THAT(experiment.with_status(TrialStatus::kRunning), ElementsAre(1));
  experiment.mark_completed(1, kNow);
  EXPECT_EQ(experiment.count(TrialStatus::kRunning), 0U);
  EXPECT_EQ(experiment.count(TrialStatus::kCompleted), 1U);
}

TEST(Experiment, RefusesTransitionsThatAxRefuses) {
  Experiment experiment = empty_experiment();
  experiment.new_trial({point(0.5, 2)}, {}, false, kNow);
  EXPECT_THROW(experiment.mark_completed(0, kNow), InternalError);
  EXPECT_THROW(experiment.mark_early_stopped(0, "", kNow), InternalError);
  experiment.mark_running(0, kNow);
  experiment.mark_completed(0, kNow);
  EXPECT_THROW(experiment.mark_running(0, kNow), InternalError);
  EXPECT_THROW(experiment.mark_failed(0, "late", kNow), InternalError);
  EXPECT_THROW(experiment.mark_abandoned(0, "late", kNow), InternalError);
}

TEST(Experiment, FailedAndAbandonedTrialsCarryTheirReason) {
  Experiment experiment = empty_experiment();
  experiment.new_trial({point(0.5, 2)}, {}, false, kNow);
  experiment.new_trial({point(0.6, 2)}, {}, false, kNow);
  experiment.mark_failed(0, "no program", kNow);
  experiment.mark_abandoned(1, "by hand", kNow);
  EXPECT_EQ(experiment.trial(0).reason(), "no program");
  EXPECT_EQ(experiment.trial(1).reason(), "by hand");
  EXPECT_EQ(experiment.trial(0).time_completed, kNow);
}

TEST(Experiment, AnEarlyStopHasItsReasonOnceItHasHappened) {
  Experiment experiment = empty_experiment();
  experiment.new_trial({point(0.5, 2)}, {}, false, kNow);
  experiment.mark_running(0, kNow);
  EXPECT_EQ(experiment.trial(0).stop_reason(), "");
  experiment.set_stop_reason(0, "it was bad");
  EXPECT_EQ(experiment.trial(0).stop_reason(), "it was bad");
  EXPECT_EQ(experiment.trial(0).reason(), "");
  experiment.mark_early_stopped(0, "it was bad", kNow);
  EXPECT_EQ(experiment.trial(0).reason(), "it was bad");
}

TEST(Experiment, NewDataOfTheSameMetricReplaceTheOld) {
  Experiment experiment = empty_experiment();
  experiment.new_trial({point(0.5, 2)}, {}, false, kNow);
  experiment.attach_data(0, {{"0_0", "y", 1.0, std::nullopt}, {"0_0", "z", 2.0, 0.5}});
  experiment.attach_data(0, {{"0_0", "y", 3.0, 0.1}});
  ASSERT_EQ(experiment.trial(0).data.size(), 2U);
  EXPECT_EQ(experiment.trial(0).find_data("y", "0_0")->mean, 3.0);
  EXPECT_EQ(experiment.trial(0).find_data("y", "1_0"), nullptr);
}

TEST(SearchSpace, PutsFileOrderAsRangesAndOrderedChoicesThenCategoriesThenFixed) {
  const SearchSpace space({FixedParameter{"f", ParameterType::kString, std::string("v")},
                           ChoiceParameter{"c", ParameterType::kString, {std::string("a"), std::string("b")}, false},
                           RangeParameter{"x", ParameterType::kFloat, 0, 1, false, std::nullopt},
                           ChoiceParameter{"o", ParameterType::kInt, {std::int64_t{1}, std::int64_t{2}}, true}},
                          {});
  const Parameterization ordered = space.in_file_order({{"o", std::int64_t{2}}, {"c", std::string("a")}, {"x", 0.5}});
  std::vector<std::string> names;
  for (const auto& [name, value] : ordered) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("x", "o", "c", "f"));
}

TEST(SearchSpace, SaysWhyAPointIsNoMember) {
  const SearchSpace space = two_ranges();
  EXPECT_EQ(space.why_not_member(point(0.5, 3)), "");
  EXPECT_THAT(space.why_not_member(point(1.5, 3)), HasSubstr("1.5 is outside of [0.0, 1.0]"));
  EXPECT_THAT(space.why_not_member({{"x", 0.5}, {"k", 2.5}}), HasSubstr("not an integer"));
  EXPECT_THAT(space.why_not_member({{"x", 0.5}}), HasSubstr("'k' is missing"));
  EXPECT_THAT(space.why_not_member({{"x", 0.5}, {"k", std::int64_t{1}}, {"q", 1.0}}), HasSubstr("no parameter 'q'"));
  EXPECT_THAT(space.why_not_member({{"x", std::numeric_limits<double>::quiet_NaN()}, {"k", std::int64_t{1}}}),
              HasSubstr("not finite"));
}

TEST(SearchSpace, ConstraintHoldsUpToRounding) {
  const ParameterConstraint constraint{{{"x", 1.0}, {"k", 0.1}}, 0.3, "x + 0.1*k <= 0.3"};
  EXPECT_TRUE(constraint.is_satisfied(point(0.1, 2)));  // 0.1 + 0.2 is a little above 0.3
  EXPECT_FALSE(constraint.is_satisfied(point(0.1001, 2)));
}

TEST(TrialStatus, IsFoundByNameInAnyCaseAndByAxNumber) {
  EXPECT_EQ(trial_status_from_name("completed"), TrialStatus::kCompleted);
  EXPECT_EQ(trial_status_from_name("Early_Stopped"), TrialStatus::kEarlyStopped);
  EXPECT_EQ(trial_status_from_name("done"), std::nullopt);
  EXPECT_EQ(trial_status_from_number(5), TrialStatus::kAbandoned);
  EXPECT_EQ(trial_status_from_number(8), std::nullopt);
  EXPECT_EQ(trial_status_from_number(-1), std::nullopt);
}

TEST(Metric, ShowsTheSemThatBoaShows) {
  Metric metric;
  EXPECT_EQ(metric.default_sem(), 0.0);
  metric.noise = NoiseKind::kKnown;
  metric.noise_sd = 0.25;
  EXPECT_EQ(metric.default_sem(), 0.25);
  metric.noise = NoiseKind::kUnknown;
  EXPECT_TRUE(std::isnan(metric.default_sem()));
}

TEST(OptimizationConfig, NeedsMetricsOfObjectiveAndConstraintsOnly) {
  OptimizationConfig config;
  config.objective.terms = {{"y", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, OutcomeConstraint::Op::kLessEqual, 2, "c <= 2"}};
  for (const char* name : {"y", "info", "c"}) config.metrics.emplace_back().name = name;
  EXPECT_THAT(config.needed_metrics(), ElementsAre("y", "c"));
}

TEST(ParameterValue, GoesThroughNodesWithItsType) {
  const Parameterization values = {{"b", true}, {"i", std::int64_t{3}}, {"f", 3.0}, {"s", std::string("x y")}};
  EXPECT_EQ(parameterization_from_node(to_node(values)), values);
  EXPECT_EQ(to_string(ParameterValue(3.0)), "3.0");
  EXPECT_EQ(to_string(ParameterValue(true)), "True");
  EXPECT_THROW(value_from_node(util::Node()), UserInputError);
}

}  // namespace
}  // namespace boa::core
