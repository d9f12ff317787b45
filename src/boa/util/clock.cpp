#include "boa/util/clock.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdio>
#include <ctime>

#include "boa/util/error.hpp"

namespace boa::util {

namespace {

struct LocalTime {
  std::tm fields{};
  int microseconds = 0;
};

LocalTime local_time(TimePoint time) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
  auto seconds = static_cast<std::time_t>(since / 1'000'000);
  auto rest = static_cast<int>(since % 1'000'000);
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  LocalTime local;
  localtime_r(&seconds, &local.fields);
  local.microseconds = rest;
  return local;
}

std::string date_text(const std::tm& t) {
  return fmt::format("{:04}-{:02}-{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

std::string time_text(const std::tm& t) { return fmt::format("{:02}:{:02}:{:02}", t.tm_hour, t.tm_min, t.tm_sec); }

}  // namespace

std::string timestamp_for_names(TimePoint time) {
  const std::tm t = local_time(time).fields;
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
                     t.tm_sec);
}

std::string ax_datetime(TimePoint time) {
  const LocalTime t = local_time(time);
  return fmt::format("{} {}.{:06}", date_text(t.fields), time_text(t.fields), t.microseconds);
}

TimePoint parse_ax_datetime(const std::string& text) {
  std::tm t{};
  int microseconds = 0;
  const int fields = std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d.%6d", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour,
                                 &t.tm_min, &t.tm_sec, &microseconds);
  // mktime would make the 32nd of a month the 1st of the next.
  const bool in_range = t.tm_mon >= 1 && t.tm_mon <= 12 && t.tm_mday >= 1 && t.tm_mday <= 31 && t.tm_hour >= 0 &&
                        t.tm_hour <= 23 && t.tm_min >= 0 && t.tm_min <= 59 && t.tm_sec >= 0 && t.tm_sec <= 60 &&
                        microseconds >= 0;
  if (fields < 6 || !in_range) {
    throw UserInputError(fmt::format("'{}' is not a time of the form YYYY-mm-dd HH:MM:SS.ffffff", text));
  }
  t.tm_year -= 1900;
  t.tm_mon -= 1;
  t.tm_isdst = -1;
  return std::chrono::system_clock::from_time_t(std::mktime(&t)) + std::chrono::microseconds(microseconds);
}

std::string iso8601(TimePoint time) {
  const LocalTime t = local_time(time);
  const long offset = t.fields.tm_gmtoff / 60;
  return fmt::format("{}T{}.{:03}{}{:02}:{:02}", date_text(t.fields), time_text(t.fields), t.microseconds / 1000,
                     offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
}

std::string human_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600);
}

}  // namespace boa::util
