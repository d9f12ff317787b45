#include "boa/cli/looking.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>
#include <utility>
#include <vector>

#include "boa/cli/tables.hpp"
#include "boa/core/observations.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::cli {

namespace {

using util::Node;

/// Failed trials that `status` lists with their reasons; `trials` has them all.
constexpr std::size_t kReasonsShown = 5;

std::string cell(const Node& node) {
  if (node.is_null()) return "-";
  if (node.is_string()) return node.as_string();
  if (node.is_bool()) return node.as_bool() ? "True" : "False";
  if (node.is_int()) return fmt::format("{}", node.as_int());
  return short_number(node.as_double());
}

/// A parameter's value with all its digits, so that it can be used again.
std::string exact(const Node& value) { return value.is_float() ? util::python_repr(value.as_double()) : cell(value); }

std::string mean_cell(const Node& metrics, const std::string& name) {
  const Node* metric = metrics.find(name);
  return metric == nullptr ? "-" : cell(metric->at("mean"));
}

std::string reason_lines(const core::Experiment& experiment) {
  std::string text;
  std::size_t count = 0;
  for (const core::TrialStatus status :
       {core::TrialStatus::kFailed, core::TrialStatus::kAbandoned, core::TrialStatus::kEarlyStopped}) {
    for (const std::int64_t index : std::views::reverse(experiment.with_status(status))) {
      const core::Trial& trial = experiment.trial(index);
      if (trial.reason().empty() || ++count > kReasonsShown) continue;
      text += fmt::format("  trial {} {}: {}\n", index, core::to_string(status), trial.reason());
    }
  }
  if (count > kReasonsShown) text += fmt::format("  ... {} more; 'boa trials' lists them\n", count - kReasonsShown);
  return text.empty() ? "" : "Latest trials that were not completed:\n" + text;
}

/// `1.5 +- 0.2`
std::string value_text(const Node& metric) {
  const std::string sem = metric.at("sem").is_null() || metric.at("sem").as_double() == 0
                              ? ""
                              : fmt::format(" +- {}", cell(metric.at("sem")));
  return cell(metric.at("mean")) + sem;
}

std::string metric_line(const std::string& name, const Node& metric) {
  return fmt::format("  {} = {}\n", name, value_text(metric));
}

/// Which arm comes nearest to meeting all outcome constraints, each in shares of its largest miss, and what it misses.
std::string nearest_to_feasible(const core::Experiment& experiment) {
  const auto& constraints = experiment.optimization_config().outcome_constraints;
  std::map<std::string, std::vector<double>> misses;  // by arm
  std::vector<double> largest(constraints.size(), 0.0);
  for (const auto& [index, trial] : experiment.trials()) {
    for (const core::Arm& arm : trial.arms) {
      std::vector<double> arm_misses;
      for (const core::OutcomeConstraint& constraint : constraints) {
        const std::optional<double> over = core::excess(constraint, trial, arm.name);
        if (!over || !std::isfinite(*over)) break;
        arm_misses.push_back(std::max(0.0, *over));
      }
      if (arm_misses.size() < constraints.size()) continue;
      for (std::size_t i = 0; i < largest.size(); ++i) largest[i] = std::max(largest[i], arm_misses[i]);
      misses.emplace(arm.name, std::move(arm_misses));
    }
  }
  const auto share = [&](const auto& entry) {
    double sum = 0;
    for (std::size_t i = 0; i < largest.size(); ++i) sum += largest[i] > 0 ? entry.second[i] / largest[i] : 0;
    return sum;
  };
  const auto best = std::ranges::min_element(misses, {}, share);
  if (best == misses.end()) return {};
  std::string text = fmt::format("The nearest is {}:\n", best->first);
  for (std::size_t i = 0; i < largest.size(); ++i) {
    if (best->second[i] > 0) {
      text += fmt::format("  {} is missed by {}\n", constraints[i].text, short_number(best->second[i]));
    }
  }
  return text;
}

/// The parameter whose target value no completed trial has: a task or a fidelity; empty if one has.
std::string missed_target(const core::Experiment& experiment) {
  const core::SearchSpace& space = experiment.search_space();
  for (const std::int64_t index : experiment.with_status(core::TrialStatus::kCompleted)) {
    for (const core::Arm& arm : experiment.trial(index).arms) {
      if (space.is_at_target(arm.parameters)) return {};
    }
  }
  if (const core::ChoiceParameter* task = space.task_parameter()) return task->name;
  const core::RangeParameter* fidelity = space.fidelity_parameter();
  return fidelity == nullptr ? "" : fidelity->name;
}

/// Why there is no best trial.
std::string without_best(const core::Experiment& experiment) {
  const std::size_t completed = experiment.count(core::TrialStatus::kCompleted);
  if (const std::string missed = missed_target(experiment); completed > 0 && !missed.empty()) {
    return fmt::format("None of the {} completed trials has the target value of '{}' yet.\n", completed, missed);
  }
  if (completed == 0 || experiment.optimization_config().outcome_constraints.empty()) {
    return "No trial with a result yet.\n";
  }
  return fmt::format("None of the {} completed trials meets the outcome constraints yet.\n", completed) +
         nearest_to_feasible(experiment);
}

/// Do all entries have the same metrics and parameters? Not where some parameters depend on others.
bool same_columns(const Node& best) {
  const auto names = [](const Node& entry) {
    std::vector<std::string> list;
    for (const char* key : {"metrics", "parameters"}) {
      for (const auto& [name, value] : entry.at(key).as_object()) list.push_back(name);
    }
    return list;
  };
  const auto& entries = best.as_array();
  return std::all_of(entries.begin(), entries.end(),
                     [&](const Node& entry) { return names(entry) == names(entries.front()); });
}

bool is_beyond_thresholds(const Node& entry) {
  const Node* within = entry.find("within_thresholds");
  return within != nullptr && !within->as_bool();
}

/// "2 trials on the Pareto front", and how they stand to the objective thresholds where there are any.
std::string front_title(const core::OptimizationConfig& config, const Node& best) {
  std::string title =
      fmt::format("{} on the Pareto front", best.size() == 1 ? "1 trial" : fmt::format("{} trials", best.size()));
  if (config.objective_thresholds.empty()) return title;
  std::vector<std::string> texts;
  for (const core::OutcomeConstraint& threshold : config.objective_thresholds) texts.push_back(threshold.text);
  const std::string thresholds = fmt::format("the objective thresholds ({})", util::join(texts, ", "));
  if (!is_beyond_thresholds(best.as_array().front())) return fmt::format("{} within {}", title, thresholds);
  return fmt::format("No trial is within {} yet.\n{}, beyond them", thresholds, title);
}

/// The thresholds that an entry is beyond, by what it is judged by: the model's means, or else what was observed.
std::string missed_thresholds(const core::OptimizationConfig& config, const Node& entry) {
  std::vector<std::string> missed;
  for (const core::OutcomeConstraint& threshold : config.objective_thresholds) {
    const Node& means = entry.contains("predicted") ? entry.at("predicted") : entry.at("metrics");
    const Node* metric = means.find(threshold.coefficients.front().first);
    if (metric == nullptr || !metric->at("mean").is_number()) continue;
    if (!core::is_met(threshold, metric->at("mean").as_double())) missed.push_back(threshold.text);
  }
  return util::join(missed, ", ");
}

/// The front as a table, in the order of its first metric.
std::string front_text(const core::OptimizationConfig& config, const Node& best) {
  std::vector<const Node*> entries;
  for (const Node& entry : best.as_array()) entries.push_back(&entry);
  const Node& first = *entries.front();
  const std::string& first_metric = first.at("metrics").as_object().front().first;
  const auto mean_of = [&](const Node& entry) {
    const Node& mean = entry.at("metrics").at(first_metric).at("mean");
    return mean.is_null() ? 0.0 : mean.as_double();
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const Node* a, const Node* b) { return mean_of(*a) < mean_of(*b); });
  const bool by_model = first.contains("predicted");
  std::vector<std::string> header = {"trial"};
  for (const auto& [name, metric] : first.at("metrics").as_object()) {
    header.push_back(name);
    if (by_model) header.push_back(name + ", by the model");
  }
  for (const auto& [name, value] : first.at("parameters").as_object()) header.push_back(name);
  const bool is_beyond = is_beyond_thresholds(first);
  if (is_beyond) header.emplace_back("beyond");
  std::vector<std::vector<std::string>> rows;
  for (const Node* entry : entries) {
    std::vector<std::string> row = {cell(entry->contains("arm") ? entry->at("arm") : entry->at("index"))};
    for (const auto& [name, metric] : entry->at("metrics").as_object()) {
      row.push_back(value_text(metric));
      if (!by_model) continue;
      const Node* predicted = entry->at("predicted").find(name);
      row.push_back(predicted == nullptr ? "-" : value_text(*predicted));
    }
    for (const auto& [name, value] : entry->at("parameters").as_object()) row.push_back(exact(value));
    if (is_beyond) row.push_back(missed_thresholds(config, *entry));
    rows.push_back(std::move(row));
  }
  return fmt::format("{}\n\n{}", front_title(config, best), format_table(header, rows, 40));
}

/// What is to be remarked about an entry, in brackets; empty if nothing is.
std::string remark_on(const core::OptimizationConfig& config, const Node& entry) {
  if (!entry.at("feasible").as_bool()) return " (does not meet the outcome constraints)";
  return is_beyond_thresholds(entry) ? fmt::format(" (beyond {})", missed_thresholds(config, entry)) : "";
}

/// One trial of the best ones in lines.
std::string best_entry_text(const core::Experiment& experiment, const Node& entry, const char* title) {
  const core::OptimizationConfig& config = experiment.optimization_config();
  std::string text = fmt::format("{}: {} of {}{}\n", title, entry.at("index").as_int(), experiment.num_trials(),
                                 remark_on(config, entry));
  for (const auto& [name, metric] : entry.at("metrics").as_object()) {
    text += metric_line(name, metric);
    const Node* predicted = entry.find("predicted");
    if (predicted == nullptr || !predicted->contains(name)) continue;
    text.pop_back();
    text += fmt::format("; by the model {}\n", value_text(predicted->at(name)));
  }
  if (entry.contains("predicted") && !config.outcome_constraints.empty()) {
    text +=
        fmt::format("  meets the outcome constraints with probability {}\n", cell(entry.at("probability_feasible")));
  }
  text += "Parameters:\n";
  for (const auto& [name, value] : entry.at("parameters").as_object()) {
    text += fmt::format("  {}: {}\n", name, exact(value));
  }
  return text;
}

}  // namespace

std::string status_text(const core::Experiment& experiment, const Node& status) {
  std::string counts;
  for (const auto& [name, count] : status.at("trials").as_object()) {
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count.as_int(), name);
  }
  std::string text = fmt::format("Experiment:      {}\n", status.at("experiment_dir").as_string());
  text += fmt::format("Trials:          {}\n", counts.empty() ? "none yet" : counts);
  if (!status.at("goal").is_null()) text += fmt::format("Goal:            {}\n", status.at("goal").as_int());
  text += fmt::format("Generation step: {}\n", status.at("generation_step").as_string());
  text += fmt::format("Next:            {}\n", status.at("next").as_string());
  return text + reason_lines(experiment);
}

std::string best_text(const core::Experiment& experiment, const Node& best) {
  if (best.size() == 0) return without_best(experiment);
  const core::OptimizationConfig& config = experiment.optimization_config();
  const bool is_front = config.objective.kind == core::Objective::Kind::kMulti;
  if (is_front && best.size() > 1 && same_columns(best)) return front_text(config, best);
  std::string text = is_front ? front_title(config, best) + "\n" : "";
  for (const Node& entry : best.as_array()) {
    if (is_front) text += "\n";
    text += best_entry_text(experiment, entry, is_front ? "Trial" : "Best trial");
  }
  return text;
}

std::string trials_text(const core::Experiment& experiment, const Node& trials) {
  std::vector<std::string> header = {"trial", "status", "method"};
  std::vector<std::string> metrics;
  for (const core::Metric& metric : experiment.optimization_config().metrics) metrics.push_back(metric.name);
  header.insert(header.end(), metrics.begin(), metrics.end());
  std::vector<std::string> parameters;
  for (const core::Parameter& parameter : experiment.search_space().parameters()) {
    if (!core::is_fixed(parameter)) parameters.push_back(core::name_of(parameter));
  }
  header.insert(header.end(), parameters.begin(), parameters.end());
  bool any_reason = false;
  for (const Node& trial : trials.as_array()) any_reason = any_reason || !trial.at("reason").is_null();
  if (any_reason) header.emplace_back("reason");

  std::vector<std::vector<std::string>> rows;
  for (const Node& trial : trials.as_array()) {
    const Node* feasible = trial.find("feasible");
    const bool is_infeasible = feasible != nullptr && feasible->is_bool() && !feasible->as_bool();
    std::vector<std::string> row = {cell(trial.at("index")),
                                    cell(trial.at("status")) + (is_infeasible ? ", infeasible" : ""),
                                    cell(trial.at("generation_method"))};
    for (const std::string& name : metrics) row.push_back(mean_cell(trial.at("metrics"), name));
    for (const std::string& name : parameters) {
      const Node* value = trial.at("parameters").find(name);
      row.push_back(value == nullptr ? "-" : cell(*value));
    }
    if (any_reason) row.push_back(trial.at("reason").is_null() ? "" : trial.at("reason").as_string());
    rows.push_back(std::move(row));
  }
  return format_table(header, rows, 40);
}

std::string predictions_text(const std::vector<core::Parameterization>& points, const Node& predictions) {
  std::string text;
  for (std::size_t i = 0; i < points.size(); ++i) {
    text += util::write_json(core::to_node(points[i])) + "\n";
    for (const auto& [name, metric] : predictions.at("predictions").at(i).as_object())
      text += metric_line(name, metric);
  }
  return text;
}

}  // namespace boa::cli
