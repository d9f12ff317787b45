#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boa/core/search_space.hpp"
#include "boa/generation/transforms/unit_column.hpp"
#include "boa/math/types.hpp"
#include "boa/optim/domain.hpp"
#include "boa/optim/grid_program.hpp"

namespace boa::generation {

using math::Index;
using math::Vector;

/// The constrained parameters in their own units, each range scaled to [0, 1]: here constraints that are linear in the
/// config are linear, over log-scaled parameters and ordered choices too, and whole numbers, decimals and choices are
/// grids. Immutable.
class NaturalSpace {
 public:
  explicit NaturalSpace(const core::SearchSpace& space);

  /// One column for each tunable parameter that a constraint names, in the config's order. No discrete columns.
  const optim::Domain& domain() const { return domain_; }
  /// Columns that take only some values.
  const std::vector<optim::GridColumn>& grid() const { return grid_; }

  /// The point itself where it meets all constraints, else one near it that does: floats moved onto equalities; the
  /// nearest point of the linear constraints by a search over whole numbers and grids; floats moved into nonlinear
  /// constraints, grid values to their neighbours. Values that no constraint names stay. Nothing if none is found.
  /// Inequalities of floats are kept to the last bit wherever a point near does that, so that the model may take the
  /// root of what is left; those of grid values alone, and equalities, up to SearchSpace's tolerance.
  std::optional<core::Parameterization> repair(const core::Parameterization& values) const;

 private:
  struct Column {
    std::string name;
    UnitColumn unit;
    double lower = 0;
    double width = 1;
    bool is_float = false;  ///< no grid
  };

  void add_column(const core::Parameter& parameter);
  void add_constraints();
  double number(const core::Parameterization& values, std::size_t column) const;
  Vector encode(const core::Parameterization& values) const;
  /// Sets the values whose coordinates differ from those of `before`.
  core::Parameterization moved(const core::Parameterization& values, const Vector& before, const Vector& after) const;

  std::optional<core::Parameterization> repair_nearly(core::Parameterization values) const;
  bool keeps_exactly(const core::Parameterization& values) const;
  void settle_equalities(core::Parameterization& values) const;
  std::optional<core::Parameterization> settled(core::Parameterization values) const;
  /// `exactly`: only to a point that keeps_exactly.
  std::optional<core::Parameterization> move_floats(const core::Parameterization& values, bool exactly) const;
  core::Parameterization move_to_neighbours(core::Parameterization values) const;
  double violation(const core::Parameterization& values) const;

  core::SearchSpace space_;
  std::vector<Column> columns_;
  optim::Domain domain_;
  std::vector<optim::GridColumn> grid_;
};

}  // namespace boa::generation
