#include "boa/app/async_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <system_error>
#include <utility>

#include "boa/app/experiment_session.hpp"
#include "boa/app/result_table.hpp"
#include "boa/app/traps.hpp"
#include "boa/scheduler/ask_tell_session.hpp"
#include "boa/storage/export_writer.hpp"
#include "boa/storage/memory_storage.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;

/// A table of which something was not understood is kept under this name, because the next one is written over it.
constexpr const char* kUnreadName = "optimization.unread.csv";

template <typename T>
T accepted(scheduler::Reply<T> reply) {
  if (!reply && reply.error().code == "storage") throw StorageError(reply.error().message);
  if (!reply) throw UserInputError(reply.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*reply);
}

/// How many points to add to an experiment with `num_trials` trials.
std::int64_t wanted_points(const AsyncRequest& request, const scheduler::SchedulerOptions& options,
                           std::size_t num_trials) {
  if (request.n) return *request.n;
  if (options.n_trials) return *options.n_trials;
  if (options.total_trials) {
    return std::max<std::int64_t>(0, *options.total_trials - static_cast<std::int64_t>(num_trials));
  }
  throw UserInputError("nothing says how many points to add", "Give -n N, or n_trials in the config.");
}

void ask(scheduler::AskTellSession& session, std::int64_t n, AsyncReport& report) {
  if (n == 0) return;
  scheduler::Asked asked = accepted(session.ask(n));
  report.asked = std::move(asked.trials);
  report.reason = std::move(asked.reason);
}

/// Adds a notice to the report unless it is there.
std::function<void(const std::string&)> note_in(AsyncReport& report) {
  return [&report](const std::string& notice) {
    auto& notices = report.notices;
    if (std::find(notices.begin(), notices.end(), notice) == notices.end()) notices.push_back(notice);
  };
}

/// A new experiment, its first points inside from the moment when the folder appears.
ExperimentSession create(const AsyncRequest& request, AsyncReport& report) {
  BoaConfig config = read_config(*request.config, {request.launch_dir, request.allow_python});
  report.notices = config.warnings;
  std::string idle = find_idle_scheduling(config.scheduler);
  if (!idle.empty()) report.notices.push_back(std::move(idle));
  make_asynchronous(config);
  const std::int64_t n = wanted_points(request, config.scheduler, 0);
  RunPaths paths = resolve_async_paths(config, request.launch_dir);
  ChosenStrategy strategy = choose_strategy(config, request.seed);
  strategy.document.threads = request.threads;
  const util::SystemClock clock;
  const auto add_points = [&](core::Experiment& experiment, generation::GenerationStrategy& generator) {
    storage::MemoryStorage memory;
    scheduler::AskTellSession session({experiment, generator, memory, clock, {}, note_in(report)}, std::nullopt);
    ask(session, n, report);
  };
  if (request.temporary_dir) paths.parent = make_temporary_folder();
  return create_session(std::move(config), paths, std::move(strategy), {true, add_points});
}

/// Takes in what the table says.
void take_values(const ExperimentSession& session, scheduler::AskTellSession& tell, AsyncReport& report) {
  const fs::path csv = session.folder / storage::kCsvName;
  std::error_code ignored;
  if (!fs::exists(csv, ignored)) {
    if (session.experiment.num_trials() > 0) {
      report.notices.push_back(fmt::format("{} is not there: no value was taken in; it is written anew", csv.string()));
    }
    return;
  }
  const std::string text = util::read_file(csv);
  const ResultTable table = read_result_table(text, session.experiment);
  for (const std::string& row : table.not_understood) {
    report.notices.push_back(fmt::format("{}, {}: not taken in", csv.string(), row));
  }
  if (!table.not_understood.empty()) {
    util::write_file_atomically(session.folder / kUnreadName, text);
    report.notices.push_back(fmt::format("the table as it was is kept as {}", kUnreadName));
  }
  scheduler::Revised revised = accepted(tell.revise(table.values));
  report.completed = std::move(revised.completed);
  report.corrected = std::move(revised.corrected);
  for (const std::int64_t index : table.failed) accepted(tell.fail(index, "marked FAILED in optimization.csv"));
  for (const std::int64_t index : table.abandoned) {
    accepted(tell.abandon(index, "marked ABANDONED in optimization.csv"));
  }
  report.ended = table.failed;
  report.ended.insert(report.ended.end(), table.abandoned.begin(), table.abandoned.end());
  for (auto* indices : {&report.completed, &report.corrected, &report.ended})
    std::sort(indices->begin(), indices->end());
}

ExperimentSession go_on(const AsyncRequest& request, AsyncReport& report) {
  if (request.temporary_dir) {
    throw UserInputError("-td goes with a new experiment only", "An existing one stays in its folder.");
  }
  if (request.seed) {
    throw UserInputError("--seed goes with a new experiment only", "This one goes on with its own seed.");
  }
  PathFlags flags;
  flags.allow_python = request.allow_python;
  ExperimentSession session =
      open_session(*request.experiment, request.config, request.launch_dir, flags, OpenFor::kAsync);
  const std::int64_t n = wanted_points(request, session.config.scheduler, session.experiment.num_trials());
  session.strategy.threads = request.threads;
  store_documents(session);
  const util::SystemClock clock;
  generation::GenerationStrategy generator = session.strategy.make();
  scheduler::AskTellSession tell({session.experiment, generator, *session.storage, clock, {}, note_in(report)},
                                 std::nullopt);
  report.notices = session.notices;
  take_values(session, tell, report);
  ask(tell, n, report);
  storage::ExportWriter exports(session.folder, clock);
  if (const auto warning = exports.update(session.experiment, session.documents, true)) throw StorageError(*warning);
  return session;
}

}  // namespace

AsyncReport run_async(const AsyncRequest& request) {
  AsyncReport report;
  const ExperimentSession session = request.experiment ? go_on(request, report) : create(request, report);
  report.experiment_dir = session.folder;
  return report;
}

}  // namespace boa::app
