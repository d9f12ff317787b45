#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "boa/app/boa_config.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// The document "config": the config as written, and where everything was, so that a moved project can be resumed.
struct StoredConfig {
  std::string text;
  std::filesystem::path path;  ///< of the config file
  std::filesystem::path working_dir;
  std::filesystem::path experiment_dir;  ///< when this was stored
  util::Node data;                       ///< the text as parsed
  bool is_data = false;                  ///< data is all there is: Python BOA stores no text

  util::Node to_node() const;
  /// StorageError if the document is none.
  static StoredConfig from_node(const util::Node& node);
};

/// Where config and working folder are now that the experiment is in `experiment`: at their place relative to it, else
/// where they were, else the experiment's copy of the config, and its parent. Where the config has stayed, so has the
/// working folder.
struct RevivedPaths {
  std::filesystem::path config;
  std::filesystem::path working_dir;
};
RevivedPaths revive_paths(const StoredConfig& stored, const std::filesystem::path& experiment);

/// A stored path as it is after the experiment folder was moved from `stored_experiment` to `experiment`: at the same
/// place relative to it if something is there, else where it was, else nothing.
std::optional<std::filesystem::path> rebased(const std::filesystem::path& stored,
                                             const std::filesystem::path& stored_experiment,
                                             const std::filesystem::path& experiment);

/// What differs between two problems, in words ("parameter 'x2': bounds ..."); empty if they are the same.
std::string describe_difference(const core::SearchSpace& stored, const core::SearchSpace& given);
std::string describe_difference(const core::OptimizationConfig& stored, const core::OptimizationConfig& given);

}  // namespace boa::app
