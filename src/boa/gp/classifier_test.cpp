#include "boa/gp/classifier.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/special.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::gp {
namespace {

std::shared_ptr<const Kernel> classifier_kernel(double variance, const Vector& lengthscale) {
  return make_scale(variance, make_matern(2.5, lengthscale));
}

ProbitClassifier half_plane(double variance) {
  // +1 left of x0 = 0.5, whatever x1 is.
  Matrix X(12, 2);
  Vector y(12);
  for (Index i = 0; i < 12; ++i) {
    X(i, 0) = 0.05 + 0.08 * static_cast<double>(i);
    X(i, 1) = 0.5 + 0.4 * std::sin(static_cast<double>(7 * i));
    y[i] = X(i, 0) < 0.5 ? 1 : -1;
  }
  return {X, y, classifier_kernel(variance, Vector{{0.3, 3.0}}), 0.2};
}

TEST(ProbitClassifier, WithoutCovarianceIsItsPrior) {
  // Variance 0: P = Phi(m), and the evidence is the product of it.
  constexpr double kNearlyZero = 1e-14, kMean = 0.4;
  const ProbitClassifier classifier(Matrix{{0.1}, {0.6}, {0.9}}, Vector{{1, -1, 1}},
                                    classifier_kernel(kNearlyZero, Vector{{0.5}}), kMean);
  EXPECT_NEAR(classifier.probability(Matrix{{0.3}})[0], math::normal_cdf(kMean), testing::kClosedForm);
  EXPECT_NEAR(classifier.log_evidence(), 2 * std::log(math::normal_cdf(kMean)) + std::log(math::normal_cdf(-kMean)),
              testing::kClosedForm);
}

TEST(ProbitClassifier, EvidenceOfOnePointIsNearTheExactOne) {
  // log E Phi(m + g) = log Phi(m / sqrt(1 + v)); Laplace's approximation is off by some percent.
  constexpr double kLaplace = 0.05;
  for (const double mean : {-1.0, 0.0, 2.0}) {
    const ProbitClassifier classifier(Matrix{{0.5}}, Vector{{1}}, classifier_kernel(2.0, Vector{{0.5}}), mean);
    EXPECT_NEAR(classifier.log_evidence(), math::log_normal_cdf(mean / std::sqrt(3.0)).value, kLaplace) << mean;
  }
}

TEST(ProbitClassifier, LearnsAHalfPlaneAndFallsBackToThePriorFarAway) {
  const ProbitClassifier classifier = half_plane(10.0);
  const Vector p = classifier.probability(Matrix{{0.2, 0.1}, {0.2, 0.9}, {0.8, 0.1}, {0.8, 0.9}, {50.0, 0.5}});
  EXPECT_GT(p.head(2).minCoeff(), 0.85);
  EXPECT_LT(p.segment(2, 2).maxCoeff(), 0.15);
  EXPECT_NEAR(p[4], math::normal_cdf(0.2 / std::sqrt(11.0)), testing::kClosedForm);
}

TEST(ProbitClassifier, ARegionHasMoreEvidenceThanChance) {
  EXPECT_GT(half_plane(10.0).log_evidence(), half_plane(1e-14).log_evidence() + 2);
}

TEST(ProbitClassifier, GradientMatchesDifferences) {
  const ProbitClassifier classifier = half_plane(4.0);
  const auto f = [&](const std::vector<double>& x, std::vector<double>* gradient) {
    Vector slope;
    const double p = classifier.probability_and_gradient(Vector{{x[0], x[1]}}, gradient ? &slope : nullptr);
    if (gradient) gradient->assign(slope.begin(), slope.end());
    EXPECT_NEAR(p, classifier.probability(Matrix{{x[0], x[1]}})[0], testing::kExact);
    return p;
  };
  for (const std::vector<double>& x : {std::vector{0.47, 0.3}, {0.9, 0.9}, {0.1, 0.2}}) EXPECT_GRADIENT_MATCHES(f, x);
}

TEST(ProbitClassifier, ContradictingLabelsAndHugeVarianceAreNoTrouble) {
  const ProbitClassifier classifier(Matrix{{0.5}, {0.5}, {0.5}, {0.7}}, Vector{{1, -1, 1, -1}},
                                    classifier_kernel(1e6, Vector{{0.3}}), 0.0);
  const Vector p = classifier.probability(Matrix{{0.5}, {0.7}});
  EXPECT_TRUE(p.allFinite() && std::isfinite(classifier.log_evidence()));
  EXPECT_GT(p[0], p[1]);
}

}  // namespace
}  // namespace boa::gp
