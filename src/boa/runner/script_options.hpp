#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/core/parameter.hpp"
#include "boa/core/search_space.hpp"
#include "boa/util/node.hpp"

namespace boa::runner {

/// What the script wrapper needs to know: the commands, where things are, how long to wait for what, and the problem.
struct ScriptOptions {
  std::optional<std::string> write_configs;
  std::optional<std::string> run_model;
  std::optional<std::string> set_trial_status;
  std::optional<std::string> fetch_trial_data;

  std::filesystem::path working_dir;     ///< where the commands run; absolute
  std::filesystem::path experiment_dir;  ///< where the trial folders are; absolute
  std::filesystem::path config_path;     ///< for `{{ config_path }}` and its parts; empty: they are unknown

  /// Seconds that a result is waited for where nothing else decides (see ScriptWrapper); absent: what fits the case.
  std::optional<double> result_grace_seconds;
  bool has_time_to_live = false;  ///< trials end by ttl_seconds_for_trials at the latest
  double init_seconds_between_polls = 1;
  double poll_backoff_factor = 1.5;

  bool allow_python = true;      ///< commands that call load_py may start python3
  std::uint64_t noise_seed = 0;  ///< of the noise that test functions (synthetic metrics) simulate

  core::OptimizationConfig optimization_config;
  core::SearchSpace search_space;
  /// The nested form of parameters that `parameter_keys` flattened; empty without them.
  std::function<util::Node(const core::Parameterization&)> nested_parameters;
};

/// The names that templates in a command may hold: parameters, trial_dir and, with a config path, the four of the
/// config.
std::vector<std::string> template_names(const core::SearchSpace& space, bool has_config);

}  // namespace boa::runner
