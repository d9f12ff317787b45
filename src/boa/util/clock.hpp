#pragma once

#include <chrono>
#include <string>

namespace boa::util {

using TimePoint = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

/// The time, passed in so that tests can turn it by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock: what is stored and shown.
  virtual TimePoint now() const = 0;
  /// Never goes back: what waiting is measured with.
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::system_clock::now(); }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

/// Local time as BOA names folders: `20261123T195913`.
std::string timestamp_for_names(TimePoint time);
/// Ax's spelling in stored files, local time: `2026-11-23 19:59:13.123456`. The inverse throws UserInputError.
std::string ax_datetime(TimePoint time);
TimePoint parse_ax_datetime(const std::string& text);
/// ISO 8601 with the local zone: `2026-11-23T19:59:13.123+01:00`.
std::string iso8601(TimePoint time);
/// Seconds as people read them: `3.2 s`, `4 min 05 s`, `2 h 10 min`, `3 d 4 h`.
std::string human_duration(double seconds);

}  // namespace boa::util
