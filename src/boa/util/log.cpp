#include "boa/util/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "boa/util/error.hpp"

namespace boa::util {

namespace {

constexpr const char* kFilePattern = "[%* %Y-%m-%d %H:%M:%S,%e MainProcess %& {%s:%#}] %n: %v";

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// The level as Python's logging names it.
class PythonLevel final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string_view name = message.level == spdlog::level::warn    ? "WARNING"
                                  : message.level == spdlog::level::err   ? "ERROR"
                                  : message.level == spdlog::level::debug ? "DEBUG"
                                                                          : "INFO";
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<PythonLevel>(); }
};

/// The thread as Python's logging names it.
class PythonThread final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const bool is_main = message.thread_id == static_cast<std::size_t>(::getpid());
    const std::string name = is_main ? "MainThread" : "Thread-" + std::to_string(message.thread_id);
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<PythonThread>(); }
};

std::unique_ptr<spdlog::formatter> file_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PythonLevel>('*').add_flag<PythonThread>('&').set_pattern(kFilePattern);
  return formatter;
}

struct Listener {
  LogLevel least;
  std::function<void(const LogRecord&)> call;
};

}  // namespace

struct Log::Impl {
  std::mutex mutex;
  std::vector<std::shared_ptr<spdlog::sinks::sink>> files;
  std::vector<Listener> listeners;
};

Log::Log() : impl_(std::make_unique<Impl>()) {}
Log::~Log() = default;

void Log::add_file(const std::filesystem::path& path, LogLevel least) {
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(path.string());
    sink->set_formatter(file_formatter());
    sink->set_level(spdlog_level(least));
    const std::lock_guard lock(impl_->mutex);
    impl_->files.push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& e) {
    throw StorageError(std::string("could not open the log file: ") + e.what());
  }
}

void Log::close_files() {
  const std::lock_guard lock(impl_->mutex);
  impl_->files.clear();
}

void Log::add_listener(LogLevel least, std::function<void(const LogRecord&)> listener) {
  const std::lock_guard lock(impl_->mutex);
  impl_->listeners.push_back({least, std::move(listener)});
}

void Log::write(LogLevel level, std::string_view text, std::string_view logger, Place place) {
  const std::lock_guard lock(impl_->mutex);
  for (const Listener& listener : impl_->listeners) {
    if (level >= listener.least) listener.call({level, logger, text});
  }
  for (const auto& file : impl_->files) {
    if (!file->should_log(spdlog_level(level))) continue;
    try {
      const spdlog::source_loc source(place.file_name(), static_cast<int>(place.line()), place.function_name());
      file->log({source, spdlog::string_view_t(logger.data(), logger.size()), spdlog_level(level),
                 spdlog::string_view_t(text.data(), text.size())});
      file->flush();
    } catch (const spdlog::spdlog_ex&) {
      // A full disk must not end a run because its log cannot grow; the store reports the disk itself.
      continue;
    }
  }
}

}  // namespace boa::util
