#include "boa/template/format_spec.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "boa/template/runtime.hpp"
#include "boa/template/unicode.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

constexpr int kMostDigits = 1000;

bool is_align(std::string_view character) {
  return character.size() == 1 && std::string_view("<>=^").find(character) != std::string_view::npos;
}

std::size_t read_number(std::string_view text, std::size_t& at, std::size_t most) {
  std::size_t number = 0;
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
    number = number * 10 + static_cast<std::size_t>(text[at++] - '0');
    if (number > most) throw OperationError(fmt::format("a width or precision of more than {}", most));
  }
  return number;
}

std::string padded(const std::string& sign, const std::string& body, const FormatSpec& spec, char default_align) {
  const std::size_t length = count_characters(sign) + count_characters(body);
  if (length >= spec.width) return sign + body;
  const std::size_t missing = spec.width - length;
  const auto filling = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += spec.fill;
    return text;
  };
  switch (spec.align == 0 ? default_align : spec.align) {
    case '<':
      return sign + body + filling(missing);
    case '^':
      return filling(missing / 2) + sign + body + filling(missing - missing / 2);
    case '=':
      return sign + filling(missing) + body;
    default:
      return filling(missing) + sign + body;
  }
}

std::string grouped(const std::string& digits, char separator, std::size_t group) {
  if (separator == 0) return digits;
  const std::size_t end = std::min(digits.find_first_not_of("0123456789abcdefABCDEF"), digits.size());
  std::string text;
  for (std::size_t i = 0; i < end; ++i) {
    if (i > 0 && (end - i) % group == 0) text += separator;
    text += digits[i];
  }
  return text + digits.substr(end);
}

std::string sign_of(bool negative, char sign) {
  if (negative) return "-";
  return sign == '-' ? "" : std::string(1, sign);
}

std::string float_digits(double value, const FormatSpec& spec) {
  const int precision = spec.precision.value_or(6);
  const std::string alternate = spec.alternate ? "#" : "";
  const auto write = [&](char type, int digits) {
    return fmt::format(fmt::runtime(fmt::format("{{:{}.{}{}}}", alternate, digits, type)), value);
  };
  switch (spec.type) {
    case 'e':
    case 'E':
    case 'f':
    case 'F':
      return write(spec.type, precision);
    case 'g':
    case 'G':
    case 'n':
      return write(spec.type == 'G' ? 'G' : 'g', std::max(precision, 1));
    case '%':
      return fmt::format("{:.{}f}%", value * 100, precision);
    default:
      break;
  }
  if (!spec.precision) return util::python_repr(value);
  // As 'g', but with a point: 3.0, not 3.
  std::string text = write('g', std::max(*spec.precision, 1));
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

FormatSpec parse_format_spec(std::string_view text) {
  FormatSpec spec;
  std::size_t at = 0;
  const std::vector<std::string_view> letters = characters(text);
  if (letters.size() >= 2 && is_align(letters[1])) {
    spec.fill = letters[0];
    spec.align = letters[1][0];
    at = letters[0].size() + 1;
  } else if (!letters.empty() && is_align(letters[0])) {
    spec.align = letters[0][0];
    at = 1;
  }
  const auto next = [&](std::string_view set) {
    return at < text.size() && set.find(text[at]) != std::string_view::npos ? text[at++] : '\0';
  };
  if (const char sign = next("+- ")) spec.sign = sign;
  spec.alternate = next("#") != 0;
  if (next("0") != 0 && spec.align == 0) {
    spec.fill = "0";
    spec.align = '=';
  }
  spec.width = read_number(text, at, kWidestField);
  spec.grouping = next(",_");
  if (next(".") != 0) {
    const std::size_t begin = at;
    spec.precision = static_cast<int>(read_number(text, at, kMostDigits));
    if (at == begin) throw OperationError("Format specifier missing precision");
  }
  spec.type = next("bcdeEfFgGnosxX%");
  if (at != text.size()) throw OperationError(fmt::format("Invalid format specifier '{}'", util::abbreviate(text, 40)));
  return spec;
}

std::string format_float(double value, const FormatSpec& spec) {
  const bool negative = std::signbit(value) && !std::isnan(value);
  std::string body;
  if (std::isfinite(value)) {
    body = grouped(float_digits(std::abs(value), spec), spec.grouping, 3);
  } else {
    body = std::isnan(value) ? "nan" : "inf";
    if (spec.type == 'E' || spec.type == 'F' || spec.type == 'G') body = std::isnan(value) ? "NAN" : "INF";
    if (spec.type == '%') body += "%";
  }
  return padded(sign_of(negative, spec.sign), body, spec, '>');
}

std::string format_integer(std::int64_t value, const FormatSpec& spec) {
  const std::uint64_t magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::string body;
  std::string prefix;
  switch (spec.type) {
    case 'b':
      body = fmt::format("{:b}", magnitude);
      prefix = "0b";
      break;
    case 'o':
      body = fmt::format("{:o}", magnitude);
      prefix = "0o";
      break;
    case 'x':
      body = fmt::format("{:x}", magnitude);
      prefix = "0x";
      break;
    case 'X':
      body = fmt::format("{:X}", magnitude);
      prefix = "0X";
      break;
    case 'c':
      return padded("", encode_character(static_cast<char32_t>(magnitude)), spec, '<');
    default:
      body = fmt::format("{}", magnitude);
  }
  const bool is_decimal = prefix.empty();
  body = grouped(body, spec.grouping, is_decimal ? 3 : 4);
  return padded(sign_of(value < 0, spec.sign) + (spec.alternate ? prefix : ""), body, spec, '>');
}

std::string format_text(std::string_view text, const FormatSpec& spec) {
  std::string cut(text);
  if (spec.precision) {
    cut.clear();
    int left = *spec.precision;
    for (const std::string_view character : characters(text)) {
      if (left-- <= 0) break;
      cut += character;
    }
  }
  return padded("", cut, spec, '<');
}

}  // namespace boa::templates
