#include "boa/app/controller.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "boa/app/experiment_session.hpp"
#include "boa/app/problem_summary.hpp"
#include "boa/app/signals.hpp"
#include "boa/app/traps.hpp"
#include "boa/app/wrapper_factory.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/runner/wrapped_job_runner.hpp"
#include "boa/storage/export_writer.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"
#include "boa/util/version.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* kBar = "##############################################";
/// What BOA logs after each report goes to the log file only: the terminal shows the same in its own way.
constexpr const char* kReportLogger = "boa.report";

std::vector<std::string> place_lines(const fs::path& folder) {
  return {fmt::format("Output Experiment Dir: {}", folder.string()),
          fmt::format("Store: {}", (folder / storage::kStoreName).string()),
          fmt::format("Scheduler File Path: {}", (folder / "scheduler.json").string()),
          fmt::format("Optimization CSV File Path: {}", (folder / "optimization.csv").string())};
}

void log_banner(util::Log& log, util::LogLevel level, const std::string& title, const fs::path& folder,
                const std::vector<std::string>& more) {
  log.info(kBar);
  log.write(level, title);
  for (const std::string& line : place_lines(folder)) log.info(line);
  for (const std::string& line : more) log.info(line);
  log.info(kBar);
}

std::string bare_or_list(const std::set<std::int64_t>& indices) {
  if (indices.size() == 1) return fmt::format("{}", *indices.begin());
  std::string text;
  for (const std::int64_t index : indices) text += fmt::format("{}{}", text.empty() ? "" : ", ", index);
  return "[" + text + "]";
}

/// Follows a run for the log file and for whoever looks on.
class Reporter {
 public:
  Reporter(const core::Experiment& experiment, const RunHooks& hooks) : hooks_(hooks), best_(experiment) {}

  void operator()(const scheduler::Progress& progress) {
    const core::Experiment& experiment = progress.experiment;
    for (const std::int64_t index : progress.ended) best_.add(experiment, experiment.trial(index));
    if (!progress.ended.empty()) log_report(progress);
    if (hooks_.on_progress) hooks_.on_progress(progress, best_);
  }

  const BestSoFar& best() const { return best_; }

 private:
  void log_report(const scheduler::Progress& progress) {
    const core::Experiment& experiment = progress.experiment;
    const auto write = [&](const std::string& text) { hooks_.log.write(util::LogLevel::kInfo, text, kReportLogger); };
    for (const std::int64_t index : progress.ended) {
      const core::Trial& trial = experiment.trial(index);
      if (!trial.reason().empty())
        write(fmt::format("trial {} {}: {}", index, core::to_string(trial.status), trial.reason()));
    }
    write(fmt::format("Trials so far: {}", experiment.num_trials()));
    write(
        fmt::format("Currently running trials: {}", bare_or_list(experiment.with_status(core::TrialStatus::kRunning))));
    write(fmt::format("Will Produce next trials from generation step: {}", progress.next_step));
    if (!best_.entries().empty()) write(fmt::format("Best trial so far: {}", best_.describe()));
  }

  const RunHooks& hooks_;
  BestSoFar best_;
};

/// A commit may still fit into space that the store owns already; the files of the next trial would not.
void check_room(const fs::path& folder) {
  constexpr std::uintmax_t kLeastRoom = 131'072;
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (!error && space.available < kLeastRoom) {
    throw StorageError(fmt::format("no space left on the disk of {}", folder.string()));
  }
}

/// The table of trials, abbreviated, into the log file.
void log_table(util::Log& log, const core::Experiment& experiment) {
  constexpr std::size_t kShown = 5;  // at each end
  const std::string csv = storage::to_optimization_csv(experiment);
  const std::vector<std::string> lines = util::split(util::trim(csv), '\n');
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const bool is_shown = k <= kShown || k + kShown >= lines.size();
    if (is_shown || k == kShown + 1) log.write(util::LogLevel::kInfo, is_shown ? lines[k] : "...", kReportLogger);
  }
}

std::string resume_hint(const fs::path& folder) {
  return fmt::format("Resume with: boa -sp {}", util::quote_shell_word(folder.string()));
}

/// One line where trials have ended, and none meets the outcome constraints; else empty.
std::string nothing_feasible(const core::Experiment& experiment, const BestSoFar& best) {
  const std::size_t completed = experiment.count(core::TrialStatus::kCompleted);
  if (completed == 0 || !best.entries().empty() || experiment.optimization_config().outcome_constraints.empty()) {
    return {};
  }
  return fmt::format("None of the {} completed trials meets the outcome constraints.", completed);
}

/// `Best trial: {3: {'y': 1.5}}`; of a front, which may be long, how large it is and what lists it, unless its folder
/// goes away. Empty without one.
std::string best_line(const BestSoFar& best, const ExperimentSession& session) {
  if (best.entries().empty()) return {};
  const bool is_front = session.experiment.optimization_config().objective.kind == core::Objective::Kind::kMulti;
  if (!is_front || session.is_temporary) return fmt::format("Best trial: {}", best.describe());
  const std::size_t size = best.entries().size();
  const bool is_within = best.entries().front().is_within_thresholds;
  return fmt::format(
      "{} on the Pareto front{}; see: boa best {}", size == 1 ? "1 trial" : fmt::format("{} trials", size),
      is_within ? "" : ", none within the objective thresholds", util::quote_shell_word(session.folder.string()));
}

/// `lines` are those of the start, which are said again.
void log_end(util::Log& log, const ExperimentSession& session, const scheduler::RunResult& result,
             const BestSoFar& best, std::vector<std::string> lines, double seconds) {
  lines.push_back(fmt::format("End Time: {}", util::timestamp_for_names(util::SystemClock().now())));
  lines.push_back(fmt::format("Total Run Time: {}", util::python_repr(seconds)));
  for (std::string line : {best_line(best, session), nothing_feasible(session.experiment, best)}) {
    if (!line.empty()) lines.push_back(std::move(line));
  }
  const bool is_error = scheduler::exit_status(result.end) == 3 || scheduler::exit_status(result.end) == 4;
  log_banner(log, is_error ? util::LogLevel::kError : util::LogLevel::kInfo,
             is_error ? fmt::format("Error Completing because of {}", result.message) : result.message, session.folder,
             lines);
  if (result.left_running > 0) {
    log.warning(
        fmt::format("{} still running; a resume takes over what runs",
                    result.left_running == 1 ? "1 trial is" : fmt::format("{} trials are", result.left_running)));
  }
  if (scheduler::exit_status(result.end) != 0) log.info(resume_hint(session.folder));
}

/// After `--trials N`, which may end before the goal.
void log_what_remains(util::Log& log, const ExperimentSession& session, const scheduler::RunResult& result,
                      const scheduler::Goal& goal) {
  const auto left = goal.total - static_cast<std::int64_t>(session.experiment.num_trials());
  if (result.end != scheduler::RunEnd::kGoalReached || left <= 0) return;
  log.info(fmt::format("{} of the goal of {} remain{}. {}", left == 1 ? "1 trial" : fmt::format("{} trials", left),
                       goal.total, left == 1 ? "s" : "", resume_hint(session.folder)));
}

/// Ax's logging_level: a number of Python's logging, or a name.
util::LogLevel least_level(const std::string& logging_level) {
  const std::string name = util::to_lower(logging_level);
  if (name == "debug" || name == "10" || name == "0" || name == "notset") return util::LogLevel::kDebug;
  if (name == "warning" || name == "warn" || name == "30") return util::LogLevel::kWarning;
  if (name == "error" || name == "40" || name == "critical" || name == "50") return util::LogLevel::kError;
  return util::LogLevel::kInfo;
}

void open_logs(const ExperimentSession& session, util::Log& log) {
  const scheduler::SchedulerOptions& options = session.config.scheduler;
  log.add_file(session.folder / "optimization.log");
  if (options.log_filepath) {
    log.add_file(session.paths.working_dir / *options.log_filepath, least_level(options.logging_level));
  }
}

RunReport drive(ExperimentSession& session, const scheduler::Goal& goal, const RunHooks& hooks) {
  const util::SystemClock clock;
  const util::SteadyTime started = clock.steady();
  util::Log& log = hooks.log;
  store_documents(session);
  open_logs(session, log);
  const generation::ChosenSteps plan{session.strategy.steps, session.strategy.name, {}};
  const bool is_new = session.experiment.trials().empty();
  for (const std::string& warning : problem_warnings(session.config, plan, is_new)) log.warning(warning);
  for (const std::string& text : find_missing_scripts(session.config, session.paths.working_dir)) log.warning(text);
  for (const std::string& notice : session.notices) log.warning(notice);
  const std::vector<std::string> begun = {fmt::format("Start Time: {}", util::timestamp_for_names(clock.now())),
                                          fmt::format("Version: {}", util::kVersion)};
  log_banner(log, util::LogLevel::kInfo, "BOA Experiment Run", session.folder, begun);
  if (!session.strategy_reason.empty()) log.info(session.strategy_reason);

  generation::GenerationStrategy strategy = session.strategy.make();
  runner::WrappedJobRunner runner(make_wrapper(session, clock, log));
  session.documents["run"] = goal.to_node();
  storage::ExportWriter exports(session.folder, clock);
  Reporter reporter(session.experiment, hooks);
  scheduler::Scheduler::Parts parts{session.experiment, strategy, runner, *session.storage, clock, log, {}, {}, {}, {},
                                    hooks.tick};
  parts.is_index_taken = [&](std::int64_t index) { return runner::has_trial_folder(session.folder, index); };
  parts.on_progress = [&](const scheduler::Progress& progress) { reporter(progress); };
  parts.on_committed = [&](bool final) {
    if (const auto warning = exports.update(session.experiment, session.documents, final)) log.warning(*warning);
  };
  parts.check_room = [&] { check_room(session.folder); };

  scheduler::Scheduler scheduler(std::move(parts), session.config.scheduler);
  RunReport report;
  {
    const SignalGuard guard([&scheduler](bool terminate) { scheduler.interrupt(terminate); });
    report.result = scheduler.run(goal);
  }
  if (session.documents["run"] != scheduler.goal().to_node()) {
    session.documents["run"] = scheduler.goal().to_node();
    if (const auto warning = exports.update(session.experiment, session.documents, true)) log.warning(*warning);
  }
  if (hooks.on_end) hooks.on_end();
  report.experiment_dir = session.folder;
  const double seconds = std::chrono::duration<double>(clock.steady() - started).count();
  log_end(log, session, report.result, reporter.best(), begun, seconds);
  log_what_remains(log, session, report.result, scheduler.goal());
  log_table(log, session.experiment);
  return report;
}

/// As create_session; a temporary parent goes again when that fails.
ExperimentSession create_in(BoaConfig config, const RunPaths& paths, ChosenStrategy strategy, bool is_temporary) {
  try {
    return create_session(std::move(config), paths, std::move(strategy));
  } catch (...) {
    std::error_code ignored;
    if (is_temporary) fs::remove_all(paths.parent, ignored);
    throw;
  }
}

/// Trials without an end: what a run that was killed has left.
std::int64_t count_open(const core::Experiment& experiment) {
  const auto& trials = experiment.trials();
  return std::count_if(trials.begin(), trials.end(),
                       [](const auto& entry) { return !core::is_terminal(entry.second.status); });
}

}  // namespace

RunReport run_new(const NewRun& request, const RunHooks& hooks) {
  BoaConfig config = read_config(request.config, {request.launch_dir, request.paths.allow_python});
  require_runnable(config);
  PathFlags flags = request.paths;
  if (request.temporary_dir) flags.temporary_dir = fs::temp_directory_path();
  RunPaths paths = resolve_paths(config, request.launch_dir, flags);
  ChosenStrategy strategy = choose_strategy(config, request.seed);
  check_commands(config, paths.working_dir);

  if (request.temporary_dir) paths.parent = make_temporary_folder();
  ExperimentSession session = create_in(std::move(config), paths, std::move(strategy), request.temporary_dir);
  session.strategy.threads = request.threads;
  session.is_temporary = request.temporary_dir;
  const scheduler::Goal goal = scheduler::next_goal(session.config.scheduler, 0, 0, std::nullopt, std::nullopt);
  RunReport report = drive(session, goal, hooks);

  if (request.temporary_dir && scheduler::exit_status(report.result.end) == 0) {
    hooks.log.close_files();
    session.storage.reset();
    std::error_code ignored;
    fs::remove_all(paths.parent, ignored);
    report.removed = true;
    hooks.log.info("The temporary folder is removed again (-td).");
  }
  return report;
}

RunReport run_resumed(const ResumedRun& request, const RunHooks& hooks) {
  ExperimentSession session = open_session(request.experiment, request.config, request.launch_dir, request.paths);
  session.strategy.threads = request.threads;
  if (!session.config.script.has_command()) require_runnable(session.config);
  check_commands(session.config, session.paths.working_dir);
  auto num_trials = static_cast<std::int64_t>(session.experiment.num_trials());
  if (!request.more) num_trials = session.trials_in_file.value_or(num_trials);
  const scheduler::Goal goal = scheduler::next_goal(session.config.scheduler, num_trials,
                                                    count_open(session.experiment), session.last_goal, request.more);
  if (num_trials - count_open(session.experiment) >= goal.total) {
    session.notices.push_back(fmt::format(
        "the experiment has the {} trials of its goal: nothing is run; --trials N runs N more", goal.total));
  }
  return drive(session, goal, hooks);
}

}  // namespace boa::app
