#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/app/documents.hpp"
#include "boa/app/python_boa.hpp"
#include "boa/app/run_paths.hpp"
#include "boa/app/stored_config.hpp"
#include "boa/core/experiment.hpp"
#include "boa/scheduler/scheduler.hpp"
#include "boa/scheduler/scheduler_options.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/log.hpp"

namespace boa::app {

/// An experiment that is open for writing: what a run and ask-tell have in common.
struct ExperimentSession {
  std::filesystem::path folder;
  std::unique_ptr<storage::Storage> storage;
  core::Experiment experiment;
  storage::Documents documents;

  BoaConfig config;  ///< as stored, or as `-c` of a resume says
  RevivedPaths paths;
  StrategyDocument strategy;
  std::optional<scheduler::Goal> last_goal;
  std::string strategy_reason;       ///< why a new experiment has these steps; empty on a resume
  std::vector<std::string> notices;  ///< what was unusual about how it was opened
  /// Of a Python BOA folder that was just taken over: trials that its file held, which the goal reckons with.
  std::optional<std::int64_t> trials_in_file;
  bool is_temporary = false;  ///< the folder goes away after a run that ended well
};

/// The generation strategy that a config asks for. `seed` wins over the config's; without either a new one is drawn.
/// UserInputError and UnsupportedError for steps that cannot be served.
struct ChosenStrategy {
  StrategyDocument document;
  std::string reason;
};
ChosenStrategy choose_strategy(const BoaConfig& config, std::optional<std::int64_t> seed);

/// What a new experiment has from the start.
struct Beginnings {
  bool is_async = false;  ///< of `boa async`
  /// Adds trials. May be empty.
  std::function<void(core::Experiment&, generation::GenerationStrategy&)> fill;
  bool is_ask_tell = false;  ///< of `boa ask-tell`
};

/// Makes the folder of a new experiment, which appears by a rename with its store, the copy of the config, and the
/// first exports inside; then opens it. Everything about the config must have been checked before.
ExperimentSession create_session(BoaConfig config, const RunPaths& paths, ChosenStrategy strategy,
                                 const Beginnings& beginnings = {});

/// What `boa async` makes of a config: every metric is what it is told, and any number of points may be open at once.
void make_asynchronous(BoaConfig& config);

/// Opens an experiment to go on with it. `path` is the folder or a file in it; `config` (of `-c`) may change the number
/// of trials, scheduler options and commands: another search space or objective is a UserInputError that names the
/// difference. A folder of Python BOA gets its store now. UserInputError if the experiment is not for this purpose.
ExperimentSession open_session(const std::filesystem::path& path, const std::optional<std::filesystem::path>& config,
                               const std::filesystem::path& launch_dir, const PathFlags& flags,
                               OpenFor purpose = OpenFor::kRun);

/// Makes the documents of the store say what the session does, as after a resume with another config or in another
/// place. StorageError.
void store_documents(ExperimentSession& session);

/// An experiment that is only looked at: nothing is executed, nothing is written.
struct ExperimentView {
  std::filesystem::path folder;
  storage::Snapshot snapshot;
  std::optional<StrategyDocument> strategy;  ///< nothing for files of Python BOA
  std::optional<std::int64_t> goal;
  std::string run_ended;   ///< why the last run ended before its goal for good; mostly empty
  bool is_in_use = false;  ///< a boa works there now
  bool is_async = false;   ///< of `boa async`
  std::string notice;      ///< where it was read from, if not from its store
};
ExperimentView open_view(const std::filesystem::path& path);

}  // namespace boa::app
