#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace boa::util {

/// The number that the whole text is, with `.` whatever the locale; floating point numbers may have an exponent and be
/// `inf` or `nan`. One leading `+` is allowed, blanks are not.
template <typename Number>
std::optional<Number> number_from_text(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// std::strtod with `.` whatever the locale of the process, which belongs to the program that embeds the library.
double strtod_c(const char* text, char** end = nullptr);

}  // namespace boa::util
