#include "boa/scheduler/ask_tell_session.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::scheduler {

namespace {

using core::TrialStatus;
using util::failure;

std::string status_name(const core::Trial& trial) { return std::string(core::to_string(trial.status)); }

std::string did_you_mean(const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = util::nearest_name(name, known);
  return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
}

}  // namespace

AskTellSession::AskTellSession(Parts parts, std::optional<std::int64_t> budget)
    : parts_(std::move(parts)), budget_(budget) {}

/// Does `change` in memory and commits; when that fails, memory is what the store says again.
template <typename Change>
std::optional<Refusal> AskTellSession::store(Change&& change) {
  try {
    change();
    changes_.commit(parts_.experiment, parts_.storage);
    return std::nullopt;
  } catch (const StorageError& e) {
    damaged_ = true;
    // Where even this fails the next request tries again.
    static_cast<void>(restore());
    return Refusal{"storage", e.describe()};
  } catch (...) {
    damaged_ = true;
    throw;
  }
}

std::optional<Refusal> AskTellSession::restore() {
  if (!damaged_) return std::nullopt;
  try {
    changes_ = PendingChanges();
    parts_.experiment = parts_.storage.load().experiment;
    damaged_ = false;
    return std::nullopt;
  } catch (const StorageError& e) {
    return Refusal{"storage", e.describe()};
  }
}

std::int64_t AskTellSession::left_in_budget() const {
  if (!budget_) return INT64_MAX;
  return std::max<std::int64_t>(0, *budget_ - static_cast<std::int64_t>(parts_.experiment.num_trials()));
}

void AskTellSession::skip_taken_indices() {
  if (!parts_.is_index_taken) return;
  while (parts_.is_index_taken(parts_.experiment.next_index())) {
    parts_.experiment.skip_to(parts_.experiment.next_index() + 1);
    changes_.experiment();
  }
}

void AskTellSession::add_points(const generation::Suggestions& suggestions, Asked& asked) {
  for (const generation::Suggestion& point : suggestions.points) {
    skip_taken_indices();
    const util::TimePoint now = parts_.clock.now();
    const std::int64_t index = parts_.experiment.new_trial({point.parameters}, point.generator_run, false, now).index;
    parts_.experiment.mark_running(index, now);
    changes_.trial(index);
    asked.trials.push_back(index);
  }
}

Reply<Asked> AskTellSession::ask(std::int64_t n) {
  if (n < 1) return failure(Refusal{"bad_request", fmt::format("n must be at least 1, not {}", n)});
  if (std::optional<Refusal> refusal = restore()) return failure(*refusal);
  Asked asked;
  const auto generate = [&] {
    const std::int64_t allowed = std::min(n, left_in_budget());
    // One step may have fewer points left than are asked for; the next one continues.
    while (static_cast<std::int64_t>(asked.trials.size()) < allowed) {
      const auto missing = std::min<std::int64_t>(allowed - static_cast<std::int64_t>(asked.trials.size()), 100000);
      const generation::Suggestions some = parts_.strategy.gen(parts_.experiment, static_cast<int>(missing));
      add_points(some, asked);
      for (const std::string& notice : some.notices) {
        if (parts_.on_notice) parts_.on_notice(notice);
      }
      if (!some.reason.empty()) asked.reason = some.reason;
      if (some.points.empty()) break;
    }
    if (static_cast<std::int64_t>(asked.trials.size()) == n) asked.reason.clear();
    if (static_cast<std::int64_t>(asked.trials.size()) == allowed && allowed < n) {
      asked.reason = fmt::format("the budget of {} trials is used up", *budget_);
    }
  };
  if (std::optional<Refusal> refusal = store(generate)) return failure(*refusal);
  return asked;
}

Reply<const core::Trial*> AskTellSession::find(std::int64_t index) const {
  if (const core::Trial* trial = parts_.experiment.find_trial(index)) return trial;
  return failure(Refusal{"unknown_trial", fmt::format("there is no trial {}", index)});
}

std::optional<Refusal> AskTellSession::check_values(const std::vector<ToldValue>& metrics) const {
  const core::OptimizationConfig& config = parts_.experiment.optimization_config();
  std::vector<std::string> known;
  for (const core::Metric& metric : config.metrics) known.push_back(metric.name);
  for (const ToldValue& value : metrics) {
    if (config.find_metric(value.metric) == nullptr) {
      return Refusal{"unknown_metric",
                     fmt::format("there is no metric '{}'{}", value.metric, did_you_mean(value.metric, known))};
    }
    if (!std::isfinite(value.mean)) {
      return Refusal{"non_finite", fmt::format("the value of '{}' is not finite; use fail for a trial without a result",
                                               value.metric)};
    }
    if (value.sem && !std::isfinite(*value.sem * *value.sem)) {
      return Refusal{"non_finite",
                     fmt::format("the sem of '{}' is {}; leave it out if it is not known", value.metric,
                                 std::isfinite(*value.sem) ? "so large that its square is not finite" : "not finite")};
    }
    if (value.sem && *value.sem < 0) {
      return Refusal{"bad_request", fmt::format("the sem of '{}' is negative", value.metric)};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> AskTellSession::check_metrics(const std::vector<ToldValue>& metrics) const {
  if (std::optional<Refusal> refusal = check_values(metrics)) return refusal;
  for (const std::string& needed : parts_.experiment.optimization_config().needed_metrics()) {
    const bool told = std::any_of(metrics.begin(), metrics.end(), [&](const auto& v) { return v.metric == needed; });
    if (!told) return Refusal{"missing_metric", fmt::format("the metric '{}' is missing", needed)};
  }
  return std::nullopt;
}

std::vector<core::DataRow> AskTellSession::rows_for(const core::Trial& trial,
                                                    const std::vector<ToldValue>& metrics) const {
  std::vector<core::DataRow> rows;
  for (const core::Metric& metric : parts_.experiment.optimization_config().metrics) {
    for (const ToldValue& value : metrics) {
      if (value.metric == metric.name) rows.push_back({trial.arms.front().name, value.metric, value.mean, value.sem});
    }
  }
  return rows;
}

bool AskTellSession::was_told(const core::Trial& trial, const std::vector<ToldValue>& metrics) const {
  const std::vector<core::DataRow> rows = rows_for(trial, metrics);
  if (rows.size() != trial.data.size()) return false;
  return std::all_of(rows.begin(), rows.end(), [&](const core::DataRow& row) {
    const core::DataRow* old = trial.find_data(row.metric, row.arm_name);
    return old != nullptr && old->mean == row.mean && old->sem == row.sem;
  });
}

Reply<void> AskTellSession::tell(std::int64_t index, const std::vector<ToldValue>& metrics) {
  if (std::optional<Refusal> refusal = restore()) return failure(*refusal);
  const Reply<const core::Trial*> found = find(index);
  if (!found) return failure(found.error());
  const core::Trial& trial = **found;
  if (trial.arms.size() != 1) {
    return failure(Refusal{"bad_request", fmt::format("trial {} is a batch of {} points", index, trial.arms.size())});
  }
  if (std::optional<Refusal> refusal = check_metrics(metrics)) return failure(*refusal);
  if (trial.status == TrialStatus::kCompleted && was_told(trial, metrics)) return {};
  if (trial.status == TrialStatus::kCompleted) {
    return failure(Refusal{"conflict", fmt::format("trial {} was told before, with other values", index)});
  }
  if (core::is_terminal(trial.status)) {
    return failure(Refusal{"conflict", fmt::format("trial {} is {} already", index, status_name(trial))});
  }
  const auto complete = [&] {
    const util::TimePoint now = parts_.clock.now();
    if (trial.status != TrialStatus::kRunning) parts_.experiment.mark_running(index, now);
    parts_.experiment.attach_data(index, rows_for(trial, metrics));
    parts_.experiment.mark_completed(index, now);
    changes_.trial(index);
  };
  if (std::optional<Refusal> refusal = store(complete)) return failure(*refusal);
  return {};
}

std::optional<Refusal> AskTellSession::check_revision(const Revision& revision) const {
  const Reply<const core::Trial*> found = find(revision.trial);
  if (!found) return found.error();
  const core::Trial& trial = **found;
  if (trial.arms.size() != 1) {
    return Refusal{"bad_request", fmt::format("trial {} is a batch of {} points", trial.index, trial.arms.size())};
  }
  if (trial.status != TrialStatus::kRunning && trial.status != TrialStatus::kCompleted) {
    return Refusal{"conflict", fmt::format("trial {} is {}", trial.index, status_name(trial))};
  }
  return check_values(revision.metrics);
}

Reply<Revised> AskTellSession::revise(const std::vector<Revision>& revisions) {
  if (std::optional<Refusal> refusal = restore()) return failure(*refusal);
  for (const Revision& revision : revisions) {
    if (std::optional<Refusal> refusal = check_revision(revision)) return failure(*refusal);
  }
  Revised revised;
  const auto change = [&] {
    const std::vector<std::string> needed = parts_.experiment.optimization_config().needed_metrics();
    for (const Revision& revision : revisions) {
      const core::Trial& trial = parts_.experiment.trial(revision.trial);
      parts_.experiment.attach_data(trial.index, rows_for(trial, revision.metrics));
      changes_.trial(trial.index);
      const std::string& arm = trial.arms.front().name;
      if (trial.status == TrialStatus::kCompleted) {
        revised.corrected.push_back(trial.index);
      } else if (std::all_of(needed.begin(), needed.end(),
                             [&](const std::string& metric) { return trial.find_data(metric, arm) != nullptr; })) {
        parts_.experiment.mark_completed(trial.index, parts_.clock.now());
        revised.completed.push_back(trial.index);
      }
    }
  };
  if (std::optional<Refusal> refusal = store(change)) return failure(*refusal);
  return revised;
}

Reply<void> AskTellSession::fail(std::int64_t index, const std::string& reason) {
  if (std::optional<Refusal> refusal = restore()) return failure(*refusal);
  const Reply<const core::Trial*> found = find(index);
  if (!found) return failure(found.error());
  const core::Trial& trial = **found;
  if (trial.status == TrialStatus::kFailed) return {};
  if (core::is_terminal(trial.status)) {
    return failure(Refusal{"conflict", fmt::format("trial {} is {} already", index, status_name(trial))});
  }
  const auto mark = [&] {
    parts_.experiment.mark_failed(index, reason, parts_.clock.now());
    changes_.trial(index);
  };
  if (std::optional<Refusal> refusal = store(mark)) return failure(*refusal);
  return {};
}

Reply<void> AskTellSession::abandon(std::int64_t index, const std::string& reason) {
  if (std::optional<Refusal> refusal = restore()) return failure(*refusal);
  const Reply<const core::Trial*> found = find(index);
  if (!found) return failure(found.error());
  const core::Trial& trial = **found;
  if (trial.status == TrialStatus::kAbandoned) return {};
  if (core::is_terminal(trial.status)) {
    return failure(Refusal{"conflict", fmt::format("trial {} is {} already", index, status_name(trial))});
  }
  const auto mark = [&] {
    parts_.experiment.mark_abandoned(index, reason, parts_.clock.now());
    changes_.trial(index);
  };
  if (std::optional<Refusal> refusal = store(mark)) return failure(*refusal);
  return {};
}

std::optional<Refusal> AskTellSession::check_point(const Attachment& attachment) const {
  const core::SearchSpace& space = parts_.experiment.search_space();
  const std::string incomplete = space.why_not_complete(attachment.parameters);
  if (!incomplete.empty()) return Refusal{"bad_request", incomplete};
  const std::string why = space.why_not_member(attachment.parameters);
  if (!why.empty() && !attachment.outside) {
    return Refusal{"outside", why + "; with \"outside\": true it is attached all the same"};
  }
  return std::nullopt;
}

Reply<std::vector<std::int64_t>> AskTellSession::attach(const std::vector<Attachment>& attachments) {
  if (std::optional<Refusal> refusal = restore()) return failure(*refusal);
  for (std::size_t k = 0; k < attachments.size(); ++k) {
    std::optional<Refusal> refusal = check_point(attachments[k]);
    if (!refusal && attachments[k].metrics) refusal = check_metrics(*attachments[k].metrics);
    if (!refusal) continue;
    if (attachments.size() > 1) refusal->message = fmt::format("trials[{}]: {}", k, refusal->message);
    return failure(*refusal);
  }
  std::vector<std::int64_t> indices;
  const auto add = [&] {
    for (const Attachment& attachment : attachments) {
      skip_taken_indices();
      const util::TimePoint now = parts_.clock.now();
      const std::int64_t index = parts_.experiment.new_trial({attachment.parameters}, {}, false, now).index;
      parts_.experiment.mark_running(index, now);
      if (attachment.metrics) {
        parts_.experiment.attach_data(index, rows_for(parts_.experiment.trial(index), *attachment.metrics));
        parts_.experiment.mark_completed(index, now);
      }
      changes_.trial(index);
      indices.push_back(index);
    }
  };
  if (std::optional<Refusal> refusal = store(add)) return failure(*refusal);
  return indices;
}

std::string AskTellSession::next() const {
  if (left_in_budget() == 0) return fmt::format("the budget of {} trials is used up", *budget_);
  const generation::Suggestions allowance = parts_.strategy.allowance(parts_.experiment, 1);
  if (allowance.shortage != generation::Shortage::kNone) return allowance.reason;
  return fmt::format("ask gives trial {}, from generation step {}", parts_.experiment.next_index(),
                     parts_.strategy.current_step_name(parts_.experiment));
}

}  // namespace boa::scheduler
