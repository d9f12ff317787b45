// Interval arithmetic: bounds on what a formula can be over a box.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "boa/core/expression.hpp"

namespace boa::core {

namespace {

using Op = Expression::Op;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr Interval kEmpty{kInf, -kInf};
constexpr Interval kAll{-kInf, kInf};
// Library functions are off by an ulp or two; bounds are widened by more.
constexpr double kWiden = 8 * std::numeric_limits<double>::epsilon();
constexpr double kLargestWhole = 1e9;

Interval widened(double lower, double upper) {
  if (std::isnan(lower) || std::isnan(upper)) return kAll;
  return {std::isinf(lower) ? lower : lower - kWiden * std::abs(lower),
          std::isinf(upper) ? upper : upper + kWiden * std::abs(upper)};
}

/// 0 times infinity is 0: the infinite end is not reached.
double times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

Interval product(const Interval& a, const Interval& b) {
  const auto [least, greatest] =
      std::minmax({times(a.lower, b.lower), times(a.lower, b.upper), times(a.upper, b.lower), times(a.upper, b.upper)});
  return widened(least, greatest);
}

Interval quotient(const Interval& a, const Interval& b) {
  if (b.lower == 0 && b.upper == 0) return kEmpty;
  if (b.lower < 0 && b.upper > 0) return kAll;
  // One end may be 0: what is divided by it has no bound there.
  const double least = b.upper == 0 ? -kInf : 1 / b.upper;
  const double greatest = b.lower == 0 ? kInf : 1 / b.lower;
  return product(a, widened(least, greatest));
}

Interval whole_power(const Interval& a, double n) {
  if (n == 0) return {1, 1};
  if (n < 0) return quotient({1, 1}, whole_power(a, -n));
  const double low = std::pow(a.lower, n);
  const double high = std::pow(a.upper, n);
  if (std::fmod(n, 2) != 0) return widened(low, high);
  const bool holds_zero = a.lower <= 0 && a.upper >= 0;
  return widened(holds_zero ? 0 : std::min(low, high), std::max(low, high));
}

Interval power(const Interval& a, const Interval& b) {
  const bool whole = b.lower == b.upper && b.lower == std::floor(b.lower) && std::abs(b.lower) < kLargestWhole;
  if (whole) return whole_power(a, b.lower);
  if (a.upper < 0 && b.lower == b.upper) return kEmpty;
  // Negative bases have whole exponents only; inside an interval of exponents those cannot be told apart.
  if (a.lower < 0 && b.lower != b.upper) return kAll;
  const double low = std::max(a.lower, 0.0);
  const auto [least, greatest] = std::minmax(
      {std::pow(low, b.lower), std::pow(low, b.upper), std::pow(a.upper, b.lower), std::pow(a.upper, b.upper)});
  return widened(low < 1 && a.upper > 1 ? std::min(least, 1.0) : least,
                 low < 1 && a.upper > 1 ? std::max(greatest, 1.0) : greatest);
}

/// Is there a k with `offset` + k `period` inside?
bool holds_multiple(const Interval& a, double offset, double period) {
  return std::ceil((a.lower - offset) / period - kWiden) <= std::floor((a.upper - offset) / period + kWiden);
}

Interval sine(const Interval& a) {
  using std::numbers::pi;
  if (!std::isfinite(a.lower) || !std::isfinite(a.upper)) return {-1, 1};
  const double low = holds_multiple(a, -pi / 2, 2 * pi) ? -1 : std::min(std::sin(a.lower), std::sin(a.upper));
  const double high = holds_multiple(a, pi / 2, 2 * pi) ? 1 : std::max(std::sin(a.lower), std::sin(a.upper));
  // Absolute: the argument's own rounding matters near the zeros.
  const double slack = kWiden * (1 + std::max(std::abs(a.lower), std::abs(a.upper)));
  return {low - slack, high + slack};
}

Interval tangent(const Interval& a) {
  using std::numbers::pi;
  if (!std::isfinite(a.lower) || !std::isfinite(a.upper) || holds_multiple(a, pi / 2, pi)) return kAll;
  const double slack = kWiden * (1 + std::max(std::abs(a.lower), std::abs(a.upper)));
  const double low = std::tan(a.lower);
  const double high = std::tan(a.upper);
  return {low - slack * (1 + low * low), high + slack * (1 + high * high)};
}

Interval absolute(const Interval& a) {
  const double far = std::max(std::abs(a.lower), std::abs(a.upper));
  return {a.lower <= 0 && a.upper >= 0 ? 0 : std::min(std::abs(a.lower), std::abs(a.upper)), far};
}

/// The part of `a` from zero on.
Interval from_zero(const Interval& a) { return {std::max(a.lower, 0.0), a.upper}; }

Interval apply(Op op, const Interval& a, const Interval& b) {
  switch (op) {
    case Op::kNegate:
      return {-a.upper, -a.lower};
    case Op::kAbs:
      return absolute(a);
    case Op::kSqrt:
      return a.upper < 0 ? kEmpty : widened(std::sqrt(from_zero(a).lower), std::sqrt(a.upper));
    case Op::kExp:
      return widened(std::exp(a.lower), std::exp(a.upper));
    case Op::kLog:
      return a.upper < 0 ? kEmpty : widened(std::log(from_zero(a).lower), std::log(a.upper));
    case Op::kLog10:
      return a.upper < 0 ? kEmpty : widened(std::log10(from_zero(a).lower), std::log10(a.upper));
    case Op::kSin:
      return sine(a);
    case Op::kCos:
      return sine({a.lower + std::numbers::pi / 2, a.upper + std::numbers::pi / 2});
    case Op::kTan:
      return tangent(a);
    case Op::kAdd:
      return widened(a.lower + b.lower, a.upper + b.upper);
    case Op::kSubtract:
      return widened(a.lower - b.upper, a.upper - b.lower);
    case Op::kMultiply:
      return product(a, b);
    case Op::kDivide:
      return quotient(a, b);
    case Op::kPower:
      return power(a, b);
    case Op::kMin:
      return {std::min(a.lower, b.lower), std::min(a.upper, b.upper)};
    case Op::kMax:
      return {std::max(a.lower, b.lower), std::max(a.upper, b.upper)};
    case Op::kConstant:
    case Op::kVariable:
      break;
  }
  return kAll;
}

}  // namespace

Interval Expression::range(std::span<const Interval> box) const {
  std::vector<Interval> ranges(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.op == Op::kConstant) {
      ranges[i] = {node.constant, node.constant};
    } else if (node.op == Op::kVariable) {
      ranges[i] = box[node.variable];
    } else {
      const Interval& a = ranges[node.left];
      const Interval& b = node.op >= Op::kAdd ? ranges[node.right] : a;
      ranges[i] = a.is_empty() || b.is_empty() ? kEmpty : apply(node.op, a, b);
    }
  }
  return ranges.back();
}

}  // namespace boa::core
