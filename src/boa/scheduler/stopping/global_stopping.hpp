#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "boa/core/experiment.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"

namespace boa::scheduler {

/// What a strategy may look at.
struct StoppingState {
  const core::Experiment& experiment;
  double elapsed_hours = 0;  ///< of this run, and of those before it that did not reach the same goal
};

/// Decides when a run has done enough (Ax's BaseGlobalStoppingStrategy): nothing is started then, and what runs is
/// waited for. Asked when trials have ended.
class GlobalStoppingStrategy {
 public:
  using State = StoppingState;
  virtual ~GlobalStoppingStrategy() = default;

  /// Why the run should stop now, for people; empty: it goes on.
  virtual std::string why_stop(const StoppingState& state) const = 0;
  /// Why it cannot be used for this problem; empty: it can.
  virtual std::string why_not_for(const core::OptimizationConfig& config) const;
  /// It never says so while a trial runs.
  virtual bool waits_for_running() const { return false; }
  /// Hours of the run after which it is asked though no trial ended.
  virtual std::optional<double> due_hours() const { return std::nullopt; }
};

/// Makes a strategy of a config's mapping, `type` left out. Null if there is a problem.
using GlobalStoppingFactory = std::function<std::unique_ptr<GlobalStoppingStrategy>(
    const util::Node& options, const std::string& key_path, util::Problems& problems)>;

/// What makes strategies of a type, and the JSON Schema of its options.
struct GlobalStoppingKind {
  GlobalStoppingFactory make;
  util::Node (*options)();
};

/// By `type`: `improvement`, `target`, `expected_improvement`, `wall_clock`, `and`, `or`, and Ax's class names.
const util::Registry<GlobalStoppingKind>& global_stopping_registry();
/// JSON Schema of a strategy's mapping.
util::Node global_stopping_schema();

/// Makes the strategy that a mapping with a `type` describes; null, with at least one problem, if it describes none.
std::unique_ptr<GlobalStoppingStrategy> make_global_stopping(const util::Node& node, const std::string& key_path,
                                                             util::Problems& problems);

}  // namespace boa::scheduler
