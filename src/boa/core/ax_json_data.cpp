// The data of trials: tables as pandas writes them, and the values that BOA's metrics remember.
#include "boa/core/ax_json_data.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "boa/core/ax_json.hpp"
#include "boa/core/ax_json_fields.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::core {

namespace {

using util::Node;

constexpr std::int64_t kBoasCount = 10000;  // BOA writes this n for every value

/// A table as pandas writes it: column -> row -> value, with BOA's columns.
Node data_frame(const Trial& trial, const OptimizationConfig& config) {
  Node arms = Node::object();
  Node metrics = Node::object();
  Node means = Node::object();
  Node sems = Node::object();
  Node indices = Node::object();
  Node counts = Node::object();
  for (std::size_t i = 0; i < trial.data.size(); ++i) {
    const DataRow& row = trial.data[i];
    const Metric* metric = config.find_metric(row.metric);
    const std::string key = std::to_string(i);
    arms.as_object().emplace_back(key, Node(row.arm_name));
    metrics.as_object().emplace_back(key, Node(row.metric));
    means.as_object().emplace_back(key, Node(row.mean));
    sems.as_object().emplace_back(key, Node(row.sem.value_or(metric == nullptr ? 0.0 : metric->default_sem())));
    indices.as_object().emplace_back(key, Node(trial.index));
    counts.as_object().emplace_back(key, Node(kBoasCount));
  }
  Node frac_nonnull = means;  // as BOA has it
  return Node::object({{"arm_name", std::move(arms)},
                       {"metric_name", std::move(metrics)},
                       {"mean", std::move(means)},
                       {"sem", std::move(sems)},
                       {"trial_index", std::move(indices)},
                       {"n", std::move(counts)},
                       {"frac_nonnull", std::move(frac_nonnull)}});
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
  const Node& table = ax::need(ax::need(*newest, "df", path), "value", where);
  try {
    return rows_from(
        table.is_object() ? table : util::parse_json(ax::need_string(*newest->find("df"), "value", where), where),
        newest->find("default_sem"), config, where);
  } catch (const ConfigError& error) {
    ax::fail_entry(where, error.what());
  }
}

namespace {

/// Entry `row` of a column of a cache; null where it is missing.
const Node* cell(const Node& cache, const char* column, std::size_t row) {
  const Node* list = cache.find(column);
  return list != nullptr && list->is_array() && row < list->size() ? &list->at(row) : nullptr;
}

/// What a metric remembers of one trial, into the trial's rows.
void take_cached(const Node& cache, const OptimizationConfig& config, Trial& trial) {
  const Node* means = cache.find("mean");
  for (std::size_t i = 0; means != nullptr && i < means->size(); ++i) {
    const Node* arm = cell(cache, "arm_name", i);
    const Node* metric = cell(cache, "metric_name", i);
    const Node* mean = cell(cache, "mean", i);
    const Node* sem = cell(cache, "sem", i);
    if (arm == nullptr || !arm->is_string() || metric == nullptr || !metric->is_string()) continue;
    if (mean == nullptr || !mean->is_number() || !std::isfinite(mean->as_double())) continue;
    DataRow row{arm->as_string(), metric->as_string(), mean->as_double(), std::nullopt};
    const Metric* known = config.find_metric(row.metric);
    if (sem != nullptr && sem->is_number() &&
        (known == nullptr || !same_number(sem->as_double(), known->default_sem())))
      row.sem = sem->as_double();
    const auto same = [&](const DataRow& old) { return old.arm_name == row.arm_name && old.metric == row.metric; };
    const auto old = std::find_if(trial.data.begin(), trial.data.end(), same);
    if (old != trial.data.end()) {
      *old = std::move(row);
    } else if (has_data(trial.status)) {
      trial.data.push_back(std::move(row));
    }
  }
}

}  // namespace

CachedValues::CachedValues(const Node& experiment) {
  for (const char* part : {"optimization_config", "tracking_metrics"}) {
    if (const Node* found = experiment.find(part)) collect(*found);
  }
}

void CachedValues::collect(const Node& node) {
  if (node.is_array()) {
    for (const Node& item : node.as_array()) collect(item);
  } else if (node.is_object()) {
    for (const auto& [key, value] : node.as_object()) {
      if (key != "trial_data_cache") {
        collect(value);
      } else if (value.is_object()) {
        for (const auto& [trial, cache] : value.as_object()) by_trial_[trial].push_back(&cache);
      }
    }
  }
}

void CachedValues::apply(const OptimizationConfig& config, Trial& trial) const {
  const auto it = by_trial_.find(std::to_string(trial.index));
  if (it == by_trial_.end()) return;
  for (const Node* cache : it->second) take_cached(*cache, config, trial);
}

}  // namespace boa::core
