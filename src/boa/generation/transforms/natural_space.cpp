#include "boa/generation/transforms/natural_space.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "boa/generation/transforms/mapped_expression.hpp"
#include "boa/math/least_squares.hpp"
#include "boa/optim/feasible_points.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

// Coordinates that moved by less are as they were.
constexpr double kUnmoved = 1e-13;
// How far inside of the constraints a projection may aim, in shares of their size, so that the last bit is not lost.
constexpr double kMargins[] = {0.0, 1e-9, 1e-7, 1e-5, 1e-3};
constexpr int kMostMoves = 200;
constexpr int kSettleSweeps = 8;

/// Names of the parameters that constraints speak of.
std::set<std::string> constrained_names(const core::SearchSpace& space) {
  std::set<std::string> names;
  for (const core::ParameterConstraint& constraint : space.constraints()) {
    for (const auto& [name, coefficient] : constraint.coefficients) names.insert(name);
  }
  for (const core::NonlinearConstraint& constraint : space.nonlinear_constraints()) {
    names.insert(constraint.excess.variables().begin(), constraint.excess.variables().end());
  }
  return names;
}

/// The least step of the free coordinates from z onto all equalities (of those that agree, in the least-squares sense).
/// Coordinates that no equality names get exactly 0.
Vector least_step(const std::vector<optim::LinearConstraint>& equalities, const Vector& z,
                  const std::vector<bool>& free) {
  math::Matrix rows(static_cast<Index>(equalities.size()), z.size());
  Vector missing(rows.rows());
  for (Index i = 0; i < rows.rows(); ++i) {
    const optim::LinearConstraint& equality = equalities[static_cast<std::size_t>(i)];
    rows.row(i) = equality.a.transpose();
    missing[i] = equality.b - equality.a.dot(z);
  }
  for (Index j = 0; j < z.size(); ++j) {
    if (!free[static_cast<std::size_t>(j)]) rows.col(j).setZero();
  }
  return math::shortest_solution(rows, missing);
}

double fixed_number(const core::SearchSpace& space, const std::string& name) {
  const core::Parameter* parameter = space.find(name);
  BOA_CHECK(parameter != nullptr && core::is_fixed(*parameter), name);
  return core::as_double(std::get<core::FixedParameter>(*parameter).value);
}

}  // namespace

NaturalSpace::NaturalSpace(const core::SearchSpace& space) : space_(space) {
  const std::set<std::string> names = constrained_names(space);
  for (const core::Parameter& parameter : space.parameters()) {
    if (!core::is_fixed(parameter) && names.contains(core::name_of(parameter))) add_column(parameter);
  }
  domain_ = optim::unit_cube(static_cast<Index>(columns_.size()));
  add_constraints();
}

void NaturalSpace::add_column(const core::Parameter& parameter) {
  Column column{core::name_of(parameter), UnitColumn(parameter)};
  optim::GridColumn grid{static_cast<Index>(columns_.size()), 0, 0, {}};
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
    column.lower = range->lower;
    column.width = range->upper - range->lower;
    const std::uint64_t k = column.unit.num_values();
    column.is_float = range->type == core::ParameterType::kFloat && k == UnitColumn::kInfinite;
    grid.step = range->type == core::ParameterType::kInt ? 1 / column.width
                                                         : std::pow(10.0, -range->digits.value_or(0)) / column.width;
    if (!column.is_float && k != UnitColumn::kInfinite) {
      grid.origin = (core::as_double(column.unit.value_at(0)) - column.lower) / column.width;
    }
  } else {
    std::vector<double> values;
    for (const auto& value : std::get<core::ChoiceParameter>(parameter).values)
      values.push_back(core::as_double(value));
    std::sort(values.begin(), values.end());
    column.lower = values.front();
    column.width = values.back() > values.front() ? values.back() - values.front() : 1;
    for (const double value : values) grid.values.push_back((value - column.lower) / column.width);
  }
  if (!column.is_float) grid_.push_back(std::move(grid));
  columns_.push_back(std::move(column));
}

void NaturalSpace::add_constraints() {
  const auto column_of = [this](const std::string& name) {
    const auto it = std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) { return c.name == name; });
    return it == columns_.end() ? Index{-1} : static_cast<Index>(it - columns_.begin());
  };
  for (const core::ParameterConstraint& constraint : space_.constraints()) {
    optim::LinearConstraint row{Vector::Zero(domain_.dim()), constraint.bound};
    for (const auto& [name, coefficient] : constraint.coefficients) {
      const Index j = column_of(name);
      if (j >= 0) row.a[j] += coefficient * columns_[static_cast<std::size_t>(j)].width;
      row.b -= coefficient * (j >= 0 ? columns_[static_cast<std::size_t>(j)].lower : fixed_number(space_, name));
    }
    const double scale = domain_.dim() > 0 ? row.a.cwiseAbs().maxCoeff() : 0.0;
    // Of fixed parameters alone (the config's reader has none of these): nothing to move.
    if (!(scale > 0)) continue;
    row.a /= scale;
    row.b /= scale;
    (constraint.is_equality ? domain_.equalities : domain_.inequalities).push_back(std::move(row));
  }
  for (const core::NonlinearConstraint& constraint : space_.nonlinear_constraints()) {
    std::vector<MappedVariable> variables;
    for (const std::string& name : constraint.excess.variables()) {
      const Index j = column_of(name);
      if (j < 0) {
        variables.push_back({.value = fixed_number(space_, name)});
      } else {
        const Column& column = columns_[static_cast<std::size_t>(j)];
        variables.push_back({.column = j, .value = column.lower, .stretch = column.width});
      }
    }
    domain_.nonlinear.push_back({map_expression(constraint.excess, std::move(variables), domain_.dim())});
  }
}

double NaturalSpace::number(const core::Parameterization& values, std::size_t column) const {
  const core::ParameterValue* value = core::find_value(values, columns_[column].name);
  BOA_CHECK(value != nullptr, columns_[column].name);
  return core::as_double(*value);
}

Vector NaturalSpace::encode(const core::Parameterization& values) const {
  Vector z(domain_.dim());
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    z[static_cast<Index>(j)] = (number(values, j) - columns_[j].lower) / columns_[j].width;
  }
  return z;
}

core::Parameterization NaturalSpace::moved(const core::Parameterization& values, const Vector& before,
                                           const Vector& after) const {
  core::Parameterization result = values;
  for (auto& [name, value] : result) {
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      const auto i = static_cast<Index>(j);
      if (columns_[j].name != name || std::abs(after[i] - before[i]) <= kUnmoved) continue;
      value = columns_[j].unit.value_near(columns_[j].lower + columns_[j].width * after[i]);
    }
  }
  return result;
}

double NaturalSpace::violation(const core::Parameterization& values) const {
  double sum = 0;
  for (const auto& constraint : space_.constraints()) {
    if (!constraint.is_satisfied(values)) sum += constraint.violation(values);
  }
  for (const auto& constraint : space_.nonlinear_constraints()) {
    if (!constraint.is_satisfied(values)) sum += constraint.violation(values);
  }
  return sum;
}

std::optional<core::Parameterization> NaturalSpace::repair(const core::Parameterization& values) const {
  std::optional<core::Parameterization> result = repair_nearly(values);
  if (!result || keeps_exactly(*result)) return result;
  std::optional<core::Parameterization> inside = move_floats(*result, true);
  return inside ? inside : result;
}

bool NaturalSpace::keeps_exactly(const core::Parameterization& values) const {
  const auto can_yield = [this](const std::string& name) {
    return std::any_of(columns_.begin(), columns_.end(), [&](const Column& c) { return c.is_float && c.name == name; });
  };
  for (const core::ParameterConstraint& constraint : space_.constraints()) {
    const bool yields =
        !constraint.is_equality && std::any_of(constraint.coefficients.begin(), constraint.coefficients.end(),
                                               [&](const auto& term) { return can_yield(term.first); });
    if (yields ? constraint.violation(values) > 0 : !constraint.is_satisfied(values)) return false;
  }
  for (const core::NonlinearConstraint& constraint : space_.nonlinear_constraints()) {
    const auto& names = constraint.excess.variables();
    const bool yields = std::any_of(names.begin(), names.end(), can_yield);
    if (yields ? constraint.violation(values) > 0 : !constraint.is_satisfied(values)) return false;
  }
  return true;
}

std::optional<core::Parameterization> NaturalSpace::repair_nearly(core::Parameterization values) const {
  if (space_.meets_constraints(values)) return values;
  if (auto result = settled(values)) return result;
  if (domain_.has_linear_constraints()) {
    const Vector here = encode(values);
    for (const double margin : kMargins) {
      optim::Domain linear = domain_;
      for (optim::LinearConstraint& c : linear.inequalities) c.b -= margin * (1 + std::abs(c.b));
      const optim::GridPoint nearest = optim::nearest_on_grid(here, linear, grid_);
      if (!nearest.x) break;
      core::Parameterization candidate = moved(values, here, *nearest.x);
      if (auto result = settled(candidate)) return result;
      if (margin == 0 && violation(candidate) < violation(values)) values = std::move(candidate);
      if (!domain_.nonlinear.empty()) break;
    }
  }
  if (domain_.nonlinear.empty()) return std::nullopt;
  if (auto result = move_floats(values, false)) return result;
  core::Parameterization neighbour = move_to_neighbours(values);
  if (auto result = settled(neighbour)) return result;
  return move_floats(neighbour, false);
}

std::optional<core::Parameterization> NaturalSpace::settled(core::Parameterization values) const {
  settle_equalities(values);
  return space_.meets_constraints(values) ? std::optional<core::Parameterization>(std::move(values)) : std::nullopt;
}

void NaturalSpace::settle_equalities(core::Parameterization& values) const {
  if (domain_.equalities.empty()) return;
  std::vector<bool> free(columns_.size());
  for (std::size_t j = 0; j < columns_.size(); ++j) free[j] = columns_[j].is_float;
  for (int sweep = 0; sweep < kSettleSweeps; ++sweep) {
    const Vector z = encode(values);
    const Vector step = least_step(domain_.equalities, z, free);
    bool clamped = false;
    Vector there = z + step;
    for (std::size_t j = 0; j < free.size(); ++j) {
      const auto i = static_cast<Index>(j);
      if (step[i] == 0 || (there[i] >= 0 && there[i] <= 1)) continue;
      // What has to stay at its bound leaves the rest to the others.
      clamped = true;
      free[j] = false;
      there[i] = std::clamp(there[i], 0.0, 1.0);
    }
    core::Parameterization next = moved(values, z, there);
    const bool is_better = violation(next) < violation(values);
    if (!is_better && !clamped) return;
    values = std::move(next);
    if (violation(values) == 0 && !clamped && sweep > 0) return;
  }
}

std::optional<core::Parameterization> NaturalSpace::move_floats(const core::Parameterization& values,
                                                                bool exactly) const {
  const Vector here = encode(values);
  optim::Domain floats = domain_;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const auto i = static_cast<Index>(j);
    if (!columns_[j].is_float) floats.lower[i] = floats.upper[i] = here[i];
  }
  if ((floats.lower.array() == floats.upper.array()).all()) return std::nullopt;
  for (const double margin : kMargins) {
    if (exactly && margin == 0) continue;
    optim::Domain inner = floats;
    for (optim::LinearConstraint& c : inner.inequalities) c.b -= margin * (1 + std::abs(c.b));
    for (optim::NonlinearConstraint& c : inner.nonlinear) {
      c.f = [f = c.f, margin](const Vector& x, Vector* gradient) { return f(x, gradient) + margin; };
    }
    const std::optional<Vector> projected = optim::project(here, inner);
    if (!projected) continue;
    auto result = settled(moved(values, here, *projected));
    if (result && (!exactly || keeps_exactly(*result))) return result;
  }
  return std::nullopt;
}

core::Parameterization NaturalSpace::move_to_neighbours(core::Parameterization values) const {
  double excess = violation(values);
  for (int move = 0; move < kMostMoves && excess > 0; ++move) {
    const Vector here = encode(values);
    core::Parameterization best_values;
    for (const optim::GridColumn& grid : grid_) {
      const double v = here[grid.column];
      const double nudge = grid.step > 0 ? 0.5 * grid.step : 1e-6;
      for (const double there : {grid.around(v - nudge).first, grid.around(v + nudge).second}) {
        if (!(there >= -nudge && there <= 1 + nudge)) continue;
        Vector z = here;
        z[grid.column] = there;
        core::Parameterization candidate = moved(values, here, z);
        const double candidate_excess = violation(candidate);
        if (!(candidate_excess < excess)) continue;
        excess = candidate_excess;
        best_values = std::move(candidate);
      }
    }
    if (best_values.empty()) break;
    values = std::move(best_values);
  }
  return values;
}

}  // namespace boa::generation
