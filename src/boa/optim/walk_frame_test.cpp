#include "boa/optim/walk_frame.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

#include "boa/optim/feasible_points.hpp"
#include "boa/optim/linear_program.hpp"

namespace boa::optim {
namespace walk_frame_test {

constexpr Index kPoints = 400;

/// |sum of x - 1| <= half_width in the unit cube.
Domain slab(Index d, double half_width) {
  Domain domain = unit_cube(d);
  domain.inequalities.push_back({Vector::Ones(d), 1 + half_width});
  domain.inequalities.push_back({-Vector::Ones(d), half_width - 1});
  return domain;
}

/// First points of chains of their own, as designs use them.
Matrix first_points(const Domain& domain, double tolerance) {
  const DomainSampler sampler(domain);
  Matrix points(kPoints, domain.dim());
  for (Index i = 0; i < kPoints; ++i) {
    const auto point = sampler.sample(1, util::Rng(5).split("chain", static_cast<std::uint64_t>(i)));
    EXPECT_TRUE(point.has_value());
    points.row(i) = point->row(0);
    EXPECT_TRUE(domain.contains(points.row(i).transpose(), tolerance));
  }
  return points;
}

double variance(const Vector& v) { return (v.array() - v.mean()).square().mean(); }

// On the simplex each coordinate has the mean 1/d and the variance (d - 1) / (d^2 (d + 1)); the slab is nearly it.
TEST(WalkFrame, SlabsAreFilledHoweverThin) {
  for (const double half_width : {1e-2, 1e-3, 1e-5, 1e-6, 1e-8, 0.0}) {
    for (const Index d : {2, 3, 5}) {
      const Matrix points = first_points(slab(d, half_width), 2e-9);
      const auto n = static_cast<double>(d);
      for (Index j = 0; j < d; ++j) {
        EXPECT_NEAR(points.col(j).mean(), 1 / n, 0.05) << d << " " << half_width;
        const double expected = (n - 1) / (n * n * (n + 1));
        EXPECT_NEAR(variance(points.col(j)) / expected, 1, 0.35) << d << " " << half_width;
      }
    }
  }
}

// x <= y <= z <= x + width, by bounds that meet in pairs or not at all.
TEST(WalkFrame, OrderedBandsAreFilled) {
  for (const double width : {1e-3, 1e-9, 0.0}) {
    Domain domain = unit_cube(3);
    domain.inequalities.push_back({Vector{{1.0, -1.0, 0.0}}, 0});
    domain.inequalities.push_back({Vector{{0.0, 1.0, -1.0}}, 0});
    domain.inequalities.push_back({Vector{{-1.0, 0.0, 1.0}}, width});
    const Matrix points = first_points(domain, 2e-9);
    EXPECT_NEAR(points.col(1).mean(), 0.5, 0.05) << width;
    EXPECT_NEAR(variance(points.col(1)), 1.0 / 12, 0.02) << width;
  }
}

TEST(WalkFrame, NeedlesOfThreeScalesAreFilled) {
  Domain domain = unit_cube(3);
  domain.lower[1] = -1;
  domain.inequalities.push_back({Vector{{-1e-2, 1.0, 0.3}}, 1e-3});
  domain.inequalities.push_back({Vector{{1e-2, -1.0, -0.3}}, 0});
  domain.inequalities.push_back({Vector{{-0.5, 0.0, 1.0}}, 1e-5});
  domain.inequalities.push_back({Vector{{0.5, 0.0, -1.0}}, 0});
  const std::optional<WalkFrame> frame = walk_frame(domain);
  ASSERT_TRUE(frame.has_value());
  ASSERT_EQ(frame->directions.cols(), 3);
  const Matrix points = first_points(domain, 2e-9);
  EXPECT_NEAR(points.col(0).mean(), 0.5, 0.05);
  EXPECT_NEAR(variance(points.col(0)), 1.0 / 12, 0.02);
  const Vector across = points.col(2) - 0.5 * points.col(0);
  EXPECT_NEAR(across.mean(), 5e-6, 1e-6);
  EXPECT_NEAR(variance(across) / (1e-10 / 12), 1, 0.35);
}

TEST(WalkFrame, ASlabInsideOfANonlinearConstraintIsFilled) {
  Domain domain = slab(3, 1e-4);
  const Function product = [](const Vector& x, Vector* gradient) {
    if (gradient) *gradient = Vector{{-x[1] * x[2], -x[0] * x[2], -x[0] * x[1]}};
    return 0.005 - x[0] * x[1] * x[2];
  };
  domain.nonlinear.push_back({product});
  const Matrix points = first_points(domain, 2e-9);
  for (Index j = 0; j < 3; ++j) {
    EXPECT_NEAR(points.col(j).mean(), 1.0 / 3, 0.05);
    EXPECT_GT(variance(points.col(j)), 0.02);
  }
}

TEST(WalkFrame, ASinglePointHasNoDirections) {
  Domain domain = unit_cube(2);
  domain.inequalities.push_back({Vector{{-1.0, -1.0}}, -2});
  const std::optional<WalkFrame> frame = walk_frame(domain);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->directions.cols(), 0);
  EXPECT_NEAR(frame->center[0], 1, 1e-8);
  domain.inequalities.push_back({Vector{{1.0, 0.0}}, 0.5});
  EXPECT_FALSE(walk_frame(domain).has_value());
}

TEST(WalkFrame, RoundSetsKeepOrthonormalDirections) {
  Domain domain = unit_cube(4);
  domain.inequalities.push_back({Vector{{1.0, 1.0, 1.0, 1.0}}, 1});
  const std::optional<WalkFrame> frame = walk_frame(domain);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->directions, free_directions(domain));
  EXPECT_EQ(frame->center, chebyshev_ball(domain)->center);
  domain.equalities.push_back({Vector{{1.0, -1.0, 0.0, 0.0}}, 0});
  EXPECT_EQ(walk_frame(domain)->directions, free_directions(domain));
}

TEST(ExtremePoints, OfATriangle) {
  Domain domain = unit_cube(2);
  domain.inequalities.push_back({Vector{{2.0, 1.0}}, 1});
  const std::optional<Matrix> points = extreme_points(Matrix{{1.0, 0.1}, {0.1, 1.0}}, domain);
  ASSERT_TRUE(points.has_value());
  const Matrix expected{{0.5, 0.0}, {0.0, 0.0}, {0.0, 1.0}, {0.0, 0.0}};
  EXPECT_LT((*points - expected).cwiseAbs().maxCoeff(), 1e-9);
  domain.upper[1] = std::numeric_limits<double>::infinity();
  domain.inequalities.clear();
  EXPECT_FALSE(extreme_points(Matrix{{1.0}, {1.0}}, domain).has_value());
}

}  // namespace walk_frame_test
}  // namespace boa::optim
