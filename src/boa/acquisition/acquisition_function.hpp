#pragma once

#include <memory>

#include "boa/gp/model.hpp"
#include "boa/math/types.hpp"

namespace boa::acquisition {

using math::Index;
using math::Matrix;
using math::Vector;

/// How good would it be to evaluate q points together? Larger is better. Immutable, thread-safe.
class AcquisitionFunction {
 public:
  virtual ~AcquisitionFunction() = default;

  /// Columns of X.
  Index dim() const { return do_dim(); }
  /// Does it take only q = 1?
  virtual bool single_point() const = 0;

  /// Value of b sets of q points: rows i*q .. i*q+q-1 of X ((b*q) x d) are set i. Result: b. Evaluated in one batch
  /// (BLAS-3).
  Vector values(const Matrix& X, Index q = 1) const;
  /// values() where they are cheap; else rough ones, of fewer samples, by which to choose what is worth a closer look.
  Vector rough_values(const Matrix& X, Index q = 1) const;
  virtual bool has_rough_values() const { return false; }
  /// Value of one set X (q x d), and its gradient (q x d, overwritten) if not null.
  double value_and_gradient(const Matrix& X, Matrix* gradient) const;

  /// The same function when `X_pending` (p x d) are being evaluated already. UnsupportedError for analytic functions:
  /// batches and pending points need a Monte Carlo one.
  std::unique_ptr<AcquisitionFunction> with_pending(const Matrix& X_pending) const;

 private:
  virtual Index do_dim() const = 0;
  virtual void do_values(const Matrix& X, Index q, Vector& values) const = 0;
  /// Where has_rough_values().
  virtual void do_rough_values(const Matrix& X, Index q, Vector& values) const { do_values(X, q, values); }
  virtual double do_value_and_gradient(const Matrix& X, Matrix* gradient) const = 0;
  virtual std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const;
};

}  // namespace boa::acquisition
