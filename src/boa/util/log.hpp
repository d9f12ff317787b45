#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boa::util {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogRecord {
  LogLevel level = LogLevel::kInfo;
  std::string_view logger;
  std::string_view text;
};

/// Messages of a run: to a listener (the terminal) and to files. Handed to whoever has something to say; thread-safe.
///
/// Lines in files are BOA's: `[LEVEL YYYY-mm-dd HH:MM:SS,mmm MainProcess Thread] boa: text`.
class Log {
 public:
  Log();
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Adds a file that is appended to, for records at least as severe as `least`. StorageError if it cannot be opened.
  void add_file(const std::filesystem::path& path, LogLevel least = LogLevel::kInfo);
  /// Stops writing to files. A file that cannot be written any more never stops a run.
  void close_files();
  /// Called for each record at least as severe as `least`, one at a time.
  void add_listener(LogLevel least, std::function<void(const LogRecord&)> listener);

  void write(LogLevel level, std::string_view text, std::string_view logger = "boa");
  void debug(std::string_view text) { write(LogLevel::kDebug, text); }
  void info(std::string_view text) { write(LogLevel::kInfo, text); }
  void warning(std::string_view text) { write(LogLevel::kWarning, text); }
  void error(std::string_view text) { write(LogLevel::kError, text); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace boa::util
