#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "boa/analysis/metric_models.hpp"
#include "boa/core/experiment.hpp"

namespace boa::analysis {

/// A recommended arm of a trial, and how sure the model is of it.
struct BestPoint {
  std::int64_t trial = 0;
  std::string arm;
  /// metric -> what the model says; of a metric without noise what was observed, standard error 0. Config order.
  std::vector<std::pair<std::string, Prediction>> predicted;
  /// That all outcome constraints hold there, metrics independent of each other; 1 without constraints.
  double probability_feasible = 1;
  /// Whether `predicted` is beyond none of the objective thresholds.
  bool is_within_thresholds = true;
};

/// The recommendation where outcomes are noisy: the feasible evaluated point with the best posterior mean, so that a
/// lucky observation does not win (the rule of Ax's best_point with use_model_predictions); of several objectives the
/// Pareto front of posterior means, of which the points within the objective thresholds, unless all are beyond them (as
/// Ax's pareto_frontier_evaluator, which has none then). Of several arms at one point the first stands for it.
///
/// With a task parameter only arms of the target task count. With fidelity parameters points are judged by what the
/// model says of them at the target fidelity, `predicted` too.
///
/// Empty where observations say more than a model: exact outcomes, fewer than three of them, no point that is feasible
/// by the model's means. Cost of MetricModels.
std::vector<BestPoint> best_by_model(const core::Experiment& experiment);

/// Evaluated points that are feasible by the models' means (by what was observed where a metric has no noise), and
/// their objectives, one row each, the larger the better: one column, or one for each of several objectives.
struct FeasiblePoints {
  std::vector<BestPoint> points;
  Matrix objectives;
  Matrix X;  ///< model coordinates, one row each
};
FeasiblePoints feasible_points(const core::Experiment& experiment, const MetricModels& models);

/// The probability that all outcome constraints hold where the metrics are as predicted, independent and normal.
/// Constraints with the same left side hold together as one interval. A metric that is missing makes it NaN.
double probability_of_feasibility(const core::OptimizationConfig& config,
                                  const std::vector<std::pair<std::string, Prediction>>& predicted);

}  // namespace boa::analysis
