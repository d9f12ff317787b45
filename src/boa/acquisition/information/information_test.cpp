#include "boa/acquisition/information/information.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

std::shared_ptr<const gp::GaussianProcess> informed_model() {
  gp::TrainingData data;
  data.X = math::Sobol(2, util::Rng(1)).draw(8);
  data.y = (4.0 * data.X.col(0).array()).sin() + data.X.col(1).array().square();
  gp::GpParameters parameters;
  parameters.noise_variance = 0.02;
  parameters.kernel = gp::make_matern(2.5, Vector{{0.3, 0.6}});
  const gp::OutcomeScale scale = gp::standardize(data.y);
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters), scale);
}

void expect_information_slopes(const AcquisitionFunction& function, Index rows) {
  for (const std::uint64_t seed : {31, 32, 33}) {
    const Matrix start = math::Sobol(2, util::Rng(seed)).draw(rows);
    const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
      const Matrix X = Eigen::Map<const Matrix>(x.data(), rows, 2);
      Matrix gradient;
      const double value = function.value_and_gradient(X, g ? &gradient : nullptr);
      if (g) g->assign(gradient.data(), gradient.data() + gradient.size());
      return value;
    };
    EXPECT_GRADIENT_MATCHES(f, (std::vector<double>(start.data(), start.data() + start.size())));
  }
}

const Vector kMaxima{{1.6, 1.9, 2.3}};

TEST(Qmes, GradientMatches) {
  const Vector z = math::sobol_normal(24, 1, util::Rng(2)).col(0);
  expect_information_slopes(*make_qmes({informed_model(), 1.0}, kMaxima, z), 1);
  expect_information_slopes(*make_qmes({informed_model(), -1.0}, kMaxima, z), 1);
}

TEST(Gibbon, GradientMatches) {
  expect_information_slopes(*make_gibbon({informed_model(), 1.0}, kMaxima), 1);
  expect_information_slopes(*make_gibbon({informed_model(), -1.0}, kMaxima, math::Sobol(2, util::Rng(4)).draw(2)), 1);
}

TEST(Gibbon, BatchEqualsOneByOne) {
  const auto function = make_gibbon({informed_model(), 1.0}, kMaxima, math::Sobol(2, util::Rng(4)).draw(2));
  const Matrix X = math::Sobol(2, util::Rng(5)).draw(70);
  const Vector batch = function->values(X);
  for (Index i = 0; i < X.rows(); ++i) EXPECT_NEAR(batch[i], function->value_and_gradient(X.row(i), nullptr), 1e-9);
}

TEST(Gibbon, PendingPointsRepel) {
  const auto function = make_gibbon({informed_model(), 1.0}, kMaxima);
  const Matrix X = Matrix::Constant(1, 2, 0.6);
  const auto conditioned = function->with_pending(X);
  EXPECT_LT(conditioned->value_and_gradient(X, nullptr), function->value_and_gradient(X, nullptr));
  EXPECT_LT(conditioned->with_pending(X)->value_and_gradient(X, nullptr), conditioned->value_and_gradient(X, nullptr));
}

TEST(OneShotKnowledgeGradient, GradientMatches) {
  const Matrix z = math::sobol_normal(3, 2, util::Rng(6));
  expect_information_slopes(*make_one_shot_kg({informed_model(), 1.0}, z, 0.4), 5);
  expect_information_slopes(*make_one_shot_kg({informed_model(), -1.0}, z), 4);
}

TEST(OneShotKnowledgeGradient, AgreesWithFantasyModels) {
  const auto model = informed_model();
  const Matrix z = math::sobol_normal(3, 2, util::Rng(6));
  const Matrix X = math::Sobol(2, util::Rng(7)).draw(5);
  const auto fantasies = model->fantasize(X.topRows(2), z);
  double expected = 0.0;
  for (Index i = 0; i < 3; ++i) {
    Vector mean, variance;
    fantasies[static_cast<std::size_t>(i)]->marginals(X.row(2 + i), mean, variance);
    expected += mean[0] / 3.0;
  }
  EXPECT_NEAR(make_one_shot_kg({model, 1.0}, z)->value_and_gradient(X, nullptr), expected, 1e-8);
}

TEST(OneShotKnowledgeGradient, IsOptimizedJointly) {
  const Matrix z = math::sobol_normal(4, 1, util::Rng(6));
  const auto function = make_one_shot_kg({informed_model(), 1.0}, z);
  OptimizeAcqfOptions options;
  options.q = 5;
  options.raw_samples = 64;
  const AcqfOptimum best = optimize_acqf(*function, optim::unit_cube(2), options, util::Rng(1));
  const AcqfOptimum mean =
      optimize_acqf(*make_posterior_mean({informed_model()}, {}), optim::unit_cube(2), {}, util::Rng(1));
  ASSERT_EQ(best.X.rows(), 5);
  EXPECT_GT(best.value, mean.value);  // an observation is worth something
}

TEST(SampleMaxValues, LieAboveMostOfTheFunctionAndHonourTheSign) {
  const SignedModel up{informed_model(), 1.0}, down{informed_model(), -1.0};
  const Matrix candidates = math::Sobol(2, util::Rng(9)).draw(64);
  Vector mean, variance;
  up.model->marginals(candidates, mean, variance);
  EXPECT_GT(sample_max_values(up, candidates, 16, util::Rng(1)).mean(), mean.maxCoeff());
  EXPECT_GT(sample_max_values(down, candidates, 16, util::Rng(1)).mean(), -mean.minCoeff());
}

}  // namespace
}  // namespace boa::acquisition
