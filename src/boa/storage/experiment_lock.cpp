#include "boa/storage/experiment_lock.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "boa/storage/storage.hpp"
#include "boa/util/text.hpp"

namespace boa::storage {

namespace {

// is_in_use() holds the lock for a moment: whoever looks must not be taken for somebody who works.
constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kBetweenAttempts{20};

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

/// `process 123 on HOST`, as the holder wrote it, or what can be said without.
std::string describe_holder(int fd) {
  std::array<char, 512> text{};
  const ssize_t count = ::pread(fd, text.data(), text.size() - 1, 0);
  const std::string holder(util::trim(std::string_view(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0)));
  return holder.empty() ? "a process that did not say which" : holder;
}

/// Whether the open file is still the one that the path names: the holder before may have removed it.
bool is_still_at(int fd, const std::filesystem::path& path) {
  struct stat open_file {};
  struct stat named {};
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named) == 0 && open_file.st_ino == named.st_ino &&
         open_file.st_dev == named.st_dev;
}

void write_holder(int fd) {
  const std::string holder = fmt::format("process {} on {}\n", ::getpid(), host_name());
  // Only a message is lost where this fails (a full disk); the lock itself is held.
  if (::ftruncate(fd, 0) == 0 && ::pwrite(fd, holder.data(), holder.size(), 0) < 0) return;
}

}  // namespace

ExperimentLock::ExperimentLock(const std::filesystem::path& folder) : path_(folder / kLockName) {
  for (int attempt = 1;;) {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd_ < 0) {
      throw StorageError(fmt::format("could not open {} for writing: {}", path_.string(), std::strerror(errno)));
    }
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      const std::string holder = describe_holder(fd_);
      ::close(fd_);
      if (error == EINTR) continue;
      if (error == EWOULDBLOCK && attempt++ < kAttempts) {
        std::this_thread::sleep_for(kBetweenAttempts);
        continue;
      }
      if (error == EWOULDBLOCK) {
        throw InUseError(fmt::format("the experiment in {} is in use by another boa ({})", folder.string(), holder),
                         "Wait until it has ended, or stop it; looking (boa status, best, trials) works meanwhile.");
      }
      throw StorageError(fmt::format("could not lock {}: {}", path_.string(), std::strerror(error)),
                         "The file system must support file locks.");
    }
    if (is_still_at(fd_, path_)) break;
    ::close(fd_);
  }
  write_holder(fd_);
}

ExperimentLock::~ExperimentLock() {
  // The name goes before the lock does: whoever opened the file meanwhile sees that it is gone and starts again. In a
  // folder that was renamed the name is not there any more, and nothing is removed.
  if (is_still_at(fd_, path_)) ::unlink(path_.c_str());
  ::close(fd_);
}

bool is_in_use(const std::filesystem::path& folder) {
  const int fd = ::open((folder / kLockName).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool is_held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return is_held;
}

}  // namespace boa::storage
