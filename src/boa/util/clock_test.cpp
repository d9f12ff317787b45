#include "boa/util/clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>

#include "boa/util/error.hpp"

namespace boa::util {
namespace {

/// A fixed zone without summer time, put back at the end.
class ClockTest : public testing::Test {
 protected:
  void SetUp() override { set_zone("ABC-1:30"); }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
  static void set_zone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
};

/// 2026-11-23 18:29:13.123456 UTC.
TimePoint a_time() { return TimePoint(std::chrono::microseconds(1795458553123456LL)); }

TEST_F(ClockTest, TimesAreWrittenInTheirForms) {
  EXPECT_EQ(timestamp_for_names(a_time()), "20261123T195913");
  EXPECT_EQ(ax_datetime(a_time()), "2026-11-23 19:59:13.123456");
  EXPECT_EQ(iso8601(a_time()), "2026-11-23T19:59:13.123+01:30");
  set_zone("ABC+3");
  EXPECT_EQ(iso8601(a_time()), "2026-11-23T15:29:13.123-03:00");
  EXPECT_EQ(iso8601(TimePoint(std::chrono::microseconds(-1))), "1969-12-31T20:59:59.999-03:00");
}

TEST_F(ClockTest, AxTimesAreReadBack) {
  EXPECT_EQ(parse_ax_datetime(ax_datetime(a_time())), a_time());
  EXPECT_EQ(ax_datetime(parse_ax_datetime("2026-11-23 19:59:13")), "2026-11-23 19:59:13.000000");
  for (const char* wrong :
       {"", "yesterday", "2026-11-23", "2026-13-01 00:00:00.000000", "2026-11-23 24:00:00.000000"}) {
    EXPECT_THROW(parse_ax_datetime(wrong), UserInputError) << wrong;
  }
}

TEST(Clock, DurationsAreForPeople) {
  const std::pair<double, const char*> cases[] = {
      {0, "0.0 s"},         {3.24, "3.2 s"},     {42.4, "42 s"},
      {59.7, "1 min 00 s"}, {245, "4 min 05 s"}, {7800, "2 h 10 min"},
      {273600, "3 d 4 h"},  {-1, "?"},           {std::numeric_limits<double>::quiet_NaN(), "?"}};
  for (const auto& [seconds, text] : cases) EXPECT_EQ(human_duration(seconds), text);
}

TEST(Clock, TheSystemsClockDoesNotGoBack) {
  const SystemClock clock;
  const SteadyTime before = clock.steady();
  EXPECT_GE(clock.steady(), before);
  EXPECT_GT(clock.now(), a_time() - std::chrono::hours(24 * 365 * 10));
}

}  // namespace
}  // namespace boa::util
