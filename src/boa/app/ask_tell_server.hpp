#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "boa/app/run_paths.hpp"

namespace boa::app {

struct AskTellRequest {
  std::filesystem::path target;      ///< a config, or an experiment folder
  std::filesystem::path launch_dir;  ///< absolute
  PathFlags paths;
  std::optional<std::int64_t> seed;  ///< of a new experiment
  int input = 0;                     ///< file descriptors of the JSON lines
  int output = 1;
  int threads = 1;  ///< that compute points; they are the same for any number
};

/// Answers requests until the input ends (0) or a signal comes (130). The experiment's place goes to standard error.
/// Errors before the first request as in a run; a reply that cannot be written is a StorageError.
int serve_ask_tell(const AskTellRequest& request);

}  // namespace boa::app
