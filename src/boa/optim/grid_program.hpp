#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "boa/optim/domain.hpp"

namespace boa::optim {

/// A column that takes only some values: a grid, or a list.
struct GridColumn {
  Index column = 0;
  double origin = 0;
  double step = 0;             ///< the values are origin + k step, if above 0
  std::vector<double> values;  ///< else these, ascending

  /// The allowed values next to v: the greatest that is not above, the least that is not below (within a tolerance of
  /// 1e-7 steps both are v's nearest); infinite where there is none.
  std::pair<double, double> around(double v) const;
};

/// What a search came to.
struct GridPoint {
  std::optional<Vector> x;
  bool is_proof = false;  ///< without x: there is none. False: the search was given up
};

/// A point of box and linear constraints (that of several which meets nonlinear ones too, but they are not searched
/// for) with its grid columns on their values, near x in the sum of absolute differences: depth-first branch and bound
/// over linear programs, the nearer side first, the first point found. At most `max_programs` of them.
/// `domain.discrete` must be empty.
GridPoint nearest_on_grid(const Vector& x, const Domain& domain, const std::vector<GridColumn>& grid,
                          int max_programs = 200);

}  // namespace boa::optim
