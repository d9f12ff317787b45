#include "boa/runner/arm_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/runner/job_number.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::runner {

namespace {

using core::TrialStatus;
using execution::LockState;
using Result = ModelReport::Result;
using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr seconds kLookAtFiles{2};      // files on a network come without an event
constexpr seconds kUnchanged{2};        // how long a result that was handed on must rest
constexpr seconds kTornAfterTheEnd{1};  // a malformed file whose writer has ended; the least for any
constexpr seconds kPlainGrace{10};
constexpr seconds kLeftBehindGrace{300};
constexpr double kLongestInterval = 60;  // between two set_trial_status commands
constexpr double kShortestInterval = 0.1;
constexpr double kLongestGrace = 1e9;

nanoseconds from_seconds(double value) {
  return duration_cast<nanoseconds>(duration<double>(std::min(value, kLongestGrace)));
}

constexpr const char* kKey = "script_options.result_grace_seconds";

/// A time that this key decides.
std::string in_seconds(nanoseconds time) {
  return fmt::format("{} s ({})", util::python_repr(duration<double>(time).count()), kKey);
}

}  // namespace

ArmRun::ArmRun(ScriptContext& context, const core::Trial& trial, std::size_t arm)
    : context_(context),
      arm_(arm),
      title_(arm_title(trial, arm)),
      folder_(arm_folder(context.options.experiment_dir, trial, arm)),
      commands_{ScriptCommand{context, CommandKind::kWriteConfigs, folder_, title_},
                ScriptCommand{context, CommandKind::kRunModel, folder_, title_},
                ScriptCommand{context, CommandKind::kSetTrialStatus, folder_, title_},
                ScriptCommand{context, CommandKind::kFetchTrialData, folder_, title_}},
      progress_(folder_),
      begun_(context.clock.steady()),
      next_look_(begun_ + kLookAtFiles),
      next_status_command_(begun_),
      status_interval_(std::max(context.options.init_seconds_between_polls, kShortestInterval)),
      changed_(begun_) {
  next_status_command_ += from_seconds(status_interval_);
}

const ScriptCommand* ArmRun::model() const {
  for (const CommandKind kind : {CommandKind::kRunModel, CommandKind::kWriteConfigs}) {
    if (command(kind).is_set()) return &command(kind);
  }
  return nullptr;
}

// ---- starting ----

void ArmRun::write_configs(const core::Trial& trial) {
  if (command(CommandKind::kWriteConfigs).is_set()) return start(CommandKind::kWriteConfigs, trial);
  // Without this and run_model a person or a status command still needs the files.
  if (!command(CommandKind::kRunModel).is_set()) {
    write_trial_files(folder_, trial, arm_, context_.options, TrialFiles::kPlain);
  }
}

void ArmRun::run_model(const core::Trial& trial) {
  const ScriptCommand& first = command(CommandKind::kWriteConfigs);
  if (first.is_set() && !first.has_ended()) return;
  if (command(CommandKind::kRunModel).is_set()) start(CommandKind::kRunModel, trial);
}

void ArmRun::start(CommandKind kind, const core::Trial& trial) {
  write_trial_files(folder_, trial, arm_, context_.options,
                    kind == CommandKind::kFetchTrialData ? TrialFiles::kWithMetricProperties : TrialFiles::kPlain);
  command(kind).start(arm_of(trial));
  // The first look at the trial comes so long after the model was started, however long write_configs took.
  if (kind == CommandKind::kRunModel) next_status_command_ = context_.clock.steady() + from_seconds(status_interval_);
}

void ArmRun::resume(const core::Trial& trial) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw StorageError(fmt::format("could not make {}: {}", folder_.string(), error.message()));
  const core::Arm& arm = arm_of(trial);
  // Only a living status command matters: that no second one is started beside it.
  ScriptCommand& status_command = command(CommandKind::kSetTrialStatus);
  if (status_command.is_set()) static_cast<void>(status_command.take_over(arm));
  static_cast<void>(command(CommandKind::kFetchTrialData).take_over(arm));
  if (command(CommandKind::kRunModel).take_over(arm) != LockState::kAbsent) return;
  const util::Node* left_behind = trial.properties.find(kLeftBehindKey);
  if (left_behind != nullptr && *left_behind == util::Node(true)) {
    left_behind_ = handed_on_ = true;
    context_.log.info(fmt::format("{}: it was started before boa took over; {}", title_, awaited()));
    return;
  }
  if (command(CommandKind::kWriteConfigs).take_over(arm) == LockState::kAbsent) write_configs(trial);
  run_model(trial);
}

// ---- one look ----

const WrapperStatus& ArmRun::advance(const core::Trial& trial) {
  if (is_done()) return status_;
  next_look_ = context_.clock.steady() + kLookAtFiles;
  try {
    step(trial);
  } catch (const Error& e) {
    fail(e.what());
  }
  return status_;
}

void ArmRun::step(const core::Trial& trial) {
  // Processes first: what a process that has ended wrote is seen below.
  for (ScriptCommand& each : commands_) each.refresh();
  if (stopping_ && !awaits_rest_) {
    if (!anything_lives()) fail(*stopping_);
    return;
  }
  const ModelReport report = read_model_report(folder_, {arm_of(trial).name, context_.options.noise_seed},
                                               context_.options.optimization_config);
  note_change(report);
  if (stopping_) return end_with_what_is_there(trial, report);
  if (follow_model_status(report) || fail_by_exit_status(report)) return;
  note_hand_on(report);
  start_what_is_due(trial, report);
  if (conclude(trial, report)) return;
  check_deadlines(report);
}

/// Work that was handed on may have ended before the stop: then what it left counts, once it has rested.
void ArmRun::end_with_what_is_there(const core::Trial& trial, const ModelReport& report) {
  if (follow_model_status(report)) return;
  const bool ended_without = command(CommandKind::kFetchTrialData).has_ended() && report.result != Result::kComplete;
  if (says_done(report) && !ended_without) {
    static_cast<void>(conclude(trial, report));
  } else if (!anything_lives()) {
    fail(*stopping_);
  }
}

bool ArmRun::follow_model_status(const ModelReport& report) {
  if (report.says_running && !warned_running_) {
    warned_running_ = true;
    for (const std::string& remark : report.remarks) context_.log.warning(fmt::format("{}: {}", title_, remark));
  }
  if (!report.status || *report.status == TrialStatus::kCompleted) return false;
  if (*report.status == TrialStatus::kEarlyStopped && report.result == Result::kComplete) rows_ = report.rows;
  finish(*report.status, fmt::format("the model wrote the trial status {}", core::to_string(*report.status)));
  return true;
}

bool ArmRun::fail_by_exit_status(const ModelReport& report) {
  if (report.status) return false;
  for (const ScriptCommand& each : commands_) {
    const std::string failure = each.failure();
    if (failure.empty()) continue;
    fail(failure);
    return true;
  }
  return false;
}

void ArmRun::note_change(const ModelReport& report) {
  if (stamp_ == report.stamp) return;
  stamp_ = report.stamp;
  changed_ = context_.clock.steady();
}

/// The model's command has ended and its result is not there: somebody else brings it, now or later.
void ArmRun::note_hand_on(const ModelReport& report) {
  if (handed_on_) return;
  const ScriptCommand* its_model = model();
  if (its_model != nullptr && !its_model->has_ended()) return;
  if (says_done(report)) return;
  handed_on_ = true;
  if (its_model == nullptr) {
    context_.log.info(fmt::format("{}: there is no run_model; {}", title_, awaited()));
    return;
  }
  job_number_ = find_job_number(its_model->printed());
  if (only_a_constraint_lacks(report)) return;
  std::string what = its_model->how_it_ended() + " and no complete result yet";
  if (job_number_) what += fmt::format("; job {} was handed on", *job_number_);
  if (its_model->is_alive()) what += "; a process that it left behind is still at work";
  context_.log.info(fmt::format("{}: {}; {}", title_, what, awaited()));
}

void ArmRun::start_what_is_due(const core::Trial& trial, const ModelReport& report) {
  if (!left_behind_) {
    const ScriptCommand& first = command(CommandKind::kWriteConfigs);
    if (first.is_set() && !first.has_ended()) return;
    ScriptCommand& run = command(CommandKind::kRunModel);
    if (run.is_set() && !run.was_started()) start(CommandKind::kRunModel, trial);
  }
  if (!says_done(report)) start_status_command(trial);
}

void ArmRun::start_status_command(const core::Trial& trial) {
  const ScriptCommand& status_command = command(CommandKind::kSetTrialStatus);
  if (!status_command.is_set() || status_command.is_alive()) return;
  const Time now = context_.clock.steady();
  if (now >= next_status_command_) {
    start(CommandKind::kSetTrialStatus, trial);
    status_interval_ =
        std::clamp(status_interval_ * context_.options.poll_backoff_factor, kShortestInterval, kLongestInterval);
    next_status_command_ = now + from_seconds(status_interval_);
  }
  look_at(next_status_command_);
}

// ---- the result ----

/// Whether the model says, by its status or by its result, that it is done.
bool ArmRun::says_done(const ModelReport& report) const {
  if (report.says_running || !report.bad_status.empty() || !report.malformed_status.empty()) return false;
  const bool has_result = report.result == Result::kComplete || report.result == Result::kRejected;
  const bool is_raw = report.result == Result::kIncomplete && command(CommandKind::kFetchTrialData).is_set();
  return report.status.has_value() || has_result || is_raw;
}

/// Whether what the model says may be taken as final.
bool ArmRun::is_settled(const ModelReport& report) {
  if (!says_done(report)) return false;
  const ScriptCommand* its_model = model();
  if (its_model != nullptr && its_model->has_ended() && !handed_on_) return true;
  const Time when = changed_ + (handed_on_ ? nanoseconds(kUnchanged) : grace());
  if (context_.clock.steady() >= when) return true;
  look_at(when);
  return false;
}

/// Runs fetch_trial_data when the model is done, and takes the result.
bool ArmRun::conclude(const core::Trial& trial, const ModelReport& report) {
  const ScriptCommand& fetch = command(CommandKind::kFetchTrialData);
  if (fetch.is_set()) {
    if (!fetch.was_started()) {
      if (is_settled(report)) start(CommandKind::kFetchTrialData, trial);
      return false;
    }
    if (fetch.is_running()) return false;
  } else if (!is_settled(report)) {
    return false;
  }
  if (report.result == Result::kRejected) {
    fail(report.reason);
    return true;
  }
  if (report.result != Result::kComplete) return false;
  rows_ = report.rows;
  log_remarks(report);
  finish(TrialStatus::kCompleted, {});
  return true;
}

// ---- what does not come ----

void ArmRun::check_deadlines(const ModelReport& report) {
  const bool malformed =
      report.result == Result::kMalformed || !report.malformed_status.empty() || !report.bad_status.empty();
  if (malformed) return check_malformed(report);
  if (command(CommandKind::kFetchTrialData).is_running()) return;
  if (report.status || command(CommandKind::kFetchTrialData).has_ended()) return check_completed_without_result(report);
  if (!says_done(report)) check_ended_without_result(report);
}

void ArmRun::check_malformed(const ModelReport& report) {
  const ScriptCommand* its_model = model();
  const bool writer_may_live =
      anything_lives() || its_model == nullptr || left_behind_ || (handed_on_ && somebody_else_decides());
  Time since = changed_;
  if (!writer_may_live) since = std::max(since, its_model->ended_at());
  // Between a file's opening and its first byte there is a moment, whatever the grace.
  const nanoseconds limit = writer_may_live ? std::max(grace(), nanoseconds(kTornAfterTheEnd)) : kTornAfterTheEnd;
  const std::string& problem = !report.bad_status.empty()         ? report.bad_status
                               : !report.malformed_status.empty() ? report.malformed_status
                                                                  : report.reason;
  const std::string waited =
      writer_may_live ? fmt::format("it did not become whole within {}", in_seconds(limit)) : "its process has ended";
  fail_at(since + limit, fmt::format("{} ({})", problem, waited));
}

void ArmRun::check_completed_without_result(const ModelReport& report) {
  const ScriptCommand& fetch = command(CommandKind::kFetchTrialData);
  if (fetch.is_set() && !fetch.has_ended()) return;  // it is what brings the result
  if (!completed_since_) {
    completed_since_ = context_.clock.steady();
    if (!std::exchange(context_.said_done, true)) {
      context_.log.info(fmt::format("{}: the model says that it is done; {} (said once)", title_, awaited()));
    }
  }
  const std::string missing = report.reason.empty() ? "there is no result file" : report.reason;
  fail_at(*completed_since_ + grace(),
          fmt::format("COMPLETED, but no complete result came within {}: {}", grace_text(), missing));
}

void ArmRun::check_ended_without_result(const ModelReport& report) {
  const ScriptCommand* its_model = left_behind_ ? nullptr : model();
  if (its_model != nullptr && (!its_model->has_ended() || its_model->is_alive())) return;
  const bool is_explicit = context_.options.result_grace_seconds.has_value();
  if (!is_explicit && ((its_model == nullptr && !left_behind_) || somebody_else_decides())) return;
  const std::string missing = report.reason.empty()
                                  ? fmt::format(
                                        "no result: none of output, result, metrics, trial_status (.json, .yaml, "
                                        ".yml) is in {}",
                                        folder_.string())
                                  : "no complete result: " + report.reason;
  if (its_model != nullptr && its_model->ended_away() && !is_explicit) {
    return fail(fmt::format("{} and left {}", its_model->how_it_ended(), missing));
  }
  if (left_behind_) {
    return fail_at(begun_ + grace(),
                   fmt::format("it was started before boa took over and has {}; waited {}", missing, grace_text()));
  }
  const Time from = its_model != nullptr ? its_model->ended_at() : begun_;
  const std::string how = its_model != nullptr ? its_model->how_it_ended() : "the trial ended with status 0";
  if (only_a_constraint_lacks(report)) return fail(fmt::format("{} and left {}", how, missing));
  fail_at(from + grace(), fmt::format("{} and left {}; waited {}. Where work is handed on, set a longer {}", how,
                                      missing, grace_text(), kKey));
}

/// A result is there that lacks nothing but a metric of an outcome constraint, and nobody is left to add it: a misspelt
/// name, most of the time.
bool ArmRun::only_a_constraint_lacks(const ModelReport& report) const {
  return report.only_constrained_missing && !context_.options.result_grace_seconds && !left_behind_ &&
         !somebody_else_decides() && !anything_lives() && !command(CommandKind::kFetchTrialData).is_set();
}

nanoseconds ArmRun::grace() const {
  if (context_.options.result_grace_seconds) return from_seconds(*context_.options.result_grace_seconds);
  if (left_behind_) return kLeftBehindGrace;
  const ScriptCommand* its_model = model();
  return its_model != nullptr && its_model->left_processes_behind() ? kLeftBehindGrace : kPlainGrace;
}

std::string ArmRun::grace_text() const { return in_seconds(grace()); }

bool ArmRun::somebody_else_decides() const {
  return command(CommandKind::kSetTrialStatus).is_set() || context_.options.has_time_to_live || job_number_.has_value();
}

bool ArmRun::anything_lives() const {
  return std::any_of(commands_.begin(), commands_.end(), [](const ScriptCommand& each) { return each.is_alive(); });
}

std::string ArmRun::awaited() const {
  std::string text = fmt::format("waiting for a result or trial_status file in {}", folder_.string());
  if (command(CommandKind::kSetTrialStatus).is_set()) text += ", set_trial_status looks after it";
  if (context_.options.has_time_to_live) text += ", at most ttl_seconds_for_trials";
  const bool is_explicit = context_.options.result_grace_seconds.has_value();
  const bool is_bounded = is_explicit || (model() != nullptr && !somebody_else_decides());
  if (!is_bounded) return text;
  const ScriptCommand* its_model = model();
  const bool lives = its_model != nullptr && its_model->is_alive();
  return text + fmt::format(", at most {}{}", grace_text(), lives ? " after the end of that process" : "");
}

// ---- ends ----

void ArmRun::fail_at(Time deadline, const std::string& reason) {
  if (context_.clock.steady() >= deadline) return fail(reason);
  look_at(deadline);
}

void ArmRun::fail(const std::string& reason) { finish(TrialStatus::kFailed, reason); }

void ArmRun::finish(TrialStatus status, std::string reason) { status_ = {status, std::move(reason)}; }

void ArmRun::stop(const std::string& reason, bool result_counts) {
  if (is_done()) return;
  stopping_ = reason;
  awaits_rest_ = result_counts && handed_on_;
  for (ScriptCommand& each : commands_) each.stop();
  if (job_number_) {
    context_.log.warning(fmt::format("{}: job {} was handed on and is not ended by boa", title_, *job_number_));
  }
  look_at(context_.clock.steady());
}

ProgressUpdate ArmRun::read_progress() {
  ProgressUpdate update = progress_.read(is_done());
  if (!update.complaint.empty()) context_.log.warning(fmt::format("{}: {} (said once)", title_, update.complaint));
  return update;
}

void ArmRun::log_remarks(const ModelReport& report) {
  for (const std::string& remark : report.remarks) context_.log.warning(fmt::format("{}: {}", title_, remark));
  for (const std::string& key : report.unknown_metrics) {
    if (!context_.warned_keys.insert(key).second) continue;
    context_.log.warning(
        fmt::format("{}: the result has '{}', which is no metric of this experiment; it is left out "
                    "(said once)",
                    title_, key));
  }
}

}  // namespace boa::runner
