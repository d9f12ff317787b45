#include "boa/generation/region_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace boa::generation {
namespace region_history_test {

core::OptimizationConfig minimize_y(bool is_constrained = false) {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"y", 1, true}};
  using Op = core::OutcomeConstraint::Op;
  if (is_constrained) {
    config.outcome_constraints = {{{{"c", 1.0}}, Op::kLessEqual, 1, "c <= 1"},
                                  {{{"c", 1.0}}, Op::kGreaterEqual, -1, "c >= -1"}};
  }
  return config;
}

core::Experiment empty_experiment(bool is_constrained = false) {
  return core::Experiment(
      "test", core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {}),
      minimize_y(is_constrained), {});
}

/// A trial at some point; `region`: its mark, with a length where `is_proposed`.
std::int64_t add(core::Experiment& experiment, std::optional<std::int64_t> region = {}, bool is_proposed = false) {
  core::GeneratorRun run;
  if (region)
    run.gen_metadata =
        util::Node::object({{kRegionKey, region_node(*region, is_proposed ? std::optional(0.8) : std::nullopt)}});
  const double x = std::fmod(0.618 * static_cast<double>(experiment.next_index()), 1.0);
  const std::int64_t index = experiment.new_trial({{{"x", x}}}, run, false, {}).index;
  experiment.mark_running(index, {});
  return index;
}

void complete(core::Experiment& experiment, std::int64_t index, double y, double c = 0) {
  const std::string& arm = experiment.trial(index).arms[0].name;
  experiment.attach_data(index, {{arm, "y", y, {}}, {arm, "c", c, {}}});
  experiment.mark_completed(index, {});
}

/// Two failures halve, two successes double.
TrustRegionRules quick() { return {.length_min = 0.3, .success_tolerance = 2, .failure_tolerance = 2}; }

RegionState replay(const core::Experiment& experiment, const std::vector<Suggestion>& pending = {}) {
  return replay_regions(experiment, quick(), 1, pending);
}

TEST(RegionHistory, PointsFromElsewhereAreTheFirstRegionsDesign) {
  core::Experiment experiment = empty_experiment();
  EXPECT_EQ(replay(experiment).made, 0);
  EXPECT_FALSE(replay(experiment).has_value);
  for (const double y : {5.0, 3.0, 4.0}) complete(experiment, add(experiment), y);
  const RegionState state = replay(experiment);
  EXPECT_EQ(state.number, 0);
  EXPECT_EQ(state.made, 3);
  EXPECT_EQ(state.trials, (std::set<std::int64_t>{0, 1, 2}));
  EXPECT_TRUE(state.has_value);
  EXPECT_EQ(state.region.best()->objective, -3);
  EXPECT_EQ(state.region.successes() + state.region.failures(), 0);
}

TEST(RegionHistory, IsTheIncrementalStateAfterEveryTrial) {
  core::Experiment experiment = empty_experiment();
  TrustRegion incremental(quick(), 1);
  complete(experiment, add(experiment), 5);
  incremental.observe({true, -5, 0});
  for (const double y : {4.0, 6.0, 3.0, 2.0, 1.0, 7.0, 0.5}) {
    complete(experiment, add(experiment, 0, true), y);
    incremental.update({{true, -y, 0}});
    const TrustRegion replayed = replay(experiment).region;
    EXPECT_EQ(replayed.length(), incremental.length());
    EXPECT_EQ(replayed.successes(), incremental.successes());
    EXPECT_EQ(replayed.failures(), incremental.failures());
    EXPECT_EQ(replayed.best()->objective, incremental.best()->objective);
  }
}

TEST(RegionHistory, DoesNotDependOnTheOrderInWhichTrialsEnd) {
  const std::vector<double> values = {4.0, 6.0, 3.0, 7.0, 2.0, 1.0};
  const auto ended_in = [&](const std::vector<std::size_t>& order) {
    core::Experiment experiment = empty_experiment();
    complete(experiment, add(experiment), 5);
    for (std::size_t i = 0; i < values.size(); ++i) add(experiment, 0, true);
    for (const std::size_t i : order) complete(experiment, static_cast<std::int64_t>(i) + 1, values[i]);
    const TrustRegion region = replay(experiment).region;
    return std::tuple(region.length(), region.successes(), region.failures());
  };
  const auto expected = ended_in({0, 1, 2, 3, 4, 5});
  EXPECT_EQ(ended_in({5, 4, 3, 2, 1, 0}), expected);
  EXPECT_EQ(ended_in({2, 0, 5, 1, 3, 4}), expected);
  EXPECT_NE(ended_in({0, 1}), expected) << "open trials say nothing yet";
}

TEST(RegionHistory, FailedTrialsAreFailuresAndAbandonedOnesWereNotTried) {
  core::Experiment experiment = empty_experiment();
  complete(experiment, add(experiment), 5);
  experiment.mark_abandoned(add(experiment, 0, true), "", {});
  EXPECT_EQ(replay(experiment).region.failures(), 0);
  EXPECT_EQ(replay(experiment).made, 1);
  experiment.mark_failed(add(experiment, 0, true), "", {});
  EXPECT_EQ(replay(experiment).region.failures(), 1);
  EXPECT_EQ(replay(experiment).made, 1);
  complete(experiment, add(experiment, 0, true), std::nan(""));
  EXPECT_EQ(replay(experiment).region.length(), 0.4);
}

/// The first region has ended.
core::Experiment ended() {
  core::Experiment experiment = empty_experiment();
  complete(experiment, add(experiment), 5);
  for (int i = 0; i < 4; ++i) complete(experiment, add(experiment, 0, true), 6);
  return experiment;
}

TEST(RegionHistory, AnotherRegionBeginsWhereOneHasEnded) {
  core::Experiment experiment = ended();
  const RegionState fresh = replay(experiment);
  EXPECT_EQ(fresh.number, 1);
  EXPECT_EQ(fresh.made, 0);
  EXPECT_FALSE(fresh.has_value);
  EXPECT_TRUE(fresh.trials.empty());
  EXPECT_EQ(fresh.region.length(), 0.8);
  const std::int64_t first = add(experiment, 1);
  EXPECT_EQ(replay(experiment).made, 1);
  complete(experiment, first, 9);
  EXPECT_EQ(replay(experiment).region.best()->objective, -9) << "the first region's best is not the second one's";
  EXPECT_EQ(replay(experiment).trials, std::set<std::int64_t>{first});
}

TEST(RegionHistory, LateResultsCountWhereTheyWereProposed) {
  core::Experiment experiment = empty_experiment();
  complete(experiment, add(experiment), 5);
  const std::int64_t late = add(experiment, 0, true);
  for (int i = 0; i < 4; ++i) complete(experiment, add(experiment, 0, true), 6);
  const std::int64_t next = add(experiment, 1);
  complete(experiment, late, 1);  // a success, with which the first region would not have ended so soon
  complete(experiment, next, 7);
  const RegionState state = replay(experiment);
  EXPECT_EQ(state.number, 1);
  EXPECT_EQ(state.trials, std::set<std::int64_t>{next});
  EXPECT_EQ(state.region.best()->objective, -7);
}

TEST(RegionHistory, PointsFromElsewhereBelongToTheRegionBeforeThem) {
  core::Experiment experiment = ended();
  complete(experiment, add(experiment, 1), 9);
  const std::int64_t own = add(experiment);
  complete(experiment, own, 2);
  const RegionState state = replay(experiment);
  EXPECT_TRUE(state.trials.contains(own));
  EXPECT_EQ(state.made, 2);
  EXPECT_EQ(state.region.best()->objective, -2);
}

TEST(RegionHistory, TheModelLearnsFromItsRegionAloneAndKnowsWhatIsOpen) {
  core::Experiment experiment = ended();
  const std::int64_t open = add(experiment, 0, true), own = add(experiment, 1);
  complete(experiment, own, 3);
  const core::Experiment part = part_of(experiment, replay(experiment).trials);
  ASSERT_EQ(part.trials().size(), 2U);
  EXPECT_EQ(part.trial(open).status, core::TrialStatus::kRunning);
  EXPECT_EQ(part.trial(own).find_data("y", part.trial(own).arms[0].name)->mean, 3);
}

TEST(RegionHistory, PointsOfTheSameCallCountAsMade) {
  const core::Experiment experiment = ended();
  Suggestion first;
  first.generator_run.gen_metadata = util::Node::object({{kRegionKey, region_node(1, std::nullopt)}});
  const RegionState state = replay(experiment, {first, first});
  EXPECT_EQ(state.number, 1);
  EXPECT_EQ(state.made, 2);
  EXPECT_FALSE(state.has_value);
}

TEST(RegionHistory, ViolationIsTheSumOfTheBilogOfWhatIsBeyondTheBounds) {
  core::Experiment experiment = empty_experiment(true);
  const auto violation = [&](double c) {
    const std::int64_t index = add(experiment);
    complete(experiment, index, 1, c);
    return evaluations_of(experiment.trial(index), experiment.optimization_config()).at(0).violation;
  };
  EXPECT_EQ(violation(0.5), 0);
  EXPECT_DOUBLE_EQ(violation(4), std::log(4.0));
  EXPECT_DOUBLE_EQ(violation(-3), std::log(3.0));
  EXPECT_TRUE(std::isinf(violation(std::nan(""))));
}

}  // namespace region_history_test
}  // namespace boa::generation
