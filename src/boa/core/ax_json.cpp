#include "boa/core/ax_json.hpp"

#include <fmt/core.h>

#include <cmath>
#include <string_view>
#include <unordered_map>

#include "boa/core/ax_json_data.hpp"
#include "boa/core/ax_json_fields.hpp"
#include "boa/util/error.hpp"

namespace boa::core {

using util::Node;

Node experiment_header_to_ax(const Experiment& experiment) {
  const OptimizationConfig& config = experiment.optimization_config();
  return Node::object({{"__type", "Experiment"},
                       {"name", experiment.name()},
                       {"description", Node()},
                       {"experiment_type", Node()},
                       {"search_space", search_space_to_ax(experiment.search_space())},
                       {"optimization_config", optimization_config_to_ax(config)},
                       {"tracking_metrics", tracking_metrics_to_ax(config)},
                       {"runner", Node::object({{"__type", "WrappedJobRunner"}})},
                       {"status_quo", Node()},
                       {"time_created", datetime_to_ax(experiment.time_created())},
                       {"is_test", false},
                       {"properties", ax::or_empty(experiment.properties())},
                       {"default_data_type", ax::enum_to_ax("DataType", "DATA")},
                       {"next_trial_index", experiment.next_index()}});
}

Node experiment_to_ax(const Experiment& experiment) {
  Node trials = Node::object();
  Node data = Node::object();
  for (const auto& [index, trial] : experiment.trials()) {
    trials.as_object().emplace_back(std::to_string(index), trial_to_ax(trial));
    data.as_object().emplace_back(std::to_string(index), data_to_ax(trial, experiment.optimization_config()));
  }
  Node node = experiment_header_to_ax(experiment);
  node.set("trials", std::move(trials));
  node.set("data_by_trial", std::move(data));
  return node;
}

namespace {

/// Reads the trials with their data into the experiment.
void read_trials(const Node& node, const std::string& path, Experiment& experiment) {
  const Node* trials = ax::find_entry(node, "trials");
  if (trials == nullptr || !trials->is_object()) return;
  const OptimizationConfig& config = experiment.optimization_config();
  const CachedValues cached(node);
  const bool is_own = ax::find_entry(node, "next_trial_index") != nullptr;
  std::unordered_map<std::string_view, const Node*> rows_of;
  if (const Node* data = ax::find_entry(node, "data_by_trial"); data != nullptr && data->is_object()) {
    for (const auto& [key, rows] : data->as_object()) rows_of[key] = &rows;
  }
  for (const auto& [key, entry] : trials->as_object()) {
    Trial trial = trial_from_ax(entry, fmt::format("{}.trials.{}", path, key));
    if (const auto rows = rows_of.find(key); rows != rows_of.end()) {
      trial.data = data_from_ax(*rows->second, config, fmt::format("{}.data_by_trial.{}", path, key));
    }
    cached.apply(config, trial);
    // Ax writes NaN for a value that is not there yet.
    if (!is_own) std::erase_if(trial.data, [](const DataRow& row) { return std::isnan(row.mean); });
    if (experiment.find_trial(trial.index) != nullptr) {
      ax::fail_entry(fmt::format("{}.trials.{}", path, key), "is there twice");
    }
    for (Arm& arm : trial.arms) arm.parameters = experiment.search_space().in_config_order(arm.parameters);
    experiment.add_stored_trial(std::move(trial));
  }
}

}  // namespace

Experiment experiment_from_ax(const Node& node, const std::string& path) {
  const Node* tracking = ax::find_entry(node, "tracking_metrics");
  OptimizationConfig config =
      optimization_config_from_ax(ax::need(node, "optimization_config", path), tracking == nullptr ? Node() : *tracking,
                                  path + ".optimization_config");
  const Node* created = ax::find_entry(node, "time_created");
  Experiment experiment(
      ax::text(node, "name", path), search_space_from_ax(ax::need(node, "search_space", path), path + ".search_space"),
      std::move(config),
      created == nullptr ? util::TimePoint{}
                         : datetime_from_ax(*created, path + ".time_created").value_or(util::TimePoint{}));
  experiment.properties() = ax::mapping(node, "properties");
  read_trials(node, path, experiment);
  if (ax::find_entry(node, "next_trial_index") != nullptr) {
    experiment.skip_to(ax::need_int(node, "next_trial_index", path));
  }
  return experiment;
}

}  // namespace boa::core
