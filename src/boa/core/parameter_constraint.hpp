#pragma once

#include <string>
#include <utility>
#include <vector>

#include "boa/core/expression.hpp"
#include "boa/core/parameter.hpp"

namespace boa::core {

/// sum of coefficient * parameter <= bound, or == bound, in the parameters' own units.
struct ParameterConstraint {
  std::vector<std::pair<std::string, double>> coefficients;  ///< each name once
  double bound = 0;
  std::string text;  ///< as the user wrote it
  bool is_equality = false;

  /// The left side at a point; every named parameter must be there and numeric.
  double evaluate(const Parameterization& parameters) const;
  /// Does it hold, up to 1e-9 relative to the size of the terms?
  bool is_satisfied(const Parameterization& parameters) const;
  /// By how much it is missed, as a share of the size of the terms; 0 if it holds exactly.
  double violation(const Parameterization& parameters) const;
};

/// A formula of parameters that must not be above 0, in their own units.
struct NonlinearConstraint {
  Expression excess;
  std::string text;  ///< as the user wrote it

  double evaluate(const Parameterization& parameters) const;
  /// excess <= 0, up to 1e-9 relative to the size of its terms. A point where the formula is not defined does not meet
  /// it.
  bool is_satisfied(const Parameterization& parameters) const;
  /// By how much it is missed, as a share of the size of the terms; infinite where the formula is not defined.
  double violation(const Parameterization& parameters) const;
};

/// The constraint's left side minus its bound.
Expression expression_of(const ParameterConstraint& constraint);
/// Reads a relation that need not be linear. UserInputError, also for an equality.
NonlinearConstraint parse_nonlinear_constraint(const std::string& text, const std::vector<std::string>& names);
/// From a relation that was read already.
NonlinearConstraint nonlinear_constraint(const Relation& relation, const std::string& text);

bool operator==(const ParameterConstraint&, const ParameterConstraint&);
/// The same text.
bool operator==(const NonlinearConstraint&, const NonlinearConstraint&);

}  // namespace boa::core
