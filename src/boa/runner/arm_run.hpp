#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/trial.hpp"
#include "boa/runner/base_wrapper.hpp"
#include "boa/runner/progress_file.hpp"
#include "boa/runner/result_files.hpp"
#include "boa/runner/script_command.hpp"
#include "boa/util/clock.hpp"

namespace boa::runner {

/// The evaluation of one arm by the four commands: which one runs, what the model has written, and what is waited for.
///
/// Order: write_configs to its end, then run_model, beside it set_trial_status from time to time; once the model is
/// done fetch_trial_data, and then the result is taken.
/// - A complete result counts when the command's process has ended; while it lives on, when the file has not changed
/// for
///   the grace; where the work was handed on (the command ended with status 0 before its result was there), when it has
///   not changed for 2 s.
/// - The grace is script_options.result_grace_seconds; by itself 10 s, or 300 s after the end of the last process that
/// the
///   command left behind. It bounds the wait for a result of a command that has ended (not where a set_trial_status
///   command, a time to live or a printed job number decides, unless the key is written), for the result of a model
///   that says COMPLETED, and for a malformed file to become whole while its process lives (1 s after its end).
/// - A command that ends with another status than 0 fails the arm, unless the model has written a trial status.
class ArmRun {
 public:
  ArmRun(ScriptContext& context, const core::Trial& trial, std::size_t arm);

  /// Writes the trial files and starts write_configs if it is set. Error: the arm cannot run.
  void write_configs(const core::Trial& trial);
  /// Starts run_model, or leaves that to advance() while write_configs is at work. Error: the arm cannot run.
  void run_model(const core::Trial& trial);
  /// Goes on where an earlier boa was when it ended. Error: the arm cannot run.
  void resume(const core::Trial& trial);

  /// Looks at processes and files, and starts what is due.
  const WrapperStatus& advance(const core::Trial& trial);
  const WrapperStatus& status() const { return status_; }
  /// The values, once it is COMPLETED or EARLY_STOPPED.
  const std::vector<core::DataRow>& rows() const { return rows_; }
  /// What is new in its progress file. A bad line goes to the log.
  ProgressUpdate read_progress();
  /// Ends what runs; FAILED with that reason once all of it has ended. If `result_counts`, what work that was handed on
  /// has left until then is taken first.
  void stop(const std::string& reason, bool result_counts = true);
  void fail(const std::string& reason);
  bool is_done() const { return core::is_terminal(status_.status); }

  /// When advance() should be called next even if no process ends.
  util::SteadyTime next_look() const { return next_look_; }

 private:
  using Time = util::SteadyTime;

  ScriptCommand& command(CommandKind kind) { return commands_[static_cast<std::size_t>(kind)]; }
  const ScriptCommand& command(CommandKind kind) const { return commands_[static_cast<std::size_t>(kind)]; }
  /// The command that is expected to bring the result: run_model, without it write_configs, without both none.
  const ScriptCommand* model() const;
  const core::Arm& arm_of(const core::Trial& trial) const { return trial.arms.at(arm_); }

  void step(const core::Trial& trial);
  void end_with_what_is_there(const core::Trial& trial, const ModelReport& report);
  bool follow_model_status(const ModelReport& report);
  bool fail_by_exit_status(const ModelReport& report);
  void start_what_is_due(const core::Trial& trial, const ModelReport& report);
  void start(CommandKind kind, const core::Trial& trial);
  void start_status_command(const core::Trial& trial);
  /// Remembers when the files changed last.
  void note_change(const ModelReport& report);
  void note_hand_on(const ModelReport& report);
  bool says_done(const ModelReport& report) const;
  bool is_settled(const ModelReport& report);
  bool conclude(const core::Trial& trial, const ModelReport& report);
  void check_deadlines(const ModelReport& report);
  void check_malformed(const ModelReport& report);
  void check_completed_without_result(const ModelReport& report);
  void check_ended_without_result(const ModelReport& report);

  std::chrono::nanoseconds grace() const;
  bool only_a_constraint_lacks(const ModelReport& report) const;
  bool somebody_else_decides() const;
  bool anything_lives() const;
  /// Fails with `reason` once `deadline` is reached, else looks again then.
  void fail_at(Time deadline, const std::string& reason);
  void look_at(Time time) { next_look_ = std::min(next_look_, time); }
  void finish(core::TrialStatus status, std::string reason);
  void log_remarks(const ModelReport& report);
  std::string awaited() const;
  std::string grace_text() const;

  ScriptContext& context_;
  std::size_t arm_;
  std::string title_;
  std::filesystem::path folder_;
  std::array<ScriptCommand, 4> commands_;
  ProgressFile progress_;

  WrapperStatus status_;
  std::vector<core::DataRow> rows_;
  std::optional<std::string> stopping_;
  bool awaits_rest_ = false;  ///< a result may lie there although it is being stopped

  Time begun_;
  Time next_look_;
  Time next_status_command_;
  double status_interval_;
  std::optional<FileStamp> stamp_;
  Time changed_;  ///< when the files were seen to change last
  std::optional<Time> completed_since_;
  bool handed_on_ = false;
  bool left_behind_ = false;  ///< its commands were started by somebody else
  std::optional<std::string> job_number_;
  bool warned_running_ = false;
};

}  // namespace boa::runner
