#include <fmt/core.h>

#include "boa/app/problem_summary.hpp"
#include "boa/generation/model_names.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/why_not_model.hpp"
#include "boa/util/error.hpp"

namespace boa::app {

namespace {

/// With the step's place, where the config has one.
[[noreturn]] void refuse_step(const BoaConfig& config, std::size_t i, const std::string& message) {
  const util::Node* strategy = config.raw.find("generation_strategy");
  const util::Node* steps = strategy == nullptr ? nullptr : strategy->find("steps");
  if (steps == nullptr || !steps->is_array() || i >= steps->size()) throw UserInputError(message);
  const util::Node& step = steps->at(i);
  throw ConfigError({config.source_path.string(), step.line(), step.column()},
                    fmt::format("generation_strategy.steps[{}]", i), message);
}

}  // namespace

generation::ChosenSteps plan_generation(const BoaConfig& config) {
  if (config.generation.steps.empty()) {
    return generation::choose_generation_steps(config.search_space, config.optimization_config,
                                               config.generation.automatic, config.budget());
  }
  generation::ChosenSteps chosen;
  chosen.steps = config.generation.steps;
  chosen.reason = "steps as the config gives them";
  for (std::size_t i = 0; i < chosen.steps.size(); ++i) {
    const std::string value = generation::model_value(chosen.steps[i].model);
    chosen.name += (i == 0 ? "" : "+") + value;
    const generation::ModularOptions options = generation::modular_options(value, chosen.steps[i].model_kwargs);
    std::string why_not = generation::why_not_model(value, config.search_space, config.optimization_config);
    if (why_not.empty()) why_not = generation::why_not_served(options, config.search_space, config.optimization_config);
    if (why_not.empty()) why_not = generation::why_not_surrogate(options, config.search_space);
    if (!why_not.empty()) refuse_step(config, i, fmt::format("generation step {} ({}): {}", i + 1, value, why_not));
    const std::string given = generation::describe(options);
    if (!given.empty()) chosen.reason += fmt::format("; {} with {}", value, given);
  }
  return chosen;
}

}  // namespace boa::app
