#include "boa/execution/spawn.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "boa/execution/process_table.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::execution {

namespace {

namespace fs = std::filesystem;

bool is_executable_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

[[noreturn]] void refuse(const fs::path& path, const std::string& name) {
  std::error_code error;
  if (!fs::exists(path, error)) throw ExecutorError(fmt::format("the program '{}' does not exist", name));
  if (fs::is_directory(path, error)) throw ExecutorError(fmt::format("the program '{}' is a folder", name));
  throw ExecutorError(fmt::format("the program '{}' may not be executed", name),
                      fmt::format("Try: chmod +x {}", util::quote_shell_word(path.string())));
}

/// The lists that posix_spawn takes, freed at the end.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

void set_up(SpawnSettings& settings, const Job& job, int lock_fd) {
  constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
  ::posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&settings.actions, STDOUT_FILENO, job.stdout_file.c_str(), kAppend, 0666);
  ::posix_spawn_file_actions_addopen(&settings.actions, STDERR_FILENO, job.stderr_file.c_str(), kAppend, 0666);
  // Duplicating a descriptor onto itself makes it survive the exec, in this child only.
  ::posix_spawn_file_actions_adddup2(&settings.actions, lock_fd, lock_fd);
  ::posix_spawn_file_actions_addchdir_np(&settings.actions, job.working_dir.c_str());

  sigset_t all;
  sigset_t none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&settings.attributes, &all);
  ::posix_spawnattr_setsigmask(&settings.attributes, &none);
  ::posix_spawnattr_setflags(&settings.attributes,
                             static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
}

std::string explain(int error, const Job& job, const fs::path& program) {
  std::error_code ignored;
  if (!fs::is_directory(job.working_dir, ignored)) {
    return fmt::format("the working folder {} does not exist", job.working_dir.string());
  }
  if (error == ENOEXEC) {
    return fmt::format("'{}' is a script without a first line such as #!/bin/sh", program.string());
  }
  return fmt::format("'{}' could not be started in {}: {}", program.string(), job.working_dir.string(),
                     std::strerror(error));
}

}  // namespace

fs::path find_program(const std::string& program, const fs::path& working_dir) {
  if (program.find('/') != std::string::npos) {
    const fs::path path = working_dir / program;
    if (!is_executable_file(path)) refuse(path, program);
    return path;
  }
  const char* path_variable = std::getenv("PATH");
  for (const std::string& folder : util::split(path_variable == nullptr ? "/usr/bin:/bin" : path_variable, ':')) {
    const fs::path path = working_dir / (folder.empty() ? "." : folder) / program;
    if (is_executable_file(path)) return path;
  }
  throw ExecutorError(fmt::format("the program '{}' is not found in PATH", program),
                      "A program in the working folder is written with a slash, e.g. ./" + program);
}

pid_t spawn(const Job& job, const std::string& marker, int lock_fd) {
  if (job.command.empty()) throw ExecutorError("the command is empty");
  const fs::path program = find_program(job.command.front(), job.working_dir);

  SpawnSettings settings;
  set_up(settings, job, lock_fd);
  std::vector<char*> arguments;
  for (const std::string& word : job.command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string own_prefix = std::string(kJobVariable) + "=";
  std::string variable = own_prefix + marker;
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, own_prefix.c_str(), own_prefix.size()) != 0) environment.push_back(*entry);
  }
  environment.push_back(variable.data());
  environment.push_back(nullptr);

  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, program.c_str(), &settings.actions, &settings.attributes, arguments.data(),
                                  environment.data());
  if (error != 0) throw ExecutorError(explain(error, job, program));
  return pid;
}

}  // namespace boa::execution
