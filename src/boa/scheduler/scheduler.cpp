#include "boa/scheduler/scheduler.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "boa/util/error.hpp"

namespace boa::scheduler {

namespace {

using core::TrialStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A trial that was just started is marked RUNNING on disk a moment later: if it ends within that time, start and end
// share one fsync. Nothing is lost by waiting: the lock file in its folder says that it was started.
constexpr milliseconds kLazyCommit{20};
constexpr seconds kStorageRetry{1};
constexpr seconds kStorageGivesUp{60};
constexpr seconds kIdle{3600};

/// Empty if every needed metric has a finite value for every arm.
std::string why_incomplete(const core::Trial& trial, const std::vector<core::DataRow>& rows,
                           const core::OptimizationConfig& config) {
  for (const core::Arm& arm : trial.arms) {
    for (const std::string& metric : config.needed_metrics()) {
      const auto matches = [&](const core::DataRow& row) { return row.arm_name == arm.name && row.metric == metric; };
      const auto it = std::find_if(rows.begin(), rows.end(), matches);
      if (it == rows.end()) return fmt::format("the result has no value of the metric '{}'", metric);
      if (!std::isfinite(it->mean)) return fmt::format("the metric '{}' is not finite", metric);
    }
  }
  return {};
}

}  // namespace

Scheduler::Scheduler(Parts parts, SchedulerOptions options) : parts_(std::move(parts)), options_(std::move(options)) {
  util::Problems problems("the stored options");
  if (!options_.global_stopping_strategy.is_null()) {
    global_stopping_ = make_global_stopping(options_.global_stopping_strategy, "global_stopping_strategy", problems);
  }
  if (!options_.early_stopping_strategy.is_null()) {
    early_stopping_ = make_early_stopping(options_.early_stopping_strategy, "early_stopping_strategy", problems);
  }
  problems.throw_if_any();
}

RunResult Scheduler::run(const Goal& goal) {
  goal_ = goal;
  hours_before_ = goal.hours;
  started_ = parts_.clock.steady();
  first_own_index_ = parts_.experiment.next_index();
  note_earlier_failures();
  changes_.document("run", goal.to_node());
  dirty_since_ = started_;
  read_older_curves();
  take_over();
  for (;;) {
    step();
    if (is_finished()) return finish();
    if (!look_again_) parts_.runner.wait(next_deadline());
  }
}

void Scheduler::interrupt(bool terminate) noexcept {
  if (terminate) {
    terminated_ = true;
  } else {
    ++interrupts_;
  }
  parts_.runner.wake();
}

void Scheduler::step() {
  look_again_ = false;
  check_interrupts();
  check_timeout();
  poll();
  check_times_to_live();
  check_early_stops();
  check_failure_rate(false);
  check_global_stop();
  generate();
  if (commit_if_due()) launch();
  report();
  if (parts_.on_committed) parts_.on_committed(false);
}

void Scheduler::take_over() {
  std::vector<std::int64_t> open;
  for (const TrialStatus status : {TrialStatus::kCandidate, TrialStatus::kStaged, TrialStatus::kRunning}) {
    const auto& indices = parts_.experiment.with_status(status);
    open.insert(open.end(), indices.begin(), indices.end());
  }
  std::sort(open.begin(), open.end());
  for (const std::int64_t index : open) {
    const core::Trial& trial = parts_.experiment.trial(index);
    try {
      parts_.runner.resume(trial);
      if (trial.status != TrialStatus::kRunning) parts_.experiment.mark_running(index, parts_.clock.now());
      parts_.log.info(fmt::format("trial {} was not finished when boa ended: taken over", index));
      touch(index);
      if (!trial.stop_reason().empty()) stop_trial(trial, trial.stop_reason(), TrialStatus::kEarlyStopped);
    } catch (const Error& e) {
      record_failed(trial, e.what());
    }
  }
}

// ---- what runs ----

void Scheduler::poll() {
  for (const core::Trial* trial : running_trials()) {
    try {
      poll_trial(*trial);
    } catch (const std::exception& e) {
      // Nothing that one trial does may end the run.
      record_failed(*trial, e.what());
    }
  }
}

void Scheduler::poll_trial(const core::Trial& trial) {
  read_progress(trial);
  const core::Trial* const one[] = {&trial};
  TrialStatus status = TrialStatus::kRunning;
  for (const auto& [key, indices] : parts_.runner.poll_trial_status(one)) {
    if (indices.contains(trial.index)) status = key;
  }
  const auto stop = stopping_.find(trial.index);
  const bool resists = stop != stopping_.end() && parts_.clock.steady() >= stop->second.give_up;
  if (!core::is_terminal(status) && !resists) return;

  if (status == TrialStatus::kCompleted) {
    record_completed(trial);
  } else if (status == TrialStatus::kAbandoned) {
    parts_.experiment.mark_abandoned(trial.index, parts_.runner.poll_exception(trial), parts_.clock.now());
    record_end(trial.index);
  } else if (stop != stopping_.end()) {
    record_stopped(trial, Stopping(stop->second));
  } else if (status == TrialStatus::kEarlyStopped) {
    keep_data(trial);
    record_early_stopped(trial, parts_.runner.poll_exception(trial));
  } else {
    record_failed(trial, parts_.runner.poll_exception(trial));
  }
}

void Scheduler::record_completed(const core::Trial& trial) {
  auto data = parts_.runner.fetch_trial_data(trial);
  if (!data) return record_failed(trial, data.error());
  const std::string why = why_incomplete(trial, *data, parts_.experiment.optimization_config());
  if (!why.empty()) return record_failed(trial, why);
  parts_.experiment.attach_data(trial.index, std::move(*data));
  parts_.experiment.mark_completed(trial.index, parts_.clock.now());
  record_end(trial.index);
}

void Scheduler::record_failed(const core::Trial& trial, const std::string& reason) {
  if (trial.is_batch) keep_data(trial);  // arms that did finish keep their results
  parts_.experiment.mark_failed(trial.index, reason.empty() ? "failed" : reason, parts_.clock.now());
  record_end(trial.index);
}

void Scheduler::keep_data(const core::Trial& trial) {
  if (auto data = parts_.runner.fetch_trial_data(trial)) {
    parts_.experiment.attach_data(trial.index, std::move(*data));
  }
}

/// A model that boa has ended, for the user or for a rule of the config.
void Scheduler::record_stopped(const core::Trial& trial, const Stopping& stop) {
  if (stop.end == TrialStatus::kEarlyStopped) return record_early_stopped(trial, stop.reason);
  if (stop.end == TrialStatus::kFailed) return record_failed(trial, stop.reason);
  if (trial.is_batch) keep_data(trial);
  parts_.experiment.mark_abandoned(trial.index, stop.reason, parts_.clock.now());
  record_end(trial.index);
}

void Scheduler::record_end(std::int64_t index) {
  const core::Trial& trial = parts_.experiment.trial(index);
  read_progress(trial);
  if (trial.status == TrialStatus::kFailed || trial.status == TrialStatus::kAbandoned) curves_.erase(index);
  curves_changed_ = true;
  parts_.runner.release(trial);
  stopping_.erase(index);
  ended_.push_back(index);
  ++own_ended_;
  touch(index);
}

void Scheduler::check_times_to_live() {
  for (const core::Trial* trial : running_trials()) {
    if (!trial->ttl_seconds.has_value() || stopping_.contains(trial->index)) continue;
    if (parts_.clock.now() - trial->time_run_started.value_or(trial->time_created) < seconds(*trial->ttl_seconds))
      continue;
    stop_trial(*trial, fmt::format("ran longer than ttl_seconds_for_trials ({} s)", *trial->ttl_seconds),
               TrialStatus::kFailed);
  }
}

// ---- what may start ----

std::int64_t Scheduler::startable() const {
  const core::Experiment& experiment = parts_.experiment;
  const auto pending = static_cast<std::int64_t>(experiment.count(TrialStatus::kRunning) +
                                                 experiment.count(TrialStatus::kStaged) + to_launch_.size());
  std::int64_t count = options_.max_pending_trials - pending;
  count = std::min(count, goal_.limit() - static_cast<std::int64_t>(experiment.num_trials()));
  const int capacity = parts_.runner.poll_available_capacity();
  if (capacity >= 0) count = std::min<std::int64_t>(count, capacity - static_cast<std::int64_t>(to_launch_.size()));
  return std::max<std::int64_t>(count, 0);
}

void Scheduler::generate() {
  if (mode_ != Mode::kRunning || storage_failing_since_.has_value()) return;
  const auto count = static_cast<int>(startable());
  if (count == 0) return;
  if (options_.trial_type == TrialType::kBatchTrial) return generate_batch_trials(count);
  const generation::Suggestions suggestions = parts_.strategy.gen(parts_.experiment, count);
  for (const generation::Suggestion& point : suggestions.points) {
    add_trial({point.parameters}, point.generator_run, false);
  }
  note_shortage(suggestions);
  note_notices(suggestions);
}

void Scheduler::generate_batch_trials(int count) {
  for (int i = 0; i < count; ++i) {
    const generation::Suggestions suggestions =
        parts_.strategy.gen_arms(parts_.experiment, static_cast<int>(options_.batch_size.value_or(1)));
    note_shortage(suggestions);
    note_notices(suggestions);
    if (suggestions.points.empty()) return;
    std::vector<core::Parameterization> arms;
    for (const generation::Suggestion& point : suggestions.points) arms.push_back(point.parameters);
    // The last point's run remembers where the sequence of all of them ended.
    add_trial(arms, suggestions.points.back().generator_run, true);
  }
}

void Scheduler::add_trial(const std::vector<core::Parameterization>& arms, const core::GeneratorRun& run,
                          bool is_batch) {
  core::Experiment& experiment = parts_.experiment;
  while (parts_.is_index_taken && parts_.is_index_taken(experiment.next_index())) {
    parts_.log.warning(
        fmt::format("the number {} is skipped: a folder of that name is in the way", experiment.next_index()));
    experiment.skip_to(experiment.next_index() + 1);
    changes_.experiment();
  }
  const core::Trial& trial =
      experiment.new_trial(arms, run, is_batch, parts_.clock.now(), options_.ttl_seconds_for_trials);
  to_launch_.push_back(trial.index);
  touch(trial.index);
}

void Scheduler::note_shortage(const generation::Suggestions& suggestions) {
  if (suggestions.shortage != generation::Shortage::kNone && suggestions.reason != shortage_.reason) {
    parts_.log.info(suggestions.reason);
  }
  shortage_.shortage = suggestions.shortage;
  if (!suggestions.reason.empty()) shortage_.reason = suggestions.reason;
}

/// Each once a run: what is odd about the data is so with each point.
void Scheduler::note_notices(const generation::Suggestions& suggestions) {
  for (const std::string& notice : suggestions.notices) {
    if (noted_.insert(notice).second) parts_.log.warning(notice);
  }
}

void Scheduler::launch() {
  if (to_launch_.empty()) return;
  std::vector<const core::Trial*> trials;
  for (const std::int64_t index : to_launch_) trials.push_back(&parts_.experiment.trial(index));
  to_launch_.clear();
  for (auto& [index, outcome] : parts_.runner.run_multiple(trials)) {
    if (!outcome.failure.empty()) {
      look_again_ = true;  // its slot is free at once
      record_failed(parts_.experiment.trial(index), outcome.failure);
      continue;
    }
    if (options_.debug_log_run_metadata) parts_.log.info(fmt::format("trial {} started", index));
    parts_.experiment.set_run_metadata(index, std::move(outcome.metadata));
    parts_.experiment.mark_running(index, parts_.clock.now());
    launched_.push_back(index);
    touch(index);
  }
}

// ---- what is durable ----

void Scheduler::touch(std::int64_t index) {
  changes_.trial(index);
  if (!dirty_since_.has_value()) dirty_since_ = parts_.clock.steady();
}

/// True when everything that was decided in this step is on disk.
bool Scheduler::commit_if_due() {
  keep_hours(false);
  if (changes_.empty()) return true;
  const bool urgent = !to_launch_.empty() || !ended_.empty() || mode_ != Mode::kRunning;
  const bool waited = dirty_since_.has_value() && parts_.clock.steady() - *dirty_since_ >= kLazyCommit;
  return urgent || waited ? commit() : true;
}

bool Scheduler::commit() {
  try {
    if (parts_.check_room) parts_.check_room();
    changes_.commit(parts_.experiment, parts_.storage);
    dirty_since_.reset();
    if (storage_failing_since_.has_value()) {
      parts_.log.info("the store can be written again: going on");
      look_again_ = true;  // nothing was generated while it failed
    }
    storage_failing_since_.reset();
    return true;
  } catch (const StorageError& e) {
    if (!storage_failing_since_.has_value()) {
      storage_failing_since_ = parts_.clock.steady();
      parts_.log.error(fmt::format("{}. Nothing more is started; running models go on; trying again for {} s", e.what(),
                                   kStorageGivesUp.count()));
    }
    return false;
  }
}

void Scheduler::report() {
  if (parts_.on_progress && !(ended_.empty() && launched_.empty() && !parts_.tick.has_value())) {
    parts_.on_progress(progress());
  }
  launched_.clear();
  ended_.clear();
}

Progress Scheduler::progress() const {
  Progress progress{parts_.experiment, goal_.limit(), 0, std::nullopt, {}, ended_, launched_};
  progress.elapsed_seconds = std::chrono::duration<double>(parts_.clock.steady() - started_).count();
  const std::int64_t left = goal_.limit() - static_cast<std::int64_t>(parts_.experiment.num_trials()) +
                            static_cast<std::int64_t>(parts_.experiment.count(TrialStatus::kRunning));
  if (own_ended_ > 0) {
    progress.seconds_left = progress.elapsed_seconds / static_cast<double>(own_ended_) *
                            static_cast<double>(std::max<std::int64_t>(left, 0));
  }
  progress.next_step = parts_.strategy.current_step_name(parts_.experiment);
  return progress;
}

// ---- small helpers ----

std::vector<const core::Trial*> Scheduler::running_trials() const {
  std::vector<const core::Trial*> trials;
  for (const std::int64_t index : parts_.experiment.with_status(TrialStatus::kRunning)) {
    trials.push_back(&parts_.experiment.trial(index));
  }
  return trials;
}

bool Scheduler::anything_runs() const { return parts_.experiment.count(TrialStatus::kRunning) > 0; }

util::SteadyTime Scheduler::next_deadline() const {
  const util::SteadyTime now = parts_.clock.steady();
  util::SteadyTime deadline = now + kIdle;
  const auto no_later_than = [&](util::SteadyTime time) { deadline = std::min(deadline, time); };
  if (const auto poll = parts_.runner.next_poll()) no_later_than(*poll);
  if (storage_failing_since_.has_value()) {
    no_later_than(now + kStorageRetry);
  } else if (dirty_since_.has_value()) {
    no_later_than(*dirty_since_ + kLazyCommit);
  }
  if (parts_.tick.has_value()) no_later_than(now + *parts_.tick);
  if (parts_.on_committed) no_later_than(now + seconds(30));  // exports may be due
  if (options_.timeout_hours.has_value() && !timeout_noted_) {
    no_later_than(started_ + std::chrono::duration_cast<milliseconds>(
                                 std::chrono::duration<double, std::ratio<3600>>(*options_.timeout_hours)));
  }
  if (const auto hours = global_stopping_ ? global_stopping_->due_hours() : std::nullopt; hours && !result_) {
    const std::chrono::duration<double, std::ratio<3600>> left(std::min(*hours - hours_before_, 1e6));
    const util::SteadyTime due = started_ + std::chrono::duration_cast<milliseconds>(left);
    if (due > now) no_later_than(due + milliseconds(1));
  }
  for (const core::Trial* trial : running_trials()) {
    if (!trial->ttl_seconds.has_value() || stopping_.contains(trial->index)) continue;
    const auto left =
        trial->time_run_started.value_or(trial->time_created) + seconds(*trial->ttl_seconds) - parts_.clock.now();
    no_later_than(now + std::chrono::duration_cast<milliseconds>(left) + milliseconds(1));
  }
  for (const auto& [index, stop] : stopping_) no_later_than(stop.give_up);
  return std::max(deadline, now);
}

}  // namespace boa::scheduler
