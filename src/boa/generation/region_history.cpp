#include "boa/generation/region_history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "boa/generation/model_data.hpp"
#include "boa/math/transforms.hpp"

namespace boa::generation {

namespace {

struct RegionMark {
  std::int64_t number = 0;
  bool is_proposed = false;  // inside of the box, not an initial point
};

std::optional<RegionMark> mark_of(const core::GeneratorRun& run) {
  const util::Node* node = run.gen_metadata.find(kRegionKey);
  const util::Node* number = node == nullptr ? nullptr : node->find("number");
  if (number == nullptr || !number->is_int() || number->as_int() < 0) return std::nullopt;
  return RegionMark{number->as_int(), node->find("length") != nullptr};
}

/// The combination's value at an arm; nothing if a metric is missing or not a number.
std::optional<double> value_of(const core::Trial& trial, const core::Arm& arm,
                               const std::vector<std::pair<std::string, double>>& coefficients) {
  double sum = 0;
  for (const auto& [metric, coefficient] : coefficients) {
    const core::DataRow* row = trial.find_data(metric, arm.name);
    if (row == nullptr || std::isnan(row->mean)) return std::nullopt;
    sum += coefficient * row->mean;
  }
  return std::isnan(sum) ? std::nullopt : std::optional(sum);
}

}  // namespace

util::Node region_node(std::int64_t number, std::optional<double> length) {
  util::Node node = util::Node::object({{"number", number}});
  if (length) node.set("length", *length);
  return node;
}

core::Experiment part_of(const core::Experiment& experiment, const std::set<std::int64_t>& trials) {
  core::Experiment part(experiment.name(), experiment.search_space(), experiment.optimization_config(),
                        experiment.time_created());
  for (const auto& [index, trial] : experiment.trials()) {
    if (!core::has_data(trial.status) || trials.contains(index)) part.add_stored_trial(trial);
  }
  return part;
}

std::vector<Evaluation> evaluations_of(const core::Trial& trial, const core::OptimizationConfig& config) {
  const auto objective = objectives_to_maximize(config).at(0);
  std::vector<Evaluation> evaluations;
  for (const core::Arm& arm : trial.arms) {
    Evaluation& evaluation = evaluations.emplace_back();
    if (!core::has_data(trial.status)) continue;
    const std::optional<double> value = value_of(trial, arm, objective);
    if (!value) continue;
    evaluation = {true, *value, 0};
    for (const core::OutcomeConstraint& constraint : config.outcome_constraints) {
      const std::optional<double> outcome = value_of(trial, arm, constraint.coefficients);
      if (!outcome) {
        evaluation.violation = std::numeric_limits<double>::infinity();
        continue;
      }
      const bool is_least = constraint.op == core::OutcomeConstraint::Op::kGreaterEqual;
      const double excess = is_least ? constraint.bound - *outcome : *outcome - constraint.bound;
      evaluation.violation += math::bilog(std::max(0.0, excess));
    }
  }
  return evaluations;
}

RegionState replay_regions(const core::Experiment& experiment, const TrustRegionRules& rules, Index columns,
                           const std::vector<Suggestion>& also_pending) {
  std::int64_t current = 0;
  for (const auto& [index, trial] : experiment.trials()) {
    if (const auto mark = mark_of(trial.generator_run)) current = std::max(current, mark->number);
  }
  for (const Suggestion& point : also_pending) {
    if (const auto mark = mark_of(point.generator_run)) current = std::max(current, mark->number);
  }
  RegionState state{.region = TrustRegion(rules, columns), .number = current};
  std::int64_t latest = 0;  // region of the trials before
  for (const auto& [index, trial] : experiment.trials()) {
    const std::optional<RegionMark> mark = mark_of(trial.generator_run);
    if (mark) latest = std::max(latest, mark->number);
    if ((mark ? mark->number : latest) != current || trial.status == core::TrialStatus::kAbandoned) continue;
    const bool has_failed = trial.status == core::TrialStatus::kFailed;
    if (!has_failed) state.made += static_cast<std::int64_t>(trial.arms.size());
    if (!has_failed && !core::has_data(trial.status)) continue;
    state.trials.insert(index);
    const std::vector<Evaluation> evaluations = evaluations_of(trial, experiment.optimization_config());
    if (mark && mark->is_proposed) {
      state.region.update(evaluations);
    } else {
      for (const Evaluation& evaluation : evaluations) state.region.observe(evaluation);
    }
  }
  state.has_value = state.region.best().has_value();
  if (state.region.has_ended()) return {.region = TrustRegion(rules, columns), .number = current + 1};
  for (const Suggestion& point : also_pending) {
    const std::optional<RegionMark> mark = mark_of(point.generator_run);
    state.made += (mark ? mark->number : latest) == current ? 1 : 0;
  }
  return state;
}

}  // namespace boa::generation
