#include "boa/execution/process_table.hpp"

#include <dirent.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <sstream>

#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/text.hpp"

namespace boa::execution {

namespace {

/// Empty if the process has ended or is somebody else's.
std::string slurp(const std::string& path) {
  try {
    return util::read_file(path);
  } catch (const StorageError&) {
    return {};
  }
}

bool has_marker(pid_t pid, const std::string& marker) {
  if (marker.empty()) return false;
  // Entries end with a zero byte; the first has none before it.
  const std::string environment = std::string(1, '\0') + slurp(fmt::format("/proc/{}/environ", pid));
  const std::string wanted = std::string(1, '\0') + kJobVariable + "=" + marker + std::string(1, '\0');
  return environment.find(wanted) != std::string::npos;
}

}  // namespace

std::optional<ProcessInfo> process_info(pid_t pid) {
  const std::string text = slurp(fmt::format("/proc/{}/stat", pid));
  // The second field is the program's name in parentheses and may hold anything.
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(end + 1));
  ProcessInfo info;
  info.pid = pid;
  fields >> info.state >> info.parent >> info.group >> info.session;
  std::string skipped;
  constexpr int kBetweenSessionAndStart = 15;
  for (int i = 0; i < kBetweenSessionAndStart; ++i) fields >> skipped;
  fields >> info.start_time;
  return fields ? std::optional(info) : std::nullopt;
}

std::vector<ProcessInfo> processes_of(pid_t group, const std::string& marker) {
  std::vector<ProcessInfo> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
  if (!proc) return found;
  while (const dirent* entry = ::readdir(proc.get())) {
    const pid_t pid = static_cast<pid_t>(std::atoi(entry->d_name));
    if (pid <= 0 || pid == ::getpid()) continue;
    const auto info = process_info(pid);
    if (!info || info->state == 'Z' || info->state == 'X') continue;
    const bool in_group = group > 0 && (info->group == group || info->session == group);
    if (in_group || has_marker(pid, marker)) found.push_back(*info);
  }
  return found;
}

std::vector<pid_t> own_children() {
  std::istringstream list(slurp(fmt::format("/proc/self/task/{}/children", ::getpid())));
  return {std::istream_iterator<pid_t>(list), {}};
}

std::string boot_id() { return std::string(util::trim(slurp("/proc/sys/kernel/random/boot_id"))); }

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace boa::execution
