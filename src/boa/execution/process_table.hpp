#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace boa::execution {

/// What the system says about a process.
struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  std::uint64_t start_time = 0;  ///< clock ticks since boot: with the pid it names a process for good
  char state = '?';              ///< as in /proc/PID/stat; 'Z' for a zombie
};

/// The environment variable that every process of a job inherits; its value is the job's own.
inline constexpr const char* kJobVariable = "BOA_JOB_ID";

/// Nothing if there is no such process.
std::optional<ProcessInfo> process_info(pid_t pid);

/// Living processes of a job: in the process group or session `group` (0: none), or with `marker` as kJobVariable in
/// their environment. Reads all of /proc: a few milliseconds, so only when something hints that there may be some.
std::vector<ProcessInfo> processes_of(pid_t group, const std::string& marker);

/// Children of this process, zombies included.
std::vector<pid_t> own_children();

/// A number that changes with every boot of the machine, and the machine's name.
std::string boot_id();
std::string host_name();

}  // namespace boa::execution
