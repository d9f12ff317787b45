#include "boa/app/best_so_far.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/core/observations.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::OptimizationConfig;

/// a is at least as good everywhere and better somewhere; or the same (the first one stays).
bool covers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return x <= y; });
}

}  // namespace

BestSoFar::BestSoFar(const core::Experiment& experiment) {
  for (const std::int64_t index : experiment.with_status(core::TrialStatus::kCompleted)) {
    add(experiment, experiment.trial(index));
  }
}

void BestSoFar::add(const core::Experiment& experiment, const core::Trial& trial) {
  if (trial.status != core::TrialStatus::kCompleted) return;
  const OptimizationConfig& config = experiment.optimization_config();
  for (const core::Arm& arm : trial.arms) {
    if (!experiment.search_space().is_at_target(arm.parameters)) continue;
    if (!core::is_feasible(config, trial, arm.name).value_or(false)) continue;
    std::vector<double> costs = core::observed_costs(config, trial, arm.name);
    if (costs.empty()) continue;
    const bool is_within = core::is_within_thresholds(config, trial, arm.name).value_or(false);
    // What is within the thresholds is never dominated by what is not.
    const auto is_ahead = [&](const Entry& entry) {
      return (entry.is_within_thresholds && !is_within) || covers(entry.costs, costs);
    };
    if (std::any_of(entries_.begin(), entries_.end(), is_ahead)) continue;
    std::erase_if(entries_, [&](const Entry& entry) {
      return (is_within && !entry.is_within_thresholds) || covers(costs, entry.costs);
    });
    Entry entry{trial.index, arm.name, std::move(costs), {}, is_within};
    for (const core::Metric& metric : config.metrics) {
      if (const auto mean = core::observed_mean(trial, metric.name, arm.name))
        entry.means.emplace_back(metric.name, *mean);
    }
    entries_.push_back(std::move(entry));
  }
}

std::optional<double> BestSoFar::value(const OptimizationConfig& config) const {
  if (config.objective.kind == core::Objective::Kind::kMulti || entries_.empty()) return std::nullopt;
  const double cost = entries_.front().costs.front();
  return config.objective.minimize ? cost : -cost;
}

std::string BestSoFar::describe() const {
  std::string text;
  for (const Entry& entry : entries_) {
    std::string means;
    for (const auto& [metric, mean] : entry.means) {
      means += fmt::format("{}'{}': {}", means.empty() ? "" : ", ", metric, util::python_repr(mean));
    }
    text += fmt::format("{}{}: {{{}}}", text.empty() ? "" : ", ", entry.trial, means);
  }
  return "{" + text + "}";
}

}  // namespace boa::app
