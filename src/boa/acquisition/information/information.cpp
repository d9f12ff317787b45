#include "boa/acquisition/information/information.hpp"

#include <algorithm>
#include <cmath>

#include "boa/acquisition/workspaces.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

constexpr double kFloor = 1e-8;  // BoTorch's, of variances and probabilities

/// A number with its derivatives in the mean and the variance of one point (forward differentiation).
struct Dual {
  double v = 0.0;
  double d_mean = 0.0;
  double d_variance = 0.0;

  Dual(double value = 0.0) : v(value) {}
  Dual(double value, double dm, double dv) : v(value), d_mean(dm), d_variance(dv) {}
  /// f(this) with f' = slope.
  Dual chain(double value, double slope) const { return {value, slope * d_mean, slope * d_variance}; }
};
Dual operator+(const Dual& a, const Dual& b) { return {a.v + b.v, a.d_mean + b.d_mean, a.d_variance + b.d_variance}; }
Dual operator-(const Dual& a, const Dual& b) { return {a.v - b.v, a.d_mean - b.d_mean, a.d_variance - b.d_variance}; }
Dual operator*(const Dual& a, const Dual& b) {
  return {a.v * b.v, a.d_mean * b.v + a.v * b.d_mean, a.d_variance * b.v + a.v * b.d_variance};
}
Dual operator/(const Dual& a, const Dual& b) {
  const double ratio = a.v / b.v;
  return {ratio, (a.d_mean - ratio * b.d_mean) / b.v, (a.d_variance - ratio * b.d_variance) / b.v};
}
Dual log(const Dual& a) { return a.chain(std::log(a.v), 1.0 / a.v); }
Dual sqrt(const Dual& a) { return a.chain(std::sqrt(a.v), 0.5 / std::sqrt(a.v)); }
Dual at_least(const Dual& a, double floor) { return a.v >= floor ? a : Dual(floor); }
Dual cdf(const Dual& a) { return a.chain(math::normal_cdf(a.v), math::normal_pdf(a.v)); }
Dual pdf(const Dual& a) { return a.chain(math::normal_pdf(a.v), -a.v * math::normal_pdf(a.v)); }

/// Base of the entropy criteria: a function of the latent mean and variance at one point.
class EntropyAcquisition : public AcquisitionFunction {
 public:
  bool single_point() const override { return true; }

 protected:
  explicit EntropyAcquisition(SignedModel model)
      : model_(std::move(model)), noise_(model_.model->observation_noise()) {}

  /// Mean times sign, and variance, of the latent function.
  virtual Dual of_moments(const Dual& mean, const Dual& variance) const = 0;
  /// What else depends on the covariance with fixed points; cross: b x p. Writes its derivatives in `variance` and
  /// `cross` if not null.
  virtual double of_cross(double, const Eigen::Ref<const Matrix>&, double*, Matrix*) const { return 0.0; }
  virtual const gp::FixedPoints* fixed() const { return nullptr; }

  const SignedModel& model() const { return model_; }
  double noise() const { return noise_; }

 private:
  Index do_dim() const override { return model_.model->dim(); }

  void do_values(const Matrix& X, Index, Vector& values) const override {
    Vector mean, variance;
    model_.model->marginals(X, mean, variance);
    gp::JointPosterior posterior;
    Matrix cross;
    for (Index from = 0; from < X.rows() && fixed(); from += kBlock) {
      const Index count = std::min(kBlock, X.rows() - from);
      model_.model->joint(X.middleRows(from, count), posterior);
      Matrix block;
      model_.model->cross_covariance(posterior, *fixed(), block);
      if (from == 0) cross.resize(X.rows(), block.cols());
      cross.middleRows(from, count) = block;
    }
    for (Index i = 0; i < X.rows(); ++i) {
      values[i] = of_moments({model_.sign * mean[i]}, at_least({variance[i]}, kFloor)).v;
      if (fixed()) values[i] += of_cross(std::max(variance[i], kFloor), cross.row(i), nullptr, nullptr);
    }
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const auto posterior = workspaces_.take();
    model_.model->joint(X, *posterior);
    const double variance = posterior->covariance(0, 0);
    const Dual result =
        of_moments({model_.sign * posterior->mean[0], model_.sign, 0.0}, at_least({variance, 0.0, 1.0}, kFloor));
    double value = result.v, d_variance = result.d_variance;
    Matrix cross, d_cross;
    if (fixed()) {
      model_.model->cross_covariance(*posterior, *fixed(), cross);
      double extra = 0.0;
      value += of_cross(std::max(variance, kFloor), cross, &extra, &d_cross);
      if (variance >= kFloor) d_variance += extra;
    }
    if (!gradient) return value;
    model_.model->joint_backward(*posterior, Vector::Constant(1, result.d_mean), Matrix::Constant(1, 1, d_variance),
                                 *gradient);
    if (fixed()) model_.model->cross_backward(*posterior, *fixed(), d_cross, *gradient);
    return value;
  }

  static constexpr Index kBlock = 64;
  SignedModel model_;
  double noise_;
  Workspaces<gp::JointPosterior> workspaces_;
};

class MaxValueEntropy final : public EntropyAcquisition {
 public:
  MaxValueEntropy(SignedModel model, Vector max_values, Vector base_samples)
      : EntropyAcquisition(std::move(model)), max_values_(std::move(max_values)), base_(std::move(base_samples)) {
    BOA_CHECK(max_values_.size() > 0 && base_.size() > 1, max_values_.size(), base_.size());
  }

 private:
  // With m the noisy variance: y_s = mu + sqrt(m) e_s, the latent value given y_s is N(mu_s, s_n^2); Z is the ratio of
  // the probabilities of lying below the maximum. H1 is estimated with H0's samples as control variate.
  Dual of_moments(const Dual& mean, const Dual& variance) const override {
    const Index S = base_.size(), M = max_values_.size();
    const Dual noisy = variance + noise();
    const Dual root = sqrt(noisy), latent_root = sqrt(variance);
    const Dual conditional_root = sqrt(at_least(variance - variance * variance / noisy, kFloor));
    const Dual half_log = Dual(0.5) * log(noisy);
    const Dual entropy = half_log + Dual(0.5 + math::kLogSqrt2Pi);
    std::vector<Dual> below, h1, h0;
    for (Index k = 0; k < M; ++k) below.push_back(at_least(cdf((Dual(max_values_[k]) - mean) / latent_root), kFloor));
    Dual mean_h1, mean_h0;
    for (Index s = 0; s < S; ++s) {
      const Dual conditional_mean = mean + variance / root * Dual(base_[s]);
      const Dual log_density = Dual(-math::kLogSqrt2Pi - 0.5 * base_[s] * base_[s]) - half_log;
      h0.push_back(Dual(0.0) - log_density);
      mean_h0 = mean_h0 + h0.back() / Dual(static_cast<double>(S));
      for (Index k = 0; k < M; ++k) {
        const Dual up = at_least(cdf((Dual(max_values_[k]) - conditional_mean) / conditional_root), kFloor);
        const Dual Z = up / below[static_cast<std::size_t>(k)];
        h1.push_back(Dual(0.0) - Z * log(Z) - Z * log_density);
        mean_h1 = mean_h1 + h1.back() / Dual(static_cast<double>(S * M));
      }
    }
    Dual covariance, variance0, variance1;
    for (Index s = 0; s < S; ++s) {
      const Dual delta0 = h0[static_cast<std::size_t>(s)] - mean_h0;
      variance0 = variance0 + delta0 * delta0 / Dual(static_cast<double>(S - 1));
      for (Index k = 0; k < M; ++k) {
        const Dual delta1 = h1[static_cast<std::size_t>(s * M + k)] - mean_h1;
        covariance = covariance + delta1 * delta0 / Dual(static_cast<double>(S * M));
        variance1 = variance1 + delta1 * delta1 / Dual(static_cast<double>(S * M - 1));
      }
    }
    const Dual product = variance0 * variance1;
    const Dual beta = product.v > 0.0 ? covariance / sqrt(product) : Dual(0.0);
    return entropy - (mean_h1 - beta * (mean_h0 - entropy));
  }

  Vector max_values_;
  Vector base_;
};

class Gibbon final : public EntropyAcquisition {
 public:
  Gibbon(SignedModel model, Vector max_values, const Matrix& X_pending)
      : EntropyAcquisition(std::move(model)), max_values_(std::move(max_values)), X_pending_(X_pending) {
    BOA_CHECK(max_values_.size() > 0, "GIBBON needs samples of the maximum");
    if (X_pending_.rows() == 0) return;
    pending_ = this->model().model->fix_points(X_pending_);
    gp::JointPosterior posterior;
    this->model().model->joint(X_pending_, posterior);
    posterior.covariance.diagonal().array() += noise();
    root_ = math::robust_cholesky(posterior.covariance).L;
  }

 private:
  Dual of_moments(const Dual& mean, const Dual& variance) const override {
    const Dual share = variance / (variance + noise());
    const Dual root = sqrt(variance);
    Dual sum;
    for (const double maximum : max_values_) {
      const Dual u = (Dual(maximum) - mean) / root;
      const Dual ratio = pdf(u) / at_least(cdf(u), kFloor);
      sum = sum + log(at_least(Dual(1.0) - share * ratio * (u + ratio), kFloor));
    }
    return sum * Dual(-0.5 / static_cast<double>(max_values_.size()));
  }

  const gp::FixedPoints* fixed() const override { return X_pending_.rows() > 0 ? &pending_ : nullptr; }

  /// Half the log of the share of the noisy variance that the pending points leave.
  double of_cross(double variance, const Eigen::Ref<const Matrix>& cross, double* d_variance,
                  Matrix* d_cross) const override {
    Matrix solved = cross.transpose();
    math::solve_lower_in_place(root_, solved);
    const double kappa = solved.squaredNorm();
    const double noisy = variance + noise();
    const double least = kappa * (1.0 + 1e-12);
    const double rest = std::max(noisy, least) - kappa;
    if (d_variance) {
      *d_variance = 0.5 * ((noisy > least ? 1.0 / rest : 0.0) - 1.0 / noisy);
      math::solve_lower_transposed_in_place(root_, solved);
      *d_cross = -(noisy > least ? 1.0 / rest : 0.0) * solved.transpose();
    }
    return 0.5 * (std::log(rest) - std::log(noisy));
  }

  std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const override {
    Matrix all(X_pending_.rows() + X_pending.rows(), X_pending.cols());
    if (X_pending_.rows() > 0) all.topRows(X_pending_.rows()) = X_pending_;
    all.bottomRows(X_pending.rows()) = X_pending;
    return std::make_unique<Gibbon>(model(), max_values_, all);
  }

  Vector max_values_;
  Matrix X_pending_;
  gp::FixedPoints pending_;
  Matrix root_;  // of the noisy covariance of the pending points
};

/// mu_i(x') = mu(x') + S(x', X) C^-T e_i with C C' the covariance of observations at the candidates: all from one joint
/// posterior.
class OneShotKnowledgeGradient final : public AcquisitionFunction {
 public:
  OneShotKnowledgeGradient(SignedModel model, Matrix base_samples, double current_value)
      : model_(std::move(model)), base_(std::move(base_samples)), current_value_(current_value) {}
  bool single_point() const override { return false; }

 private:
  Index do_dim() const override { return model_.model->dim(); }
  void do_values(const Matrix& X, Index q, Vector& values) const override {
    for (Index i = 0; i < values.size(); ++i) {
      values[i] = do_value_and_gradient(X.middleRows(i * q, q), nullptr);
    }
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const Index f = base_.rows(), q = X.rows() - f;
    BOA_CHECK(q > 0 && q <= base_.cols(), X.rows(), f, base_.cols());
    const auto space = workspaces_.take();
    gp::JointPosterior& posterior = space->posterior;
    model_.model->joint(X, posterior);
    space->covariance = posterior.covariance.topLeftCorner(q, q);
    space->covariance.diagonal().array() += model_.model->observation_noise();
    space->root = math::robust_cholesky(space->covariance).L;
    Matrix& steps = space->steps;  // q x f: C^-T e_i
    steps = base_.leftCols(q).transpose();
    math::solve_lower_transposed_in_place(space->root, steps);
    const auto cross = posterior.covariance.bottomLeftCorner(f, q);
    const double share = 1.0 / static_cast<double>(f);
    double value = 0.0;
    for (Index i = 0; i < f; ++i) {
      value += share * (model_.sign * posterior.mean[q + i] + cross.row(i).dot(steps.col(i)));
    }
    if (gradient) backward(*space, q, *gradient);
    return value - current_value_;
  }

  struct Workspace {
    gp::JointPosterior posterior;
    Matrix covariance, root, steps, d_covariance;
  };

  void backward(Workspace& space, Index q, Matrix& gradient) const {
    const Index f = base_.rows();
    const double share = 1.0 / static_cast<double>(f);
    Vector d_mean = Vector::Zero(q + f);
    d_mean.tail(f).setConstant(share * model_.sign);
    space.d_covariance.setZero(q + f, q + f);
    // C' v = e: dC = -v (C^-1 dv)', lower part.
    Matrix d_steps = share * space.posterior.covariance.bottomLeftCorner(f, q).transpose();
    math::solve_lower_in_place(space.root, d_steps);
    const Matrix d_root = -space.steps * d_steps.transpose();
    space.d_covariance.topLeftCorner(q, q) = math::cholesky_adjoint(space.root, d_root);
    space.d_covariance.topRightCorner(q, f) = 0.5 * share * space.steps;
    space.d_covariance.bottomLeftCorner(f, q) = 0.5 * share * space.steps.transpose();
    model_.model->joint_backward(space.posterior, d_mean, space.d_covariance, gradient);
  }

  SignedModel model_;
  Matrix base_;
  double current_value_;
  Workspaces<Workspace> workspaces_;
};

}  // namespace

std::unique_ptr<AcquisitionFunction> make_one_shot_kg(SignedModel model, Matrix base_samples, double current_value) {
  return std::make_unique<OneShotKnowledgeGradient>(std::move(model), std::move(base_samples), current_value);
}

std::unique_ptr<AcquisitionFunction> make_qmes(SignedModel model, Vector max_values, Vector base_samples) {
  return std::make_unique<MaxValueEntropy>(std::move(model), std::move(max_values), std::move(base_samples));
}

std::unique_ptr<AcquisitionFunction> make_gibbon(SignedModel model, Vector max_values, const Matrix& X_pending) {
  return std::make_unique<Gibbon>(std::move(model), std::move(max_values), X_pending);
}

Vector sample_max_values(const SignedModel& model, const Matrix& candidates, Index count, const util::Rng& rng) {
  const gp::FixedPoints points = model.model->fix_points(candidates);
  util::Rng stream = rng.split("max values");
  Vector result(count);
  Vector z(candidates.rows());
  for (Index s = 0; s < count; ++s) {
    for (double& value : z) value = stream.normal();
    result[s] = (model.sign * (points.mean + points.root.triangularView<Eigen::Lower>() * z)).maxCoeff();
  }
  return result;
}

}  // namespace boa::acquisition
