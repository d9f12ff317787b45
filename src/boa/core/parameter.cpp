#include "boa/core/parameter.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

std::string why_not_in_range(const RangeParameter& range, const ParameterValue& value) {
  const bool is_number = std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
  if (!is_number) return fmt::format("{} is not a number", to_string(value));
  const double number = as_double(value);
  if (!std::isfinite(number)) return "it is not finite";
  if (range.type == ParameterType::kInt && number != std::round(number)) {
    return fmt::format("{} is not an integer", to_string(value));
  }
  if (number < range.lower || number > range.upper) {
    return fmt::format("{} is outside of {}", to_string(value), bounds_text(range));
  }
  return {};
}

bool same_value(const ParameterValue& a, const ParameterValue& b) {
  if (a == b) return true;
  const bool both_numbers = (std::holds_alternative<std::int64_t>(a) || std::holds_alternative<double>(a)) &&
                            (std::holds_alternative<std::int64_t>(b) || std::holds_alternative<double>(b));
  return both_numbers && as_double(a) == as_double(b);
}

ParameterValue cast_number(ParameterType type, const ParameterValue& value) {
  if (type == ParameterType::kFloat && std::holds_alternative<std::int64_t>(value)) return as_double(value);
  const auto* number = std::get_if<double>(&value);
  constexpr double kLargestExact = 9007199254740992.0;  // 2^53: above, a double is no exact integer any more
  if (type == ParameterType::kInt && number != nullptr && *number == std::round(*number) &&
      std::abs(*number) <= kLargestExact) {
    return static_cast<std::int64_t>(*number);
  }
  return value;
}

}  // namespace

std::string_view to_string(ParameterType type) {
  switch (type) {
    case ParameterType::kBool:
      return "bool";
    case ParameterType::kInt:
      return "int";
    case ParameterType::kFloat:
      return "float";
    case ParameterType::kString:
      return "str";
  }
  return "?";
}

std::string_view ax_name(ParameterType type) {
  switch (type) {
    case ParameterType::kBool:
      return "BOOL";
    case ParameterType::kInt:
      return "INT";
    case ParameterType::kFloat:
      return "FLOAT";
    case ParameterType::kString:
      return "STRING";
  }
  return "?";
}

ParameterType type_of(const ParameterValue& value) { return static_cast<ParameterType>(value.index()); }

util::Node to_node(const ParameterValue& value) {
  return std::visit([](const auto& held) { return util::Node(held); }, value);
}

ParameterValue value_from_node(const util::Node& node) {
  if (node.is_bool()) return node.as_bool();
  if (node.is_int()) return node.as_int();
  if (node.is_float()) return node.as_double();
  if (node.is_string()) return node.as_string();
  throw UserInputError(
      fmt::format("a parameter's value must be a number, text, true or false, not {}", node.describe()));
}

util::Node to_node(const Parameterization& parameters) {
  util::NodeObject entries;
  entries.reserve(parameters.size());
  for (const auto& [name, value] : parameters) entries.emplace_back(name, to_node(value));
  return util::Node(std::move(entries));
}

Parameterization parameterization_from_node(const util::Node& node) {
  if (!node.is_object()) {
    throw UserInputError(
        fmt::format("a point is a mapping from name to value, such as {{\"x1\": 0.5}}, not {}", node.describe()));
  }
  Parameterization parameters;
  parameters.reserve(node.size());
  for (const auto& [name, value] : node.as_object()) parameters.emplace_back(name, value_from_node(value));
  return parameters;
}

std::string to_string(const ParameterValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "True" : "False";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
  if (const auto* number = std::get_if<double>(&value)) return util::python_repr(*number);
  return std::get<std::string>(value);
}

double as_double(const ParameterValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1.0 : 0.0;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  throw UserInputError(fmt::format("the text '{}' is not a number", std::get<std::string>(value)));
}

const ParameterValue* find_value(const Parameterization& parameters, std::string_view name) {
  for (const auto& [known, value] : parameters) {
    if (known == name) return &value;
  }
  return nullptr;
}

std::string bound_text(const RangeParameter& range, double bound) {
  std::string text = util::python_repr(bound);
  if (range.type == ParameterType::kInt && text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string bounds_text(const RangeParameter& range) {
  return fmt::format("[{}, {}]", bound_text(range, range.lower), bound_text(range, range.upper));
}

const std::string& name_of(const Parameter& parameter) {
  return std::visit([](const auto& held) -> const std::string& { return held.name; }, parameter);
}

ParameterType type_of(const Parameter& parameter) {
  return std::visit([](const auto& held) { return held.type; }, parameter);
}

bool is_fixed(const Parameter& parameter) { return std::holds_alternative<FixedParameter>(parameter); }

const Dependents& dependents_of(const Parameter& parameter) {
  static const Dependents kNone;
  if (const auto* choice = std::get_if<ChoiceParameter>(&parameter)) return choice->dependents;
  if (const auto* fixed = std::get_if<FixedParameter>(&parameter)) return fixed->dependents;
  return kNone;
}

bool is_unordered_choice(const Parameter& parameter) {
  const auto* choice = std::get_if<ChoiceParameter>(&parameter);
  return choice != nullptr && !choice->is_ordered;
}

std::string why_not_allowed(const Parameter& parameter, const ParameterValue& value) {
  if (const auto* range = std::get_if<RangeParameter>(&parameter)) return why_not_in_range(*range, value);
  if (const auto* fixed = std::get_if<FixedParameter>(&parameter)) {
    return same_value(fixed->value, value)
               ? ""
               : fmt::format("it is fixed at {}, not {}", to_string(fixed->value), to_string(value));
  }
  const auto& choice = std::get<ChoiceParameter>(parameter);
  const auto is_value = [&](const ParameterValue& known) { return same_value(known, value); };
  if (std::any_of(choice.values.begin(), choice.values.end(), is_value)) return {};
  return fmt::format("{} is not among its {} values", to_string(value), choice.values.size());
}

ParameterValue cast_to(const Parameter& parameter, const ParameterValue& value) {
  return cast_number(type_of(parameter), value);
}

}  // namespace boa::core
