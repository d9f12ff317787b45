#pragma once

#include <filesystem>

namespace boa::storage {

/// Makes this process the one that writes to an experiment: a lock on `folder/.boa.lock` that the system drops when the
/// process ends in whatever way, so that a dead boa never blocks. The file says who has it.
class ExperimentLock {
 public:
  /// InUseError with the holder's process and host if another boa has it; StorageError if the folder cannot be written.
  explicit ExperimentLock(const std::filesystem::path& folder);
  ~ExperimentLock();
  ExperimentLock(const ExperimentLock&) = delete;
  ExperimentLock& operator=(const ExperimentLock&) = delete;

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

/// Whether a boa has the lock of that folder now. Changes nothing there; false where it cannot be known.
bool is_in_use(const std::filesystem::path& folder);

/// Name of the lock file inside an experiment folder.
inline constexpr const char* kLockName = ".boa.lock";

}  // namespace boa::storage
