#include "boa/app/documents.hpp"

#include <fmt/core.h>

#include "boa/app/stored_config.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/util/error.hpp"
#include "boa/util/fields.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;
using util::Node;

Node ax_path(const fs::path& path) {
  return Node::object({{"__type", "PosixPath"}, {"pathsegments", Node::array({path.string()})}});
}

Node wrapper_document(const BoaConfig& config, const fs::path& folder, bool is_async) {
  const char* name = is_async ? storage::kAsyncWrapper : "ScriptWrapper";
  Node metrics = Node::array();
  for (const core::Metric& metric : config.optimization_config.metrics) metrics.push_back(metric.name);
  return Node::object({{"__type", name},
                       {"name", name},
                       {"path", Node()},
                       {"experiment_dir", ax_path(folder)},
                       {"working_dir", Node()},
                       {"output_dir", ax_path(folder.parent_path())},
                       {"metric_names", metrics},
                       {"config", config.raw},
                       {"config_path", ax_path(config.source_path)}});
}

Node step_to_node(const generation::GenerationStep& step) {
  return Node::object({{"model", step.model},
                       {"num_trials", step.num_trials},
                       {"min_trials_observed", step.min_trials_observed},
                       {"max_parallelism", step.max_parallelism ? Node(*step.max_parallelism) : Node()},
                       {"enforce_num_trials", step.enforce_num_trials},
                       {"should_deduplicate", step.should_deduplicate},
                       {"learn_failures", step.learn_failures},
                       {"budget", step.budget ? Node(*step.budget) : Node()},
                       {"model_kwargs", step.model_kwargs},
                       {"model_gen_kwargs", step.model_gen_kwargs}});
}

const Node& member(const Node& node, const char* key, bool (Node::*is_right)() const) {
  const Node* found = node.find(key);
  if (found == nullptr || !(found->*is_right)()) {
    throw StorageError(
        fmt::format("the stored generation strategy is damaged: '{}' is missing or of the wrong type", key));
  }
  return *found;
}

generation::GenerationStep step_from_node(const Node& node) {
  generation::GenerationStep step;
  step.model = member(node, "model", &Node::is_string).as_string();
  step.num_trials = member(node, "num_trials", &Node::is_int).as_int();
  step.min_trials_observed = member(node, "min_trials_observed", &Node::is_int).as_int();
  if (const Node* limit = node.find("max_parallelism"); limit != nullptr && limit->is_int()) {
    step.max_parallelism = limit->as_int();
  }
  step.enforce_num_trials = member(node, "enforce_num_trials", &Node::is_bool).as_bool();
  step.should_deduplicate = member(node, "should_deduplicate", &Node::is_bool).as_bool();
  if (const Node* learn = node.find("learn_failures"); learn != nullptr && learn->is_bool()) {
    step.learn_failures = learn->as_bool();
  }
  if (const Node* budget = node.find("budget"); budget != nullptr && budget->is_int()) step.budget = budget->as_int();
  if (const Node* kwargs = node.find("model_kwargs")) step.model_kwargs = *kwargs;
  if (const Node* kwargs = node.find("model_gen_kwargs")) step.model_gen_kwargs = *kwargs;
  return step;
}

}  // namespace

Node StrategyDocument::to_node() const {
  util::NodeArray list;
  for (const generation::GenerationStep& step : steps) list.push_back(step_to_node(step));
  return Node::object({{"name", name}, {"steps", Node(std::move(list))}, {"seed", static_cast<std::int64_t>(seed)}});
}

StrategyDocument StrategyDocument::from_node(const Node& node) {
  StrategyDocument document;
  document.name = member(node, "name", &Node::is_string).as_string();
  for (const Node& step : member(node, "steps", &Node::is_array).as_array())
    document.steps.push_back(step_from_node(step));
  document.seed = static_cast<std::uint64_t>(member(node, "seed", &Node::is_int).as_int());
  return document;
}

generation::GenerationStrategy StrategyDocument::make() const {
  return generation::GenerationStrategy(name, steps, seed, threads);
}

storage::Documents experiment_documents(const BoaConfig& config, const StrategyDocument& strategy,
                                        const fs::path& working_dir, const fs::path& folder, bool is_async) {
  const StoredConfig stored{config.rendered_text, config.source_path,   working_dir, folder,
                            config.raw,           config.source_is_data};
  return {{"config", stored.to_node()},
          {"options", util::write_fields(config.scheduler)},
          {"generation_strategy", strategy.to_node()},
          {"wrapper", wrapper_document(config, folder, is_async)}};
}

}  // namespace boa::app
