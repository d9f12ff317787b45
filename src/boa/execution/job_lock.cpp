#include "boa/execution/job_lock.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "boa/execution/process_table.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::execution {

namespace {

void append_line(int fd, const util::Node& node) {
  const std::string line = util::write_json(node) + "\n";
  // A record that cannot be written (full disk) costs no more than the comfort of finding the process by its number.
  [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
}

std::string text_of(const util::Node& node, const char* key) {
  const util::Node* value = node.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

std::int64_t number_of(const util::Node& node, const char* key) {
  const util::Node* value = node.find(key);
  return value != nullptr && value->is_int() ? value->as_int() : 0;
}

void read_line(const std::string& line, JobRecord& record) {
  if (util::trim(line).empty()) return;
  try {
    const util::Node node = util::parse_json(line);
    if (node.contains("job")) {
      record.marker = text_of(node, "job");
      record.host = text_of(node, "host");
      record.boot = text_of(node, "boot");
    }
    if (node.contains("pid")) {
      record.pid = static_cast<pid_t>(number_of(node, "pid"));
      record.start_time = static_cast<std::uint64_t>(number_of(node, "start"));
    }
  } catch (const Error&) {
    return;  // torn by a kill: what is missing is empty
  }
}

}  // namespace

JobLock::JobLock(const std::filesystem::path& path, const std::string& marker) : path_(path) {
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd_ < 0) {
    throw ExecutorError(fmt::format("could not make the lock file {}: {}", path.string(), std::strerror(errno)));
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd_);
    throw ExecutorError(fmt::format("a job that was started earlier still holds {}", path.string()));
  }
  append_line(fd_, util::Node::object({{"job", marker}, {"host", host_name()}, {"boot", boot_id()}}));
}

JobLock::~JobLock() { ::close(fd_); }

void JobLock::write_process(pid_t pid) {
  const auto info = process_info(pid);
  append_line(fd_, util::Node::object({{"pid", static_cast<std::int64_t>(pid)},
                                       {"start", static_cast<std::int64_t>(info ? info->start_time : 0)}}));
}

void JobLock::remove() { ::unlink(path_.c_str()); }

bool is_lock_held(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

JobRecord read_job_record(const std::filesystem::path& path) {
  JobRecord record;
  try {
    for (const std::string& line : util::split(util::read_file(path), '\n')) read_line(line, record);
  } catch (const StorageError&) {
    return record;
  }
  return record;
}

}  // namespace boa::execution
