#pragma once

#include <memory>

#include "boa/acquisition/acquisition_function.hpp"

namespace boa::acquisition {

/// A positive factor of a point that an acquisition value is multiplied with: the probability that it can be evaluated
/// at all, the inverse of its cost. Immutable, thread-safe.
class PointWeight {
 public:
  virtual ~PointWeight() = default;
  /// Log weights at the rows of X (b x d).
  virtual Vector log_weights(const Matrix& X) const = 0;
  /// Log weight at one point, and its gradient (d, overwritten) if not null.
  virtual double log_weight(const Vector& x, Vector* gradient) const = 0;
};

/// The acquisition function times the weights of all q points. `in_logs`: `function` gives logs, to which the log
/// weights are added; else its value, which must not be negative to keep its sense, is multiplied.
std::unique_ptr<AcquisitionFunction> make_weighted(std::unique_ptr<AcquisitionFunction> function,
                                                   std::shared_ptr<const PointWeight> weight, bool in_logs = true);

/// log(tau softplus((f - best) / tau)) of a function with values of either sign: the log of what it gains over `best`,
/// falling off below. Has its maximum where `function` has. tau > 0.
std::unique_ptr<AcquisitionFunction> make_log_gain(std::unique_ptr<AcquisitionFunction> function, double best,
                                                   double tau);

/// What an observation at x would still tell if those at the rows of `known` (r x d) were there: the share of the
/// model's variance at x that they leave, var(x | known) / var(x), both floored at 1e-6 of the largest variance at
/// `known`. Keeps away from points without a result as the model sees distances; unlike pending points, such points do
/// not pretend to have improved anything. `enough` > 0: a share s counts as s (1 + enough) / (s + enough), so that only
/// points that can hardly be told apart lose. NumericalError if the points' covariance cannot be factorised.
std::shared_ptr<const PointWeight> make_remaining_variance(std::shared_ptr<const gp::Model> model, const Matrix& known,
                                                           double enough = 0);

}  // namespace boa::acquisition
