#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/optim/linear_program.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using optim::Domain;
using optim::Index;
using optim::Vector;

/// Boxes that the search for a whole-numbered point may look into before it gives up undecided.
constexpr int kMostBoxes = 200;
constexpr double kTolerance = 1e-7;

/// The constraints with every range scaled to [0, 1] and every row to a largest coefficient of 1.
class ScaledProblem {
 public:
  explicit ScaledProblem(const core::SearchSpace& space) {
    for (const core::Parameter& parameter : space.parameters()) {
      if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) ranges_.push_back(range);
    }
    const auto d = static_cast<Index>(ranges_.size());
    domain_.lower = Vector::Zero(d);
    domain_.upper = Vector::Ones(d);
    for (const core::ParameterConstraint& constraint : space.constraints()) add(constraint);
  }

  const Domain& domain() const { return domain_; }

  /// Whether some box of `domain` holds a point that is whole where it must be; nothing if that stayed open.
  std::optional<bool> has_whole_point(const Domain& domain, int& boxes) const {
    if (--boxes < 0) return std::nullopt;
    const auto ball = optim::chebyshev_ball(domain);
    if (!ball) return false;
    if (domain_.contains(rounded(ball->center), kTolerance)) return true;
    const Index column = least_whole(ball->center);
    if (column < 0) return true;
    const double value = in_units(column, ball->center[column]);
    Domain below = domain;
    below.upper[column] = scaled(column, std::floor(value));
    Domain above = domain;
    above.lower[column] = scaled(column, std::floor(value) + 1);
    for (const Domain& half : {below, above}) {
      if (half.lower[column] > half.upper[column]) continue;
      const std::optional<bool> found = has_whole_point(half, boxes);
      if (!found || *found) return found;
    }
    return false;
  }

 private:
  void add(const core::ParameterConstraint& constraint) {
    optim::LinearConstraint row{Vector::Zero(domain_.lower.size()), constraint.bound};
    for (const auto& [name, coefficient] : constraint.coefficients) {
      const auto it = std::find_if(ranges_.begin(), ranges_.end(),
                                   [&, &wanted = name](const auto* range) { return range->name == wanted; });
      const auto column = static_cast<Index>(it - ranges_.begin());
      row.a[column] = coefficient * width(column);
      row.b -= coefficient * (*it)->lower;
    }
    const double scale = row.a.cwiseAbs().maxCoeff();
    row.a /= scale;
    row.b /= scale;
    domain_.inequalities.push_back(std::move(row));
  }

  const core::RangeParameter& range(Index column) const { return *ranges_[static_cast<std::size_t>(column)]; }
  double width(Index column) const { return range(column).upper - range(column).lower; }
  bool is_whole(Index column) const { return range(column).type == core::ParameterType::kInt; }
  double in_units(Index column, double u) const { return range(column).lower + width(column) * u; }
  double scaled(Index column, double value) const { return (value - range(column).lower) / width(column); }

  Vector rounded(Vector u) const {
    for (Index i = 0; i < u.size(); ++i) {
      if (is_whole(i)) u[i] = scaled(i, std::round(in_units(i, u[i])));
    }
    return u;
  }

  /// The whole-numbered column that is farthest from a whole number; -1 if there is none.
  Index least_whole(const Vector& u) const {
    Index worst = -1;
    double distance = kTolerance;
    for (Index i = 0; i < u.size(); ++i) {
      const double value = in_units(i, u[i]);
      if (!is_whole(i) || std::abs(value - std::round(value)) <= distance) continue;
      distance = std::abs(value - std::round(value));
      worst = i;
    }
    return worst;
  }

  std::vector<const core::RangeParameter*> ranges_;
  Domain domain_;
};

}  // namespace

std::string why_infeasible(const core::SearchSpace& space) {
  if (space.constraints().empty()) return {};
  const ScaledProblem problem(space);
  std::vector<std::string> conflict;
  for (const Index index : optim::conflicting_constraints(problem.domain())) {
    conflict.push_back(fmt::format("'{}'", space.constraints()[static_cast<std::size_t>(index)].text));
  }
  if (conflict.size() == 1) {
    return fmt::format("no point within the bounds of the parameters meets {}", conflict.front());
  }
  if (!conflict.empty()) {
    return fmt::format("no point within the bounds of the parameters meets all of {}", util::join(conflict, ", "));
  }
  int boxes = kMostBoxes;
  const std::optional<bool> whole = problem.has_whole_point(problem.domain(), boxes);
  return whole.value_or(true) ? "" : "no point with whole numbers for the int parameters meets all constraints";
}

}  // namespace boa::app
