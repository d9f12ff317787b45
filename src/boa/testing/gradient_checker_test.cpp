#include "boa/testing/gradient_checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace boa::testing {
namespace {

TEST(GradientChecker, AcceptsARightGradient) {
  const auto f = [](const std::vector<double>& x, std::vector<double>* g) {
    if (g) *g = {std::cos(x[0]) * x[1], std::sin(x[0])};
    return std::sin(x[0]) * x[1];
  };
  EXPECT_EQ(gradient_mismatch(f, {0.3, 2.0}), "");
}

TEST(GradientChecker, NamesTheWorstCoordinate) {
  const auto f = [](const std::vector<double>& x, std::vector<double>* g) {
    if (g) *g = {2.0 * x[0], 0.0};
    return x[0] * x[0] + x[1];
  };
  EXPECT_THAT(gradient_mismatch(f, {0.3, 2.0}), ::testing::HasSubstr("coordinate 1"));
}

TEST(GradientChecker, RefusesAMissingGradient) {
  const auto f = [](const std::vector<double>& x, std::vector<double>*) { return x[0]; };
  EXPECT_NE(gradient_mismatch(f, {0.3}), "");
}

}  // namespace
}  // namespace boa::testing
