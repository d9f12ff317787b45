#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/util/clock.hpp"

namespace boa::execution {

/// A command in. Knows nothing of trials.
struct Job {
  std::vector<std::string> command;  ///< argv; the program is looked up in PATH unless it holds a slash
  std::filesystem::path working_dir;
  std::filesystem::path stdout_file;  ///< appended to; created
  std::filesystem::path stderr_file;  ///< appended to; created
  /// Made and locked just before the start; every process of the job inherits the lock unless it closes it. Also says
  /// which process group it is, so that a later boa finds the job again.
  std::filesystem::path lock_file;
};

using JobId = std::int64_t;

/// A job state out.
struct JobState {
  enum class Phase {
    kRunning,     ///< the command itself is alive
    kLeftBehind,  ///< the command has ended, processes that it started are alive
    kEnded,       ///< nothing of it is alive
  };
  Phase phase = Phase::kRunning;
  std::optional<int> exit_code;  ///< of the command, once it has ended by itself
  std::optional<int> signal;     ///< that killed the command
  /// When the command ended, and when the last process of the job ended (by the executor's clock).
  std::optional<util::SteadyTime> command_ended;
  std::optional<util::SteadyTime> all_ended;
  bool left_processes_behind = false;  ///< some process outlived the command
  bool is_adopted = false;             ///< no child of this process: its exit status will not be known

  /// Ended by itself with status 0, or adopted: how an adopted one ended is not known and counts as 0.
  bool succeeded() const { return exit_code.value_or(0) == 0 && !signal.has_value(); }
};

/// What a lock file tells about a job that another process of ours started.
enum class LockState {
  kAbsent,  ///< never started
  kFree,    ///< started, and nothing of it is alive
  kHeld,    ///< alive
};

/// Runs commands: start, look, stop, and wait for something to change. All calls come from one thread, but wake().
class Executor {
 public:
  virtual ~Executor() = default;

  /// Starts the job. ExecutorError when the program is not found, cannot be executed, or a file cannot be made; then
  /// nothing runs.
  virtual JobId start(const Job& job) = 0;
  /// Its state now; no waiting.
  virtual JobState state(JobId id) = 0;
  /// Asks all processes of the job to end (TERM), and kills them (KILL) when `grace` is over. Does not wait.
  virtual void stop(JobId id, std::chrono::milliseconds grace) = 0;
  /// Forgets a job; what runs goes on.
  virtual void release(JobId id) = 0;

  virtual LockState look(const Job& job) = 0;
  /// Takes over a job that was started by an earlier process of ours and is alive (look says kHeld).
  virtual JobId adopt(const Job& job) = 0;

  /// How many more jobs may be started; -1: no limit.
  virtual int capacity() = 0;

  /// Blocks until a job may have changed, wake() was called, or `until` is reached. Driven by the ends of processes.
  virtual void wait(util::SteadyTime until) = 0;
  /// Ends a wait, from any thread or signal handler.
  virtual void wake() noexcept = 0;
};

}  // namespace boa::execution
