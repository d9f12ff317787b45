#include "boa/app/experiment_session.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "boa/app/problem_summary.hpp"
#include "boa/storage/experiment_folder.hpp"
#include "boa/storage/experiment_lock.hpp"
#include "boa/storage/export_writer.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/util/error.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/rng.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;
using util::Node;

const Node& stored_document(const storage::Documents& documents, const char* name, const fs::path& folder) {
  const auto it = documents.find(name);
  if (it == documents.end()) {
    throw StorageError(fmt::format("the store of {} holds no '{}'; it cannot be resumed", folder.string(), name));
  }
  return it->second;
}

std::optional<scheduler::Goal> stored_goal(const storage::Documents& documents) {
  const auto it = documents.find("run");
  return it == documents.end() ? std::nullopt : scheduler::Goal::from_node(it->second);
}

/// The goal of the last run of a Python BOA file; an asynchronous experiment has none.
std::optional<std::int64_t> last_goal_of_python_boa(const storage::Snapshot& snapshot) {
  if (storage::is_async(snapshot.documents)) return std::nullopt;
  const auto options = snapshot.documents.find("options");
  const Node* total = options == snapshot.documents.end() ? nullptr : options->second.find("total_trials");
  if (total != nullptr && total->is_int()) return total->as_int();
  const std::optional<scheduler::Goal> next = goal_of_python_boa(snapshot);
  if (!next) return std::nullopt;
  // What was reached by its last run is no goal to come.
  const auto trials = static_cast<std::int64_t>(snapshot.experiment.num_trials());
  return trials > 0 && trials == next->base ? next->base : next->total;
}

constexpr const char* kFromJsonNotice = "there is no boa.sqlite; the experiment is read from scheduler.json";

bool was_written_by_boa(const fs::path& folder) {
  const fs::path json = folder / storage::kSchedulerJsonName;
  return storage::is_own_scheduler_json(util::parse_json(util::read_file(json), json.string()));
}

/// Makes the store of a folder that has only a scheduler.json, boa's or Python BOA's.
void make_store(const PythonBoaRequest& request, ExperimentSession& session) {
  session.notices.emplace_back(kFromJsonNotice);
  bool is_own = false;
  try {
    is_own = was_written_by_boa(request.folder);
  } catch (const ConfigError&) {
    is_own = true;  // damaged: it is said below where
  }
  if (is_own) return storage::rebuild_store(request.folder);
  PythonBoaImport import = import_python_boa(request);
  session.trials_in_file = import.trials_in_file;
  for (std::string& notice : import.notices) session.notices.push_back(std::move(notice));
}

void refuse_other_problem(const core::Experiment& experiment, const BoaConfig& config) {
  std::string difference = describe_difference(experiment.search_space(), config.search_space);
  if (difference.empty()) {
    difference = describe_difference(experiment.optimization_config(), config.optimization_config);
  }
  if (difference.empty()) return;
  throw UserInputError(
      fmt::format("{} does not describe the problem of this experiment: {}", config.source_path.string(), difference),
      "Number of trials, scheduler options and commands may change on a resume. For another problem run a new "
      "experiment.");
}

/// The config that a resume without `-c` goes on with: the stored text, at the place where the file is now.
BoaConfig stored_config(const storage::Documents& documents, const fs::path& folder, bool allow_python,
                        RevivedPaths& paths) {
  const StoredConfig stored = StoredConfig::from_node(stored_document(documents, "config", folder));
  paths = revive_paths(stored, folder);
  if (stored.is_data)
    return read_config_data(stored.data, paths.config, (folder / storage::kStoreName).string(), allow_python);
  return read_rendered_config(stored.text, paths.config, allow_python);
}

/// Says so where the user's file is another one now than the config that the session goes on with.
void notice_changed_config(ExperimentSession& session) {
  const fs::path& file = session.paths.config;
  const fs::path copy = session.folder / file.filename();
  std::error_code missing;
  if (file == copy || !fs::exists(file, missing)) return;
  try {
    const std::string now = util::read_file(file);
    const StoredConfig stored = StoredConfig::from_node(stored_document(session.documents, "config", session.folder));
    if (now == stored.text || (fs::exists(copy) && now == util::read_file(copy))) return;
  } catch (const Error&) {
    return;  // not readable: it is not needed
  }
  session.notices.push_back(fmt::format(
      "{0} has changed since the run began: the config that is stored with the experiment holds. To go on with "
      "the changed one: boa -c {0} -sp {1}",
      file.string(), session.folder.string()));
}

/// Says so where the given config asks for other steps than the last one did: the run goes on with those it began with.
void notice_changed_strategy(ExperimentSession& session) {
  const StoredConfig last = StoredConfig::from_node(stored_document(session.documents, "config", session.folder));
  const auto strategy_in = [](const Node& config) {
    const Node* part = config.is_object() ? config.find("generation_strategy") : nullptr;
    return part == nullptr || part->size() == 0 ? Node() : *part;
  };
  if (strategy_in(last.data) == strategy_in(session.config.raw)) return;
  session.notices.push_back(
      fmt::format("generation_strategy in {} is not that of this experiment, and is not used: points come from the "
                  "steps that the experiment began with. For other steps run a new experiment",
                  session.config.source_path.string()));
}

}  // namespace

ChosenStrategy choose_strategy(const BoaConfig& config, std::optional<std::int64_t> seed) {
  ChosenStrategy chosen;
  const std::optional<std::int64_t> given = seed ? seed : config.generation.random_seed;
  // 63 bits, so that it is an integer in every JSON reader.
  chosen.document.seed = given ? static_cast<std::uint64_t>(*given) : util::Rng::entropy() >> 1U;
  generation::ChosenSteps plan = plan_generation(config);
  chosen.document.name = std::move(plan.name);
  chosen.document.steps = std::move(plan.steps);
  chosen.reason = std::move(plan.reason);
  // Makes sure now that it can be made.
  static_cast<void>(chosen.document.make());
  return chosen;
}

void make_asynchronous(BoaConfig& config) {
  for (core::Metric& metric : config.optimization_config.metrics) {
    metric.function = core::Metric().function;
    metric.function_name.clear();
  }
  config.generation.automatic.max_parallelism_cap.reset();
  config.generation.automatic.max_parallelism_override = -1;
  for (generation::GenerationStep& step : config.generation.steps) step.max_parallelism.reset();
}

ExperimentSession create_session(BoaConfig config, const RunPaths& paths, ChosenStrategy strategy,
                                 const Beginnings& beginnings) {
  ExperimentSession session;
  session.experiment = core::Experiment(config.script.exp_name, config.search_space, config.optimization_config,
                                        util::SystemClock().now());
  session.strategy = std::move(strategy.document);
  session.strategy_reason = std::move(strategy.reason);
  session.paths = {config.source_path, paths.working_dir};
  if (beginnings.fill) {
    generation::GenerationStrategy generator = session.strategy.make();
    beginnings.fill(session.experiment, generator);
  }
  const auto fill = [&](const fs::path& inside, const fs::path& final_folder) {
    session.documents =
        experiment_documents(config, session.strategy, paths.working_dir, final_folder, beginnings.is_async);
    if (beginnings.is_ask_tell) session.documents[storage::kAskTellDocument] = Node(true);
    storage::Changes changes;
    changes.experiment = &session.experiment;
    changes.documents = session.documents;
    for (const auto& [index, trial] : session.experiment.trials()) changes.trials.push_back(&trial);
    storage::open_sqlite(inside, storage::OpenMode::kCreate)->commit(changes);
    util::write_file(inside / config.source_path.filename(), config.source_text);
    if (const auto warning =
            storage::ExportWriter(inside, final_folder).update(session.experiment, session.documents, true)) {
      throw StorageError(*warning);
    }
  };
  // A name that is taken gets a number when the folder appears.
  const fs::path wanted =
      new_experiment_folder(paths, util::SystemClock().now(), [](const fs::path&) { return false; });
  session.folder = storage::create_experiment_folder(wanted, fill);
  session.config = std::move(config);
  session.storage = storage::open_sqlite(session.folder, storage::OpenMode::kReadWrite);
  return session;
}

ExperimentSession open_session(const fs::path& path, const std::optional<fs::path>& config, const fs::path& launch_dir,
                               const PathFlags& flags, OpenFor purpose) {
  ExperimentSession session;
  session.folder = storage::find_experiment_folder(path);
  std::optional<BoaConfig> given;
  fs::path working_dir;
  if (config) {
    given = read_config(*config, {launch_dir, flags.allow_python});
    const bool is_async = purpose == OpenFor::kAsync;
    if (is_async) make_asynchronous(*given);
    working_dir = is_async ? launch_dir : resolve_paths(*given, launch_dir, flags).working_dir;
  }
  if (!storage::has_store(session.folder)) {
    make_store({session.folder, purpose, given ? &*given : nullptr, working_dir, launch_dir, flags}, session);
  }
  session.storage = storage::open_sqlite(session.folder, storage::OpenMode::kReadWrite);
  storage::Snapshot snapshot = session.storage->load();
  session.experiment = std::move(snapshot.experiment);
  session.documents = std::move(snapshot.documents);
  session.strategy =
      StrategyDocument::from_node(stored_document(session.documents, "generation_strategy", session.folder));
  session.last_goal = stored_goal(session.documents);
  refuse_other_purpose(session.documents, purpose, session.folder);
  if (given) {
    session.config = std::move(*given);
    refuse_other_problem(session.experiment, session.config);
    if (!session.trials_in_file) notice_changed_strategy(session);  // the import has said what becomes of the steps
    session.paths = {session.config.source_path, working_dir};
  } else {
    session.config = stored_config(session.documents, session.folder, flags.allow_python, session.paths);
    notice_changed_config(session);
    if (purpose == OpenFor::kAsync) make_asynchronous(session.config);
  }
  return session;
}

void store_documents(ExperimentSession& session) {
  storage::Changes changes;
  for (auto& [name, node] : experiment_documents(session.config, session.strategy, session.paths.working_dir,
                                                 session.folder, storage::is_async(session.documents))) {
    if (session.documents[name] != node) changes.documents[name] = session.documents[name] = node;
  }
  if (!changes.empty()) session.storage->commit(changes);
}

ExperimentView open_view(const fs::path& path) {
  ExperimentView view;
  view.folder = storage::find_experiment_folder(path);
  if (storage::has_store(view.folder)) {
    view.snapshot = storage::open_sqlite(view.folder, storage::OpenMode::kReadOnly)->load();
  } else {
    view.snapshot = storage::load_scheduler_json(view.folder);
    view.notice = kFromJsonNotice;
  }
  // Python BOA's file has a strategy of another form, of which nothing is shown.
  const auto strategy = view.snapshot.documents.find("generation_strategy");
  if (strategy != view.snapshot.documents.end() && strategy->second.contains("seed")) {
    view.strategy = StrategyDocument::from_node(strategy->second);
  }
  if (!view.notice.empty() && !view.strategy) view.notice = "read from the scheduler.json of Python BOA";
  view.is_in_use = storage::is_in_use(view.folder);
  view.is_async = storage::is_async(view.snapshot.documents);
  if (const auto goal = stored_goal(view.snapshot.documents)) {
    view.goal = goal->total;
    view.run_ended = goal->ended;
  } else {
    view.goal = last_goal_of_python_boa(view.snapshot);
  }
  return view;
}

}  // namespace boa::app
