#include "boa/gp/kernels/stationary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/gp/kernels/loops.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {

StationaryKernel::StationaryKernel(const Vector& lengthscale, std::string lengthscale_name)
    : lengthscale_(lengthscale), lengthscale_name_(std::move(lengthscale_name)) {
  BOA_CHECK(lengthscale.size() > 0 && lengthscale.minCoeff() > 0.0, "lengthscales must be positive");
}

std::vector<Hyperparameter> StationaryKernel::hyperparameters() const {
  std::vector<Hyperparameter> result;
  for (const double l : lengthscale_) result.push_back({lengthscale_name_, l, 1e-4, 1e6, true});
  if (const double* value = extra()) result.push_back({extra_name(), *value, 1e-4, 1e4, true});
  return result;
}

const double* StationaryKernel::do_set_values(const double* values) {
  for (double& l : lengthscale_) l = *values++;
  if (double* value = extra()) *value = *values++;
  return values;
}

const double* StationaryKernel::do_to_node(const double* values, util::Node& node) const {
  describe(node);
  util::Node lengthscale = util::Node::array();
  for (Index j = 0; j < lengthscale_.size(); ++j) lengthscale.push_back(*values++);
  node.set("lengthscale", std::move(lengthscale));
  if (extra()) node.set(extra_name(), *values++);
  return values;
}

void StationaryKernel::do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const {
  BOA_CHECK(X1.cols() == lengthscale_.size(), X1.cols(), lengthscale_.size());
  const Vector inverse = lengthscale_.cwiseInverse();
  const Matrix first = X1 * inverse.asDiagonal(), second = X2 * inverse.asDiagonal();
  for (Index k = 0; k < X2.rows(); ++k)
    loops::squared_distances(first, 0, X1.rows(), second, k, K.data() + k * K.rows());
  profile(K.data(), K.size());
}

void StationaryKernel::do_gram_lower(const Matrix& X, Matrix& K) const {
  BOA_CHECK(X.cols() == lengthscale_.size(), X.cols(), lengthscale_.size());
  const Matrix scaled = X * lengthscale_.cwiseInverse().asDiagonal();
  const Index n = X.rows();
  for (Index k = 0; k < n; ++k) {
    double* column = K.data() + k * n + k;
    loops::squared_distances(scaled, k, n - k, scaled, k, column);
    profile(column, n - k);
  }
}

void StationaryKernel::do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache& cache) const {
  if (extra()) {
    do_gram_lower(X, K);
    return;
  }
  BOA_CHECK(X.cols() == lengthscale_.size(), X.cols(), lengthscale_.size());
  cache.scaled = X * lengthscale_.cwiseInverse().asDiagonal();
  const Index n = X.rows();
  cache.slopes.resize(n, n);
  for (Index k = 0; k < n; ++k) {
    double* column = K.data() + k * n + k;
    loops::squared_distances(cache.scaled, k, n - k, cache.scaled, k, column);
    profile_and_slope(column, cache.slopes.data() + k * n + k, n - k);
  }
}

/// With S = W .* dk/d(r^2) symmetric: sum_ik S_ik (x_ij - x_kj)^2 = 2 (x_j .* x_j)' S 1 - 2 x_j' S x_j, one product S
/// X. What cancels there costs digits only where lengthscales are far below the spread of X, and a fit does not miss
/// them.
void StationaryKernel::do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache& cache,
                                                   double* hyperparameters) const {
  if (extra()) {
    do_add_gram_gradient(X, W, hyperparameters);
    return;
  }
  const Index n = X.rows(), d = X.cols();
  for (Index k = 0; k < n; ++k) cache.slopes.col(k).tail(n - k).array() *= W.col(k).tail(n - k).array();
  cache.scaled.rowwise() -= cache.scaled.colwise().mean().eval();
  Matrix extended(n, d + 1);
  extended << cache.scaled, Vector::Ones(n);
  const Matrix product = cache.slopes.selfadjointView<Eigen::Lower>() * extended;
  for (Index j = 0; j < d; ++j) {
    const auto x = cache.scaled.col(j);
    const double sum = 2.0 * (x.array().square() * product.col(d).array()).sum() - 2.0 * x.dot(product.col(j));
    hyperparameters[j] -= 2.0 * sum / lengthscale_[j];
  }
}

void StationaryKernel::do_diagonal(const Matrix&, Vector& diagonal) const { diagonal.setOnes(); }

void StationaryKernel::do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                                       Matrix* gradient_X1) const {
  gradient_columns(X1, X2, W, false, hyperparameters, gradient_X1);
}

void StationaryKernel::do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const {
  gradient_columns(X, X, W, true, hyperparameters, nullptr);
}

/// Column by column of W: with s_i = W_ik dk/d(r^2) and delta in lengthscales, dL/dl_j = -2 sum s_i delta_j^2 / l_j,
/// dL/dx1_ij = 2 s_i delta_j / l_j.
void StationaryKernel::gradient_columns(const Matrix& X1, const Matrix& X2, const Matrix& W, bool symmetric,
                                        double* hyperparameters, Matrix* gradient_X1) const {
  const Index n1 = X1.rows(), d = X1.cols();
  const Vector inverse = lengthscale_.cwiseInverse();
  const Matrix first = X1 * inverse.asDiagonal(), second = X2 * inverse.asDiagonal();
  Vector slopes(n1), weights(n1), by_dimension = Vector::Zero(d);
  double by_extra = 0.0;
  for (Index k = 0; k < X2.rows(); ++k) {
    const Index from = symmetric ? k : 0;
    const Index n = n1 - from;
    loops::squared_distances(first, from, n, second, k, slopes.data());
    weights.head(n) = W.col(k).segment(from, n);
    if (symmetric) weights.segment(1, n - 1) *= 2.0;
    weighted_slope(slopes.data(), weights.data(), n, &by_extra);
    const auto s = slopes.head(n).array();
    for (Index j = 0; j < d; ++j) {
      const auto delta = first.col(j).segment(from, n).array() - second(k, j);
      if (hyperparameters) by_dimension[j] += (s * delta.square()).sum();
      if (gradient_X1) gradient_X1->col(j).array() += (2.0 * inverse[j]) * s * delta;
    }
  }
  if (!hyperparameters) return;
  for (Index j = 0; j < d; ++j) hyperparameters[j] -= 2.0 * by_dimension[j] * inverse[j];
  if (extra()) hyperparameters[d] += by_extra;
}

void StationaryKernel::profile_and_slope(double* r2, double* slope, Index n) const {
  std::copy(r2, r2 + n, slope);
  const Vector ones = Vector::Ones(n);
  profile(r2, n);
  weighted_slope(slope, ones.data(), n, nullptr);
}

namespace {

using Array = Eigen::Map<Eigen::ArrayXd>;
using ConstArray = Eigen::Map<const Eigen::ArrayXd>;

class RbfKernel final : public StationaryKernel {
 public:
  RbfKernel(const Vector& lengthscale, std::string lengthscale_name)
      : StationaryKernel(lengthscale, std::move(lengthscale_name)) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<RbfKernel>(*this); }

 private:
  void profile(double* r2, Index n) const override { loops::rbf(r2, n); }
  void weighted_slope(double* r2, const double* weights, Index n, double*) const override {
    loops::rbf(r2, n);
    Array(r2, n) *= -0.5 * ConstArray(weights, n);
  }
  void profile_and_slope(double* r2, double* slope, Index n) const override {
    profile(r2, n);
    Array(slope, n) = -0.5 * ConstArray(r2, n);
  }
  void describe(util::Node& node) const override { node.set("type", "rbf"); }
};

class MaternKernel final : public StationaryKernel {
 public:
  MaternKernel(double nu, const Vector& lengthscale) : StationaryKernel(lengthscale), nu_(nu) {
    if (nu != 0.5 && nu != 1.5 && nu != 2.5) {
      throw UnsupportedError(fmt::format("a Matern kernel with nu {} is not built", nu), "Known: 0.5, 1.5, 2.5");
    }
  }
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<MaternKernel>(*this); }

 private:
  void profile(double* r2, Index n) const override {
    if (nu_ == 2.5) {
      loops::matern52(r2, n);
      return;
    }
    Array z(r2, n);
    z = (2.0 * nu_ * z).sqrt();
    if (nu_ == 0.5) z = (-z).exp();
    if (nu_ == 1.5) z = (1.0 + z) * (-z).exp();
  }
  void weighted_slope(double* r2, const double* weights, Index n, double*) const override {
    Array z(r2, n);
    const ConstArray w(weights, n);
    if (nu_ == 2.5) {
      loops::matern52_slope(r2, n);
      z *= w;
      return;
    }
    z = (2.0 * nu_ * z).sqrt();
    // dk/d(r^2): nu 1/2: -e^-z/(2z); 3/2: -3/2 e^-z.
    if (nu_ == 0.5) {
      for (Index i = 0; i < n; ++i) z[i] = z[i] > 0.0 ? -0.5 * std::exp(-z[i]) / z[i] * w[i] : 0.0;
    }
    if (nu_ == 1.5) z = -1.5 * (-z).exp() * w;
  }
  void profile_and_slope(double* r2, double* slope, Index n) const override {
    if (nu_ != 2.5) return StationaryKernel::profile_and_slope(r2, slope, n);
    loops::matern52_and_slope(r2, slope, n);
  }
  void describe(util::Node& node) const override {
    node.set("type", "matern");
    node.set("nu", nu_);
  }
  double nu_;
};

class RationalQuadraticKernel final : public StationaryKernel {
 public:
  RationalQuadraticKernel(const Vector& lengthscale, double alpha) : StationaryKernel(lengthscale), alpha_(alpha) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<RationalQuadraticKernel>(*this); }

 private:
  void profile(double* r2, Index n) const override {
    for (Index i = 0; i < n; ++i) r2[i] = std::exp(-alpha_ * std::log1p(r2[i] / (2.0 * alpha_)));
  }
  void weighted_slope(double* r2, const double* weights, Index n, double* extra) const override {
    for (Index i = 0; i < n; ++i) {
      const double t = r2[i] / (2.0 * alpha_);
      const double log_base = std::log1p(t);
      const double k = std::exp(-alpha_ * log_base);
      if (extra) *extra += weights[i] * k * (t / (1.0 + t) - log_base);
      r2[i] = -0.5 * k / (1.0 + t) * weights[i];
    }
  }
  double* extra() override { return &alpha_; }
  std::string extra_name() const override { return "alpha"; }
  void describe(util::Node& node) const override { node.set("type", "rq"); }
  double alpha_;
};

}  // namespace

std::unique_ptr<Kernel> make_rbf(const Vector& lengthscale) {
  return std::make_unique<RbfKernel>(lengthscale, "lengthscale");
}

std::unique_ptr<Kernel> make_fidelity_kernel(const std::vector<Index>& columns) {
  auto kernel = std::make_unique<RbfKernel>(Vector::Ones(static_cast<Index>(columns.size())), "fidelity_lengthscale");
  kernel->set_active_dims(columns);
  return kernel;
}

std::unique_ptr<Kernel> make_matern(double nu, const Vector& lengthscale) {
  return std::make_unique<MaternKernel>(nu, lengthscale);
}

std::unique_ptr<Kernel> make_rational_quadratic(const Vector& lengthscale, double alpha) {
  return std::make_unique<RationalQuadraticKernel>(lengthscale, alpha);
}

}  // namespace boa::gp
