#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "boa/execution/executor.hpp"

namespace boa::execution {

/// What a lock file says about the job that holds or held it.
struct JobRecord {
  std::string marker;  ///< value of kJobVariable in its processes
  std::string host;
  std::string boot;
  pid_t pid = 0;  ///< of the command, which leads its process group; 0: not written any more
  std::uint64_t start_time = 0;
};

/// The lock of a job about to start: the file made, locked, and the first half of the record written. The descriptor
/// is closed on exec; the child gets it from spawn().
class JobLock {
 public:
  /// ExecutorError if the file cannot be made or another job holds it.
  JobLock(const std::filesystem::path& path, const std::string& marker);
  ~JobLock();
  JobLock(const JobLock&) = delete;
  JobLock& operator=(const JobLock&) = delete;

  int descriptor() const { return fd_; }
  /// The second half of the record.
  void write_process(pid_t pid);
  /// Nothing was started: no lock file means that.
  void remove();

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

/// Whether some process holds the lock of the file; false if there is no file.
bool is_lock_held(const std::filesystem::path& path);
/// What the file says; empty fields for what it does not say.
JobRecord read_job_record(const std::filesystem::path& path);

}  // namespace boa::execution
