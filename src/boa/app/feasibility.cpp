// Search spaces in which no point can exist are found before the run.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/optim/linear_program.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::Interval;
using core::SearchSpace;
using generation::NaturalSpace;

/// Boxes that the proof by intervals may look at.
constexpr int kMostBoxes = 4000;
/// Parts of a range below which a box is not divided further.
constexpr double kLeastShare = 1e-6;

/// By a linear program, whole numbers and other grids not looked at.
bool linear_part_is_empty(const SearchSpace& space) { return !optim::is_feasible(NaturalSpace(space).domain()); }

/// By branch and bound over whole numbers, decimals and choices.
bool grid_is_empty(const SearchSpace& space) {
  const NaturalSpace natural(space);
  const optim::Vector center = 0.5 * (natural.domain().lower + natural.domain().upper);
  return optim::nearest_on_grid(center, natural.domain(), natural.grid()).is_proof;
}

/// By interval arithmetic over smaller and smaller boxes, in the parameters' own units.
class EmptinessProof {
 public:
  explicit EmptinessProof(const SearchSpace& space) {
    for (const core::ParameterConstraint& constraint : space.constraints()) {
      add(core::expression_of(constraint), constraint.is_equality, space);
    }
    for (const core::NonlinearConstraint& constraint : space.nonlinear_constraints()) {
      add(constraint.excess, false, space);
    }
  }

  bool succeeds() const {
    std::vector<std::vector<Interval>> open{box_};
    for (int looked_at = 0; !open.empty(); ++looked_at) {
      if (looked_at == kMostBoxes) return false;
      const std::vector<Interval> box = std::move(open.back());
      open.pop_back();
      const std::optional<std::size_t> side = next_side(box);
      if (!side) continue;
      if (*side == box.size()) return false;
      const std::size_t widest = *side;
      const double middle = 0.5 * (box[widest].lower + box[widest].upper);
      open.push_back(box);
      open.back()[widest].upper = is_whole_[widest] ? std::floor(middle) : middle;
      open.push_back(box);
      open.back()[widest].lower = is_whole_[widest] ? std::floor(middle) + 1 : middle;
    }
    return true;
  }

 private:
  struct Condition {
    core::Expression excess;
    bool is_equality = false;
    std::vector<std::size_t> sides;  ///< of the box, by variable
  };

  void add(core::Expression excess, bool is_equality, const SearchSpace& space) {
    Condition condition{std::move(excess), is_equality, {}};
    for (const std::string& name : condition.excess.variables()) condition.sides.push_back(side_of(name, space));
    conditions_.push_back(std::move(condition));
  }

  std::size_t side_of(const std::string& name, const SearchSpace& space) {
    const auto it = std::find(names_.begin(), names_.end(), name);
    if (it != names_.end()) return static_cast<std::size_t>(it - names_.begin());
    names_.push_back(name);
    const core::Parameter& parameter = *space.find(name);
    is_whole_.push_back(core::type_of(parameter) == core::ParameterType::kInt);
    if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
      box_.push_back({range->lower, range->upper});
    } else if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
      Interval values{core::as_double(choice->values.front()), core::as_double(choice->values.front())};
      for (const core::ParameterValue& value : choice->values) {
        values.lower = std::min(values.lower, core::as_double(value));
        values.upper = std::max(values.upper, core::as_double(value));
      }
      box_.push_back(values);
    } else {
      const double value = core::as_double(std::get<core::FixedParameter>(parameter).value);
      box_.push_back({value, value});
    }
    return names_.size() - 1;
  }

  /// Which side of a box to divide; nothing if the box holds no point. box.size(): none can be divided further.
  std::optional<std::size_t> next_side(const std::vector<Interval>& box) const {
    std::size_t next = box.size();
    double nearest = std::numeric_limits<double>::infinity();
    for (const Condition& condition : conditions_) {
      std::vector<Interval> sides;
      for (const std::size_t side : condition.sides) sides.push_back(box[side]);
      const Interval range = condition.excess.range(sides);
      if (range.is_empty() || range.lower > 0 || (condition.is_equality && range.upper < 0)) return std::nullopt;
      const bool holds_everywhere = range.upper <= 0 && !condition.is_equality;
      const std::size_t side = widest_side(condition, box);
      if (holds_everywhere || side == box.size()) continue;
      // The condition that is nearest to failing in the whole box.
      const double width = range.upper - range.lower;
      const double low_end = -range.lower / width;
      const double share = condition.is_equality ? std::min(low_end, range.upper / width) : low_end;
      const double distance = std::isfinite(share) ? share : 0.0;
      if (distance >= nearest) continue;
      nearest = distance;
      next = side;
    }
    return next;
  }

  std::size_t widest_side(const Condition& condition, const std::vector<Interval>& box) const {
    std::size_t widest = box.size();
    double most = kLeastShare;
    for (const std::size_t i : condition.sides) {
      const double width = box[i].upper - box[i].lower;
      if (!(width > 0)) continue;
      const double share = width / (box_[i].upper - box_[i].lower);
      if (share <= most) continue;
      most = share;
      widest = i;
    }
    return widest;
  }

  std::vector<std::string> names_;
  std::vector<Interval> box_;
  std::vector<bool> is_whole_;
  std::vector<Condition> conditions_;
};

bool intervals_are_empty(const SearchSpace& space) { return EmptinessProof(space).succeeds(); }

/// The space without its k-th constraint, the linear ones counted first.
SearchSpace without(const SearchSpace& space, std::size_t k) {
  std::vector<core::ParameterConstraint> linear = space.constraints();
  std::vector<core::NonlinearConstraint> nonlinear = space.nonlinear_constraints();
  if (k < linear.size()) {
    linear.erase(linear.begin() + static_cast<std::ptrdiff_t>(k));
  } else {
    nonlinear.erase(nonlinear.begin() + static_cast<std::ptrdiff_t>(k - linear.size()));
  }
  return {space.parameters(), std::move(linear), std::move(nonlinear)};
}

std::string quoted_constraints(const SearchSpace& space) {
  std::vector<std::string> texts;
  for (const core::ParameterConstraint& constraint : space.constraints()) texts.push_back("'" + constraint.text + "'");
  for (const core::NonlinearConstraint& c : space.nonlinear_constraints()) texts.push_back("'" + c.text + "'");
  return (texts.size() == 1 ? "" : "all of ") + util::join(texts, ", ");
}

/// The constraints that conflict, quoted: what can go without spoiling the proof goes. Empty if nothing is proved.
std::string conflict(SearchSpace space, const std::function<bool(const SearchSpace&)>& is_proved_empty) {
  if (!is_proved_empty(space)) return {};
  for (std::size_t k = space.constraints().size() + space.nonlinear_constraints().size(); k-- > 0;) {
    SearchSpace rest = without(space, k);
    if (rest.has_constraints() && is_proved_empty(rest)) space = std::move(rest);
  }
  return quoted_constraints(space);
}

bool has_int(const SearchSpace& space) {
  return std::any_of(space.parameters().begin(), space.parameters().end(), [](const core::Parameter& parameter) {
    return !core::is_fixed(parameter) && core::type_of(parameter) == core::ParameterType::kInt;
  });
}

}  // namespace

std::string why_infeasible(const SearchSpace& space) {
  if (!space.has_constraints()) return {};
  std::string names = conflict(space, linear_part_is_empty);
  if (!names.empty()) return "no point within the bounds of the parameters meets " + names;
  names = conflict(space, grid_is_empty);
  if (!names.empty()) {
    return fmt::format("no point with {} meets {}",
                       has_int(space) ? "whole numbers for the int parameters" : "the values that the parameters allow",
                       names);
  }
  if (space.nonlinear_constraints().empty()) return {};
  const generation::UnitSpace unit(space);
  if (unit.find_feasible(util::Rng(1))) return {};
  names = conflict(space, intervals_are_empty);
  if (!names.empty()) return "no point within the bounds of the parameters meets " + names;
  return fmt::format(
      "no point that meets {} was found by a search, though there may be one; make the bounds narrower around "
      "where it is",
      quoted_constraints(space));
}

}  // namespace boa::app
