#include "boa/core/experiment.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::core {

namespace {

std::string transition(const Trial& trial, std::string_view to) {
  return fmt::format("trial {} cannot go from {} to {}", trial.index, to_string(trial.status), to);
}

}  // namespace

Experiment::Experiment(std::string name, SearchSpace search_space, OptimizationConfig optimization_config,
                       util::TimePoint time_created)
    : name_(std::move(name)),
      search_space_(std::move(search_space)),
      optimization_config_(std::move(optimization_config)),
      time_created_(time_created) {}

const Trial& Experiment::trial(std::int64_t index) const {
  const Trial* found = find_trial(index);
  BOA_CHECK(found != nullptr, index);
  return *found;
}

const Trial* Experiment::find_trial(std::int64_t index) const {
  const auto it = trials_.find(index);
  return it == trials_.end() ? nullptr : &it->second;
}

const std::set<std::int64_t>& Experiment::with_status(TrialStatus status) const {
  static const std::set<std::int64_t> kNone;
  const auto it = by_status_.find(status);
  return it == by_status_.end() ? kNone : it->second;
}

void Experiment::skip_to(std::int64_t index) {
  next_index_ = std::max(next_index_, index);
  ++revision_;
}

const Trial& Experiment::new_trial(const std::vector<Parameterization>& arms, GeneratorRun generator_run, bool is_batch,
                                   util::TimePoint now, std::optional<std::int64_t> ttl_seconds) {
  BOA_CHECK(!arms.empty() && (is_batch || arms.size() == 1), arms.size());
  Trial trial;
  trial.index = next_index_;
  trial.is_batch = is_batch;
  trial.generator_run = std::move(generator_run);
  trial.time_created = now;
  trial.ttl_seconds = ttl_seconds;
  for (std::size_t k = 0; k < arms.size(); ++k) {
    Parameterization ordered = search_space_.in_config_order(arms[k]);
    std::string name = arm_name(ordered, trial.index, k);
    trial.arms.push_back({std::move(name), std::move(ordered)});
  }
  const std::int64_t index = trial.index;
  add_stored_trial(std::move(trial));
  return this->trial(index);
}

void Experiment::add_stored_trial(Trial trial) {
  const std::int64_t index = trial.index;
  BOA_CHECK(!trials_.contains(index), index);
  for (const Arm& arm : trial.arms) arm_names_.try_emplace(util::write_json(to_node(arm.parameters)), arm.name);
  by_status_[trial.status].insert(index);
  trials_.emplace(index, std::move(trial));
  skip_to(index + 1);
}

std::string Experiment::arm_name(const Parameterization& parameters, std::int64_t index, std::size_t position) {
  return arm_names_.try_emplace(util::write_json(to_node(parameters)), fmt::format("{}_{}", index, position))
      .first->second;
}

void Experiment::mark_staged(std::int64_t index, util::TimePoint now) {
  Trial& trial = mutable_trial(index);
  BOA_CHECK(trial.status == TrialStatus::kCandidate, transition(trial, "STAGED"));
  trial.time_staged = now;
  set_status(trial, TrialStatus::kStaged);
}

void Experiment::mark_running(std::int64_t index, util::TimePoint now) {
  Trial& trial = mutable_trial(index);
  BOA_CHECK(trial.status == TrialStatus::kCandidate || trial.status == TrialStatus::kStaged,
            transition(trial, "RUNNING"));
  trial.time_run_started = now;
  set_status(trial, TrialStatus::kRunning);
}

void Experiment::mark_completed(std::int64_t index, util::TimePoint now) {
  Trial& trial = mutable_trial(index);
  BOA_CHECK(trial.status == TrialStatus::kRunning, transition(trial, "COMPLETED"));
  trial.time_completed = now;
  set_status(trial, TrialStatus::kCompleted);
}

void Experiment::mark_failed(std::int64_t index, const std::string& reason, util::TimePoint now) {
  Trial& trial = mutable_trial(index);
  BOA_CHECK(!is_terminal(trial.status), transition(trial, "FAILED"));
  trial.failed_reason = reason;
  trial.time_completed = now;
  set_status(trial, TrialStatus::kFailed);
}

void Experiment::mark_abandoned(std::int64_t index, const std::string& reason, util::TimePoint now) {
  Trial& trial = mutable_trial(index);
  BOA_CHECK(!is_terminal(trial.status), transition(trial, "ABANDONED"));
  trial.abandoned_reason = reason;
  trial.time_completed = now;
  set_status(trial, TrialStatus::kAbandoned);
}

void Experiment::mark_early_stopped(std::int64_t index, const std::string& reason, util::TimePoint now) {
  Trial& trial = mutable_trial(index);
  BOA_CHECK(trial.status == TrialStatus::kRunning, transition(trial, "EARLY_STOPPED"));
  if (!reason.empty()) set_stop_reason(index, reason);
  trial.time_completed = now;
  set_status(trial, TrialStatus::kEarlyStopped);
}

void Experiment::set_run_metadata(std::int64_t index, util::Node metadata) {
  mutable_trial(index).run_metadata = std::move(metadata);
}

void Experiment::set_stop_reason(std::int64_t index, const std::string& reason) {
  mutable_trial(index).stop_metadata = util::Node::object({{"reason", reason}});
}

void Experiment::set_properties(std::int64_t index, util::Node properties) {
  mutable_trial(index).properties = std::move(properties);
}

void Experiment::attach_data(std::int64_t index, std::vector<DataRow> rows) {
  std::vector<DataRow>& data = mutable_trial(index).data;
  for (DataRow& row : rows) {
    const auto same = [&](const DataRow& old) { return old.arm_name == row.arm_name && old.metric == row.metric; };
    const auto it = std::find_if(data.begin(), data.end(), same);
    if (it == data.end()) {
      data.push_back(std::move(row));
    } else {
      *it = std::move(row);
    }
  }
}

Trial& Experiment::mutable_trial(std::int64_t index) {
  const auto it = trials_.find(index);
  BOA_CHECK(it != trials_.end(), index);
  ++revision_;
  return it->second;
}

void Experiment::set_status(Trial& trial, TrialStatus status) {
  by_status_[trial.status].erase(trial.index);
  trial.status = status;
  by_status_[status].insert(trial.index);
}

}  // namespace boa::core
