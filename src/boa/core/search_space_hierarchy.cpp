// Parameters that exist only for certain values of others.

#include <fmt/core.h>

#include <algorithm>

#include "boa/core/search_space.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

void SearchSpace::link_parents() {
  for (std::size_t parent = 0; parent < parameters_.size(); ++parent) {
    for (const auto& [value, names] : dependents_of(parameters_[parent])) {
      hierarchical_ = true;
      for (const std::string& name : names) {
        const Parameter* child = find(name);
        if (child == nullptr) continue;  // why_no_tree says so
        conditions_[static_cast<std::size_t>(child - parameters_.data())].push_back({parent, value});
      }
    }
  }
}

bool SearchSpace::is_active(std::size_t index, const Parameterization& parameters, std::size_t depth) const {
  if (conditions_[index].empty()) return true;
  // In a tree no way up is longer; a ring is nowhere.
  if (depth > parameters_.size()) return false;
  return std::any_of(conditions_[index].begin(), conditions_[index].end(), [&](const Condition& condition) {
    const Parameter& parent = parameters_[condition.parent];
    const ParameterValue* value = find_value(parameters, name_of(parent));
    if (value == nullptr && is_fixed(parent)) value = &std::get<FixedParameter>(parent).value;
    return value != nullptr && cast_to(parent, *value) == condition.value &&
           is_active(condition.parent, parameters, depth + 1);
  });
}

bool SearchSpace::is_active(std::string_view name, const Parameterization& parameters) const {
  const Parameter* parameter = hierarchical_ ? find(name) : nullptr;
  return parameter == nullptr || is_active(static_cast<std::size_t>(parameter - parameters_.data()), parameters, 0);
}

Parameterization SearchSpace::active_part(Parameterization parameters) const {
  if (!hierarchical_) return parameters;
  Parameterization active;
  for (const auto& entry : parameters) {
    if (is_active(entry.first, parameters)) active.push_back(entry);
  }
  return active;
}

std::string SearchSpace::why_no_tree() const {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters_) names.push_back(name_of(parameter));
  for (const Parameter& parameter : parameters_) {
    for (const auto& [value, dependents] : dependents_of(parameter)) {
      for (const std::string& name : dependents) {
        if (find(name) != nullptr) continue;
        const std::string nearest = util::nearest_name(name, names);
        return fmt::format("'{}' names '{}', and there is no such parameter{}", name_of(parameter), name,
                           nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
      }
    }
  }
  std::vector<std::string> roots;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (conditions_[i].empty()) roots.push_back(names[i]);
  }
  if (roots.size() != 1) {
    return roots.empty() ? std::string("every parameter depends on another, there is none to begin with")
                         : fmt::format(
                               "'{}' depend on no parameter; only one may, and every other parameter must "
                               "stand under 'dependents' of some value",
                               util::join(roots, "', '"));
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    std::size_t at = i;
    for (std::size_t step = 0; step <= parameters_.size() && !conditions_[at].empty(); ++step) {
      at = conditions_[at].front().parent;
    }
    if (!conditions_[at].empty()) return fmt::format("'{}' depends on itself", names[i]);
    const bool one_parent = std::all_of(conditions_[i].begin(), conditions_[i].end(), [&](const Condition& condition) {
      return condition.parent == conditions_[i].front().parent;
    });
    if (!one_parent) return fmt::format("'{}' depends on more than one parameter", names[i]);
  }
  return {};
}

}  // namespace boa::core
