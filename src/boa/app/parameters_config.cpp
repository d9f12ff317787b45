#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "boa/app/config_sections.hpp"
#include "boa/app/parameter_fields.hpp"
#include "boa/core/parameter.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::app {

namespace {

using core::ParameterType;
using core::ParameterValue;
using util::Node;

/// Ax's limits on a range and on the values of a choice.
constexpr double kLeastWidth = 1.5e-5;
constexpr std::size_t kMostValues = 1000;
/// Of the decimal logarithm of a range. It is rounded to 1e-15 or so (6e-14 at 1e-308), which leaves thousands of steps
/// in this width, and over less the logarithm is straight to a billionth: nothing is lost without it.
constexpr double kLeastLogWidth = 1e-9;
/// Whole numbers beyond this are not exact as floats.
constexpr double kLargestWhole = 9007199254740992.0;

std::optional<ParameterType> type_from_name(const std::string& name) {
  for (const ParameterType type :
       {ParameterType::kBool, ParameterType::kInt, ParameterType::kFloat, ParameterType::kString}) {
    if (core::to_string(type) == name) return type;
  }
  return std::nullopt;
}

bool is_whole(double value) { return std::abs(value) <= kLargestWhole && value == std::floor(value); }

/// The value as the type, as Python's own constructors would make it, but only where nothing is lost.
std::optional<ParameterValue> cast_value(const ParameterValue& value, ParameterType type) {
  if (core::type_of(value) == type) return value;
  if (type == ParameterType::kString) return ParameterValue(core::to_string(value));
  if (const auto* text = std::get_if<std::string>(&value)) {
    const Node number = util::yaml_scalar(*text);
    if (type == ParameterType::kBool || !number.is_number()) return std::nullopt;
    return cast_value(core::value_from_node(number), type);
  }
  const double number = core::as_double(value);
  if (type == ParameterType::kFloat) return ParameterValue(number);
  if (!is_whole(number)) return std::nullopt;
  if (type == ParameterType::kInt) return ParameterValue(static_cast<std::int64_t>(number));
  if (number != 0 && number != 1) return std::nullopt;
  return ParameterValue(number == 1);
}

/// Reads one parameter; reports what is wrong with it.
class ParameterReader {
 public:
  ParameterReader(std::string name, const Node& node, std::string path, bool in_mapping, ConfigContext& context)
      : name_(std::move(name)), node_(node), path_(std::move(path)), in_mapping_(in_mapping), context_(context) {}

  std::optional<core::Parameter> read() {
    if (!node_.is_object()) return bare_value();
    if (const Node* wrong = node_.find("parameter_type")) {
      wrong_key(*wrong, "parameter_type",
                "the key is called 'type' (range, choice, fixed), or 'value_type' (int, float, bool, str)");
      return std::nullopt;
    }
    const std::size_t before = context_.problems.list().size();
    util::read_fields(node_, fields_, path_, context_.problems);
    refuse_unbuilt();
    if (context_.problems.list().size() != before) return std::nullopt;
    if (!fields_.type) {
      context_.problems.add(node_, path_, "'type' is missing", "Allowed: range, choice, fixed" + guess_of_type());
      return std::nullopt;
    }
    if (fields_.value_type) {
      type_ = type_from_name(*fields_.value_type);
      if (!type_)
        return wrong("value_type", fmt::format("expected int, float, bool or str, found '{}'", *fields_.value_type));
    }
    warn_unused();
    if (fields_.is_task && *fields_.type != ParameterKind::kChoice) {
      return wrong("is_task",
                   fmt::format("a task parameter is a choice, whose values are the tasks, not a {} parameter",
                               name_of_kind(*fields_.type)));
    }
    switch (*fields_.type) {
      case ParameterKind::kRange:
        return range();
      case ParameterKind::kChoice:
        return choice();
      case ParameterKind::kFixed:
        return fixed();
    }
    return std::nullopt;
  }

 private:
  std::nullopt_t wrong(std::string_view key, const std::string& message, const std::string& hint = {}) {
    const Node* value = node_.find(key);
    context_.problems.add(value == nullptr ? node_ : *value, util::join_key(path_, key), message, hint);
    return std::nullopt;
  }

  void wrong_key(const Node& value, std::string_view key, const std::string& message) {
    context_.problems.add_at_key(value, util::join_key(path_, key), message);
  }

  void warn(std::string_view key, const std::string& message) {
    const Node* value = node_.find(key);
    context_.warn(value == nullptr ? node_ : *value, util::join_key(path_, key), message);
  }

  std::string guess_of_type() const {
    if (!fields_.bounds.is_null()) return "; with bounds it is 'type: range'";
    if (!fields_.values.is_null()) return "; with values it is 'type: choice'";
    if (!fields_.value.is_null()) return "; with a value it is 'type: fixed'";
    return "";
  }

  std::optional<core::Parameter> bare_value() {
    if (!in_mapping_ || node_.is_array() || node_.is_null()) {
      context_.problems.add(node_, path_,
                            fmt::format("expected a mapping with 'type', or a fixed value, found {}", node_.describe()),
                            node_.is_array() ? "A range is written {type: range, bounds: [LOWER, UPPER]}." : "");
      return std::nullopt;
    }
    const auto value = scalar(node_, path_);
    if (!value) return std::nullopt;
    return core::FixedParameter{name_, core::type_of(*value), *value};
  }

  void refuse_unbuilt() {
    const auto refuse = [&](std::string_view key, const std::string& what) {
      context_.problems.add_unsupported(node_.at(key), util::join_key(path_, key), what);
    };
    if (fields_.is_fidelity && fields_.type && *fields_.type != ParameterKind::kRange) {
      refuse("is_fidelity", "a fidelity parameter that is not a range");
    }
  }

  /// Options of another kind of parameter have no effect. In the mapping form `value` and `bounds` may stay when only
  /// the type is switched.
  void warn_unused() {
    const ParameterKind kind = *fields_.type;
    const auto unused = [&](std::string_view key, bool given, bool fits) {
      if (given && !fits) warn(key, fmt::format("has no effect on a {} parameter", name_of_kind(kind)));
    };
    unused("bounds", !fields_.bounds.is_null(), kind == ParameterKind::kRange || in_mapping_);
    unused("value", !fields_.value.is_null(), kind == ParameterKind::kFixed || in_mapping_);
    unused("values", !fields_.values.is_null(), kind == ParameterKind::kChoice);
    unused("log_scale", fields_.log_scale.value_or(false), kind == ParameterKind::kRange);
    unused("digits", fields_.digits.has_value(), kind == ParameterKind::kRange);
    unused("is_ordered", fields_.is_ordered.has_value(), kind == ParameterKind::kChoice);
    unused("dependents", !fields_.dependents.is_null(), kind != ParameterKind::kRange);
    unused("target_value", !fields_.target_value.is_null(),
           kind == ParameterKind::kRange ? fields_.is_fidelity : kind == ParameterKind::kChoice && fields_.is_task);
    if (fields_.name && in_mapping_ && *fields_.name != name_) {
      warn("name", fmt::format("is ignored: the parameter is called '{}' after its key", name_));
    }
  }

  static std::string_view name_of_kind(ParameterKind kind) {
    for (const auto& [name, value] : field_names(kind)) {
      if (value == kind) return name;
    }
    return "";
  }

  /// A value that a parameter can have, or nothing (reported).
  std::optional<ParameterValue> scalar(const Node& node, const std::string& path) {
    if (node.is_unquoted_date()) {
      context_.problems.add(node, path,
                            fmt::format("'{}' is a date in YAML, which is no parameter value", node.as_string()),
                            fmt::format("Put it in quotes: \"{}\"", node.as_string()));
      return std::nullopt;
    }
    if (node.is_null() || node.is_array() || node.is_object()) {
      context_.problems.add(node, path,
                            fmt::format("expected a number, text, true or false, found {}", node.describe()));
      return std::nullopt;
    }
    return core::value_from_node(node);
  }

  std::optional<core::Parameter> range() {
    const Node& bounds = fields_.bounds;
    if (bounds.is_null())
      return wrong("bounds", "'bounds' is missing", "A range is written {type: range, bounds: [LOWER, UPPER]}.");
    if (!bounds.is_array() || bounds.size() != 2 || !bounds.at(0).is_number() || !bounds.at(1).is_number()) {
      return wrong("bounds", fmt::format("expected two numbers [LOWER, UPPER], found {}", describe_bounds(bounds)));
    }
    if (type_ && *type_ != ParameterType::kInt && *type_ != ParameterType::kFloat) {
      return wrong("value_type", fmt::format("a range is int or float, found '{}'", *fields_.value_type));
    }
    core::RangeParameter range;
    range.name = name_;
    range.lower = bounds.at(0).as_double();
    range.upper = bounds.at(1).as_double();
    const bool whole_bounds = bounds.at(0).is_int() && bounds.at(1).is_int();
    range.type = type_.value_or(whole_bounds ? ParameterType::kInt : ParameterType::kFloat);
    range.log_scale = fields_.log_scale.value_or(false);
    if (!check_bounds(range) || !check_log_scale(range)) return std::nullopt;
    if (!type_ && whole_bounds) {
      warn("bounds",
           fmt::format("both bounds are whole numbers, so '{}' takes whole numbers only; write {} or "
                       "'value_type: float' if it should not",
                       name_, fmt::format("[{}, {}]", util::python_repr(range.lower), util::python_repr(range.upper))));
    }
    if (fields_.digits && range.type == ParameterType::kInt) {
      warn("digits", "has no effect on whole numbers");
    } else {
      range.digits = fields_.digits;
    }
    if (!check_digits(range)) return std::nullopt;
    if (fields_.is_fidelity && !read_target(range)) return std::nullopt;
    return range;
  }

  bool read_target(core::RangeParameter& range) {
    const Node& target = fields_.target_value;
    if (!target.is_number()) {
      wrong(target.is_null() ? "is_fidelity" : "target_value",
            target.is_null() ? "a fidelity parameter needs 'target_value', the value at which the objective counts"
                             : fmt::format("expected a number, found {}", target.describe()));
      return false;
    }
    const std::string why = core::why_not_allowed(range, core::value_from_node(target));
    if (!why.empty()) {
      wrong("target_value", why);
      return false;
    }
    range.fidelity_target = target.as_double();
    return true;
  }

  static std::string describe_bounds(const Node& bounds) {
    if (!bounds.is_array()) return bounds.describe();
    std::string text;
    for (const Node& bound : bounds.as_array()) text += (text.empty() ? "" : " and ") + bound.describe();
    return text.empty() ? "an empty list" : util::abbreviate(text, 200);
  }

  bool check_bounds(const core::RangeParameter& range) {
    const std::string shown = core::bounds_text(range);
    std::string problem;
    std::string hint;
    if (!std::isfinite(range.lower) || !std::isfinite(range.upper)) {
      problem = fmt::format("the bounds {} must be finite", shown);
    } else if (std::isinf(range.upper - range.lower)) {
      problem = fmt::format("the bounds {} are too far apart: their difference must be finite too", shown);
      hint = "Use other units.";
    } else if (range.lower >= range.upper) {
      problem = fmt::format("the lower bound {} is not below the upper bound {}", core::bound_text(range, range.lower),
                            core::bound_text(range, range.upper));
      hint = range.lower > range.upper ? "Are they reversed?" : "For a single value write 'type: fixed' with 'value'.";
    } else if (range.upper - range.lower < kLeastWidth) {
      problem = fmt::format("the range {} is narrower than {}", shown, util::python_repr(kLeastWidth));
      hint = "Use other units.";
    } else if (range.type == ParameterType::kInt && (!is_whole(range.lower) || !is_whole(range.upper))) {
      problem = fmt::format("the bounds {} of an int parameter must be whole numbers from {} to {}", shown,
                            -static_cast<std::int64_t>(kLargestWhole), static_cast<std::int64_t>(kLargestWhole));
    }
    if (!problem.empty()) wrong("bounds", problem, hint);
    return problem.empty();
  }

  bool check_log_scale(const core::RangeParameter& range) {
    if (!range.log_scale) return true;
    if (range.lower <= 0) {
      wrong(
          "bounds",
          fmt::format("with log_scale the lower bound must be above 0, found {}", core::bound_text(range, range.lower)),
          "The search runs in the logarithm, which 0 does not have. Take the smallest value that still matters, e.g. "
          "1.0e-6, or leave log_scale out.");
      return false;
    }
    const double width = std::log10(range.upper) - std::log10(range.lower);
    if (width >= kLeastLogWidth) return true;
    wrong("bounds",
          fmt::format("with log_scale the bounds {} are too close: their logarithms differ by {}, less than {}",
                      core::bounds_text(range), util::python_repr(width), util::python_repr(kLeastLogWidth)),
          "Leave log_scale out: over so narrow a range it makes no difference.");
    return false;
  }

  bool check_digits(const core::RangeParameter& range) {
    if (!range.digits) return true;
    const double scale = std::pow(10.0, *range.digits);
    if (std::ceil(range.lower * scale - 1e-9) <= std::floor(range.upper * scale + 1e-9)) return true;
    wrong("digits", fmt::format("no number with {} decimals lies within the bounds", *range.digits));
    return false;
  }

  std::optional<core::Parameter> choice() {
    if (!fields_.values.is_array()) {
      return wrong("values", fields_.values.is_null()
                                 ? std::string("'values' is missing")
                                 : fmt::format("expected a list, found {}", fields_.values.describe()));
    }
    const auto values = choice_values();
    if (!values) return std::nullopt;
    core::ChoiceParameter choice;
    choice.name = name_;
    choice.values = *values;
    choice.type = core::type_of(choice.values.front());
    if (choice.values.size() == 1 && fields_.is_task) {
      return wrong("values", "a task parameter needs two values or more, one for each task");
    }
    if (choice.values.size() == 1) {
      warn("values", "there is only one value: the parameter is fixed");
      return core::FixedParameter{name_, choice.type, choice.values.front(), dependents(choice.values)};
    }
    choice.dependents = dependents(choice.values);
    choice.is_ordered = fields_.is_ordered.value_or(choice.type != ParameterType::kString);
    if (choice.type != ParameterType::kString) {
      std::stable_sort(
          choice.values.begin(), choice.values.end(),
          [](const ParameterValue& a, const ParameterValue& b) { return core::as_double(a) < core::as_double(b); });
    }
    if (fields_.is_task && !read_target(choice)) return std::nullopt;
    return choice;
  }

  bool read_target(core::ChoiceParameter& choice) {
    const Node& target = fields_.target_value;
    if (target.is_null()) {
      wrong("is_task", "a task parameter needs 'target_value', the task that is optimized",
            fmt::format("One of its values: {}", list_of(choice.values)));
      return false;
    }
    const auto value = scalar(target, util::join_key(path_, "target_value"));
    if (!value) return false;
    const auto cast = cast_value(*value, choice.type);
    if (!cast || std::find(choice.values.begin(), choice.values.end(), *cast) == choice.values.end()) {
      wrong("target_value", fmt::format("'{}' is no value of '{}'", core::to_string(*value), name_),
            fmt::format("Its values: {}", list_of(choice.values)));
      return false;
    }
    choice.target_task = *cast;
    return true;
  }

  static std::string list_of(const std::vector<ParameterValue>& values) {
    std::vector<std::string> texts;
    for (const ParameterValue& value : values) texts.push_back(core::to_string(value));
    return util::abbreviate(util::join(texts, ", "), 200);
  }

  std::optional<std::vector<ParameterValue>> choice_values() {
    const auto& items = fields_.values.as_array();
    const std::string path = util::join_key(path_, "values");
    if (items.empty()) return wrong("values", "the list of values is empty");
    if (items.size() > kMostValues) {
      return wrong("values", fmt::format("at most {} values are allowed, found {}", kMostValues, items.size()));
    }
    std::vector<ParameterValue> values;
    for (const Node& item : items) {
      const auto value = scalar(item, path);
      if (!value) return std::nullopt;
      if (item.is_float() && !std::isfinite(item.as_double())) return wrong("values", "values must be finite numbers");
      values.push_back(*value);
    }
    if (!unify(values)) return std::nullopt;
    std::vector<ParameterValue> distinct;
    for (const ParameterValue& value : values) {
      if (std::find(distinct.begin(), distinct.end(), value) == distinct.end()) distinct.push_back(value);
    }
    if (distinct.size() != values.size()) warn("values", "repeated values are taken once");
    return distinct;
  }

  /// Casts all values to one type.
  bool unify(std::vector<ParameterValue>& values) {
    ParameterType target = type_.value_or(core::type_of(values.front()));
    const auto is_number = [](const ParameterValue& value) {
      return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
    };
    const bool all_same = std::all_of(values.begin(), values.end(),
                                      [&](const ParameterValue& value) { return core::type_of(value) == target; });
    if (!type_ && !all_same) {
      if (!std::all_of(values.begin(), values.end(), is_number)) {
        const auto odd = std::find_if(values.begin(), values.end(),
                                      [&](const ParameterValue& v) { return core::type_of(v) != target; });
        wrong("values",
              fmt::format("the values have different types: '{}' is of type {}, '{}' of type {}",
                          core::to_string(values.front()), core::to_string(target), core::to_string(*odd),
                          core::to_string(core::type_of(*odd))),
              "Give 'value_type: str' (or int, float, bool) to cast them.");
        return false;
      }
      target = ParameterType::kFloat;
    }
    for (ParameterValue& value : values) {
      const auto cast = cast_value(value, target);
      if (!cast) {
        wrong("values", fmt::format("'{}' is no value of type {}", core::to_string(value), core::to_string(target)));
        return false;
      }
      value = *cast;
    }
    return true;
  }

  std::optional<core::Parameter> fixed() {
    if (!node_.contains("value")) return wrong("value", "'value' is missing");
    const auto value = scalar(node_.at("value"), util::join_key(path_, "value"));
    if (!value) return std::nullopt;
    const auto cast = cast_value(*value, type_.value_or(core::type_of(*value)));
    if (!cast)
      return wrong("value", fmt::format("'{}' is no value of type {}", core::to_string(*value), *fields_.value_type));
    return core::FixedParameter{name_, core::type_of(*cast), *cast, dependents({*cast})};
  }

  /// What stands under `dependents`; wrong entries are reported.
  core::Dependents dependents(const std::vector<ParameterValue>& values) {
    core::Dependents result;
    const Node& node = fields_.dependents;
    if (node.is_null()) return result;
    if (!node.is_object()) {
      wrong("dependents", fmt::format("expected a mapping {{VALUE: [NAMES]}}, found {}", node.describe()));
      return result;
    }
    for (const auto& [key, names] : node.as_object()) {
      const Node read = util::yaml_scalar(key);
      const auto value = std::find_if(values.begin(), values.end(), [&, &text = key](const ParameterValue& v) {
        if (core::to_string(v) == text) return true;
        const auto cast = read.is_null() ? std::nullopt : cast_value(core::value_from_node(read), core::type_of(v));
        return cast && *cast == v;
      });
      if (value == values.end()) {
        context_.problems.add_at_key(names, util::join_key(path_, "dependents"),
                                     fmt::format("'{}' is no value of '{}'", key, name_),
                                     fmt::format("Its values: {}", list_of(values)));
        continue;
      }
      const bool is_list = names.is_array() && std::all_of(names.as_array().begin(), names.as_array().end(),
                                                           [](const Node& name) { return name.is_string(); });
      if (!is_list) {
        wrong("dependents", fmt::format("under '{}': expected a list of names, found {}", key, names.describe()));
        continue;
      }
      result.emplace_back(*value, std::vector<std::string>());
      for (const Node& name : names.as_array()) result.back().second.push_back(name.as_string());
    }
    return result;
  }

  std::string name_;
  const Node& node_;
  std::string path_;
  bool in_mapping_;
  ConfigContext& context_;
  ParameterFields fields_;
  std::optional<ParameterType> type_;
};

}  // namespace

std::optional<core::Parameter> read_parameter(const std::string& name, const Node& node, const std::string& path,
                                              bool in_mapping, ConfigContext& context) {
  return ParameterReader(name, node, path, in_mapping, context).read();
}

}  // namespace boa::app
