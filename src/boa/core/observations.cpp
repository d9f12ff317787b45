#include "boa/core/observations.hpp"

#include <cmath>

namespace boa::core {

std::optional<double> observed_mean(const Trial& trial, const std::string& metric, const std::string& arm) {
  const DataRow* row = trial.find_data(metric, arm);
  if (row == nullptr || !std::isfinite(row->mean)) return std::nullopt;
  return row->mean;
}

std::vector<double> observed_costs(const OptimizationConfig& config, const Trial& trial, const std::string& arm) {
  const Objective& objective = config.objective;
  std::vector<double> costs;
  double sum = 0;
  for (const Objective::Term& term : objective.terms) {
    const std::optional<double> mean = observed_mean(trial, term.metric, arm);
    if (!mean) return {};
    sum += term.weight * *mean;
    if (objective.kind == Objective::Kind::kMulti) costs.push_back(term.minimize ? *mean : -*mean);
  }
  if (objective.kind != Objective::Kind::kMulti && !objective.terms.empty()) {
    costs.push_back(objective.minimize ? sum : -sum);
  }
  return costs;
}

bool is_met(const OutcomeConstraint& constraint, double value) {
  return constraint.op == OutcomeConstraint::Op::kLessEqual ? value <= constraint.bound : value >= constraint.bound;
}

std::optional<double> excess(const OutcomeConstraint& constraint, const Trial& trial, const std::string& arm) {
  double sum = 0;
  for (const auto& [metric, coefficient] : constraint.coefficients) {
    const std::optional<double> mean = observed_mean(trial, metric, arm);
    if (!mean) return std::nullopt;
    sum += coefficient * *mean;
  }
  return constraint.op == OutcomeConstraint::Op::kLessEqual ? sum - constraint.bound : constraint.bound - sum;
}

namespace {

std::optional<bool> meets_all(const std::vector<OutcomeConstraint>& constraints, const Trial& trial,
                              const std::string& arm) {
  bool all = true;
  for (const OutcomeConstraint& constraint : constraints) {
    const std::optional<double> over = excess(constraint, trial, arm);
    if (!over) return std::nullopt;
    all = all && *over <= 0;
  }
  return all;
}

}  // namespace

std::optional<bool> is_feasible(const OptimizationConfig& config, const Trial& trial, const std::string& arm) {
  return meets_all(config.outcome_constraints, trial, arm);
}

std::optional<bool> is_within_thresholds(const OptimizationConfig& config, const Trial& trial, const std::string& arm) {
  return meets_all(config.objective_thresholds, trial, arm);
}

}  // namespace boa::core
