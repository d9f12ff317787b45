#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/math/smooth.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {

/// Objective and constraints as functions of the outcomes of one point, shared by all utilities below.
class Outcomes {
 public:
  explicit Outcomes(const MonteCarloSpec& spec)
      : weights_(spec.objective.weights),
        offset_(spec.objective.offset),
        nonlinear_(spec.nonlinear_objective),
        constraints_(spec.constraints),
        smoothing_(spec.smoothing) {
    const Index m = static_cast<Index>(spec.models.size());
    if (weights_.size() == 0) weights_ = Vector::Unit(m, 0);
    BOA_CHECK(weights_.size() == m, weights_.size(), m);
    for (const OutcomeConstraint& c : constraints_) BOA_CHECK(c.a.size() == m, c.a.size(), m);
  }

  bool constrained() const { return !constraints_.empty(); }
  const Smoothing& smoothing() const { return smoothing_; }

  /// Objective of every sample: S x k.
  Matrix objective(const Samples& samples) const {
    if (nonlinear_) return nonlinear_objective(samples);
    Matrix y = Matrix::Constant(samples[0].rows(), samples[0].cols(), offset_);
    for (std::size_t j = 0; j < samples.size(); ++j) {
      if (weights_[static_cast<Index>(j)] != 0.0) y += weights_[static_cast<Index>(j)] * samples[j];
    }
    return y;
  }
  /// Adds the objective's part of the derivative: d_y is S x k.
  void add_objective_gradient(const Samples& samples, const Matrix& d_y, Samples& d_samples) const {
    if (nonlinear_) {
      add_nonlinear_gradient(samples, d_y, d_samples);
      return;
    }
    for (std::size_t j = 0; j < d_samples.size(); ++j) d_samples[j] += weights_[static_cast<Index>(j)] * d_y;
  }
  /// a . y - b of constraint c for every sample.
  Matrix excess(std::size_t c, const Samples& samples) const {
    Matrix z = Matrix::Constant(samples[0].rows(), samples[0].cols(), -constraints_[c].b);
    for (std::size_t j = 0; j < samples.size(); ++j) z += constraints_[c].a[static_cast<Index>(j)] * samples[j];
    return z;
  }
  /// Sum over constraints of the log indicator, S x k; writes each constraint's slope in its excess.
  Matrix log_indicator(const Samples& samples, bool fat, std::vector<Matrix>* slopes) const {
    Matrix total = Matrix::Zero(samples[0].rows(), samples[0].cols());
    for (std::size_t c = 0; c < constraints_.size(); ++c) {
      Matrix z = excess(c, samples);
      for (Index i = 0; i < z.size(); ++i) {
        const double scaled = -z.data()[i] / smoothing_.eta;
        const math::ValueAndSlope v = fat ? math::log_fatmoid(scaled) : math::logexpit(scaled);
        total.data()[i] += v.value;
        z.data()[i] = -v.slope / smoothing_.eta;
      }
      if (slopes) slopes->push_back(std::move(z));
    }
    return total;
  }
  /// Adds the derivative through the log indicators: d_log is dF/d(log indicator), S x k.
  void add_indicator_gradient(const std::vector<Matrix>& slopes, const Matrix& d_log, Samples& d_samples) const {
    for (std::size_t c = 0; c < constraints_.size(); ++c) {
      const Matrix d_excess = d_log.cwiseProduct(slopes[c]);
      for (std::size_t j = 0; j < d_samples.size(); ++j) {
        const double a = constraints_[c].a[static_cast<Index>(j)];
        if (a != 0.0) d_samples[j] += a * d_excess;
      }
    }
  }
  /// Do all constraints hold at sample s, point i?
  bool feasible(const Samples& samples, Index s, Index i) const {
    for (const OutcomeConstraint& c : constraints_) {
      double sum = 0.0;
      for (std::size_t j = 0; j < samples.size(); ++j) sum += c.a[static_cast<Index>(j)] * samples[j](s, i);
      if (sum > c.b) return false;
    }
    return true;
  }

 private:
  Matrix nonlinear_objective(const Samples& samples) const {
    Matrix y(samples[0].rows(), samples[0].cols());
    Vector outcomes(static_cast<Index>(samples.size()));
    for (Index i = 0; i < y.size(); ++i) {
      for (std::size_t j = 0; j < samples.size(); ++j) outcomes[static_cast<Index>(j)] = samples[j].data()[i];
      y.data()[i] = nonlinear_->evaluate(outcomes, nullptr);
    }
    return y;
  }
  void add_nonlinear_gradient(const Samples& samples, const Matrix& d_y, Samples& d_samples) const {
    Vector outcomes(static_cast<Index>(samples.size())), slopes(outcomes.size());
    for (Index i = 0; i < d_y.size(); ++i) {
      if (d_y.data()[i] == 0.0) continue;
      for (std::size_t j = 0; j < samples.size(); ++j) outcomes[static_cast<Index>(j)] = samples[j].data()[i];
      nonlinear_->evaluate(outcomes, &slopes);
      for (std::size_t j = 0; j < samples.size(); ++j) {
        d_samples[j].data()[i] += d_y.data()[i] * slopes[static_cast<Index>(j)];
      }
    }
  }

  Vector weights_;
  double offset_;
  std::shared_ptr<const SampleObjective> nonlinear_;
  std::vector<OutcomeConstraint> constraints_;
  Smoothing smoothing_;
};

/// Matrices of zeros of the shapes of `like`.
inline void set_zero(const Samples& like, Samples* d_samples) {
  if (!d_samples) return;
  d_samples->resize(like.size());
  for (std::size_t j = 0; j < like.size(); ++j) (*d_samples)[j].setZero(like[j].rows(), like[j].cols());
}

}  // namespace boa::acquisition
