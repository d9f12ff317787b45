#include "boa/runner/log_tail.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "boa/util/text.hpp"

namespace boa::runner {

namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

std::int64_t size_of(const std::filesystem::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? static_cast<std::int64_t>(info.st_size) : 0;
}

/// What R prints after each error: it says nothing about this one.
bool is_end_of_r(std::string_view line) { return line == "Execution halted" || line.substr(0, 7) == "Calls: "; }

}  // namespace

void LogTail::emit(std::string_view line, const Listener& listener) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (!util::trim(line).empty() && !is_end_of_r(line)) last_line_ = util::trim(line);
  listener(line);
}

void LogTail::forward(const Listener& listener) {
  if (size_of(file_) <= offset_) return;
  const int fd = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  std::array<char, 16 * 1024> buffer{};
  for (;;) {
    const ssize_t count = ::pread(fd, buffer.data(), buffer.size(), offset_);
    if (count <= 0) break;
    offset_ += count;
    std::string_view text(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      partial_ += text.substr(0, end);
      emit(partial_, listener);
      partial_.clear();
      text.remove_prefix(end + 1);
    }
    partial_ += text;
    if (partial_.size() >= kLongestLine) {
      emit(partial_, listener);
      partial_.clear();
    }
  }
  ::close(fd);
}

void LogTail::finish(const Listener& listener) {
  forward(listener);
  if (partial_.empty()) return;
  emit(partial_, listener);
  partial_.clear();
}

void LogTail::skip_to_end() { offset_ = size_of(file_); }

}  // namespace boa::runner
