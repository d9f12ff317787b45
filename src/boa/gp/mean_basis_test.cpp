#include "boa/gp/mean_basis.hpp"

#include <gtest/gtest.h>

#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/gp/map_problem.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::gp {
namespace {

using boa::testing::kClosedForm;

TrainingData plane(Index n, double reach) {
  TrainingData data;
  data.X = reach * math::Sobol(3, util::Rng(2)).draw(n);
  data.y = (3.0 + 20.0 * data.X.col(0).array() - 8.0 * data.X.col(2).array()).matrix();
  return data;
}

FitOptions linear() {
  FitOptions options;
  options.linear_mean = true;
  return options;
}

TEST(MeanBasis, ALinearMeansCoefficientsMinimizeWithTheirPrior) {
  const Matrix X = math::Sobol(3, util::Rng(1)).draw(3);  // fewer rows than coefficients
  const Vector y{{0.4, -1.2, 0.9}};
  const MeanBasis mean = MeanBasis::linear(X, {0, 2});
  const Vector c = mean.regress(mean.values(), y);
  const auto objective = [&](const Vector& at) {
    return (y - mean.values() * at).squaredNorm() - 2 * mean.log_prior(at);
  };
  for (Index k = 0; k < 3; ++k) {
    for (const double step : {-1e-3, 1e-3}) EXPECT_GT(objective(c + step * Vector::Unit(3, k)), objective(c));
  }
  const Vector slopes = mean.slopes(c);
  EXPECT_EQ(slopes, (Vector{{c[1], 0, c[2]}})) << "none for the column that is no number";
  const Vector by_slopes = (X * slopes).array() + mean.constant_at_zero(c);
  EXPECT_LT((by_slopes - mean.values() * c).cwiseAbs().maxCoeff(), kClosedForm);
}

TEST(LinearMean, GoesOnWhereAConstantOneReturns) {
  const TrainingData data = plane(12, 0.5);
  const Matrix far{{1.0, 0.5, 1.0}};
  const double truth = 3 + 20 - 8;
  Vector mean, variance;
  fit_gp(data, linear(), util::Rng(1)).model->marginals(far, mean, variance);
  const double missed = std::abs(mean[0] - truth);
  fit_gp(data, {}, util::Rng(1)).model->marginals(far, mean, variance);
  EXPECT_LT(missed, 0.5 * std::abs(mean[0] - truth));
}

TEST(LinearMean, TheObjectiveIsThatOfItsModel) {
  const TrainingData data = plane(9, 1.0);
  FitOptions options = linear();
  options.standardize = false;
  options.priors = default_priors(3);
  const FitResult fit = fit_gp(data, options, util::Rng(1));
  const GpParameters& at = fit.model->parameters();
  ASSERT_EQ(at.mean_slopes.size(), 3);
  const Vector residual = data.y - data.X * at.mean_slopes;
  const double likelihood =
      log_marginal_likelihood(data.X, residual, *at.kernel, at.noise_variance, at.mean_constant).value;
  const double priors = log_prior(*at.kernel, at.noise_variance, options.priors).value;
  EXPECT_NEAR(fit.summary.map_objective, likelihood + priors - at.mean_slopes.squaredNorm() / 24, 1e-7);
}

TEST(LinearMean, TheObjectiveHasItsGradient) {
  const TrainingData data = plane(9, 1.0);
  const Vector wavy = (data.y.array() / 20 + (9 * data.X.col(1).array()).sin()).matrix();
  const Vector no_noise;  // the problem refers to what it is made from
  const PriorSet priors = default_priors(3);
  for (const bool leave_one_out : {false, true}) {
    FitOptions options = linear();
    options.leave_one_out = leave_one_out;
    MapProblem problem(data.X, wavy, no_noise, *make_ard("matern52", 3), options, priors);
    const auto objective = [&](const std::vector<double>& at, std::vector<double>* g) {
      Vector gradient(static_cast<Index>(at.size()));
      const double value = problem(Eigen::Map<const Vector>(at.data(), gradient.size()), g ? &gradient : nullptr);
      if (g) g->assign(gradient.begin(), gradient.end());
      return value;
    };
    const Vector start = problem.encode(1e-2, Vector{{0.4, 0.3, 0.7}});
    EXPECT_GRADIENT_MATCHES(objective, (std::vector<double>(start.begin(), start.end())));
  }
}

TEST(LinearMean, MoreDataAtTheSameHyperparametersKeepIt) {
  const TrainingData data = plane(8, 1.0);
  const FitResult fit = fit_gp(data, linear(), util::Rng(1));
  const Matrix X{{0.2, 0.4, 0.6}};
  const auto more = fit.model->condition_on(X, Vector{{40.0}}, Vector{{0.0}});
  EXPECT_EQ(more->parameters().mean_slopes, fit.model->parameters().mean_slopes);
  Vector mean, variance;
  more->marginals(X, mean, variance);
  EXPECT_NEAR(mean[0], 40, 5);
}

}  // namespace
}  // namespace boa::gp
