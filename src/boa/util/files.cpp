#include "boa/util/files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "boa/util/error.hpp"

namespace boa::util {

namespace {

[[noreturn]] void fail(const char* action, const std::filesystem::path& path, int error) {
  throw StorageError(fmt::format("could not {} {}: {}", action, path.string(), std::strerror(error)));
}

/// A file descriptor that closes itself.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// Writes everything; returns errno, 0 when all is written.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Creates `path` with the text. Returns errno.
int create_and_write(const std::filesystem::path& path, std::string_view text, bool durable) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) return errno;
  if (const int error = write_all(file.get(), text)) return error;
  if (durable && ::fsync(file.get()) != 0) return errno;
  return ::close(file.release()) == 0 ? 0 : errno;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail("read", path, errno);
  struct stat info {};
  std::string text;
  if (::fstat(file.get(), &info) == 0 && info.st_size > 0) text.reserve(static_cast<std::size_t>(info.st_size));
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text, bool durable) {
  const std::filesystem::path temporary = path.string() + fmt::format(".tmp{}", ::getpid());
  int error = create_and_write(temporary, text, durable);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail("write", path, error);
  }
  if (durable) sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  if (const int error = create_and_write(path, text, false)) fail("write", path, error);
}

void sync_folder(const std::filesystem::path& folder) {
  FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() < 0) fail("open the folder", folder, errno);
  // Some file systems cannot sync a folder; they say EINVAL, and there is nothing more to do.
  if (::fsync(file.get()) != 0 && errno != EINVAL) fail("sync the folder", folder, errno);
}

bool is_network_file_system(const std::filesystem::path& folder) {
  struct statfs info {};
  if (::statfs(folder.c_str(), &info) != 0) return false;
  // Magic numbers of statfs(2): NFS, SMB, SMB2, CIFS, Lustre, GPFS, BeeGFS, AFS, Ceph, FUSE (sshfs and others), 9P.
  constexpr std::array<unsigned long, 11> kNetwork = {0x6969,     0x517B,     0xFE534D42, 0xFF534D42,
                                                      0x0BD00BD0, 0x47504653, 0x19830326, 0x5346414F,
                                                      0x00C36400, 0x65735546, 0x01021997};
  for (const unsigned long magic : kNetwork) {
    if (static_cast<unsigned long>(info.f_type) == magic) return true;
  }
  return false;
}

}  // namespace boa::util
