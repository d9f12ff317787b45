#include "boa/app/python_boa.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/app/documents.hpp"
#include "boa/app/experiment_session.hpp"
#include "boa/app/leftover_folders.hpp"
#include "boa/app/stored_config.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/storage/experiment_folder.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;
using core::TrialStatus;
using util::Node;

constexpr const char* kScriptWrapper = "ScriptWrapper";

const Node* member(const Node* node, const char* key) {
  const Node* found = node == nullptr ? nullptr : node->find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

/// A path of any system as this one writes it; empty where there is none.
fs::path path_in(const Node* node) {
  if (node == nullptr) return {};
  const Node plain = plain_data(*node);
  return plain.is_string() ? fs::path(plain.as_string()) : fs::path();
}

// ---- the config ----

/// Who ran the models, if it was not the commands of the config.
void refuse_python_wrapper(const Node& json) {
  const Node* wrapper = member(&json, "wrapper");
  const Node* name = member(wrapper, "name");
  if (name == nullptr) name = member(wrapper, "__type");
  if (name == nullptr || !name->is_string() || name->as_string() == kScriptWrapper) return;
  throw UnsupportedError(
      fmt::format("this experiment was run by the Python wrapper '{}' ({}): Python wrappers are not built yet",
                  name->as_string(), path_in(member(wrapper, "path")).string()),
      "'boa status', 'boa best' and 'boa trials' read it; with '-c FILE' the commands of that config go on.");
}

struct ConfigAndPlace {
  BoaConfig config;
  fs::path working_dir;
};

/// The config in the file. Where its own file and the working folder are now follows from where they were.
ConfigAndPlace stored_config(const Node& json, const PythonBoaRequest& request) {
  const fs::path place = request.folder / storage::kSchedulerJsonName;
  const Node* wrapper = member(&json, "wrapper");
  const Node* data = member(wrapper, "config");
  if (data == nullptr || !data->is_object()) {
    throw UserInputError(fmt::format("{} holds no config (wrapper.config)", place.string()),
                         "Give one: boa -sp PATH -c FILE.");
  }
  StoredConfig stored;
  stored.experiment_dir = path_in(member(wrapper, "experiment_dir"));
  stored.path = path_in(member(wrapper, "config_path"));
  if (stored.path.empty()) stored.path = request.folder / "config.yaml";
  const Node plain = plain_data(*data);
  ConfigAndPlace found{
      read_config_data(plain, revive_paths(stored, request.folder).config, place.string(), request.flags.allow_python),
      {}};
  if (request.purpose == OpenFor::kAsync) make_asynchronous(found.config);
  const fs::path own = found.config.script.working_dir;
  const bool rel_to_launch =
      request.flags.rel_to_config ? !*request.flags.rel_to_config : found.config.script.rel_to_launch.value_or(false);
  if (rel_to_launch) {
    found.working_dir = (request.launch_dir / own).lexically_normal();
  } else {
    stored.working_dir = (stored.path.parent_path() / own).lexically_normal();
    found.working_dir = revive_paths(stored, request.folder).working_dir;
  }
  return found;
}

// ---- the problem ----

core::SearchSpace sorted(const core::SearchSpace& space) {
  std::vector<core::ParameterConstraint> constraints = space.constraints();
  for (core::ParameterConstraint& constraint : constraints) {
    std::sort(constraint.coefficients.begin(), constraint.coefficients.end());
  }
  return {space.parameters(), std::move(constraints)};
}

/// The space of the file; in the config's own words where both mean the same.
core::SearchSpace problem_space(const core::SearchSpace& in_file, const PythonBoaRequest& request,
                                const BoaConfig& config, std::vector<std::string>& notices) {
  const std::string difference = describe_difference(sorted(in_file), sorted(config.search_space));
  if (difference.empty()) return config.search_space;
  // With -c the difference is refused later, as for any experiment.
  if (request.config == nullptr) {
    notices.push_back(
        fmt::format("the search space in scheduler.json differs from its stored config and holds: {}", difference));
  }
  return in_file;
}

/// The configuration of the file, with the metrics as the config describes them: Ax's classes do not say all.
core::OptimizationConfig problem_outcomes(core::OptimizationConfig in_file, const BoaConfig& config) {
  for (core::Metric& metric : in_file.metrics) {
    const core::Metric* given = config.optimization_config.find_metric(metric.name);
    if (given != nullptr) metric = *given;
  }
  return describe_difference(in_file, config.optimization_config).empty() ? config.optimization_config : in_file;
}

// ---- trials ----

/// What a resume needs to know about a trial beyond Ax's description of it.
void adapt_trial(const Node& json, const PythonBoaRequest& request, core::Trial& trial) {
  const Node* trials = member(member(&json, "experiment"), "trials");
  const std::string key = std::to_string(trial.index);
  if (const Node* run = member(member(trials, key.c_str()), "generator_run")) keep_sequence_position(*run, trial);
  if (request.purpose == OpenFor::kAsync && trial.status == TrialStatus::kCompleted && trial.data.empty()) {
    // async_opt calls trials COMPLETED when it loads them, filled in or not.
    trial.status = TrialStatus::kRunning;
    trial.time_completed.reset();
  }
  if (core::is_terminal(trial.status) || request.purpose != OpenFor::kRun || trial.arms.empty()) return;
  std::error_code ignored;
  const bool has_folder = fs::exists(runner::arm_folder(request.folder, trial, 0), ignored);
  if (trial.status != TrialStatus::kRunning && !has_folder) return;  // never started
  trial.status = TrialStatus::kRunning;
  trial.properties.set(runner::kLeftBehindKey, true);
}

core::Experiment rebuilt(const Node& json, const PythonBoaRequest& request, const core::Experiment& in_file,
                         const BoaConfig& config, std::vector<std::string>& notices) {
  core::Experiment experiment(in_file.name(), problem_space(in_file.search_space(), request, config, notices),
                              problem_outcomes(in_file.optimization_config(), config), in_file.time_created());
  experiment.properties() = in_file.properties();
  for (const auto& [index, stored] : in_file.trials()) {
    core::Trial trial = stored;
    adapt_trial(json, request, trial);
    if (!trial.arms.empty()) {
      fetch_missing_data(runner::arm_folder(request.folder, trial, 0), experiment.optimization_config(), trial);
    }
    experiment.add_stored_trial(std::move(trial));
  }
  return experiment;
}

// ---- the strategy ----

std::optional<std::int64_t> int_member(const Node& node, const char* key) {
  const Node* found = member(&node, key);
  return found != nullptr && found->is_int() ? std::optional(found->as_int()) : std::nullopt;
}

bool is_true(const Node& node, const char* key, bool by_default) {
  const Node* found = member(&node, key);
  return found != nullptr && found->is_bool() ? found->as_bool() : by_default;
}

/// A step of the file. Of the model's arguments those of a sequence count; the others are Ax's own defaults, for steps
/// that somebody wrote come from the config.
std::optional<generation::GenerationStep> step_from_ax(const Node& node) {
  const Node* model = member(member(&node, "model"), "name");
  const std::optional<std::int64_t> num_trials = int_member(node, "num_trials");
  if (model == nullptr || !model->is_string() || !num_trials) return std::nullopt;
  generation::GenerationStep step;
  step.model = model->as_string();
  step.num_trials = *num_trials;
  step.min_trials_observed = int_member(node, "min_trials_observed").value_or(0);
  step.max_parallelism = int_member(node, "max_parallelism");
  step.enforce_num_trials = is_true(node, "enforce_num_trials", true);
  step.should_deduplicate = is_true(node, "should_deduplicate", false);
  const Node* kwargs = member(&node, "model_kwargs");
  for (const char* key : {"seed", "deduplicate", "scramble"}) {
    const Node* value = member(kwargs, key);
    if (value != nullptr && (step.model == "SOBOL" || step.model == "UNIFORM")) step.model_kwargs.set(key, *value);
  }
  return step;
}

StrategyDocument strategy_of(const Node& json, BoaConfig config, OpenFor purpose, std::vector<std::string>& notices) {
  std::vector<generation::GenerationStep> steps;
  const Node* list = member(member(&json, "generation_strategy"), "steps");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const std::optional<generation::GenerationStep> step = step_from_ax(list->at(i));
    if (step) steps.push_back(*step);
  }
  const std::vector<generation::GenerationStep>& written = config.generation.steps;
  if (steps.empty() || (!written.empty() && written.size() == steps.size())) {
    if (steps.empty()) notices.push_back("scheduler.json holds no steps of its generation strategy: chosen anew");
    return choose_strategy(config, std::nullopt).document;
  }
  config.generation.steps = std::move(steps);
  if (purpose == OpenFor::kAsync) make_asynchronous(config);
  return choose_strategy(config, std::nullopt).document;
}

// ---- all of it ----

storage::Snapshot read_snapshot(const Node& json, const PythonBoaRequest& request, PythonBoaImport& import) {
  storage::Snapshot in_file = storage::from_scheduler_json(json);
  refuse_other_purpose(in_file.documents, request.purpose, request.folder);
  if (request.purpose == OpenFor::kRun && request.config == nullptr) refuse_python_wrapper(json);
  const ConfigAndPlace found =
      request.config == nullptr ? stored_config(json, request) : ConfigAndPlace{*request.config, request.working_dir};
  storage::Snapshot snapshot;
  import.trials_in_file = static_cast<std::int64_t>(in_file.experiment.num_trials());
  snapshot.experiment = rebuilt(json, request, in_file.experiment, found.config, import.notices);
  snapshot.documents =
      experiment_documents(found.config, strategy_of(json, found.config, request.purpose, import.notices),
                           found.working_dir, request.folder, storage::is_async(in_file.documents));
  if (const auto goal = goal_of_python_boa(in_file)) snapshot.documents["run"] = goal->to_node();
  if (request.purpose != OpenFor::kAsync) {
    for (std::string& notice : adopt_leftover_folders(request.folder, snapshot.experiment)) {
      import.notices.push_back(std::move(notice));
    }
  }
  return snapshot;
}

void keep_file(const fs::path& folder, const char* name, const char* kept, std::vector<std::string>& notices) {
  std::error_code ignored;
  if (!fs::exists(folder / name, ignored)) return;
  util::write_file_atomically(folder / kept, util::read_file(folder / name));
  notices.push_back(fmt::format("BOA's {} is kept as {}", name, kept));
}

}  // namespace

Node plain_data(const Node& node) {
  if (node.is_array()) {
    Node list = Node::array();
    for (const Node& item : node.as_array()) list.push_back(plain_data(item));
    list.set_position(node.line(), node.column());
    return list;
  }
  if (!node.is_object()) return node;
  if (const Node* segments = node.find("pathsegments"); segments != nullptr && segments->is_array()) {
    fs::path path;
    for (const Node& segment : segments->as_array()) {
      std::string text = segment.is_string() ? segment.as_string() : "";
      if (const Node* type = node.find("__type"); type != nullptr && *type == Node("WindowsPath")) {
        std::replace(text.begin(), text.end(), '\\', '/');
      }
      path /= text;
    }
    return Node(path.string());
  }
  if (node.contains("__type") && node.contains("name") && node.size() == 2) return node.at("name");
  Node plain = node;
  for (auto& [key, value] : plain.as_object()) value = plain_data(value);
  return plain;
}

std::optional<scheduler::Goal> goal_of_python_boa(const storage::Snapshot& snapshot) {
  const auto config = snapshot.documents.find("config");
  if (config == snapshot.documents.end()) return std::nullopt;
  const Node* n = member(member(&config->second, "scheduler"), "n_trials");
  if (n == nullptr) n = member(&config->second, "n_trials");
  if (n == nullptr || !n->is_int() || n->as_int() < 1) return std::nullopt;
  const auto trials = static_cast<std::int64_t>(snapshot.experiment.num_trials());
  const std::int64_t base = trials / n->as_int() * n->as_int();
  return scheduler::Goal{base + n->as_int(), base, n->as_int()};
}

void refuse_other_purpose(const storage::Documents& documents, OpenFor purpose, const fs::path& folder) {
  const bool async = storage::is_async(documents);
  // Nobody else may write the table: what is filled in there and not yet taken in would be lost.
  if (async && purpose != OpenFor::kAsync) {
    throw UserInputError(
        fmt::format("{} is an asynchronous experiment: its results are filled into optimization.csv", folder.string()),
        fmt::format("Go on with: boa async -sp {} -n N", util::quote_shell_word(folder.string())));
  }
  if (documents.contains(storage::kAskTellDocument) && purpose == OpenFor::kRun) {
    throw UserInputError(
        fmt::format("{} is an ask-tell experiment: whoever asks for its points tells the results", folder.string()),
        fmt::format("Go on with: boa ask-tell {}", util::quote_shell_word(folder.string())));
  }
  if (!async && purpose == OpenFor::kAsync) {
    throw UserInputError(fmt::format("{} is not an asynchronous experiment", folder.string()),
                         fmt::format("Go on with: boa -sp {}", util::quote_shell_word(folder.string())));
  }
}

PythonBoaImport import_python_boa(const PythonBoaRequest& request) {
  PythonBoaImport import;
  storage::rebuild_store(
      request.folder, [&](const Node& json) { return read_snapshot(json, request, import); },
      [&] {
        keep_file(request.folder, storage::kSchedulerJsonName, "scheduler.boa.json", import.notices);
        keep_file(request.folder, storage::kCsvName, "optimization.boa.csv", import.notices);
      });
  return import;
}

}  // namespace boa::app
