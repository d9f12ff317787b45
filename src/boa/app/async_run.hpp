#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/run_paths.hpp"

namespace boa::app {

struct AsyncRequest {
  std::optional<std::filesystem::path> config;      ///< `-c`: a new experiment, or other options for `experiment`
  std::optional<std::filesystem::path> experiment;  ///< `-sp`
  std::optional<std::int64_t> n;                    ///< `-n`: so many points; else n_trials or total_trials say it
  std::filesystem::path launch_dir;                 ///< absolute
  bool temporary_dir = false;                       ///< `-td`: in a temporary folder, which is kept
  std::optional<std::int64_t> seed;
  bool allow_python = true;  ///< templates that call load_py may start python3
  int threads = 1;           ///< that compute points; they are the same for any number
};

struct AsyncReport {
  std::filesystem::path experiment_dir;
  std::vector<std::int64_t> completed;  ///< trials that have all their values now
  std::vector<std::int64_t> corrected;  ///< trials with other values than before
  std::vector<std::int64_t> ended;      ///< marked FAILED or ABANDONED in the table
  std::vector<std::int64_t> asked;      ///< new trials, RUNNING until their values are filled in
  std::string reason;                   ///< why there are fewer than asked for
  std::vector<std::string> notices;     ///< rows that were not understood, and what else is unusual
};

/// BOA's async_opt: ask and tell through optimization.csv. Takes in what was filled into the table, then adds rows with
/// new points. No command is run, and every metric is what the table says.
///
/// A new experiment appears as a whole, with its first points; of an existing one the values and the new points are a
/// transaction each. ConfigError, UserInputError, UnsupportedError and StorageError as for a run.
AsyncReport run_async(const AsyncRequest& request);

}  // namespace boa::app
