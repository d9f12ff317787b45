#pragma once

#include <memory>
#include <vector>

#include "boa/math/types.hpp"

namespace boa::gp {

using math::Index;
using math::Matrix;
using math::Vector;

/// Joint latent posterior of q points, with what its gradient needs. Storage is reused from call to call: keep one per
/// thread.
struct JointPosterior {
  Vector mean;        ///< q, original outcome scale
  Matrix covariance;  ///< q x q, symmetric
  Matrix X;           ///< q x d, where it was evaluated
  Matrix K_zx;        ///< q x n, prior covariance with the training points (model's own scale)
  Matrix explained;   ///< n x q, L^-1 K_xz, A = L L' (model's own scale)
  Matrix solved;      ///< n x q, storage of the gradient
  Matrix scratch;     ///< q x n
  Matrix scratch_zz;  ///< q x q
};

/// Points that stay the same while others move (observed or pending ones), with their part of the posterior.
struct FixedPoints {
  Matrix X;       ///< r x d
  Vector mean;    ///< r
  Matrix root;    ///< r x r lower Cholesky factor of their latent posterior covariance
  Matrix solved;  ///< n x r, A^-1 K(train, X)
};

/// A fitted, immutable model of one outcome: what acquisition functions need of it. All posteriors are of the latent
/// function f on the outcome's original scale unless said otherwise. Thread-safe.
class Model {
 public:
  virtual ~Model() = default;

  /// Columns of X.
  virtual Index dim() const = 0;
  /// Marginal means and variances (>= 0) at the rows of X (b x d), evaluated in one batch. Cost b n^2.
  virtual void marginals(const Matrix& X, Vector& mean, Vector& variance) const = 0;
  /// Joint posterior of the rows of X (q x d), into reused storage. Cost q n^2.
  virtual void joint(const Matrix& X, JointPosterior& posterior) const = 0;
  /// Adds to `gradient` (q x d) the gradient in X of sum(d_mean .* mean) + sum(d_covariance .* covariance);
  /// d_covariance is symmetric. `posterior` is the result of joint().
  virtual void joint_backward(JointPosterior& posterior, const Vector& d_mean, const Matrix& d_covariance,
                              Matrix& gradient) const = 0;
  /// Prepares points that stay fixed. NumericalError if their covariance cannot be factorised.
  virtual FixedPoints fix_points(const Matrix& X) const = 0;
  /// Posterior covariance between the points of `posterior` and fixed ones: q x r.
  virtual void cross_covariance(const JointPosterior& posterior, const FixedPoints& fixed, Matrix& cross) const = 0;
  /// Adds the gradient in X of sum(d_cross .* cross_covariance).
  virtual void cross_backward(JointPosterior& posterior, const FixedPoints& fixed, const Matrix& d_cross,
                              Matrix& gradient) const = 0;
  /// Noise variance of a new observation on the original scale (the mean of the known noise variances if noise is
  /// known).
  virtual double observation_noise() const = 0;
};

/// Independent models of m outcomes that share the columns of X.
using ModelList = std::vector<std::shared_ptr<const Model>>;

}  // namespace boa::gp
