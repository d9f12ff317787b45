// Filters for addresses, attributes of XML and sizes of files.
#include <fmt/core.h>

#include <array>
#include <cctype>
#include <cmath>

#include "boa/template/filters.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

/// Percent encoding of RFC 3986. In a query `/` is encoded too, and a blank is `+`.
std::string percent_encoded(std::string_view text, bool in_query) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_safe =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("_.-~").find(c) != std::string_view::npos);
    if (is_safe || (c == '/' && !in_query)) {
      result += c;
    } else if (c == ' ' && in_query) {
      result += '+';
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned>(byte));
    }
  }
  return result;
}

Value url_encode(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments none("urlencode", arguments, {});
  if (input.is_text() || !is_iterable(input)) return runtime.text(percent_encoded(to_text(runtime, input), false));
  std::vector<std::pair<Value, Value>> pairs;
  if (const Dict* dict = input.dict()) {
    pairs = dict->entries;
  } else {
    for_each(runtime, input, [&](const Value& pair) {
      const std::vector<Value> parts = items_of(runtime, pair);
      if (parts.size() != 2) throw OperationError("urlencode takes a text, a dict, or pairs of name and value");
      pairs.emplace_back(parts[0], parts[1]);
      return true;
    });
  }
  std::string query;
  for (const auto& [name, value] : pairs) {
    if (!query.empty()) query += '&';
    query += percent_encoded(to_text(runtime, name), true) + "=" + percent_encoded(to_text(runtime, value), true);
    runtime.spend();
  }
  return runtime.text(std::move(query));
}

Value xml_attributes(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("xmlattr", arguments, {"autospace"});
  const Dict* dict = input.dict();
  if (dict == nullptr) throw OperationError(fmt::format("xmlattr takes a dict, not {}", type_name(input)));
  std::string text;
  for (const auto& [key, value] : dict->entries) {
    if (value.is_none() || value.is_undefined()) continue;
    const std::string name = to_text(runtime, key);
    if (name.find_first_of(" \t\n\r\f\v/>=") != std::string::npos)
      throw OperationError(fmt::format("Invalid character in attribute name: {}", quote_text(name)));
    text +=
        fmt::format("{}{}=\"{}\"", text.empty() ? "" : " ", escaped_text(name), escaped_text(to_text(runtime, value)));
    runtime.spend_bytes(text.size());
  }
  return runtime.text(bound.get_bool(0, true) && !text.empty() ? " " + text : text);
}

double number_of(Runtime& runtime, const Value& input) {
  if (input.is_number()) return input.as_double();
  const auto number = input.is_text() ? util::number_from_text<double>(util::trim(input.text())) : std::nullopt;
  if (!number) throw OperationError(fmt::format("could not convert {} to float", to_repr(runtime, input)));
  return *number;
}

Value file_size(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("filesizeformat", arguments, {"binary"});
  const bool binary = bound.get_bool(0, false);
  const double base = binary ? 1024 : 1000;
  const double bytes = number_of(runtime, input);
  if (bytes == 1) return "1 Byte";
  if (bytes < base) {
    if (std::isinf(bytes)) throw OperationError("cannot convert float infinity to integer");
    return fmt::format("{:.0f} Bytes", std::trunc(bytes) + 0.0);
  }
  constexpr std::array<char, 8> kLetters = {'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'};
  double unit = base;
  std::size_t i = 0;
  while (i + 1 < kLetters.size() && !(bytes < unit * base)) {
    unit *= base;
    ++i;
  }
  const char letter = binary && i == 0 ? 'K' : kLetters.at(i);
  return fmt::format("{:.1f} {}{}", base * bytes / (unit * base), letter, binary ? "iB" : "B");
}

}  // namespace

const FilterTable& web_filters() {
  static const FilterTable filters = {
      {"filesizeformat", file_size}, {"urlencode", url_encode}, {"xmlattr", xml_attributes}};
  return filters;
}

}  // namespace boa::templates
