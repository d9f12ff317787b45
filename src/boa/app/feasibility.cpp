// Search spaces in which no point can exist are found before the run.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
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
/// By which share of its terms a constraint may be missed (core::ParameterConstraint::is_satisfied).
constexpr double kMostViolation = 1e-9;
/// Decimals of coefficients that divisibility is decided for, and their relative rounding, far below that share.
constexpr int kMostPlaces = 6;
constexpr double kRounding = 1e-12;
/// Whole numbers beyond this are not exact as floats.
constexpr double kLargestWhole = 9007199254740992.0;

/// By a linear program, whole numbers and other grids not looked at.
bool linear_part_is_empty(const SearchSpace& space) { return !optim::is_feasible(NaturalSpace(space).domain()); }

/// By branch and bound over whole numbers, decimals and choices.
bool grid_is_empty(const SearchSpace& space) {
  const NaturalSpace natural(space);
  const optim::Vector center = 0.5 * (natural.domain().lower + natural.domain().upper);
  return optim::nearest_on_grid(center, natural.domain(), natural.grid()).is_proof;
}

/// All values of a parameter are the first one plus multiples of the steps.
struct Lattice {
  double first = 0;
  std::vector<double> steps;
  double largest = 0;  ///< absolute value
};

/// Nothing for values that are no numbers or not apart.
std::optional<Lattice> lattice_of(const core::Parameter& parameter) {
  const core::ParameterType type = core::type_of(parameter);
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
    if (type != core::ParameterType::kInt) return std::nullopt;
    return Lattice{0, {1}, std::max(std::abs(range->lower), std::abs(range->upper))};
  }
  if (type == core::ParameterType::kString) return std::nullopt;
  std::vector<core::ParameterValue> values;
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    values = choice->values;
  } else {
    values = {std::get<core::FixedParameter>(parameter).value};
  }
  Lattice lattice{core::as_double(values.front()), {}, 0};
  for (const core::ParameterValue& value : values) {
    const double number = core::as_double(value);
    lattice.largest = std::max(lattice.largest, std::abs(number));
    if (number != lattice.first) lattice.steps.push_back(number - lattice.first);
  }
  return lattice;
}

/// The greatest number that divides all of them, which are decimal; 0 if there is none.
double common_divisor(const std::vector<double>& numbers) {
  double scale = 1;
  for (int places = 0; places <= kMostPlaces; ++places, scale *= 10) {
    std::int64_t divisor = 0;
    const bool are_whole = std::all_of(numbers.begin(), numbers.end(), [&](double number) {
      const double whole = std::round(number * scale);
      if (!(std::abs(whole) < kLargestWhole && std::abs(number * scale - whole) <= kRounding * std::abs(whole)))
        return false;
      divisor = std::gcd(divisor, static_cast<std::int64_t>(whole));
      return true;
    });
    if (are_whole) return static_cast<double>(divisor) / scale;
  }
  return 0;
}

/// By divisibility, as that of 2*x - 2*y == 7 in whole numbers.
bool is_never_met(const core::ParameterConstraint& constraint, const SearchSpace& space) {
  if (!constraint.is_equality) return false;
  double rest = constraint.bound;
  double size = std::abs(rest);
  std::vector<double> steps;
  for (const auto& [name, coefficient] : constraint.coefficients) {
    const std::optional<Lattice> lattice = lattice_of(*space.find(name));
    if (!lattice) return false;
    rest -= coefficient * lattice->first;
    size = std::max(size, std::abs(coefficient) * lattice->largest);
    for (const double step : lattice->steps) steps.push_back(coefficient * step);
  }
  const double divisor = common_divisor(steps);
  return divisor > 0 && std::abs(std::remainder(rest, divisor)) > kMostViolation * size;
}

bool an_equality_is_never_met(const SearchSpace& space) {
  return std::any_of(space.constraints().begin(), space.constraints().end(),
                     [&](const core::ParameterConstraint& constraint) { return is_never_met(constraint, space); });
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

std::vector<std::string> constraint_texts(const SearchSpace& space) {
  std::vector<std::string> texts;
  for (const core::ParameterConstraint& constraint : space.constraints()) texts.push_back(constraint.text);
  for (const core::NonlinearConstraint& constraint : space.nonlinear_constraints()) texts.push_back(constraint.text);
  return texts;
}

/// E.g. "all of 'x <= 1', 'x >= 2'".
std::string quoted(const std::vector<std::string>& texts) {
  return fmt::format("{}'{}'", texts.size() == 1 ? "" : "all of ", util::join(texts, "', '"));
}

/// The constraints that conflict: what can go without spoiling the proof goes. Empty if nothing is proved.
std::vector<std::string> conflict(SearchSpace space, const std::function<bool(const SearchSpace&)>& is_proved_empty) {
  if (!is_proved_empty(space)) return {};
  for (std::size_t k = space.constraints().size() + space.nonlinear_constraints().size(); k-- > 0;) {
    SearchSpace rest = without(space, k);
    if (rest.has_constraints() && is_proved_empty(rest)) space = std::move(rest);
  }
  return constraint_texts(space);
}

bool has_int(const SearchSpace& space) {
  return std::any_of(space.parameters().begin(), space.parameters().end(), [](const core::Parameter& parameter) {
    return !core::is_fixed(parameter) && core::type_of(parameter) == core::ParameterType::kInt;
  });
}

/// A space in which parameters are fixed that were not.
class PartlyFixedSpace {
 public:
  explicit PartlyFixedSpace(const SearchSpace& space) : space_(space) {}

  /// Fixes the fidelities at their targets; which and where, in words. Empty if there are none.
  std::string fix_fidelities() {
    std::vector<std::string> places;
    for (core::Parameter& parameter : parameters_) {
      const auto* range = std::get_if<core::RangeParameter>(&parameter);
      if (range == nullptr || !range->fidelity_target) continue;
      places.push_back(
          fmt::format("'{}' at its target {}", range->name, core::bound_text(*range, *range->fidelity_target)));
      const core::ParameterValue value = core::cast_to(parameter, core::ParameterValue(*range->fidelity_target));
      parameter = core::FixedParameter{range->name, range->type, value};
    }
    return util::join(places, " and ");
  }

  /// Constraints of fixed parameters alone are either always met, and left out, or never.
  std::vector<std::string> never_met() const { return constraint_texts(kept(true)); }
  SearchSpace rest() const { return kept(false); }

 private:
  bool is_fixed(const std::string& name) const {
    return std::any_of(parameters_.begin(), parameters_.end(), [&](const core::Parameter& parameter) {
      return core::is_fixed(parameter) && core::name_of(parameter) == name;
    });
  }

  bool is_constant(const core::ParameterConstraint& constraint) const {
    return std::all_of(constraint.coefficients.begin(), constraint.coefficients.end(),
                       [this](const auto& term) { return is_fixed(term.first); });
  }
  bool is_constant(const core::NonlinearConstraint& constraint) const {
    const std::vector<std::string>& names = constraint.excess.variables();
    return std::all_of(names.begin(), names.end(), [this](const std::string& name) { return is_fixed(name); });
  }

  /// The space with those constraints alone that are never met, or with those that are not constant.
  SearchSpace kept(bool are_never_met) const {
    core::Parameterization fixed_values;
    for (const core::Parameter& parameter : parameters_) {
      const auto* fixed = std::get_if<core::FixedParameter>(&parameter);
      if (fixed != nullptr) fixed_values.emplace_back(fixed->name, fixed->value);
    }
    const auto is_other = [&](const auto& constraint) {
      const bool constant = is_constant(constraint);
      return are_never_met ? !constant || constraint.is_satisfied(fixed_values) : constant;
    };
    std::vector<core::ParameterConstraint> linear = space_.constraints();
    std::vector<core::NonlinearConstraint> nonlinear = space_.nonlinear_constraints();
    std::erase_if(linear, is_other);
    std::erase_if(nonlinear, is_other);
    return {parameters_, std::move(linear), std::move(nonlinear)};
  }

  const SearchSpace& space_;
  std::vector<core::Parameter> parameters_ = space_.parameters();
};

}  // namespace

Infeasibility find_infeasibility(const SearchSpace& space) {
  if (!space.has_constraints()) return {};
  std::vector<std::string> texts = conflict(space, linear_part_is_empty);
  if (!texts.empty()) return {"no point within the bounds of the parameters meets " + quoted(texts), texts};
  texts = conflict(space, an_equality_is_never_met);
  if (texts.empty()) texts = conflict(space, grid_is_empty);
  if (!texts.empty()) {
    return {
        fmt::format("no point with {} meets {}",
                    has_int(space) ? "whole numbers for the int parameters" : "the values that the parameters allow",
                    quoted(texts)),
        texts};
  }
  if (space.nonlinear_constraints().empty()) return {};
  const generation::UnitSpace unit(space);
  if (unit.find_feasible(util::Rng(1))) return {};
  texts = conflict(space, intervals_are_empty);
  if (!texts.empty()) return {"no point within the bounds of the parameters meets " + quoted(texts), texts};
  texts = constraint_texts(space);
  return {fmt::format(
              "no point that meets {} was found by a search, though there may be one; make the bounds narrower around "
              "where it is",
              quoted(texts)),
          texts};
}

Infeasibility find_infeasibility_at_target(const SearchSpace& space) {
  PartlyFixedSpace at_target(space);
  const std::string where = at_target.fix_fidelities();
  if (where.empty()) return {};
  std::vector<std::string> texts = at_target.never_met();
  Infeasibility found =
      texts.empty() ? find_infeasibility(at_target.rest()) : Infeasibility{"no point meets " + quoted(texts), texts};
  if (!found.why.empty()) {
    found.why = fmt::format("with {}, where the objective counts, {}", where, found.why);
  }
  return found;
}

}  // namespace boa::app
