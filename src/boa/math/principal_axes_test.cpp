#include "boa/math/principal_axes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace boa::math {
namespace {

TEST(PrincipalAxes, OfATiltedCrossAwayFromTheOrigin) {
  const double c = std::cos(0.3), s = std::sin(0.3);
  const Matrix cross{{2.0, 0.0}, {-2.0, 0.0}, {0.0, 1e-5}, {0.0, -1e-5}};
  const Matrix turn{{c, s}, {-s, c}};
  const Matrix points = (cross * turn).rowwise() + Eigen::RowVector2d(7.0, -3.0);
  const PrincipalAxes found = principal_axes(points);
  EXPECT_NEAR(found.sizes[1], std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(found.sizes[0], std::sqrt(0.5) * 1e-5, 1e-8);
  EXPECT_NEAR(std::abs(found.axes.col(1).dot(Vector{{c, s}})), 1.0, 1e-12);
  EXPECT_LT((found.axes.transpose() * found.axes - Matrix::Identity(2, 2)).norm(), 1e-12);
}

TEST(PrincipalAxes, OnePointHasNoSize) { EXPECT_EQ(principal_axes(Matrix{{1.0, 2.0, 3.0}}).sizes, Vector::Zero(3)); }

}  // namespace
}  // namespace boa::math
