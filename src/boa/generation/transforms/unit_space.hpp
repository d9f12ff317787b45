#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/search_space.hpp"
#include "boa/generation/transforms/natural_space.hpp"
#include "boa/generation/transforms/unit_column.hpp"
#include "boa/gp/multi_task.hpp"
#include "boa/math/types.hpp"
#include "boa/optim/domain.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

using math::Index;
using math::Matrix;
using math::Vector;

/// The search space as a domain of numbers, one column for each parameter that is not fixed (see UnitColumn), with the
/// parameter constraints mapped along. Immutable.
class UnitSpace {
 public:
  explicit UnitSpace(core::SearchSpace space);

  const core::SearchSpace& space() const { return space_; }
  Index dim() const { return static_cast<Index>(columns_.size()); }
  const std::vector<UnitColumn>& columns() const { return columns_; }
  /// The column of the task parameter, if there is one.
  const std::optional<gp::TaskColumn>& tasks() const { return tasks_; }
  /// Columns that hold category codes, that of tasks among them.
  const std::vector<Index>& categorical_columns() const { return categorical_; }

  /// Where a model may propose: box, constraints, and lists of values for the columns that have few of them. Columns
  /// with many values are continuous here, and such that an equality ties to each other; decoding rounds them. The
  /// task is always the target.
  const optim::Domain& domain() const { return domain_; }
  /// The unit cube with the constraints, every column continuous: what samplers of a polytope need.
  const optim::Domain& cube() const { return cube_; }

  /// Values at a model coordinate (d) of the parameters that exist there, config order. Constraints are not looked at.
  core::Parameterization decode(const Vector& x) const;
  /// The same at a point of the unit cube, where categories are equally wide intervals.
  core::Parameterization decode_sample(const Vector& u) const;
  /// u with the task at its target; u itself without tasks.
  Vector sample_at_target(Vector u) const;
  /// Model coordinates of a point; nothing if a value is missing or has no coordinate. The columns of parameters that
  /// do not exist there have a value of their own that never changes.
  std::optional<Vector> encode(const core::Parameterization& parameters) const;

  /// Moves the columns of parameters that do not exist at x to that value. Tells which columns those are.
  std::vector<Index> impute(Vector& x) const;

  /// Are all parameter constraints met?
  bool meets_constraints(const core::Parameterization& parameters) const;
  /// Values near the model coordinate x that meet all constraints after rounding: the nearest values where they do,
  /// else repaired by NaturalSpace. Nothing if none is found.
  std::optional<core::Parameterization> decode_feasible(const Vector& x) const;
  /// The same at a point of the unit cube.
  std::optional<core::Parameterization> decode_feasible_sample(const Vector& u) const;

  /// Some point that meets all constraints; nothing if a long search finds none.
  std::optional<core::Parameterization> find_feasible(const util::Rng& rng) const;

  /// How many points the box holds, constraints not counted (nor that some may be the same because of parameters that
  /// do not exist there); UnitColumn::kInfinite if there is no end of them.
  std::uint64_t num_points() const { return num_points_; }
  /// All points that meet the constraints, in a fixed order. Only for num_points() that fits into memory.
  std::vector<core::Parameterization> enumerate() const;

 private:
  core::Parameterization decode_all(const Vector& x) const;
  std::optional<core::Parameterization> repaired(const core::Parameterization& all) const;
  double absent_value(std::size_t column) const;
  void list_discrete_columns();
  void map_constraints();
  Vector from_sample(const Vector& u) const;

  core::SearchSpace space_;
  std::vector<UnitColumn> columns_;
  std::vector<std::size_t> positions_;  // column -> parameter
  std::vector<Index> column_of_;        // parameter -> column, -1 for fixed
  std::vector<Index> categorical_;
  std::optional<gp::TaskColumn> tasks_;
  NaturalSpace natural_;
  optim::Domain domain_;
  optim::Domain cube_;
  std::uint64_t num_points_ = 1;
};

/// A text that is equal for equal points: parameters in config order as JSON.
std::string signature_of(const core::Parameterization& parameters);

}  // namespace boa::generation
