#include "boa/app/problem_summary.hpp"
#include "boa/generation/model_names.hpp"

namespace boa::app {

generation::ChosenSteps plan_generation(const BoaConfig& config) {
  if (config.generation.steps.empty()) {
    return generation::choose_generation_steps(config.search_space, config.optimization_config,
                                               config.generation.automatic, config.budget());
  }
  generation::ChosenSteps chosen;
  chosen.steps = config.generation.steps;
  for (const generation::GenerationStep& step : chosen.steps) {
    chosen.name += (chosen.name.empty() ? "" : "+") + generation::model_value(step.model);
  }
  chosen.reason = "steps as the config gives them";
  return chosen;
}

}  // namespace boa::app
