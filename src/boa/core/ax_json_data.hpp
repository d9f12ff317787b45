#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/core/trial.hpp"
#include "boa/util/node.hpp"

namespace boa::core {

/// What the metrics in Python BOA's file remember of each trial (`trial_data_cache`): the values as they were measured,
/// where pandas wrote `data_by_trial` with 10 decimals. boa's own files hold none. Points into the file's node.
class CachedValues {
 public:
  CachedValues() = default;
  /// Collects what an Experiment's optimization_config and tracking_metrics remember.
  explicit CachedValues(const util::Node& experiment);

  /// Replaces the trial's values by those remembered, and adds what a COMPLETED or EARLY_STOPPED one lacks.
  void apply(const OptimizationConfig& config, Trial& trial) const;

 private:
  void collect(const util::Node& node);

  std::unordered_map<std::string, std::vector<const util::Node*>> by_trial_;
};

}  // namespace boa::core
