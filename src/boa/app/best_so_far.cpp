#include "boa/app/best_so_far.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::OptimizationConfig;

std::optional<double> mean_of(const core::Trial& trial, const std::string& metric, const std::string& arm) {
  const core::DataRow* row = trial.find_data(metric, arm);
  if (row == nullptr || !std::isfinite(row->mean)) return std::nullopt;
  return row->mean;
}

/// Objectives as costs; empty where data is missing.
std::vector<double> costs_of(const OptimizationConfig& config, const core::Trial& trial, const std::string& arm) {
  const core::Objective& objective = config.objective;
  std::vector<double> costs;
  double sum = 0;
  for (const core::Objective::Term& term : objective.terms) {
    const std::optional<double> mean = mean_of(trial, term.metric, arm);
    if (!mean) return {};
    sum += term.weight * *mean;
    if (objective.kind == core::Objective::Kind::kMulti) costs.push_back(term.minimize ? *mean : -*mean);
  }
  if (objective.kind != core::Objective::Kind::kMulti && !objective.terms.empty()) {
    costs.push_back(objective.minimize ? sum : -sum);
  }
  return costs;
}

/// a is at least as good everywhere and better somewhere; or the same (the first one stays).
bool covers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return x <= y; });
}

bool is_met(const core::OutcomeConstraint& constraint, double value) {
  return constraint.op == core::OutcomeConstraint::Op::kLessEqual ? value <= constraint.bound
                                                                  : value >= constraint.bound;
}

}  // namespace

std::optional<bool> is_feasible(const OptimizationConfig& config, const core::Trial& trial, const std::string& arm) {
  bool feasible = true;
  for (const core::OutcomeConstraint& constraint : config.outcome_constraints) {
    double sum = 0;
    for (const auto& [metric, coefficient] : constraint.coefficients) {
      const std::optional<double> mean = mean_of(trial, metric, arm);
      if (!mean) return std::nullopt;
      sum += coefficient * *mean;
    }
    feasible = feasible && is_met(constraint, sum);
  }
  return feasible;
}

BestSoFar::BestSoFar(const core::Experiment& experiment) {
  for (const std::int64_t index : experiment.with_status(core::TrialStatus::kCompleted)) {
    add(experiment.optimization_config(), experiment.trial(index));
  }
}

void BestSoFar::add(const OptimizationConfig& config, const core::Trial& trial) {
  if (trial.status != core::TrialStatus::kCompleted) return;
  for (const core::Arm& arm : trial.arms) {
    if (!is_feasible(config, trial, arm.name).value_or(false)) continue;
    std::vector<double> costs = costs_of(config, trial, arm.name);
    if (costs.empty()) continue;
    const auto is_covered = [&](const Entry& entry) { return covers(entry.costs, costs); };
    if (std::any_of(entries_.begin(), entries_.end(), is_covered)) continue;
    std::erase_if(entries_, [&](const Entry& entry) { return covers(costs, entry.costs); });
    Entry entry{trial.index, arm.name, std::move(costs), {}};
    for (const core::Metric& metric : config.metrics) {
      if (const auto mean = mean_of(trial, metric.name, arm.name)) entry.means.emplace_back(metric.name, *mean);
    }
    entries_.push_back(std::move(entry));
  }
}

std::optional<double> BestSoFar::value(const OptimizationConfig& config) const {
  if (config.objective.kind == core::Objective::Kind::kMulti || entries_.empty()) return std::nullopt;
  const double cost = entries_.front().costs.front();
  return config.objective.minimize ? cost : -cost;
}

std::string BestSoFar::describe() const {
  std::string text;
  for (const Entry& entry : entries_) {
    std::string means;
    for (const auto& [metric, mean] : entry.means) {
      means += fmt::format("{}'{}': {}", means.empty() ? "" : ", ", metric, util::python_repr(mean));
    }
    text += fmt::format("{}{}: {{{}}}", text.empty() ? "" : ", ", entry.trial, means);
  }
  return "{" + text + "}";
}

}  // namespace boa::app
