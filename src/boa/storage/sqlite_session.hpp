#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "boa/storage/storage.hpp"

namespace soci {
class session;
}

namespace boa::storage {

/// How SQLite makes a commit atomic.
enum class Journal {
  kByFileSystem,  ///< whichever suits the folder
  kAhead,         ///< a write-ahead log: one sync a commit, readers beside the writer; needs shared memory
  kRollback,      ///< a rollback journal and the file locked for good: works on network file systems
};

/// Opens the store for writing: journal, durability and format set up; creates and migrates the tables as needed.
/// Errors as in open_sqlite, but the experiment's lock is the caller's business.
std::unique_ptr<soci::session> open_for_writing(const std::filesystem::path& folder, bool create,
                                                Journal journal = Journal::kByFileSystem);

/// Runs `read` on a consistent state of the store, without changing anything in the folder: on the file itself where
/// that is possible, else on a private copy.
void read_store(const std::filesystem::path& folder, const std::function<void(soci::session&)>& read);

/// Rethrows the exception in flight as StorageError: what could not be done with which store, SQLite's reason, and
/// whether the file is damaged. Exceptions of boa's own pass unchanged.
[[noreturn]] void rethrow_as_storage_error(const std::filesystem::path& store, const std::string& action);

/// Refuses a file that is no store of boa's, and a format from a newer boa. Returns the format, 0 for an empty
/// database.
int check_format(soci::session& session, const std::filesystem::path& store);

}  // namespace boa::storage
