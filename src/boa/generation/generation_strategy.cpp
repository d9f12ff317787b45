#include "boa/generation/generation_strategy.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "boa/generation/fidelity.hpp"
#include "boa/generation/generator.hpp"
#include "boa/generation/history.hpp"
#include "boa/generation/model_names.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::generation {

namespace {

void check_model(const GenerationStep& step, std::size_t i) {
  if (!is_known_model(step.model)) {
    const std::vector<std::string> known = known_model_names();
    const std::string nearest = util::nearest_name(step.model, known);
    throw UserInputError(fmt::format("generation step {}: there is no model '{}'{}", i + 1, step.model,
                                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                         "Known: " + util::join(known, ", "));
  }
  if (!is_served_model(step.model)) {
    throw UnsupportedError(fmt::format("generation step {}: the model {} is not supported yet", i + 1, step.model),
                           "Supported: " + util::join(served_models(), ", "));
  }
}

void check_step(const GenerationStep& step, std::size_t i, bool is_last) {
  const auto refuse = [&](const std::string& what) {
    throw UserInputError(fmt::format("generation step {}: {}", i + 1, what));
  };
  if (step.num_trials == 0 || step.num_trials < -1) {
    refuse(fmt::format("num_trials must be positive, or -1 for no end, found {}", step.num_trials));
  }
  if (step.num_trials == -1 && !is_last) refuse("only the last step may have num_trials -1 (no end)");
  if (step.min_trials_observed < 0) {
    refuse(fmt::format("min_trials_observed must be at least 0, found {}", step.min_trials_observed));
  }
  if (step.num_trials != -1 && step.min_trials_observed > step.num_trials) {
    refuse(fmt::format("min_trials_observed ({}) exceeds num_trials ({})", step.min_trials_observed, step.num_trials));
  }
  if (step.max_parallelism && *step.max_parallelism < 1) {
    refuse(fmt::format("max_parallelism must be positive, found {}", *step.max_parallelism));
  }
  check_model(step, i);
}

/// Trials that a call has made so far, by step: they count as open ones.
using Extra = std::map<std::size_t, std::int64_t>;

std::int64_t count_in(const Extra& extra, std::size_t step) {
  const auto it = extra.find(step);
  return it == extra.end() ? 0 : it->second;
}

}  // namespace

struct GenerationStrategy::Impl {
  std::string name;
  std::vector<GenerationStep> steps;
  util::Rng rng;
  int threads = 1;
  History history;  // a cache
  std::shared_ptr<const UnitSpace> space;
  std::map<std::size_t, std::unique_ptr<Generator>> generators;

  std::size_t current_step(const Extra& extra) const;
  /// Trials that the step may still make, and why not more.
  struct Limit {
    std::int64_t trials = 0;
    Shortage shortage = Shortage::kNone;
    std::string reason;
  };
  Limit limit(std::size_t step, const Extra& extra, std::int64_t wanted) const;
  Generator& generator(std::size_t step, const core::Experiment& experiment);
  /// Lets the step make n points and adds them; false if the search space is exhausted.
  bool generate(std::size_t step, const core::Experiment& experiment, int n, Suggestions& suggestions);
};

std::size_t GenerationStrategy::Impl::current_step(const Extra& extra) const {
  std::size_t step = std::min(history.furthest_step(), steps.size());
  for (const auto& [index, count] : extra) step = std::max(step, index);
  for (; step < steps.size(); ++step) {
    const History::Step& counts = history.step(step);
    const std::int64_t generated = counts.generated + count_in(extra, step);
    if (steps[step].num_trials == -1 || generated < steps[step].num_trials) break;
    if (counts.observed < steps[step].min_trials_observed) break;
  }
  return step;
}

GenerationStrategy::Impl::Limit GenerationStrategy::Impl::limit(std::size_t step, const Extra& extra,
                                                                std::int64_t wanted) const {
  if (step >= steps.size()) {
    return {0, Shortage::kStepsCompleted,
            "the generation strategy has generated all the trials that its steps specify"};
  }
  const GenerationStep& rule = steps[step];
  const History::Step& counts = history.step(step);
  const std::string who = fmt::format("generation step {} ({})", step + 1, model_value(rule.model));
  Limit limit{wanted, Shortage::kNone, ""};
  if (rule.num_trials != -1) {
    const std::int64_t left = rule.num_trials - counts.generated - count_in(extra, step);
    if (left > 0) {
      limit.trials = std::min(limit.trials, left);  // the step after it may give the rest
    } else if (rule.enforce_num_trials) {
      return {0, Shortage::kDataRequired,
              fmt::format("{} has made its {} trials and waits until {} of them are observed", who, rule.num_trials,
                          rule.min_trials_observed)};
    }
  }
  if (rule.max_parallelism) {
    const std::int64_t free = std::max<std::int64_t>(0, *rule.max_parallelism - counts.open - count_in(extra, step));
    if (free < limit.trials) {
      limit = {
          free, Shortage::kMaxParallelism,
          fmt::format("{} has at most {} trial{} running at a time; the step's max_parallelism, or without 'steps' "
                      "generation_strategy.max_parallelism_override, changes that",
                      who, *rule.max_parallelism, *rule.max_parallelism == 1 ? "" : "s")};
    }
  }
  return limit;
}

Generator& GenerationStrategy::Impl::generator(std::size_t step, const core::Experiment& experiment) {
  if (space == nullptr || !(space->space() == experiment.search_space())) {
    space = std::make_shared<const UnitSpace>(experiment.search_space());
    generators.clear();
  }
  std::unique_ptr<Generator>& generator = generators[step];
  if (generator == nullptr) {
    const std::string key = model_value(steps[step].model);
    generator = generator_registry().get(key)({space, key, steps[step].model_kwargs, rng.split("step", step), threads,
                                               steps[step].model_gen_kwargs, steps[step].num_trials});
  }
  return *generator;
}

bool GenerationStrategy::Impl::generate(std::size_t step, const core::Experiment& experiment, int n,
                                        Suggestions& suggestions) {
  const std::vector<Suggestion> before = suggestions.points;
  GeneratedPoints generated = generator(step, experiment)
                                  .generate({.experiment = experiment,
                                             .history = history,
                                             .step = step,
                                             .n = n,
                                             .also_pending = before,
                                             .deduplicate = steps[step].should_deduplicate,
                                             .learn_failures = steps[step].learn_failures,
                                             .budget = steps[step].budget});
  for (Suggestion& point : generated.points) suggestions.points.push_back(std::move(point));
  for (std::string& notice : generated.notices) suggestions.notices.push_back(std::move(notice));
  std::string costs = why_costs_left_out(experiment);
  if (!costs.empty()) suggestions.notices.push_back(std::move(costs));
  if (!generated.exhausted) return true;
  suggestions.shortage = Shortage::kSearchSpaceExhausted;
  suggestions.reason = experiment.trials().empty() && suggestions.points.empty()
                           ? "no point was found that the constraints on the parameters allow"
                           : "the search space is exhausted: every point that it allows was tried";
  return false;
}

GenerationStrategy::GenerationStrategy(std::string name, std::vector<GenerationStep> steps, std::uint64_t seed,
                                       int threads)
    : impl_(std::make_unique<Impl>()) {
  if (steps.empty()) throw UserInputError("a generation strategy needs at least one step");
  for (std::size_t i = 0; i < steps.size(); ++i) check_step(steps[i], i, i + 1 == steps.size());
  impl_->name = std::move(name);
  impl_->steps = std::move(steps);
  impl_->rng = util::Rng(seed).split("generation");
  impl_->threads = threads;
}

GenerationStrategy::~GenerationStrategy() = default;
GenerationStrategy::GenerationStrategy(GenerationStrategy&&) noexcept = default;
GenerationStrategy& GenerationStrategy::operator=(GenerationStrategy&&) noexcept = default;

const std::string& GenerationStrategy::name() const { return impl_->name; }
const std::vector<GenerationStep>& GenerationStrategy::steps() const { return impl_->steps; }

Suggestions GenerationStrategy::gen(const core::Experiment& experiment, int n) {
  impl_->history.update(experiment);
  Suggestions suggestions;
  Extra extra;
  while (static_cast<int>(suggestions.points.size()) < n) {
    const auto wanted = n - static_cast<std::int64_t>(suggestions.points.size());
    const std::size_t step = impl_->current_step(extra);
    const Impl::Limit limit = impl_->limit(step, extra, wanted);
    if (limit.trials < wanted && limit.shortage != Shortage::kNone) {
      suggestions.shortage = limit.shortage;
      suggestions.reason = limit.reason;
    }
    if (limit.trials == 0) break;
    if (!impl_->generate(step, experiment, static_cast<int>(limit.trials), suggestions)) break;
    extra[step] += limit.trials;
    if (limit.shortage != Shortage::kNone) break;
  }
  suggestions.num_allowed = static_cast<int>(suggestions.points.size());
  return suggestions;
}

Suggestions GenerationStrategy::gen_arms(const core::Experiment& experiment, int n) {
  impl_->history.update(experiment);
  Suggestions suggestions;
  const std::size_t step = impl_->current_step({});
  const Impl::Limit limit = impl_->limit(step, {}, 1);
  if (limit.trials == 0) {
    suggestions.shortage = limit.shortage;
    suggestions.reason = limit.reason;
  } else {
    impl_->generate(step, experiment, n, suggestions);
  }
  suggestions.num_allowed = static_cast<int>(suggestions.points.size());
  return suggestions;
}

Suggestions GenerationStrategy::allowance(const core::Experiment& experiment, int n) const {
  impl_->history.update(experiment);
  Suggestions suggestions;
  Extra extra;
  while (suggestions.num_allowed < n) {
    const std::size_t step = impl_->current_step(extra);
    const Impl::Limit limit = impl_->limit(step, extra, n - suggestions.num_allowed);
    suggestions.shortage = limit.shortage;
    suggestions.reason = limit.reason;
    suggestions.num_allowed += static_cast<int>(limit.trials);
    extra[step] += limit.trials;
    if (limit.trials == 0 || limit.shortage != Shortage::kNone) break;
  }
  return suggestions;
}

std::size_t GenerationStrategy::current_step(const core::Experiment& experiment) const {
  impl_->history.update(experiment);
  return impl_->current_step({});
}

std::string GenerationStrategy::current_step_name(const core::Experiment& experiment) const {
  const std::size_t step = current_step(experiment);
  return step < impl_->steps.size() ? model_value(impl_->steps[step].model)
                                    : std::string("none: all steps are completed");
}

}  // namespace boa::generation
