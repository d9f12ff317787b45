#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace boa {

/// Base of every fault that is reported to a person: what went wrong, and what to do about it.
///
/// Expected outcomes (a failed job, a missing metric, an optimizer that did not converge) are values, never exceptions.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string hint = {});

  /// What to do about it; may be empty.
  const std::string& hint() const { return hint_; }

  /// Message and hint as one text for a terminal.
  std::string describe() const;

 private:
  std::string hint_;
};

/// Where in a text something stands. Lines and columns count from 1; 0 means unknown.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;

  /// `file:line:column`, without the parts that are unknown.
  std::string to_string() const;
};

/// One thing that is wrong with a config: where, which key, what was found, what is allowed.
class ConfigError : public Error {
 public:
  ConfigError(SourceLocation where, std::string key_path, const std::string& message, std::string hint = {});

  const SourceLocation& where() const { return where_; }
  /// The key as a path, e.g. `parameters.x1.bounds`; empty at the top level.
  const std::string& key_path() const { return key_path_; }

 private:
  SourceLocation where_;
  std::string key_path_;
};

/// The user asked for something that cannot be done (arguments, a request in ask-tell, a wrong folder).
class UserInputError : public Error {
  using Error::Error;
};

/// The store or another file could not be read or written.
class StorageError : public Error {
  using Error::Error;
};

/// A program could not be started or controlled.
class ExecutorError : public Error {
  using Error::Error;
};

/// A computation has no usable result (a matrix that cannot be factorised, data without a finite value).
class NumericalError : public Error {
  using Error::Error;
};

/// Something that is known by name but not served by this version.
class UnsupportedError : public Error {
  using Error::Error;
};

/// Our own bug. Never abort: the library lives inside Python, R and long runs.
class InternalError : public Error {
  using Error::Error;
};

namespace util {

/// Throws InternalError; the slow half of BOA_CHECK.
[[noreturn]] void check_failed(const char* condition, const char* file, int line, const std::string& details);

std::string check_details();
std::string check_details(std::string_view text);
std::string check_details(const std::string& text);
std::string check_details(const char* text);
template <typename... Values>
std::string check_details(const Values&... values) {
  std::string text;
  ((text += (text.empty() ? "" : ", ") + std::to_string(values)), ...);
  return text;
}

}  // namespace util
}  // namespace boa

/// BOA_CHECK(condition) or BOA_CHECK(condition, "text") or BOA_CHECK(condition, number, number...): throws
/// InternalError when the condition does not hold. For our own mistakes only, never for the user's.
#define BOA_CHECK(condition, ...)                                                                         \
  do {                                                                                                    \
    if (!(condition)) [[unlikely]]                                                                        \
      ::boa::util::check_failed(#condition, __FILE__, __LINE__, ::boa::util::check_details(__VA_ARGS__)); \
  } while (false)
