#include "boa/optim/projected_gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/testing/gradient_checker.hpp"
#include "boa/util/rng.hpp"

namespace boa::optim {
namespace projected_test {

using boa::testing::kFit;

Vector random_vector(Index d, util::Rng& rng) {
  Vector x(d);
  for (double& value : x) value = rng.normal();
  return x;
}

/// Constraints that the middle of the unit box meets.
Domain random_domain(Index d, int equalities, int inequalities, util::Rng& rng) {
  Domain domain = unit_cube(d);
  const Vector middle = Vector::Constant(d, 0.5);
  for (int k = 0; k < equalities + inequalities; ++k) {
    LinearConstraint c{random_vector(d, rng), 0};
    c.b = c.a.dot(middle) + (k < equalities ? 0.0 : 0.1);
    (k < equalities ? domain.equalities : domain.inequalities).push_back(c);
  }
  return domain;
}

TEST(LinearProjection, IsNearerThanEveryOtherPoint) {
  // x is nearest to y exactly if (y - x) . (z - x) <= 0 for every z of the domain.
  util::Rng rng(5);
  for (int trial = 0; trial < 40; ++trial) {
    const Index d = 2 + static_cast<Index>(rng.below(30));
    const Domain domain = random_domain(d, static_cast<int>(rng.below(2)), static_cast<int>(rng.below(4)), rng);
    const LinearProjection project(domain);
    const Vector y = Vector::Constant(d, 0.5) + 2 * random_vector(d, rng);
    const auto x = project(y);
    ASSERT_TRUE(x) << trial;
    EXPECT_TRUE(domain.contains(*x, 1e-8)) << trial;
    for (int other = 0; other < 20; ++other) {
      const auto z = project(Vector::Constant(d, 0.5) + random_vector(d, rng));
      ASSERT_TRUE(z) << trial;
      EXPECT_LT((y - *x).dot(*z - *x), kFit) << trial;
    }
  }
}

TEST(LinearProjection, KeepsWhatIsInside) {
  util::Rng rng(5);
  const Domain domain = random_domain(6, 0, 3, rng);
  const Vector middle = Vector::Constant(6, 0.5);
  EXPECT_EQ(*LinearProjection(domain)(middle), middle);
}

TEST(LinearProjection, SaysThatThereIsNoPoint) {
  Domain domain = unit_cube(3);
  domain.equalities.push_back({Vector::Ones(3), 4.0});
  EXPECT_FALSE(LinearProjection(domain)(Vector::Zero(3)));
  EXPECT_FALSE(minimize_projected([](const Vector&, Vector*) { return 0.0; }, Vector::Zero(3), domain, {}));
}

TEST(MinimizeProjected, AgreesWithQuadraticProgramming) {
  util::Rng rng(9);
  for (int trial = 0; trial < 10; ++trial) {
    const Domain domain = random_domain(8, trial % 2, 2, rng);
    const Vector center = Vector::Constant(8, 0.5) + random_vector(8, rng), scale = random_vector(8, rng);
    const Function f = [&](const Vector& x, Vector* gradient) {
      const Vector away = x - center, weight = 1.0 + scale.array().square();
      if (gradient) *gradient = 2 * weight.cwiseProduct(away) + 4 * away.squaredNorm() * away;
      return weight.dot(away.cwiseAbs2()) + std::pow(away.squaredNorm(), 2);
    };
    const auto result = minimize_projected(f, Vector::Constant(8, 0.5), domain, {.relative_f_tolerance = 1e-12});
    ASSERT_TRUE(result);
    EXPECT_TRUE(domain.contains(result->x, 1e-8));
    EXPECT_NEAR(result->value, minimize_constrained(f, Vector::Constant(8, 0.5), domain).value, kFit * result->value)
        << trial;
  }
}

TEST(MinimizeProjected, ServesManyColumns) {
  constexpr Index kColumns = 300;
  Domain domain = unit_cube(kColumns);
  domain.equalities.push_back({Vector::Ones(kColumns), 60.0});
  domain.inequalities.push_back({Vector::Unit(kColumns, 0) + Vector::Unit(kColumns, 1), 0.1});
  const Function f = [](const Vector& x, Vector* gradient) {
    if (gradient) *gradient = 2 * (x.array() - 0.7);
    return (x.array() - 0.7).square().sum();
  };
  // Through minimize_constrained, which chooses by the number of columns.
  const MinimizeResult result = minimize_constrained(f, Vector::Zero(kColumns), domain);
  EXPECT_TRUE(domain.contains(result.x, 1e-8));
  EXPECT_NEAR(result.x[0], 0.05, kFit);
  EXPECT_NEAR(result.x[2], 59.9 / 298, kFit);
}

TEST(MinimizeProjected, SurvivesNonFiniteValues) {
  const Function f = [](const Vector& x, Vector* gradient) {
    if (gradient) *gradient = Vector::Constant(2, 1.0 - 1.0 / x[0]);
    return x[0] > 0.3 ? x[0] - std::log(x[0]) + x[1] : std::nan("");
  };
  Domain domain = unit_cube(2);
  domain.inequalities.push_back({Vector{{-1.0, -1.0}}, -0.2});
  const auto result = minimize_projected(f, Vector{{0.9, 0.9}}, domain, {});
  ASSERT_TRUE(result);
  EXPECT_TRUE(std::isfinite(result->value));
}

}  // namespace projected_test
}  // namespace boa::optim
