#include "boa/runner/script_command.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::runner {

namespace {

namespace fs = std::filesystem;
using execution::JobState;
using execution::LockState;

constexpr std::chrono::seconds kKillAfter{10};

fs::path output_file(const fs::path& folder, CommandKind kind, const char* stream) {
  return folder / fmt::format("{}.{}.log", name_of(kind), stream);
}

util::Node to_node(const core::ParameterValue& value) {
  return std::visit([](const auto& held) { return util::Node(held); }, value);
}

/// Parameters win over the config's variables, trial_dir over a parameter of that name.
templates::Variables variables(const core::Arm& arm, const fs::path& trial_dir, const fs::path& config_path) {
  templates::Variables all;
  if (!config_path.empty()) all = templates::config_variables(config_path);
  for (const auto& [name, value] : arm.parameters) all.emplace_back(name, to_node(value));
  all.emplace_back("trial_dir", trial_dir);
  return all;
}

}  // namespace

const char* name_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::kWriteConfigs:
      return "write_configs";
    case CommandKind::kRunModel:
      return "run_model";
    case CommandKind::kSetTrialStatus:
      return "set_trial_status";
    case CommandKind::kFetchTrialData:
      return "fetch_trial_data";
  }
  throw InternalError("no such command");
}

ScriptContext::ScriptContext(ScriptOptions given, execution::Executor& its_executor, const util::Clock& its_clock,
                             util::Log& its_log)
    : options(std::move(given)), executor(its_executor), clock(its_clock), log(its_log) {
  const std::vector<std::string> names = template_names(options.search_space, !options.config_path.empty());
  const std::array texts = {&options.write_configs, &options.run_model, &options.set_trial_status,
                            &options.fetch_trial_data};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (*texts[i]) commands[i].emplace(**texts[i], names);
  }
}

ScriptCommand::ScriptCommand(ScriptContext& context, CommandKind kind, fs::path folder, std::string title)
    : context_(context),
      kind_(kind),
      folder_(std::move(folder)),
      title_(std::move(title)),
      stdout_(output_file(folder_, kind, "stdout")),
      stderr_(output_file(folder_, kind, "stderr")) {}

ScriptCommand::~ScriptCommand() { let_go(); }

void ScriptCommand::let_go() {
  if (id_) context_.executor.release(*id_);
  id_.reset();
}

execution::Job ScriptCommand::job(const core::Arm& arm) const {
  const auto& command = context_.command(kind_);
  BOA_CHECK(command.has_value(), name_of(kind_));
  execution::Job job;
  job.command =
      command->render(variables(arm, folder_, context_.options.config_path),
                      context_.options.allow_python ? &context_.python : nullptr, context_.options.working_dir);
  job.command.push_back(folder_.string());
  job.working_dir = context_.options.working_dir;
  job.stdout_file = output_file(folder_, kind_, "stdout");
  job.stderr_file = output_file(folder_, kind_, "stderr");
  job.lock_file = folder_ / fmt::format(".{}.lock", name_of(kind_));
  return job;
}

void ScriptCommand::start(const core::Arm& arm) {
  let_go();
  try {
    id_ = context_.executor.start(job(arm));
  } catch (const ExecutorError& e) {
    throw ExecutorError(fmt::format("{} could not be started: {}", name_of(kind_), e.what()), e.hint());
  }
  was_started_ = true;
  state_ = JobState{};
}

LockState ScriptCommand::take_over(const core::Arm& arm) {
  if (!is_set()) return LockState::kAbsent;
  const execution::Job its_job = job(arm);
  const LockState lock = context_.executor.look(its_job);
  if (lock == LockState::kAbsent) return lock;
  // What was printed before went to the log of the boa that was there then.
  stdout_.skip_to_end();
  stderr_.skip_to_end();
  was_started_ = true;
  if (lock == LockState::kHeld) {
    id_ = context_.executor.adopt(its_job);
    state_ = context_.executor.state(*id_);
  } else {
    ended_away_ = true;
    state_.phase = JobState::Phase::kEnded;
    state_.command_ended = state_.all_ended = context_.clock.steady();
  }
  return lock;
}

void ScriptCommand::refresh() {
  if (!was_started_) return;
  if (id_) {
    state_ = context_.executor.state(*id_);
    if (state_.phase == JobState::Phase::kEnded) let_go();
  }
  const auto log_at = [this](util::LogLevel level) {
    return [this, level](std::string_view line) { context_.log.write(level, fmt::format("{}: {}", title_, line)); };
  };
  if (is_alive()) {
    stdout_.forward(log_at(util::LogLevel::kInfo));
    stderr_.forward(log_at(util::LogLevel::kWarning));
  } else {
    stdout_.finish(log_at(util::LogLevel::kInfo));
    stderr_.finish(log_at(util::LogLevel::kWarning));
  }
}

void ScriptCommand::stop() {
  if (id_ && is_alive()) context_.executor.stop(*id_, kKillAfter);
}

util::SteadyTime ScriptCommand::ended_at() const {
  const auto now = context_.clock.steady();
  return state_.left_processes_behind ? state_.all_ended.value_or(now) : state_.command_ended.value_or(now);
}

std::string ScriptCommand::failure() const {
  if (!has_ended() || state_.succeeded()) return {};
  const std::string what =
      state_.signal
          ? fmt::format("{} was killed by signal {} ({})", name_of(kind_), *state_.signal, strsignal(*state_.signal))
          : fmt::format("{} ended with status {}", name_of(kind_), state_.exit_code.value_or(0));
  constexpr std::size_t kShown = 300;
  const std::string& last = stderr_.last_line();
  return last.empty() ? what : fmt::format("{}: {}", what, util::abbreviate(last, kShown));
}

std::string ScriptCommand::how_it_ended() const {
  if (ended_away_) return fmt::format("{} ended while boa was away", name_of(kind_));
  if (state_.is_adopted) {
    return fmt::format("{} ended (its exit status is not known, because boa was started anew meanwhile)",
                       name_of(kind_));
  }
  return fmt::format("{} ended with status 0", name_of(kind_));
}

std::string ScriptCommand::printed() const {
  constexpr std::streamsize kEnough = 64 * 1024;
  std::string text(kEnough, '\0');
  std::ifstream file(output_file(folder_, kind_, "stdout"), std::ios::binary);
  file.read(text.data(), kEnough);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace boa::runner
