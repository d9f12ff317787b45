#include "boa/acquisition/weighted.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "boa/math/cholesky.hpp"
#include "boa/math/smooth.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {

namespace {

class Weighted final : public AcquisitionFunction {
 public:
  Weighted(std::unique_ptr<AcquisitionFunction> function, std::shared_ptr<const PointWeight> weight, bool in_logs)
      : function_(std::move(function)), weight_(std::move(weight)), in_logs_(in_logs) {
    BOA_CHECK(function_ != nullptr && weight_ != nullptr, "a weighted acquisition function needs both");
  }
  bool single_point() const override { return function_->single_point(); }
  bool has_rough_values() const override { return function_->has_rough_values(); }

 private:
  Index do_dim() const override { return function_->dim(); }

  void do_values(const Matrix& X, Index q, Vector& values) const override {
    values = function_->values(X, q);
    weigh(X, q, values);
  }
  void do_rough_values(const Matrix& X, Index q, Vector& values) const override {
    values = function_->rough_values(X, q);
    weigh(X, q, values);
  }
  void weigh(const Matrix& X, Index q, Vector& values) const {
    const Vector logs = weight_->log_weights(X);
    for (Index i = 0; i < values.size(); ++i) {
      const double log = logs.segment(i * q, q).sum();
      values[i] = in_logs_ ? values[i] + log : values[i] * std::exp(log);
    }
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const double value = function_->value_and_gradient(X, gradient);
    Matrix slopes(X.rows(), X.cols());
    Vector slope;
    double log = 0;
    for (Index i = 0; i < X.rows(); ++i) {
      log += weight_->log_weight(X.row(i).transpose(), gradient ? &slope : nullptr);
      if (gradient) slopes.row(i) = slope.transpose();
    }
    const double factor = in_logs_ ? 1.0 : std::exp(log);
    if (gradient) *gradient = factor * *gradient + (in_logs_ ? 1.0 : value * factor) * slopes;
    return in_logs_ ? value + log : value * factor;
  }

  std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const override {
    return std::make_unique<Weighted>(function_->with_pending(X_pending), weight_, in_logs_);
  }

  std::unique_ptr<AcquisitionFunction> function_;
  std::shared_ptr<const PointWeight> weight_;
  bool in_logs_;
};

class LogGain final : public AcquisitionFunction {
 public:
  LogGain(std::unique_ptr<AcquisitionFunction> function, double best, double tau)
      : function_(std::move(function)), best_(best), tau_(tau) {
    BOA_CHECK(function_ != nullptr && std::isfinite(best_) && tau_ > 0, best_, tau_);
  }
  bool single_point() const override { return function_->single_point(); }

 private:
  Index do_dim() const override { return function_->dim(); }
  void do_values(const Matrix& X, Index q, Vector& values) const override {
    values = function_->values(X, q).unaryExpr([this](double f) { return math::log_softplus(f - best_, tau_).value; });
  }
  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const math::ValueAndSlope gain = math::log_softplus(function_->value_and_gradient(X, gradient) - best_, tau_);
    if (gradient) *gradient *= gain.slope;
    return gain.value;
  }
  std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const override {
    return std::make_unique<LogGain>(function_->with_pending(X_pending), best_, tau_);
  }

  std::unique_ptr<AcquisitionFunction> function_;
  double best_;
  double tau_;
};

class RemainingVariance final : public PointWeight {
 public:
  RemainingVariance(std::shared_ptr<const gp::Model> model, const Matrix& known, double enough)
      : model_(std::move(model)), fixed_(model_->fix_points(known)), enough_(enough) {
    const double largest = fixed_.root.rowwise().squaredNorm().maxCoeff();
    floor_ = std::max(kFloor * largest, std::numeric_limits<double>::min());
  }

  Vector log_weights(const Matrix& X) const override {
    Vector result(X.rows());
    gp::JointPosterior posterior;
    Matrix cross;
    for (Index from = 0; from < X.rows(); from += kBlock) {
      const Index count = std::min(kBlock, X.rows() - from);
      model_->joint(X.middleRows(from, count), posterior);
      model_->cross_covariance(posterior, fixed_, cross);
      Matrix explained = cross.transpose();
      math::solve_lower_in_place(fixed_.root, explained);
      for (Index i = 0; i < count; ++i) {
        const double variance = posterior.covariance(i, i);
        result[from + i] = weigh(share_of(variance, variance - explained.col(i).squaredNorm())).value;
      }
    }
    return result;
  }

  double log_weight(const Vector& x, Vector* gradient) const override {
    gp::JointPosterior posterior;
    Matrix cross;
    model_->joint(x.transpose(), posterior);
    model_->cross_covariance(posterior, fixed_, cross);
    Matrix explained = cross.transpose();
    math::solve_lower_in_place(fixed_.root, explained);
    const double variance = posterior.covariance(0, 0), rest = variance - explained.squaredNorm();
    const math::ValueAndSlope weight = weigh(share_of(variance, rest));
    if (gradient) {
      const double d_rest = rest > 0 ? weight.slope / (rest + floor_) : 0;
      const double d_variance = d_rest - (variance > 0 ? weight.slope / (variance + floor_) : 0);
      math::solve_lower_transposed_in_place(fixed_.root, explained);
      Matrix slopes = Matrix::Zero(1, x.size());
      model_->joint_backward(posterior, Vector::Zero(1), Matrix::Constant(1, 1, d_variance), slopes);
      model_->cross_backward(posterior, fixed_, -2 * d_rest * explained.transpose(), slopes);
      *gradient = slopes.row(0).transpose();
    }
    return weight.value;
  }

 private:
  static constexpr double kFloor = 1e-6;
  static constexpr Index kBlock = 64;

  double share_of(double variance, double rest) const {
    return (std::max(rest, 0.0) + floor_) / (std::max(variance, 0.0) + floor_);
  }
  /// Log weight of a share, and its slope in the log of the share.
  math::ValueAndSlope weigh(double share) const {
    if (enough_ == 0) return {std::log(share), 1};
    return {std::log(share * (1 + enough_) / (share + enough_)), enough_ / (share + enough_)};
  }

  std::shared_ptr<const gp::Model> model_;
  gp::FixedPoints fixed_;
  double enough_;
  double floor_ = 0;
};

}  // namespace

std::shared_ptr<const PointWeight> make_remaining_variance(std::shared_ptr<const gp::Model> model, const Matrix& known,
                                                           double enough) {
  return std::make_shared<const RemainingVariance>(std::move(model), known, enough);
}

std::unique_ptr<AcquisitionFunction> make_log_gain(std::unique_ptr<AcquisitionFunction> function, double best,
                                                   double tau) {
  return std::make_unique<LogGain>(std::move(function), best, tau);
}

std::unique_ptr<AcquisitionFunction> make_weighted(std::unique_ptr<AcquisitionFunction> function,
                                                   std::shared_ptr<const PointWeight> weight, bool in_logs) {
  return std::make_unique<Weighted>(std::move(function), std::move(weight), in_logs);
}

}  // namespace boa::acquisition
