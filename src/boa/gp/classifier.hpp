#pragma once

#include <memory>
#include <vector>

#include "boa/gp/kernel.hpp"

namespace boa::gp {

/// Binary classification by a Gaussian process with fixed kernel: P(+1 | x) = E Phi(m + g(x)), g ~ GP(0, k), by
/// Laplace's approximation (Rasmussen & Williams 2006, sections 3.4 and 3.7, algorithms 3.1 and 3.2). Immutable,
/// thread-safe.
class ProbitClassifier {
 public:
  /// X: n x d; y: n labels, +1 or -1; `mean` is m. Cost about ten factorisations of n x n. NumericalError if Newton's
  /// method fails.
  ProbitClassifier(Matrix X, Vector y, std::shared_ptr<const Kernel> kernel, double mean);

  /// Laplace's approximation of log P(y | X).
  double log_evidence() const { return log_evidence_; }
  /// P(+1) at the rows of X (b x d).
  Vector probability(const Matrix& X) const;
  /// P(+1) at one point, and its gradient (d, overwritten) if not null.
  double probability_and_gradient(const Vector& x, Vector* gradient) const;

 private:
  Matrix X_;
  std::shared_ptr<const Kernel> kernel_;
  double mean_;
  Vector slope_;        // n: d log likelihood / d g at the mode; the posterior mean is k(x, X) slope
  Vector root_weight_;  // n: W^1/2, W the negative second derivatives
  Matrix L_;            // n x n: Cholesky factor of I + W^1/2 K W^1/2
  double log_evidence_ = 0;
};

}  // namespace boa::gp
