#include "boa/template/operations.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/template/formatting.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/unicode.hpp"

namespace boa::templates {

namespace {

constexpr const char* kTooLarge = "the integer is too large (more than 64 bits)";

const char* symbol(BinaryOperator op) {
  constexpr const char* kSymbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};
  return kSymbols[static_cast<int>(op)];
}

[[noreturn]] void refuse_operands(BinaryOperator op, const Value& left, const Value& right) {
  throw OperationError(
      fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", symbol(op), type_name(left), type_name(right)));
}

void refuse_undefined(const Value& value) {
  if (const Undefined* undefined = value.undefined()) throw OperationError(undefined->error());
}

/// `result` by reference: it is read after the operation that gives `overflow`.
std::int64_t checked(bool overflow, const std::int64_t& result) {
  if (overflow) throw OperationError(kTooLarge);
  return result;
}

Value integer_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) throw OperationError("0.0 cannot be raised to a negative power");
    return std::pow(static_cast<double>(base), static_cast<double>(exponent));
  }
  if (base == 0 || base == 1) return exponent == 0 ? std::int64_t{1} : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(result, base, &result)) throw OperationError(kTooLarge);
  }
  return result;
}

Value integer_operation(BinaryOperator op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  const bool divides =
      op == BinaryOperator::kDivide || op == BinaryOperator::kFloorDivide || op == BinaryOperator::kModulo;
  if (divides && b == 0) {
    throw OperationError(op == BinaryOperator::kDivide ? "division by zero" : "integer division or modulo by zero");
  }
  switch (op) {
    case BinaryOperator::kAdd:
      return checked(__builtin_add_overflow(a, b, &result), result);
    case BinaryOperator::kSubtract:
      return checked(__builtin_sub_overflow(a, b, &result), result);
    case BinaryOperator::kMultiply:
      return checked(__builtin_mul_overflow(a, b, &result), result);
    case BinaryOperator::kDivide:
      return static_cast<double>(a) / static_cast<double>(b);
    case BinaryOperator::kFloorDivide:
      if (b == -1) return checked(__builtin_sub_overflow(std::int64_t{0}, a, &result), result);
      return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
    case BinaryOperator::kModulo:
      if (b == -1) return 0;
      return a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);
    case BinaryOperator::kPower:
      return integer_power(a, b);
  }
  return {};
}

double float_modulo(double a, double b) {
  double rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

double float_power(double base, double exponent) {
  if (base == 0 && exponent < 0) throw OperationError("0.0 cannot be raised to a negative power");
  const double result = std::pow(base, exponent);
  if (std::isnan(result) && !std::isnan(base) && !std::isnan(exponent)) {
    throw OperationError("a root of a negative number is a complex number");
  }
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent))
    throw OperationError("the number is too large");
  return result;
}

Value float_operation(BinaryOperator op, double a, double b) {
  const bool divides =
      op == BinaryOperator::kDivide || op == BinaryOperator::kFloorDivide || op == BinaryOperator::kModulo;
  if (divides && b == 0) {
    throw OperationError(op == BinaryOperator::kDivide ? "float division by zero" : "float floor division by zero");
  }
  switch (op) {
    case BinaryOperator::kAdd:
      return a + b;
    case BinaryOperator::kSubtract:
      return a - b;
    case BinaryOperator::kMultiply:
      return a * b;
    case BinaryOperator::kDivide:
      return a / b;
    case BinaryOperator::kFloorDivide: {
      const double quotient = (a - float_modulo(a, b)) / b;
      const double floored = std::floor(quotient);
      return quotient - floored > 0.5 ? floored + 1 : floored;
    }
    case BinaryOperator::kModulo:
      return float_modulo(a, b);
    case BinaryOperator::kPower:
      return float_power(a, b);
  }
  return {};
}

Value repeated(Runtime& runtime, const Value& sequence, std::int64_t times) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(times, 0));
  const auto spend = [&](std::size_t size, std::size_t unit) {
    if (size > 0 && count > Runtime::kMostSteps * Runtime::kBytesOfAStep / size) runtime.spend(Runtime::kMostSteps + 1);
    runtime.spend(count * size / unit);
  };
  if (sequence.is_text()) {
    spend(sequence.text().size(), 64);
    std::string text;
    for (std::size_t i = 0; i < count && !sequence.text().empty(); ++i) text += sequence.text();
    return runtime.text(std::move(text));
  }
  const List& list = sequence.as_list();
  spend(list.items.size(), 1);
  std::vector<Value> items;
  for (std::size_t i = 0; i < count && !list.items.empty(); ++i)
    items.insert(items.end(), list.items.begin(), list.items.end());
  return runtime.list(std::move(items), list.kind);
}

bool is_repeatable(const Value& value) {
  return value.is_text() || (value.list() != nullptr && value.as_list().is_sequence());
}

/// + of texts and lists, * with a number, / of paths, % of texts.
std::optional<Value> sequence_operation(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right) {
  if (op == BinaryOperator::kAdd && left.is_text() && right.is_text()) {
    return runtime.text(left.text() + right.text());
  }
  if (op == BinaryOperator::kAdd && is_repeatable(left) && is_repeatable(right) && left.list() != nullptr &&
      right.list() != nullptr && left.as_list().kind == right.as_list().kind) {
    std::vector<Value> items = left.as_list().items;
    items.insert(items.end(), right.as_list().items.begin(), right.as_list().items.end());
    return runtime.list(std::move(items), left.as_list().kind);
  }
  if (op == BinaryOperator::kMultiply && is_repeatable(left) && right.is_integral())
    return repeated(runtime, left, right.as_int());
  if (op == BinaryOperator::kMultiply && is_repeatable(right) && left.is_integral())
    return repeated(runtime, right, left.as_int());
  if (op == BinaryOperator::kModulo && left.is_text()) return runtime.text(format_percent(runtime, left.text(), right));
  if (op == BinaryOperator::kDivide && left.object() != nullptr && right.is_text()) {
    if (const auto join = left.object()->attribute(runtime, "joinpath")) return call(runtime, *join, {{right}, {}});
  }
  return std::nullopt;
}

int sign_of_order(double a, double b) { return a < b ? -1 : (a > b ? 1 : 0); }

int order_of_numbers(const Value& a, const Value& b) {
  if (a.is_integral() && b.is_integral()) return a.as_int() < b.as_int() ? -1 : (a.as_int() > b.as_int() ? 1 : 0);
  return sign_of_order(a.as_double(), b.as_double());
}

bool holds_nan(const Value& a, const Value& b) {
  return (a.is_float() && std::isnan(a.as_double())) || (b.is_float() && std::isnan(b.as_double()));
}

[[noreturn]] void refuse_order(Comparator op, const Value& left, const Value& right) {
  constexpr const char* kSymbols[] = {"==", "!=", "<", "<=", ">", ">="};
  throw OperationError(fmt::format("'{}' not supported between instances of '{}' and '{}'",
                                   kSymbols[static_cast<int>(op)], type_name(left), type_name(right)));
}

/// Compares for one of the four orders; items of lists one after the other.
bool ordered(Runtime& runtime, Comparator op, const Value& left, const Value& right) {
  const Runtime::Descent descent(runtime);
  runtime.spend();
  int sign = 0;
  if (left.is_number() && right.is_number()) {
    if (holds_nan(left, right)) return false;
    sign = order_of_numbers(left, right);
  } else if (left.is_text() && right.is_text()) {
    sign = left.text().compare(right.text());
  } else if (left.list() != nullptr && right.list() != nullptr && left.as_list().kind == right.as_list().kind &&
             left.as_list().is_sequence()) {
    const auto& a = left.as_list().items;
    const auto& b = right.as_list().items;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      if (!equal(runtime, a[i], b[i])) return ordered(runtime, op, a[i], b[i]);
    }
    sign = a.size() < b.size() ? -1 : (a.size() > b.size() ? 1 : 0);
  } else {
    refuse_undefined(left);
    refuse_undefined(right);
    refuse_order(op, left, right);
  }
  switch (op) {
    case Comparator::kLess:
      return sign < 0;
    case Comparator::kLessEqual:
      return sign <= 0;
    case Comparator::kGreater:
      return sign > 0;
    default:
      return sign >= 0;
  }
}

bool equal_dicts(Runtime& runtime, Dict& a, Dict& b) {
  if (a.entries.size() != b.entries.size()) return false;
  return std::all_of(a.entries.begin(), a.entries.end(), [&](const auto& entry) {
    const Value* other = b.find(runtime, entry.first);
    return other != nullptr && equal(runtime, entry.second, *other);
  });
}

}  // namespace

Value operate(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right) {
  if (left.is_integral() && right.is_integral()) return integer_operation(op, left.as_int(), right.as_int());
  if (left.is_number() && right.is_number()) return float_operation(op, left.as_double(), right.as_double());
  if (!(left.is_text() && op == BinaryOperator::kModulo)) {
    refuse_undefined(left);
    refuse_undefined(right);
  }
  if (const auto result = sequence_operation(runtime, op, left, right)) return *result;
  if (op == BinaryOperator::kAdd && left.is_text()) {
    throw OperationError(fmt::format("can only concatenate str (not \"{}\") to str", type_name(right)),
                         "'~' joins values of any kind as text.");
  }
  refuse_operands(op, left, right);
}

Value negate(const Value& value) {
  if (value.is_integral()) {
    std::int64_t result = 0;
    return checked(__builtin_sub_overflow(std::int64_t{0}, value.as_int(), &result), result);
  }
  if (value.is_float()) return -value.as_double();
  refuse_undefined(value);
  throw OperationError(fmt::format("bad operand type for unary -: '{}'", type_name(value)));
}

bool compare(Runtime& runtime, Comparator op, const Value& left, const Value& right) {
  switch (op) {
    case Comparator::kEqual:
      return equal(runtime, left, right);
    case Comparator::kNotEqual:
      return !equal(runtime, left, right);
    case Comparator::kIn:
      return contains(runtime, right, left);
    case Comparator::kNotIn:
      return !contains(runtime, right, left);
    default:
      return ordered(runtime, op, left, right);
  }
}

bool equal(Runtime& runtime, const Value& left, const Value& right) {
  const Runtime::Descent descent(runtime);
  runtime.spend();
  if (left.is_number() && right.is_number()) return !holds_nan(left, right) && order_of_numbers(left, right) == 0;
  if (left.is_text() && right.is_text()) return left.text() == right.text();
  if (left.is_none() || right.is_none()) return left.is_none() && right.is_none();
  if (left.is_undefined() || right.is_undefined()) return left.is_undefined() && right.is_undefined();
  if (left.object() != nullptr || right.object() != nullptr) {
    return left.object() == right.object() ||
           (left.object() != nullptr && right.object() != nullptr && left.object()->text() == right.object()->text());
  }
  if (left.dict() != nullptr && right.dict() != nullptr) return equal_dicts(runtime, left.as_dict(), right.as_dict());
  const Range* range = left.range();
  const Range* other = right.range();
  if (range != nullptr && other != nullptr) {
    const std::int64_t size = range->size();
    return size == other->size() &&
           (size == 0 || (range->start == other->start && (size == 1 || range->step == other->step)));
  }
  const List* a = left.list();
  const List* b = right.list();
  if (a == nullptr || b == nullptr || a->kind != b->kind || a->items.size() != b->items.size()) return false;
  for (std::size_t i = 0; i < a->items.size(); ++i) {
    if (!equal(runtime, a->items[i], b->items[i])) return false;
  }
  return true;
}

int order(Runtime& runtime, const Value& left, const Value& right) {
  if (ordered(runtime, Comparator::kLess, left, right)) return -1;
  return ordered(runtime, Comparator::kGreater, left, right) ? 1 : 0;
}

bool contains(Runtime& runtime, const Value& container, const Value& item) {
  if (container.is_text()) {
    if (!item.is_text()) {
      refuse_undefined(item);
      throw OperationError(fmt::format("'in <string>' requires string as left operand, not {}", type_name(item)));
    }
    runtime.spend_bytes(container.text().size());
    return container.text().find(item.text()) != std::string::npos;
  }
  if (Dict* dict = container.dict()) return dict->find(runtime, item) != nullptr;
  if (const Range* range = container.range()) {
    constexpr double kFar = 4e18;
    if (!item.is_number() || item.as_double() != std::floor(item.as_double()) || std::abs(item.as_double()) > kFar)
      return false;
    const std::int64_t wanted = item.is_float() ? static_cast<std::int64_t>(item.as_double()) : item.as_int();
    const std::int64_t offset = wanted - range->start;
    return offset % range->step == 0 && offset / range->step >= 0 && offset / range->step < range->size();
  }
  if (container.list() == nullptr && !container.is_undefined()) {
    throw OperationError(fmt::format("argument of type '{}' is not iterable", type_name(container)));
  }
  bool found = false;
  for_each(runtime, container, [&](const Value& candidate) {
    found = equal(runtime, candidate, item);
    return !found;
  });
  return found;
}

Value call(Runtime& runtime, const Value& callee, CallArguments arguments) {
  const Runtime::Descent descent(runtime);
  runtime.spend();
  refuse_undefined(callee);
  if (callee.object() == nullptr) {
    throw OperationError(fmt::format("'{}' object is not callable", type_name(callee)));
  }
  return callee.object()->call(runtime, std::move(arguments));
}

std::int64_t expect_int(const Value& value, std::string_view what) {
  refuse_undefined(value);
  if (!value.is_integral())
    throw OperationError(fmt::format("{} must be a whole number, not '{}'", what, type_name(value)));
  return value.as_int();
}

const std::string& expect_text(const Value& value, std::string_view what) {
  refuse_undefined(value);
  if (!value.is_text()) throw OperationError(fmt::format("{} must be a text, not '{}'", what, type_name(value)));
  return value.text();
}

double expect_number(const Value& value, std::string_view what) {
  refuse_undefined(value);
  if (!value.is_number()) throw OperationError(fmt::format("{} must be a number, not '{}'", what, type_name(value)));
  return value.as_double();
}

}  // namespace boa::templates
