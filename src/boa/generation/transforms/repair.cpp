// Rounding can carry a point over a constraint; here it is brought back.

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/generation/transforms/unit_space.hpp"
#include "boa/optim/linear_program.hpp"

namespace boa::generation {

namespace {

double total_excess(const core::SearchSpace& space, const core::Parameterization& values) {
  double excess = 0;
  for (const core::ParameterConstraint& constraint : space.constraints()) {
    if (constraint.is_satisfied(values)) continue;
    double size = 0;
    for (const auto& [name, coefficient] : constraint.coefficients) size = std::max(size, std::abs(coefficient));
    excess += std::max(0.0, constraint.evaluate(values) - constraint.bound) / std::max(size, 1e-300);
  }
  return excess;
}

// Shares of the constraint's size by which a projection may aim inside of the bound, so that the last bit is not lost.
constexpr double kMargins[] = {0.0, 1e-9, 1e-7, 1e-5};
constexpr int kMostMoves = 200;

}  // namespace

std::optional<core::Parameterization> UnitSpace::decode_feasible(const Vector& x) const {
  core::Parameterization values = decode(x);
  if (meets_constraints(values)) return values;
  for (const double margin : kMargins) {
    if (auto projected = project_floats(values, margin)) return projected;
  }
  std::optional<core::Parameterization> moved = move_to_neighbours(values);
  if (!moved || meets_constraints(*moved)) return moved;
  for (const double margin : kMargins) {
    if (auto projected = project_floats(*moved, margin)) return projected;
  }
  return std::nullopt;
}

std::optional<core::Parameterization> UnitSpace::move_to_neighbours(core::Parameterization values) const {
  bool any_moved = false;
  double excess = total_excess(space_, values);
  for (int move = 0; move < kMostMoves && excess > 0; ++move) {
    double best = excess;
    core::Parameterization best_values;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      const UnitColumn& column = columns_[j];
      if (!column.is_linear() || column.num_values() == UnitColumn::kInfinite) continue;
      const double cell = 1.0 / static_cast<double>(std::max<std::uint64_t>(column.num_values(), 2));
      const double here = column.encode(values[positions_[j]].second).value();
      for (const double direction : {-1.0, 1.0}) {
        core::Parameterization candidate = values;
        candidate[positions_[j]].second = column.decode(here + direction * cell);
        const double candidate_excess = total_excess(space_, candidate);
        if (candidate_excess < best) {
          best = candidate_excess;
          best_values = std::move(candidate);
        }
      }
    }
    if (best_values.empty()) break;
    values = std::move(best_values);
    excess = best;
    any_moved = true;
  }
  return any_moved ? std::optional<core::Parameterization>(std::move(values)) : std::nullopt;
}

std::optional<core::Parameterization> UnitSpace::project_floats(const core::Parameterization& values,
                                                                double margin) const {
  const std::optional<Vector> x = encode(values);
  if (!x || cube_.inequalities.empty()) return std::nullopt;
  optim::Domain floats = cube_;
  bool any_float = false;
  for (Index j = 0; j < dim(); ++j) {
    const UnitColumn& column = columns_[static_cast<std::size_t>(j)];
    if (column.num_values() == UnitColumn::kInfinite && column.is_linear()) {
      any_float = true;
    } else {
      floats.lower[j] = floats.upper[j] = (*x)[j];
    }
  }
  if (!any_float) return std::nullopt;
  for (optim::LinearConstraint& constraint : floats.inequalities) constraint.b -= margin * (1 + std::abs(constraint.b));
  const std::optional<Vector> projected = optim::project(*x, floats);
  if (!projected) return std::nullopt;
  core::Parameterization result = decode(*projected);
  return meets_constraints(result) ? std::optional<core::Parameterization>(std::move(result)) : std::nullopt;
}

}  // namespace boa::generation
