#include "boa/acquisition/information/knowledge_gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/math/special.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::acquisition {
namespace knowledge_gradient_test {

std::shared_ptr<const gp::GaussianProcess> noisy_model(double noise = 0.02) {
  gp::TrainingData data;
  data.X = math::Sobol(2, util::Rng(1)).draw(8);
  data.y = (4.0 * data.X.col(0).array()).sin() + data.X.col(1).array().square();
  gp::GpParameters parameters;
  parameters.noise_variance = noise;
  parameters.kernel = gp::make_matern(2.5, Vector{{0.3, 0.6}});
  const gp::OutcomeScale scale = gp::standardize(data.y);
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters), scale);
}

/// E[max_j (a_j + b_j Z)] - max a by the midpoints of equal shares of the normal distribution.
double by_quadrature(const Vector& a, const Vector& b) {
  constexpr int kNodes = 200000;
  double sum = 0;
  for (int i = 0; i < kNodes; ++i) sum += (a + math::normal_quantile((i + 0.5) / kNodes) * b).maxCoeff();
  return sum / kNodes - a.maxCoeff();
}

constexpr double kQuadrature = 1e-4;

TEST(LogExpectedGain, AgreesWithQuadrature) {
  util::Rng rng(3);
  for (const Index k : {2, 3, 7, 40}) {
    Vector a(k), b(k);
    for (Index i = 0; i < k; ++i) {
      a[i] = rng.normal();
      b[i] = rng.normal();
    }
    EXPECT_NEAR(std::exp(log_expected_gain(a, b, nullptr, nullptr)), by_quadrature(a, b), kQuadrature) << k;
  }
}

TEST(LogExpectedGain, OfTwoLinesIsExpectedImprovement) {
  // max(0, a + b Z) with a far below: log EI, where EI itself underflows.
  const double a = -60, b = 1.5;
  EXPECT_NEAR(log_expected_gain(Vector{{0.0, a}}, Vector{{0.0, b}}, nullptr, nullptr),
              std::log(b) + math::log_improvement(a / b).value, testing::kClosedForm * 1000);
}

TEST(LogExpectedGain, NothingIsLearntFromParallelLines) {
  Vector d_a, d_b;
  EXPECT_EQ(log_expected_gain(Vector{{1.0, 2.0}}, Vector{{0.5, 0.5}}, &d_a, &d_b),
            -std::numeric_limits<double>::infinity());
  EXPECT_EQ(d_a, Vector::Zero(2));
  EXPECT_EQ(log_expected_gain(Vector{{1.0}}, Vector{{0.5}}, nullptr, nullptr),
            -std::numeric_limits<double>::infinity());
}

TEST(LogExpectedGain, EqualLinesCountOnce) {
  const double twice = log_expected_gain(Vector{{0.0, 0.3, 0.3}}, Vector{{0.1, 0.9, 0.9}}, nullptr, nullptr);
  EXPECT_EQ(twice, log_expected_gain(Vector{{0.0, 0.3}}, Vector{{0.1, 0.9}}, nullptr, nullptr));
}

TEST(LogExpectedGain, DerivativesMatchDifferences) {
  const auto f = [](const std::vector<double>& x, std::vector<double>* gradient) {
    const Vector a = Eigen::Map<const Vector>(x.data(), 4), b = Eigen::Map<const Vector>(x.data() + 4, 4);
    Vector d_a, d_b;
    const double value = log_expected_gain(a, b, gradient ? &d_a : nullptr, gradient ? &d_b : nullptr);
    if (gradient) {
      gradient->assign(d_a.begin(), d_a.end());
      gradient->insert(gradient->end(), d_b.begin(), d_b.end());
    }
    return value;
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector{0.1, 0.5, -0.4, 0.2, 0.3, 0.05, 1.1, -0.7}));
  EXPECT_GRADIENT_MATCHES(f, (std::vector{0.1, 9.5, -0.4, 0.2, 0.3, 0.05, 0.4, -0.7}));
}

void expect_slopes(const AcquisitionFunction& function) {
  const auto f = [&](const std::vector<double>& x, std::vector<double>* gradient) {
    Matrix slope;
    const Matrix X{{x[0], x[1]}};
    const double value = function.value_and_gradient(X, gradient ? &slope : nullptr);
    if (gradient) *gradient = {slope(0, 0), slope(0, 1)};
    EXPECT_NEAR(value, function.values(X)[0], testing::kClosedForm * 1000);
    return value;
  };
  for (const std::vector<double>& x : {std::vector{0.33, 0.2}, {0.7, 0.55}, {0.05, 0.9}}) EXPECT_GRADIENT_MATCHES(f, x);
}

TEST(LogKnowledgeGradient, GradientMatchesDifferences) {
  const Matrix points = math::Sobol(2, util::Rng(8)).draw(12);
  expect_slopes(*make_log_knowledge_gradient(noisy_model(), points));
  expect_slopes(*make_log_knowledge_gradient(noisy_model(), points, {{1, 1.0}}));
}

TEST(LogKnowledgeGradient, IsTheGrowthOfTheBestMeanOverFantasies) {
  const auto model = noisy_model();
  const Matrix points = math::Sobol(2, util::Rng(8)).draw(6), x{{0.4, 0.9}};
  Matrix all(points.rows() + 1, 2);
  all << points, x;
  Vector mean, variance;
  model->marginals(all, mean, variance);
  const double before = mean.maxCoeff();
  constexpr Index kFantasies = 2000;
  Matrix z(kFantasies, 1);
  for (Index i = 0; i < kFantasies; ++i) {
    z(i, 0) = math::normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(kFantasies));
  }
  double after = 0;
  for (const auto& fantasy : model->fantasize(x, z)) {
    fantasy->marginals(all, mean, variance);
    after += mean.maxCoeff() / static_cast<double>(kFantasies);
  }
  constexpr double kQuadratureOfModels = 2e-3;
  EXPECT_NEAR(std::exp(make_log_knowledge_gradient(model, points)->values(x)[0]) / (after - before), 1,
              kQuadratureOfModels);
}

TEST(LogKnowledgeGradient, CountsMeansAtTheTarget) {
  // With the target, points and x are carried there: only where the observation is made differs.
  const Matrix points = math::Sobol(2, util::Rng(8)).draw(12);
  const auto model = noisy_model();
  const auto plain = make_log_knowledge_gradient(model, at_target(points, {{1, 0.8}}));
  const auto aimed = make_log_knowledge_gradient(model, points, {{1, 0.8}});
  const Matrix there{{0.4, 0.8}}, far{{0.4, 0.1}};
  EXPECT_NEAR(aimed->values(there)[0], plain->values(there)[0], testing::kClosedForm * 1000);
  EXPECT_LT(aimed->values(far)[0], aimed->values(there)[0]);
}

TEST(LogKnowledgeGradient, NothingIsLearntAtAPointThatIsKnownExactly) {
  const auto model = noisy_model(1e-12);
  const auto function = make_log_knowledge_gradient(model, math::Sobol(2, util::Rng(8)).draw(12));
  const Matrix known = model->data().X.topRows(1);
  EXPECT_LT(function->values(known)[0], function->values(Matrix{{0.5, 0.45}})[0] - 3);
}

}  // namespace knowledge_gradient_test
}  // namespace boa::acquisition
