#include "boa/core/search_space.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

/// Rank of a parameter in files that scripts read by position.
int file_rank(const Parameter& parameter) {
  if (is_fixed(parameter)) return 2;
  return is_unordered_choice(parameter) ? 1 : 0;
}

/// Empty if a value of this type can be one of the parameter's, inside its bounds or not.
std::string why_wrong_type(const Parameter& parameter, const ParameterValue& value) {
  if (type_of(parameter) == type_of(cast_to(parameter, value))) {
    const auto* number = std::get_if<double>(&value);
    return number == nullptr || std::isfinite(*number) ? "" : "it must be a finite number";
  }
  return fmt::format("expected {}, found {}", to_string(type_of(parameter)), to_node(value).describe());
}

/// Has every parameter that the constraint names a value? Otherwise some of them do not exist at this point.
bool has_values(const ParameterConstraint& constraint, const Parameterization& parameters) {
  return std::all_of(constraint.coefficients.begin(), constraint.coefficients.end(),
                     [&](const auto& term) { return find_value(parameters, term.first) != nullptr; });
}
bool has_values(const NonlinearConstraint& constraint, const Parameterization& parameters) {
  const std::vector<std::string>& names = constraint.excess.variables();
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return find_value(parameters, name) != nullptr; });
}

}  // namespace

SearchSpace::SearchSpace(std::vector<Parameter> parameters, std::vector<ParameterConstraint> constraints,
                         std::vector<NonlinearConstraint> nonlinear_constraints)
    : parameters_(std::move(parameters)),
      constraints_(std::move(constraints)),
      nonlinear_(std::move(nonlinear_constraints)),
      conditions_(parameters_.size()) {
  link_parents();
}

template <typename Predicate>
bool SearchSpace::all_constraints(const Parameterization& parameters, Predicate is_met) const {
  const auto holds = [&](const auto& constraint) {
    return (hierarchical_ && !has_values(constraint, parameters)) || is_met(constraint);
  };
  return std::all_of(constraints_.begin(), constraints_.end(), holds) &&
         std::all_of(nonlinear_.begin(), nonlinear_.end(), holds);
}

bool SearchSpace::meets_constraints(const Parameterization& parameters) const {
  return all_constraints(parameters, [&](const auto& constraint) { return constraint.is_satisfied(parameters); });
}

bool SearchSpace::violates_nothing(const Parameterization& parameters) const {
  return all_constraints(parameters, [&](const auto& constraint) { return !(constraint.violation(parameters) > 0); });
}

const Parameter* SearchSpace::find(std::string_view name) const {
  const auto it = std::find_if(parameters_.begin(), parameters_.end(),
                               [&](const Parameter& parameter) { return name_of(parameter) == name; });
  return it == parameters_.end() ? nullptr : &*it;
}

std::size_t SearchSpace::num_tunable() const {
  return static_cast<std::size_t>(std::count_if(parameters_.begin(), parameters_.end(), [](const Parameter& parameter) {
    const auto* choice = std::get_if<ChoiceParameter>(&parameter);
    const auto* range = std::get_if<RangeParameter>(&parameter);
    return (choice != nullptr && !choice->target_task) || (range != nullptr && !range->fidelity_target);
  }));
}

std::string SearchSpace::why_not_member(const Parameterization& parameters) const {
  for (const auto& [name, value] : parameters) {
    const Parameter* parameter = find(name);
    if (parameter == nullptr) return fmt::format("there is no parameter '{}'", name);
    const std::string why = why_not_allowed(*parameter, value);
    if (!why.empty()) return fmt::format("parameter '{}': {}", name, why);
    if (!is_active(name, parameters)) return fmt::format("parameter '{}' does not exist at this point", name);
  }
  for (const Parameter& parameter : parameters_) {
    if (!is_fixed(parameter) && find_value(parameters, name_of(parameter)) == nullptr &&
        is_active(name_of(parameter), parameters)) {
      return fmt::format("parameter '{}' is missing", name_of(parameter));
    }
  }
  const Parameterization complete = in_config_order(parameters);
  for (const ParameterConstraint& constraint : constraints_) {
    if (has_values(constraint, complete) && !constraint.is_satisfied(complete)) {
      return fmt::format("the constraint '{}' is not met: the left side is {}, the bound is {}", constraint.text,
                         util::python_repr(constraint.evaluate(complete)), util::python_repr(constraint.bound));
    }
  }
  for (const NonlinearConstraint& constraint : nonlinear_) {
    if (!has_values(constraint, complete) || constraint.is_satisfied(complete)) continue;
    return fmt::format("the constraint '{}' is not met", constraint.text);
  }
  return {};
}

std::string SearchSpace::why_not_complete(const Parameterization& parameters) const {
  for (const auto& [name, value] : parameters) {
    const Parameter* parameter = find(name);
    if (parameter == nullptr) {
      std::vector<std::string> known;
      for (const Parameter& p : parameters_) known.push_back(name_of(p));
      const std::string nearest = util::nearest_name(name, known);
      return fmt::format("there is no parameter '{}'{}", name,
                         nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
    }
    const std::string wrong = why_wrong_type(*parameter, value);
    if (!wrong.empty()) return fmt::format("parameter '{}': {}", name, wrong);
  }
  for (const Parameter& parameter : parameters_) {
    if (!is_fixed(parameter) && find_value(parameters, name_of(parameter)) == nullptr &&
        is_active(name_of(parameter), parameters)) {
      return fmt::format("parameter '{}' is missing", name_of(parameter));
    }
  }
  return {};
}

const ChoiceParameter* SearchSpace::task_parameter() const {
  for (const Parameter& parameter : parameters_) {
    const auto* choice = std::get_if<ChoiceParameter>(&parameter);
    if (choice != nullptr && choice->target_task) return choice;
  }
  return nullptr;
}

const RangeParameter* SearchSpace::fidelity_parameter() const {
  for (const Parameter& parameter : parameters_) {
    const auto* range = std::get_if<RangeParameter>(&parameter);
    if (range != nullptr && range->fidelity_target) return range;
  }
  return nullptr;
}

bool SearchSpace::is_at_target_task(const Parameterization& parameters) const {
  const ChoiceParameter* task = task_parameter();
  if (task == nullptr) return true;
  const ParameterValue* value = find_value(parameters, task->name);
  return value != nullptr && cast_to(*task, *value) == *task->target_task;
}

bool SearchSpace::is_at_target(const Parameterization& parameters) const {
  if (!is_at_target_task(parameters)) return false;
  return std::all_of(parameters_.begin(), parameters_.end(), [&](const Parameter& parameter) {
    const auto* range = std::get_if<RangeParameter>(&parameter);
    if (range == nullptr || !range->fidelity_target) return true;
    const ParameterValue* value = find_value(parameters, range->name);
    return value != nullptr && as_double(*value) == *range->fidelity_target;
  });
}

Parameterization SearchSpace::in_config_order(const Parameterization& parameters) const {
  Parameterization ordered;
  ordered.reserve(parameters_.size());
  for (const Parameter& parameter : parameters_) {
    const ParameterValue* value = find_value(parameters, name_of(parameter));
    if (value != nullptr) {
      ordered.emplace_back(name_of(parameter), cast_to(parameter, *value));
    } else if (const auto* fixed = std::get_if<FixedParameter>(&parameter)) {
      ordered.emplace_back(fixed->name, fixed->value);
    }
  }
  // Points from outside (other files, other spaces) may have more; they keep their place at the end.
  for (const auto& [name, value] : parameters) {
    if (find(name) == nullptr) ordered.emplace_back(name, value);
  }
  return active_part(std::move(ordered));
}

Parameterization SearchSpace::in_file_order(const Parameterization& parameters) const {
  Parameterization ordered = in_config_order(parameters);
  const auto rank = [this](const auto& entry) {
    const Parameter* parameter = find(entry.first);
    return parameter == nullptr ? 3 : file_rank(*parameter);
  };
  std::stable_sort(ordered.begin(), ordered.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return ordered;
}

bool operator==(const RangeParameter& a, const RangeParameter& b) {
  return a.name == b.name && a.type == b.type && a.lower == b.lower && a.upper == b.upper &&
         a.log_scale == b.log_scale && a.digits == b.digits && a.fidelity_target == b.fidelity_target;
}

bool operator==(const ChoiceParameter& a, const ChoiceParameter& b) {
  return a.name == b.name && a.type == b.type && a.values == b.values && a.is_ordered == b.is_ordered &&
         a.dependents == b.dependents && a.target_task == b.target_task;
}

bool operator==(const FixedParameter& a, const FixedParameter& b) {
  return a.name == b.name && a.type == b.type && a.value == b.value && a.dependents == b.dependents;
}

bool operator==(const SearchSpace& a, const SearchSpace& b) {
  return a.parameters_ == b.parameters_ && a.constraints_ == b.constraints_ && a.nonlinear_ == b.nonlinear_;
}

}  // namespace boa::core
