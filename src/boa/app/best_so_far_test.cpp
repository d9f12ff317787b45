#include "boa/app/best_so_far.hpp"

#include <gtest/gtest.h>

#include "boa/app/summaries.hpp"
#include "boa/util/json.hpp"

namespace boa::app {
namespace {

using Kind = core::Objective::Kind;

/// Trials with values of a and b; one without values has failed.
core::Experiment best_test_experiment(core::Objective objective, std::vector<std::vector<double>> values,
                                      std::vector<core::OutcomeConstraint> constraints = {}) {
  core::OptimizationConfig config;
  config.objective = std::move(objective);
  config.outcome_constraints = std::move(constraints);
  for (const char* name : {"b", "a"}) {
    core::Metric metric;
    metric.name = name;
    config.metrics.push_back(metric);
  }
  core::SearchSpace space({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 10, false, {}}}, {});
  core::Experiment experiment("e", space, config, {});
  for (const auto& value : values) {
    const core::Parameterization point = {{"x", static_cast<double>(experiment.num_trials())}};
    const core::Trial& trial = experiment.new_trial({point}, {}, false, {});
    const std::string arm = trial.arms.front().name;
    const std::int64_t index = trial.index;
    experiment.mark_running(index, {});
    if (value.empty()) {
      experiment.mark_failed(index, "no luck", {});
      continue;
    }
    experiment.attach_data(index, {{arm, "a", value[0], {}}, {arm, "b", value[1], 0.5}});
    experiment.mark_completed(index, {});
  }
  return experiment;
}

std::vector<std::int64_t> best_test_trials(const BestSoFar& best) {
  std::vector<std::int64_t> trials;
  for (const auto& entry : best.entries()) trials.push_back(entry.trial);
  return trials;
}

TEST(BestSoFar, TheSmallestWhenMinimizing) {
  const BestSoFar best(best_test_experiment({Kind::kSingle, {{"a", 1, true}}, true}, {{3, 0}, {1, 0}, {}, {2, 0}}));
  EXPECT_EQ(best_test_trials(best), std::vector<std::int64_t>{1});
  EXPECT_EQ(best.describe(), "{1: {'b': 0.0, 'a': 1.0}}");
}

TEST(BestSoFar, TheLargestWhenMaximizingAndTheFirstOfEqualOnes) {
  const core::Experiment experiment =
      best_test_experiment({Kind::kSingle, {{"a", 1, false}}, false}, {{3, 0}, {3, 0}, {2, 0}});
  const BestSoFar best(experiment);
  EXPECT_EQ(best_test_trials(best), std::vector<std::int64_t>{0});
  EXPECT_EQ(best.value(experiment.optimization_config()), 3.0);
}

TEST(BestSoFar, AWeightedSumCounts) {
  const core::Experiment experiment =
      best_test_experiment({Kind::kScalarized, {{"a", 1, true}, {"b", -2, false}}, true}, {{1, 0}, {3, 2}, {0, 0.25}});
  const BestSoFar best(experiment);
  EXPECT_EQ(best_test_trials(best), std::vector<std::int64_t>{1});
  EXPECT_EQ(best.value(experiment.optimization_config()), -1.0);
}

TEST(BestSoFar, WhatIsBeyondAThresholdCountsOnlyWhileNothingElseIsThere) {
  using Op = core::OutcomeConstraint::Op;
  const core::Objective both{Kind::kMulti, {{"a", 1, true}, {"b", 1, false}}, true};
  const auto front = [&](const std::vector<std::vector<double>>& values) {
    core::Experiment experiment = best_test_experiment(both, values);
    core::OptimizationConfig config = experiment.optimization_config();
    config.objective_thresholds = {{{{"a", 1.0}}, Op::kLessEqual, 2, "a <= 2"},
                                   {{{"b", 1.0}}, Op::kGreaterEqual, 1, "b >= 1"}};
    BestSoFar best;
    const core::Experiment bounded("e", experiment.search_space(), config, {});
    for (const auto& [index, trial] : experiment.trials()) best.add(bounded, trial);
    return best;
  };
  const BestSoFar beyond = front({{3, 5}, {0, 0}, {4, 5}});
  EXPECT_EQ(best_test_trials(beyond), (std::vector<std::int64_t>{0, 1}));
  EXPECT_FALSE(beyond.entries().front().is_within_thresholds);
  const BestSoFar within = front({{3, 5}, {2, 1}, {0, 0}, {2, 1.5}, {1, 1}});
  EXPECT_EQ(best_test_trials(within), (std::vector<std::int64_t>{3, 4})) << "a bound itself is within";
  EXPECT_TRUE(within.entries().front().is_within_thresholds);
}

TEST(BestSoFar, WhatViolatesAConstraintDoesNotCount) {
  const core::OutcomeConstraint constraint{{{"b", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 1, "b <= 1"};
  const BestSoFar best(best_test_experiment({Kind::kSingle, {{"a", 1, true}}, true}, {{3, 1}, {1, 2}}, {constraint}));
  EXPECT_EQ(best_test_trials(best), std::vector<std::int64_t>{0});
}

TEST(BestSoFar, SeveralObjectivesGiveTheParetoFront) {
  const BestSoFar best(best_test_experiment({Kind::kMulti, {{"a", 1, true}, {"b", 1, false}}, true},
                                            {{1, 1}, {2, 2}, {2, 1}, {0, 0}, {1, 1}}));
  EXPECT_EQ(best_test_trials(best), (std::vector<std::int64_t>{0, 1, 3}));
}

TEST(BestSoFar, OnlyTrialsOfTheTargetTaskCount) {
  core::ChoiceParameter site{"site", core::ParameterType::kString, {"harbour", "coast"}, false};
  site.target_task = core::ParameterValue("coast");
  core::OptimizationConfig config;
  config.objective = {Kind::kSingle, {{"a", 1, true}}, true};
  config.metrics.emplace_back().name = "a";
  core::Experiment experiment("e", core::SearchSpace({site}, {}), config, {});
  for (const auto& [name, value] : {std::pair("harbour", 1.0), std::pair("coast", 3.0), std::pair("coast", 2.0)}) {
    const std::int64_t index = experiment.new_trial({{{"site", std::string(name)}}}, {}, false, {}).index;
    experiment.mark_running(index, {});
    experiment.attach_data(index, {{experiment.trial(index).arms.front().name, "a", value, {}}});
    experiment.mark_completed(index, {});
  }
  EXPECT_EQ(best_test_trials(BestSoFar(experiment)), std::vector<std::int64_t>{2});
}

TEST(BestSoFar, IsEmptyBeforeAnyData) {
  const core::Experiment experiment = best_test_experiment({Kind::kSingle, {{"a", 1, true}}, true}, {{}});
  EXPECT_TRUE(BestSoFar(experiment).entries().empty());
  EXPECT_EQ(util::write_json(best_node(experiment)), "[]");
}

TEST(Summaries, TrialsHaveTheShapeOfTheManual) {
  const core::Experiment experiment = best_test_experiment({Kind::kSingle, {{"a", 1, true}}, true}, {{3, 1}, {}});
  const util::Node trials = trials_node(experiment);
  EXPECT_EQ(util::write_json(trials.at(0).at("metrics")),
            R"({"b": {"mean": 1.0, "sem": 0.5}, "a": {"mean": 3.0, "sem": null}})");
  EXPECT_EQ(trials.at(0).at("status").as_string(), "COMPLETED");
  EXPECT_TRUE(trials.at(0).at("reason").is_null());
  EXPECT_EQ(trials.at(0).at("arm").as_string(), "0_0");
  EXPECT_EQ(trials.at(1).at("reason").as_string(), "no luck");
  EXPECT_EQ(util::write_json(trials.at(1).at("parameters")), R"({"x": 1.0})");
  std::vector<std::string> keys;
  for (const auto& [key, value] : trials.at(0).as_object()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"index", "arm", "status", "generation_method", "parameters", "metrics",
                                            "reason", "started", "ended"}));
}

TEST(Summaries, StatusCountsByName) {
  const core::Experiment experiment = best_test_experiment({Kind::kSingle, {{"a", 1, true}}, true}, {{3, 1}, {}, {}});
  EXPECT_EQ(util::write_json(status_node(experiment, {"/e", std::nullopt, "Sobol", "n"})),
            R"({"experiment_dir": "/e", "trials": {"COMPLETED": 1, "FAILED": 2}, "goal": null, )"
            R"("generation_step": "Sobol", "next": "n"})");
}

}  // namespace
}  // namespace boa::app
