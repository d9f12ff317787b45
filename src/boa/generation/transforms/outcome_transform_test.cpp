#include "boa/generation/transforms/outcome_transform.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace boa::generation
