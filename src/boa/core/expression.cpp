#include "boa/core/expression.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/util/error.hpp"

namespace boa::core {

namespace {

using Op = Expression::Op;

constexpr double kLn10 = 2.302585092994045684;

bool has_right(Op op) { return op >= Op::kAdd; }
bool is_leaf(Op op) { return op == Op::kConstant || op == Op::kVariable; }

double apply(Op op, double a, double b) {
  switch (op) {
    case Op::kNegate:
      return -a;
    case Op::kAbs:
      return std::abs(a);
    case Op::kSqrt:
      return std::sqrt(a);
    case Op::kExp:
      return std::exp(a);
    case Op::kLog:
      return std::log(a);
    case Op::kLog10:
      return std::log10(a);
    case Op::kSin:
      return std::sin(a);
    case Op::kCos:
      return std::cos(a);
    case Op::kTan:
      return std::tan(a);
    case Op::kAdd:
      return a + b;
    case Op::kSubtract:
      return a - b;
    case Op::kMultiply:
      return a * b;
    case Op::kDivide:
      return a / b;
    case Op::kPower:
      return std::pow(a, b);
    // NaN on either side stays NaN: what is not defined is not met.
    case Op::kMin:
      return std::isnan(a) || a < b ? a : b;
    case Op::kMax:
      return std::isnan(a) || a > b ? a : b;
    case Op::kConstant:
    case Op::kVariable:
      break;
  }
  BOA_CHECK(false, static_cast<int>(op));
  return 0;
}

/// Derivatives by both operands, at operands a and b with the result c.
std::pair<double, double> slopes(Op op, double a, double b, double c) {
  switch (op) {
    case Op::kNegate:
      return {-1, 0};
    case Op::kAbs:
      return {a < 0 ? -1 : 1, 0};
    case Op::kSqrt:
      return {0.5 / c, 0};
    case Op::kExp:
      return {c, 0};
    case Op::kLog:
      return {1 / a, 0};
    case Op::kLog10:
      return {1 / (a * kLn10), 0};
    case Op::kSin:
      return {std::cos(a), 0};
    case Op::kCos:
      return {-std::sin(a), 0};
    case Op::kTan:
      return {1 + c * c, 0};
    case Op::kAdd:
      return {1, 1};
    case Op::kSubtract:
      return {1, -1};
    case Op::kMultiply:
      return {b, a};
    case Op::kDivide:
      return {1 / b, -c / b};
    case Op::kPower:
      return {b == 0 ? 0 : b * std::pow(a, b - 1), a == 0 && b > 0 ? 0 : c * std::log(a)};
    case Op::kMin:
      return {a < b ? 1 : 0, a < b ? 0 : 1};
    case Op::kMax:
      return {a > b ? 1 : 0, a > b ? 0 : 1};
    case Op::kConstant:
    case Op::kVariable:
      break;
  }
  return {0, 0};
}

void add_scaled(AffineForm& sum, const AffineForm& other, double factor) {
  for (const auto& [variable, coefficient] : other.coefficients) {
    const auto it = std::find_if(sum.coefficients.begin(), sum.coefficients.end(),
                                 [&, wanted = variable](const auto& entry) { return entry.first == wanted; });
    if (it == sum.coefficients.end()) {
      sum.coefficients.emplace_back(variable, factor * coefficient);
    } else {
      it->second += factor * coefficient;
    }
  }
  sum.constant += factor * other.constant;
}

AffineForm scaled(const AffineForm& form, double factor) {
  AffineForm result;
  add_scaled(result, form, factor);
  return result;
}

}  // namespace

Expression::Expression(std::vector<Node> nodes, std::vector<std::string> variables)
    : nodes_(std::move(nodes)), variables_(std::move(variables)) {
  BOA_CHECK(!nodes_.empty());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    BOA_CHECK(is_leaf(node.op) || (node.left < i && node.right < i), i);
    BOA_CHECK(node.op != Op::kVariable || node.variable < variables_.size(), i);
  }
}

std::vector<double> Expression::evaluate(std::span<const double> x) const {
  BOA_CHECK(x.size() == variables_.size(), x.size(), variables_.size());
  std::vector<double> values(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    values[i] = node.op == Op::kConstant   ? node.constant
                : node.op == Op::kVariable ? x[node.variable]
                                           : apply(node.op, values[node.left], values[node.right]);
  }
  return values;
}

double Expression::value(std::span<const double> x, double* size) const {
  const std::vector<double> values = evaluate(x);
  if (size != nullptr) {
    *size = 0;
    std::vector<std::size_t> open{nodes_.size() - 1};
    while (!open.empty()) {
      const std::size_t i = open.back();
      const Node& node = nodes_[i];
      open.pop_back();
      if (node.op == Op::kAdd || node.op == Op::kSubtract) {
        open.insert(open.end(), {node.left, node.right});
      } else {
        *size = std::max(*size, std::abs(values[i]));
      }
    }
  }
  return values.back();
}

double Expression::value_and_gradient(std::span<const double> x, std::span<double> gradient) const {
  BOA_CHECK(gradient.size() == variables_.size(), gradient.size(), variables_.size());
  const std::vector<double> values = evaluate(x);
  std::vector<double> adjoints(nodes_.size(), 0.0);
  std::fill(gradient.begin(), gradient.end(), 0.0);
  adjoints.back() = 1;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    if (node.op == Op::kVariable) gradient[node.variable] += adjoints[i];
    if (is_leaf(node.op) || adjoints[i] == 0) continue;
    const auto [by_left, by_right] = slopes(node.op, values[node.left], values[node.right], values[i]);
    adjoints[node.left] += adjoints[i] * by_left;
    if (has_right(node.op)) adjoints[node.right] += adjoints[i] * by_right;
  }
  return values.back();
}

std::optional<AffineForm> Expression::affine(std::string* why) const {
  std::vector<AffineForm> forms(nodes_.size());
  const auto name_in = [&](const AffineForm& form) { return variables_[form.coefficients.front().first]; };
  const auto refuse = [&](std::string text) {
    if (why != nullptr) *why = std::move(text);
    return std::nullopt;
  };
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    AffineForm& form = forms[i];
    const AffineForm& left = forms[node.left];
    const AffineForm& right = forms[node.right];
    const bool left_is_number = is_leaf(node.op) || left.coefficients.empty();
    const bool right_is_number = !has_right(node.op) || right.coefficients.empty();
    if (node.op == Op::kConstant) {
      form.constant = node.constant;
    } else if (node.op == Op::kVariable) {
      form.coefficients = {{node.variable, 1.0}};
    } else if (node.op == Op::kNegate) {
      form = scaled(left, -1);
    } else if (node.op == Op::kAdd || node.op == Op::kSubtract) {
      form = left;
      add_scaled(form, right, node.op == Op::kAdd ? 1 : -1);
    } else if (left_is_number && right_is_number) {
      form.constant = apply(node.op, left.constant, right.constant);
    } else if (node.op == Op::kMultiply && (left_is_number || right_is_number)) {
      form = left_is_number ? scaled(right, left.constant) : scaled(left, right.constant);
    } else if (node.op == Op::kDivide && right_is_number) {
      form = left;
      for (auto& [variable, coefficient] : form.coefficients) coefficient /= right.constant;
      form.constant /= right.constant;
    } else if (node.op == Op::kMultiply) {
      return refuse(fmt::format("a product of '{}' and '{}'", name_in(left), name_in(right)));
    } else if (node.op == Op::kDivide) {
      return refuse(fmt::format("a division by '{}'", name_in(right)));
    } else {
      const std::string name = name_in(left_is_number ? right : left);
      return refuse(fmt::format("a {} of '{}'", node.op == Op::kPower ? "power" : "function", name));
    }
  }
  return std::move(forms.back());
}

Expression Expression::negated() const {
  std::vector<Node> nodes = nodes_;
  Node& root = nodes.back();
  // left - right turned around keeps its terms apart, which `size` looks at.
  if (root.op == Op::kSubtract) {
    std::swap(root.left, root.right);
  } else {
    nodes.push_back({.op = Op::kNegate, .left = nodes.size() - 1});
  }
  return {std::move(nodes), variables_};
}

std::vector<int> Expression::occurrences() const {
  std::vector<int> counts(variables_.size(), 0);
  for (const Node& node : nodes_) {
    if (node.op == Op::kVariable) ++counts[node.variable];
  }
  return counts;
}

}  // namespace boa::core
