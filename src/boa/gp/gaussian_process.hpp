#pragma once

#include <memory>
#include <optional>

#include "boa/gp/kernel.hpp"
#include "boa/gp/model.hpp"

namespace boa::gp {

/// Observations of one outcome.
struct TrainingData {
  Matrix X;      ///< n x d
  Vector y;      ///< n
  Vector y_var;  ///< n variances of the observations; NaN where unknown (inferred noise). Empty: all unknown.
};

/// y <- (y - offset) / scale before modelling.
struct OutcomeScale {
  double offset = 0.0;
  double scale = 1.0;
};
/// Mean and standard deviation (divisor n-1; scale 1 if n = 1 or the deviation is below 1e-8). Only finite y count.
OutcomeScale standardize(const Vector& y);

/// Least noise variance of observations whose variance is given, in the space after OutcomeScale (GPyTorch's floor).
inline constexpr double kMinFixedNoise = 1e-6;

/// Everything that a fit decides. They live in the space after OutcomeScale.
struct GpParameters {
  double mean_constant = 0.0;
  Vector mean_slopes;                       ///< d: a linear mean, mean_constant + slopes' x; empty: a constant one
  double noise_variance = 1e-4;             ///< of the observations whose variance is unknown
  double fixed_noise_min = kMinFixedNoise;  ///< least variance of the others
  std::shared_ptr<const Kernel> kernel;
  Index task_column = -1;  ///< multi-task: the column of X that holds the task index; -1: there is none
  Vector task_means;       ///< multi-task: replaces mean_constant, one a task
  Vector task_noise;       ///< multi-task: replaces noise_variance, one a task
};

/// Leave-one-out predictions on the original scale, by the closed form (Rasmussen & Williams 2006, section 5.4.2).
struct LeaveOneOut {
  Vector mean;               ///< n
  Vector variance_observed;  ///< n: of a new observation
  Vector variance;           ///< n: of the latent function
};

/// Exact Gaussian process with constant or linear mean c(x), fixed hyperparameters: posterior N(c + k A^-1 (y-c), k** -
/// k A^-1 k') with A = K + noise. Construction costs n^3/3, with jitter only where A is not positive definite
/// (robust_cholesky).
class GaussianProcess final : public Model {
 public:
  GaussianProcess(TrainingData data, GpParameters parameters, OutcomeScale scale = {});
  /// The same with the Cholesky factor of A at hand (only its lower triangle is read); an empty one: it is computed.
  GaussianProcess(TrainingData data, GpParameters parameters, OutcomeScale scale, Matrix factor);

  Index dim() const override { return data_.X.cols(); }
  Index num_data() const { return data_.X.rows(); }
  const TrainingData& data() const { return data_; }
  const GpParameters& parameters() const { return parameters_; }
  const OutcomeScale& outcome_scale() const { return scale_; }

  void marginals(const Matrix& X, Vector& mean, Vector& variance) const override;
  void joint(const Matrix& X, JointPosterior& posterior) const override;
  void joint_backward(JointPosterior& posterior, const Vector& d_mean, const Matrix& d_covariance,
                      Matrix& gradient) const override;
  FixedPoints fix_points(const Matrix& X) const override;
  void cross_covariance(const JointPosterior& posterior, const FixedPoints& fixed, Matrix& cross) const override;
  void cross_backward(JointPosterior& posterior, const FixedPoints& fixed, const Matrix& d_cross,
                      Matrix& gradient) const override;
  double observation_noise() const override;
  /// The same at each row of X: its task's noise in a multi-task model.
  Vector observation_noise(const Matrix& X) const;

  /// The model with more data at the same hyperparameters and outcome scale (block update of the factor, cost k n^2).
  /// `y_var` empty: unknown noise.
  std::shared_ptr<const GaussianProcess> condition_on(const Matrix& X, const Vector& y, const Vector& y_var = {}) const;
  /// One model per row of `base_samples` (S x q): posterior observations at X (q x d), y_s = mean + chol(latent
  /// covariance + noise) e_s, added as data with that noise.
  std::vector<std::shared_ptr<const GaussianProcess>> fantasize(const Matrix& X, const Matrix& base_samples) const;

  LeaveOneOut leave_one_out() const;

  /// Cholesky factor of A and A^-1 (y - c), in the model's own scale; for tests and for methods built on top.
  const Matrix& factor() const { return L_; }
  const Vector& alpha() const { return alpha_; }
  /// Noise variances of the training points in the model's own scale, floors applied.
  const Vector& noise() const { return noise_; }

 private:
  GaussianProcess() = default;
  void initialize();
  void finish();
  Vector prior_mean(const Matrix& X) const;
  Vector prior_noise(const Matrix& X) const;

  TrainingData data_;
  GpParameters parameters_;
  OutcomeScale scale_;
  Vector noise_;     // n
  Vector residual_;  // n: (y - offset)/scale - mean
  Matrix L_;         // n x n
  Vector alpha_;     // n
};

}  // namespace boa::gp
