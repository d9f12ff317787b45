#include "boa/gp/nuts.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace boa::gp {
namespace {

/// Moments of a few thousand samples differ from the density's by a few hundredths.
constexpr double kMonteCarlo = 0.12;

TEST(Nuts, MomentsAreThoseOfACorrelatedNormal) {
  // Standard deviations 10 and 0.1 (times sqrt(1.0/0.19) of the conditional ones), correlation 0.9.
  const double rho = 0.9, a = 10, b = 0.1;
  const LogDensity normal = [&](const Vector& x, Vector& gradient) {
    const double u = (x[0] - 3) / a, v = (x[1] + 1) / b, s = 1 - rho * rho;
    gradient[0] = -(u - rho * v) / s / a;
    gradient[1] = -(v - rho * u) / s / b;
    return -(u * u - 2 * rho * u * v + v * v) / (2 * s);
  };
  const Matrix samples = sample_nuts(normal, Vector{{0.0, 0.0}}, {300, 3000, 1, 8, 0.8}, util::Rng(4));
  ASSERT_EQ(samples.rows(), 3000);
  const Vector mean = samples.colwise().mean().transpose();
  const Matrix centered = samples.rowwise() - mean.transpose();
  const Matrix covariance = centered.transpose() * centered / 3000.0;
  EXPECT_NEAR(mean[0], 3, kMonteCarlo * a);
  EXPECT_NEAR(mean[1], -1, kMonteCarlo * b);
  EXPECT_NEAR(std::sqrt(covariance(0, 0)), a, kMonteCarlo * a);
  EXPECT_NEAR(std::sqrt(covariance(1, 1)), b, kMonteCarlo * b);
  EXPECT_NEAR(covariance(0, 1) / std::sqrt(covariance(0, 0) * covariance(1, 1)), rho, kMonteCarlo);
}

TEST(Nuts, SkewedDensityAndThinning) {
  // log of a Gamma(2, 1) variable: mean of its exponential 2, variance 2.
  const LogDensity log_gamma = [](const Vector& x, Vector& gradient) {
    gradient[0] = 2 - std::exp(x[0]);
    return 2 * x[0] - std::exp(x[0]);
  };
  const NutsOptions options{200, 4000, 2, 6, 0.8};
  const Matrix samples = sample_nuts(log_gamma, Vector{{5.0}}, options, util::Rng(1));
  ASSERT_EQ(samples.rows(), 2000);
  const Eigen::ArrayXd values = samples.col(0).array().exp();
  EXPECT_NEAR(values.mean(), 2, kMonteCarlo);
  EXPECT_NEAR((values - values.mean()).square().mean(), 2, 3 * kMonteCarlo);
  EXPECT_EQ(samples, sample_nuts(log_gamma, Vector{{5.0}}, options, util::Rng(1)));
}

TEST(Nuts, DensityZeroEverywhereStaysWhereItStarts) {
  const LogDensity none = [](const Vector&, Vector&) { return std::nan(""); };
  EXPECT_EQ(sample_nuts(none, Vector{{1.0, 2.0}}, {20, 4, 2, 4, 0.8}, util::Rng(1)), (Matrix{{1.0, 2.0}, {1.0, 2.0}}));
}

}  // namespace
}  // namespace boa::gp
