#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "boa/util/node.hpp"

namespace boa::core {

/// One value of a parameter. Integers and floats stay apart, as in Python.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// Values by parameter name, in an order that carries meaning (scripts read them by position).
using Parameterization = std::vector<std::pair<std::string, ParameterValue>>;

enum class ParameterType { kBool, kInt, kFloat, kString };

/// The config's spelling: `bool`, `int`, `float`, `str`.
std::string_view to_string(ParameterType type);
/// Ax's spelling: `BOOL`, `INT`, `FLOAT`, `STRING`.
std::string_view ax_name(ParameterType type);
ParameterType type_of(const ParameterValue& value);

util::Node to_node(const ParameterValue& value);
/// A scalar that is not null; anything else throws UserInputError.
ParameterValue value_from_node(const util::Node& node);
util::Node to_node(const Parameterization& parameters);
Parameterization parameterization_from_node(const util::Node& node);
/// As Python prints it: `1.0`, `True`, `abc`.
std::string to_string(const ParameterValue& value);
/// The number behind a bool, an integer or a float; UserInputError for text.
double as_double(const ParameterValue& value);
/// The value under `name`, or null.
const ParameterValue* find_value(const Parameterization& parameters, std::string_view name);

/// Continuous or integer interval, bounds inclusive, lower < upper.
struct RangeParameter {
  std::string name;
  ParameterType type = ParameterType::kFloat;  ///< kInt or kFloat
  double lower = 0;
  double upper = 1;
  bool log_scale = false;     ///< searched and modelled in log10; lower > 0
  std::optional<int> digits;  ///< floats are rounded to so many decimals
  /// Of a fidelity parameter (how faithful, and how dear, an evaluation is): the value at which the objective counts.
  std::optional<double> fidelity_target = std::nullopt;
};

/// Names of the parameters that exist only for a value of this one, by that value (Ax's hierarchical search space).
using Dependents = std::vector<std::pair<ParameterValue, std::vector<std::string>>>;

/// Two or more listed values. Numeric values are sorted.
struct ChoiceParameter {
  std::string name;
  ParameterType type = ParameterType::kString;
  std::vector<ParameterValue> values;
  bool is_ordered = false;
  Dependents dependents = {};
  /// Of a task parameter (which of several related problems a trial belongs to): the task that is optimized.
  std::optional<ParameterValue> target_task = std::nullopt;
};

struct FixedParameter {
  std::string name;
  ParameterType type = ParameterType::kFloat;
  ParameterValue value;
  Dependents dependents = {};
};

/// A bound as its parameter prints it, `8` or `8.0`, and both: `[1, 8]`.
std::string bound_text(const RangeParameter& range, double bound);
std::string bounds_text(const RangeParameter& range);

using Parameter = std::variant<RangeParameter, ChoiceParameter, FixedParameter>;

const std::string& name_of(const Parameter& parameter);
ParameterType type_of(const Parameter& parameter);
bool is_fixed(const Parameter& parameter);
/// Empty for a range.
const Dependents& dependents_of(const Parameter& parameter);
/// A choice without order: the only kind that the model sees as categories.
bool is_unordered_choice(const Parameter& parameter);
/// Whether the parameter may take this value; if not, why (empty: it may).
std::string why_not_allowed(const Parameter& parameter, const ParameterValue& value);
/// The value cast to the parameter's type where nothing is lost (2.0 for an int, 3 for a float), else as it is.
ParameterValue cast_to(const Parameter& parameter, const ParameterValue& value);

}  // namespace boa::core
