#include "boa/core/ax_json.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "boa/core/ax_json_fields.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::core {

namespace {

using util::Node;

/// A table as pandas writes it: column -> row -> value.
Node data_frame(const Trial& trial, const OptimizationConfig& config) {
  Node arms = Node::object();
  Node metrics = Node::object();
  Node means = Node::object();
  Node sems = Node::object();
  Node indices = Node::object();
  for (std::size_t i = 0; i < trial.data.size(); ++i) {
    const DataRow& row = trial.data[i];
    const Metric* metric = config.find_metric(row.metric);
    const std::string key = std::to_string(i);
    arms.as_object().emplace_back(key, Node(row.arm_name));
    metrics.as_object().emplace_back(key, Node(row.metric));
    means.as_object().emplace_back(key, Node(row.mean));
    sems.as_object().emplace_back(key, Node(row.sem.value_or(metric == nullptr ? 0.0 : metric->default_sem())));
    indices.as_object().emplace_back(key, Node(trial.index));
  }
  return Node::object({{"arm_name", std::move(arms)},
                       {"metric_name", std::move(metrics)},
                       {"mean", std::move(means)},
                       {"sem", std::move(sems)},
                       {"trial_index", std::move(indices)}});
}

/// A number of a table; pandas writes null for NaN.
double number_in(const Node& column, const std::string& row, const std::string& path) {
  const Node* value = column.find(row);
  if (value == nullptr || value->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value->is_number()) ax::fail_entry(path, fmt::format("must hold numbers, not {}", value->describe()));
  return value->as_double();
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

std::vector<DataRow> rows_from(const Node& frame, const Node* defaults, const OptimizationConfig& config,
                               const std::string& path) {
  std::vector<DataRow> rows;
  const Node& metrics = ax::need(frame, "metric_name", path);
  const Node& means = ax::need(frame, "mean", path);
  const Node* sems = ax::find_entry(frame, "sem");
  for (const auto& [key, arm] : ax::need_object(frame, "arm_name", path)) {
    const Node* metric = metrics.find(key);
    if (!arm.is_string() || metric == nullptr || !metric->is_string()) ax::fail_entry(path, "has a row without names");
    DataRow row;
    row.arm_name = arm.as_string();
    row.metric = metric->as_string();
    row.mean = number_in(means, key, path + ".mean");
    const double sem =
        sems == nullptr ? std::numeric_limits<double>::quiet_NaN() : number_in(*sems, key, path + ".sem");
    const Metric* known = config.find_metric(row.metric);
    const bool is_default = defaults != nullptr && defaults->is_array() && rows.size() < defaults->size()
                                ? defaults->at(rows.size()) == Node(true)
                                : known != nullptr && same_number(sem, known->default_sem());
    if (!is_default) row.sem = sem;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::int64_t milliseconds(const Trial& trial) {
  const util::TimePoint time = trial.time_completed.value_or(trial.time_created);
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

Node data_to_ax(const Trial& trial, const OptimizationConfig& config) {
  util::NodeArray entries;
  if (!trial.data.empty()) {
    const Node frame = Node::object({{"__type", "DataFrame"}, {"value", util::write_json(data_frame(trial, config))}});
    util::NodeArray defaults;
    for (const DataRow& row : trial.data) defaults.emplace_back(!row.sem.has_value());
    const Node data = Node::object(
        {{"df", frame}, {"description", Node()}, {"__type", "Data"}, {"default_sem", Node(std::move(defaults))}});
    entries.push_back(Node::array({Node(milliseconds(trial)), data}));
  }
  return Node::object({{"__type", "OrderedDict"}, {"value", Node(std::move(entries))}});
}

std::vector<DataRow> data_from_ax(const Node& node, const OptimizationConfig& config, const std::string& path) {
  const Node* newest = nullptr;
  std::int64_t newest_time = 0;
  for (const Node& entry : ax::need_array(node, "value", path)) {
    if (!entry.is_array() || entry.size() != 2 || !entry.at(0).is_number()) {
      ax::fail_entry(path + ".value", "must hold pairs of a time and data");
    }
    const auto time = static_cast<std::int64_t>(entry.at(0).as_double());
    if (newest == nullptr || time >= newest_time) {
      newest = &entry.at(1);
      newest_time = time;
    }
  }
  if (newest == nullptr) return {};
  const std::string where = path + ".df";
  const std::string& text = ax::need_string(ax::need(*newest, "df", path), "value", where);
  try {
    return rows_from(util::parse_json(text, where), newest->find("default_sem"), config, where);
  } catch (const ConfigError& error) {
    ax::fail_entry(where, error.what());
  }
}

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

Experiment experiment_from_ax(const Node& node, const std::string& path) {
  const Node* tracking = ax::find_entry(node, "tracking_metrics");
  OptimizationConfig config =
      optimization_config_from_ax(ax::need(node, "optimization_config", path), tracking == nullptr ? Node() : *tracking,
                                  path + ".optimization_config");
  const std::string created = path + ".time_created";
  Experiment experiment(ax::text(node, "name", path),
                        search_space_from_ax(ax::need(node, "search_space", path), path + ".search_space"), config,
                        datetime_from_ax(ax::need(node, "time_created", path), created).value_or(util::TimePoint{}));
  experiment.properties() = ax::mapping(node, "properties");
  const Node* trials = ax::find_entry(node, "trials");
  const Node* data = ax::find_entry(node, "data_by_trial");
  if (trials != nullptr && trials->is_object()) {
    std::unordered_map<std::string_view, const Node*> rows_of;
    if (data != nullptr && data->is_object()) {
      for (const auto& [key, rows] : data->as_object()) rows_of[key] = &rows;
    }
    for (const auto& [key, entry] : trials->as_object()) {
      Trial trial = trial_from_ax(entry, fmt::format("{}.trials.{}", path, key));
      if (const auto rows = rows_of.find(key); rows != rows_of.end()) {
        trial.data = data_from_ax(*rows->second, config, fmt::format("{}.data_by_trial.{}", path, key));
      }
      if (experiment.find_trial(trial.index) != nullptr) {
        ax::fail_entry(fmt::format("{}.trials.{}", path, key), "is there twice");
      }
      for (Arm& arm : trial.arms) arm.parameters = experiment.search_space().in_config_order(arm.parameters);
      experiment.add_stored_trial(std::move(trial));
    }
  }
  if (ax::find_entry(node, "next_trial_index") != nullptr) {
    experiment.skip_to(ax::need_int(node, "next_trial_index", path));
  }
  return experiment;
}

}  // namespace boa::core
