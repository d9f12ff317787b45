#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/core/trial.hpp"
#include "boa/util/node.hpp"

/// The spelling of Ax 0.3.6's JSON files (`{"__type": "Trial", ...}`), so that scripts which read them go on working.
///
/// The readers take what boa writes back without loss, and Ax's own files as far as boa's types can hold them: what
/// they cannot hold (a task parameter, a relative constraint, a hierarchical space) is UnsupportedError, what is
/// missing or of the wrong type is StorageError with the path of the entry. Keys that boa adds to Ax's: `text` of
/// constraints, `noise` and `function` of metrics, `metric_order`, `next_trial_index`, `default_sem`.
namespace boa::core {

/// `{"__type": "datetime", "value": "2026-11-23 19:59:13.123456"}`, local time; null for none.
util::Node datetime_to_ax(std::optional<util::TimePoint> time);
std::optional<util::TimePoint> datetime_from_ax(const util::Node& node, const std::string& path);

util::Node arm_to_ax(const Arm& arm);
Arm arm_from_ax(const util::Node& node, const std::string& path);

/// A Trial or, with several arms, a BatchTrial; without its data. Parameters in the order that the trial holds.
util::Node trial_to_ax(const Trial& trial);
/// The same with the parameters in the order of trial files.
util::Node trial_to_ax(const Trial& trial, const SearchSpace& space);
Trial trial_from_ax(const util::Node& node, const std::string& path = "trial");

util::Node search_space_to_ax(const SearchSpace& space);
SearchSpace search_space_from_ax(const util::Node& node, const std::string& path = "search_space");

util::Node metric_to_ax(const Metric& metric);
Metric metric_from_ax(const util::Node& node, const std::string& path);

/// OptimizationConfig or MultiObjectiveOptimizationConfig. Metrics that are only tracked are not in it: see
/// tracking_metrics_to_ax.
util::Node optimization_config_to_ax(const OptimizationConfig& config);
/// The metrics that neither the objective nor a constraint names.
util::Node tracking_metrics_to_ax(const OptimizationConfig& config);
OptimizationConfig optimization_config_from_ax(const util::Node& node, const util::Node& tracking_metrics,
                                               const std::string& path = "optimization_config");

/// One entry of `data_by_trial`: an OrderedDict with one Data. Full precision; a sem that the result did not give is
/// the metric's default. An empty OrderedDict where the trial has no data.
util::Node data_to_ax(const Trial& trial, const OptimizationConfig& config);
/// The newest data of such an entry.
std::vector<DataRow> data_from_ax(const util::Node& node, const OptimizationConfig& config, const std::string& path);

util::Node experiment_to_ax(const Experiment& experiment);
/// Name, search space, configuration, properties and next index alone, without trials and data.
util::Node experiment_header_to_ax(const Experiment& experiment);
Experiment experiment_from_ax(const util::Node& node, const std::string& path = "experiment");

}  // namespace boa::core
