#include <fmt/core.h>

#include <algorithm>
#include <cmath>
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

constexpr std::string_view kNonlinearKey = "nonlinear_constraints";

/// Turns one relation into a constraint on parameters that are tuned.
class ConstraintReader {
 public:
  ConstraintReader(const Node& node, const std::string& key, std::string path,
                   const std::vector<core::Parameter>& parameters, ConstraintLists& lists, ConfigContext& context)
      : node_(node),
        may_be_nonlinear_(key == kNonlinearKey),
        path_(std::move(path)),
        parameters_(parameters),
        lists_(lists),
        context_(context) {}

  void read() {
    std::vector<std::string> names;
    for (const core::Parameter& parameter : parameters_) names.push_back(core::name_of(parameter));
    const std::string& text = node_.as_string();
    try {
      const core::Relation relation = core::parse_relation(text, names);
      if (!check_parameters(relation.difference.variables())) return;
      if (may_be_nonlinear_ && !relation.difference.affine()) {
        add_nonlinear(core::nonlinear_constraint(relation, text));
      } else {
        add_linear(core::linear_relation(relation, text));
      }
    } catch (const UserInputError& error) {
      context_.problems.add(node_, path_, error.what(), error.hint());
    }
  }

 private:
  void refuse(const std::string& message) {
    context_.problems.add(node_, path_, fmt::format("in '{}': {}", node_.as_string(), message));
  }

  const core::Parameter& find(const std::string& name) const {
    return *std::find_if(parameters_.begin(), parameters_.end(),
                         [&](const core::Parameter& p) { return core::name_of(p) == name; });
  }

  bool check_parameters(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const core::ParameterType type = core::type_of(find(name));
      const bool is_text = type == core::ParameterType::kString;
      if (!is_text && type != core::ParameterType::kBool) continue;
      refuse(fmt::format("the parameter '{}' is {}, not a number", name, is_text ? "text" : "true or false"));
      return false;
    }
    return true;
  }

  void add_linear(const LinearRelation& relation) {
    if (!relation.repeated.empty() && !may_be_nonlinear_) {
      context_.warn(
          node_, path_,
          fmt::format("'{}' occurs more than once in '{}': the coefficients are summed (BOA took the last one)",
                      util::join(relation.repeated, "', '"), node_.as_string()));
    }
    const double sign = relation.op == LinearRelation::Op::kGreaterEqual ? -1 : 1;
    core::ParameterConstraint constraint{{}, sign * relation.bound, node_.as_string()};
    constraint.is_equality = relation.op == LinearRelation::Op::kEqual;
    for (const auto& [name, coefficient] : relation.coefficients) {
      if (const auto* fixed = std::get_if<core::FixedParameter>(&find(name))) {
        constraint.bound -= sign * coefficient * core::as_double(fixed->value);
      } else {
        constraint.coefficients.emplace_back(name, sign * coefficient);
      }
    }
    if (constraint.coefficients.empty()) {
      check_constant(constraint.is_equality ? std::abs(constraint.bound) : -constraint.bound);
    } else {
      lists_.linear.push_back(std::move(constraint));
    }
  }

  void add_nonlinear(core::NonlinearConstraint constraint) {
    core::Parameterization fixed_values;
    for (const std::string& name : constraint.excess.variables()) {
      if (const auto* fixed = std::get_if<core::FixedParameter>(&find(name))) {
        fixed_values.emplace_back(name, fixed->value);
      }
    }
    if (fixed_values.size() == constraint.excess.variables().size()) {
      check_constant(constraint.violation(fixed_values));
    } else {
      lists_.nonlinear.push_back(std::move(constraint));
    }
  }

  /// Only fixed parameters: it holds always, or never.
  void check_constant(double excess) {
    if (!(excess <= kFoldTolerance)) {
      refuse("all its parameters are fixed, and their values do not meet it");
    } else {
      context_.warn(node_, path_, fmt::format("'{}' has no effect: all its parameters are fixed", node_.as_string()));
    }
  }

  const Node& node_;
  bool may_be_nonlinear_;
  std::string path_;
  const std::vector<core::Parameter>& parameters_;
  ConstraintLists& lists_;
  ConfigContext& context_;
};

}  // namespace

void read_constraints(const Node& node, const std::string& key, const std::vector<core::Parameter>& parameters,
                      ConstraintLists& lists, ConfigContext& context) {
  const bool nonlinear = key == kNonlinearKey;
  if (!node.is_array()) {
    context.problems.add(
        node, key, fmt::format("expected a list of texts, found {}", node.describe()),
        fmt::format("Write each constraint as an item, e.g. - {}", nonlinear ? "x1**2 + x2 <= 1" : "x1 + x2 <= 3"));
    return;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string path = fmt::format("{}[{}]", key, i);
    if (node.at(i).is_string()) {
      ConstraintReader(node.at(i), key, path, parameters, lists, context).read();
    } else {
      context.problems.add(node.at(i), path,
                           fmt::format("expected text such as '{}', found {}", nonlinear ? "x1*x2 <= 1" : "x1 <= x2",
                                       node.at(i).describe()));
    }
  }
}

}  // namespace boa::app
