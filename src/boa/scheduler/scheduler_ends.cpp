// How a run ends: interrupts, the time-out, the failure rate, the goal.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "boa/scheduler/scheduler.hpp"
#include "boa/util/text.hpp"

namespace boa::scheduler {

namespace {

using core::TrialStatus;

constexpr std::chrono::seconds kStopGivesUp{15};
constexpr std::chrono::seconds kStorageGivesUp{60};
constexpr double kKeepHours = 1.0 / 60;  // what a kill may make a wall clock forget
constexpr double kNever = std::numeric_limits<double>::infinity();

std::int64_t count_from(const std::set<std::int64_t>& indices, std::int64_t first) {
  return std::distance(indices.lower_bound(first), indices.end());
}

}  // namespace

void Scheduler::check_interrupts() {
  if (terminated_.exchange(false)) {
    end_with(RunEnd::kInterrupted, "ended by SIGTERM; running models go on", Mode::kLeaving);
    return;
  }
  const int interrupts = interrupts_;
  if (interrupts == handled_interrupts_) return;
  const bool first = handled_interrupts_ == 0;
  handled_interrupts_ = interrupts;
  if (first && interrupts == 1) {
    apply(options_.on_interrupt, RunEnd::kInterrupted, "interrupted");
    if (mode_ == Mode::kDraining && anything_runs()) {
      parts_.log.warning(fmt::format("interrupted: waiting for {} running trials; interrupt again to stop them",
                                     parts_.experiment.count(TrialStatus::kRunning)));
    }
    return;
  }
  if (interrupts > 2) return end_with(RunEnd::kInterrupted, "interrupted", Mode::kLeaving);
  apply(OnStop::kStop, RunEnd::kInterrupted, "interrupted");
}

void Scheduler::check_timeout() {
  if (!options_.timeout_hours.has_value() || timeout_noted_) return;
  const std::chrono::duration<double, std::ratio<3600>> elapsed = parts_.clock.steady() - started_;
  if (elapsed.count() < *options_.timeout_hours) return;
  timeout_noted_ = true;
  apply(options_.on_timeout, RunEnd::kTimeout,
        fmt::format("Optimization timed out (timeout hours: {})!", util::python_repr(*options_.timeout_hours)));
}

void Scheduler::note_earlier_failures() {
  const core::Experiment& experiment = parts_.experiment;
  const std::size_t bad = experiment.count(TrialStatus::kFailed) + experiment.count(TrialStatus::kAbandoned);
  if (bad == 0) return;
  parts_.log.info(fmt::format("{} failed or abandoned before this run; the failure rate counts trials of this run only",
                              bad == 1 ? "1 trial was" : fmt::format("{} trials were", bad)));
}

/// Ax's rule: bad trials of this run against all trials of this run, running ones included. The models that still run
/// then are treated as at a first interrupt.
void Scheduler::check_failure_rate(bool final) {
  if (mode_ != Mode::kRunning && !final) return;
  const core::Experiment& experiment = parts_.experiment;
  const std::int64_t bad = count_from(experiment.with_status(TrialStatus::kFailed), first_own_index_) +
                           count_from(experiment.with_status(TrialStatus::kAbandoned), first_own_index_);
  if (bad == 0 || (!final && bad < options_.min_failed_trials_for_failure_rate_check)) return;
  std::int64_t ran = 0;
  std::int64_t ended = 0;
  for (auto it = experiment.trials().lower_bound(first_own_index_); it != experiment.trials().end(); ++it) {
    ++ran;
    if (core::is_terminal(it->second.status)) ++ended;
  }
  if (static_cast<double>(bad) / static_cast<double>(ran) <= options_.tolerated_trial_failure_rate) return;
  apply(options_.on_interrupt, RunEnd::kFailureRate,
        fmt::format("Failure rate exceeds the tolerated trial failure rate of {} (at least {} out of first {} trials "
                    "failed). Checks are triggered both at the end of a optimization and if at least {} trials have "
                    "failed. The rate is scheduler.tolerated_trial_failure_rate{}",
                    util::python_repr(options_.tolerated_trial_failure_rate), bad, ended,
                    options_.min_failed_trials_for_failure_rate_check, commonest_failure()));
  if (mode_ == Mode::kDraining && anything_runs()) {
    parts_.log.warning(fmt::format("too many trials failed: nothing more is started; waiting for {} running trials",
                                   experiment.count(TrialStatus::kRunning)));
  }
}

/// Of this run's trials, as the end of a sentence. What names the trial's own folder is the same reason in another.
std::string Scheduler::commonest_failure() const {
  constexpr std::size_t kShown = 300;
  std::map<std::string, std::pair<std::int64_t, std::string>> counts;
  for (const TrialStatus status : {TrialStatus::kFailed, TrialStatus::kAbandoned}) {
    const std::set<std::int64_t>& indices = parts_.experiment.with_status(status);
    for (auto it = indices.lower_bound(first_own_index_); it != indices.end(); ++it) {
      const std::string& reason = parts_.experiment.trial(*it).reason();
      if (reason.empty()) continue;
      std::string key = reason;
      const std::string folder = fmt::format("{:06}", *it);
      for (auto at = key.find(folder); at != std::string::npos; at = key.find(folder)) key.replace(at, 6, "*");
      auto& [count, first] = counts[key];
      if (count++ == 0) first = reason;
    }
  }
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  if (most == counts.end()) return ".";
  const auto& [count, reason] = most->second;
  return fmt::format(". {}{}", count > 1 ? fmt::format("The commonest reason, {} times: ", count) : "A reason: ",
                     util::abbreviate(reason, kShown));
}

double Scheduler::hours_so_far() const {
  const std::chrono::duration<double, std::ratio<3600>> own = parts_.clock.steady() - started_;
  return hours_before_ + own.count();
}

void Scheduler::keep_hours(bool final) {
  if (global_stopping_ == nullptr || !global_stopping_->due_hours()) return;
  const double hours = hours_so_far();
  if (changes_.empty() && hours - goal_.hours < (final ? 0 : kKeepHours)) return;
  goal_.hours = hours;
  changes_.document("run", goal_.to_node());
  if (!dirty_since_.has_value()) dirty_since_ = parts_.clock.steady();
}

/// Asks the strategy when trials of this run have ended since it was asked last, or its time has come.
void Scheduler::check_global_stop() {
  if (global_stopping_ == nullptr || mode_ != Mode::kRunning) return;
  const double hours = hours_so_far();
  const bool is_due = hours >= global_stopping_->due_hours().value_or(kNever);
  if (own_ended_ == ended_at_last_check_ && !is_due) return;
  ended_at_last_check_ = own_ended_;
  const std::string why = global_stopping_->why_stop({parts_.experiment, hours});
  if (why.empty()) return;
  end_with(RunEnd::kGlobalStop, "Optimization stopped: " + why, Mode::kDraining);
  // The next run begins a goal of its own.
  goal_.total = static_cast<std::int64_t>(parts_.experiment.num_trials());
  goal_.until.reset();
  goal_.ended = result_->message;
  changes_.document("run", goal_.to_node());
  if (anything_runs()) {
    parts_.log.info(fmt::format("{}; waiting for {} running trials", result_->message,
                                parts_.experiment.count(TrialStatus::kRunning)));
  }
}

void Scheduler::apply(OnStop policy, RunEnd end, const std::string& message) {
  end_with(end, message, policy == OnStop::kLeave ? Mode::kLeaving : Mode::kDraining);
  if (policy == OnStop::kStop) stop_everything(message);
}

void Scheduler::end_with(RunEnd end, const std::string& message, Mode mode) {
  result_ = RunResult{end, message, 0};
  mode_ = mode;
}

void Scheduler::stop_everything(const std::string& reason) {
  for (const core::Trial* trial : running_trials()) {
    if (!stopping_.contains(trial->index)) stop_trial(*trial, reason, TrialStatus::kAbandoned);
  }
}

void Scheduler::stop_trial(const core::Trial& trial, const std::string& reason, TrialStatus end) {
  if (end == TrialStatus::kEarlyStopped) {
    parts_.log.info(fmt::format("trial {} is stopped early: {}", trial.index, reason));
  } else {
    parts_.log.warning(fmt::format("trial {} is stopped: {}", trial.index, reason));
  }
  stopping_[trial.index] = {reason, parts_.clock.steady() + kStopGivesUp, end};
  parts_.runner.stop(trial, reason);
}

bool Scheduler::is_finished() {
  if (mode_ == Mode::kLeaving) return true;
  if (anything_runs() || look_again_) return false;
  if (!changes_.empty() && !storage_failing_since_.has_value() && !commit()) return false;
  if (storage_failing_since_.has_value()) {
    if (parts_.clock.steady() - *storage_failing_since_ < kStorageGivesUp) return false;
    end_with(RunEnd::kStorageFailed, "the store could not be written for a minute", Mode::kLeaving);
    return true;
  }
  const bool has_all = static_cast<std::int64_t>(parts_.experiment.num_trials()) >= goal_.limit();
  // Who only waited for the last trials has lost nothing by the interrupt.
  const bool has_waited = handled_interrupts_ == 1 && options_.on_interrupt == OnStop::kWait;
  const bool is_finished = has_all && has_waited && result_ && result_->end == RunEnd::kInterrupted;
  if (mode_ == Mode::kDraining && !is_finished) return true;
  if (has_all) {
    end_with(RunEnd::kGoalReached, "Trials Completed!", Mode::kLeaving);
  } else if (shortage_.shortage == generation::Shortage::kSearchSpaceExhausted) {
    end_with(RunEnd::kSearchSpaceExhausted, shortage_.reason, Mode::kLeaving);
    goal_.ended = shortage_.reason;
    changes_.document("run", goal_.to_node());
  } else {
    end_with(RunEnd::kStepsCompleted, shortage_.reason, Mode::kLeaving);
  }
  return true;
}

RunResult Scheduler::finish() {
  // A run that was ended from outside is not judged by its failures: it goes on later.
  const bool ended_by_itself = result_->end == RunEnd::kGoalReached || result_->end == RunEnd::kStepsCompleted ||
                               result_->end == RunEnd::kSearchSpaceExhausted || result_->end == RunEnd::kGlobalStop;
  if (ended_by_itself) check_failure_rate(true);
  keep_hours(true);
  if (!commit()) {
    result_->end = RunEnd::kStorageFailed;
    result_->message = "the store could not be written";
  }
  result_->left_running = static_cast<std::int64_t>(parts_.experiment.count(TrialStatus::kRunning));
  if (parts_.on_committed) parts_.on_committed(true);
  return *result_;
}

}  // namespace boa::scheduler
