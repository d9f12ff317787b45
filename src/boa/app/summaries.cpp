#include "boa/app/summaries.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/analysis/best_point.hpp"
#include "boa/analysis/metric_models.hpp"
#include "boa/app/best_so_far.hpp"
#include "boa/app/leftover_folders.hpp"
#include "boa/core/observations.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::TrialStatus;
using util::Node;

Node finite_or_null(double value) { return std::isfinite(value) ? Node(value) : Node(); }
Node text_or_null(const std::string& text) { return text.empty() ? Node() : Node(text); }
Node time_or_null(const std::optional<util::TimePoint>& time) { return time ? Node(util::iso8601(*time)) : Node(); }

}  // namespace

Node status_node(const core::Experiment& experiment, const StatusSummary& summary) {
  Node trials = Node::object();
  for (const TrialStatus status :
       {TrialStatus::kCandidate, TrialStatus::kStaged, TrialStatus::kRunning, TrialStatus::kCompleted,
        TrialStatus::kFailed, TrialStatus::kAbandoned, TrialStatus::kEarlyStopped}) {
    if (experiment.count(status) > 0) trials.set(std::string(core::to_string(status)), experiment.count(status));
  }
  return Node::object({{"experiment_dir", summary.experiment_dir.string()},
                       {"trials", trials},
                       {"goal", summary.goal ? Node(*summary.goal) : Node()},
                       {"generation_step", summary.generation_step},
                       {"next", summary.next}});
}

namespace {

std::string plural(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string resume_command(const ExperimentView& view) {
  return fmt::format("boa -sp {}", util::quote_shell_word(view.folder.string()));
}

/// Whether boa has run the models, and not somebody who asks and tells: trials have folders then.
bool is_run_by_boa(const ExperimentView& view) {
  const core::Experiment& experiment = view.snapshot.experiment;
  const auto has_folder = [&](const auto& entry) { return runner::has_trial_folder(view.folder, entry.first); };
  return !view.is_async && (experiment.count(TrialStatus::kCandidate) > 0 ||
                            std::any_of(experiment.trials().begin(), experiment.trials().end(), has_folder));
}

/// What a resume begins with where nobody works any more; empty if there is nothing of the kind.
std::string what_a_resume_takes_over(const ExperimentView& view) {
  const core::Experiment& experiment = view.snapshot.experiment;
  std::string text;
  const std::size_t open = experiment.count(TrialStatus::kCandidate) + experiment.count(TrialStatus::kStaged) +
                           experiment.count(TrialStatus::kRunning);
  if (open > 0) text = fmt::format("{} without an end", plural(open, "trial"));
  if (view.strategy) return text;
  const std::vector<std::int64_t> leftovers = leftover_numbers(view.folder, experiment);
  if (leftovers.empty()) return text;
  std::string names;
  for (const std::int64_t number : leftovers) {
    names += (names.empty() ? "" : ", ") + runner::trial_folder_name(number);
  }
  return fmt::format("{}{}{} that scheduler.json does not know ({})", text, text.empty() ? "" : " and ",
                     plural(leftovers.size(), "trial folder"), names);
}

std::string next_trial(const ExperimentView& view, const std::string& step) {
  const core::Experiment& experiment = view.snapshot.experiment;
  std::string text = fmt::format("trial {}, from generation step {}", experiment.next_index(), step);
  if (view.is_in_use || !is_run_by_boa(view)) return text;
  return fmt::format("{}, once it is resumed: {}", text, resume_command(view));
}

}  // namespace

Node status_of_view(const ExperimentView& view) {
  const core::Experiment& experiment = view.snapshot.experiment;
  StatusSummary summary{view.folder, view.goal, "unknown", ""};
  const auto trials = static_cast<std::int64_t>(experiment.num_trials());
  generation::Suggestions allowance;
  if (view.strategy) {
    const generation::GenerationStrategy strategy = view.strategy->make();
    summary.generation_step = strategy.current_step_name(experiment);
    allowance = strategy.allowance(experiment, 1);
  } else if (!experiment.trials().empty()) {
    summary.generation_step = experiment.trials().rbegin()->second.generator_run.model_key;
  }
  const std::size_t running = experiment.count(TrialStatus::kRunning);
  const std::string left = view.is_in_use || !is_run_by_boa(view) ? "" : what_a_resume_takes_over(view);
  if (!left.empty()) {
    // Python BOA holds no lock: whether it works there is not known.
    summary.next = fmt::format("{}a resume takes over {}: {}", view.strategy ? "no boa works here now; " : "", left,
                               resume_command(view));
  } else if (!view.run_ended.empty() && running == 0) {
    summary.next = "nothing: " + view.run_ended;
  } else if (view.goal && trials >= *view.goal) {
    summary.next = running == 0
                       ? fmt::format("nothing: the goal of {} trials is reached", *view.goal)
                       : fmt::format("waits for {}, then the goal is reached", plural(running, "running trial"));
  } else if (allowance.shortage != generation::Shortage::kNone) {
    summary.next = allowance.reason;
  } else {
    summary.next = next_trial(view, summary.generation_step);
  }
  return status_node(experiment, summary);
}

Node metrics_node(const core::Experiment& experiment, const core::Trial& trial, const std::string& arm) {
  Node metrics = Node::object();
  for (const core::Metric& metric : experiment.optimization_config().metrics) {
    const core::DataRow* row = trial.find_data(metric.name, arm);
    if (row == nullptr) continue;
    // Nobody has said that a metric without any noise_sd is exact.
    const bool is_known = row->sem || metric.noise == core::NoiseKind::kKnown;
    metrics.set(metric.name,
                Node::object({{"mean", finite_or_null(row->mean)},
                              {"sem", is_known ? finite_or_null(row->sem.value_or(metric.default_sem())) : Node()}}));
  }
  return metrics;
}

Node trials_node(const core::Experiment& experiment) {
  const core::OptimizationConfig& config = experiment.optimization_config();
  Node list = Node::array();
  for (const auto& [index, trial] : experiment.trials()) {
    for (const core::Arm& arm : trial.arms) {
      Node entry = Node::object({{"index", index},
                                 {"arm", arm.name},
                                 {"status", core::to_string(trial.status)},
                                 {"generation_method", trial.generator_run.model_key},
                                 {"parameters", core::to_node(arm.parameters)},
                                 {"metrics", metrics_node(experiment, trial, arm.name)},
                                 {"reason", text_or_null(trial.reason())},
                                 {"started", time_or_null(trial.time_run_started)},
                                 {"ended", time_or_null(trial.time_completed)}});
      if (!config.outcome_constraints.empty()) {
        const std::optional<bool> feasible = core::is_feasible(config, trial, arm.name);
        entry.set("feasible", feasible ? Node(*feasible) : Node());
      }
      list.push_back(std::move(entry));
    }
  }
  return list;
}

namespace {

Node best_entry(const core::Experiment& experiment, std::int64_t index, const std::string& arm_name,
                bool is_within_thresholds) {
  const core::Trial& trial = experiment.trial(index);
  const auto is_it = [&](const core::Arm& arm) { return arm.name == arm_name; };
  const auto arm = std::find_if(trial.arms.begin(), trial.arms.end(), is_it);
  BOA_CHECK(arm != trial.arms.end(), arm_name);
  Node entry = Node::object({{"index", index},
                             {"parameters", core::to_node(arm->parameters)},
                             {"metrics", metrics_node(experiment, trial, arm->name)},
                             {"feasible", true}});
  if (!experiment.optimization_config().objective_thresholds.empty()) {
    entry.set("within_thresholds", is_within_thresholds);
  }
  if (trial.arms.size() > 1) entry.set("arm", arm->name);
  return entry;
}

Node prediction_node(const analysis::Prediction& prediction) {
  return Node::object({{"mean", finite_or_null(prediction.mean)}, {"sem", finite_or_null(prediction.sem)}});
}

}  // namespace

Node best_node(const core::Experiment& experiment) {
  Node list = Node::array();
  for (const analysis::BestPoint& point : analysis::best_by_model(experiment)) {
    Node entry = best_entry(experiment, point.trial, point.arm, point.is_within_thresholds);
    Node predicted = Node::object();
    for (const auto& [metric, prediction] : point.predicted) predicted.set(metric, prediction_node(prediction));
    entry.set("predicted", std::move(predicted));
    entry.set("probability_feasible", point.probability_feasible);
    list.push_back(std::move(entry));
  }
  if (list.size() > 0) return list;
  const BestSoFar best(experiment);
  for (const BestSoFar::Entry& entry : best.entries()) {
    list.push_back(best_entry(experiment, entry.trial, entry.arm, entry.is_within_thresholds));
  }
  return list;
}

Node predictions_node(const core::Experiment& experiment, const std::vector<core::Parameterization>& points) {
  const analysis::Predictions predicted = analysis::predict(experiment, points);
  Node list = Node::array();
  for (const std::vector<analysis::Prediction>& point : predicted.points) {
    Node entry = Node::object();
    for (std::size_t m = 0; m < point.size(); ++m) {
      entry.set(predicted.metrics[m], prediction_node(point[m]));
    }
    list.push_back(std::move(entry));
  }
  Node node = Node::object({{"predictions", list}});
  if (predicted.notes.empty()) return node;
  Node notes = Node::array();
  for (const std::string& note : predicted.notes) notes.push_back(note);
  node.set("notes", notes);
  return node;
}

}  // namespace boa::app
