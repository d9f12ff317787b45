#include "boa/cli/program.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "boa/app/ask_tell_server.hpp"
#include "boa/app/async_run.hpp"
#include "boa/app/config_schema.hpp"
#include "boa/app/controller.hpp"
#include "boa/app/experiment_session.hpp"
#include "boa/app/migration.hpp"
#include "boa/app/problem_summary.hpp"
#include "boa/app/starter_projects.hpp"
#include "boa/app/summaries.hpp"
#include "boa/app/traps.hpp"
#include "boa/app/wrapper_factory.hpp"
#include "boa/cli/arguments.hpp"
#include "boa/cli/async_lines.hpp"
#include "boa/cli/looking.hpp"
#include "boa/cli/progress_display.hpp"
#include "boa/cli/terminal.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/version.hpp"

namespace boa::cli {

namespace {

namespace fs = std::filesystem;
using util::LogLevel;

/// Lines that BOA logs after each report; the display says the same better.
constexpr std::string_view kReportLogger = "boa.report";

constexpr int kInternalError = 1;
constexpr int kUsageError = 2;
constexpr int kStorageFailure = 4;

void print(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw StorageError(fmt::format("could not write to standard output: {}", std::strerror(errno)));
    done += static_cast<std::size_t>(n);
  }
}

void show_record(Terminal& terminal, const util::LogRecord& record) {
  if (record.logger == kReportLogger) return;
  const bool color = terminal.traits().color;
  switch (record.level) {
    case LogLevel::kError:
      return terminal.line(painted("error: ", Color::kRed, color) + std::string(record.text));
    case LogLevel::kWarning:
      return terminal.line(painted("warning: ", Color::kYellow, color) + std::string(record.text));
    default:
      return terminal.line(record.text);
  }
}

void warn(const std::string& text) {
  Terminal terminal;
  show_record(terminal, {LogLevel::kWarning, "boa", text});
}

app::PathFlags path_flags(const Invocation& invocation) {
  app::PathFlags flags;
  flags.rel_to_config = invocation.rel_to_config;
  flags.allow_python = !invocation.no_python;
  if (!invocation.wrapper_path.empty()) flags.wrapper_path = invocation.wrapper_path;
  return flags;
}

/// A config that is not there is wrong usage, not a failure of the disk.
void require_config_file(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) throw UserInputError(fmt::format("there is no config file {}", file.string()));
  if (fs::is_directory(file, ignored)) {
    throw UserInputError(fmt::format("{} is a folder, not a config file", file.string()));
  }
}

template <typename Run>
int run_with_display(Run&& run) {
  Terminal terminal;
  const util::SystemClock clock;
  util::Log log;
  log.add_listener(LogLevel::kInfo, [&](const util::LogRecord& record) { show_record(terminal, record); });
  ProgressDisplay display(terminal, clock);
  app::RunHooks hooks{log, {}, {}, std::nullopt};
  hooks.on_progress = [&](const scheduler::Progress& progress, const app::BestSoFar& best) {
    display.update(progress, best);
  };
  hooks.on_end = [&] { terminal.clear_status(); };
  if (terminal.traits().interactive) hooks.tick = std::chrono::seconds(1);
  const app::RunReport report = run(hooks);
  terminal.clear_status();
  return scheduler::exit_status(report.result.end);
}

int run(const Invocation& invocation) {
  require_config_file(invocation.target);
  return run_with_display([&](const app::RunHooks& hooks) {
    return app::run_new({invocation.target, fs::current_path(), path_flags(invocation), invocation.temporary_dir,
                         invocation.seed, static_cast<int>(invocation.threads)},
                        hooks);
  });
}

int resume(const Invocation& invocation) {
  if (invocation.config) require_config_file(*invocation.config);
  return run_with_display([&](const app::RunHooks& hooks) {
    return app::run_resumed({invocation.target, invocation.config, fs::current_path(), path_flags(invocation),
                             invocation.trials, static_cast<int>(invocation.threads)},
                            hooks);
  });
}

int check(const Invocation& invocation) {
  require_config_file(invocation.target);
  const app::BoaConfig config = app::read_config(invocation.target, {fs::current_path(), !invocation.no_python});
  const app::RunPaths paths = app::resolve_paths(config, fs::current_path(), path_flags(invocation));
  const generation::ChosenSteps plan = app::plan_generation(config);
  print(app::problem_summary(config, plan, paths));
  for (const std::string& warning : app::find_missing_scripts(config, paths.working_dir)) warn(warning);
  try {
    app::check_commands(config, paths.working_dir);
  } catch (const ConfigError& e) {
    // It may be there where the config will be run.
    warn(e.describe());
  }
  return 0;
}

int migrate(const Invocation& invocation) {
  require_config_file(invocation.target);
  const app::Migration migration = app::migrate_config(invocation.target);
  for (const std::string& warning : migration.warnings) warn(warning);
  if (migration.warnings.empty()) Terminal().line("The config is in the present form already.");
  print(migration.text);
  return 0;
}

/// One of the commands that only look.
template <typename MakeNode, typename MakeText>
int look(const Invocation& invocation, MakeNode&& make_node, MakeText&& make_text) {
  const app::ExperimentView view = app::open_view(invocation.target);
  if (!view.notice.empty()) Terminal().line(view.notice);
  const util::Node node = make_node(view);
  print(invocation.json ? util::write_json(node) + "\n" : make_text(view.snapshot.experiment, node));
  return 0;
}

std::vector<core::Parameterization> points_of(const Invocation& invocation) {
  std::vector<core::Parameterization> points;
  for (const std::string& text : invocation.at) {
    points.push_back(core::parameterization_from_node(util::parse_json(text, "--at")));
  }
  return points;
}

int predict(const Invocation& invocation) {
  const std::vector<core::Parameterization> points = points_of(invocation);
  return look(
      invocation,
      [&](const auto& view) {
        util::Node node = app::predictions_node(view.snapshot.experiment, points);
        if (const util::Node* notes = node.find("notes")) {
          for (const util::Node& note : notes->as_array()) warn(note.as_string());
        }
        return node;
      },
      [&](const core::Experiment&, const util::Node& node) { return predictions_text(points, node); });
}

int ask_tell(const Invocation& invocation) {
  std::error_code ignored;
  if (!fs::is_directory(invocation.target, ignored)) require_config_file(invocation.target);
  app::AskTellRequest request{invocation.target, fs::current_path(), path_flags(invocation), invocation.seed};
  request.threads = static_cast<int>(invocation.threads);
  return app::serve_ask_tell(request);
}

int async(const Invocation& invocation) {
  if (invocation.config) require_config_file(*invocation.config);
  app::AsyncRequest request{
      invocation.config,        std::nullopt,    invocation.num_trials, fs::current_path(),
      invocation.temporary_dir, invocation.seed, !invocation.no_python, static_cast<int>(invocation.threads)};
  if (!invocation.target.empty()) request.experiment = invocation.target;
  const app::AsyncReport report = app::run_async(request);
  for (const std::string& notice : report.notices) warn(notice);
  Terminal terminal;
  for (const std::string& line : async_lines(report)) terminal.line(line);
  return 0;
}

int init(const Invocation& invocation) {
  app::make_starter_project(invocation.target, invocation.lang);
  Terminal().line(
      fmt::format("A starter project is in {0}. Run it with: boa run {0}/config.yaml", invocation.target.string()));
  return 0;
}

int dispatch(const Invocation& invocation) {
  switch (invocation.command) {
    case Command::kPrint:
      print(invocation.text);
      return 0;
    case Command::kRun:
      return run(invocation);
    case Command::kResume:
      return resume(invocation);
    case Command::kCheck:
      return check(invocation);
    case Command::kMigrate:
      return migrate(invocation);
    case Command::kSchema:
      print(invocation.markdown ? app::config_reference() : app::config_schema_text());
      return 0;
    case Command::kStatus:
      return look(invocation, app::status_of_view, status_text);
    case Command::kBest:
      return look(invocation, [](const auto& view) { return app::best_node(view.snapshot.experiment); }, best_text);
    case Command::kTrials:
      return look(invocation, [](const auto& view) { return app::trials_node(view.snapshot.experiment); }, trials_text);
    case Command::kPredict:
      return predict(invocation);
    case Command::kInit:
      return init(invocation);
    case Command::kAskTell:
      return ask_tell(invocation);
    case Command::kAsync:
      return async(invocation);
  }
  return kInternalError;
}

/// Runs `work`, turning what it throws into a message and an exit status.
template <typename Work>
int guarded(Work&& work) {
  const auto complain = [](const std::string& text) {
    Terminal terminal;
    terminal.line(painted("error: ", Color::kRed, terminal.traits().color) + text);
  };
  try {
    return work();
  } catch (const InternalError& e) {
    complain(e.describe() + "\nThis is a bug in boa; please report it.");
    return kInternalError;
  } catch (const storage::InUseError& e) {
    complain(e.describe());
    return kUsageError;
  } catch (const StorageError& e) {
    complain(e.describe());
    return kStorageFailure;
  } catch (const Error& e) {
    complain(e.describe());
    return kUsageError;
  } catch (const std::filesystem::filesystem_error& e) {
    complain(e.what());
    return kStorageFailure;
  } catch (const std::exception& e) {
    complain(fmt::format("{}\nThis is a bug in boa; please report it.", e.what()));
    return kInternalError;
  }
}

}  // namespace

int run_program(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  // Before anything else is touched: scripts ask for it often.
  if (arguments.size() == 1 && arguments.front() == "--version") {
    return guarded([] {
      print(fmt::format("boa {}\n", util::kVersion));
      return 0;
    });
  }
  return guarded([&] { return dispatch(parse_arguments(arguments)); });
}

int run_plot_program(int, char**) {
  return guarded([]() -> int {
    throw UnsupportedError("boa-plot is not built yet", "'boa trials' and 'boa best' show an experiment in words.");
  });
}

}  // namespace boa::cli
