#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "boa/generation/transforms/unit_space.hpp"

namespace boa::generation {

/// Where a listing gives up.
struct ListLimits {
  std::uint64_t points = UnitColumn::kInfinite;  ///< that meet the constraints
  std::uint64_t steps = UnitColumn::kInfinite;   ///< values that are tried for some column
};

/// All points that meet the constraints, each once, in the order of the columns' values, the last column the fastest.
/// Depth first; a column's values are narrowed to those with which the linear constraints can still be met, so that an
/// equality costs no more than the space without its last column. Empty if a limit was reached or a column has no end
/// of values.
std::optional<std::vector<core::Parameterization>> list_feasible(const UnitSpace& space, const ListLimits& limits);

}  // namespace boa::generation
