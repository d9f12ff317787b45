#pragma once

#include <chrono>

#include "boa/util/clock.hpp"

namespace boa::testing {

/// A clock that a test turns by hand: both times advance together, and only then.
class FakeClock final : public util::Clock {
 public:
  util::TimePoint now() const override { return now_; }
  util::SteadyTime steady() const override { return steady_; }

  template <typename Rep, typename Period>
  void advance(std::chrono::duration<Rep, Period> time) {
    now_ += std::chrono::duration_cast<util::TimePoint::duration>(time);
    steady_ += std::chrono::duration_cast<util::SteadyTime::duration>(time);
  }

 private:
  util::TimePoint now_ = util::TimePoint{} + std::chrono::hours(24 * 365 * 55);
  util::SteadyTime steady_ = util::SteadyTime{} + std::chrono::hours(100);
};

}  // namespace boa::testing
