#include <fmt/core.h>

#include "boa/core/ax_json.hpp"
#include "boa/core/ax_json_fields.hpp"
#include "boa/util/error.hpp"

namespace boa::core {

namespace {

using util::Node;

Node reason_to_ax(const std::string& reason) { return reason.empty() ? Node() : Node(ax::valid_utf8(reason)); }

Node step_to_ax(const GeneratorRun& run) {
  return run.generation_step_index ? Node(*run.generation_step_index) : Node();
}

Node generator_run_to_ax(const Trial& trial) {
  util::NodeArray arms;
  util::NodeArray weights;
  for (const Arm& arm : trial.arms) {
    arms.push_back(arm_to_ax(arm));
    weights.emplace_back(1.0);
  }
  const GeneratorRun& run = trial.generator_run;
  return Node::object({{"__type", "GeneratorRun"},
                       {"arms", Node(std::move(arms))},
                       {"weights", Node(std::move(weights))},
                       {"time_created", datetime_to_ax(trial.time_created)},
                       {"index", 0},
                       {"model_key", run.model_key},
                       {"gen_metadata", ax::or_empty(run.gen_metadata)},
                       {"generation_step_index", step_to_ax(run)}});
}

GeneratorRun generator_run_from_ax(const Node& node, const std::string& path) {
  GeneratorRun run;
  if (ax::find_entry(node, "model_key") != nullptr) run.model_key = ax::need_string(node, "model_key", path);
  if (ax::find_entry(node, "generation_step_index") != nullptr) {
    run.generation_step_index = static_cast<int>(ax::need_int(node, "generation_step_index", path));
  }
  run.gen_metadata = ax::mapping(node, "gen_metadata");
  return run;
}

void append_arms(const Node& generator_run, const std::string& path, std::vector<Arm>& arms) {
  std::size_t i = 0;
  for (const Node& arm : ax::need_array(generator_run, "arms", path)) {
    arms.push_back(arm_from_ax(arm, fmt::format("{}.arms.{}", path, i++)));
  }
}

void read_generator_runs(const Node& node, const std::string& path, Trial& trial) {
  if (!trial.is_batch) {
    const Node* run = ax::find_entry(node, "generator_run");
    if (run == nullptr) return;
    trial.generator_run = generator_run_from_ax(*run, path + ".generator_run");
    append_arms(*run, path + ".generator_run", trial.arms);
    return;
  }
  std::size_t i = 0;
  for (const Node& entry : ax::need_array(node, "generator_run_structs", path)) {
    const std::string where = fmt::format("{}.generator_run_structs.{}", path, i);
    const Node& run = ax::need(entry, "generator_run", where);
    if (i++ == 0) trial.generator_run = generator_run_from_ax(run, where);
    append_arms(run, where + ".generator_run", trial.arms);
  }
}

std::optional<util::TimePoint> time_entry(const Node& node, const char* key, const std::string& path) {
  const Node* entry = node.find(key);
  return entry == nullptr ? std::nullopt : datetime_from_ax(*entry, ax::join_path(path, key));
}

}  // namespace

Node datetime_to_ax(std::optional<util::TimePoint> time) {
  if (!time) return {};
  return Node::object({{"__type", "datetime"}, {"value", util::ax_datetime(*time)}});
}

std::optional<util::TimePoint> datetime_from_ax(const Node& node, const std::string& path) {
  if (node.is_null()) return std::nullopt;
  try {
    return util::parse_ax_datetime(ax::need_string(node, "value", path));
  } catch (const UserInputError& error) {
    ax::fail_entry(path, error.what());
  }
}

Node arm_to_ax(const Arm& arm) {
  return Node::object({{"__type", "Arm"}, {"parameters", to_node(arm.parameters)}, {"name", arm.name}});
}

Arm arm_from_ax(const Node& node, const std::string& path) {
  try {
    return {ax::text(node, "name", path), parameterization_from_node(ax::need(node, "parameters", path))};
  } catch (const UserInputError& error) {
    ax::fail_entry(path, error.what());
  }
}

Node trial_to_ax(const Trial& trial) {
  const Node ttl = trial.ttl_seconds ? Node(*trial.ttl_seconds) : Node();
  Node node = Node::object({{"__type", trial.is_batch ? "BatchTrial" : "Trial"},
                            {"index", trial.index},
                            {"trial_type", Node()},
                            {"ttl_seconds", ttl},
                            {"status", ax::enum_to_ax("TrialStatus", to_string(trial.status))},
                            {"time_created", datetime_to_ax(trial.time_created)},
                            {"time_completed", datetime_to_ax(trial.time_completed)},
                            {"time_staged", datetime_to_ax(trial.time_staged)},
                            {"time_run_started", datetime_to_ax(trial.time_run_started)},
                            {"abandoned_reason", reason_to_ax(trial.abandoned_reason)},
                            {"failed_reason", reason_to_ax(trial.failed_reason)},
                            {"run_metadata", ax::or_empty(trial.run_metadata)},
                            {"stop_metadata", ax::or_empty(trial.stop_metadata)}});
  if (trial.is_batch) {
    const Node entry = Node::object(
        {{"__type", "GeneratorRunStruct"}, {"generator_run", generator_run_to_ax(trial)}, {"weight", 1.0}});
    node.set("generator_run_structs", Node::array({entry}));
    node.set("abandoned_arms_metadata", Node::object());
  } else {
    node.set("generator_run", generator_run_to_ax(trial));
  }
  node.set("runner", Node());
  node.set("num_arms_created", trial.arms.size());
  node.set("generation_step_index", step_to_ax(trial.generator_run));
  node.set("properties", ax::or_empty(trial.properties));
  return node;
}

Node trial_to_ax(const Trial& trial, const SearchSpace& space) {
  Trial ordered = trial;
  for (Arm& arm : ordered.arms) arm.parameters = space.in_file_order(arm.parameters);
  return trial_to_ax(ordered);
}

Trial trial_from_ax(const Node& node, const std::string& path) {
  Trial trial;
  const std::string& type = ax::need_string(node, "__type", path);
  if (type != "Trial" && type != "BatchTrial") {
    ax::fail_entry(path, fmt::format("must be a Trial or a BatchTrial, not '{}'", type));
  }
  trial.is_batch = type == "BatchTrial";
  trial.index = ax::need_int(node, "index", path);
  const std::string& status = ax::need_enum(node, "status", path);
  const std::optional<TrialStatus> known = trial_status_from_name(status);
  if (!known) ax::fail_entry(path + ".status", fmt::format("is '{}', which is no trial status", status));
  trial.status = *known;
  read_generator_runs(node, path, trial);
  trial.time_created = time_entry(node, "time_created", path).value_or(util::TimePoint{});
  trial.time_completed = time_entry(node, "time_completed", path);
  trial.time_staged = time_entry(node, "time_staged", path);
  trial.time_run_started = time_entry(node, "time_run_started", path);
  if (ax::find_entry(node, "ttl_seconds") != nullptr) trial.ttl_seconds = ax::need_int(node, "ttl_seconds", path);
  trial.failed_reason = ax::text(node, "failed_reason", path);
  trial.abandoned_reason = ax::text(node, "abandoned_reason", path);
  trial.run_metadata = ax::mapping(node, "run_metadata");
  trial.stop_metadata = ax::mapping(node, "stop_metadata");
  trial.properties = ax::mapping(node, "properties");
  return trial;
}

}  // namespace boa::core
