#pragma once

#include <filesystem>
#include <functional>

#include "boa/storage/scheduler_json.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/node.hpp"

namespace boa::storage {

/// The folder of the experiment that `path` means: that folder, or any of boa's files in it (boa.sqlite,
/// scheduler.json, optimization.csv). Absolute. UserInputError if there is no such path, if it is another file, or if
/// the folder holds neither boa.sqlite nor scheduler.json (the message names both).
std::filesystem::path find_experiment_folder(const std::filesystem::path& path);

/// Whether the folder has a store; it always wins over scheduler.json.
bool has_store(const std::filesystem::path& folder);

/// Makes the store of a folder that has none from its scheduler.json, as `read` understands it. The store appears whole
/// or not at all; what `read` throws passes through, else StorageError. `keep` is called just before the store appears.
void rebuild_store(const std::filesystem::path& folder,
                   const std::function<Snapshot(const util::Node& scheduler_json)>& read = from_scheduler_json,
                   const std::function<void()>& keep = {});

/// Makes the folder of a new experiment so that it appears whole or not at all: `fill(inside, final)` is called with a
/// hidden folder beside it, to put in the store and whatever else belongs there from the start, and with the path that
/// it will get: `wanted`, or `wanted.1`, `wanted.2`, ... if that exists. It must have closed the store when it returns.
/// Then everything is synced and the folder is renamed. Should somebody take the name meanwhile, all is done again
/// with the next one. Returns the final path, absolute. Folders above are made as needed.
///
/// What `fill` throws passes through, else StorageError; the hidden folder is gone in both cases.
std::filesystem::path create_experiment_folder(
    const std::filesystem::path& wanted,
    const std::function<void(const std::filesystem::path& inside, const std::filesystem::path& final)>& fill);

}  // namespace boa::storage
