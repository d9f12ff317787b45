#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "boa/execution/executor.hpp"

namespace boa::execution {

/// Where the program of a command is: a path with a slash is relative to `working_dir`, anything else is looked up in
/// PATH. ExecutorError says that it is not found, is a folder, or cannot be executed.
std::filesystem::path find_program(const std::string& program, const std::filesystem::path& working_dir);

/// Starts the job's command in a session and process group of its own, with nothing on standard input, its output
/// appended to the job's files, all signals at their defaults, and `marker` as kJobVariable in its environment. It
/// inherits the descriptor `lock_fd` and no other. ExecutorError: nothing runs.
pid_t spawn(const Job& job, const std::string& marker, int lock_fd);

}  // namespace boa::execution
