#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace boa::runner {

/// Hands on the lines of a file that grows, each once. Reads only when the file has grown.
class LogTail {
 public:
  explicit LogTail(std::filesystem::path file) : file_(std::move(file)) {}

  using Listener = std::function<void(std::string_view line)>;
  /// The lines that are whole; a very long one comes in parts.
  void forward(const Listener& listener);
  /// The same, and a last line without an end.
  void finish(const Listener& listener);
  /// Leaves out what is in the file now.
  void skip_to_end();

  /// The last line that says something, without blanks around it.
  const std::string& last_line() const { return last_line_; }

 private:
  void emit(std::string_view line, const Listener& listener);

  std::filesystem::path file_;
  std::int64_t offset_ = 0;
  std::string partial_;
  std::string last_line_;
};

}  // namespace boa::runner
