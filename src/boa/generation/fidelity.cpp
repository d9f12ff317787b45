#include "boa/generation/fidelity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "boa/core/linear_expression.hpp"
#include "boa/util/text.hpp"

namespace boa::generation {

namespace {

constexpr Index kLeastCosts = 2;
// Of more costs the model is made of the last ones.
constexpr Index kMostCosts = 1000;
// Of an evaluation whose cost nobody told, beside one at the target: BoTorch's and Ax's cost_intercept. With much less
// of it the budget of trials goes into evaluations that tell little.
constexpr double kAssumedFixedCost = 1.0;
// Observed points that say how large variances typically are.
constexpr Index kMostTypical = 64;

/// The metrics whose sum is what an evaluation costs.
core::Coefficients cost_metrics(const core::Experiment& experiment) {
  core::Coefficients sum;
  for (const core::Metric& metric : experiment.optimization_config().metrics) {
    if (metric.is_cost) sum.emplace_back(metric.name, 1.0);
  }
  return sum;
}

/// What an evaluation cost; nothing if that is not known.
std::optional<double> cost_of(const core::Trial& trial, const core::Arm& arm, const core::Coefficients& metrics) {
  double cost = 0;
  for (const auto& [metric, coefficient] : metrics) {
    const core::DataRow* row = trial.find_data(metric, arm.name);
    if (row == nullptr || std::isnan(row->mean)) return std::nullopt;
    cost += coefficient * row->mean;
  }
  return cost;
}

/// The rows of X that differ.
Matrix distinct_rows(const Matrix& X) {
  std::set<std::vector<double>> seen;
  std::vector<Index> kept;
  for (Index i = 0; i < X.rows(); ++i) {
    const Vector row = X.row(i).transpose();
    if (seen.insert(std::vector<double>(row.begin(), row.end())).second) kept.push_back(i);
  }
  return X(kept, Eigen::all);
}

}  // namespace

acquisition::TargetColumns target_columns(const UnitSpace& space) {
  acquisition::TargetColumns targets;
  Index column = 0;
  for (const core::Parameter& parameter : space.space().parameters()) {
    if (core::is_fixed(parameter)) continue;
    const auto* range = std::get_if<core::RangeParameter>(&parameter);
    if (range != nullptr && range->fidelity_target) {
      const core::ParameterValue target = core::cast_to(parameter, core::ParameterValue(*range->fidelity_target));
      targets.emplace_back(column, space.columns()[static_cast<std::size_t>(column)].encode(target).value());
    }
    ++column;
  }
  return targets;
}

Surrogate seen_from_target(Surrogate surrogate) {
  for (FittedOutcome& outcome : surrogate.outcomes) outcome.noisy = true;
  return surrogate;
}

Incumbents rank_at_target(ModelData data, Surrogate surrogate, const acquisition::TargetColumns& targets) {
  Outcome& objective = data.outcomes[0];
  objective.X = distinct_rows(acquisition::at_target(objective.X, targets));
  objective.y = Vector::Zero(objective.X.rows());
  objective.y_var = Vector::Zero(objective.X.rows());
  return rank_observed(data, seen_from_target(std::move(surrogate)));
}

Incumbents rank_for_target(const ModelData& data, const Surrogate& surrogate, const UnitSpace& space) {
  const acquisition::TargetColumns fidelities = target_columns(space);
  if (!fidelities.empty()) return rank_at_target(data, surrogate, fidelities);
  if (is_target_observed(data, space.tasks())) return rank_observed(observed_at_target(data, space.tasks()), surrogate);
  return rank_at_target(data, surrogate, {{space.tasks()->column, static_cast<double>(space.tasks()->target)}});
}

bool is_seen_from_afar(const ModelData& data, const UnitSpace& space) {
  return !target_columns(space).empty() || !is_target_observed(data, space.tasks());
}

std::string why_costs_left_out(const core::Experiment& experiment) {
  const core::Coefficients metrics = cost_metrics(experiment);
  if (metrics.empty()) return {};
  for (const auto& [index, trial] : experiment.trials()) {
    if (!core::has_data(trial.status)) continue;
    for (const core::Arm& arm : trial.arms) {
      const std::optional<double> cost = cost_of(trial, arm, metrics);
      if (!cost || *cost > 0) continue;
      std::vector<std::string> names;
      for (const auto& [metric, coefficient] : metrics) names.push_back("'" + metric + "'");
      return fmt::format(
          "trial {} has the cost {} ({}), but a cost must be positive: those that are not are left out "
          "where suggestions are made for their cost",
          index, util::python_repr(*cost), util::join(names, " + "));
    }
  }
  return {};
}

CostModel fit_cost(const core::Experiment& experiment, const UnitSpace& space, const util::Rng& rng) {
  const core::Coefficients sum = cost_metrics(experiment);
  if (sum.empty()) return {};
  const Outcome costs = make_outcome(experiment, space, sum);
  std::vector<Index> kept;
  for (Index i = 0; i < costs.y.size(); ++i) {
    if (costs.y[i] > 0) kept.push_back(i);
  }
  const auto count = static_cast<Index>(kept.size());
  if (count < kLeastCosts) return {};
  if (count > kMostCosts) kept.erase(kept.begin(), kept.end() - kMostCosts);
  Outcome logs;
  logs.coefficients = sum;
  logs.X = costs.X(kept, Eigen::all);
  logs.y = Vector(costs.y(kept)).array().log();
  logs.y_var = Vector::Constant(logs.y.size(), std::nan(""));
  logs.noise = OutcomeNoise::kNoisy;  // clocks are
  const FittedOutcome fitted = fit_outcome(logs, {}, space, rng);
  return {fitted.model, 1 / fitted.transforms.target().slope(logs.y[0])};
}

std::unique_ptr<acquisition::AcquisitionFunction> at_own_fidelity(
    std::unique_ptr<acquisition::AcquisitionFunction> function, bool in_logs, const acquisition::TargetColumns& targets,
    const gp::ModelList& objectives, const Matrix& observed) {
  if (targets.empty()) return function;
  const Matrix typical = observed.topRows(std::min(kMostTypical, observed.rows()));
  return acquisition::make_weighted(acquisition::make_at_target(std::move(function), targets),
                                    acquisition::make_fidelity_correlation(objectives, targets, typical), in_logs);
}

std::unique_ptr<acquisition::AcquisitionFunction> per_cost(std::unique_ptr<acquisition::AcquisitionFunction> function,
                                                           bool in_logs, const acquisition::TargetColumns& targets,
                                                           const CostModel& cost) {
  if (cost.model) {
    return acquisition::make_weighted(std::move(function), acquisition::make_inverse_cost(cost.model, cost.scale),
                                      in_logs);
  }
  if (targets.empty()) return function;
  return acquisition::make_weighted(std::move(function),
                                    acquisition::make_inverse_affine_cost(targets, kAssumedFixedCost), in_logs);
}

}  // namespace boa::generation
