#pragma once

#include <functional>
#include <vector>

#include "boa/math/types.hpp"

namespace boa::optim {

using math::Index;
using math::Matrix;
using math::Vector;

/// a . x <= b, or a . x = b where it stands in a list of equalities.
struct LinearConstraint {
  Vector a;  ///< d
  double b = 0.0;
};

/// Value at x; writes the gradient if `gradient` is not null (already of the right size). May return a non-finite
/// value: it counts as very bad.
using Function = std::function<double(const Vector& x, Vector* gradient)>;

/// f(x) <= 0, or f(x) = 0. Where f is not finite it is not met. Scaled so that its slopes over the domain are about 1.
struct NonlinearConstraint {
  Function f;
  bool is_equality = false;
};

/// A column that takes only the listed values.
struct DiscreteDimension {
  Index column = 0;
  std::vector<double> values;  ///< ascending, distinct
  bool ordered = true;         ///< false: categories without an order, every value is a neighbour of every other
};

/// Box, constraints and discrete columns: where one point x (d numbers) may lie.
struct Domain {
  Vector lower;  ///< d
  Vector upper;  ///< d
  std::vector<LinearConstraint> inequalities;
  std::vector<LinearConstraint> equalities;
  std::vector<NonlinearConstraint> nonlinear;
  std::vector<DiscreteDimension> discrete;

  Index dim() const { return lower.size(); }
  bool has_linear_constraints() const { return !inequalities.empty() || !equalities.empty(); }
  bool has_constraints() const { return has_linear_constraints() || !nonlinear.empty(); }
  /// Is x inside box, constraints (each within `tolerance`, in the constraint's own scale) and allowed values?
  bool contains(const Vector& x, double tolerance = 1e-8) const;
  /// The same domain with discrete columns continuous between their least and greatest value.
  Domain relaxed() const;
  /// x moved into the box, discrete columns to their nearest value.
  Vector clamp(const Vector& x) const;
};

/// The unit cube [0, 1]^d.
Domain unit_cube(Index d);

}  // namespace boa::optim
