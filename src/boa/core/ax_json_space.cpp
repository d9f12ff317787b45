#include <fmt/core.h>

#include <algorithm>

#include "boa/core/ax_json.hpp"
#include "boa/core/ax_json_fields.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

using util::Node;

Node type_to_ax(ParameterType type) { return ax::enum_to_ax("ParameterType", ax_name(type)); }

ParameterType type_from_ax(const Node& node, const std::string& path) {
  const std::string& name = ax::need_enum(node, "parameter_type", path);
  for (const ParameterType type :
       {ParameterType::kBool, ParameterType::kInt, ParameterType::kFloat, ParameterType::kString}) {
    if (ax_name(type) == name) return type;
  }
  ax::fail_entry(path + ".parameter_type", fmt::format("is '{}', which is no type of a parameter", name));
}

Node bound_to_ax(ParameterType type, double bound) {
  return type == ParameterType::kInt ? Node(static_cast<std::int64_t>(bound)) : Node(bound);
}

/// A value as a key, as json.dumps makes it one: numbers and truth values as their JSON text.
std::string key_of(const ParameterValue& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return to_string(value);
}

Node dependents_to_ax(const Dependents& dependents) {
  if (dependents.empty()) return {};
  util::NodeObject by_value;
  for (const auto& [value, names] : dependents) {
    util::NodeArray list;
    for (const std::string& name : names) list.emplace_back(name);
    by_value.emplace_back(key_of(value), Node(std::move(list)));
  }
  return Node(std::move(by_value));
}

Dependents dependents_from_ax(const Node& node, const std::vector<ParameterValue>& values, const std::string& path) {
  Dependents dependents;
  const Node* by_value = ax::find_entry(node, "dependents");
  if (by_value == nullptr) return dependents;
  const std::string where = path + ".dependents";
  for (const auto& [key, names] : ax::need_object(node, "dependents", path)) {
    const auto value = std::find_if(values.begin(), values.end(),
                                    [&wanted = key](const ParameterValue& v) { return key_of(v) == wanted; });
    if (value == values.end()) ax::fail_entry(where, fmt::format("has '{}', which is no value of the parameter", key));
    std::vector<std::string> list;
    for (const Node& name : ax::need_array(*by_value, key.c_str(), where)) {
      if (!name.is_string()) ax::fail_entry(where, "must hold names");
      list.push_back(name.as_string());
    }
    dependents.emplace_back(*value, std::move(list));
  }
  return dependents;
}

Node parameter_to_ax(const RangeParameter& range) {
  return Node::object(
      {{"__type", "RangeParameter"},
       {"name", range.name},
       {"parameter_type", type_to_ax(range.type)},
       {"lower", bound_to_ax(range.type, range.lower)},
       {"upper", bound_to_ax(range.type, range.upper)},
       {"log_scale", range.log_scale},
       {"logit_scale", false},
       {"digits", range.digits ? Node(*range.digits) : Node()},
       {"is_fidelity", range.fidelity_target.has_value()},
       {"target_value", range.fidelity_target ? bound_to_ax(range.type, *range.fidelity_target) : Node()}});
}

Node parameter_to_ax(const ChoiceParameter& choice) {
  util::NodeArray values;
  for (const ParameterValue& value : choice.values) values.push_back(to_node(value));
  return Node::object({{"__type", "ChoiceParameter"},
                       {"is_ordered", choice.is_ordered},
                       {"is_task", choice.target_task.has_value()},
                       {"name", choice.name},
                       {"parameter_type", type_to_ax(choice.type)},
                       {"values", Node(std::move(values))},
                       {"is_fidelity", false},
                       {"target_value", choice.target_task ? to_node(*choice.target_task) : Node()},
                       {"dependents", dependents_to_ax(choice.dependents)}});
}

Node parameter_to_ax(const FixedParameter& fixed) {
  return Node::object({{"__type", "FixedParameter"},
                       {"name", fixed.name},
                       {"parameter_type", type_to_ax(fixed.type)},
                       {"value", to_node(fixed.value)},
                       {"is_fidelity", false},
                       {"target_value", Node()},
                       {"dependents", dependents_to_ax(fixed.dependents)}});
}

ParameterValue value_from_ax(const Node& node, const std::string& path) {
  try {
    return value_from_node(node);
  } catch (const UserInputError& error) {
    ax::fail_entry(path, error.what());
  }
}

void refuse_what_is_not_served(const Node& node, const std::string& name, const std::string& path) {
  const std::string& type = ax::need_string(node, "__type", path);
  for (const char* key : {"is_fidelity", "is_task", "logit_scale"}) {
    if (type == "RangeParameter" && std::string_view(key) == "is_fidelity") continue;
    if (type == "ChoiceParameter" && std::string_view(key) == "is_task") continue;
    if (ax::flag(node, key, path)) {
      throw UnsupportedError(
          fmt::format("parameter '{}' has '{}', which this version of boa does not serve", name, key));
    }
  }
}

RangeParameter range_from_ax(const Node& node, const std::string& path) {
  RangeParameter range;
  range.type = type_from_ax(node, path);
  range.lower = ax::need_double(node, "lower", path);
  range.upper = ax::need_double(node, "upper", path);
  range.log_scale = ax::flag(node, "log_scale", path);
  if (ax::find_entry(node, "digits") != nullptr) range.digits = static_cast<int>(ax::need_int(node, "digits", path));
  if (ax::flag(node, "is_fidelity", path)) range.fidelity_target = ax::need_double(node, "target_value", path);
  return range;
}

ChoiceParameter choice_from_ax(const Node& node, const std::string& path) {
  ChoiceParameter choice;
  choice.type = type_from_ax(node, path);
  choice.is_ordered = ax::flag(node, "is_ordered", path);
  for (const Node& value : ax::need_array(node, "values", path)) {
    choice.values.push_back(value_from_ax(value, path + ".values"));
  }
  if (ax::flag(node, "is_task", path)) {
    const ParameterValue target = value_from_ax(ax::need(node, "target_value", path), path + ".target_value");
    choice.target_task = cast_to(choice, target);
    if (std::find(choice.values.begin(), choice.values.end(), *choice.target_task) == choice.values.end()) {
      ax::fail_entry(path + ".target_value", "is none of the values");
    }
  }
  return choice;
}

Parameter parameter_from_ax(const Node& node, const std::string& path) {
  const std::string& type = ax::need_string(node, "__type", path);
  const std::string& name = ax::need_string(node, "name", path);
  refuse_what_is_not_served(node, name, path);
  if (type == "RangeParameter") {
    RangeParameter range = range_from_ax(node, path);
    range.name = name;
    return range;
  }
  if (type == "ChoiceParameter") {
    ChoiceParameter choice = choice_from_ax(node, path);
    choice.name = name;
    choice.dependents = dependents_from_ax(node, choice.values, path);
    return choice;
  }
  if (type != "FixedParameter") ax::fail_entry(path, fmt::format("is a '{}', which is no kind of parameter", type));
  const ParameterValue value = value_from_ax(ax::need(node, "value", path), path + ".value");
  return FixedParameter{name, type_from_ax(node, path), value, dependents_from_ax(node, {value}, path)};
}

Node constraint_to_ax(const ParameterConstraint& constraint) {
  util::NodeObject coefficients;
  for (const auto& [name, coefficient] : constraint.coefficients) coefficients.emplace_back(name, Node(coefficient));
  return Node::object({{"__type", "ParameterConstraint"},
                       {"constraint_dict", Node(std::move(coefficients))},
                       {"bound", constraint.bound},
                       {"is_equality", constraint.is_equality},
                       {"text", constraint.text}});
}

/// The constraint as a user would write it, for files that do not keep the text.
std::string spell_out(const ParameterConstraint& constraint) {
  std::string text;
  for (const auto& [name, coefficient] : constraint.coefficients) {
    if (!text.empty()) text += " + ";
    text += coefficient == 1 ? name : fmt::format("{}*{}", util::python_repr(coefficient), name);
  }
  return fmt::format("{} {} {}", text, constraint.is_equality ? "==" : "<=", util::python_repr(constraint.bound));
}

ParameterConstraint sum_constraint_from_ax(const Node& node, const std::string& path) {
  // Ax keeps the bound as the user gave it: sum <= bound, or sum >= bound.
  ParameterConstraint constraint;
  const double sign = ax::flag(node, "is_upper_bound", path) ? 1.0 : -1.0;
  for (const Node& name : ax::need_array(node, "parameter_names", path)) {
    if (!name.is_string()) ax::fail_entry(path + ".parameter_names", "must hold names");
    constraint.coefficients.emplace_back(name.as_string(), sign);
  }
  constraint.bound = sign * ax::need_double(node, "bound", path);
  return constraint;
}

ParameterConstraint constraint_from_ax(const Node& node, const std::string& path) {
  const std::string& type = ax::need_string(node, "__type", path);
  ParameterConstraint constraint;
  if (type == "OrderConstraint") {
    const std::string& lower = ax::need_string(node, "lower_name", path);
    const std::string& upper = ax::need_string(node, "upper_name", path);
    constraint.coefficients = {{lower, 1.0}, {upper, -1.0}};
    constraint.text = fmt::format("{} <= {}", lower, upper);
    return constraint;
  }
  if (type == "SumConstraint") {
    constraint = sum_constraint_from_ax(node, path);
  } else if (type == "ParameterConstraint") {
    const std::string where = path + ".constraint_dict";
    for (const auto& [name, coefficient] : ax::need_object(node, "constraint_dict", path)) {
      if (!coefficient.is_number()) ax::fail_entry(where, "must hold numbers");
      constraint.coefficients.emplace_back(name, coefficient.as_double());
    }
    constraint.bound = ax::need_double(node, "bound", path);
    constraint.text = ax::text(node, "text", path);
    constraint.is_equality = ax::flag(node, "is_equality", path);
  } else {
    ax::fail_entry(path, fmt::format("is a '{}', which is no kind of constraint", type));
  }
  if (constraint.text.empty()) constraint.text = spell_out(constraint);
  return constraint;
}

std::vector<NonlinearConstraint> nonlinear_from_ax(const Node& node, const std::vector<Parameter>& parameters,
                                                   const std::string& path) {
  std::vector<NonlinearConstraint> constraints;
  if (ax::find_entry(node, "nonlinear_constraints") == nullptr) return constraints;
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) names.push_back(name_of(parameter));
  for (const Node& text : ax::need_array(node, "nonlinear_constraints", path)) {
    const std::string where = fmt::format("{}.nonlinear_constraints.{}", path, constraints.size());
    if (!text.is_string()) ax::fail_entry(where, "must be text");
    try {
      constraints.push_back(parse_nonlinear_constraint(text.as_string(), names));
    } catch (const UserInputError& error) {
      ax::fail_entry(where, error.what());
    }
  }
  return constraints;
}

}  // namespace

Node search_space_to_ax(const SearchSpace& space) {
  util::NodeArray parameters;
  for (const Parameter& parameter : space.parameters()) {
    parameters.push_back(std::visit([](const auto& kind) { return parameter_to_ax(kind); }, parameter));
  }
  util::NodeArray constraints;
  for (const ParameterConstraint& constraint : space.constraints()) constraints.push_back(constraint_to_ax(constraint));
  Node result = Node::object({{"__type", space.is_hierarchical() ? "HierarchicalSearchSpace" : "SearchSpace"},
                              {"parameters", Node(std::move(parameters))},
                              {"parameter_constraints", Node(std::move(constraints))}});
  util::NodeArray nonlinear;
  for (const NonlinearConstraint& constraint : space.nonlinear_constraints()) nonlinear.emplace_back(constraint.text);
  // Ax has none; without them the file is as Ax writes it.
  if (!nonlinear.empty()) result.set("nonlinear_constraints", Node(std::move(nonlinear)));
  return result;
}

SearchSpace search_space_from_ax(const Node& node, const std::string& path) {
  std::vector<Parameter> parameters;
  for (const Node& parameter : ax::need_array(node, "parameters", path)) {
    parameters.push_back(parameter_from_ax(parameter, fmt::format("{}.parameters.{}", path, parameters.size())));
  }
  std::vector<ParameterConstraint> constraints;
  if (ax::find_entry(node, "parameter_constraints") != nullptr) {
    for (const Node& constraint : ax::need_array(node, "parameter_constraints", path)) {
      constraints.push_back(
          constraint_from_ax(constraint, fmt::format("{}.parameter_constraints.{}", path, constraints.size())));
    }
  }
  std::vector<NonlinearConstraint> nonlinear = nonlinear_from_ax(node, parameters, path);
  SearchSpace space(std::move(parameters), std::move(constraints), std::move(nonlinear));
  const std::string why = space.is_hierarchical() ? space.why_no_tree() : "";
  if (!why.empty()) ax::fail_entry(path, "has dependents that make no tree: " + why);
  const auto is_task = [](const Parameter& parameter) {
    const auto* choice = std::get_if<ChoiceParameter>(&parameter);
    return choice != nullptr && choice->target_task;
  };
  if (std::count_if(space.parameters().begin(), space.parameters().end(), is_task) > 1) {
    ax::fail_entry(path, "has more than one task parameter");
  }
  return space;
}

}  // namespace boa::core
