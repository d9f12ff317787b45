#include "boa/cli/async_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boa::cli {
namespace {

using ::testing::ElementsAre;

TEST(AsyncLines, SayWhatWasTakenInAndWhatIsNext) {
  app::AsyncReport report;
  report.experiment_dir = "/p/my runs";
  report.completed = {0, 2};
  report.corrected = {1};
  report.asked = {3};
  report.reason = "the step waits";
  EXPECT_THAT(async_lines(report),
              ElementsAre("Experiment: /p/my runs", "Taken in: trials 0, 2", "Corrected: trial 1", "New: trial 3",
                          "Fill in their values in /p/my runs/optimization.csv, then: boa async -sp '/p/my runs' -n N",
                          "No more new points: the step waits"));
}

}  // namespace
}  // namespace boa::cli
