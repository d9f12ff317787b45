#include "boa/gp/hyperparameter_posterior.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/gp/fit_input.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::gp {
namespace hyperparameter_posterior_test {

/// d columns, the last of which holds codes 0, 1, 2 if `has_codes`.
TrainingData wave(Index n, Index d, double known_variance, bool has_codes = false) {
  TrainingData data;
  data.X = math::Sobol(d, util::Rng(1)).draw(n);
  if (has_codes) data.X.col(d - 1) = (data.X.col(d - 1).array() * 3).floor();
  data.y = (5.0 * data.X.col(0).array()).sin() + 0.3 * data.X.col(d - 1).array();
  data.y_var = Vector::Constant(n, known_variance);
  return data;
}

FitOptions with_priors() {
  FitOptions options;
  options.kernel = "matern52";
  options.scaled = true;
  options.priors = {make_gamma(3.0, 6.0), make_gamma(2.0, 0.15), make_gamma(1.1, 0.05)};
  return options;
}

void expect_gradient(const TrainingData& data, const FitOptions& options, bool saas, double at) {
  FitInput input = make_fit_input(data, options);
  if (saas) input.priors.lengthscale = nullptr;
  const std::unique_ptr<Kernel> kernel = default_kernel(data.X.cols(), options);
  MapProblem problem(input.data.X, input.y, input.noise, *kernel, options, input.priors);
  HyperparameterPosterior posterior(problem, saas);
  Vector gradient(posterior.dim());
  const auto f = [&](const std::vector<double>& u, std::vector<double>* g) {
    const double density = posterior(Eigen::Map<const Vector>(u.data(), posterior.dim()), gradient);
    if (g) g->assign(gradient.begin(), gradient.end());
    return density;
  };
  Vector u = posterior.encode(problem.start(nullptr));
  for (Index k = 0; k < u.size(); ++k) u[k] += at * static_cast<double>(k % 3 - 1);
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>(u.begin(), u.end())));
}

TEST(HyperparameterPosterior, GradientMatches) {
  for (const bool saas : {false, true}) {
    for (const double known : {std::nan(""), 1e-3}) {
      SCOPED_TRACE(::testing::Message() << "saas " << saas << " known " << known);
      expect_gradient(wave(9, 3, known), with_priors(), saas, 0.3);
      FitOptions mixed = with_priors();
      mixed.categorical_columns = {2};
      expect_gradient(wave(9, 3, known, true), mixed, saas, 0.2);
      FitOptions tasks = with_priors();
      tasks.tasks = TaskColumn{2, 3, 0};
      tasks.warp_inputs = true;
      expect_gradient(wave(9, 3, known, true), tasks, saas, 0.2);
    }
  }
}

/// Along log tausq alone everything else stays as it is: the joint density of logs is known in closed form.
TEST(HyperparameterPosterior, SaasPriorIsThatOfThePaper) {
  const TrainingData data = wave(9, 2, 1e-3);
  const FitOptions options = with_priors();
  FitInput input = make_fit_input(data, options);
  input.priors.lengthscale = nullptr;
  const std::unique_ptr<Kernel> kernel = default_kernel(2, options);
  MapProblem problem(input.data.X, input.y, input.noise, *kernel, options, input.priors);
  HyperparameterPosterior posterior(problem, true);
  Vector gradient(posterior.dim());
  const auto closed_form = [](double tausq, const Vector& lengthscale) {
    double density = std::log(tausq) - std::log(0.01 + tausq * tausq);
    for (const double l : lengthscale) {
      const double inverse = 1 / (tausq * l * l);
      density += std::log(inverse) - std::log(1 + inverse * inverse);
    }
    return density;
  };
  Vector here = posterior.encode(problem.start(nullptr)), there = here;
  here[posterior.dim() - 1] = std::log(0.3);
  there[posterior.dim() - 1] = std::log(0.02);
  const Vector lengthscale = problem.decode(posterior.decode(here)).tail(2);
  EXPECT_NEAR(posterior(here, gradient) - posterior(there, gradient),
              closed_form(0.3, lengthscale) - closed_form(0.02, lengthscale), boa::testing::kClosedForm);
}

TEST(HyperparameterPosterior, FlatWithoutPriors) {
  FitOptions options = with_priors();
  options.kernel = "periodic";
  expect_gradient(wave(9, 2, 1e-3), options, false, 0.1);
}

/// One hyperparameter is left: its posterior follows by quadrature.
TEST(SampleGp, LengthscaleIsThatOfQuadrature) {
  TrainingData data = wave(6, 1, 0.05);
  FitOptions options = with_priors();
  options.scaled = false;
  options.standardize = false;
  const auto models = sample_gp(data, options, {.saas = false, .nuts = {300, 2000, 1, 6, 0.8}}, util::Rng(3));
  ASSERT_EQ(models.size(), 2000U);
  double mean = 0;
  for (const auto& model : models) mean += std::log(model->parameters().kernel->values()[0]) / 2000;

  const FitInput input = make_fit_input(data, options);
  const std::unique_ptr<Kernel> kernel = default_kernel(1, options);
  MapProblem problem(input.data.X, input.y, input.noise, *kernel, options, input.priors);
  double total = 0, moment = 0;
  Vector theta = problem.start(nullptr);
  for (theta[1] = problem.lower()[1]; theta[1] < problem.upper()[1]; theta[1] += 1e-3) {
    const double weight = std::exp(theta[1] - problem(theta, nullptr));  // density of the logarithm
    total += weight;
    moment += weight * theta[1];
  }
  constexpr double kMonteCarlo = 0.04;
  EXPECT_NEAR(mean, moment / total, kMonteCarlo);
}

TEST(SampleGp, SaasFindsTheColumnThatMattersBesideCodes) {
  TrainingData data = wave(24, 6, 0.0, true);
  data.y = (5.0 * data.X.col(1).array()).sin();
  FitOptions options = with_priors();
  options.fixed_noise_min = 1e-4;
  options.tasks = TaskColumn{5, 3, 0};
  const auto models = sample_gp(data, options, {.saas = true, .nuts = {128, 64, 16, 6, 0.8}}, util::Rng(2));
  ASSERT_EQ(models.size(), 4U);
  const Matrix at{{0.5, 0.3, 0.5, 0.5, 0.5, 0.0}, {0.1, 0.3, 0.9, 0.2, 0.7, 0.0}};
  Vector mean, variance;
  for (const auto& model : models) {
    model->marginals(at, mean, variance);
    EXPECT_NEAR(mean[0], std::sin(1.5), 0.1);
    EXPECT_NEAR(mean[1], std::sin(1.5), 0.1) << "the other columns do not matter";
    Vector lengthscales(5);
    Index k = 0, shortest = 0;
    for (const Hyperparameter& h : model->parameters().kernel->hyperparameters()) {
      if (h.name == "lengthscale") lengthscales[k++] = h.value;
    }
    lengthscales.minCoeff(&shortest);
    EXPECT_EQ(shortest, 1);
  }
}

TEST(SampleGp, IsDeterministicAndStartsWhereItIsTold) {
  const TrainingData data = wave(12, 2, std::nan(""));
  FitOptions options = with_priors();
  options.warm_start = fit_gp(data, options, util::Rng(1)).hyperparameters;
  const SampleOptions sampling{.saas = false, .nuts = {60, 32, 16, 6, 0.8}};
  const auto models = sample_gp(data, options, sampling, util::Rng(4));
  const auto same = sample_gp(data, options, sampling, util::Rng(4));
  const auto other = sample_gp(data, options, sampling, util::Rng(5));
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[1]->parameters().kernel->values(), same[1]->parameters().kernel->values());
  EXPECT_NE(models[1]->parameters().kernel->values(), other[1]->parameters().kernel->values());
}

}  // namespace hyperparameter_posterior_test
}  // namespace boa::gp
