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

TEST(MapSaas, IsAMaximumOfTheDensity) {
  const Matrix X = math::Sobol(2, util::Rng(1)).draw(9);
  const Vector y = math::sobol_normal(9, 1, util::Rng(2)).col(0);
  const SaasSample fit = fit_map_saas(X, y, {}, 1)[0];
  const double tau = 0.1;  // the middle of its prior
  const auto density = [&](const SaasSample& s, Index column, double factor) {
    Vector lengthscale = s.lengthscale;
    lengthscale[column] *= factor;
    return saas_log_density(X, y, {},
                            {s.mean, s.noise, s.outputscale, tau, (tau * lengthscale.array().square()).inverse()})
        .log_joint;
  };
  constexpr double kFlat = 1e-5;  // where a column does not matter
  for (const Index column : {0, 1}) {
    for (const double factor : {0.9, 1.1}) EXPECT_GT(density(fit, column, 1), density(fit, column, factor) - kFlat);
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
