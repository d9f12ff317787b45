#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace boa::cli {

enum class Command {
  kPrint,
  kRun,
  kResume,
  kCheck,
  kMigrate,
  kSchema,
  kStatus,
  kBest,
  kTrials,
  kPredict,
  kInit,
  kAskTell,
  kAsync
};

/// What the command line asks for.
struct Invocation {
  Command command = Command::kPrint;
  std::string text;                             ///< of kPrint: what goes to standard output
  std::filesystem::path target;                 ///< the config, the experiment, or the folder to make; empty: none
  std::optional<std::filesystem::path> config;  ///< `-c` beside `-sp`
  std::optional<bool> rel_to_config;            ///< `--rel-to-config`, `--rel-to-here`
  bool temporary_dir = false;                   ///< `-td`
  bool no_python = false;                       ///< `--no-python`
  std::string wrapper_path;                     ///< `-wp`
  std::string wrapper_name;                     ///< `-wn`
  std::optional<std::int64_t> seed;             ///< `--seed`
  std::int64_t threads = 1;                     ///< `--threads`
  std::optional<std::int64_t> trials;           ///< `--trials`
  std::optional<std::int64_t> num_trials;       ///< `-n` of async
  bool json = false;                            ///< `--json`
  bool markdown = false;                        ///< `--markdown`
  std::vector<std::string> at;                  ///< `--at`: points as JSON
  std::string lang;                             ///< `--lang`
};

/// BOA's flags of two letters after one dash (`-sp`, `-wp`, `-wn`, `-td`), which no usual parser can declare, as their
/// long names; `-sp=PATH` too; `help run` as `run --help`. Everything after `--` stays as it is.
std::vector<std::string> translate_short_flags(const std::vector<std::string>& arguments);

/// Reads the arguments (without the program's name). UserInputError says what is wrong with them; UnsupportedError
/// names a command that is known and not built yet.
Invocation parse_arguments(const std::vector<std::string>& arguments);

}  // namespace boa::cli
