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
