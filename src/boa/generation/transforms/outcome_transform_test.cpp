#include "boa/generation/transforms/outcome_transform.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace boa::generation {
namespace {

TEST(OutcomeTransform, InverseLeadsBackFromEveryShape) {
  constexpr double kRelative = 1e-12;
  const Vector y{{1, 2, 3, 4, 5, 60, 900}};
  for (const auto tail : {OutcomeTransform::Tail::kNone, OutcomeTransform::Tail::kLow, OutcomeTransform::Tail::kHigh}) {
    for (const auto shape :
         {OutcomeTransform::Shape::kFar, OutcomeTransform::Shape::kGentle, OutcomeTransform::Shape::kStrong}) {
      for (const double scale : {1.0, -1e-200, 1e200}) {
        const OutcomeTransform transform(scale * y, tail, shape);
        for (const double value : {-50.0, 1.0, 3.5, 900.0, 2000.0}) {
          const double there = transform(scale * value);
          EXPECT_NEAR(transform.inverse(there), scale * value, kRelative * 1e4 * std::abs(scale));
        }
      }
    }
  }
}

TEST(OutcomeTransform, BilogDrawsInBothSidesOfTheBoundAndKeepsTheOrder) {
  const Vector y{{-1000, -1, -0.9, -0.5, 0.2, 1, 3e4}};
  constexpr double kBound = 0.25;
  const OutcomeTransform transform(y, kBound);
  for (Index i = 1; i < y.size(); ++i) EXPECT_LT(transform(y[i - 1]), transform(y[i]));
  // Steps near the bound are much larger than where nothing is decided any more.
  const double near = transform(1) - transform(-0.5);
  EXPECT_GT(near, 20 * (transform(3e4) - transform(3e4 - 1.5)));
  EXPECT_GT(near, 20 * (transform(-998.5) - transform(-1000)));
  for (const double value : {-1e5, -3.0, 0.24, 0.25, 0.26, 7.0, 1e6}) {
    EXPECT_NEAR(transform.inverse(transform(value)), value, 1e-9 * std::max(1.0, std::abs(value)));
  }
}

TEST(OutcomeTransform, OneHugeValueLeavesBilogItsDigits) {
  const OutcomeTransform transform(Vector{{-49, -30, -2, 1e36, 3}}, 0.0);
  EXPECT_GT(transform(3) - transform(-2), 1e-3);
  EXPECT_TRUE(std::isfinite(transform(1e300)));
  EXPECT_TRUE(std::isfinite(OutcomeTransform(Vector{{-1e300, 1e-300, 1e-300}}, 0.0)(-1e300)));
}

TEST(OutcomeTransform, SlopeOfBilogIsItsDerivative) {
  const Vector y{{-40, -1, 0.5, 2, 300}};
  const OutcomeTransform transform(y, 1.0);
  for (const double value : {-30.0, 0.2, 0.9, 1.1, 5.0, 200.0}) {
    const double h = 1e-6 * std::max(1.0, std::abs(value));
    const double difference = (transform(value + h) - transform(value - h)) / (2 * h);
    EXPECT_NEAR(transform.slope(value), difference, 1e-6 * difference);
  }
}

TEST(OutcomeTransform, BilogOfValuesThatAllLieOnTheBoundStandardisesThem) {
  const OutcomeTransform transform(Vector::Constant(5, 2.0), 2.0);
  EXPECT_EQ(transform(2.0), 0.0);
  EXPECT_EQ(transform.inverse(transform(3.0)), 3.0);
}

}  // namespace
}  // namespace boa::generation
