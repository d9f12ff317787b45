#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/core/trial.hpp"

namespace boa::core {

/// The mean of a metric as it was observed; nothing where it is missing or not finite.
std::optional<double> observed_mean(const Trial& trial, const std::string& metric, const std::string& arm);

/// What is optimized, as observed, the smaller the better: one value for a single or scalarized objective, else one for
/// each objective. Empty where data is missing.
std::vector<double> observed_costs(const OptimizationConfig& config, const Trial& trial, const std::string& arm);

/// Whether a constraint or objective threshold holds where its left side has this value; the bound itself is within.
bool is_met(const OutcomeConstraint& constraint, double value);

/// How far the arm's data are beyond the constraint's bound, in the units of its left side; not above 0 where it holds.
/// Nothing where data is missing.
std::optional<double> excess(const OutcomeConstraint& constraint, const Trial& trial, const std::string& arm);

/// Whether the arm's data meet all outcome constraints; nothing where data is missing.
std::optional<bool> is_feasible(const OptimizationConfig& config, const Trial& trial, const std::string& arm);

/// Whether the arm's data are beyond none of the objective thresholds, which trade-offs must be to count; nothing where
/// data is missing.
std::optional<bool> is_within_thresholds(const OptimizationConfig& config, const Trial& trial, const std::string& arm);

}  // namespace boa::core
