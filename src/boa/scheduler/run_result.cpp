#include "boa/scheduler/run_result.hpp"

namespace boa::scheduler {

int exit_status(RunEnd end) {
  switch (end) {
    case RunEnd::kFailureRate:
      return 3;
    case RunEnd::kStorageFailed:
      return 4;
    case RunEnd::kInterrupted:
      return 130;
    default:
      return 0;
  }
}

}  // namespace boa::scheduler
