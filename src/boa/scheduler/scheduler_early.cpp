// Early stopping of running trials: their progress, the decision, its record.
#include <fmt/core.h>

#include <exception>

#include "boa/scheduler/scheduler.hpp"

namespace boa::scheduler {

using core::TrialStatus;

/// What trials of earlier runs have left in their folders.
void Scheduler::read_older_curves() {
  if (early_stopping_ == nullptr) return;
  for (const TrialStatus status : {TrialStatus::kCompleted, TrialStatus::kEarlyStopped}) {
    for (const std::int64_t index : parts_.experiment.with_status(status)) {
      read_progress(parts_.experiment.trial(index));
    }
  }
}

void Scheduler::read_progress(const core::Trial& trial) {
  if (early_stopping_ == nullptr) return;
  try {
    const runner::ProgressUpdate update = parts_.runner.read_progress(trial);
    if (!update.restarted && update.points.empty()) return;
    curves_.add(trial.index, update);
    curves_changed_ = true;
  } catch (const std::exception& e) {
    // A trial can do without: it is just not stopped.
    parts_.log.warning(fmt::format("trial {}: its progress cannot be read: {}", trial.index, e.what()));
  }
}

/// A decision is durable before the model is stopped: a boa that is killed in between carries it out when it resumes.
void Scheduler::check_early_stops() {
  if (early_stopping_ == nullptr || mode_ == Mode::kLeaving) return;
  bool any = false;
  for (const core::Trial* trial : running_trials()) {
    if (stopping_.contains(trial->index)) continue;
    if (curves_changed_ && trial->stop_reason().empty()) decide_early_stop(*trial);
    any = any || !trial->stop_reason().empty();
  }
  curves_changed_ = false;
  if (!any || !(changes_.empty() || commit())) return;
  for (const core::Trial* trial : running_trials()) {
    if (!stopping_.contains(trial->index) && !trial->stop_reason().empty()) {
      stop_trial(*trial, trial->stop_reason(), TrialStatus::kEarlyStopped);
    }
  }
}

void Scheduler::decide_early_stop(const core::Trial& trial) {
  const std::string why = early_stopping_->why_stop({parts_.experiment, curves_, trial.index});
  if (why.empty()) return;
  parts_.experiment.set_stop_reason(trial.index, why);
  parts_.experiment.attach_data(trial.index, curves_.last_values(trial, parts_.experiment.optimization_config()));
  touch(trial.index);
}

void Scheduler::record_early_stopped(const core::Trial& trial, const std::string& reason) {
  parts_.experiment.mark_early_stopped(trial.index, reason, parts_.clock.now());
  record_end(trial.index);
}

}  // namespace boa::scheduler
