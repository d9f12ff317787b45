#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/runner/progress_file.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"

namespace boa::scheduler {

/// What trials have said of their progress: the values of each metric by step.
class LearningCurves {
 public:
  using Curve = std::map<double, double>;

  void add(std::int64_t trial, const runner::ProgressUpdate& update);
  void erase(std::int64_t trial) { curves_.erase(trial); }
  /// Null if the trial has said nothing of the metric.
  const Curve* find(std::int64_t trial, const std::string& metric) const;
  const std::map<std::int64_t, std::map<std::string, Curve>>& by_trial() const { return curves_; }

  /// The values at the last step of a plain trial, as its data. Empty if a needed metric has none at that step.
  std::vector<core::DataRow> last_values(const core::Trial& trial, const core::OptimizationConfig& config) const;

 private:
  std::map<std::int64_t, std::map<std::string, Curve>> curves_;
};

/// What a strategy may look at.
struct EarlyStoppingState {
  const core::Experiment& experiment;
  const LearningCurves& curves;  ///< of RUNNING, COMPLETED and EARLY_STOPPED trials
  std::int64_t trial = 0;        ///< the RUNNING trial that is judged
};

/// Decides whether a running trial is worth finishing (Ax's BaseEarlyStoppingStrategy). Asked when a trial has gone on
/// or has ended.
class EarlyStoppingStrategy {
 public:
  using State = EarlyStoppingState;
  virtual ~EarlyStoppingStrategy() = default;

  /// Why the trial should be stopped now, for people; empty: it goes on.
  virtual std::string why_stop(const EarlyStoppingState& state) const = 0;
  /// Why it cannot be used for this problem; empty: it can.
  virtual std::string why_not_for(const core::OptimizationConfig& config) const = 0;
};

/// Makes a strategy of a config's mapping, `type` left out. Null if there is a problem.
using EarlyStoppingFactory = std::function<std::unique_ptr<EarlyStoppingStrategy>(
    const util::Node& options, const std::string& key_path, util::Problems& problems)>;

/// What makes strategies of a type, and the JSON Schema of its options.
struct EarlyStoppingKind {
  EarlyStoppingFactory make;
  util::Node (*options)();
};

/// By `type`: `percentile`, `threshold`, `and`, `or`, and Ax's class names.
const util::Registry<EarlyStoppingKind>& early_stopping_registry();
/// JSON Schema of a strategy's mapping.
util::Node early_stopping_schema();

/// Makes the strategy that a mapping with a `type` describes; null, with at least one problem, if it describes none.
std::unique_ptr<EarlyStoppingStrategy> make_early_stopping(const util::Node& node, const std::string& key_path,
                                                           util::Problems& problems);

}  // namespace boa::scheduler
