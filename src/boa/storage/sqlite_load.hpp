#pragma once

#include <filesystem>

#include "boa/storage/storage.hpp"

namespace soci {
class session;
}

namespace boa::storage {

/// Everything in the store. StorageError names the table, the trial and the column that are damaged.
Snapshot load_snapshot(soci::session& session, const std::filesystem::path& store);

}  // namespace boa::storage
