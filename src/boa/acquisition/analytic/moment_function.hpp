#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/workspaces.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {

/// BoTorch's floor in analytic acquisition functions.
inline constexpr double kMinVariance = 1e-12;

/// Value and derivatives in the marginal means and standard deviations of m outcomes at one point.
class MomentFunction {
 public:
  virtual ~MomentFunction() = default;
  /// mean, sigma: m. Writes the derivatives.
  virtual double evaluate(const Vector& mean, const Vector& sigma, Vector& d_mean, Vector& d_sigma) const = 0;
};

/// A log utility plus sum log P(bound holds) (the sum alone if null), exponentiated on request.
std::unique_ptr<MomentFunction> with_bounds(std::unique_ptr<const MomentFunction> log_utility,
                                            std::vector<OutcomeBound> bounds, bool exponentiate = false);

/// What the analytic functions share: moments of each outcome at a point, and the way back to X.
class AnalyticAcquisition final : public AcquisitionFunction {
 public:
  AnalyticAcquisition(gp::ModelList models, std::unique_ptr<const MomentFunction> function)
      : models_(std::move(models)), function_(std::move(function)) {
    BOA_CHECK(!models_.empty(), "an acquisition function needs a model");
  }
  bool single_point() const override { return true; }

 private:
  Index do_dim() const override { return models_[0]->dim(); }

  void do_values(const Matrix& X, Index, Vector& values) const override {
    const Index b = X.rows(), m = static_cast<Index>(models_.size());
    Matrix means(m, b), sigmas(m, b);
    Vector mean, variance;
    for (Index j = 0; j < m; ++j) {
      models_[static_cast<std::size_t>(j)]->marginals(X, mean, variance);
      means.row(j) = mean.transpose();
      sigmas.row(j) = variance.cwiseMax(kMinVariance).cwiseSqrt().transpose();
    }
    Vector d_mean(m), d_sigma(m);
    for (Index i = 0; i < b; ++i) values[i] = function_->evaluate(means.col(i), sigmas.col(i), d_mean, d_sigma);
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const auto space = workspaces_.take();
    const Index m = static_cast<Index>(models_.size());
    space->prepare(m);
    Vector &mean = space->mean, &sigma = space->sigma, &d_mean = space->d_mean, &d_sigma = space->d_sigma;
    for (Index j = 0; j < m; ++j) {
      gp::JointPosterior& posterior = space->posteriors[static_cast<std::size_t>(j)];
      models_[static_cast<std::size_t>(j)]->joint(X, posterior);
      mean[j] = posterior.mean[0];
      sigma[j] = std::sqrt(std::max(posterior.covariance(0, 0), kMinVariance));
    }
    const double value = function_->evaluate(mean, sigma, d_mean, d_sigma);
    if (!gradient) return value;
    Matrix d_covariance(1, 1);
    for (Index j = 0; j < m; ++j) {
      gp::JointPosterior& posterior = space->posteriors[static_cast<std::size_t>(j)];
      const bool floored = posterior.covariance(0, 0) < kMinVariance;
      d_covariance(0, 0) = floored ? 0.0 : d_sigma[j] / (2.0 * sigma[j]);
      if (d_mean[j] == 0.0 && d_covariance(0, 0) == 0.0) continue;
      models_[static_cast<std::size_t>(j)]->joint_backward(posterior, d_mean.segment(j, 1), d_covariance, *gradient);
    }
    return value;
  }

  /// One call's storage, reused.
  struct Workspace {
    std::vector<gp::JointPosterior> posteriors;
    Vector mean, sigma, d_mean, d_sigma;
    void prepare(Index m) {
      posteriors.resize(static_cast<std::size_t>(m));
      for (Vector* v : {&mean, &sigma, &d_mean, &d_sigma}) v->resize(m);
    }
  };

  gp::ModelList models_;
  std::unique_ptr<const MomentFunction> function_;
  Workspaces<Workspace> workspaces_;
};

}  // namespace boa::acquisition
