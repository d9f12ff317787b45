#pragma once

#include <string>

#include "boa/core/optimization_config.hpp"
#include "boa/runner/result_files.hpp"
#include "boa/util/node.hpp"

namespace boa::runner {

/// R and Julia write scalars as lists of one: the item of such a list, else the node itself.
const util::Node& unwrap_scalar(const util::Node& node);

/// Reads the metrics' values out of a result that is not empty and has no status any more: fills result, rows, reason,
/// unknown_metrics and remarks of the report. `file` names it in messages.
void read_values(const util::Node& mapping, const std::string& file, const ArmData& arm,
                 const core::OptimizationConfig& config, ModelReport& report);

}  // namespace boa::runner
