#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "boa/app/boa_config.hpp"
#include "boa/util/clock.hpp"

namespace boa::app {

/// What the command line says about paths, and about Python.
struct PathFlags {
  /// --rel-to-config or --rel-to-here; absent: what the config says.
  std::optional<bool> rel_to_config = std::nullopt;
  /// -wp: a Python wrapper, relative to the launch folder.
  std::optional<std::filesystem::path> wrapper_path = std::nullopt;
  /// -td: a fresh folder that the experiment's folder is made in.
  std::optional<std::filesystem::path> temporary_dir = std::nullopt;
  /// False: --no-python. No template may start python3.
  bool allow_python = true;
};

/// Where a run works and writes; all absolute.
struct RunPaths {
  std::filesystem::path base;         ///< of relative paths: the config's folder or the launch folder
  std::filesystem::path working_dir;  ///< where commands run
  std::filesystem::path parent;       ///< the folder that the experiment's folder is made in
  std::string name;                   ///< of the experiment's folder, before time and number
  bool append_timestamp = true;
};

/// Applies BOA's path rules: relative paths lie under the config's folder, or with rel_to_launch under `launch_folder`;
/// a relative output_dir under working_dir, with `~` expanded.
///
/// ConfigError names the key of a folder that does not exist. UnsupportedError if a Python wrapper would be used: the
/// file wrapper_path (default `wrapper.py`) exists.
RunPaths resolve_paths(const BoaConfig& config, const std::filesystem::path& launch_folder,
                       const PathFlags& flags = {});

/// The same for `boa async`, which runs no command: the folder is made in the launch folder, or in output_dir under it;
/// experiment_dir lies under the config's folder. No wrapper and no working_dir count.
RunPaths resolve_async_paths(const BoaConfig& config, const std::filesystem::path& launch_folder);

/// A fresh folder for `-td`. StorageError.
std::filesystem::path make_temporary_folder();

/// The path of a new experiment folder: `<parent>/<name>[_<timestamp>][.1]`, the first number for which `exists` is
/// false. Nothing is created.
std::filesystem::path new_experiment_folder(const RunPaths& paths, util::TimePoint now,
                                            const std::function<bool(const std::filesystem::path&)>& exists);

}  // namespace boa::app
