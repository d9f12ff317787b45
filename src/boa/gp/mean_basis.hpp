#pragma once

#include <vector>

#include "boa/gp/multi_task.hpp"

namespace boa::gp {

/// The prior mean of the observations as a combination of known functions, basis(x)' c. Given the covariance of the
/// observations the coefficients follow in closed form: generalized least squares, with a normal prior of mean 0 on
/// some of them (ridge). So a fit does not search for them.
class MeanBasis {
 public:
  /// One constant for n rows (GPyTorch's ConstantMean); flat prior.
  static MeanBasis constant(Index n);
  /// A constant for each task that has rows in X; flat prior. What is known of one task tells where another one's few
  /// observations lie, and so what their level is.
  static MeanBasis of_tasks(const Matrix& X, const TaskColumn& tasks);
  /// c_0 + sum_j c_j (x_j - 1/2) over these columns (GPyTorch's LinearMean). Slopes are N(0, 12) a priori, 12
  /// being the square of one that alone would explain outcomes of variance 1 over the unit cube: fewer observations
  /// than columns do not settle them all.
  static MeanBasis linear(const Matrix& X, const std::vector<Index>& columns);

  /// n x p.
  const Matrix& values() const { return values_; }
  /// c (p) that minimizes |y - W c|^2 + sum_k precision_k c_k^2: W = L^-1 values(), y = L^-1 y for the marginal
  /// likelihood.
  Vector regress(const Matrix& W, const Vector& y) const;
  /// Log density of the priors at c, without their constants.
  double log_prior(const Vector& c) const { return -0.5 * precision_.dot(c.cwiseAbs2()); }

  /// Of tasks, from c: the mean of each; a task without rows has the average of the others, weighted by their rows.
  Vector by_task(const Vector& c) const;
  /// Of a linear mean, from c: the slopes of the d columns of X, and the constant at x = 0.
  Vector slopes(const Vector& c) const;
  double constant_at_zero(const Vector& c) const;

 private:
  MeanBasis(Matrix values, Vector precision) : values_(std::move(values)), precision_(std::move(precision)) {}

  Matrix values_;
  Vector precision_;            // p
  std::vector<Index> belongs_;  // p: the task, or the column, of each coefficient; -1: of neither
  Index count_ = 0;             // tasks, or columns of X
};

}  // namespace boa::gp
