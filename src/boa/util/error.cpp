#include "boa/util/error.hpp"

#include <fmt/core.h>

#include <utility>

namespace boa {

Error::Error(const std::string& message, std::string hint) : std::runtime_error(message), hint_(std::move(hint)) {}

std::string Error::describe() const { return hint_.empty() ? what() : fmt::format("{}\n  {}", what(), hint_); }

std::string SourceLocation::to_string() const {
  std::string text = file;
  if (line > 0) text += fmt::format("{}{}", text.empty() ? "line " : ":", line);
  if (line > 0 && column > 0) text += fmt::format(":{}", column);
  return text;
}

namespace {

std::string config_message(const SourceLocation& where, const std::string& key_path, const std::string& message) {
  std::string text = where.to_string();
  if (!text.empty()) text += ": ";
  if (!key_path.empty()) text += key_path + ": ";
  return text + message;
}

}  // namespace

ConfigError::ConfigError(SourceLocation where, std::string key_path, const std::string& message, std::string hint)
    : Error(config_message(where, key_path, message), std::move(hint)),
      where_(std::move(where)),
      key_path_(std::move(key_path)) {}

namespace util {

void check_failed(const char* condition, const char* file, int line, const std::string& details) {
  throw InternalError(fmt::format("internal error: {} does not hold at {}:{}{}{}", condition, file, line,
                                  details.empty() ? "" : ": ", details),
                      "This is a bug in boa; please report it with the message above.");
}

std::string check_details() { return {}; }
std::string check_details(std::string_view text) { return std::string(text); }
std::string check_details(const std::string& text) { return text; }
std::string check_details(const char* text) { return text; }

}  // namespace util
}  // namespace boa
