#include "boa/app/run_paths.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "boa/util/error.hpp"

namespace boa::app {

namespace fs = std::filesystem;

namespace {

/// An error about a key of script_options, with its place if it is written.
ConfigError script_error(const BoaConfig& config, std::string_view key, const std::string& message,
                         std::string hint = {}) {
  SourceLocation where{config.source_path.string(), 0, 0};
  if (const util::Node* script = config.raw.find("script_options")) {
    if (const util::Node* value = script->find(key)) {
      where.line = value->line();
      where.column = value->column();
    }
  }
  return ConfigError(where, fmt::format("script_options.{}", key), message, std::move(hint));
}

fs::path under(const fs::path& base, const fs::path& path) {
  fs::path result = (path.is_absolute() ? path : base / path).lexically_normal();
  // `a/.` normalises to `a/`, whose last component is empty.
  if (!result.has_filename() && result.has_parent_path() && result != result.root_path()) result = result.parent_path();
  return result;
}

fs::path expand_home(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const char* home = std::getenv("HOME");
  return home == nullptr ? fs::path(path) : fs::path(home + path.substr(1));
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_written(const BoaConfig& config, std::string_view key) {
  const util::Node* script = config.raw.find("script_options");
  const util::Node* value = script == nullptr ? nullptr : script->find(key);
  return value != nullptr && !value->is_null();
}

/// BOA prefers a Python wrapper to the commands as soon as its file exists.
void refuse_wrapper(const BoaConfig& config, const fs::path& base, const fs::path& launch_folder,
                    const PathFlags& flags) {
  std::error_code ignored;
  if (flags.wrapper_path) {
    const fs::path path = under(launch_folder, *flags.wrapper_path);
    if (!fs::exists(path, ignored))
      throw UserInputError(fmt::format("the Python wrapper '{}' does not exist", path.string()));
    throw UnsupportedError(
        fmt::format("the Python wrapper '{}' is given: Python wrappers are not built yet", path.string()));
  }
  const fs::path path = under(base, config.script.wrapper_path);
  if (!fs::exists(path, ignored)) {
    if (is_written(config, "wrapper_path") && !config.script.has_command()) {
      throw script_error(config, "wrapper_path",
                         fmt::format("the Python wrapper '{}' does not exist, and there is no command", path.string()));
    }
    return;
  }
  const ConfigError place = script_error(
      config, "wrapper_path",
      fmt::format("BOA would use the Python wrapper '{}': Python wrappers are not built yet", path.string()));
  throw UnsupportedError(place.what(), "To run the commands instead, rename or move that file.");
}

void require_folder(const BoaConfig& config, const fs::path& path, std::string_view key, std::string_view what) {
  if (is_folder(path)) return;
  std::error_code ignored;
  throw script_error(
      config, key,
      fmt::format("{} '{}' {}", what, path.string(), fs::exists(path, ignored) ? "is not a folder" : "does not exist"),
      "Create it, or correct the path.");
}

/// Where the folder is made, and what it is called, by experiment_dir or output_dir.
void place_experiment(const BoaConfig& config, RunPaths& paths) {
  const ScriptOptions& script = config.script;
  if (script.experiment_dir) {
    const fs::path experiment = under(paths.base, *script.experiment_dir);
    paths.parent = experiment.parent_path();
    paths.name = experiment.filename().string();
    require_folder(config, paths.parent, "experiment_dir", "the parent folder");
  } else {
    paths.parent = under(paths.working_dir, expand_home(script.output_dir.value_or(".")));
    require_folder(config, paths.parent, "output_dir", "the output folder");
  }
}

}  // namespace

RunPaths resolve_paths(const BoaConfig& config, const fs::path& launch_folder, const PathFlags& flags) {
  const ScriptOptions& script = config.script;
  const bool rel_to_config = flags.rel_to_config.value_or(!script.rel_to_launch.value_or(false));
  RunPaths paths;
  paths.base = rel_to_config ? config.source_path.parent_path() : fs::absolute(launch_folder).lexically_normal();
  refuse_wrapper(config, paths.base, launch_folder, flags);
  paths.working_dir = under(paths.base, script.working_dir);
  require_folder(config, paths.working_dir, "working_dir", "the working folder");
  paths.append_timestamp = script.append_timestamp;
  paths.name = script.exp_name;
  if (flags.temporary_dir) {
    paths.parent = under(launch_folder, *flags.temporary_dir);
  } else {
    place_experiment(config, paths);
  }
  return paths;
}

RunPaths resolve_async_paths(const BoaConfig& config, const fs::path& launch_folder) {
  const ScriptOptions& script = config.script;
  RunPaths paths;
  paths.base = config.source_path.parent_path();
  paths.working_dir = fs::absolute(launch_folder).lexically_normal();
  paths.append_timestamp = script.append_timestamp;
  paths.name = script.exp_name;
  place_experiment(config, paths);
  return paths;
}

fs::path make_temporary_folder() {
  std::string name = (fs::temp_directory_path() / "boa_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw StorageError(fmt::format("could not make a temporary folder: {}", std::strerror(errno)));
  }
  return name;
}

fs::path new_experiment_folder(const RunPaths& paths, util::TimePoint now,
                               const std::function<bool(const fs::path&)>& exists) {
  std::string name = paths.name;
  if (paths.append_timestamp) name += "_" + util::timestamp_for_names(now);
  fs::path folder = paths.parent / name;
  for (int k = 1; exists(folder); ++k) folder = paths.parent / fmt::format("{}.{}", name, k);
  return folder;
}

}  // namespace boa::app
