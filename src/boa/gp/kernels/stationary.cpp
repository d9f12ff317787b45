#include "boa/gp/kernels/stationary.hpp"

#include <fmt/core.h>

#include <cmath>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

/// r2[i] = sum_j ((x1(from + i, j) - x2_j) / l_j)^2 for n rows of X1 from `from` on.
void squared_distances(const Matrix& X1, Index from, Index n, const Matrix& X2, Index k, const Vector& inverse,
                       double* r2) {
  const Index d = X1.cols();
  Eigen::Map<Eigen::ArrayXd> out(r2, n);
  for (Index j = 0; j < d; ++j) {
    const double at = X2(k, j), scale = inverse[j];
    if (j == 0) {
      out = ((X1.col(j).segment(from, n).array() - at) * scale).square();
    } else {
      out += ((X1.col(j).segment(from, n).array() - at) * scale).square();
    }
  }
}

}  // namespace

StationaryKernel::StationaryKernel(const Vector& lengthscale) : lengthscale_(lengthscale) {
  BOA_CHECK(lengthscale.size() > 0 && lengthscale.minCoeff() > 0.0, "lengthscales must be positive");
}

std::vector<Hyperparameter> StationaryKernel::hyperparameters() const {
  std::vector<Hyperparameter> result;
  for (const double l : lengthscale_) result.push_back({"lengthscale", l, 1e-4, 1e6, true});
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
  for (Index k = 0; k < X2.rows(); ++k) squared_distances(X1, 0, X1.rows(), X2, k, inverse, K.data() + k * K.rows());
  profile(K.data(), K.size());
}

void StationaryKernel::do_gram_lower(const Matrix& X, Matrix& K) const {
  BOA_CHECK(X.cols() == lengthscale_.size(), X.cols(), lengthscale_.size());
  const Vector inverse = lengthscale_.cwiseInverse();
  const Index n = X.rows();
  for (Index k = 0; k < n; ++k) {
    double* column = K.data() + k * n + k;
    squared_distances(X, k, n - k, X, k, inverse, column);
    profile(column, n - k);
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

/// Column by column of W: with s_i = W_ik dk/d(r^2), dL/dl_j = sum s_i (-2 delta_j^2 / l_j^3), dL/dx1_ij = s_i 2
/// delta_j / l_j^2.
void StationaryKernel::gradient_columns(const Matrix& X1, const Matrix& X2, const Matrix& W, bool symmetric,
                                        double* hyperparameters, Matrix* gradient_X1) const {
  const Index n1 = X1.rows(), d = X1.cols();
  const Vector inverse = lengthscale_.cwiseInverse();
  Vector slopes(n1), weights(n1), by_dimension = Vector::Zero(d);
  double by_extra = 0.0;
  for (Index k = 0; k < X2.rows(); ++k) {
    const Index from = symmetric ? k : 0;
    const Index n = n1 - from;
    squared_distances(X1, from, n, X2, k, inverse, slopes.data());
    weights.head(n) = W.col(k).segment(from, n);
    if (symmetric) weights.segment(1, n - 1) *= 2.0;
    weighted_slope(slopes.data(), weights.data(), n, &by_extra);
    const auto s = slopes.head(n).array();
    for (Index j = 0; j < d; ++j) {
      const double at = X2(k, j);
      const auto delta = X1.col(j).segment(from, n).array() - at;
      if (hyperparameters) by_dimension[j] += (s * delta.square()).sum();
      if (gradient_X1) gradient_X1->col(j).array() += (2.0 * inverse[j] * inverse[j]) * s * delta;
    }
  }
  if (!hyperparameters) return;
  for (Index j = 0; j < d; ++j) hyperparameters[j] -= 2.0 * by_dimension[j] * inverse[j] * inverse[j] * inverse[j];
  if (extra()) hyperparameters[d] += by_extra;
}

namespace {

using Array = Eigen::Map<Eigen::ArrayXd>;
using ConstArray = Eigen::Map<const Eigen::ArrayXd>;

class RbfKernel final : public StationaryKernel {
 public:
  explicit RbfKernel(const Vector& lengthscale) : StationaryKernel(lengthscale) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<RbfKernel>(*this); }

 private:
  void profile(double* r2, Index n) const override {
    Array a(r2, n);
    a = (-0.5 * a).exp();
  }
  void weighted_slope(double* r2, const double* weights, Index n, double*) const override {
    Array a(r2, n);
    a = -0.5 * (-0.5 * a).exp() * ConstArray(weights, n);
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
    Array z(r2, n);
    z = (2.0 * nu_ * z).sqrt();
    if (nu_ == 0.5) z = (-z).exp();
    if (nu_ == 1.5) z = (1.0 + z) * (-z).exp();
    if (nu_ == 2.5) z = (1.0 + z + z.square() / 3.0) * (-z).exp();
  }
  void weighted_slope(double* r2, const double* weights, Index n, double*) const override {
    Array z(r2, n);
    const ConstArray w(weights, n);
    z = (2.0 * nu_ * z).sqrt();
    // dk/d(r^2): nu 1/2: -e^-z/(2z); 3/2: -3/2 e^-z; 5/2: -5/6 (1+z) e^-z.
    if (nu_ == 0.5) {
      for (Index i = 0; i < n; ++i) z[i] = z[i] > 0.0 ? -0.5 * std::exp(-z[i]) / z[i] * w[i] : 0.0;
    }
    if (nu_ == 1.5) z = -1.5 * (-z).exp() * w;
    if (nu_ == 2.5) z = (-5.0 / 6.0) * (1.0 + z) * (-z).exp() * w;
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

std::unique_ptr<Kernel> make_rbf(const Vector& lengthscale) { return std::make_unique<RbfKernel>(lengthscale); }

std::unique_ptr<Kernel> make_matern(double nu, const Vector& lengthscale) {
  return std::make_unique<MaternKernel>(nu, lengthscale);
}

std::unique_ptr<Kernel> make_rational_quadratic(const Vector& lengthscale, double alpha) {
  return std::make_unique<RationalQuadraticKernel>(lengthscale, alpha);
}

}  // namespace boa::gp
