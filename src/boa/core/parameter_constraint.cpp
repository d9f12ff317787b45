#include "boa/core/parameter_constraint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/util/error.hpp"

namespace boa::core {

namespace {

// Rounding in sums of a few dozen terms stays far below this; a real violation is far above.
constexpr double kTolerance = 1e-9;

double number_of(const Parameterization& parameters, const std::string& name) {
  const ParameterValue* value = find_value(parameters, name);
  BOA_CHECK(value != nullptr, name);
  return as_double(*value);
}

std::vector<double> numbers_of(const Parameterization& parameters, const std::vector<std::string>& names) {
  std::vector<double> numbers;
  numbers.reserve(names.size());
  for (const std::string& name : names) numbers.push_back(number_of(parameters, name));
  return numbers;
}

}  // namespace

double ParameterConstraint::evaluate(const Parameterization& parameters) const {
  double sum = 0;
  for (const auto& [name, coefficient] : coefficients) sum += coefficient * number_of(parameters, name);
  return sum;
}

double ParameterConstraint::violation(const Parameterization& parameters) const {
  double size = std::abs(bound);
  double sum = 0;
  for (const auto& [name, coefficient] : coefficients) {
    const double term = coefficient * number_of(parameters, name);
    sum += term;
    size = std::max(size, std::abs(term));
  }
  const double excess = is_equality ? std::abs(sum - bound) : std::max(0.0, sum - bound);
  return excess == 0 ? 0 : excess / std::max(size, std::numeric_limits<double>::min());
}

bool ParameterConstraint::is_satisfied(const Parameterization& parameters) const {
  return violation(parameters) <= kTolerance;
}

double NonlinearConstraint::evaluate(const Parameterization& parameters) const {
  return excess.value(numbers_of(parameters, excess.variables()));
}

double NonlinearConstraint::violation(const Parameterization& parameters) const {
  double size = 0;
  const double value = excess.value(numbers_of(parameters, excess.variables()), &size);
  if (value <= 0) return 0;
  // NaN too ends here.
  if (!std::isfinite(value) || !std::isfinite(size)) return std::numeric_limits<double>::infinity();
  return value / std::max(size, std::numeric_limits<double>::min());
}

bool NonlinearConstraint::is_satisfied(const Parameterization& parameters) const {
  return violation(parameters) <= kTolerance;
}

Expression expression_of(const ParameterConstraint& constraint) {
  using Op = Expression::Op;
  std::vector<Expression::Node> nodes{{.op = Op::kConstant, .constant = -constraint.bound}};
  std::vector<std::string> names;
  for (const auto& [name, coefficient] : constraint.coefficients) {
    const std::size_t sum = nodes.size() - 1;
    nodes.push_back({.op = Op::kConstant, .constant = coefficient});
    nodes.push_back({.op = Op::kVariable, .variable = names.size()});
    nodes.push_back({.op = Op::kMultiply, .left = sum + 1, .right = sum + 2});
    nodes.push_back({.op = Op::kAdd, .left = sum, .right = sum + 3});
    names.push_back(name);
  }
  return {std::move(nodes), std::move(names)};
}

NonlinearConstraint nonlinear_constraint(const Relation& relation, const std::string& text) {
  if (relation.op == Comparison::kEqual) {
    throw UserInputError(fmt::format("'{}' is an equality that is not linear", text),
                         "Equalities must be linear, such as 'x1 + x2 == 1'; other relations have <= or >=.");
  }
  return {relation.op == Comparison::kGreaterEqual ? relation.difference.negated() : relation.difference, text};
}

NonlinearConstraint parse_nonlinear_constraint(const std::string& text, const std::vector<std::string>& names) {
  return nonlinear_constraint(parse_relation(text, names), text);
}

bool operator==(const ParameterConstraint& a, const ParameterConstraint& b) {
  return a.coefficients == b.coefficients && a.bound == b.bound && a.is_equality == b.is_equality;
}

bool operator==(const NonlinearConstraint& a, const NonlinearConstraint& b) { return a.text == b.text; }

}  // namespace boa::core
