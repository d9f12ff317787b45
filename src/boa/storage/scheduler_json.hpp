#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "boa/storage/storage.hpp"
#include "boa/util/node.hpp"

namespace boa::storage {

/// Name of the file inside an experiment folder.
inline constexpr const char* kSchedulerJsonName = "scheduler.json";

/// The whole state in the keys and the spelling of Python BOA's scheduler.json, so that scripts which read it go on
/// working: `_type`, `experiment`, `generation_strategy`, `options`, `scheduler_filepath`, `opt_csv`, `boa_version`,
/// `wrapper`. Documents of those names stand under them; all others under one key more, `documents`. Full precision.
util::Node to_scheduler_json(const core::Experiment& experiment, const Documents& documents,
                             const std::filesystem::path& folder, const std::string& version);

/// The way back, for boa's own files and for what Python BOA's have in common with them (documents "options",
/// "generation_strategy", "wrapper"; "config" from the wrapper). StorageError names what is missing or wrong.
Snapshot from_scheduler_json(const util::Node& node);

/// Reads `folder/scheduler.json`. StorageError names the file if it cannot be read or `read` throws StorageError.
Snapshot read_scheduler_json(const std::filesystem::path& folder,
                             const std::function<Snapshot(const util::Node& scheduler_json)>& read);
/// The same by from_scheduler_json.
Snapshot load_scheduler_json(const std::filesystem::path& folder);

/// What stands in the document "wrapper" for the wrapper of an asynchronous experiment (`boa async`).
inline constexpr const char* kAsyncWrapper = "SyntheticWrapper";
/// Whether the documents, boa's or Python BOA's, are those of an asynchronous experiment.
bool is_async(const Documents& documents);
/// The document that marks an experiment of `boa ask-tell`.
inline constexpr const char* kAskTellDocument = "ask_tell";

/// True for a file that boa wrote, not Python BOA.
bool is_own_scheduler_json(const util::Node& node);

}  // namespace boa::storage
