#include "boa/gp/saas.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::gp {
namespace {

void expect_saas_gradient(const Vector& y_var) {
  const Matrix X = math::Sobol(2, util::Rng(1)).draw(7);
  const Vector y = math::sobol_normal(7, 1, util::Rng(2)).col(0);
  const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
    const SaasParameters p{x[0], std::exp(x[1]), std::exp(x[2]), std::exp(x[3]),
                           Vector{{std::exp(x[4]), std::exp(x[5])}}};
    const SaasDensity density = saas_log_density(X, y, y_var, p);
    if (g) g->assign(density.gradient.begin(), density.gradient.end());
    return density.log_joint_unconstrained;
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>{0.2, -3.0, 0.5, -1.0, 1.0, -0.5}));
}

TEST(SaasDensity, GradientMatchesWithInferredNoise) { expect_saas_gradient({}); }

TEST(SaasDensity, GradientMatchesWithKnownNoise) { expect_saas_gradient(Vector::Constant(7, 0.1)); }

/// Six columns, of which the second matters.
TEST(MapSaas, FindsTheColumnThatMatters) {
  const Matrix X = math::Sobol(6, util::Rng(1)).draw(20);
  Vector y = (5.0 * X.col(1).array()).sin();
  y = (y.array() - y.mean()) / std::sqrt((y.array() - y.mean()).square().mean());
  for (const Vector& y_var : {Vector(), Vector(Vector::Constant(20, 1e-4))}) {
    const std::vector<SaasSample> fits = fit_map_saas(X, y, y_var, 4);
    ASSERT_EQ(fits.size(), 4U);
    for (const SaasSample& fit : fits) {
      for (const Index other : {0, 2, 3, 4, 5}) EXPECT_LT(10 * fit.lengthscale[1], fit.lengthscale[other]);
    }
    const Matrix at{{0.5, 0.3, 0.5, 0.5, 0.5, 0.5}, {0.1, 0.3, 0.9, 0.2, 0.7, 0.4}};
    const MixturePosterior mixture = mixture_posterior(saas_models(X, y, y_var, fits), at);
    EXPECT_NEAR(mixture.mean[0], mixture.mean[1], 0.05) << "the other columns do not matter";
  }
}

void expect_map_saas_gradient(const Vector& y_var) {
  const Matrix X = math::Sobol(2, util::Rng(1)).draw(7);
  const Vector y = math::sobol_normal(7, 1, util::Rng(2)).col(0);
  const auto at = [&](const Vector& x) {
    return map_saas_log_density(X, y, y_var, {x[0], std::exp(x[1]), std::exp(x[2]), x.tail(2).array().exp()}, 0.2);
  };
  const Vector x{{0.3, -3.0, 0.4, -1.0, 0.5}};
  const Vector gradient = at(x).gradient;
  constexpr double kStep = 1e-6;
  for (Index i = 0; i < x.size(); ++i) {
    const Vector e = kStep * Vector::Unit(x.size(), i);
    EXPECT_NEAR(gradient[i], (at(x + e).value - at(x - e).value) / (2 * kStep), 1e-6) << i;
  }
}

TEST(MapSaasDensity, GradientMatches) {
  expect_map_saas_gradient({});
  expect_map_saas_gradient(Vector::Constant(7, 0.1));
}

TEST(MapSaas, IsAMaximumOfTheDensity) {
  const Matrix X = math::Sobol(2, util::Rng(1)).draw(9);
  const Vector y = math::sobol_normal(9, 1, util::Rng(2)).col(0);
  const SaasSample fit = fit_map_saas(X, y, {}, 1)[0];
  const auto density = [&](Index column, double factor) {
    SaasSample sample = fit;
    sample.lengthscale[column] *= factor;
    return map_saas_log_density(X, y, {}, sample, 0.1).value;  // at the middle of tau's prior
  };
  constexpr double kFlat = 1e-5;  // where a column does not matter
  for (const Index column : {0, 1}) {
    for (const double factor : {0.9, 1.1}) EXPECT_GT(density(column, 1), density(column, factor) - kFlat);
  }
}

// Few points of a function that varies in two columns of three, without noise: no fit may take it for noise.
TEST(MapSaas, TakesASmoothFunctionForNoNoise) {
  const Matrix X = math::Sobol(3, util::Rng(5)).draw(14);
  Vector y = (4.0 * X.col(1).array()).sin() + (2.0 * X.col(2).array() - 1.0).square();
  y = (y.array() - y.mean()) / std::sqrt((y.array() - y.mean()).square().mean());
  for (const SaasSample& fit : fit_map_saas(X, y, {}, 4)) {
    EXPECT_LT(fit.noise, 1e-2);
    EXPECT_LT(fit.lengthscale[1], 5.0);
    EXPECT_LT(fit.lengthscale[2], 5.0);
  }
}

TEST(MixturePosterior, DisagreementAddsVariance) {
  const Matrix X = math::Sobol(1, util::Rng(1)).draw(4);
  const Vector y{{0.0, 1.0, -1.0, 0.5}};
  const auto models = saas_models(X, y, {}, {{0.0, 1e-3, 1.0, Vector{{0.2}}}, {0.5, 1e-2, 2.0, Vector{{1.0}}}});
  const MixturePosterior mixture = mixture_posterior(models, Matrix::Constant(1, 1, 0.93));
  EXPECT_GT(mixture.covariance(0, 0), mixture.sample_variances.mean());
  EXPECT_DOUBLE_EQ(mixture.mean[0], mixture.sample_means.mean());
}

}  // namespace
}  // namespace boa::gp
