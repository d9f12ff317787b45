#include <fmt/core.h>

#include <optional>
#include <string>

#include "boa/app/config_sections.hpp"
#include "boa/scheduler/stopping/early_stopping.hpp"
#include "boa/scheduler/stopping/global_stopping.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::app {

namespace {

using util::Node;

/// Whether the strategy of a key, made by `make`, fits the problem.
template <typename Make>
void check_strategy(const Node& node, const char* key, const core::OptimizationConfig& outcomes, ConfigContext& context,
                    const Make& make) {
  const Node* mapping = node.find(key);
  if (mapping == nullptr || mapping->is_null()) return;
  const std::string path = util::join_key("scheduler", key);
  const auto strategy = make(*mapping, path, context.problems);
  const std::string why = strategy == nullptr ? "" : strategy->why_not_for(outcomes);
  if (!why.empty()) context.problems.add(*mapping, path, why);
}

void check_batches(const Node& node, const scheduler::SchedulerOptions& options, ConfigContext& context) {
  const bool is_batch = options.trial_type == scheduler::TrialType::kBatchTrial;
  if (is_batch && !options.batch_size) {
    context.problems.add(node.at("trial_type"), "scheduler.trial_type", "BATCH_TRIAL needs a 'batch_size'");
  }
  if (is_batch && !options.early_stopping_strategy.is_null()) {
    context.problems.add(node.at("early_stopping_strategy"), "scheduler.early_stopping_strategy",
                         "trials of type BATCH_TRIAL cannot be stopped early");
  }
  if (!is_batch && options.batch_size.value_or(1) != 1) {
    context.problems.add(node.at("batch_size"), "scheduler.batch_size",
                         fmt::format("batches of {} need 'trial_type: BATCH_TRIAL'", *options.batch_size));
  }
}

void check_logging_level(const Node& node, const scheduler::SchedulerOptions& options, ConfigContext& context) {
  const Node* level = node.find("logging_level");
  if (level == nullptr || level->is_null()) return;
  const std::string name = util::to_lower(options.logging_level);
  bool is_known = util::yaml_scalar(options.logging_level).is_int();
  for (const char* known : {"debug", "info", "warning", "error", "critical"}) is_known = is_known || name == known;
  if (is_known && name != "20" && name != "info") {
    context.warn(*level, "scheduler.logging_level", "has no effect: the log files hold everything from INFO on");
  }
  if (is_known) return;
  context.problems.add(
      *level, "scheduler.logging_level",
      fmt::format("expected 10, 20, 30, 40, 50 or DEBUG, INFO, WARNING, ERROR, CRITICAL, found {}", level->describe()));
}

/// `n_trials` at the top level; the one in `scheduler` wins.
void read_top_level_goal(const Node& top, scheduler::SchedulerOptions& options, ConfigContext& context) {
  const Node* n_trials = top.find("n_trials");
  if (n_trials == nullptr || n_trials->is_null()) return;
  std::int64_t value = 0;
  const util::Field field{.name = "n_trials", .doc = "", .at_least = 1};
  const std::string wrong = util::fields_detail::read_scalar(*n_trials, field, value);
  if (!wrong.empty()) {
    context.problems.add(*n_trials, "n_trials", wrong);
  } else if (options.n_trials && *options.n_trials != value) {
    context.warn(*n_trials, "n_trials", fmt::format("is overruled by scheduler.n_trials ({})", *options.n_trials));
  } else {
    options.n_trials = value;
  }
}

}  // namespace

scheduler::SchedulerOptions read_scheduler(const Node& top, const core::OptimizationConfig& outcomes,
                                           ConfigContext& context) {
  scheduler::SchedulerOptions options;
  const Node* found = top.find("scheduler");
  const Node node = found == nullptr || found->is_null() ? Node::object() : *found;
  const std::size_t before = context.problems.list().size();
  if (node.is_object()) {
    check_strategy(node, "early_stopping_strategy", outcomes, context, scheduler::make_early_stopping);
    check_strategy(node, "global_stopping_strategy", outcomes, context, scheduler::make_global_stopping);
  }
  if (!util::read_fields(node, options, "scheduler", context.problems)) return options;
  if (context.problems.list().size() == before) {
    check_batches(node, options, context);
    check_logging_level(node, options, context);
    if (options.suppress_storage_errors_after_retries) {
      context.warn(node.at("suppress_storage_errors_after_retries"), "scheduler.suppress_storage_errors_after_retries",
                   "has no effect: a store that cannot be written always ends the run");
    }
  }
  read_top_level_goal(top, options, context);
  if (options.n_trials && options.total_trials) {
    context.problems.add(node.at("total_trials"), "scheduler.total_trials",
                         "give either n_trials or total_trials, not both");
  }
  return options;
}

}  // namespace boa::app
