#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "boa/template/format_spec.hpp"
#include "boa/template/formatting.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"
#include "boa/template/unicode.hpp"

namespace boa::templates {

namespace {

unsigned char byte(char c) { return static_cast<unsigned char>(c); }
bool is_letter(char c) { return std::isalpha(byte(c)) != 0 || byte(c) >= 0x80; }
bool is_digit(char c) { return std::isdigit(byte(c)) != 0; }
bool is_upper(char c) { return std::isupper(byte(c)) != 0; }
bool is_lower(char c) { return std::islower(byte(c)) != 0; }

std::string title_text(std::string_view text) {
  std::string result;
  bool inside = false;
  for (const char c : text) {
    result += static_cast<char>(inside ? std::tolower(byte(c)) : std::toupper(byte(c)));
    inside = is_letter(c);
  }
  return result;
}

std::string swap_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(is_upper(c) ? std::tolower(byte(c)) : std::toupper(byte(c)));
  return result;
}

template <std::string (*Change)(std::string_view)>
Value changed(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments none("this method", arguments, {});
  return runtime.text(Change(self.text()));
}

template <bool (*Holds)(char)>
Value all_are(Runtime&, const Value& self, const CallArguments&) {
  return !self.text().empty() && std::all_of(self.text().begin(), self.text().end(), Holds);
}

bool is_word_character(char c) { return is_letter(c) || is_digit(c); }

template <bool (*Wanted)(char), bool (*Unwanted)(char)>
Value is_case(Runtime&, const Value& self, const CallArguments&) {
  return std::any_of(self.text().begin(), self.text().end(), Wanted) &&
         std::none_of(self.text().begin(), self.text().end(), Unwanted);
}

Value is_identifier(Runtime&, const Value& self, const CallArguments&) {
  const std::string& text = self.text();
  return !text.empty() && !is_digit(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word_character(c) || c == '_'; });
}

template <bool Left, bool Right>
Value strip(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("strip", arguments, {"chars"});
  return runtime.text(stripped(self.text(), bound.get(0, Value()), Left, Right));
}

/// By white space: no empty parts.
std::vector<std::string> split_blanks(const std::string& text, std::int64_t most) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    if (is_ascii_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    if (most >= 0 && static_cast<std::int64_t>(parts.size()) == most) {
      end = text.size();
      while (is_ascii_space(text[end - 1])) --end;
    } else {
      while (end < text.size() && !is_ascii_space(text[end])) ++end;
    }
    parts.push_back(text.substr(at, end - at));
    at = end;
    if (most >= 0 && static_cast<std::int64_t>(parts.size()) > most) break;
  }
  return parts;
}

std::vector<std::string> split_by(const std::string& text, const std::string& separator, std::int64_t most,
                                  bool from_right) {
  if (separator.empty()) throw OperationError("empty separator");
  std::vector<std::string> parts;
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t at =
        from_right ? (end < separator.size() ? std::string::npos : text.rfind(separator, end - separator.size()))
                   : text.find(separator, begin);
    if (at == std::string::npos) break;
    parts.push_back(from_right ? text.substr(at + separator.size(), end - at - separator.size())
                               : text.substr(begin, at - begin));
    begin = at + separator.size();
    end = at;
  }
  parts.push_back(from_right ? text.substr(0, end) : text.substr(begin));
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

Value list_of(Runtime& runtime, const std::vector<std::string>& parts, List::Kind kind = List::Kind::kList) {
  std::vector<Value> items;
  for (const std::string& part : parts) items.push_back(runtime.text(part));
  return runtime.list(std::move(items), kind);
}

template <bool FromRight>
Value split(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound(FromRight ? "rsplit" : "split", arguments, {"sep", "maxsplit"});
  const std::int64_t most = bound.get_int(1, -1);
  const Value* separator = bound.find(0);
  if (separator != nullptr && !separator->is_none()) {
    return list_of(runtime, split_by(self.text(), expect_text(*separator, "sep"), most, FromRight));
  }
  if (!FromRight || most < 0) return list_of(runtime, split_blanks(self.text(), most));
  std::vector<std::string> parts = split_blanks({self.text().rbegin(), self.text().rend()}, most);
  for (std::string& part : parts) std::reverse(part.begin(), part.end());
  std::reverse(parts.begin(), parts.end());
  return list_of(runtime, parts);
}

Value splitlines(Runtime& runtime, const Value& self, const CallArguments&) {
  return list_of(runtime, text_lines(self.text()));
}

template <bool FromRight>
Value partition(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("partition", arguments, {"sep"});
  const std::string separator = expect_text(bound.at(0), "sep");
  if (separator.empty()) throw OperationError("empty separator");
  const std::string& text = self.text();
  const std::size_t at = FromRight ? text.rfind(separator) : text.find(separator);
  if (at == std::string::npos) {
    return list_of(runtime, FromRight ? std::vector<std::string>{"", "", text} : std::vector<std::string>{text, "", ""},
                   List::Kind::kTuple);
  }
  return list_of(runtime, {text.substr(0, at), separator, text.substr(at + separator.size())}, List::Kind::kTuple);
}

Value join(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("join", arguments, {"iterable"});
  std::string text;
  bool first = true;
  for_each(runtime, bound.at(0), [&](const Value& item) {
    if (!first) text += self.text();
    first = false;
    text += expect_text(item, "an item of join()");
    runtime.spend_bytes(self.text().size() + item.text().size());
    return true;
  });
  return Value(std::move(text));
}

Value replace(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("replace", arguments, {"old", "new", "count"});
  return Value(replaced(runtime, self.text(), expect_text(bound.at(0), "old"), expect_text(bound.at(1), "new"),
                        bound.get_int(2, -1)));
}

template <bool AtEnd>
Value starts_or_ends(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound(AtEnd ? "endswith" : "startswith", arguments, {"prefix"});
  const auto matches = [&](const Value& part) {
    const std::string& text = expect_text(part, "prefix");
    return AtEnd ? self.text().ends_with(text) : self.text().starts_with(text);
  };
  if (bound.at(0).list() == nullptr) return matches(bound.at(0));
  const std::vector<Value> parts = items_of(runtime, bound.at(0));
  return std::any_of(parts.begin(), parts.end(), matches);
}

template <bool FromRight, bool Required>
Value find(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("find", arguments, {"sub"});
  const std::string& part = expect_text(bound.at(0), "sub");
  runtime.spend_bytes(self.text().size());
  const std::size_t at = FromRight ? self.text().rfind(part) : self.text().find(part);
  if (at == std::string::npos && Required) throw OperationError("substring not found");
  return at == std::string::npos
             ? -1
             : static_cast<std::int64_t>(count_characters(std::string_view(self.text()).substr(0, at)));
}

Value count(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("count", arguments, {"sub"});
  const std::string& part = expect_text(bound.at(0), "sub");
  if (part.empty()) return count_characters(self.text()) + 1;
  runtime.spend_bytes(self.text().size());
  std::int64_t found = 0;
  for (std::size_t at = self.text().find(part); at != std::string::npos; at = self.text().find(part, at + part.size()))
    ++found;
  return found;
}

template <char Align>
Value justify(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("just", arguments, {"width", "fillchar"});
  const std::int64_t width = expect_int(bound.at(0), "width");
  FormatSpec spec;
  spec.fill = bound.get_text(1, " ");
  if (count_characters(spec.fill) != 1) throw OperationError("The fill character must be exactly one character long");
  spec.align = Align;
  spec.width = static_cast<std::size_t>(std::clamp<std::int64_t>(width, 0, kWidestField));
  if (Align == '^')
    return runtime.text(spec.fill == " " ? centered(self.text(), spec.width) : format_text(self.text(), spec));
  return runtime.text(format_text(self.text(), spec));
}

Value zfill(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("zfill", arguments, {"width"});
  const auto width =
      static_cast<std::size_t>(std::clamp<std::int64_t>(expect_int(bound.at(0), "width"), 0, kWidestField));
  const std::size_t length = count_characters(self.text());
  if (length >= width) return self;
  const std::size_t sign = self.text().starts_with('-') || self.text().starts_with('+') ? 1 : 0;
  std::string text = self.text();
  return runtime.text(text.insert(sign, std::string(width - length, '0')));
}

template <bool AtEnd>
Value remove_affix(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound(AtEnd ? "removesuffix" : "removeprefix", arguments, {"affix"});
  const std::string& affix = expect_text(bound.at(0), "the argument");
  const std::string& text = self.text();
  if (affix.empty() || !(AtEnd ? text.ends_with(affix) : text.starts_with(affix))) return self;
  return runtime.text(AtEnd ? text.substr(0, text.size() - affix.size()) : text.substr(affix.size()));
}

Value format(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  return runtime.text(format_braces(runtime, self.text(), arguments));
}

Value format_map(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const Value values = BoundArguments("format_map", arguments, {"mapping"}).at(0);
  if (values.dict() == nullptr) throw OperationError(fmt::format("format_map takes a dict, not {}", type_name(values)));
  CallArguments named;
  for (const auto& [key, value] : values.dict()->entries) named.keywords.emplace_back(to_text(runtime, key), value);
  return runtime.text(format_braces(runtime, self.text(), named));
}

Value expand_tabs(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const std::int64_t width =
      std::clamp<std::int64_t>(BoundArguments("expandtabs", arguments, {"tabsize"}).get_int(0, 8), 0, 1000);
  std::string result;
  std::int64_t column = 0;
  for (const std::string_view character : characters(self.text())) {
    if (character == "\t") {
      const std::int64_t blanks = width == 0 ? 0 : width - column % width;
      result.append(static_cast<std::size_t>(blanks), ' ');
      column += blanks;
      runtime.spend_bytes(static_cast<std::size_t>(blanks));
    } else {
      result += character;
      column = character == "\n" || character == "\r" ? 0 : column + 1;
    }
  }
  return runtime.text(std::move(result));
}

/// Upper case at the beginnings of words, lower case inside, and at least one letter.
Value is_title(Runtime&, const Value& self, const CallArguments&) {
  bool inside = false, found = false;
  for (const char c : self.text()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool upper = std::isupper(byte) != 0, lower = std::islower(byte) != 0;
    if ((upper && inside) || (lower && !inside)) return false;
    inside = upper || lower;
    found = found || inside;
  }
  return found;
}

Value is_ascii_text(Runtime&, const Value& self, const CallArguments&) {
  return std::all_of(self.text().begin(), self.text().end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

const std::map<std::string_view, Method>& text_methods() {
  static const std::map<std::string_view, Method> methods = {
      {"upper", changed<upper_text>},
      {"lower", changed<lower_text>},
      {"casefold", changed<lower_text>},
      {"capitalize", changed<capitalized>},
      {"title", changed<title_text>},
      {"swapcase", changed<swap_case>},
      {"isalpha", all_are<is_letter>},
      {"isdigit", all_are<is_digit>},
      {"isdecimal", all_are<is_digit>},
      {"isnumeric", all_are<is_digit>},
      {"isalnum", all_are<is_word_character>},
      {"isspace", all_are<is_ascii_space>},
      {"isupper", is_case<is_upper, is_lower>},
      {"islower", is_case<is_lower, is_upper>},
      {"isidentifier", is_identifier},
      {"strip", strip<true, true>},
      {"lstrip", strip<true, false>},
      {"rstrip", strip<false, true>},
      {"split", split<false>},
      {"rsplit", split<true>},
      {"splitlines", splitlines},
      {"partition", partition<false>},
      {"rpartition", partition<true>},
      {"join", join},
      {"replace", replace},
      {"startswith", starts_or_ends<false>},
      {"endswith", starts_or_ends<true>},
      {"find", find<false, false>},
      {"rfind", find<true, false>},
      {"index", find<false, true>},
      {"rindex", find<true, true>},
      {"count", count},
      {"ljust", justify<'<'>},
      {"rjust", justify<'>'>},
      {"center", justify<'^'>},
      {"zfill", zfill},
      {"removeprefix", remove_affix<false>},
      {"removesuffix", remove_affix<true>},
      {"format", format},
      {"format_map", format_map},
      {"expandtabs", expand_tabs},
      {"istitle", is_title},
      {"isascii", is_ascii_text},
  };
  return methods;
}

}  // namespace

Method find_text_method(std::string_view name) {
  const auto it = text_methods().find(name);
  return it == text_methods().end() ? nullptr : it->second;
}

std::string upper_text(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(byte(c)));
  return result;
}

std::string lower_text(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(byte(c)));
  return result;
}

std::string capitalized(std::string_view text) {
  std::string result = lower_text(text);
  if (!result.empty()) result[0] = static_cast<char>(std::toupper(byte(result[0])));
  return result;
}

std::string replaced(Runtime& runtime, std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most) {
  std::string result;
  std::int64_t count = 0;
  std::size_t at = 0;
  runtime.spend_bytes(text.size());
  const auto next = [&](std::size_t begin) {
    // An empty text stands before each character and at the end.
    if (!from.empty()) return text.find(from, begin);
    return begin <= text.size() ? begin : std::string_view::npos;
  };
  for (std::size_t found = next(0); found != std::string_view::npos && (most < 0 || count < most); ++count) {
    result += text.substr(at, found - at);
    result += to;
    runtime.spend_bytes(to.size());
    at = found + from.size();
    found = from.empty() ? (found >= text.size() ? std::string_view::npos
                                                 : found + characters(text.substr(found, 4)).front().size())
                         : next(at);
  }
  if (at < text.size()) result += text.substr(at);
  return result;
}

std::string stripped(std::string_view text, const Value& set, bool left, bool right) {
  std::string any;
  if (!set.is_none()) any = expect_text(set, "chars");
  const std::vector<std::string_view> wanted = characters(any);
  const auto goes = [&](std::string_view character) {
    if (set.is_none()) return character.size() == 1 && is_ascii_space(character[0]);
    return std::find(wanted.begin(), wanted.end(), character) != wanted.end();
  };
  const std::vector<std::string_view> letters = characters(text);
  std::size_t begin = 0;
  std::size_t end = letters.size();
  while (left && begin < end && goes(letters[begin])) ++begin;
  while (right && end > begin && goes(letters[end - 1])) --end;
  std::string result;
  for (std::size_t i = begin; i < end; ++i) result += letters[i];
  return result;
}

std::string centered(std::string_view text, std::size_t width) {
  const std::size_t length = count_characters(text);
  if (length >= width) return std::string(text);
  // Python puts the odd blank left where the width is odd.
  const std::size_t missing = width - length;
  const std::size_t left = missing / 2 + (missing & width & 1U);
  return std::string(left, ' ') + std::string(text) + std::string(missing - left, ' ');
}

std::vector<std::string> text_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\n\r", at), text.size());
    lines.emplace_back(text.substr(at, end - at));
    at = end + (text.substr(std::min(end, text.size()), 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

}  // namespace boa::templates
