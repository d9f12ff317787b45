#include "boa/acquisition/weighted.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/acquisition_gradient_test.hpp"
#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::acquisition {
namespace {

std::shared_ptr<const gp::GaussianProcess> weighted_test_model() {
  gp::TrainingData data;
  data.X = math::Sobol(2, util::Rng(4)).draw(6);
  data.y = 100 * (4.0 * data.X.col(0).array()).sin() + data.X.col(1).array();
  gp::GpParameters parameters;
  parameters.kernel = gp::make_matern(2.5, Vector{{0.3, 0.6}});
  const gp::OutcomeScale scale = gp::standardize(data.y);
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters), scale);
}

/// log weight = 3 x0 - x1^2.
class TestWeight final : public PointWeight {
 public:
  Vector log_weights(const Matrix& X) const override { return 3 * X.col(0).array() - X.col(1).array().square(); }
  double log_weight(const Vector& x, Vector* gradient) const override {
    if (gradient) *gradient = Vector{{3, -2 * x[1]}};
    return 3 * x[0] - x[1] * x[1];
  }
};

std::unique_ptr<AcquisitionFunction> joint_function() {
  MonteCarloSpec spec;
  spec.models = {weighted_test_model()};
  spec.base_samples = make_base_samples(64, 6, 1, util::Rng(3));
  spec.smoothing = {true, 0.05, 0.05, 0.2};
  return make_qlogei(std::move(spec), 90.0);
}

TEST(Weighted, AddsLogsOfAllPoints) {
  const Matrix X{{0.2, 0.3}, {0.7, 0.9}};
  const auto weighted = make_weighted(joint_function(), std::make_shared<TestWeight>());
  EXPECT_NEAR(weighted->values(X, 2)[0], joint_function()->values(X, 2)[0] + 3 * 0.9 - 0.09 - 0.81,
              testing::kClosedForm);
  EXPECT_FALSE(weighted->single_point());
}

TEST(Weighted, MultipliesWhatIsNotInLogs) {
  const auto ei = [] { return make_ei({weighted_test_model()}, {}, 50.0); };
  const auto weighted = make_weighted(ei(), std::make_shared<TestWeight>(), false);
  const Matrix X{{0.2, 0.3}};
  EXPECT_NEAR(weighted->values(X)[0], ei()->values(X)[0] * std::exp(0.6 - 0.09), testing::kClosedForm * 100);
  EXPECT_TRUE(weighted->single_point());
  expect_gradient(*weighted, 1);
}

TEST(Weighted, ValuesOfEitherSignGainOverTheBest) {
  const auto bound = [] { return make_ucb({weighted_test_model()}, {}, 0.3); };
  const Matrix X{{0.2, 0.3}};
  const double value = bound()->values(X)[0];
  constexpr double kTau = 0.5;
  for (const double gain : {-20.0, -0.1, 0.3, 40.0}) {
    const auto weighted = make_weighted(make_log_gain(bound(), value - gain, kTau), std::make_shared<TestWeight>());
    const double log_gain =
        gain < -10 ? std::log(kTau) + gain / kTau : std::log(kTau * std::log1p(std::exp(gain / kTau)));
    EXPECT_NEAR(weighted->values(X)[0], log_gain + 0.6 - 0.09, testing::kClosedForm * 100) << gain;
    expect_gradient(*weighted, 1);
  }
}

TEST(Weighted, GradientMatchesDifferencesAlsoWithPendingPoints) {
  const auto weighted = make_weighted(joint_function(), std::make_shared<TestWeight>());
  expect_gradient(*weighted, 1);
  expect_gradient(*weighted, 3);
  expect_gradient(*weighted->with_pending(Matrix{{0.4, 0.4}}), 2);
}

TEST(RemainingVariance, IsThatOfTheModelWithTheKnownPointsAsData) {
  const auto model = weighted_test_model();
  const Matrix known{{0.1, 0.9}, {0.8, 0.2}};
  const auto weight = make_remaining_variance(model, known);
  const auto conditioned = model->condition_on(known, Vector::Zero(2), Vector::Zero(2));
  const Matrix X{{0.15, 0.85}, {0.5, 0.5}, {0.9, 0.9}};
  Vector mean, before, after;
  model->marginals(X, mean, before);
  conditioned->marginals(X, mean, after);
  constexpr double kFloored = 1e-4;  // of the weight and of the noise that condition_on takes at least
  for (Index i = 0; i < X.rows(); ++i) {
    EXPECT_NEAR(weight->log_weights(X)[i], std::log(after[i] / before[i]), kFloored);
    EXPECT_NEAR(weight->log_weight(X.row(i).transpose(), nullptr), weight->log_weights(X)[i], testing::kClosedForm);
  }
  EXPECT_LT(weight->log_weights(known).maxCoeff(), -9);
}

TEST(RemainingVariance, EnoughIsEnough) {
  const Matrix known{{0.1, 0.9}}, near{{0.1001, 0.9}}, far{{0.7, 0.2}};
  const auto mild = make_remaining_variance(weighted_test_model(), known, 1e-3);
  const auto plain = make_remaining_variance(weighted_test_model(), known);
  EXPECT_GT(mild->log_weights(far)[0], -1e-2);
  EXPECT_LT(mild->log_weights(near)[0], -2);
  EXPECT_GT(mild->log_weights(near)[0], plain->log_weights(near)[0]);
}

TEST(RemainingVariance, GradientMatchesDifferences) {
  for (const double enough : {0.0, 0.3}) {
    const auto weight = make_remaining_variance(weighted_test_model(), Matrix{{0.1, 0.9}, {0.8, 0.2}}, enough);
    expect_gradient(*make_weighted(joint_function(), weight), 2);
  }
}

}  // namespace
}  // namespace boa::acquisition
