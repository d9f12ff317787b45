#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "boa/template/filters.hpp"
#include "boa/template/format_spec.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

void refuse_undefined(const Value& value) {
  if (const Undefined* undefined = value.undefined()) throw OperationError(undefined->error());
}

/// The digits of a number without the underscores that Python allows between two of them; nothing if it is none.
std::optional<std::string> plain_digits(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
      continue;
    }
    const auto is_digit = [&](std::size_t at) {
      return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
    };
    if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) return std::nullopt;
  }
  return plain;
}

/// Python's int(text, base).
std::optional<std::int64_t> parse_int(std::string_view text, int base) {
  std::optional<std::string> plain = plain_digits(util::trim(text));
  if (!plain) return std::nullopt;
  std::string_view digits = *plain;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  const auto has_prefix = [&](char low) { return digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == low; };
  if ((base == 16 && has_prefix('x')) || (base == 8 && has_prefix('o')) || (base == 2 && has_prefix('b')))
    digits.remove_prefix(2);
  if (digits.empty() || std::isalnum(static_cast<unsigned char>(digits[0])) == 0) return std::nullopt;
  const std::string whole = (negative ? "-" : "") + std::string(digits);
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(whole.c_str(), &end, base);
  if (end != whole.c_str() + whole.size()) return std::nullopt;
  if (errno == ERANGE) throw OperationError("the integer is too large (more than 64 bits)");
  return value;
}

/// Python's float(text).
std::optional<double> parse_float(std::string_view text) {
  const std::optional<std::string> plain = plain_digits(util::trim(text));
  if (!plain || plain->empty()) return std::nullopt;
  const std::string word = util::to_lower(*plain);
  const std::string_view unsigned_word = std::string_view(word).substr(word[0] == '-' || word[0] == '+' ? 1 : 0);
  const bool is_word = unsigned_word == "nan" || unsigned_word == "inf" || unsigned_word == "infinity";
  if (!is_word && word.find_first_not_of("0123456789+-.e") != std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double value = util::strtod_c(word.c_str(), &end);
  if (end != word.c_str() + word.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> truncated(double value) {
  if (!(std::abs(value) < 9.2e18)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

Value to_int(Runtime&, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("int", arguments, {"default", "base"});
  refuse_undefined(input);
  const Value otherwise = bound.get(0, Value(0));
  if (input.is_integral()) return input.as_int();
  std::optional<std::int64_t> value;
  if (input.is_float()) value = truncated(input.as_double());
  if (input.is_text()) {
    const std::int64_t base = bound.get_int(1, 10);
    if (base < 2 || base > 36) throw OperationError("int() base must be >= 2 and <= 36");
    value = parse_int(input.text(), static_cast<int>(base));
    if (!value) {
      const auto number = parse_float(input.text());
      if (number) value = truncated(*number);
    }
  }
  return value ? Value(*value) : otherwise;
}

Value to_float(Runtime&, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("float", arguments, {"default"});
  refuse_undefined(input);
  if (input.is_number()) return input.as_double();
  std::optional<double> value;
  if (input.is_text()) value = parse_float(input.text());
  return value ? Value(*value) : bound.get(0, Value(0.0));
}

Value absolute(Runtime&, const Value& input, const CallArguments&) {
  expect_number(input, "the input of abs");
  if (input.is_float()) return std::abs(input.as_double());
  return input.as_int() < 0 ? negate(input) : Value(input.as_int());
}

/// round(value, precision) of Python: half to even in the exact decimal expansion.
double round_decimal(double value, std::int64_t precision) {
  if (!std::isfinite(value) || precision > 300) return value;
  if (precision < -308) return std::copysign(0.0, value);
  if (precision >= 0) {
    FormatSpec spec;
    spec.type = 'f';
    spec.precision = static_cast<int>(precision);
    return util::strtod_c(format_float(value, spec).c_str());
  }
  const double unit = std::pow(10.0, static_cast<double>(-precision));
  return std::nearbyint(value / unit) * unit;
}

std::int64_t round_integer(std::int64_t value, std::int64_t precision) {
  if (precision >= 0) return value;
  if (precision < -18) return 0;
  std::int64_t unit = 1;
  for (std::int64_t i = 0; i < -precision; ++i) unit *= 10;
  const std::int64_t rest = ((value % unit) + unit) % unit;
  const std::int64_t low = value - rest;
  const bool up = rest > unit - rest || (rest == unit - rest && (low / unit) % 2 != 0);
  return up ? low + unit : low;
}

Value round(Runtime&, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("round", arguments, {"precision", "method"});
  if (!input.is_number()) {
    throw OperationError(fmt::format("type {} doesn't define __round__ method", type_name(input)));
  }
  const std::int64_t precision = bound.get_int(0, 0);
  const std::string method = bound.get_text(1, "common");
  if (method == "common") {
    if (input.is_integral()) return round_integer(input.as_int(), precision);
    return round_decimal(input.as_double(), precision);
  }
  if (method != "ceil" && method != "floor") throw OperationError("method must be common, ceil or floor");
  const double unit = std::pow(10.0, static_cast<double>(std::clamp<std::int64_t>(precision, -300, 300)));
  const double scaled = input.as_double() * unit;
  return (method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / unit;
}

}  // namespace

const FilterTable& number_filters() {
  static const FilterTable filters = {{"int", to_int}, {"float", to_float}, {"abs", absolute}, {"round", round}};
  return filters;
}

}  // namespace boa::templates
