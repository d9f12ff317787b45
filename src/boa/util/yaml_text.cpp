#include "boa/util/yaml_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "boa/util/error.hpp"

namespace boa::util {

namespace {

/// Refuses what is no text at all, with its position.
void check_characters(std::string_view text, const std::string& file) {
  int line = 1;
  std::size_t line_start = 0;
  const auto refuse = [&](std::size_t at, const std::string& what, std::string hint) {
    throw ConfigError({file, line, static_cast<int>(at - line_start) + 1}, "", what, std::move(hint));
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++line;
      line_start = i + 1;
    } else if ((byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7F) {
      refuse(i, fmt::format("the control character 0x{:02x} is not allowed", byte), "");
    }
    // Length and least code point of the UTF-8 sequence that this byte begins.
    const std::size_t length = byte < 0x80          ? 1
                               : (byte >> 5U) == 6  ? 2
                               : (byte >> 4U) == 14 ? 3
                               : (byte >> 3U) == 30 ? 4
                                                    : 0;
    bool valid = length > 0 && i + length <= text.size();
    std::uint32_t code = length > 1 ? byte & (0x7FU >> length) : byte;
    for (std::size_t k = 1; valid && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      valid = (next & 0xC0U) == 0x80U;
      code = (code << 6U) | (next & 0x3FU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    valid = valid && code >= kLeast[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (!valid)
      refuse(i, fmt::format("the byte 0x{:02x} is not valid UTF-8", byte), "Save the file in the encoding UTF-8.");
    i += length;
  }
}

[[noreturn]] void refuse_depth(std::string_view text, std::size_t at, const std::string& file) {
  const std::string_view before = text.substr(0, at);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t last_line = before.rfind('\n');
  const std::size_t column = last_line == std::string_view::npos ? at + 1 : at - last_line;
  throw ConfigError({file, line, static_cast<int>(column)}, "",
                    fmt::format("nested deeper than {} levels", kDeepestYaml));
}

/// The end of a comment or quoted text that begins at `at`.
std::size_t skip_word(std::string_view text, std::size_t at) {
  const char kind = text[at];
  if (kind == '#') return std::min(text.find('\n', at), text.size());
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (kind == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == kind) {
      if (kind == '"' || i + 1 >= text.size() || text[i + 1] != kind) return i;
      ++i;
    }
  }
  return text.size();
}

/// Counts brackets and braces outside of quotes and comments. No exact reading: a bracket in a plain text counts, until
/// the next line that is not indented.
void check_brackets(std::string_view text, const std::string& file) {
  std::size_t depth = 0;
  char before = '\n';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool starts_word = std::string_view(" \t\n,:[{").find(before) != std::string_view::npos;
    if (c == '[' || c == '{') {
      if (++depth > kDeepestYaml) refuse_depth(text, i, file);
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
    } else if (starts_word && (c == '"' || c == '\'' || c == '#')) {
      i = skip_word(text, i);
    } else if (before == '\n' && c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      depth = 0;
    }
    before = i < text.size() ? text[i] : '\n';
  }
}

}  // namespace

void check_yaml_text(std::string_view text, const std::string& file) {
  check_characters(text, file);
  check_brackets(text, file);
}

}  // namespace boa::util
