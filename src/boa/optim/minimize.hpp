#pragma once

#include <functional>
#include <string>
#include <vector>

#include "boa/optim/domain.hpp"

namespace boa::optim {

/// When to stop. Not converging is no error.
struct MinimizeOptions {
  int max_evaluations = 200;
  double relative_f_tolerance = 1e-9;
  double absolute_f_tolerance = 0.0;
  double relative_x_tolerance = 0.0;
  double absolute_x_tolerance = 0.0;
  /// Asked by minimize() after each evaluation with the best value so far; true ends the search. Empty: never.
  std::function<bool(double)> give_up = nullptr;
};

enum class StopReason { kConverged, kEvaluations, kRoundoff, kGivenUp, kFailed };

/// What an optimizer came to.
struct MinimizeResult {
  Vector x;            ///< best point seen, inside the bounds
  double value = 0.0;  ///< function value at x
  int evaluations = 0;
  StopReason reason = StopReason::kFailed;

  bool converged() const { return reason == StopReason::kConverged; }
};

/// Local minimum in the box by L-BFGS (NLopt LD_LBFGS). lower <= upper, either may be infinite; equal bounds fix a
/// coordinate. Exceptions of `f` pass through.
MinimizeResult minimize(const Function& f, const Vector& start, const Vector& lower, const Vector& upper,
                        const MinimizeOptions& options = {});

/// Local minimum in the box and all constraints of a domain by sequential quadratic programming (NLopt LD_SLSQP), with
/// many columns and linear constraints alone by minimize_projected. The result is the best point seen that violates no
/// constraint by more than 1e-8; discrete columns are treated as continuous.
MinimizeResult minimize_constrained(const Function& f, const Vector& start, const Domain& domain,
                                    const MinimizeOptions& options = {});

}  // namespace boa::optim
