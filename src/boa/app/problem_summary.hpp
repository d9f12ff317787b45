#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/app/run_paths.hpp"
#include "boa/generation/generation_strategy.hpp"

namespace boa::app {

/// The generation steps that a new experiment gets: those of the config, or the automatic choice, with the reason.
generation::ChosenSteps plan_generation(const BoaConfig& config);

/// The problem as it was understood, as text for `boa check`: parameters, constraints, objective, generation steps and
/// why, parallelism, commands as they will be executed, folders, and problem_warnings. `paths`: absent if no run is
/// meant.
std::string problem_summary(const BoaConfig& config, const generation::ChosenSteps& plan,
                            const std::optional<RunPaths>& paths);

/// What may surprise: the config's own warnings, values inside a shell's text, and, for a new run, limits of the
/// generation steps: a resume may be past them, with another number of trials.
std::vector<std::string> problem_warnings(const BoaConfig& config, const generation::ChosenSteps& plan,
                                          bool is_new = true);

}  // namespace boa::app
