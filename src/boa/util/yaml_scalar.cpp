#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "boa/util/number_text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::util {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads off the front of a scalar, for the regular expressions of YAML's number formats.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return pos_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[pos_]; }
  bool accept(std::string_view set) {
    if (at_end() || set.find(text_[pos_]) == std::string_view::npos) return false;
    ++pos_;
    return true;
  }
  bool accept_word(std::string_view word) {
    if (text_.substr(pos_).substr(0, word.size()) != word) return false;
    pos_ += word.size();
    return true;
  }
  /// Characters of a set; how many.
  std::size_t skip(std::string_view set) {
    const std::size_t begin = pos_;
    while (accept(set)) {
    }
    return pos_ - begin;
  }

 private:
  std::string_view text_;
  std::size_t pos_ = 0;
};

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kDigitsAndUnderscore = "0123456789_";

std::string without_underscores(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  return plain;
}

/// Digits of a base after the sign and prefix; beyond 64 bits the magnitude is kept as a float.
Node integer_from(const std::string& digits, int base, bool negative) {
  if (digits.empty()) return Node();
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (end != digits.data() + digits.size() && error != std::errc::result_out_of_range) return Node();
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  if (error == std::errc{} && magnitude <= kLargest) {
    return Node(negative ? -static_cast<std::int64_t>(magnitude) : static_cast<std::int64_t>(magnitude));
  }
  if (error == std::errc{} && negative && magnitude == kLargest + 1)
    return Node(std::numeric_limits<std::int64_t>::min());
  if (base == 10) return Node(strtod_c((negative ? "-" + digits : digits).c_str()));
  double value = 0;
  for (const char c : digits) value = value * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  return Node(negative ? -value : value);
}

/// An integer of YAML 1.2, or null if the text is none.
Node read_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view body = text;
  if (body.starts_with('-') || body.starts_with('+')) body.remove_prefix(1);
  if (body.empty() || !is_digit(body.front())) return Node();
  int base = 10;
  std::string_view allowed = kDigitsAndUnderscore;
  if (body.starts_with("0x")) {
    base = 16;
    allowed = "0123456789abcdefABCDEF_";
  } else if (body.starts_with("0o")) {
    base = 8;
    allowed = "01234567_";
  } else if (body.starts_with("0b")) {
    base = 2;
    allowed = "01_";
  }
  if (base != 10) body.remove_prefix(2);
  if (body.find_first_not_of(allowed) != std::string_view::npos) return Node();
  return integer_from(without_underscores(body), base, negative);
}

/// Whether the text is one of: digits with a point, digits with an exponent, a point with digits.
bool is_decimal_float(std::string_view text) {
  Cursor cursor(text);
  cursor.accept("+-");
  const std::size_t whole = is_digit(cursor.peek()) ? cursor.skip(kDigitsAndUnderscore) : 0;
  const bool has_point = cursor.accept(".");
  const std::size_t fraction =
      has_point && (whole > 0 || is_digit(cursor.peek())) ? cursor.skip(kDigitsAndUnderscore) : 0;
  if (whole == 0 && fraction == 0) return false;
  const bool has_exponent = cursor.accept("eE");
  if (has_exponent) {
    cursor.accept("+-");
    if (cursor.skip(kDigits) == 0) return false;
  }
  return cursor.at_end() && (has_point || has_exponent);
}

/// A float of YAML 1.2, or null if the text is none.
Node read_float(std::string_view text) {
  std::string_view body = text;
  if (body.starts_with('-') || body.starts_with('+')) body.remove_prefix(1);
  if (body == ".inf" || body == ".Inf" || body == ".INF") {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    return Node(text.starts_with('-') ? -kInfinity : kInfinity);
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return Node(std::numeric_limits<double>::quiet_NaN());
  if (!is_decimal_float(text)) return Node();
  std::string plain = without_underscores(text);
  if (plain.starts_with('+')) plain.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  // Beyond the range from_chars leaves the value alone; strtod's answer is 0 or infinity, as Python's is.
  if (error == std::errc::result_out_of_range) value = strtod_c(plain.c_str());
  return Node(value);
}

/// `2013-01-01`, or with a time behind it.
bool is_date(std::string_view text) {
  Cursor cursor(text);
  if (cursor.skip(kDigits) != 4 || !cursor.accept("-")) return false;
  const std::size_t month = cursor.skip(kDigits);
  if (month < 1 || month > 2 || !cursor.accept("-")) return false;
  const std::size_t day = cursor.skip(kDigits);
  if (day < 1 || day > 2) return false;
  if (cursor.at_end()) return month == 2 && day == 2;
  if (!cursor.accept("Tt") && cursor.skip(" \t") == 0) return false;
  const std::size_t hour = cursor.skip(kDigits);
  if (hour < 1 || hour > 2 || !cursor.accept(":") || cursor.skip(kDigits) != 2) return false;
  if (!cursor.accept(":") || cursor.skip(kDigits) != 2) return false;
  if (cursor.accept(".")) cursor.skip(kDigits);
  cursor.skip(" \t");
  if (cursor.accept("Z") || cursor.at_end()) return cursor.at_end();
  return cursor.accept("+-") && cursor.skip("0123456789:") > 0 && cursor.at_end();
}

bool is_null_word(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

}  // namespace

Node yaml_scalar(std::string_view text) {
  if (is_null_word(text)) return Node();
  if (text == "true" || text == "True" || text == "TRUE") return Node(true);
  if (text == "false" || text == "False" || text == "FALSE") return Node(false);
  if (const char c = text.front(); is_digit(c) || c == '-' || c == '+' || c == '.') {
    if (Node number = read_integer(text); !number.is_null()) return number;
    if (Node number = read_float(text); !number.is_null()) return number;
  }
  Node node{std::string(text)};
  node.set_unquoted_date(is_date(text));
  return node;
}

}  // namespace boa::util
