#include "boa/gp/classifier.hpp"

#include <algorithm>
#include <cmath>

#include "boa/math/cholesky.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {

namespace {

constexpr int kMostSteps = 100;
constexpr int kMostHalvings = 30;
constexpr double kConverged = 1e-10;  // gain of the objective, relative to n

/// log Phi(y (m + g)) summed, with first derivatives and negative second ones.
struct Likelihood {
  double value = 0;
  Vector slope;
  Vector weight;
};

Likelihood evaluate(const Vector& y, const Vector& g, double mean) {
  Likelihood result{0, Vector(y.size()), Vector(y.size())};
  for (Index i = 0; i < y.size(); ++i) {
    const double u = y[i] * (mean + g[i]);
    const math::ValueAndSlope v = math::log_normal_cdf(u);
    result.value += v.value;
    result.slope[i] = y[i] * v.slope;
    result.weight[i] = std::max(0.0, v.slope * (v.slope + u));
  }
  return result;
}

}  // namespace

ProbitClassifier::ProbitClassifier(Matrix X, Vector y, std::shared_ptr<const Kernel> kernel, double mean)
    : X_(std::move(X)), kernel_(std::move(kernel)), mean_(mean) {
  const Index n = y.size();
  BOA_CHECK(X_.rows() == n && n > 0, X_.rows(), n);
  const Matrix K = (*kernel_)(X_, X_);
  // Newton's steps in a = K^-1 g, halved where the objective would fall.
  Vector a = Vector::Zero(n), g = Vector::Zero(n);
  Likelihood likelihood = evaluate(y, g, mean_);
  double objective = likelihood.value;
  for (int step = 0;; ++step) {
    root_weight_ = likelihood.weight.cwiseSqrt();
    L_ = root_weight_.asDiagonal() * K * root_weight_.asDiagonal();
    L_.diagonal().array() += 1.0;
    if (!math::cholesky_in_place(L_)) throw NumericalError("the classifier's matrix cannot be factorised");
    const Vector b = likelihood.weight.cwiseProduct(g) + likelihood.slope;
    const Vector solved = math::cholesky_solve(L_, root_weight_.cwiseProduct(K * b));
    const Vector direction = b - root_weight_.cwiseProduct(solved) - a;
    double gain = 0;
    double length = 1;
    for (int halving = 0; halving < kMostHalvings; ++halving, length *= 0.5) {
      const Vector new_a = a + length * direction;
      const Vector new_g = K * new_a;
      Likelihood there = evaluate(y, new_g, mean_);
      const double value = there.value - 0.5 * new_a.dot(new_g);
      if (!(value >= objective)) continue;
      gain = value - objective;
      a = new_a;
      g = new_g;
      objective = value;
      likelihood = std::move(there);
      break;
    }
    if (!std::isfinite(objective)) throw NumericalError("the classifier's likelihood is not finite");
    if (gain <= kConverged * static_cast<double>(n) || step == kMostSteps) break;
  }
  slope_ = likelihood.slope;
  root_weight_ = likelihood.weight.cwiseSqrt();
  L_ = root_weight_.asDiagonal() * K * root_weight_.asDiagonal();
  L_.diagonal().array() += 1.0;
  if (!math::cholesky_in_place(L_)) throw NumericalError("the classifier's matrix cannot be factorised");
  log_evidence_ = objective - 0.5 * math::cholesky_log_determinant(L_);
}

Vector ProbitClassifier::probability(const Matrix& X) const {
  const Matrix K = (*kernel_)(X, X_);
  const Vector mean = K * slope_;
  Matrix V = root_weight_.asDiagonal() * K.transpose();
  math::solve_lower_in_place(L_, V);
  const Vector variance = kernel_->diagonal(X) - V.colwise().squaredNorm().transpose();
  Vector result(X.rows());
  for (Index i = 0; i < X.rows(); ++i) {
    result[i] = math::normal_cdf((mean_ + mean[i]) / std::sqrt(1.0 + std::max(variance[i], 0.0)));
  }
  return result;
}

double ProbitClassifier::probability_and_gradient(const Vector& x, Vector* gradient) const {
  const Matrix row = x.transpose();
  const Matrix K = (*kernel_)(row, X_);
  Matrix V = root_weight_.asDiagonal() * K.transpose();
  math::solve_lower_in_place(L_, V);
  const double variance = std::max(kernel_->diagonal(row)[0] - V.squaredNorm(), 0.0);
  const double mean = mean_ + K.row(0).dot(slope_);
  const double width = std::sqrt(1.0 + variance);
  const double z = mean / width;
  if (gradient) {
    // dP = pdf(z) (d mean / width - mean / (2 width^3) d variance), d variance = d k(x, x) - 2 k B d k.
    const double d_mean = math::normal_pdf(z) / width;
    const double d_variance = -0.5 * math::normal_pdf(z) * mean / (width * width * width);
    math::solve_lower_transposed_in_place(L_, V);
    const Matrix weights = (d_mean * slope_ - 2.0 * d_variance * root_weight_.cwiseProduct(V.col(0))).transpose();
    Matrix slopes = Matrix::Zero(1, x.size());
    kernel_->add_gradient(row, X_, weights, nullptr, &slopes);
    kernel_->add_diagonal_gradient(row, Vector::Constant(1, d_variance), slopes);
    *gradient = slopes.row(0).transpose();
  }
  return math::normal_cdf(z);
}

}  // namespace boa::gp
