#pragma once

#include <cstdint>
#include <string>

namespace boa::scheduler {

/// Why a run ended.
enum class RunEnd {
  kGoalReached,           ///< as many trials as asked for
  kStepsCompleted,        ///< the generation strategy has generated all that its steps say
  kSearchSpaceExhausted,  ///< every point of a finite space was tried
  kGlobalStop,            ///< the global stopping strategy says so
  kTimeout,               ///< timeout_hours
  kFailureRate,           ///< too many trials failed
  kInterrupted,           ///< SIGINT or SIGTERM
  kStorageFailed,         ///< the store could not be written for a minute
};

struct RunResult {
  RunEnd end = RunEnd::kGoalReached;
  /// One sentence for people.
  std::string message;
  /// Trials whose models were left running; a resume takes them over.
  std::int64_t left_running = 0;
};

/// Exit status of the program for this end (0, 3, 4 or 130).
int exit_status(RunEnd end);

}  // namespace boa::scheduler
