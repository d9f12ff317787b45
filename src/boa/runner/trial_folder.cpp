#include "boa/runner/trial_folder.hpp"

#include <fmt/core.h>

#include <system_error>

#include "boa/core/ax_json.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::runner {

namespace {

namespace fs = std::filesystem;
using util::Node;

constexpr int kIndent = 4;

void make_new_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::create_directory(folder, error)) return;
  if (error)
    throw StorageError(fmt::format("the trial folder {} could not be made: {}", folder.string(), error.message()));
  throw StorageError(fmt::format("the trial folder {} is there already", folder.string()),
                     "A new trial's folder is always new. Move the old one away.");
}

void write(const fs::path& file, const Node& content) {
  const std::string text = util::write_json(content, kIndent);
  std::error_code error;
  // Nobody reads a file that is not there yet.
  if (!fs::exists(file, error)) return util::write_file(file, text);
  util::write_file_atomically(file, text, /*durable=*/false);
}

/// `{metric: {name: value of that metric's parameters}}`.
Node filtered_parameters(const core::Parameterization& parameters, const core::OptimizationConfig& config) {
  Node filtered = Node::object();
  for (const core::Metric& metric : config.metrics) {
    Node values = Node::object();
    for (const std::string& name : metric.param_names) {
      if (const core::ParameterValue* value = core::find_value(parameters, name))
        values.set(name, core::to_node(*value));
    }
    filtered.set(metric.name, std::move(values));
  }
  return filtered;
}

Node param_names(const core::OptimizationConfig& config) {
  Node names = Node::object();
  for (const core::Metric& metric : config.metrics) {
    Node list = Node::array();
    for (const std::string& name : metric.param_names) list.push_back(name);
    names.set(metric.name, std::move(list));
  }
  return names;
}

Node metric_properties(const core::OptimizationConfig& config) {
  Node properties = Node::object();
  for (const core::Metric& metric : config.metrics) {
    if (metric.properties.size() > 0) properties.set(metric.name, metric.properties);
  }
  return properties;
}

}  // namespace

std::string trial_folder_name(std::int64_t index) { return fmt::format("{:06d}", index); }

bool has_trial_folder(const std::filesystem::path& experiment_dir, std::int64_t index) {
  std::error_code ignored;
  return std::filesystem::exists(experiment_dir / trial_folder_name(index), ignored);
}

fs::path arm_folder(const fs::path& experiment_dir, const core::Trial& trial, std::size_t arm) {
  const fs::path folder = experiment_dir / trial_folder_name(trial.index);
  return trial.is_batch ? folder / fmt::format("{}_{}", trial.index, arm) : folder;
}

std::string arm_title(const core::Trial& trial, std::size_t arm) {
  return trial.is_batch ? fmt::format("trial {}, arm {}_{}", trial.index, trial.index, arm)
                        : fmt::format("trial {}", trial.index);
}

void make_trial_folders(const fs::path& experiment_dir, const core::Trial& trial) {
  make_new_folder(experiment_dir / trial_folder_name(trial.index));
  if (!trial.is_batch) return;
  for (std::size_t arm = 0; arm < trial.arms.size(); ++arm) make_new_folder(arm_folder(experiment_dir, trial, arm));
}

void write_trial_files(const fs::path& folder, const core::Trial& trial, std::size_t arm, const ScriptOptions& options,
                       TrialFiles kind) {
  const core::OptimizationConfig& config = options.optimization_config;
  const core::Parameterization values = options.search_space.in_file_order(trial.arms.at(arm).parameters);
  const Node parameters = core::to_node(values);
  const Node ax_trial = core::trial_to_ax(trial, options.search_space);
  const Node filtered = filtered_parameters(values, config);
  Node data = Node::object({{"parameters", parameters},
                            {"trial", ax_trial},
                            {"trial_index", trial.index},
                            {"trial_dir", folder.string()},
                            {"filtered_parameters", filtered},
                            {"param_names", param_names(config)}});
  if (options.nested_parameters) data.set("nested_parameters", options.nested_parameters(values));
  if (kind == TrialFiles::kWithMetricProperties) {
    Node properties = metric_properties(config);
    if (properties.size() > 0) data.set("metric_properties", std::move(properties));
  }
  if (parameters.size() > 0) write(folder / "parameters.json", parameters);
  write(folder / "trial.json", ax_trial);
  if (filtered.size() > 0) write(folder / "filtered_parameters.json", filtered);
  write(folder / "data.json", data);
}

}  // namespace boa::runner
