#include "boa/app/experiment_session.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "boa/app/problem_summary.hpp"
#include "boa/storage/experiment_folder.hpp"
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

Node ax_path(const fs::path& path) {
  return Node::object({{"__type", "PosixPath"}, {"pathsegments", Node::array({path.string()})}});
}

/// In the spelling of Python BOA's file, so that scripts which read it go on working.
Node wrapper_document(const BoaConfig& config, const fs::path& folder) {
  Node metrics = Node::array();
  for (const core::Metric& metric : config.optimization_config.metrics) metrics.push_back(metric.name);
  return Node::object({{"__type", "ScriptWrapper"},
                       {"name", "ScriptWrapper"},
                       {"path", Node()},
                       {"experiment_dir", ax_path(folder)},
                       {"working_dir", Node()},
                       {"output_dir", ax_path(folder.parent_path())},
                       {"metric_names", metrics},
                       {"config", config.raw},
                       {"config_path", ax_path(config.source_path)}});
}

storage::Documents documents_of(const BoaConfig& config, const StrategyDocument& strategy, const fs::path& working_dir,
                                const fs::path& folder) {
  const StoredConfig stored{config.source_text, config.source_path, working_dir, folder, config.raw};
  return {{"config", stored.to_node()},
          {"options", util::write_fields(config.scheduler)},
          {"generation_strategy", strategy.to_node()},
          {"wrapper", wrapper_document(config, folder)}};
}

/// The store made again from scheduler.json, where it was lost.
void restore_store(const fs::path& folder) {
  const fs::path json = folder / storage::kSchedulerJsonName;
  if (!storage::is_own_scheduler_json(util::parse_json(util::read_file(json), json.string()))) {
    throw UnsupportedError(fmt::format("resuming an experiment of Python BOA ({}) is not built yet", folder.string()),
                           "'boa status', 'boa best' and 'boa trials' read it.");
  }
  storage::rebuild_store(folder);
}

/// Python BOA stores no goal. Each start added n_trials, so that the goal was a multiple of it.
std::optional<std::int64_t> goal_of_python_boa(const storage::Snapshot& snapshot) {
  const auto options = snapshot.documents.find("options");
  if (options == snapshot.documents.end()) return std::nullopt;
  const Node* total = options->second.find("total_trials");
  if (total != nullptr && total->is_int()) return total->as_int();
  const auto config = snapshot.documents.find("config");
  if (config == snapshot.documents.end()) return std::nullopt;
  const Node* scheduler = config->second.find("scheduler");
  const Node* n = scheduler == nullptr ? nullptr : scheduler->find("n_trials");
  if (n == nullptr) n = config->second.find("n_trials");
  if (n == nullptr || !n->is_int() || n->as_int() < 1) return std::nullopt;
  const auto trials = static_cast<std::int64_t>(snapshot.experiment.num_trials());
  return std::max<std::int64_t>(1, (trials + n->as_int() - 1) / n->as_int()) * n->as_int();
}

constexpr const char* kFromJsonNotice = "there is no boa.sqlite; the experiment is read from scheduler.json";

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
BoaConfig stored_config(const storage::Documents& documents, const fs::path& folder, RevivedPaths& paths) {
  const StoredConfig stored = StoredConfig::from_node(stored_document(documents, "config", folder));
  paths = revive_paths(stored, folder);
  return read_config_text(stored.text, paths.config);
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

ExperimentSession create_session(BoaConfig config, const RunPaths& paths, ChosenStrategy strategy) {
  ExperimentSession session;
  session.experiment = core::Experiment(config.script.exp_name, config.search_space, config.optimization_config,
                                        util::SystemClock().now());
  session.strategy = std::move(strategy.document);
  session.strategy_reason = std::move(strategy.reason);
  session.paths = {config.source_path, paths.working_dir};
  const auto fill = [&](const fs::path& inside, const fs::path& final_folder) {
    session.documents = documents_of(config, session.strategy, paths.working_dir, final_folder);
    storage::Changes changes;
    changes.experiment = &session.experiment;
    changes.documents = session.documents;
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
                               const PathFlags& flags) {
  ExperimentSession session;
  session.folder = storage::find_experiment_folder(path);
  if (!storage::has_store(session.folder)) {
    restore_store(session.folder);
    session.notice = kFromJsonNotice;
  }
  session.storage = storage::open_sqlite(session.folder, storage::OpenMode::kReadWrite);
  storage::Snapshot snapshot = session.storage->load();
  session.experiment = std::move(snapshot.experiment);
  session.documents = std::move(snapshot.documents);
  session.strategy =
      StrategyDocument::from_node(stored_document(session.documents, "generation_strategy", session.folder));
  session.last_goal = stored_goal(session.documents);
  if (config) {
    session.config = read_config(*config);
    refuse_other_problem(session.experiment, session.config);
    session.paths = {session.config.source_path, resolve_paths(session.config, launch_dir, flags).working_dir};
  } else {
    session.config = stored_config(session.documents, session.folder, session.paths);
  }
  return session;
}

void store_documents(ExperimentSession& session) {
  storage::Changes changes;
  for (auto& [name, node] : documents_of(session.config, session.strategy, session.paths.working_dir, session.folder)) {
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
  if (const auto goal = stored_goal(view.snapshot.documents)) {
    view.goal = goal->total;
  } else {
    view.goal = goal_of_python_boa(view.snapshot);
  }
  return view;
}

}  // namespace boa::app
