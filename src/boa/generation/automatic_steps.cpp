// The automatic choice of generation steps: Ax's rules on the model, boa's own on the number of initial points.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/sobol_generator.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

// Ax's limits: model fits become slow with more categories.
constexpr double kMostEnumerated = 65;
constexpr double kMostChoicesOnly = 10000;
constexpr double kMostOneHot = 33;
constexpr std::int64_t kLeastInitialPoints = 5;
constexpr std::int64_t kBayesianParallelism = 3;

/// What the rules count.
struct SpaceCounts {
  std::int64_t tunable = 0;
  double ordered = 0;              ///< ranges, ordered choices, choices of two values
  double unordered_values = 0;     ///< values of the other choices, summed
  double choice_combinations = 1;  ///< values of all choices, multiplied
  double discrete_points = 1;      ///< values of choices and integer ranges, multiplied
  bool any_float = false;
  bool only_choices = true;
};

SpaceCounts count(const core::SearchSpace& space) {
  SpaceCounts counts;
  for (const core::Parameter& parameter : space.parameters()) {
    if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
      ++counts.tunable;
      ++counts.ordered;
      counts.only_choices = false;
      if (range->type == core::ParameterType::kInt) {
        counts.discrete_points *= range->upper - range->lower + 1;
      } else {
        counts.any_float = true;
      }
    } else if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
      if (choice->target_task) continue;  // every point is at the target task
      const double k = static_cast<double>(choice->values.size());
      ++counts.tunable;
      counts.discrete_points *= k;
      counts.choice_combinations *= k;
      if (choice->is_ordered || choice->values.size() == 2) {
        ++counts.ordered;
      } else {
        counts.unordered_values += k;
      }
    }
  }
  return counts;
}

/// The model of the second step, empty: quasi-random points only.
struct ModelChoice {
  std::string model;
  std::string value;
  std::string reason;
};

ModelChoice choose_model(const SpaceCounts& counts, const AutomaticOptions& options,
                         std::optional<std::int64_t> budget) {
  if (options.no_bayesian_optimization) return {"", "", "no_bayesian_optimization is set: quasi-random points only"};
  if (counts.tunable == 0) return {"", "", "every parameter is fixed: there is one point to try"};
  if (budget && !counts.any_float && counts.discrete_points <= static_cast<double>(*budget)) {
    return {"", "",
            fmt::format("the search space has no more than {} points, which {} trials can all try",
                        counts.discrete_points, *budget)};
  }
  const bool few_combinations = counts.choice_combinations <= kMostEnumerated ||
                                (counts.only_choices && counts.choice_combinations < kMostChoicesOnly);
  if (counts.ordered < counts.unordered_values && few_combinations) {
    return {"BO_MIXED", "BO_MIXED", "most parameters are choices without an order: a model for mixed parameters"};
  }
  if (counts.ordered >= counts.unordered_values || (counts.unordered_values < kMostOneHot && counts.ordered > 0)) {
    return {"BOTORCH_MODULAR", "BoTorch", "a Gaussian process after quasi-random points"};
  }
  return {"", "", "choices without an order have too many values for a model: quasi-random points only"};
}

/// SAASBO in place of the Gaussian process, if that was chosen.
void use_saasbo(ModelChoice& choice) {
  if (choice.model == "BOTORCH_MODULAR") {
    choice = {"SAASBO", "SAASBO", "a sparse Gaussian process, its hyperparameters sampled, as use_saasbo asks for"};
  } else {
    choice.reason += " (use_saasbo has no effect: another model is chosen)";
  }
}

std::int64_t initial_points(const SpaceCounts& counts, const AutomaticOptions& options,
                            std::optional<std::int64_t> budget) {
  std::int64_t number = 0;
  if (options.num_initialization_trials) {
    number = *options.num_initialization_trials;
  } else if (options.use_batch_trials) {
    number = 1;
  } else {
    number = 2 * counts.tunable;
    if (budget) number = std::min(number, *budget / 5);
    number = std::max(kLeastInitialPoints, number);
  }
  if (options.max_initialization_trials) number = std::min(number, *options.max_initialization_trials);
  return std::max<std::int64_t>(0, number - options.num_completed_initialization_trials);
}

void set_parallelism(const AutomaticOptions& options, std::vector<GenerationStep>& steps) {
  for (GenerationStep& step : steps) {
    const bool is_model = step.model != "SOBOL";
    if (!options.enforce_sequential_optimization) {
      step.enforce_num_trials = is_model;
    } else if (options.max_parallelism_override) {
      if (*options.max_parallelism_override != -1) step.max_parallelism = options.max_parallelism_override;
    } else if (is_model) {
      step.max_parallelism = std::min(kBayesianParallelism, options.max_parallelism_cap.value_or(kBayesianParallelism));
    } else {
      step.max_parallelism = options.max_parallelism_cap;
    }
  }
}

}  // namespace

ChosenSteps choose_generation_steps(const core::SearchSpace& space, const core::OptimizationConfig& config,
                                    const AutomaticOptions& options, std::optional<std::int64_t> budget) {
  if (options.max_parallelism_cap && options.max_parallelism_override) {
    throw UserInputError("give either max_parallelism_cap or max_parallelism_override, not both");
  }
  if (options.num_trials) budget = options.num_trials;
  const SpaceCounts counts = count(space);
  ModelChoice choice = choose_model(counts, options, budget);
  if (options.use_saasbo) use_saasbo(choice);
  ChosenSteps chosen;
  chosen.reason = choice.reason;
  GenerationStep sobol;
  sobol.should_deduplicate = options.should_deduplicate;
  sobol.learn_failures = options.learn_failures;
  const core::ChoiceParameter* task = space.task_parameter();
  if (task != nullptr) sobol.model_kwargs = util::Node::object({{kTargetTaskOnly, true}});
  if (choice.model.empty()) {
    chosen.steps = {sobol};
    chosen.name = "Sobol";
  } else {
    const std::int64_t number = initial_points(counts, options, budget);
    GenerationStep bayesian = sobol;
    bayesian.model_kwargs = {};
    bayesian.model = choice.model;
    bayesian.budget = budget;
    if (number > 0) {
      sobol.num_trials = number;
      sobol.min_trials_observed = (number + 1) / 2;
      // As Ax does since version 1: often not far from the optimum, and as good a beginning as any where it is.
      if (sobol.model_kwargs.is_null()) sobol.model_kwargs = util::Node::object({});
      sobol.model_kwargs.set("center_first", true);
      chosen.steps = {sobol};
      chosen.name = "Sobol+";
    }
    chosen.steps.push_back(bayesian);
    chosen.name += choice.value;
    const std::string first =
        number > 0 ? fmt::format("{} initial points (the center, then quasi-random ones), then ", number) : "";
    chosen.reason = fmt::format("{}{}: {}", first, choice.value, choice.reason);
  }
  set_parallelism(options, chosen.steps);
  if (config.objective.kind == core::Objective::Kind::kMulti && !choice.model.empty()) {
    chosen.reason += " (several objectives)";
  }
  if (task != nullptr) {
    chosen.reason += fmt::format("; every point with '{}' at {}, the task that is optimized", task->name,
                                 core::to_string(*task->target_task));
    if (!choice.model.empty()) chosen.reason += ", and a multi-task model that learns from the other tasks";
  }
  if (!choice.model.empty() && chosen.steps.back().max_parallelism) {
    chosen.reason += fmt::format("; at most {} of its trials at once", *chosen.steps.back().max_parallelism);
  }
  return chosen;
}

}  // namespace boa::generation
