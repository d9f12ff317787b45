#include "boa/gp/gaussian_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::gp {
namespace {

using boa::testing::kClosedForm;

TrainingData smooth_data(Index n, std::uint64_t seed = 1) {
  TrainingData data;
  data.X = math::Sobol(2, util::Rng(seed)).draw(n);
  data.y = (5.0 * data.X.col(0).array()).sin() + 3.0 * data.X.col(1).array().square() + 7.0;
  return data;
}

GpParameters example_parameters(std::unique_ptr<Kernel> kernel, double noise = 1e-3) {
  GpParameters parameters;
  parameters.mean_constant = 0.2;
  parameters.noise_variance = noise;
  parameters.kernel = std::move(kernel);
  return parameters;
}

GaussianProcess example_model(Index n = 12) {
  const TrainingData data = smooth_data(n);
  auto kernel = make_scale(1.3, make_matern(2.5, Vector{{0.4, 0.7}}));
  return GaussianProcess(data, example_parameters(std::move(kernel)), standardize(data.y));
}

TEST(GaussianProcess, InterpolatesWhereNoiseIsSmall) {
  const TrainingData data = smooth_data(20);
  const GaussianProcess model(data, example_parameters(make_rbf(Vector{{0.5, 0.5}}), 1e-8), standardize(data.y));
  Vector mean, variance;
  model.marginals(data.X, mean, variance);
  EXPECT_LT((mean - data.y).cwiseAbs().maxCoeff(), 1e-3);
  EXPECT_GE(variance.minCoeff(), 0.0);
}

TEST(GaussianProcess, MarginalsAreTheDiagonalOfTheJoint) {
  const GaussianProcess model = example_model();
  const Matrix X = math::Sobol(2, util::Rng(9)).draw(300);
  Vector mean, variance;
  model.marginals(X, mean, variance);
  JointPosterior posterior;
  model.joint(X, posterior);
  EXPECT_LT((mean - posterior.mean).cwiseAbs().maxCoeff(), kClosedForm);
  EXPECT_LT((variance - posterior.covariance.diagonal()).cwiseAbs().maxCoeff(), kClosedForm);
}

TEST(GaussianProcess, WithoutDataIsThePrior) {
  GpParameters parameters = example_parameters(make_rbf(Vector{{0.5, 0.5}}));
  const GaussianProcess model({Matrix(0, 2), Vector(0), {}}, parameters, {3.0, 2.0});
  Vector mean, variance;
  model.marginals(Matrix::Constant(1, 2, 0.3), mean, variance);
  EXPECT_DOUBLE_EQ(mean[0], 3.0 + 2.0 * 0.2);
  EXPECT_DOUBLE_EQ(variance[0], 4.0);
}

void expect_joint_gradient_matches(const GaussianProcess& model) {
  const Index q = 3;
  const Vector a = math::sobol_normal(q, 1, util::Rng(1)).col(0);
  Matrix B = math::sobol_normal(q, q, util::Rng(2));
  B = (B + B.transpose()).eval();
  const Matrix start = math::Sobol(2, util::Rng(3)).draw(q);
  const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
    const Matrix X = Eigen::Map<const Matrix>(x.data(), q, 2);
    JointPosterior posterior;
    model.joint(X, posterior);
    if (g) {
      Matrix gradient = Matrix::Zero(q, 2);
      model.joint_backward(posterior, a, B, gradient);
      g->assign(gradient.data(), gradient.data() + gradient.size());
    }
    return a.dot(posterior.mean) + B.cwiseProduct(posterior.covariance).sum();
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>(start.data(), start.data() + start.size())));
}

TEST(GaussianProcess, JointGradientMatches) { expect_joint_gradient_matches(example_model()); }

TEST(GaussianProcess, JointGradientMatchesWithALinearMean) {
  GpParameters parameters = example_model().parameters();
  parameters.mean_slopes = Vector{{0.7, -1.9}};
  expect_joint_gradient_matches(GaussianProcess(smooth_data(7), parameters, standardize(smooth_data(7).y)));
  expect_joint_gradient_matches(GaussianProcess({Matrix(0, 2), Vector(0), {}}, parameters));
}

TEST(GaussianProcess, CrossCovarianceGradientMatches) {
  const GaussianProcess model = example_model();
  const FixedPoints fixed = model.fix_points(math::Sobol(2, util::Rng(4)).draw(4));
  const Matrix C = math::sobol_normal(2, 4, util::Rng(5));
  const Matrix start = math::Sobol(2, util::Rng(6)).draw(2);
  const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
    const Matrix X = Eigen::Map<const Matrix>(x.data(), 2, 2);
    JointPosterior posterior;
    model.joint(X, posterior);
    Matrix cross;
    model.cross_covariance(posterior, fixed, cross);
    if (g) {
      Matrix gradient = Matrix::Zero(2, 2);
      model.cross_backward(posterior, fixed, C, gradient);
      g->assign(gradient.data(), gradient.data() + gradient.size());
    }
    return C.cwiseProduct(cross).sum();
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>(start.data(), start.data() + start.size())));
}

TEST(GaussianProcess, ConditioningEqualsRefactoring) {
  const TrainingData all = smooth_data(15);
  const OutcomeScale scale = standardize(all.y);
  const GpParameters parameters = example_parameters(make_rbf(Vector{{0.4, 0.6}}));
  const GaussianProcess whole(all, parameters, scale);
  const GaussianProcess part({all.X.topRows(11), all.y.head(11), {}}, parameters, scale);
  const auto grown = part.condition_on(all.X.bottomRows(4), all.y.tail(4));
  EXPECT_LT((grown->factor() - whole.factor()).cwiseAbs().maxCoeff(), kClosedForm);
  EXPECT_LT((grown->alpha() - whole.alpha()).cwiseAbs().maxCoeff(), 1e-6);
}

TEST(GaussianProcess, LeaveOneOutEqualsLeavingOneOut) {
  const TrainingData all = smooth_data(9);
  const GpParameters parameters = example_parameters(make_rbf(Vector{{0.4, 0.6}}));
  const OutcomeScale scale{7.0, 2.0};
  const LeaveOneOut loo = GaussianProcess(all, parameters, scale).leave_one_out();
  const GaussianProcess rest({all.X.bottomRows(8), all.y.tail(8), {}}, parameters, scale);
  Vector mean, variance;
  rest.marginals(all.X.topRows(1), mean, variance);
  EXPECT_NEAR(loo.mean[0], mean[0], kClosedForm);
  EXPECT_NEAR(loo.variance[0], variance[0], kClosedForm);
}

TEST(GaussianProcess, KnownNoiseReplacesTheInferredOneWhereGiven) {
  TrainingData data = smooth_data(5);
  data.y_var = Vector::Constant(5, std::nan(""));
  data.y_var[2] = 0.5;
  const GaussianProcess model(data, example_parameters(make_rbf(Vector{{0.4, 0.6}}), 1e-3), {0.0, 2.0});
  EXPECT_DOUBLE_EQ(model.noise()[2], 0.125);
  EXPECT_DOUBLE_EQ(model.noise()[0], 1e-3);
}

TEST(GaussianProcess, KnownNoiseHasTheFloorThatIsGiven) {
  TrainingData data = smooth_data(5);
  data.y_var = Vector::Zero(5);
  GpParameters parameters = example_parameters(make_rbf(Vector{{0.4, 0.6}}));
  EXPECT_DOUBLE_EQ(GaussianProcess(data, parameters, {0.0, 2.0}).noise()[2], kMinFixedNoise);
  FitOptions options;
  parameters.fixed_noise_min = options.fixed_noise_min = 1e-9;
  EXPECT_DOUBLE_EQ(GaussianProcess(data, parameters, {0.0, 2.0}).noise()[2], 1e-9);
  EXPECT_DOUBLE_EQ(fit_gp(data, options, util::Rng(1)).model->noise()[2], 1e-9);
}

TEST(GaussianProcess, DuplicatePointsAreNormalInput) {
  TrainingData data = smooth_data(6);
  data.X.row(5) = data.X.row(0);
  data.y_var = Vector::Zero(6);
  EXPECT_NO_THROW(GaussianProcess(data, example_parameters(make_rbf(Vector{{0.4, 0.6}})), standardize(data.y)));
}

TEST(GaussianProcess, FantasiesAverageToThePosterior) {
  const GaussianProcess model = example_model();
  const Matrix X = Matrix::Constant(1, 2, 0.5);
  Matrix z(2, 1);
  z << 0.8, -0.8;
  const auto fantasies = model.fantasize(X, z);
  Vector mean, variance, first, second;
  const Matrix at = Matrix::Constant(1, 2, 0.45);
  model.marginals(at, mean, variance);
  fantasies[0]->marginals(at, first, variance);
  fantasies[1]->marginals(at, second, variance);
  EXPECT_NEAR(0.5 * (first[0] + second[0]), mean[0], 1e-8);
  EXPECT_NE(first[0], second[0]);
}

TEST(Standardize, ConstantOrSingleOutcomesKeepTheirScale) {
  EXPECT_EQ(standardize(Vector{{4.0}}).scale, 1.0);
  EXPECT_EQ(standardize(Vector{{4.0, 4.0}}).scale, 1.0);
  EXPECT_EQ(standardize(Vector{{4.0, 4.0}}).offset, 4.0);
  EXPECT_NEAR(standardize(Vector{{1.0, std::nan(""), 3.0}}).scale, std::sqrt(2.0), kClosedForm);
}

TEST(Likelihood, GradientsMatch) {
  const TrainingData data = smooth_data(8);
  const Vector y = data.y.array() - 8.0;
  const auto kernel = make_scale(0.8, make_rbf(Vector{{0.4, 0.6}}));
  using Function = Likelihood (*)(const Matrix&, const Vector&, const Kernel&, double, double, const Vector&);
  for (const Function function : {&log_marginal_likelihood, &loo_pseudo_likelihood}) {
    const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
      const auto copy = kernel->clone();
      copy->set_values(Vector{{x[0], x[1], x[2]}});
      const Likelihood v = function(data.X, y, *copy, x[3], x[4], {});
      if (g) *g = {v.d_kernel[0], v.d_kernel[1], v.d_kernel[2], v.d_noise, v.d_mean};
      return v.value;
    };
    EXPECT_GRADIENT_MATCHES(f, (std::vector<double>{0.8, 0.4, 0.6, 0.05, 0.1}));
  }
}

TEST(FitGp, RecoversASmoothFunction) {
  const TrainingData data = smooth_data(25);
  const FitResult fit = fit_gp(data, {}, util::Rng(1));
  EXPECT_TRUE(fit.summary.converged);
  Vector mean, variance;
  const TrainingData test = smooth_data(50, 77);
  fit.model->marginals(test.X, mean, variance);
  EXPECT_LT((mean - test.y).norm() / std::sqrt(50.0), 0.05);
}

TEST(FitGp, IsDeterministicInItsSeed) {
  const TrainingData data = smooth_data(10);
  const Vector a = fit_gp(data, {}, util::Rng(1)).model->parameters().kernel->values();
  EXPECT_EQ(a, fit_gp(data, {}, util::Rng(1)).model->parameters().kernel->values());
}

TEST(FitGp, WarmStartNeedsFewEvaluations) {
  const TrainingData data = smooth_data(30);
  const FitResult cold = fit_gp(data, {}, util::Rng(1));
  FitOptions options;
  options.warm_start = cold.hyperparameters;
  options.starts = 0;
  const FitResult warm = fit_gp(data, options, util::Rng(1));
  EXPECT_LT(warm.summary.evaluations, cold.summary.evaluations / 2);
  EXPECT_NEAR(warm.summary.map_objective, cold.summary.map_objective, 1e-2);
}

TEST(FitGp, WhatIsNotWorthwhileIsGivenUp) {
  const TrainingData data = smooth_data(30);
  FitOptions options;
  options.warm_start = fit_gp(data, {}, util::Rng(1)).hyperparameters;
  options.kernel = "matern52";
  options.starts = 0;
  const FitResult whole = fit_gp(data, options, util::Rng(1));
  options.worthwhile = whole.summary.map_objective - 1;
  const FitResult reached = fit_gp(data, options, util::Rng(1));
  EXPECT_EQ(reached.hyperparameters.kernel, whole.hyperparameters.kernel);
  options.worthwhile = whole.summary.map_objective + 1000;
  const FitResult hopeless = fit_gp(data, options, util::Rng(1));
  EXPECT_LT(hopeless.summary.evaluations, whole.summary.evaluations / 2);
  EXPECT_LT(hopeless.summary.map_objective, whole.summary.map_objective);
  EXPECT_NE(hopeless.model, nullptr);
}

TEST(FitGp, AWarmStartTakenAsItIsGivesTheSameModelToTheLastBit) {
  TrainingData data = smooth_data(30);
  data.y_var = Vector::Constant(30, std::nan(""));
  data.y_var[3] = 0.1;
  const FitResult cold = fit_gp(data, {}, util::Rng(1));
  FitOptions options;
  options.warm_start = cold.hyperparameters;
  options.starts = options.max_evaluations = 0;
  const FitResult again = fit_gp(data, options, util::Rng(2));
  EXPECT_EQ(again.hyperparameters.kernel, cold.hyperparameters.kernel);
  EXPECT_EQ(again.hyperparameters.noise_variance, cold.hyperparameters.noise_variance);
  EXPECT_EQ(again.model->alpha(), cold.model->alpha());
  EXPECT_EQ(again.model->factor(), cold.model->factor());
}

TEST(FitGp, TheModelIsThatOfItsParameters) {
  const TrainingData data = smooth_data(20);
  const FitResult fit = fit_gp(data, {}, util::Rng(1));
  const GaussianProcess fresh(data, fit.model->parameters(), fit.model->outcome_scale());
  EXPECT_EQ(fit.model->factor(), fresh.factor());
  EXPECT_EQ(fit.model->alpha(), fresh.alpha());
}

TEST(FitGp, NeverThrowsBecauseDataAreOdd) {
  const auto check = [](TrainingData data, const std::string& what) {
    for (const bool is_richer : {false, true}) {
      FitOptions options;
      options.linear_mean = options.warp_inputs = is_richer;
      FitResult fit;
      ASSERT_NO_THROW(fit = fit_gp(data, options, util::Rng(1))) << what;
      Vector mean, variance;
      fit.model->marginals(Matrix::Constant(1, 2, 0.3), mean, variance);
      EXPECT_TRUE(mean.allFinite() && variance.allFinite()) << what;
    }
  };
  TrainingData data = smooth_data(6);
  check(data, "plain");
  data.y.setConstant(3.0);
  check(data, "constant outcomes");
  data.y.setConstant(1e300);
  check(data, "constant and huge");
  for (const double scale : {1e-200, 1e-12, 1e12, 1e150}) {
    data = smooth_data(6);
    data.y *= scale;
    check(data, "scale " + std::to_string(scale));
  }
  check(smooth_data(1), "one point");
  data = smooth_data(6);
  data.X.rowwise() = data.X.row(0).eval();
  check(data, "one place");
  data.y_var = Vector::Zero(6);
  check(data, "one place without noise");
  data = smooth_data(6);
  data.y[2] = std::nan("");
  data.y_var = Vector::Constant(6, std::nan(""));
  check(data, "a missing outcome");
  check({Matrix(0, 2), Vector(0), {}}, "no data");
}

TEST(FitGp, WarpedInputsFindWhereAFunctionIsBusy) {
  // All of it happens below 0.1 in the first column.
  TrainingData data;
  data.X = math::Sobol(2, util::Rng(3)).draw(40);
  const auto truth = [](const auto& X) { return (8.0 * X.col(0).array().pow(0.25)).sin() + X.col(1).array(); };
  data.y = truth(data.X);
  const Matrix places = math::Sobol(2, util::Rng(4)).draw(64);
  FitOptions options;
  const auto error_of = [&](const FitResult& fit) {
    Vector mean, variance;
    fit.model->marginals(places, mean, variance);
    return (mean.array() - truth(places)).matrix().norm();
  };
  const FitResult plain = fit_gp(data, options, util::Rng(1));
  options.warp_inputs = true;
  const FitResult warped = fit_gp(data, options, util::Rng(1));
  EXPECT_GT(warped.summary.map_objective, plain.summary.map_objective);
  EXPECT_LT(error_of(warped), 0.5 * error_of(plain));
  const Vector& fitted = warped.hyperparameters.kernel;
  EXPECT_LT(fitted[0], 0.7) << "concentration1 of the first column";
  EXPECT_NEAR(std::log(fitted[1] * fitted[3]), 0, 0.7) << "the second column is left as it is";
  options.warm_start = warped.hyperparameters;
  options.starts = options.max_evaluations = 0;
  EXPECT_EQ(error_of(fit_gp(data, options, util::Rng(2))), error_of(warped)) << "remembered to the last bit";
}

TEST(FitGp, CategoriesAreNotWarped) {
  TrainingData data = smooth_data(20);
  for (double& code : data.X.col(1)) code = std::floor(3 * code);
  FitOptions options;
  options.categorical_columns = {1};
  options.warp_inputs = true;
  const FitResult fit = fit_gp(data, options, util::Rng(1));
  EXPECT_EQ(fit.model->parameters().kernel->to_node().at("columns").size(), 1U);
}

TEST(FitGp, FidelitiesAreExpectedToBeAlike) {
  TrainingData data = smooth_data(5);
  data.y = (6.0 * data.X.col(0).array()).sin();  // whatever the second column
  FitOptions plain;
  plain.priors = {make_gamma(3.0, 6.0), make_gamma(2.0, 0.15), make_gamma(1.1, 0.05)};
  FitOptions options = plain;
  options.fidelity_columns = {1};
  const FitResult fit = fit_gp(data, options, util::Rng(1));
  Vector plain_mean, plain_variance, mean, variance;
  const Matrix apart{{data.X(0, 0), 1.0 - data.X(0, 1)}};
  fit.model->marginals(apart, mean, variance);
  fit_gp(data, plain, util::Rng(1)).model->marginals(apart, plain_mean, plain_variance);
  EXPECT_LT(2 * variance[0], plain_variance[0]);
  const std::vector<Hyperparameter> all = fit.model->parameters().kernel->hyperparameters();
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& h) { return h.name == "fidelity_lengthscale"; }), 1);
  options.categorical_columns = {0};  // no numbers are left
  EXPECT_TRUE(fit_gp(data, options, util::Rng(1)).summary.message.empty());
  options.categorical_columns = {};
  options.fidelity_columns = {0, 1};
  EXPECT_TRUE(fit_gp(data, options, util::Rng(1)).summary.message.empty());
}

TEST(FitGp, CategoricalColumnsGetTheirOwnKernel) {
  TrainingData data;
  data.X = math::Sobol(2, util::Rng(5)).draw(24);
  for (Index i = 0; i < 24; ++i) data.X(i, 1) = std::floor(3.0 * data.X(i, 1));
  data.y.resize(24);
  const double offsets[] = {0.0, 5.0, -3.0};
  for (Index i = 0; i < 24; ++i) data.y[i] = data.X(i, 0) + offsets[static_cast<int>(data.X(i, 1))];
  FitOptions options;
  options.categorical_columns = {1};
  const FitResult fit = fit_gp(data, options, util::Rng(2));
  Vector mean, variance;
  Matrix at(3, 2);
  at << 0.5, 0.0, 0.5, 1.0, 0.5, 2.0;
  fit.model->marginals(at, mean, variance);
  for (Index k = 0; k < 3; ++k) EXPECT_NEAR(mean[k], 0.5 + offsets[k], 0.3);
}

TEST(FitGp, KnownNoiseIsKept) {
  TrainingData data = smooth_data(12);
  data.y_var = Vector::Constant(12, 0.01);
  const FitResult fit = fit_gp(data, {}, util::Rng(1));
  const double scale = fit.model->outcome_scale().scale;
  EXPECT_NEAR(fit.model->noise()[3], 0.01 / (scale * scale), kClosedForm);
  EXPECT_NEAR(fit.model->observation_noise(), 0.01, kClosedForm);
}

TEST(FitGp, LeaveOneOutMaximizesItsOwnObjective) {
  const TrainingData data = smooth_data(14);
  FitOptions options;
  options.leave_one_out = true;
  options.standardize = false;
  const FitResult fit = fit_gp(data, options, util::Rng(1));
  const auto objective = [&](const GpParameters& at, double mean) {
    const PriorSet priors = default_priors(data.X.cols());
    return loo_pseudo_likelihood(data.X, data.y, *at.kernel, at.noise_variance, mean).value +
           log_prior(*at.kernel, at.noise_variance, priors).value;
  };
  const GpParameters& best = fit.model->parameters();
  const double value = objective(best, best.mean_constant);
  EXPECT_NEAR(value, fit.summary.map_objective, 1e-8);
  EXPECT_LT(objective(best, best.mean_constant + 0.1), value);
  EXPECT_LT(objective(best, best.mean_constant - 0.1), value);
  for (Index k = 0; k < best.kernel->num_hyperparameters(); ++k) {
    for (const double factor : {0.8, 1.25}) {
      GpParameters other = best;
      const auto kernel = best.kernel->clone();
      kernel->set_values(kernel->values() +
                         (factor - 1) * kernel->values()[k] * Vector::Unit(kernel->values().size(), k));
      other.kernel = std::shared_ptr<const Kernel>(kernel->clone());
      EXPECT_LT(objective(other, loo_mean(data.X, data.y, *kernel, best.noise_variance)), value) << k;
    }
  }
  options.leave_one_out = false;
  const GpParameters marginal = fit_gp(data, options, util::Rng(1)).model->parameters();
  EXPECT_LT(objective(marginal, marginal.mean_constant), value);
}

TEST(FitGp, EveryNamedKernelFits) {
  const TrainingData data = smooth_data(12);
  for (const std::string name : {"rbf", "matern12", "matern32", "matern52", "rq", "periodic", "linear"}) {
    FitOptions options;
    options.kernel = name;
    options.scaled = true;
    const FitResult plain = fit_gp(data, options, util::Rng(1));
    EXPECT_TRUE(plain.summary.message.empty() && plain.model->alpha().allFinite()) << name;
    options.leave_one_out = true;
    EXPECT_TRUE(fit_gp(data, options, util::Rng(1)).model->alpha().allFinite()) << name;
    TrainingData coded = data;
    coded.X.col(1) = (3.0 * data.X.col(1)).array().floor();
    options.categorical_columns = {1};
    EXPECT_TRUE(fit_gp(coded, options, util::Rng(1)).model->alpha().allFinite()) << name;
  }
}

TEST(FitGp, UnknownKernelIsRefusedByName) {
  FitOptions options;
  options.kernel = "cubic";
  EXPECT_THROW(fit_gp(smooth_data(4), options, util::Rng(1)), UnsupportedError);
}

}  // namespace
}  // namespace boa::gp
