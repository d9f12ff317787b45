#include "boa/analysis/best_point.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/analysis/cross_validation.hpp"
#include "boa/analysis/experiments_test.hpp"

namespace boa::analysis {
namespace {

core::Experiment line(core::NoiseKind noise, double lucky) {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.metrics[0].noise = noise;
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment(
      "test", core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {}), config,
      {});
  for (int i = 0; i <= 20; ++i) {
    const double x = 0.05 * i;
    experiment.new_trial({{{"x", x}}}, {}, false, {});
    experiment.mark_running(i, {});
    // The bottom is at x = 0.5; one observation near the border was lucky.
    const double error = i == 19 ? lucky : 0.1 * std::sin(7.0 * i * i);
    const std::optional<double> sem = noise == core::NoiseKind::kKnown ? std::nullopt : std::optional(0.3);
    experiment.attach_data(i, {{experiment.trial(i).arms[0].name, "y", 8 * (x - 0.5) * (x - 0.5) + error, sem}});
    experiment.mark_completed(i, {});
  }
  return experiment;
}

TEST(BestByModel, LuckyObservationDoesNotWin) {
  const auto best = best_by_model(line(core::NoiseKind::kUnknown, -1.9));
  ASSERT_EQ(best.size(), 1U);
  EXPECT_NE(best[0].trial, 19);
  EXPECT_NEAR(0.05 * static_cast<double>(best[0].trial), 0.5, 0.25);
  ASSERT_EQ(best[0].predicted.size(), 1U);
  EXPECT_EQ(best[0].predicted[0].first, "y");
  EXPECT_NEAR(best[0].predicted[0].second.mean, 0, 3 * best[0].predicted[0].second.sem + 0.1);
  EXPECT_GT(best[0].predicted[0].second.sem, 0.02);
  EXPECT_LT(best[0].predicted[0].second.sem, 0.3) << "less than one observation's";
  EXPECT_EQ(best[0].probability_feasible, 1);
}

TEST(BestByModel, ExactOutcomesSpeakForThemselves) {
  EXPECT_TRUE(best_by_model(line(core::NoiseKind::kKnown, 0)).empty());
}

/// Noisy values of two tasks; the other one is lower by 50 and four times as steep.
core::Experiment two_tasks() {
  core::ChoiceParameter task{"task", core::ParameterType::kInt, {std::int64_t{1}, std::int64_t{2}}, true};
  task.target_task = core::ParameterValue(std::int64_t{2});
  core::Experiment experiment = testing::experiment_of({testing::real("x", 0, 1), task});
  for (int i = 0; i < 24; ++i) {
    const core::Parameterization point = {{"x", 0.04 * i}, {"task", std::int64_t{1 + i % 2}}};
    testing::add_completed(experiment, point, [&](const auto& p) {
      const double y = std::pow(testing::number(p, "x") - 0.5, 2) + 0.01 * std::sin(7.0 * i * i);
      return std::vector<testing::Measured>{{"y", i % 2 ? y : 4 * y - 50, i % 2 ? 0.01 : 0.04}};
    });
  }
  return experiment;
}

TEST(BestByModel, OnlyTrialsOfTheTargetTaskCount) {
  const core::Experiment experiment = two_tasks();
  const auto best = best_by_model(experiment);
  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(best[0].trial % 2, 1);
  EXPECT_NEAR(0.04 * static_cast<double>(best[0].trial), 0.5, 0.15);
}

TEST(MetricModels, PredictEachTaskOnItsOwnScale) {
  const Predictions at =
      predict(two_tasks(), {{{"x", 0.1}, {"task", std::int64_t{1}}}, {{"x", 0.1}, {"task", std::int64_t{2}}}});
  EXPECT_NEAR(at.points[0][0].mean, 4 * 0.16 - 50, 0.1);
  EXPECT_NEAR(at.points[1][0].mean, 0.16, 0.025);
}

TEST(CrossValidation, LevelsOfTasksExplainNothing) {
  // What differs between the tasks by far more than within them is known before any model.
  core::Experiment experiment =
      testing::experiment_of({testing::real("x", 0, 1), two_tasks().search_space().parameters()[1]});
  for (int i = 0; i < 24; ++i) {
    const core::Parameterization point = {{"x", 0.04 * i}, {"task", std::int64_t{1 + i % 2}}};
    const double noise = std::sin(7.0 * i * i);
    testing::add_completed(experiment, point, [&](const auto&) {
      return std::vector<testing::Measured>{{"y", i % 2 ? noise : 1000 + noise, 1.0}};
    });
  }
  EXPECT_LT(cross_validate(MetricModels(experiment).models()[0]).r_squared, 0.5);
}

TEST(BestByModel, FewPointsMakeNoModel) {
  core::Experiment experiment(
      "empty", core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {}),
      line(core::NoiseKind::kUnknown, 0).optimization_config(), {});
  EXPECT_TRUE(best_by_model(experiment).empty());
}

/// y is noisy and falls with x; c = x is exact and must not exceed 0.52.
core::Experiment constrained() {
  core::OptimizationConfig config;
  config.metrics.resize(2);
  config.metrics[0].name = "y";
  config.metrics[1].name = "c";
  config.objective.terms = {{"y", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.52, "c <= 0.52"}};
  core::Experiment experiment = testing::experiment_of({testing::real("x", 0, 1)});
  experiment = core::Experiment("test", experiment.search_space(), config, {});
  for (int i = 0; i <= 20; ++i) {
    testing::add_completed(experiment, {{"x", 0.05 * i}}, [&](const auto& p) {
      const double x = testing::number(p, "x");
      return std::vector<testing::Measured>{{"y", -5 * x + 0.2 * std::sin(7.0 * i * i), 0.2}, {"c", x, 0.0}};
    });
  }
  return experiment;
}

TEST(BestByModel, ExactConstraintsAreJudgedByWhatWasObserved) {
  const auto best = best_by_model(constrained());
  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(best[0].trial, 10);
  EXPECT_EQ(best[0].predicted[1].second.mean, 0.5);
  EXPECT_EQ(best[0].predicted[1].second.sem, 0);
  EXPECT_EQ(best[0].probability_feasible, 1);
}

TEST(BestByModel, SeveralObjectivesGiveTheFrontOfMeans) {
  core::Experiment experiment = testing::experiment_of({testing::real("x", 0, 1)});
  core::OptimizationConfig config = experiment.optimization_config();
  config.metrics.emplace_back().name = "z";
  config.objective.kind = core::Objective::Kind::kMulti;
  config.objective.terms = {{"y", 1, true}, {"z", 1, false}};
  experiment = core::Experiment("test", experiment.search_space(), config, {});
  for (int i = 0; i <= 20; ++i) {
    testing::add_completed(experiment, {{"x", 0.05 * i}}, [&](const auto& p) {
      // Both fall to 0.5; from there on y rises while z falls on.
      const double x = testing::number(p, "x"), noise = 0.3 * std::sin(7.0 * i * i);
      return std::vector<testing::Measured>{{"y", 10 * std::abs(x - 0.5) + noise, 0.3}, {"z", -10 * x - noise, 0.3}};
    });
  }
  const auto front = best_by_model(experiment);
  ASSERT_GE(front.size(), 2U);
  for (const BestPoint& point : front) EXPECT_LE(point.trial, 13);
}

/// y falls and z rises with x, on which a fidelity has no influence.
TEST(BestByModel, APointAtTwoFidelitiesIsOnTheFrontOnceAsItIsAtTheTarget) {
  core::RangeParameter fidelity = testing::real("s", 0, 1);
  fidelity.fidelity_target = 1;
  core::Experiment experiment = testing::experiment_of({testing::real("x", 0, 1), fidelity});
  core::OptimizationConfig config = experiment.optimization_config();
  config.metrics.emplace_back().name = "z";
  config.objective.kind = core::Objective::Kind::kMulti;
  config.objective.terms = {{"y", 1, true}, {"z", 1, true}};
  experiment = core::Experiment("test", experiment.search_space(), config, {});
  for (const double s : {0.5, 1.0, 0.25}) {
    for (int i = 0; i < 5; ++i) {
      testing::add_completed(experiment, {{"x", 0.25 * i}, {"s", s}}, [](const auto& p) {
        const double x = testing::number(p, "x");
        return std::vector<testing::Measured>{{"y", -x, 0.0}, {"z", x, 0.0}};
      });
    }
  }
  std::vector<std::int64_t> trials;
  for (const BestPoint& point : best_by_model(experiment)) trials.push_back(point.trial);
  EXPECT_EQ(trials, (std::vector<std::int64_t>{5, 6, 7, 8, 9}));
}

/// y falls with x; at the target, s = 1, the constraint leaves x <= `most`.
core::Experiment with_constrained_target(double most) {
  core::RangeParameter fidelity = testing::real("s", 0, 1);
  fidelity.fidelity_target = 1;
  const core::Experiment made = testing::experiment_of({testing::real("x", 0, 1), fidelity});
  const core::SearchSpace space(made.search_space().parameters(), {{{{"x", 1.0}, {"s", 1.0}}, 1 + most, ""}});
  core::Experiment experiment("test", space, made.optimization_config(), {});
  for (const double s : {0.0, 0.5}) {
    for (int i = 0; i < 5; ++i) {
      testing::add_completed(experiment, {{"x", 0.25 * i}, {"s", s}}, [](const auto& p) {
        const double x = testing::number(p, "x");
        return std::vector<testing::Measured>{{"y", -x, 0.0}};
      });
    }
  }
  return experiment;
}

TEST(BestByModel, WhatTheConstraintsDoNotAllowAtTheTargetIsNotRecommended) {
  EXPECT_EQ(best_by_model(with_constrained_target(0.6)).at(0).trial, 2);
  EXPECT_EQ(best_by_model(with_constrained_target(0.5)).at(0).trial, 2);
  EXPECT_EQ(best_by_model(with_constrained_target(1)).at(0).trial, 4);
  EXPECT_EQ(best_by_model(with_constrained_target(-0.1)).at(0).trial, 4) << "none is allowed: all as without it";
}

/// y = 3 x and z = 3 - 3 x, noisy; neither above `bound`.
core::Experiment with_thresholds(double bound) {
  using Op = core::OutcomeConstraint::Op;
  core::Experiment experiment = testing::experiment_of({testing::real("x", 0, 1)});
  core::OptimizationConfig config = experiment.optimization_config();
  config.metrics.emplace_back().name = "z";
  config.objective.kind = core::Objective::Kind::kMulti;
  config.objective.terms = {{"y", 1, true}, {"z", 1, true}};
  config.objective_thresholds = {{{{"y", 1.0}}, Op::kLessEqual, bound, ""}, {{{"z", 1.0}}, Op::kLessEqual, bound, ""}};
  experiment = core::Experiment("test", experiment.search_space(), config, {});
  for (int i = 0; i <= 20; ++i) {
    testing::add_completed(experiment, {{"x", 0.05 * i}}, [&](const auto& p) {
      const double x = testing::number(p, "x"), noise = 0.01 * std::sin(7.0 * i * i);
      return std::vector<testing::Measured>{{"y", 3 * x + noise, 0.01}, {"z", 3 - 3 * x - noise, 0.01}};
    });
  }
  return experiment;
}

TEST(BestByModel, WhatIsBeyondAThresholdIsOnTheFrontOnlyIfEverythingIs) {
  const auto within = best_by_model(with_thresholds(2));
  ASSERT_GE(within.size(), 3U);
  for (const BestPoint& point : within) {
    EXPECT_TRUE(point.is_within_thresholds);
    for (const auto& [metric, prediction] : point.predicted) EXPECT_LE(prediction.mean, 2) << metric;
  }
  const auto beyond = best_by_model(with_thresholds(1));
  ASSERT_GE(beyond.size(), 3U);
  for (const BestPoint& point : beyond) EXPECT_FALSE(point.is_within_thresholds);
}

TEST(ProbabilityOfFeasibility, IsThatOfTheIntervalAndOfIndependentMetrics) {
  using Op = core::OutcomeConstraint::Op;
  core::OptimizationConfig config;
  EXPECT_EQ(probability_of_feasibility(config, {}), 1);
  config.outcome_constraints = {{{{"a", 1.0}}, Op::kLessEqual, 1, ""}, {{{"a", 1.0}}, Op::kGreaterEqual, -1, ""}};
  constexpr double kOneSigma = 0.6826894921370859, kTolerance = 1e-12;
  EXPECT_NEAR(probability_of_feasibility(config, {{"a", {0, 1}}}), kOneSigma, kTolerance);
  EXPECT_EQ(probability_of_feasibility(config, {{"a", {1, 0}}}), 1);
  EXPECT_EQ(probability_of_feasibility(config, {{"a", {1.1, 0}}}), 0);
  EXPECT_TRUE(std::isnan(probability_of_feasibility(config, {{"b", {0, 1}}})));
  config.outcome_constraints.push_back({{{"a", 3.0}, {"b", -4.0}}, Op::kLessEqual, 0, ""});
  EXPECT_NEAR(probability_of_feasibility(config, {{"a", {0, 1}}, {"b", {0, 1}}}), 0.5 * kOneSigma, kTolerance);
}

}  // namespace
}  // namespace boa::analysis
