#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "boa/core/trial.hpp"
#include "boa/runner/base_wrapper.hpp"
#include "boa/util/node.hpp"

namespace boa::runner {

/// Deploys trials through a wrapper of the user's model, polls them, stops them, and is stored with the experiment.
///
/// The methods of BOA's WrappedJobRunner (an Ax Runner) under their names. Differences from it: nothing blocks, batch
/// trials run, `stop` stops, and a failure has a reason.
class WrappedJobRunner {
 public:
  /// Without a wrapper a plain BaseWrapper serves, whose run_model refuses.
  explicit WrappedJobRunner(std::shared_ptr<BaseWrapper> wrapper = nullptr);

  const std::shared_ptr<BaseWrapper>& wrapper() const { return wrapper_; }

  /// Starts one trial: write_configs, then run_model. Returns its metadata, `{"job_id": index}`.
  /// A boa::Error says why it could not be started.
  util::Node run(const core::Trial& trial);

  struct RunOutcome {
    util::Node metadata;  ///< of a trial that was started
    std::string failure;  ///< why it was not; empty if it was
  };
  /// Starts each trial once; one that cannot be started does not hinder the others. Trial index -> outcome.
  std::map<std::int64_t, RunOutcome> run_multiple(std::span<const core::Trial* const> trials);

  /// One look at each trial, no waiting. Status -> indices; the running ones are under RUNNING.
  std::map<core::TrialStatus, std::set<std::int64_t>> poll_trial_status(std::span<const core::Trial* const> trials);
  /// Why a trial is FAILED or ABANDONED, as of the last poll; empty if no reason is known.
  std::string poll_exception(const core::Trial& trial) const;
  /// The data of a trial that the last poll called COMPLETED, or the part that a failed batch has.
  util::Result<std::vector<core::DataRow>, std::string> fetch_trial_data(const core::Trial& trial);

  /// As in BaseWrapper.
  ProgressUpdate read_progress(const core::Trial& trial) { return wrapper_->read_progress(trial); }

  /// -1: unlimited; the limits are in the scheduler and the generation steps.
  int poll_available_capacity() const;

  /// Ends a running trial: the whole process group of each of its commands. Returns metadata `{"reason": reason}`.
  util::Node stop(const core::Trial& trial, const std::string& reason);
  /// Takes over a trial that an earlier boa left running.
  void resume(const core::Trial& trial);
  /// Drops what is kept for a trial that has ended.
  void release(const core::Trial& trial);

  /// A new runner with the same wrapper, equal to this one.
  WrappedJobRunner clone() const;
  bool staging_required() const { return false; }
  std::vector<std::string> run_metadata_report_keys() const { return {}; }
  std::optional<std::int64_t> db_id() const { return db_id_; }
  void set_db_id(std::optional<std::int64_t> id) { db_id_ = id; }

  /// `{"__type": "WrappedJobRunner"}`, and the init arguments but the wrapper.
  util::Node to_dict() const;
  /// `{"wrapper": {"__type": NAME, ...}}`.
  static util::Node serialize_init_args(const WrappedJobRunner& runner);
  /// Makes wrappers again by the name in `__type`; the caller brings the factories (a wrapper needs the config).
  using WrapperFactory = std::function<std::shared_ptr<BaseWrapper>(const std::string& type, const util::Node& args)>;
  static WrappedJobRunner deserialize_init_args(const util::Node& args, const WrapperFactory& factory);

  friend bool operator==(const WrappedJobRunner& a, const WrappedJobRunner& b);

  /// As in BaseWrapper.
  std::optional<util::SteadyTime> next_poll() const { return wrapper_->next_poll(); }
  void wait(util::SteadyTime until) { wrapper_->wait(until); }
  void wake() noexcept { wrapper_->wake(); }

 private:
  std::shared_ptr<BaseWrapper> wrapper_;
  std::map<std::int64_t, std::string> reasons_;
  std::optional<std::int64_t> db_id_;
};

}  // namespace boa::runner
