#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "boa/app/best_so_far.hpp"
#include "boa/app/run_paths.hpp"
#include "boa/scheduler/run_result.hpp"
#include "boa/scheduler/scheduler.hpp"
#include "boa/util/log.hpp"

namespace boa::app {

/// Who looks on while a run goes on.
struct RunHooks {
  util::Log& log;
  /// After each step. May be empty.
  std::function<void(const scheduler::Progress&, const BestSoFar&)> on_progress;
  /// When the last step is done, before the summary is logged. May be empty.
  std::function<void()> on_end;
  /// How often on_progress is called while nothing happens; nothing: never.
  std::optional<std::chrono::milliseconds> tick;
};

struct NewRun {
  std::filesystem::path config;
  std::filesystem::path launch_dir;  ///< absolute
  PathFlags paths;
  bool temporary_dir = false;        ///< in a temporary folder, removed after a success
  std::optional<std::int64_t> seed;  ///< wins over the config's random_seed
  int threads = 1;                   ///< that compute points; they are the same for any number
};

struct ResumedRun {
  std::filesystem::path experiment;             ///< folder, or a file in it
  std::optional<std::filesystem::path> config;  ///< `-c` beside `-sp`
  std::filesystem::path launch_dir;             ///< absolute
  PathFlags paths;
  std::optional<std::int64_t> more;  ///< `--trials N`
  int threads = 1;                   ///< that compute points; they are the same for any number
};

struct RunReport {
  scheduler::RunResult result;
  std::filesystem::path experiment_dir;
  bool removed = false;  ///< it was temporary
};

/// Runs a new optimization. Everything is checked before anything is made: ConfigError, UserInputError and
/// UnsupportedError leave nothing behind. While it runs, SIGINT, SIGTERM and SIGHUP are the scheduler's.
RunReport run_new(const NewRun& request, const RunHooks& hooks);

/// Goes on with an optimization: takes over what still runs, then runs up to the goal.
RunReport run_resumed(const ResumedRun& request, const RunHooks& hooks);

}  // namespace boa::app
