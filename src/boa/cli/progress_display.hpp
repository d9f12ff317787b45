#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "boa/app/best_so_far.hpp"
#include "boa/cli/terminal.hpp"
#include "boa/scheduler/scheduler.hpp"
#include "boa/util/clock.hpp"

namespace boa::cli {

/// What the status line of a run says.
struct StatusNumbers {
  std::int64_t done = 0;  ///< trials that have ended, failed ones too
  std::int64_t goal = 0;
  std::int64_t running = 0;
  std::int64_t failed = 0;
  std::string best;  ///< `0.3979 (trial 7)`; may be empty
  double elapsed_seconds = 0;
  std::optional<double> seconds_left;
  std::string step;
};

/// One line of at most `width` columns. Where there is no room the less important parts are left out.
std::string status_line(const StatusNumbers& numbers, std::size_t width);

/// Shows a run while it goes on: a line for each trial that has ended (fewer when they end faster than one can read),
/// and in a terminal the status line.
class ProgressDisplay {
 public:
  ProgressDisplay(Terminal& terminal, const util::Clock& clock);

  void update(const scheduler::Progress& progress, const app::BestSoFar& best);

 private:
  void show_ended(const scheduler::Progress& progress, const std::string& best);
  bool may_write_line();

  Terminal& terminal_;
  const util::Clock& clock_;
  double lines_left_;  ///< that may be written now; grows with time, up to a burst
  util::SteadyTime lines_counted_at_;
  std::optional<util::SteadyTime> last_status_;
  std::int64_t unshown_ = 0;
};

}  // namespace boa::cli
