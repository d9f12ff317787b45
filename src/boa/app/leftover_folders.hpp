#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"

namespace boa::app {

/// Numbers of the trial folders in `folder` that the experiment does not know, in ascending order.
std::vector<std::int64_t> leftover_numbers(const std::filesystem::path& folder, const core::Experiment& experiment);

/// Adds the trials that Python BOA had started after it wrote its file, by the folders that they left: one whose number
/// the experiment does not know, with a parameters.json inside the search space, becomes the trial of that number
/// (generation method and step from its trial.json, else Manual): COMPLETED with its result, FAILED without. Other
/// folders stay as they are; their numbers are skipped when trials are made. Returns what was found, for people.
std::vector<std::string> adopt_leftover_folders(const std::filesystem::path& folder, core::Experiment& experiment);

/// Gives a COMPLETED trial without data the result that lies in its folder, if there is one.
void fetch_missing_data(const std::filesystem::path& trial_folder, const core::OptimizationConfig& config,
                        core::Trial& trial);

/// Where Ax's generator run says how far the sequence of its step is (`model_state_after_gen.init_position`), the
/// trial remembers it under the generator's own key.
void keep_sequence_position(const util::Node& generator_run, core::Trial& trial);

}  // namespace boa::app
