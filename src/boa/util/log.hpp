#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <source_location>
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
/// Lines in files are BOA's: `[LEVEL YYYY-mm-dd HH:MM:SS,mmm MainProcess Thread {file:line}] boa: text`, with the place
/// in the source that wrote it.
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

  using Place = std::source_location;
  void write(LogLevel level, std::string_view text, std::string_view logger = "boa", Place place = Place::current());
  void debug(std::string_view text, Place place = Place::current()) { write(LogLevel::kDebug, text, kName, place); }
  void info(std::string_view text, Place place = Place::current()) { write(LogLevel::kInfo, text, kName, place); }
  void warning(std::string_view text, Place place = Place::current()) { write(LogLevel::kWarning, text, kName, place); }
  void error(std::string_view text, Place place = Place::current()) { write(LogLevel::kError, text, kName, place); }

 private:
  static constexpr std::string_view kName = "boa";
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace boa::util
