#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "boa/core/trial.hpp"
#include "boa/runner/script_options.hpp"

namespace boa::runner {

/// `000003`.
std::string trial_folder_name(std::int64_t index);

/// Is something of the name of that trial's folder in the way?
bool has_trial_folder(const std::filesystem::path& experiment_dir, std::int64_t index);

/// The folder that the commands get as their last argument: `EXP/000003`, in a batch trial `EXP/000003/3_1` of arm 1.
std::filesystem::path arm_folder(const std::filesystem::path& experiment_dir, const core::Trial& trial,
                                 std::size_t arm);

/// Key of a trial's properties: its commands were started by somebody else and are not started again; what they write
/// is waited for.
inline constexpr const char* kLeftBehindKey = "left_behind";

/// How a trial, or an arm of a batch, is called in messages: `trial 3`, `trial 3, arm 3_1`.
std::string arm_title(const core::Trial& trial, std::size_t arm);

/// Makes the folders of a new trial, one for each arm. StorageError if one is there already (a new trial's folder is
/// always new) or cannot be made.
void make_trial_folders(const std::filesystem::path& experiment_dir, const core::Trial& trial);

enum class TrialFiles {
  kPlain,
  kWithMetricProperties,  ///< data.json also holds the metrics' properties, as fetch_trial_data gets them
};

/// Writes what the commands read: parameters.json, trial.json, filtered_parameters.json, data.json. Each is replaced as
/// a whole, so that a model that still reads never sees a part. What would be empty is not written. StorageError.
void write_trial_files(const std::filesystem::path& folder, const core::Trial& trial, std::size_t arm,
                       const ScriptOptions& options, TrialFiles kind);

}  // namespace boa::runner
