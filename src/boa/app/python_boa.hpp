#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/app/run_paths.hpp"
#include "boa/scheduler/scheduler.hpp"
#include "boa/storage/storage.hpp"

namespace boa::app {

/// What an experiment is opened for.
enum class OpenFor {
  kRun,      ///< models are started: not for asynchronous experiments, nor for a Python wrapper
  kAskTell,  ///< somebody else evaluates, over standard input and output: not for asynchronous experiments
  kAsync,    ///< somebody fills in optimization.csv
};

/// How a folder of Python BOA is taken over.
struct PythonBoaRequest {
  std::filesystem::path folder;
  OpenFor purpose = OpenFor::kRun;
  const BoaConfig* config = nullptr;  ///< of `-c`; else the stored one decides
  std::filesystem::path working_dir;  ///< of `-c`
  std::filesystem::path launch_dir;   ///< absolute
  PathFlags flags;
};

struct PythonBoaImport {
  std::int64_t trials_in_file = 0;   ///< before leftover folders were added: what the goal reckons with
  std::vector<std::string> notices;  ///< what was kept, found or left out, for people
};

/// Makes the store of a folder that Python BOA 0.11 has written, and keeps its files as scheduler.boa.json and
/// optimization.boa.csv. Search space, trials and data come from scheduler.json; metrics, commands and options from the
/// config; the strategy goes on at its step and position. Trials that were started after the file was written are found
/// by their folders (see adopt_leftover_folders).
///
/// ConfigError, UserInputError and UnsupportedError for what cannot be gone on with (a Python wrapper, a config that is
/// refused), StorageError for a damaged file: nothing has changed then.
PythonBoaImport import_python_boa(const PythonBoaRequest& request);

/// The goal that the next run of a Python BOA file has: the next multiple of n_trials above its number of trials, set
/// where the multiple below it was reached. Nothing without n_trials. `snapshot` is as from_scheduler_json gives it.
std::optional<scheduler::Goal> goal_of_python_boa(const storage::Snapshot& snapshot);

/// UserInputError if an experiment with these documents is not to be opened for this.
void refuse_other_purpose(const storage::Documents& documents, OpenFor purpose, const std::filesystem::path& folder);

/// A config that Python BOA stored as plain data: its encoded paths and enums as texts.
util::Node plain_data(const util::Node& node);

}  // namespace boa::app
