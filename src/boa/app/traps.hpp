#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/generation/generation_strategy.hpp"

namespace boa::app {

/// What is allowed in a config and mostly not meant: a constraint that cuts nothing off, few initial points for the
/// dimension, choices among numbers without order, weights of different sign. One sentence each, with the remedy.
std::vector<std::string> find_traps(const BoaConfig& config, const generation::ChosenSteps& plan);

/// Options of `scheduler` that say when trials start and end, where somebody else decides that (ask-tell, async): they
/// have no effect there. One sentence; empty if none is used.
std::string find_idle_scheduling(const scheduler::SchedulerOptions& options);

/// Scripts that a command names and that are not in its folder: `Rscript no_such_model.R`; with file and line.
std::vector<std::string> find_missing_scripts(const BoaConfig& config, const std::filesystem::path& working_dir);

}  // namespace boa::app
