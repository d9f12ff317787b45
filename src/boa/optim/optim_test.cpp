#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "boa/optim/feasible_points.hpp"
#include "boa/optim/grid_program.hpp"
#include "boa/optim/linear_program.hpp"
#include "boa/optim/minimize.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::optim {
namespace {

using boa::testing::kFit;

double rosenbrock(const Vector& x, Vector* gradient) {
  const double a = 1.0 - x[0], b = x[1] - x[0] * x[0];
  if (gradient) *gradient = Vector{{-2.0 * a - 400.0 * x[0] * b, 200.0 * b}};
  return a * a + 100.0 * b * b;
}

Domain square(double half_width) {
  Domain domain;
  domain.lower = Vector::Constant(2, -half_width);
  domain.upper = Vector::Constant(2, half_width);
  return domain;
}

TEST(Minimize, FindsAnInteriorMinimum) {
  const MinimizeResult result = minimize(rosenbrock, Vector{{-1.2, 1.0}}, square(2).lower, square(2).upper,
                                         {.max_evaluations = 500, .relative_f_tolerance = 1e-14});
  EXPECT_NEAR(result.x[0], 1.0, kFit);
  EXPECT_NEAR(result.x[1], 1.0, kFit);
  EXPECT_LT(result.evaluations, 200);
}

TEST(Minimize, StopsAtTheBounds) {
  const MinimizeResult result = minimize(rosenbrock, Vector{{0.0, 0.0}}, Vector{{-2.0, -2.0}}, Vector{{0.5, 2.0}});
  EXPECT_NEAR(result.x[0], 0.5, kFit);
  EXPECT_NEAR(result.x[1], 0.25, kFit);
}

TEST(Minimize, KeepsACoordinateWithEqualBounds) {
  const MinimizeResult result = minimize(rosenbrock, Vector{{0.0, 0.0}}, Vector{{-2.0, 0.3}}, Vector{{2.0, 0.3}});
  EXPECT_EQ(result.x[1], 0.3);
}

TEST(Minimize, SurvivesNonFiniteValues) {
  const auto f = [](const Vector& x, Vector* gradient) {
    if (gradient) *gradient = Vector::Constant(1, 1.0 - 1.0 / x[0]);
    return x[0] - std::log(x[0]);  // NaN below 0
  };
  const MinimizeResult result = minimize(f, Vector{{3.0}}, Vector{{-5.0}}, Vector{{5.0}});
  EXPECT_TRUE(std::isfinite(result.value));
  EXPECT_LE(result.value, 3.0 - std::log(3.0));
}

TEST(Minimize, PassesExceptionsThrough) {
  const auto f = [](const Vector&, Vector*) -> double { throw std::runtime_error("from the objective"); };
  EXPECT_THROW(minimize(f, Vector{{0.0}}, Vector{{-1.0}}, Vector{{1.0}}), std::runtime_error);
  Domain domain = unit_cube(2);
  domain.nonlinear.push_back({f});
  const auto sum = [](const Vector& x, Vector* gradient) {
    if (gradient != nullptr) gradient->setOnes();
    return x.sum();
  };
  EXPECT_THROW(minimize_constrained(sum, Vector{{0.5, 0.5}}, domain), std::runtime_error);
}

TEST(Minimize, EndsAtTheLimitOfEvaluations) {
  for (const int limit : {1, 2, 5, 11}) {
    const MinimizeResult result =
        minimize(rosenbrock, Vector{{-1.2, 1.0}}, square(2).lower, square(2).upper, {.max_evaluations = limit});
    EXPECT_EQ(result.evaluations, limit);
    EXPECT_EQ(result.reason, StopReason::kEvaluations);
    EXPECT_EQ(rosenbrock(result.x, nullptr), result.value);
  }
}

TEST(Minimize, IsGivenUpWithTheBestSoFar) {
  std::vector<double> bests;
  MinimizeOptions options{.max_evaluations = 500};
  options.give_up = [&bests](double best) {
    bests.push_back(best);
    return bests.size() == 7;
  };
  const MinimizeResult result = minimize(rosenbrock, Vector{{-1.2, 1.0}}, square(2).lower, square(2).upper, options);
  EXPECT_EQ(result.reason, StopReason::kGivenUp);
  EXPECT_FALSE(result.converged());
  EXPECT_EQ(result.evaluations, 7);
  ASSERT_EQ(bests.size(), 7);
  EXPECT_TRUE(std::is_sorted(bests.rbegin(), bests.rend()));
  EXPECT_EQ(result.value, bests.back());
  EXPECT_EQ(rosenbrock(result.x, nullptr), result.value);
}

TEST(MinimizeConstrained, RespectsLinearConstraints) {
  Domain domain = square(2);
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, 1.0});
  const MinimizeResult result = minimize_constrained(rosenbrock, Vector{{0.0, 0.0}}, domain);
  EXPECT_NEAR(result.x.sum(), 1.0, kFit);
  EXPECT_NEAR(result.x[0], 0.61879562, 1e-3);
}

TEST(MinimizeConstrained, RespectsNonlinearConstraints) {
  const Function disk = [](const Vector& x, Vector* gradient) {
    if (gradient) *gradient = 2.0 * x;
    return x.squaredNorm() - 1.0;
  };
  Domain domain = square(2);
  domain.nonlinear.push_back({disk});
  const MinimizeResult result = minimize_constrained(rosenbrock, Vector{{0.0, 0.0}}, domain);
  EXPECT_LE(result.x.squaredNorm(), 1.0 + 1e-7);
  EXPECT_NEAR(result.x[0], 0.7864151, 1e-3);
}

TEST(LinearProgram, ConflictsAreFound) {
  Domain domain = square(1);
  domain.inequalities.push_back({Vector{{1.0, 0.0}}, 0.9});   // harmless
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, -1.0});  // x + y <= -1
  domain.inequalities.push_back({Vector{{0.0, 1.0}}, 0.9});   // harmless
  domain.equalities.push_back({Vector{{1.0, 1.0}}, 0.5});
  EXPECT_FALSE(is_feasible(domain));
  EXPECT_FALSE(chebyshev_ball(domain));
  domain.equalities.clear();
  EXPECT_TRUE(is_feasible(domain));
}

TEST(LinearProgram, ChebyshevBallOfATriangle) {
  Domain domain = square(1);
  domain.lower.setZero();
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, 1.0});
  const auto ball = chebyshev_ball(domain);
  ASSERT_TRUE(ball);
  EXPECT_NEAR(ball->radius, 1.0 / (2.0 + std::sqrt(2.0)), 1e-8);
  EXPECT_NEAR(ball->center[0], ball->radius, 1e-8);
}

TEST(SampleDomain, StayInsideAndSpread) {
  Domain domain = square(1);
  domain.lower.setZero();
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, 1.0});
  const auto points = sample_domain(domain, 400, util::Rng(3));
  ASSERT_TRUE(points);
  for (Index i = 0; i < 400; ++i) EXPECT_TRUE(domain.contains(points->row(i).transpose(), 1e-9));
  // The centroid of the triangle is (1/3, 1/3), each coordinate's standard deviation sqrt(1/18).
  EXPECT_NEAR(points->col(0).mean(), 1.0 / 3.0, 0.08);
  EXPECT_GT(points->col(0).maxCoeff(), 0.8);
}

TEST(SampleDomain, KeepEqualities) {
  Domain domain = square(1);
  domain.equalities.push_back({Vector{{2.0, 1.0}}, 0.5});
  const auto points = sample_domain(domain, 20, util::Rng(3));
  ASSERT_TRUE(points);
  for (Index i = 0; i < 20; ++i) EXPECT_NEAR(2 * (*points)(i, 0) + (*points)(i, 1), 0.5, 1e-8);
}

TEST(Project, ProjectionIsTheNearestPoint) {
  Domain domain = square(2);
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, 1.0});
  const auto nearest = project(Vector{{1.0, 2.0}}, domain);
  ASSERT_TRUE(nearest);
  EXPECT_NEAR((*nearest)[0], 0.0, kFit);
  EXPECT_NEAR((*nearest)[1], 1.0, kFit);
}

TEST(Domain, ClampMovesToTheNearestAllowedPoint) {
  Domain domain = square(1);
  domain.discrete.push_back({1, {-1.0, 0.0, 1.0}, true});
  EXPECT_EQ(domain.clamp(Vector{{3.0, 0.4}}), (Vector{{1.0, 0.0}}));
  EXPECT_FALSE(domain.contains(Vector{{0.0, 0.4}}));
}

}  // namespace
}  // namespace boa::optim
