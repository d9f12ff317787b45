#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/runner/wrapped_job_runner.hpp"
#include "boa/scheduler/changes.hpp"
#include "boa/scheduler/run_result.hpp"
#include "boa/scheduler/scheduler_options.hpp"
#include "boa/scheduler/stopping/early_stopping.hpp"
#include "boa/scheduler/stopping/global_stopping.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/log.hpp"

namespace boa::scheduler {

/// How many trials the experiment shall have when a run ends, and how that number came about.
struct Goal {
  std::int64_t total = 0;     ///< trials that the experiment shall have
  std::int64_t base = 0;      ///< trials that it had when this goal was set
  std::int64_t n_trials = 0;  ///< the `n_trials` it was set with; 0: by `total_trials` or `--trials`
  double hours = 0;           ///< that runs have worked toward it; kept only where a stopping strategy counts them
  std::string ended = {};     ///< why a run ended without it for good: a global stop, an exhausted space; else empty
  /// Trials at which this run ends before the goal (`--trials`); not stored.
  std::optional<std::int64_t> until = std::nullopt;

  /// Trials that this run goes on to.
  std::int64_t limit() const { return until.value_or(total); }

  util::Node to_node() const;
  /// Nothing if the document does not hold a goal.
  static std::optional<Goal> from_node(const util::Node& node);
};

/// The goal of a start. `total_trials` is a total. `n_trials` is counted from where the last goal was set: a run that
/// did not reach its goal goes on to it; one that did gets n_trials more; a changed n_trials counts from the same base.
/// What goes on to a goal goes on with its hours; a new goal begins with none.
/// A goal is reached when so many of the `num_trials` trials have ended; `num_open` have not.
/// `more` (from `--trials N`) always means N more than there are: a goal further away stays, and is not run to its end.
/// UserInputError if nothing says how many.
Goal next_goal(const SchedulerOptions& options, std::int64_t num_trials, std::int64_t num_open,
               const std::optional<Goal>& last, std::optional<std::int64_t> more);

/// What somebody who looks on is told after each step.
struct Progress {
  const core::Experiment& experiment;
  std::int64_t goal = 0;
  double elapsed_seconds = 0;          ///< of this run
  std::optional<double> seconds_left;  ///< expected; nothing before the first trial of this run has ended
  std::string next_step;               ///< name of the generation step that makes the next trial
  std::vector<std::int64_t> ended;     ///< trials that ended in this step
  std::vector<std::int64_t> started;
};

/// Runs trials until the goal: generates, starts, polls, records. Ax's Scheduler, driven by events instead of pauses.
///
/// Order of writing (what a kill at any moment relies on): a trial is durable as CANDIDATE before its model can start;
/// its lock file says whether it was started; its end and its data are one transaction. Changes of one step are one
/// transaction, so that a free slot waits for one fsync at most.
class Scheduler {
 public:
  struct Parts {
    core::Experiment& experiment;
    generation::GenerationStrategy& strategy;
    runner::WrappedJobRunner& runner;
    storage::Storage& storage;
    const util::Clock& clock;
    util::Log& log;
    /// True when a number cannot be given to a new trial because a folder of that name is in the way. May be empty.
    std::function<bool(std::int64_t)> is_index_taken;
    /// Called after each step that changed something. May be empty.
    std::function<void(const Progress&)> on_progress;
    /// Called after each step, and with true at the end: may write the exports. May be empty.
    std::function<void(bool final)> on_committed;
    /// Throws StorageError while the experiment's disk is so full that a trial would only fail there. May be empty.
    std::function<void()> check_room;
    /// How often on_progress is called while nothing happens (a clock in a terminal); nothing: never.
    std::optional<std::chrono::milliseconds> tick;
  };

  Scheduler(Parts parts, SchedulerOptions options);

  /// Takes over what an earlier boa left, then runs until the experiment has `goal.total` trials or something else ends
  /// it. Nothing that one trial does ends the run. Stores `goal` in the document "run".
  RunResult run(const Goal& goal);

  /// The goal as it is stored now. A global stop counts as reaching it, with as many trials as there are.
  const Goal& goal() const { return goal_; }

  /// A signal came: `terminate` for SIGTERM, else SIGINT. Async-signal-safe. The first SIGINT does what `on_interrupt`
  /// says, the second stops the models; SIGTERM leaves them running.
  void interrupt(bool terminate) noexcept;

 private:
  enum class Mode {
    kRunning,   ///< starts what may start
    kDraining,  ///< starts nothing, waits for what runs
    kLeaving,   ///< ends now; what runs goes on
  };
  struct Stopping {
    std::string reason;
    util::SteadyTime give_up;                            ///< the trial is ended then even if its processes resist
    core::TrialStatus end = core::TrialStatus::kFailed;  ///< FAILED, ABANDONED or EARLY_STOPPED
  };

  // One step of the loop: look at what runs, start what may start, make it durable, tell.
  void step();
  void take_over();
  void poll();
  void poll_trial(const core::Trial& trial);
  void record_completed(const core::Trial& trial);
  void record_failed(const core::Trial& trial, const std::string& reason);
  void record_early_stopped(const core::Trial& trial, const std::string& reason);
  void record_stopped(const core::Trial& trial, const Stopping& stop);
  void keep_data(const core::Trial& trial);
  void record_end(std::int64_t index);
  void check_times_to_live();
  void generate();
  void generate_batch_trials(int count);
  std::int64_t startable() const;

  // Early stopping of running trials.
  void read_older_curves();
  void read_progress(const core::Trial& trial);
  void check_early_stops();
  void decide_early_stop(const core::Trial& trial);

  void add_trial(const std::vector<core::Parameterization>& arms, const core::GeneratorRun& run, bool is_batch);
  void note_shortage(const generation::Suggestions& suggestions);
  void note_notices(const generation::Suggestions& suggestions);
  void launch();
  void touch(std::int64_t index);
  double hours_so_far() const;
  /// Makes the hours spent part of the next commit if a strategy counts them: of each one, each minute, and at the end.
  void keep_hours(bool final);
  bool commit_if_due();
  bool commit();
  void report();

  // How a run ends.
  void check_interrupts();
  void check_timeout();
  void note_earlier_failures();
  void check_failure_rate(bool final);
  std::string commonest_failure() const;
  void check_global_stop();
  void apply(OnStop policy, RunEnd end, const std::string& message);
  void end_with(RunEnd end, const std::string& message, Mode mode);
  void stop_everything(const std::string& reason);
  void stop_trial(const core::Trial& trial, const std::string& reason, core::TrialStatus end);
  bool is_finished();
  RunResult finish();

  std::vector<const core::Trial*> running_trials() const;
  bool anything_runs() const;
  util::SteadyTime next_deadline() const;
  Progress progress() const;

  Parts parts_;
  SchedulerOptions options_;
  Mode mode_ = Mode::kRunning;
  std::optional<RunResult> result_;  ///< set when the end is decided
  Goal goal_;
  std::int64_t first_own_index_ = 0;  ///< trials from here on count for the failure rate
  std::int64_t own_ended_ = 0;        ///< trials that ended in this run
  util::SteadyTime started_{};
  double hours_before_ = 0;  ///< of earlier runs toward the same goal
  PendingChanges changes_;
  std::optional<util::SteadyTime> dirty_since_;
  std::optional<util::SteadyTime> storage_failing_since_;
  std::vector<std::int64_t> to_launch_;        ///< CANDIDATEs of this step
  std::map<std::int64_t, Stopping> stopping_;  ///< asked to end
  std::vector<std::int64_t> ended_;            ///< in this step, for the report
  std::vector<std::int64_t> launched_;
  generation::Suggestions shortage_;  ///< of the last attempt to generate
  std::set<std::string> noted_;       ///< notices that were logged
  std::unique_ptr<GlobalStoppingStrategy> global_stopping_;
  std::unique_ptr<EarlyStoppingStrategy> early_stopping_;
  LearningCurves curves_;                 ///< only with a strategy
  bool curves_changed_ = false;           ///< since the strategy was asked last
  std::int64_t ended_at_last_check_ = 0;  ///< trials of this run that had ended when the strategy was asked last
  bool timeout_noted_ = false;
  bool look_again_ = false;  ///< something changed after this step looked
  std::atomic<int> interrupts_{0};
  std::atomic<bool> terminated_{false};
  int handled_interrupts_ = 0;
};

}  // namespace boa::scheduler
