#include "boa/generation/history.hpp"

#include <algorithm>

#include "boa/generation/transforms/unit_space.hpp"

namespace boa::generation {

namespace {

bool is_open(core::TrialStatus status) { return !core::is_terminal(status); }

}  // namespace

bool History::is_continuation(const core::Experiment& experiment) const {
  if (experiment_ != &experiment || experiment.trials().size() < num_trials_) return false;
  if (last_index_ < 0) return true;
  const core::Trial* last = experiment.find_trial(last_index_);
  return last != nullptr && !last->arms.empty() && signature_of(last->arms.back().parameters) == last_signature_;
}

void History::update(const core::Experiment& experiment) {
  if (!is_continuation(experiment)) {
    *this = History();
    experiment_ = &experiment;
  }
  for (auto it = open_.begin(); it != open_.end();) {
    const core::Trial& trial = experiment.trial(*it);
    if (is_open(trial.status)) {
      ++it;
      continue;
    }
    if (Step* step = step_of(trial)) {
      --step->open;
      --step->generated;
      count(trial, *step);
    }
    it = open_.erase(it);
  }
  for (auto it = experiment.trials().upper_bound(last_index_); it != experiment.trials().end(); ++it) add(it->second);
  if (num_trials_ != experiment.trials().size()) {  // trials came in between: start again
    *this = History();
    experiment_ = &experiment;
    for (const auto& [index, trial] : experiment.trials()) add(trial);
  }
}

void History::add(const core::Trial& trial) {
  ++num_trials_;
  last_index_ = trial.index;
  for (const core::Arm& arm : trial.arms) {
    last_signature_ = signature_of(arm.parameters);
    tried_.insert(last_signature_);
    ++num_arms_;
  }
  if (is_open(trial.status)) open_.insert(trial.index);
  Step* step = step_of(trial);
  if (step == nullptr) return;
  furthest_step_ = std::max(furthest_step_, static_cast<std::size_t>(*trial.generator_run.generation_step_index));
  step->arms += static_cast<std::int64_t>(trial.arms.size());
  count(trial, *step);
  step->position = std::max(step->position, static_cast<std::uint64_t>(step->arms));
  const util::Node* position = trial.generator_run.gen_metadata.find(kPositionKey);
  if (position != nullptr && position->is_int() && position->as_int() > 0) {
    step->position = std::max(step->position, static_cast<std::uint64_t>(position->as_int()));
  }
}

History::Step* History::step_of(const core::Trial& trial) {
  const auto& index = trial.generator_run.generation_step_index;
  return index && *index >= 0 ? &steps_[static_cast<std::size_t>(*index)] : nullptr;
}

void History::count(const core::Trial& trial, Step& step) {
  const core::TrialStatus status = trial.status;
  if (is_open(status)) ++step.open;
  if (status != core::TrialStatus::kFailed && status != core::TrialStatus::kAbandoned) ++step.generated;
  if (core::has_data(status)) ++step.observed;
}

const History::Step& History::step(std::size_t index) const {
  static const Step kNone;
  const auto it = steps_.find(index);
  return it == steps_.end() ? kNone : it->second;
}

}  // namespace boa::generation
