#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "boa/template/filters.hpp"
#include "boa/template/formatting.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"
#include "boa/template/unicode.hpp"
#include "boa/template/word_wrap.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

template <std::string (*Change)(std::string_view)>
Value changed(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments none("this filter", arguments, {});
  return runtime.text(Change(to_text(runtime, input)));
}

/// As Jinja2: a word begins behind blanks, hyphens and opening brackets.
std::string title_words(std::string_view text) {
  std::string result;
  bool starts = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += static_cast<char>(starts ? std::toupper(byte) : std::tolower(byte));
    starts = is_ascii_space(c) || std::string_view("-({[<").find(c) != std::string_view::npos;
  }
  return result;
}

std::string unchanged(std::string_view text) { return std::string(text); }

Value trim(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("trim", arguments, {"chars"});
  return runtime.text(stripped(to_text(runtime, input), bound.get(0, Value()), true, true));
}

Value center(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("center", arguments, {"width"});
  const std::int64_t width = std::clamp<std::int64_t>(bound.get_int(0, 80), 0, 10'000);
  return runtime.text(centered(to_text(runtime, input), static_cast<std::size_t>(width)));
}

Value replace(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("replace", arguments, {"old", "new", "count"});
  const Value count = bound.get(2, Value());
  return Value(replaced(runtime, to_text(runtime, input), to_text(runtime, bound.at(0)), to_text(runtime, bound.at(1)),
                        count.is_none() ? -1 : expect_int(count, "count")));
}

Value format(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  if (!arguments.keywords.empty() && !arguments.positional.empty())
    throw OperationError("can't handle positional and keyword arguments at the same time");
  Value values;
  if (arguments.keywords.empty()) {
    values = runtime.tuple(arguments.positional);
  } else {
    Dict* dict = runtime.make<Dict>();
    for (const auto& [key, value] : arguments.keywords) dict->set(runtime, Value(key), value);
    values = Value(dict);
  }
  return runtime.text(format_percent(runtime, to_text(runtime, input), values));
}

Value indent(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("indent", arguments, {"width", "first", "blank"});
  const Value width = bound.get(0, Value(4));
  const std::string margin =
      width.is_text()
          ? width.text()
          : std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(expect_int(width, "width"), 0, 10'000)), ' ');
  const bool blank = bound.get_bool(2, false);
  std::string result = bound.get_bool(1, false) ? margin : "";
  // As in Python the text is taken to end with a line of its own.
  const std::vector<std::string> lines = text_lines(to_text(runtime, input) + "\n");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    runtime.spend_bytes(lines[i].size() + margin.size());
    if (i > 0) result += (blank || !lines[i].empty()) ? "\n" + margin : "\n";
    result += lines[i];
  }
  return runtime.text(std::move(result));
}

Value truncate(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("truncate", arguments, {"length", "killwords", "end", "leeway"});
  const std::string text = to_text(runtime, input);
  const std::string end = bound.get_text(2, "...");
  const std::int64_t length = bound.get_int(0, 255);
  const std::int64_t leeway = bound.find(3) == nullptr || bound.at(3).is_none() ? 5 : bound.get_int(3, 5);
  const auto end_length = static_cast<std::int64_t>(count_characters(end));
  if (length < end_length) throw OperationError(fmt::format("expected length >= {}, got {}", end_length, length));
  if (leeway < 0) throw OperationError("the leeway must not be negative");
  const std::vector<std::string_view> letters = characters(text);
  if (static_cast<std::int64_t>(letters.size()) <= length + leeway) return Value(text);
  std::string kept;
  for (std::int64_t i = 0; i < length - end_length; ++i) kept += letters[static_cast<std::size_t>(i)];
  if (!bound.get_bool(1, false) && kept.rfind(' ') != std::string::npos) kept.resize(kept.rfind(' '));
  return runtime.text(kept + end);
}

Value word_wrap(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("wordwrap", arguments, {"width", "break_long_words", "wrapstring", "break_on_hyphens"});
  const std::int64_t width = bound.get_int(0, 79);
  if (width <= 0) throw OperationError(fmt::format("invalid width {} (must be > 0)", width));
  const std::string text = to_text(runtime, input);
  runtime.spend_bytes(text.size() * 16);
  const bool has_end = bound.find(2) != nullptr && !bound.at(2).is_none();
  const WrapOptions options{static_cast<std::size_t>(width), bound.get_bool(1, true), bound.get_bool(3, true)};
  const std::string end = has_end ? bound.get_text(2, "\n") : "\n";
  std::string result;
  bool first = true;
  for (const std::string& line : text_lines(text)) {
    if (!std::exchange(first, false)) result += end;
    const std::vector<std::string> wrapped = wrapped_line(line, options);
    result += util::join(wrapped, end);
    runtime.spend_bytes(wrapped.size() * end.size());
  }
  return runtime.text(std::move(result));
}

Value word_count(Runtime& runtime, const Value& input, const CallArguments&) {
  const std::string text = to_text(runtime, input);
  std::int64_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool is_word =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (is_word && !inside) ++words;
    inside = is_word;
  }
  return words;
}

void write_json(Runtime& runtime, const Value& value, std::int64_t indent, std::int64_t depth, std::string& out);

std::string json_text(std::string_view text) {
  // Jinja2 makes it safe for HTML; everything beyond ASCII is escaped, as Python does.
  std::string result = "\"";
  for (const std::string_view character : characters(text)) {
    const auto byte = static_cast<unsigned char>(character[0]);
    if (character.size() > 1) {
      char32_t code = byte & (0x7FU >> character.size());
      for (std::size_t i = 1; i < character.size(); ++i)
        code = (code << 6U) | (static_cast<unsigned char>(character[i]) & 0x3FU);
      if (code >= 0x10000) {
        const char32_t rest = code - 0x10000;
        result += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (static_cast<unsigned>(rest) >> 10U),
                              0xDC00U + (static_cast<unsigned>(rest) & 0x3FFU));
      } else {
        result += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
      }
    } else if (byte == '"' || byte == '\\') {
      result += '\\';
      result += character;
    } else if (byte == '\n') {
      result += "\\n";
    } else if (byte == '\r') {
      result += "\\r";
    } else if (byte == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == '<' || byte == '>' || byte == '&' || byte == '\'') {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      result += character;
    }
  }
  return result + "\"";
}

std::string json_key(Runtime& runtime, const Value& key) {
  if (key.is_text()) return json_text(key.text());
  if (key.is_bool()) return key.as_bool() ? "\"true\"" : "\"false\"";
  if (key.is_none()) return "\"null\"";
  if (key.is_number()) return "\"" + to_text(runtime, key) + "\"";
  throw OperationError(fmt::format("keys must be str, int, float, bool or None, not {}", type_name(key)));
}

void json_line(std::int64_t indent, std::int64_t depth, std::string& out) {
  if (indent >= 0) out += "\n" + std::string(static_cast<std::size_t>(indent * depth), ' ');
}

void write_json_dict(Runtime& runtime, const Dict& dict, std::int64_t indent, std::int64_t depth, std::string& out) {
  std::vector<Value> keys;
  for (const auto& entry : dict.entries) keys.push_back(entry.first);
  sort_values(runtime, keys, {}, false, true);
  Dict& entries = const_cast<Dict&>(dict);
  out += "{";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) out += indent >= 0 ? "," : ", ";
    json_line(indent, depth + 1, out);
    out += json_key(runtime, keys[i]) + ": ";
    write_json(runtime, *entries.find(runtime, keys[i]), indent, depth + 1, out);
  }
  if (!keys.empty()) json_line(indent, depth, out);
  out += "}";
}

void write_json(Runtime& runtime, const Value& value, std::int64_t indent, std::int64_t depth, std::string& out) {
  const Runtime::Descent descent(runtime);
  const std::size_t before = out.size();
  if (value.is_none()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.is_float() && !(value.as_double() - value.as_double() == 0)) {
    out += value.as_double() > 0 ? "Infinity" : (value.as_double() < 0 ? "-Infinity" : "NaN");
  } else if (value.is_number()) {
    out += to_text(runtime, value);
  } else if (value.is_text()) {
    out += json_text(value.text());
  } else if (const List* list = value.list(); list != nullptr && list->is_sequence()) {
    out += "[";
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) out += indent >= 0 ? "," : ", ";
      json_line(indent, depth + 1, out);
      write_json(runtime, list->items[i], indent, depth + 1, out);
    }
    if (!list->items.empty()) json_line(indent, depth, out);
    out += "]";
  } else if (const Dict* dict = value.dict()) {
    write_json_dict(runtime, *dict, indent, depth, out);
  } else {
    throw OperationError(fmt::format("Object of type {} is not JSON serializable", type_name(value)));
  }
  runtime.spend_bytes((out.size() - before) / (value.list() != nullptr || value.dict() != nullptr ? 8 : 1));
}

Value to_json(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("tojson", arguments, {"indent"});
  std::string text;
  const bool has_indent = bound.find(0) != nullptr && !bound.at(0).is_none();
  write_json(runtime, input, has_indent ? std::clamp<std::int64_t>(bound.get_int(0, 0), 0, 100) : -1, 0, text);
  return runtime.text(std::move(text));
}

}  // namespace

std::string escaped_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '"':
        result += "&#34;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

const FilterTable& text_filters() {
  static const FilterTable filters = {
      {"upper", changed<upper_text>},
      {"lower", changed<lower_text>},
      {"capitalize", changed<capitalized>},
      {"title", changed<title_words>},
      {"string", changed<unchanged>},
      {"escape", changed<escaped_text>},
      {"e", changed<escaped_text>},
      {"forceescape", changed<escaped_text>},
      {"safe", changed<unchanged>},
      {"trim", trim},
      {"center", center},
      {"replace", replace},
      {"format", format},
      {"indent", indent},
      {"truncate", truncate},
      {"wordcount", word_count},
      {"wordwrap", word_wrap},
      {"tojson", to_json},
  };
  return filters;
}

}  // namespace boa::templates
