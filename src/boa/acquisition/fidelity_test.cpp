#include "boa/acquisition/fidelity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::acquisition {
namespace {

/// Column 1 is the fidelity.
std::shared_ptr<const gp::GaussianProcess> fidelity_test_model(double noise = 1e-4) {
  gp::TrainingData data;
  data.X = math::Sobol(2, util::Rng(4)).draw(8);
  data.y = (4.0 * data.X.col(0).array()).sin() + data.X.col(1).array();
  gp::GpParameters parameters;
  parameters.noise_variance = noise;
  parameters.kernel = gp::make_matern(2.5, Vector{{0.3, 0.9}});
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters));
}

const TargetColumns kTarget = {{1, 1.0}};

void expect_weight_gradient(const PointWeight& weight) {
  const auto f = [&](const std::vector<double>& x, std::vector<double>* gradient) {
    Vector slope;
    const double value = weight.log_weight(Vector{{x[0], x[1]}}, gradient ? &slope : nullptr);
    if (gradient) gradient->assign(slope.begin(), slope.end());
    EXPECT_NEAR(value, weight.log_weights(Matrix{{x[0], x[1]}})[0], testing::kClosedForm);
    return value;
  };
  for (const std::vector<double>& x : {std::vector{0.33, 0.2}, {0.7, 0.55}, {0.05, 0.9}}) EXPECT_GRADIENT_MATCHES(f, x);
}

TEST(AtTarget, IsTheFunctionAtTheTarget) {
  const auto ei = [] { return make_log_ei({fidelity_test_model()}, {}, 1.0); };
  const auto at = make_at_target(ei(), kTarget);
  EXPECT_EQ(at->values(Matrix{{0.3, 0.1}})[0], ei()->values(Matrix{{0.3, 1.0}})[0]);
  const auto f = [&](const std::vector<double>& x, std::vector<double>* gradient) {
    Matrix slope;
    const double value = at->value_and_gradient(Matrix{{x[0], x[1]}}, gradient ? &slope : nullptr);
    if (gradient) *gradient = {slope(0, 0), slope(0, 1)};
    return value;
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector{0.33, 0.2}));
}

TEST(FidelityCorrelation, IsOneAtTheTargetAndFallsAwayFromIt) {
  const auto weight = make_fidelity_correlation({fidelity_test_model(1e-9)}, kTarget, Matrix{{0.5, 0.5}, {0.9, 0.1}});
  constexpr double kNearlyZero = 1e-3;
  EXPECT_NEAR(weight->log_weight(Vector{{0.4, 1.0}}, nullptr), 0, kNearlyZero);
  const double near = weight->log_weight(Vector{{0.4, 0.8}}, nullptr);
  const double far = weight->log_weight(Vector{{0.4, 0.1}}, nullptr);
  EXPECT_LT(near, -kNearlyZero);
  EXPECT_LT(far, near);
}

TEST(FidelityCorrelation, AgreesWithThePosterior) {
  const double noise = 0.01;
  const auto model = fidelity_test_model(noise);
  const auto weight = make_fidelity_correlation({model}, kTarget, Matrix{{0.5, 0.5}});
  gp::JointPosterior posterior;
  model->joint(Matrix{{0.4, 0.6}, {0.4, 1.0}}, posterior);
  const Matrix& C = posterior.covariance;
  constexpr double kFloored = 1e-3;
  EXPECT_NEAR(weight->log_weight(Vector{{0.4, 0.6}}, nullptr),
              std::log(C(0, 1) / std::sqrt((C(0, 0) + noise) * C(1, 1))), kFloored);
}

TEST(FidelityCorrelation, GradientMatchesDifferences) {
  expect_weight_gradient(*make_fidelity_correlation({fidelity_test_model(0.01)}, kTarget, Matrix{{0.5, 0.5}}));
}

TEST(FidelityCorrelation, OfSeveralModelsIsTheirGeometricMean) {
  const auto first = fidelity_test_model(0.01), second = fidelity_test_model(0.3);
  const Matrix typical{{0.5, 0.5}};
  const Vector x{{0.4, 0.6}};
  const double mean = 0.5 * (make_fidelity_correlation({first}, kTarget, typical)->log_weight(x, nullptr) +
                             make_fidelity_correlation({second}, kTarget, typical)->log_weight(x, nullptr));
  const auto both = make_fidelity_correlation({first, second}, kTarget, typical);
  EXPECT_NEAR(both->log_weight(x, nullptr), mean, boa::testing::kExact);
  expect_weight_gradient(*both);
}

TEST(InverseCost, IsThatOfTheModelOfLogs) {
  const auto model = fidelity_test_model();
  const auto weight = make_inverse_cost(model, 2.5);
  Vector mean, variance;
  model->marginals(Matrix{{0.3, 0.4}}, mean, variance);
  EXPECT_NEAR(weight->log_weight(Vector{{0.3, 0.4}}, nullptr), -2.5 * mean[0], testing::kClosedForm);
  expect_weight_gradient(*weight);
}

TEST(InverseAffineCost, GrowsTowardsTheTargetWhereverThatIs) {
  const auto up = make_inverse_affine_cost({{1, 1.0}}), down = make_inverse_affine_cost({{1, 0.0}});
  EXPECT_NEAR(up->log_weight(Vector{{0.5, 1.0}}, nullptr), -std::log(1.01), testing::kClosedForm);
  EXPECT_NEAR(up->log_weight(Vector{{0.5, 0.0}}, nullptr), -std::log(0.01), testing::kClosedForm);
  EXPECT_NEAR(down->log_weight(Vector{{0.5, 0.0}}, nullptr), -std::log(1.01), testing::kClosedForm);
  expect_weight_gradient(*up);
  expect_weight_gradient(*make_inverse_affine_cost({{0, 0.5}, {1, 1.0}}));
}

}  // namespace
}  // namespace boa::acquisition
