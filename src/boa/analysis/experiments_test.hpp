#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "boa/core/experiment.hpp"

namespace boa::analysis::testing {

/// Values of some metrics at a point, with standard errors where there are any.
struct Measured {
  std::string metric;
  double mean = 0;
  std::optional<double> sem;
};
using Measure = std::function<std::vector<Measured>(const core::Parameterization&)>;

inline double number(const core::Parameterization& point, const char* name) {
  return core::as_double(*core::find_value(point, name));
}

inline core::RangeParameter real(const char* name, double lower, double upper, bool log_scale = false) {
  return {name, core::ParameterType::kFloat, lower, upper, log_scale, {}};
}

/// An experiment that minimizes `y`; further metrics are for information.
inline core::Experiment experiment_of(std::vector<core::Parameter> parameters,
                                      const std::vector<std::string>& further_metrics = {}) {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.objective.terms = {{"y", 1, true}};
  for (const std::string& name : further_metrics) {
    config.metrics.emplace_back().name = name;
    config.metrics.back().info_only = true;
  }
  return {"test", core::SearchSpace(std::move(parameters), {}), config, {}};
}

inline void add_completed(core::Experiment& experiment, const core::Parameterization& point, const Measure& measure) {
  const std::int64_t index = experiment.new_trial({point}, {}, false, {}).index;
  experiment.mark_running(index, {});
  std::vector<core::DataRow> rows;
  for (const Measured& m : measure(point)) {
    rows.push_back({experiment.trial(index).arms[0].name, m.metric, m.mean, m.sem});
  }
  experiment.attach_data(index, rows);
  experiment.mark_completed(index, {});
}

}  // namespace boa::analysis::testing
