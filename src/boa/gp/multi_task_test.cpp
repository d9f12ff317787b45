#include "boa/gp/multi_task.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::gp {
namespace multi_task_test {

using boa::testing::kClosedForm;

double target_function(double x) { return std::sin(7 * x) + 2 * x; }
double related(double x) { return 10 + 3 * target_function(x) + 0.2 * std::cos(5 * x); }
double unrelated(double x) { return std::cos(6 * x + 1); }
double opposite(double x) { return 4 - 2 * target_function(x); }

/// `own` points of the target, task 1, and `others` of task 0, which is as `other` says.
TrainingData two_tasks(Index own, Index others, double (*other)(double)) {
  TrainingData data;
  const Index n = own + others;
  data.X.resize(n, 2);
  data.y.resize(n);
  data.y_var = Vector::Zero(n);
  for (Index i = 0; i < n; ++i) {
    const bool is_own = i < own;
    const double x = is_own ? (static_cast<double>(i) + 0.3) / static_cast<double>(own)
                            : (static_cast<double>(i - own) + 0.5) / static_cast<double>(others);
    data.X.row(i) << x, is_own ? 1.0 : 0.0;
    data.y[i] = is_own ? target_function(x) : other(x);
  }
  return data;
}

TrainingData of_target(const TrainingData& data, Index own) {
  return {data.X.topRows(own).leftCols(1), data.y.head(own), data.y_var.head(own)};
}

FitOptions options_of_two() {
  FitOptions options;
  options.kernel = "matern52";
  options.scaled = true;
  options.tasks = TaskColumn{1, 2, 1};
  return options;
}

/// Root mean square error of the target's mean; `dim`: with or without the task's column.
double error_at_target(const GaussianProcess& model) {
  Matrix X(101, model.dim());
  for (Index i = 0; i < 101; ++i) {
    X(i, 0) = static_cast<double>(i) / 100;
    if (X.cols() > 1) X(i, 1) = 1;
  }
  Vector mean, variance;
  model.marginals(X, mean, variance);
  double squares = 0;
  for (Index i = 0; i < 101; ++i) squares += std::pow(mean[i] - target_function(X(i, 0)), 2);
  return std::sqrt(squares / 101);
}

double error_alone(const TrainingData& data, Index own) {
  FitOptions alone = options_of_two();
  alone.tasks.reset();
  return error_at_target(*fit_gp(of_target(data, own), alone, util::Rng(1)).model);
}

TEST(TaskKernel, StartsWithRelatedTasksAndAVarianceOfOneAtTheTarget) {
  for (const Index tasks : {2, 3, 6}) {
    const auto kernel = make_task_kernel({0, tasks, 1});
    const Matrix codes = Vector::LinSpaced(tasks, 0, static_cast<double>(tasks - 1));
    const Matrix C = (*kernel)(codes, codes);
    EXPECT_NEAR(C(1, 1), 1, kClosedForm);
    for (Index t = 0; t < tasks; ++t) {
      const double correlation = C(t, 1) / std::sqrt(C(t, t));
      EXPECT_GT(correlation, 0.6) << tasks << " tasks, " << t;
      EXPECT_LT(correlation, t == 1 ? 1.01 : 0.9) << tasks << " tasks, " << t;
    }
  }
}

TEST(TaskKernel, LikelihoodHasItsGradientInEveryHyperparameter) {
  for (const Index tasks : {2, 5}) {
    Matrix X(14, 3);
    X.leftCols(2) = math::Sobol(2, util::Rng(1)).draw(14);
    Vector y(14);
    for (Index i = 0; i < 14; ++i) {
      X(i, 2) = static_cast<double>(i % tasks);
      y[i] = std::sin(4 * X(i, 0)) + X(i, 1) * (1 + 0.3 * X(i, 2));
    }
    auto data = make_scale(1.2, make_matern(2.5, Vector{{0.4, 0.8}}));
    data->set_active_dims({0, 1});
    const auto kernel = make_multi_task(std::move(data), {2, tasks, 1});
    const auto likelihood = [&](const std::vector<double>& values, std::vector<double>* gradient) {
      const auto at = kernel->clone();
      at->set_values(Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size())));
      const Likelihood result = log_marginal_likelihood(X, y, *at, 0.01, 0.3);
      if (gradient) gradient->assign(result.d_kernel.begin(), result.d_kernel.end());
      return result.value;
    };
    const Vector typical = kernel->values();
    std::vector<double> uneven(typical.begin(), typical.end());
    for (std::size_t i = 0; i < uneven.size(); ++i) uneven[i] *= 0.6 + 0.15 * static_cast<double>(i % 7);
    EXPECT_EQ(static_cast<Index>(uneven.size()), 3 + tasks * (task_rank(tasks) + 1));
    EXPECT_GRADIENT_MATCHES(likelihood, std::vector<double>(typical.begin(), typical.end()));
    EXPECT_GRADIENT_MATCHES(likelihood, uneven);
  }
}

TEST(MeanBasis, TasksMeansAreThoseOfGeneralizedLeastSquares) {
  const TrainingData data = two_tasks(3, 5, related);
  const TaskColumn three{1, 3, 1};
  const MeanBasis means = MeanBasis::of_tasks(data.X, three);
  ASSERT_EQ(means.values().cols(), 2);
  auto kernel = make_rbf(Vector{{0.4}});
  kernel->set_active_dims({0});
  Matrix A = (*make_multi_task(std::move(kernel), three))(data.X, data.X);
  A.diagonal().array() += 1e-3;
  const Matrix L = math::robust_cholesky(A).L;
  Matrix W = means.values();
  Vector y = data.y;
  math::solve_lower_in_place(L, W);
  math::solve_lower_in_place(L, y);
  const Vector c = means.regress(W, y);
  const Vector slope = means.values().transpose() * math::cholesky_solve(L, data.y - means.values() * c);
  EXPECT_LT(slope.cwiseAbs().maxCoeff(), 1e-8);
  const Vector all = means.by_task(c);
  EXPECT_EQ(all[1], c[0]) << "the target comes first in the data";
  EXPECT_EQ(all[0], c[1]);
  EXPECT_NEAR(all[2], (3 * c[0] + 5 * c[1]) / 8, kClosedForm) << "a task without data";
}

TEST(MultiTaskFit, LevelsAreFoundFromOnePoint) {
  // One point of the target: what the other task says of it there tells how much lower the target is.
  const TrainingData data = two_tasks(1, 12, [](double x) { return target_function(x) + 5; });
  const FitResult fit = fit_gp(data, options_of_two(), util::Rng(1));
  EXPECT_LT(error_at_target(*fit.model), 0.4);
  EXPECT_EQ(fit.model->parameters().task_means.size(), 2);
}

TEST(MultiTaskFit, ARelatedTaskHelps) {
  for (const Index own : {3, 4}) {
    const TrainingData data = two_tasks(own, 15, related);
    const FitResult fit = fit_gp(data, options_of_two(), util::Rng(1));
    EXPECT_LT(error_at_target(*fit.model), 0.5 * error_alone(data, own)) << own;
  }
}

TEST(MultiTaskFit, AnUnrelatedOrOppositeTaskDoesLittleHarm) {
  for (const Index own : {6, 10}) {
    for (double (*other)(double) : {unrelated, opposite}) {
      const TrainingData data = two_tasks(own, 20, other);
      const FitResult fit = fit_gp(data, options_of_two(), util::Rng(1));
      EXPECT_LT(error_at_target(*fit.model), 1.5 * error_alone(data, own) + 0.05) << own;
    }
  }
}

TEST(MultiTaskFit, EndsWhereNoHyperparameterCanBeBetter) {
  for (const bool leave_one_out : {false, true}) {
    TrainingData data = two_tasks(6, 9, related);
    data.y_var.resize(0);
    FitOptions options = options_of_two();
    options.leave_one_out = leave_one_out;
    options.relative_tolerance = 1e-10;
    const FitResult fit = fit_gp(data, options, util::Rng(1));
    const std::vector<Hyperparameter> all = fit.model->parameters().kernel->hyperparameters();
    FitOptions again = options;
    again.starts = again.max_evaluations = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
      for (const double factor : {0.9, 1.1}) {
        again.warm_start = fit.hyperparameters;
        again.warm_start->kernel[static_cast<Index>(k)] *= factor;
        EXPECT_LE(fit_gp(data, again, util::Rng(1)).summary.map_objective, fit.summary.map_objective + 1e-3)
            << all[k].name << " " << k << (leave_one_out ? " leave-one-out" : "");
      }
    }
    for (const Hyperparameter& h : all) EXPECT_GT(h.value, 0) << h.name;
  }
}

TEST(MultiTaskFit, PosteriorHasItsGradientInThePoints) {
  const FitResult fit = fit_gp(two_tasks(4, 10, related), options_of_two(), util::Rng(1));
  const auto mean_and_variance = [&](const std::vector<double>& x, std::vector<double>* gradient) {
    JointPosterior posterior;
    fit.model->joint(Matrix{{x[0], 1.0}}, posterior);
    if (gradient) {
      Matrix slope = Matrix::Zero(1, 2);
      fit.model->joint_backward(posterior, Vector::Ones(1), Matrix::Constant(1, 1, 2.0), slope);
      EXPECT_EQ(slope(0, 1), 0) << "tasks have no slope";
      *gradient = {slope(0, 0)};
    }
    return posterior.mean[0] + 2 * posterior.covariance(0, 0);
  };
  for (const double x : {0.13, 0.5, 0.88}) EXPECT_GRADIENT_MATCHES(mean_and_variance, std::vector<double>{x});
}

TEST(MultiTaskFit, OddDataAreNoError) {
  const std::vector<std::pair<Index, Index>> sizes = {{0, 0}, {0, 4}, {1, 0}, {1, 1}, {4, 0}};
  for (const auto& [own, others] : sizes) {
    for (const double scale : {0.0, 1.0, 1e150}) {
      TrainingData data = two_tasks(own, others, related);
      data.y *= scale;
      const FitResult fit = fit_gp(data, options_of_two(), util::Rng(1));
      Vector mean, variance;
      fit.model->marginals(Matrix{{0.5, 1.0}, {0.5, 0.0}}, mean, variance);
      EXPECT_TRUE(mean.allFinite() && variance.allFinite()) << own << " " << others << " " << scale;
    }
  }
}

TEST(MultiTaskFit, CategoriesAndTasksStayApart) {
  TrainingData data;
  data.X = math::Sobol(3, util::Rng(5)).draw(30);
  data.y.resize(30);
  for (Index i = 0; i < 30; ++i) {
    data.X(i, 1) = std::floor(3 * data.X(i, 1));
    data.X(i, 2) = static_cast<double>(i % 2);
    data.y[i] = data.X(i, 0) + 2 * data.X(i, 1) + 4 * data.X(i, 2);
  }
  FitOptions options = options_of_two();
  options.tasks->column = 2;
  options.categorical_columns = {1, 2};
  const FitResult fit = fit_gp(data, options, util::Rng(1));
  Vector mean, variance;
  fit.model->marginals(Matrix{{0.5, 2.0, 1.0}}, mean, variance);
  EXPECT_NEAR(mean[0], 8.5, 0.3);
  int category_scales = 0;
  for (const Hyperparameter& h : fit.model->parameters().kernel->hyperparameters()) {
    category_scales += h.name == "lengthscale" ? 1 : 0;
  }
  EXPECT_EQ(category_scales, 4) << "two parts of the mixed kernel, a lengthscale for each column but the task's";
}

}  // namespace multi_task_test
}  // namespace boa::gp
