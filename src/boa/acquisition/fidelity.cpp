#include "boa/acquisition/fidelity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/util/error.hpp"

namespace boa::acquisition {

namespace {

constexpr double kLeastVariance = 1e-6;     // share of the largest variance at typical points
constexpr double kLeastCorrelation = 1e-3;  // a slope of the log stays finite below

class AtTarget final : public AcquisitionFunction {
 public:
  AtTarget(std::unique_ptr<AcquisitionFunction> function, TargetColumns targets)
      : function_(std::move(function)), targets_(std::move(targets)) {}
  bool single_point() const override { return function_->single_point(); }
  bool has_rough_values() const override { return function_->has_rough_values(); }

 private:
  Index do_dim() const override { return function_->dim(); }
  void do_values(const Matrix& X, Index q, Vector& values) const override {
    values = function_->values(at_target(X, targets_), q);
  }
  void do_rough_values(const Matrix& X, Index q, Vector& values) const override {
    values = function_->rough_values(at_target(X, targets_), q);
  }
  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const double value = function_->value_and_gradient(at_target(X, targets_), gradient);
    if (gradient) {
      for (const auto& [column, target] : targets_) gradient->col(column).setZero();
    }
    return value;
  }
  std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const override {
    return std::make_unique<AtTarget>(function_->with_pending(X_pending), targets_);
  }

  std::unique_ptr<AcquisitionFunction> function_;
  TargetColumns targets_;
};

/// Of one model; see make_fidelity_correlation.
struct Correlation {
  std::shared_ptr<const gp::Model> model;
  double floor = 0;  // of variances

  Correlation(std::shared_ptr<const gp::Model> of, const Matrix& scale_at) : model(std::move(of)) {
    Vector mean, variance;
    model->marginals(scale_at, mean, variance);
    const double largest = variance.size() > 0 ? variance.maxCoeff() : 0;
    floor = std::max(kLeastVariance * largest, std::numeric_limits<double>::min());
  }

  /// Log of the correlation of the rows of `pair` (2 x d): a point, and the same at the target. `slopes` (2 x d) may be
  /// null, else its gradient is added.
  double log_of(const Matrix& pair, Matrix* slopes) const {
    gp::JointPosterior posterior;
    model->joint(pair, posterior);
    const Matrix& C = posterior.covariance;
    const double here = std::max(C(0, 0), 0.0) + model->observation_noise() + floor;
    const double there = std::max(C(1, 1), 0.0) + floor;
    // The floor is common to both, so that the target itself keeps its full worth where everything is known.
    const double both = C(0, 1) + floor;
    const double correlation = both / std::sqrt(here * there);
    if (slopes != nullptr && correlation > kLeastCorrelation) {
      Matrix d_covariance(2, 2);
      d_covariance(0, 0) = C(0, 0) > 0 ? -0.5 / here : 0;
      d_covariance(1, 1) = C(1, 1) > 0 ? -0.5 / there : 0;
      d_covariance(0, 1) = d_covariance(1, 0) = 0.5 / both;
      model->joint_backward(posterior, Vector::Zero(2), d_covariance, *slopes);
    }
    return std::log(std::max(correlation, kLeastCorrelation));
  }
};

class FidelityCorrelation final : public PointWeight {
 public:
  FidelityCorrelation(const gp::ModelList& models, TargetColumns targets, const Matrix& scale_at)
      : targets_(std::move(targets)) {
    for (const auto& model : models) each_.emplace_back(model, scale_at);
  }

  Vector log_weights(const Matrix& X) const override {
    Vector result(X.rows());
    for (Index i = 0; i < X.rows(); ++i) result[i] = log_weight(X.row(i).transpose(), nullptr);
    return result;
  }

  double log_weight(const Vector& x, Vector* gradient) const override {
    Matrix pair(2, x.size());
    pair.row(0) = x.transpose();
    pair.row(1) = at_target(x.transpose(), targets_);
    Matrix slopes = Matrix::Zero(2, x.size());
    const double share = 1 / static_cast<double>(each_.size());
    double sum = 0;
    for (const Correlation& one : each_) sum += share * one.log_of(pair, gradient != nullptr ? &slopes : nullptr);
    if (gradient != nullptr) {
      for (const auto& [column, target] : targets_) slopes(1, column) = 0;
      *gradient = share * (slopes.row(0) + slopes.row(1)).transpose();
    }
    return sum;
  }

 private:
  std::vector<Correlation> each_;
  TargetColumns targets_;
};

class InverseCost final : public PointWeight {
 public:
  InverseCost(std::shared_ptr<const gp::Model> log_cost, double scale)
      : log_cost_(std::move(log_cost)), scale_(scale) {}

  Vector log_weights(const Matrix& X) const override {
    Vector mean, variance;
    log_cost_->marginals(X, mean, variance);
    return -scale_ * mean;
  }
  double log_weight(const Vector& x, Vector* gradient) const override {
    gp::JointPosterior posterior;
    log_cost_->joint(x.transpose(), posterior);
    if (gradient) {
      Matrix slopes = Matrix::Zero(1, x.size());
      log_cost_->joint_backward(posterior, Vector::Constant(1, -scale_), Matrix::Zero(1, 1), slopes);
      *gradient = slopes.row(0).transpose();
    }
    return -scale_ * posterior.mean[0];
  }

 private:
  std::shared_ptr<const gp::Model> log_cost_;
  double scale_;
};

class InverseAffineCost final : public PointWeight {
 public:
  InverseAffineCost(TargetColumns targets, double fixed) : targets_(std::move(targets)), fixed_(fixed) {}

  Vector log_weights(const Matrix& X) const override {
    Vector result(X.rows());
    for (Index i = 0; i < X.rows(); ++i) result[i] = log_weight(X.row(i).transpose(), nullptr);
    return result;
  }
  double log_weight(const Vector& x, Vector* gradient) const override {
    double cost = fixed_;
    for (const auto& [column, target] : targets_) cost += std::max(0.0, 1 - std::abs(x[column] - target));
    if (gradient) {
      gradient->setZero(x.size());
      for (const auto& [column, target] : targets_) {
        const double distance = x[column] - target;
        if (std::abs(distance) < 1) (*gradient)[column] = (distance > 0 ? 1 : -1) / cost;
      }
    }
    return -std::log(cost);
  }

 private:
  TargetColumns targets_;
  double fixed_;
};

}  // namespace

Matrix at_target(Matrix X, const TargetColumns& targets) {
  for (const auto& [column, target] : targets) X.col(column).setConstant(target);
  return X;
}

std::unique_ptr<AcquisitionFunction> make_at_target(std::unique_ptr<AcquisitionFunction> function,
                                                    TargetColumns targets) {
  BOA_CHECK(function != nullptr, "nothing to evaluate at the target");
  return std::make_unique<AtTarget>(std::move(function), std::move(targets));
}

std::shared_ptr<const PointWeight> make_fidelity_correlation(const gp::ModelList& models, TargetColumns targets,
                                                             const Matrix& scale_at) {
  BOA_CHECK(!models.empty(), "no model to say what a fidelity is worth");
  return std::make_shared<const FidelityCorrelation>(models, std::move(targets), scale_at);
}

std::shared_ptr<const PointWeight> make_inverse_cost(std::shared_ptr<const gp::Model> log_cost, double scale) {
  return std::make_shared<const InverseCost>(std::move(log_cost), scale);
}

std::shared_ptr<const PointWeight> make_inverse_affine_cost(TargetColumns targets, double fixed) {
  return std::make_shared<const InverseAffineCost>(std::move(targets), fixed);
}

}  // namespace boa::acquisition
