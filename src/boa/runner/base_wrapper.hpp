#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/trial.hpp"
#include "boa/runner/progress_file.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/node.hpp"
#include "boa/util/result.hpp"

namespace boa::runner {

/// What a wrapper knows of a trial at this moment.
struct WrapperStatus {
  core::TrialStatus status = core::TrialStatus::kRunning;
  /// Why it failed or was abandoned; for people.
  std::string reason;
};

/// Connects boa with one kind of model. The Python class's methods under their names; none of them waits for the model.
///
/// Call order for a trial: write_configs, run_model, then set_trial_status as often as the runner polls, until it is
/// not RUNNING any more; when it is COMPLETED, fetch_trial_data once. After a restart resume instead of the first two.
class BaseWrapper {
 public:
  virtual ~BaseWrapper() = default;

  /// Name that is stored with the experiment, e.g. `ScriptWrapper`.
  virtual std::string type_name() const { return "BaseWrapper"; }
  /// What is needed to make it again; a mapping.
  virtual util::Node to_dict() const { return util::Node::object(); }

  virtual void write_configs(const core::Trial& trial);
  /// Begins the evaluation of all arms of the trial. The default refuses (UnsupportedError): a wrapper must say how.
  /// Any boa::Error means that this trial could not be started and fails with that reason.
  virtual void run_model(const core::Trial& trial);
  /// Looks at a RUNNING trial, moves it on, and says how it is. COMPLETED only when fetch_trial_data has the result.
  virtual WrapperStatus set_trial_status(const core::Trial& trial);
  /// The result of a trial that set_trial_status called COMPLETED, or of a failed batch what there is.
  virtual util::Result<std::vector<core::DataRow>, std::string> fetch_trial_data(const core::Trial& trial);

  /// What the model has said of its progress since this was asked last; all of it for a trial that has been released,
  /// or was never begun here. The default says nothing.
  virtual ProgressUpdate read_progress(const core::Trial& trial);

  /// Takes over a trial that an earlier boa left RUNNING (or STAGED): adopts what is alive, starts what was never
  /// started, and lets the next set_trial_status judge what has ended meanwhile.
  virtual void resume(const core::Trial& trial);
  /// Ends everything that runs for the trial, TERM first, KILL after ten seconds. Does not wait.
  virtual void stop(const core::Trial& trial, const std::string& reason);
  /// Drops what is kept for a trial that has ended; processes that still run are left alone.
  virtual void release(const core::Trial& trial);

  /// How many more trials may be started; -1: no limit.
  virtual int available_capacity() { return -1; }
  /// When set_trial_status should be called next even if nothing happens; nothing: only events count.
  virtual std::optional<util::SteadyTime> next_poll() const { return std::nullopt; }
  /// Blocks until something may have changed, wake() was called, or `until` is reached.
  virtual void wait(util::SteadyTime until);
  /// Ends a wait, from any thread or signal handler.
  virtual void wake() noexcept {}
};

}  // namespace boa::runner
