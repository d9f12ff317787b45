#include "boa/core/optimization_config.hpp"

#include <algorithm>
#include <limits>

namespace boa::core {

namespace {

bool names_metric(const OutcomeConstraint& constraint, std::string_view metric) {
  return std::any_of(constraint.coefficients.begin(), constraint.coefficients.end(),
                     [&](const auto& term) { return term.first == metric; });
}

}  // namespace

double Metric::default_sem() const {
  switch (noise) {
    case NoiseKind::kUnset:
      return 0.0;
    case NoiseKind::kUnknown:
      return std::numeric_limits<double>::quiet_NaN();
    case NoiseKind::kKnown:
      return noise_sd;
  }
  return 0.0;
}

const Metric* OptimizationConfig::find_metric(std::string_view name) const {
  const auto it =
      std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) { return metric.name == name; });
  return it == metrics.end() ? nullptr : &*it;
}

bool OptimizationConfig::is_needed(std::string_view metric) const {
  const auto in_objective = [&](const Objective::Term& term) { return term.metric == metric; };
  if (std::any_of(objective.terms.begin(), objective.terms.end(), in_objective)) return true;
  return std::any_of(outcome_constraints.begin(), outcome_constraints.end(),
                     [&](const OutcomeConstraint& constraint) { return names_metric(constraint, metric); });
}

std::vector<std::string> OptimizationConfig::needed_metrics() const {
  std::vector<std::string> names;
  for (const Metric& metric : metrics) {
    if (is_needed(metric.name)) names.push_back(metric.name);
  }
  return names;
}

bool OptimizationConfig::has_cost() const {
  return std::any_of(metrics.begin(), metrics.end(), [](const Metric& metric) { return metric.is_cost; });
}

}  // namespace boa::core
