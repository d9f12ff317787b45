#pragma once

#include <optional>
#include <vector>

#include "boa/core/expression.hpp"
#include "boa/generation/transforms/unit_column.hpp"
#include "boa/optim/domain.hpp"

namespace boa::generation {

/// Where a variable of a formula comes from.
struct MappedVariable {
  optim::Index column = -1;  ///< of the point; -1: it has the value below
  double value = 0;          ///< of a fixed parameter
  std::optional<UnitColumn> unit =
      std::nullopt;    ///< from the coordinate to the number; none: the number is value + stretch * x
  double stretch = 1;  ///< the coordinate is multiplied by this first
};

/// A formula of parameters in their own units as a function of a point of `dim` coordinates, with its gradient, divided
/// by the median size of its gradient over the unit cube's image.
optim::Function map_expression(core::Expression expression, std::vector<MappedVariable> variables, optim::Index dim);

}  // namespace boa::generation
