#pragma once

#include <string>

#include "boa/core/experiment.hpp"

namespace boa::storage {

/// Name of the file inside an experiment folder.
inline constexpr const char* kCsvName = "optimization.csv";

/// The table of trials as Python BOA writes it, one row an arm, by trial index: trial_index, arm_name, trial_status,
/// [reason], generation_method, [is_feasible], metrics in byte order, all parameters of the search space in the order
/// of trial files.
///
/// `NA` for missing (a parameter that an arm lacks too) and NaN, floats by repr, True and False, minimal quoting.
/// `reason` only if a trial has one, cut to 15 characters and `...`; `is_feasible` only with outcome constraints or
/// objective thresholds; a metric without any data has no column. Without trials only the line
/// `metric_name,arm_name,sem,mean`.
std::string to_optimization_csv(const core::Experiment& experiment);

/// The same as BOA's async_opt writes it, for somebody to fill in: metrics stand at the end, those that are only
/// tracked first, and each has its column.
std::string to_fillable_csv(const core::Experiment& experiment);

}  // namespace boa::storage
