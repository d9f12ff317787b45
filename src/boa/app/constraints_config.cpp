#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/core/linear_expression.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::LinearRelation;
using util::Node;

constexpr double kFoldTolerance = 1e-9;

/// Turns one relation into a constraint on range parameters: fixed ones move into the bound.
class ConstraintReader {
 public:
  ConstraintReader(const Node& node, std::string path, const std::vector<core::Parameter>& parameters,
                   const std::vector<std::string>& names, ConfigContext& context)
      : node_(node), path_(std::move(path)), parameters_(parameters), names_(names), context_(context) {}

  /// False if there is nothing left to constrain, or a problem was reported.
  bool read(core::ParameterConstraint& constraint) {
    LinearRelation relation;
    try {
      relation = core::parse_linear_relation(node_.as_string(), names_);
    } catch (const UserInputError& error) {
      context_.problems.add(node_, path_, error.what(), error.hint());
      return false;
    }
    if (relation.op == LinearRelation::Op::kEqual) {
      context_.problems.add_unsupported(node_, path_, fmt::format("an equality constraint ('{}')", node_.as_string()));
      return false;
    }
    if (!relation.repeated.empty()) {
      context_.warn(
          node_, path_,
          fmt::format("'{}' occurs more than once in '{}': the coefficients are summed (BOA took the last one)",
                      util::join(relation.repeated, "', '"), node_.as_string()));
    }
    const double sign = relation.op == LinearRelation::Op::kGreaterEqual ? -1 : 1;
    constraint.text = node_.as_string();
    constraint.bound = sign * relation.bound;
    for (const auto& [name, coefficient] : relation.coefficients) {
      if (!add_term(name, sign * coefficient, constraint)) return false;
    }
    return !constraint.coefficients.empty() || check_constant(constraint);
  }

 private:
  bool refuse(const std::string& message) {
    context_.problems.add(node_, path_, fmt::format("in '{}': {}", node_.as_string(), message));
    return false;
  }

  bool add_term(const std::string& name, double coefficient, core::ParameterConstraint& constraint) {
    const auto it = std::find_if(parameters_.begin(), parameters_.end(),
                                 [&, &wanted = name](const core::Parameter& p) { return core::name_of(p) == wanted; });
    const bool is_text = core::type_of(*it) == core::ParameterType::kString;
    if (is_text || core::type_of(*it) == core::ParameterType::kBool) {
      return refuse(fmt::format("the parameter '{}' is {}, not a number", name, is_text ? "text" : "true or false"));
    }
    if (const auto* fixed = std::get_if<core::FixedParameter>(&*it)) {
      constraint.bound -= coefficient * core::as_double(fixed->value);
      return true;
    }
    if (const auto* range = std::get_if<core::RangeParameter>(&*it); range != nullptr && !range->log_scale) {
      constraint.coefficients.emplace_back(name, coefficient);
      return true;
    }
    const bool is_range = std::holds_alternative<core::RangeParameter>(*it);
    context_.problems.add_unsupported(node_, path_,
                                      fmt::format("a constraint on the {} parameter '{}' (in '{}')",
                                                  is_range ? "log-scaled" : "choice", name, node_.as_string()));
    return false;
  }

  /// Only fixed parameters: it holds always, or never.
  bool check_constant(const core::ParameterConstraint& constraint) {
    if (constraint.bound < -kFoldTolerance) {
      return refuse("all its parameters are fixed, and their values do not meet it");
    }
    context_.warn(node_, path_, fmt::format("'{}' has no effect: all its parameters are fixed", node_.as_string()));
    return false;
  }

  const Node& node_;
  std::string path_;
  const std::vector<core::Parameter>& parameters_;
  const std::vector<std::string>& names_;
  ConfigContext& context_;
};

}  // namespace

std::vector<core::ParameterConstraint> read_parameter_constraints(const Node& node,
                                                                  const std::vector<core::Parameter>& parameters,
                                                                  ConfigContext& context) {
  const std::string path = "parameter_constraints";
  std::vector<core::ParameterConstraint> constraints;
  if (!node.is_array()) {
    context.problems.add(node, path, fmt::format("expected a list of texts, found {}", node.describe()),
                         "Write each constraint as an item, e.g. - x1 + x2 <= 3");
    return constraints;
  }
  std::vector<std::string> names;
  for (const core::Parameter& parameter : parameters) names.push_back(core::name_of(parameter));
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string item_path = fmt::format("{}[{}]", path, i);
    if (!node.at(i).is_string()) {
      context.problems.add(node.at(i), item_path,
                           fmt::format("expected text such as 'x1 <= x2', found {}", node.at(i).describe()));
      continue;
    }
    core::ParameterConstraint constraint;
    if (ConstraintReader(node.at(i), item_path, parameters, names, context).read(constraint)) {
      constraints.push_back(std::move(constraint));
    }
  }
  return constraints;
}

}  // namespace boa::app
