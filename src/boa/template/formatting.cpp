#include "boa/template/formatting.hpp"

#include <fmt/core.h>

#include <cctype>
#include <cmath>
#include <cstdlib>

#include "boa/template/format_spec.hpp"
#include "boa/template/operations.hpp"
#include "boa/template/unicode.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::int64_t truncated(double number) {
  if (!(std::abs(number) < 9.2e18)) throw OperationError("cannot convert this float to an integer");
  return static_cast<std::int64_t>(number);
}

/// Reads the conversions of a `%` text one after the other.
class PercentFormatter {
 public:
  PercentFormatter(Runtime& runtime, std::string_view text, const Value& value)
      : runtime_(runtime), text_(text), mapping_(value.dict()) {
    const List* list = value.list();
    is_tuple_ = list != nullptr && list->kind == List::Kind::kTuple;
    arguments_ = is_tuple_ ? list->items : std::vector<Value>{value};
  }

  std::string run() {
    std::string out;
    while (at_ < text_.size()) {
      const std::size_t percent = std::min(text_.find('%', at_), text_.size());
      out += text_.substr(at_, percent - at_);
      at_ = percent + 1;
      if (percent < text_.size()) out += conversion();
    }
    if (used_ < arguments_.size() && mapping_ == nullptr &&
        !(arguments_.size() == 1 && is_container(arguments_[0]) && !is_tuple_ && used_ == 0)) {
      throw OperationError("not all arguments converted during string formatting");
    }
    return out;
  }

 private:
  static bool is_container(const Value& value) { return value.list() != nullptr || value.dict() != nullptr; }

  char peek() const {
    if (at_ >= text_.size()) throw OperationError("incomplete format");
    return text_[at_];
  }

  const Value& next_argument() {
    if (used_ >= arguments_.size()) throw OperationError("not enough arguments for format string");
    return arguments_[used_++];
  }

  std::size_t number() {
    if (peek() == '*') {
      ++at_;
      return static_cast<std::size_t>(
          std::clamp<std::int64_t>(expect_int(next_argument(), "a width"), 0, kWidestField));
    }
    std::size_t value = 0;
    while (is_digit(peek())) {
      value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
      if (value > kWidestField) throw OperationError(fmt::format("a width or precision of more than {}", kWidestField));
    }
    return value;
  }

  std::string conversion() {
    std::optional<Value> named;
    if (peek() == '(') named = named_argument();
    FormatSpec spec;
    bool zero = false;
    for (; std::string_view("-+ #0").find(peek()) != std::string_view::npos; ++at_) {
      if (text_[at_] == '-') spec.align = '<';
      if (text_[at_] == '+') spec.sign = '+';
      if (text_[at_] == ' ' && spec.sign != '+') spec.sign = ' ';
      if (text_[at_] == '#') spec.alternate = true;
      if (text_[at_] == '0') zero = true;
    }
    spec.width = number();
    if (peek() == '.') {
      ++at_;
      spec.precision = static_cast<int>(std::min<std::size_t>(number(), 1000));
    }
    while (std::string_view("hlL").find(peek()) != std::string_view::npos) ++at_;
    spec.type = peek();
    ++at_;
    if (spec.type == '%') return "%";
    const Value value = named ? *named : next_argument();
    if (zero && spec.align == 0 && value.is_number()) {
      spec.fill = "0";
      spec.align = '=';
    }
    if (spec.align == 0) spec.align = '>';
    return converted(value, spec);
  }

  Value named_argument() {
    const std::size_t close = text_.find(')', at_);
    if (close == std::string_view::npos) throw OperationError("incomplete format key");
    if (mapping_ == nullptr) throw OperationError("format requires a mapping");
    const std::string key(text_.substr(at_ + 1, close - at_ - 1));
    at_ = close + 1;
    const Value* found = mapping_->find(runtime_, Value(key));
    if (found == nullptr) throw OperationError(fmt::format("there is no key {}", quote_text(key)));
    return *found;
  }

  std::string converted(const Value& value, FormatSpec spec) {
    switch (spec.type) {
      case 's':
        return format_text(to_text(runtime_, value), spec);
      case 'r':
      case 'a':
        return format_text(to_repr(runtime_, value), spec);
      case 'c':
        if (value.is_text() && count_characters(value.text()) == 1) return format_text(value.text(), spec);
        return format_integer(expect_int(value, "%c"), spec);
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        return integer(value, spec);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return format_float(expect_number(value, fmt::format("%{}", spec.type)), spec);
      default:
        throw OperationError(fmt::format("unsupported format character '{}'", spec.type));
    }
  }

  std::string integer(const Value& value, FormatSpec spec) {
    const bool is_decimal = spec.type == 'd' || spec.type == 'i' || spec.type == 'u';
    std::int64_t number = 0;
    if (is_decimal) {
      spec.type = 'd';
      expect_number(value, "%d");
      number = value.is_float() ? truncated(value.as_double()) : value.as_int();
    } else {
      number = expect_int(value, fmt::format("%{}", spec.type));
    }
    if (spec.precision) {
      // At least so many digits.
      FormatSpec digits = spec;
      digits.width = static_cast<std::size_t>(*spec.precision) + (number < 0 ? 1 : 0);
      digits.fill = "0";
      digits.align = '=';
      spec.precision.reset();
      return format_text(format_integer(number, digits), spec);
    }
    return format_integer(number, spec);
  }

  Runtime& runtime_;
  std::string_view text_;
  Dict* mapping_;
  bool is_tuple_ = false;
  std::vector<Value> arguments_;
  std::size_t used_ = 0;
  std::size_t at_ = 0;
};

/// Replaces the `{...}` of a text.
class BraceFormatter {
 public:
  BraceFormatter(Runtime& runtime, const CallArguments& arguments) : runtime_(runtime), arguments_(arguments) {}

  std::string run(std::string_view text, int depth = 0) {
    if (depth > 2) throw OperationError("Max string recursion exceeded");
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      if ((c == '{' || c == '}') && at + 1 < text.size() && text[at + 1] == c) {
        out += c;
        at += 2;
      } else if (c == '}') {
        throw OperationError("Single '}' encountered in format string");
      } else if (c == '{') {
        const std::size_t close = closing(text, at);
        out += field(text.substr(at + 1, close - at - 1), depth);
        at = close + 1;
      } else {
        out += c;
        ++at;
      }
    }
    return out;
  }

 private:
  static std::size_t closing(std::string_view text, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
      if (text[at] == '{') ++depth;
      if (text[at] == '}' && --depth == 0) return at;
    }
    throw OperationError("expected '}' before end of string");
  }

  std::string field(std::string_view inside, int depth) {
    std::size_t end = inside.find_first_of("!:");
    // An element's key may hold these.
    if (const std::size_t bracket = inside.find('['); bracket < end) {
      end = inside.find_first_of("!:", std::min(inside.find(']', bracket), inside.size()));
    }
    const std::string_view name = inside.substr(0, end);
    std::string_view rest = end == std::string_view::npos ? std::string_view() : inside.substr(end);
    Value value = lookup(name);
    if (rest.starts_with("!")) {
      if (rest.size() < 2 || (rest[1] != 'r' && rest[1] != 's' && rest[1] != 'a'))
        throw OperationError("Unknown conversion specifier");
      value = Value(rest[1] == 's' ? to_text(runtime_, value) : to_repr(runtime_, value));
      rest.remove_prefix(2);
    }
    if (!rest.empty() && !rest.starts_with(":")) throw OperationError("expected ':' after conversion specifier");
    return format_value(runtime_, value, rest.empty() ? "" : run(rest.substr(1), depth + 1));
  }

  Value lookup(std::string_view name) {
    const std::size_t end = std::min(name.find_first_of(".["), name.size());
    Value value = argument(name.substr(0, end));
    std::string_view rest = name.substr(end);
    while (!rest.empty()) {
      if (rest.front() == '.') {
        const std::size_t next = std::min(rest.find_first_of(".[", 1), rest.size());
        value = get_attribute(runtime_, value, rest.substr(1, next - 1));
        rest.remove_prefix(next);
      } else {
        const std::size_t close = rest.find(']');
        if (close == std::string_view::npos) throw OperationError("Missing ']' in format string");
        const std::string key(rest.substr(1, close - 1));
        const bool is_index = !key.empty() && key.size() < 10 && std::all_of(key.begin(), key.end(), is_digit);
        value = get_item(runtime_, value, is_index ? Value(std::int64_t{std::stoll(key)}) : Value(key));
        rest.remove_prefix(close + 1);
      }
    }
    return value;
  }

  Value argument(std::string_view name) {
    const bool is_number = name.size() < 10 && std::all_of(name.begin(), name.end(), is_digit);
    if (is_number) {
      const std::size_t index = name.empty() ? next_++ : std::stoul(std::string(name));
      if (index < arguments_.positional.size()) return arguments_.positional[index];
      throw OperationError(fmt::format("Replacement index {} out of range for positional args tuple", index));
    }
    for (const auto& [keyword, value] : arguments_.keywords) {
      if (keyword == name) return value;
    }
    throw OperationError(fmt::format("format() was given no argument {}", quote_text(util::abbreviate(name, 60))));
  }

  Runtime& runtime_;
  const CallArguments& arguments_;
  std::size_t next_ = 0;
};

}  // namespace

std::string format_percent(Runtime& runtime, std::string_view text, const Value& value) {
  return PercentFormatter(runtime, text, value).run();
}

std::string format_braces(Runtime& runtime, std::string_view text, const CallArguments& arguments) {
  return BraceFormatter(runtime, arguments).run(text);
}

std::string format_value(Runtime& runtime, const Value& value, std::string_view spec_text) {
  if (spec_text.empty()) return to_text(runtime, value);
  const FormatSpec spec = parse_format_spec(spec_text);
  const auto refuse = [&]() -> std::string {
    throw OperationError(fmt::format("Unknown format code '{}' for object of type '{}'", spec.type, type_name(value)));
  };
  if (value.is_text() || value.is_bool()) {
    if (value.is_bool() && spec.type != 0 && spec.type != 's') return format_integer(value.as_int(), spec);
    return spec.type == 0 || spec.type == 's' ? format_text(to_text(runtime, value), spec) : refuse();
  }
  const bool is_float_type = spec.type != 0 && std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos;
  if (value.is_float() || (value.is_int() && is_float_type)) {
    const bool fits = spec.type == 0 || spec.type == 'n' || is_float_type;
    return fits ? format_float(value.as_double(), spec) : refuse();
  }
  if (value.is_int()) {
    if (spec.precision) throw OperationError("Precision not allowed in integer format specifier");
    return spec.type == 's' ? refuse() : format_integer(value.as_int(), spec);
  }
  throw OperationError(fmt::format("unsupported format string passed to {}.__format__", type_name(value)));
}

}  // namespace boa::templates
