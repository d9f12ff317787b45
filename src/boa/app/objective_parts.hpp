#pragma once

#include <string>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/core/metric.hpp"
#include "boa/core/optimization_config.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// A metric with what the direction of a weighted sum needs to know.
struct ReadMetric {
  core::Metric metric;
  bool direction_given = false;
  const util::Node* node = nullptr;  ///< borrowed from the config
  std::string path;
};

/// Reads `objective.metrics`.
std::vector<ReadMetric> read_metrics(const util::Node& list, ConfigContext& context);

/// Reads `objective.outcome_constraints` into the config, whose metrics are there already. Metrics that only
/// constraints name are added to them.
void read_outcome_constraints(const util::Node& list, core::OptimizationConfig& config, ConfigContext& context);

/// Reads `objective.objective_thresholds` into the config, whose several objectives are there already: at most one
/// bound for each, `<=` where the metric is minimized and `>=` where it is maximized.
void read_objective_thresholds(const util::Node& list, core::OptimizationConfig& config, ConfigContext& context);

}  // namespace boa::app
