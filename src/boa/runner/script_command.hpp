#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "boa/core/trial.hpp"
#include "boa/execution/executor.hpp"
#include "boa/runner/log_tail.hpp"
#include "boa/runner/script_options.hpp"
#include "boa/template/command_template.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/log.hpp"

namespace boa::runner {

enum class CommandKind { kWriteConfigs, kRunModel, kSetTrialStatus, kFetchTrialData };
inline constexpr std::array kCommandKinds = {CommandKind::kWriteConfigs, CommandKind::kRunModel,
                                             CommandKind::kSetTrialStatus, CommandKind::kFetchTrialData};

/// `run_model`, ...
const char* name_of(CommandKind kind);

/// What all trials of a script wrapper share.
struct ScriptContext {
  ScriptContext(ScriptOptions options, execution::Executor& executor, const util::Clock& clock, util::Log& log);

  const std::optional<templates::CommandTemplate>& command(CommandKind kind) const {
    return commands[static_cast<std::size_t>(kind)];
  }

  ScriptOptions options;
  execution::Executor& executor;
  const util::Clock& clock;
  util::Log& log;
  std::array<std::optional<templates::CommandTemplate>, 4> commands;
  templates::PythonRenderer python;   ///< for commands that call load_py; runs once one was rendered
  std::set<std::string> warned_keys;  ///< result keys that are no metric, warned about once
  bool said_done = false;             ///< that a result is awaited of a model that says it is done, said once
};

/// One of the four commands in one trial folder: its process, and its output on the way to the log.
///
/// Its files in the trial folder: `run_model.stdout.log`, `run_model.stderr.log` (appended to by each start) and the
/// lock
/// `.run_model.lock`; likewise for the other commands.
class ScriptCommand {
 public:
  ScriptCommand(ScriptContext& context, CommandKind kind, std::filesystem::path folder, std::string title);
  ScriptCommand(const ScriptCommand&) = delete;
  ScriptCommand& operator=(const ScriptCommand&) = delete;
  ~ScriptCommand();

  CommandKind kind() const { return kind_; }
  /// Whether the config has this command.
  bool is_set() const { return context_.command(kind_).has_value(); }

  /// Renders the command for an arm and starts it. ExecutorError, UserInputError.
  void start(const core::Arm& arm);
  /// What an earlier boa left of it: adopts a living one, notes one that has ended. Absent: nothing is changed.
  execution::LockState take_over(const core::Arm& arm);
  /// Looks at the process, and hands new lines of output to the log.
  void refresh();
  void stop();

  bool was_started() const { return was_started_; }
  /// The command itself runs.
  bool is_running() const { return was_started_ && state_.phase == execution::JobState::Phase::kRunning; }
  /// It or something that it left behind is alive.
  bool is_alive() const { return was_started_ && state_.phase != execution::JobState::Phase::kEnded; }
  bool has_ended() const { return was_started_ && !is_running(); }
  /// It ended while no boa watched.
  bool ended_away() const { return ended_away_; }
  bool left_processes_behind() const { return state_.left_processes_behind; }
  /// How it ended, for people: `run_model ended with status 0`, or that this is not known.
  std::string how_it_ended() const;
  /// When the command ended, or the last process that it left behind.
  util::SteadyTime ended_at() const;
  /// Why it counts as failed: its exit status or signal and the last line of its standard error; empty if it does not.
  std::string failure() const;
  /// The start of what it printed on standard output.
  std::string printed() const;

 private:
  execution::Job job(const core::Arm& arm) const;
  void let_go();

  ScriptContext& context_;
  CommandKind kind_;
  std::filesystem::path folder_;
  std::string title_;
  bool was_started_ = false;
  bool ended_away_ = false;
  std::optional<execution::JobId> id_;
  execution::JobState state_;
  LogTail stdout_;
  LogTail stderr_;
};

}  // namespace boa::runner
