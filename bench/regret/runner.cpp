#include "runner.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <deque>
#include <fstream>

#include "boa/generation/generation_strategy.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::regret {
namespace {

using util::Node;

/// Of this process: the machine may be shared.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos)
      return std::string(util::trim(line.substr(colon + 1)));
  }
  return "unknown";
}

void attach(const Problem& problem, const Vector& seen, std::int64_t index, core::Experiment& experiment) {
  std::vector<core::DataRow> rows;
  for (std::size_t k = 0; k < problem.config.metrics.size(); ++k) {
    rows.push_back(
        {experiment.trial(index).arms[0].name, problem.config.metrics[k].name, seen[static_cast<Index>(k)], {}});
  }
  experiment.attach_data(index, std::move(rows));
  experiment.mark_completed(index, {});
}

Node describe_parameter(const core::Parameter& parameter) {
  Node node =
      Node::object({{"name", core::name_of(parameter)}, {"value_type", core::to_string(core::type_of(parameter))}});
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
    node.set("bounds", Node::array({range->lower, range->upper}));
    node.set("log_scale", range->log_scale);
  } else if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    Node values = Node::array();
    for (const core::ParameterValue& value : choice->values) values.push_back(core::to_node(value));
    node.set("values", std::move(values));
    node.set("is_ordered", choice->is_ordered);
  }
  return node;
}

Node describe_bounds(const std::vector<core::OutcomeConstraint>& constraints) {
  Node list = Node::array();
  for (const core::OutcomeConstraint& constraint : constraints) list.push_back(constraint.text);
  return list;
}

}  // namespace

Run run_boa(const Problem& problem, std::uint64_t seed, const RunOptions& options) {
  core::Experiment experiment(problem.name, problem.space, problem.config, {});
  generation::ChosenSteps chosen =
      generation::choose_generation_steps(problem.space, problem.config, {}, problem.budget);
  if (!options.model.empty()) {
    chosen.steps.back().model = options.model;
    chosen.steps.back().model_kwargs = options.model_kwargs;
  }
  generation::GenerationStrategy strategy(chosen.name, std::move(chosen.steps), seed);
  Score score(problem);
  Run run;
  std::deque<std::int64_t> open;
  const auto observe_oldest = [&] {
    const std::int64_t index = open.front();
    open.pop_front();
    const Vector truth = problem.metrics(experiment.trial(index).arms[0].parameters);
    attach(problem, observe(problem, truth, seed, static_cast<int>(index)), index, experiment);
    run.trace.push_back(score.add(truth));
  };
  while (static_cast<int>(experiment.num_trials()) < problem.budget) {
    const double begin = cpu_seconds();
    generation::Suggestions suggested = strategy.gen(experiment, 1);
    const double taken = cpu_seconds() - begin;
    run.seconds += taken;
    run.slowest = std::max(run.slowest, taken);
    if (suggested.points.empty()) {
      if (open.empty()) throw UserInputError(problem.name + ": no suggestion: " + suggested.reason);
      observe_oldest();  // which it waits for
      continue;
    }
    generation::Suggestion& next = suggested.points[0];
    open.push_back(experiment.new_trial({next.parameters}, next.generator_run, false, {}).index);
    experiment.mark_running(open.back(), {});
    if (open.size() == options.most_open) observe_oldest();
  }
  while (!open.empty()) observe_oldest();
  return run;
}

Node as_line(const std::string& tool, const Problem& problem, std::uint64_t seed, const Run& run) {
  Node trace = Node::array();
  for (const double value : run.trace) trace.push_back(std::round(1000 * value) / 1000);
  return Node::object({{"tool", tool},
                       {"problem", problem.name},
                       {"seed", static_cast<std::int64_t>(seed)},
                       {"seconds", std::round(1e4 * run.seconds) / 1e4},
                       {"slowest", std::round(1e4 * run.slowest) / 1e4},
                       {"machine", machine()},
                       {"trace", std::move(trace)}});
}

Node describe(const Problem& problem) {
  Node parameters = Node::array();
  for (const core::Parameter& parameter : problem.space.parameters())
    parameters.push_back(describe_parameter(parameter));
  Node objectives = Node::array();
  for (const core::Objective::Term& term : problem.config.objective.terms) objectives.push_back(term.metric);
  Node metrics = Node::array();
  for (const core::Metric& metric : problem.config.metrics) metrics.push_back(metric.name);
  return Node::object({{"name", problem.name},
                       {"role", to_string(problem.role)},
                       {"budget", problem.budget},
                       {"parameters", std::move(parameters)},
                       {"objectives", std::move(objectives)},
                       {"metrics", std::move(metrics)},
                       {"constraints", describe_bounds(problem.config.outcome_constraints)},
                       {"thresholds", describe_bounds(problem.config.objective_thresholds)}});
}

}  // namespace boa::regret
