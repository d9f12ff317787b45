#include "boa/storage/sqlite_session.hpp"

#include <fmt/core.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mutex>
#include <string_view>

#include "boa/storage/migrations/migrations.hpp"
#include "boa/util/files.hpp"

namespace boa::storage {

namespace {

namespace fs = std::filesystem;

/// The path as an SQLite URI: whatever it holds, SOCI and SQLite take it as one file name.
std::string uri_of(const fs::path& path, std::string_view query) {
  std::string uri = "file://";
  for (const char c : fs::absolute(path).lexically_normal().string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/._-").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return fmt::format("{}?{}", uri, query);
}

std::unique_ptr<soci::session> connect(const fs::path& store, std::string_view query) {
  static std::once_flag once;
  // Where another part of the program uses SQLite already this is refused, and Debian's build takes URIs anyway.
  std::call_once(once, [] { sqlite_api::sqlite3_config(SQLITE_CONFIG_URI, 1); });
  auto session =
      std::make_unique<soci::session>(soci::sqlite3, fmt::format("dbname={} timeout=5", uri_of(store, query)));
  auto* backend = static_cast<soci::sqlite3_session_backend*>(session->get_backend());
  sqlite_api::sqlite3_extended_result_codes(backend->conn_, 1);
  return session;
}

int pragma_int(soci::session& session, const char* name) {
  int value = 0;
  session << "PRAGMA " << name, soci::into(value);
  return value;
}

std::string pragma_text(soci::session& session, const std::string& text) {
  std::string value;
  session << "PRAGMA " << text, soci::into(value);
  return value;
}

void set_up_journal(soci::session& session, const fs::path& folder, Journal journal) {
  // WAL needs shared memory, which does not exist between machines.
  const bool by_network = journal == Journal::kByFileSystem && util::is_network_file_system(folder);
  if (journal == Journal::kRollback || by_network) {
    pragma_text(session, "locking_mode = EXCLUSIVE");
    pragma_text(session, "journal_mode = DELETE");
  } else if (pragma_text(session, "journal_mode = WAL") != "wal") {
    pragma_text(session, "journal_mode = DELETE");  // a file system without shared memory
  }
  session << "PRAGMA synchronous = FULL";
  session << "PRAGMA foreign_keys = OFF";
  pragma_int(session, "wal_autocheckpoint = 1000");
}

void migrate(soci::session& session, int from) {
  if (from == current_format()) return;
  session << "BEGIN IMMEDIATE";
  try {
    for (const Migration& migration : migrations()) {
      if (migration.to_version <= from) continue;
      for (const char* statement : migration.statements) session << statement;
    }
    session << fmt::format("PRAGMA application_id = {}", kApplicationId);
    session << fmt::format("PRAGMA user_version = {}", current_format());
    session << "COMMIT";
  } catch (...) {
    try {
      session << "ROLLBACK";
    } catch (const soci::soci_error&) {
      // Already rolled back.
    }
    throw;
  }
}

/// Size and time of change of the files that a store consists of: equal before and after a copy means a clean copy.
std::string fingerprint(const fs::path& store) {
  std::string text;
  for (const char* suffix : {"", "-wal", "-journal"}) {
    struct stat info {};
    if (::stat((store.string() + suffix).c_str(), &info) != 0) continue;
    text += fmt::format("{} {} {} {};", suffix, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  }
  return text;
}

/// Whether a file beside the store holds something: a log that is not merged, or a journal to roll back.
bool has_companion(const fs::path& store, const char* suffix) {
  std::error_code error;
  const auto size = fs::file_size(store.string() + suffix, error);
  return !error && size > 0;
}

/// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "boa-look-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw StorageError(fmt::format("could not make the folder {}", name));
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void read_copy(const fs::path& store, const std::function<void(soci::session&)>& read) {
  constexpr int kAttempts = 20;
  for (int attempt = 1;; ++attempt) {
    const TemporaryFolder folder;
    const fs::path copy = folder.path() / kStoreName;
    const std::string before = fingerprint(store);
    for (const char* suffix : {"", "-wal", "-journal"}) {
      if (*suffix != '\0' && !has_companion(store, suffix)) continue;
      fs::copy_file(store.string() + suffix, copy.string() + suffix, fs::copy_options::overwrite_existing);
    }
    if (before != fingerprint(store)) {
      if (attempt < kAttempts) continue;
      throw StorageError(fmt::format("{} changes faster than it can be copied", store.string()), "Try again.");
    }
    const auto session = connect(copy, "mode=rw");
    read(*session);
    return;
  }
}

}  // namespace

int check_format(soci::session& session, const fs::path& store) {
  const int format = pragma_int(session, "user_version");
  const int application = pragma_int(session, "application_id");
  int tables = 0;
  session << "SELECT count(*) FROM sqlite_master", soci::into(tables);
  if (format == 0 && application == 0 && tables == 0) return 0;
  if (application != kApplicationId) {
    throw StorageError(fmt::format("{} is an SQLite database, but not one of boa's", store.string()));
  }
  if (format > current_format()) {
    throw StorageError(
        fmt::format("{} has format {}, this boa knows formats up to {}", store.string(), format, current_format()),
        "It was written by a newer boa: use that one.");
  }
  return format;
}

std::unique_ptr<soci::session> open_for_writing(const fs::path& folder, bool create, Journal journal) {
  const fs::path store = folder / kStoreName;
  try {
    if (create && fs::exists(store)) throw StorageError(fmt::format("{} exists already", store.string()));
    if (!create && !fs::exists(store)) throw StorageError(fmt::format("there is no {}", store.string()));
    auto session = connect(store, create ? "mode=rwc" : "mode=rw");
    const int format = check_format(*session, store);
    if (!create && format == 0) throw StorageError(fmt::format("{} is damaged: it is empty", store.string()));
    set_up_journal(*session, folder, journal);
    migrate(*session, format);
    if (create) util::sync_folder(folder);
    return session;
  } catch (...) {
    rethrow_as_storage_error(store, create ? "create" : "open");
  }
}

void read_store(const fs::path& folder, const std::function<void(soci::session&)>& read) {
  const fs::path store = folder / kStoreName;
  try {
    if (!fs::exists(store)) throw StorageError(fmt::format("there is no {}", store.string()));
    const bool log = has_companion(store, "-wal");
    const bool journal = has_companion(store, "-journal");
    if (!log && !journal) {
      // All is in the one file. SQLite looks at it without locks and makes no files; if it changed meanwhile, once
      // more.
      const std::string before = fingerprint(store);
      try {
        const auto session = connect(store, "mode=ro&immutable=1");
        read(*session);
        if (before == fingerprint(store)) return;
      } catch (...) {
        if (before == fingerprint(store)) throw;
      }
    } else if (log && fs::exists(store.string() + "-shm") && ::access(folder.c_str(), W_OK) == 0) {
      // A writer is there, or was killed: its shared index gives a consistent view without disturbing it.
      try {
        const auto session = connect(store, "mode=ro");
        check_format(*session, store);
        read(*session);
        return;
      } catch (const soci::soci_error&) {
        // The index cannot be used: look at a copy.
      }
    }
    read_copy(store, read);
  } catch (...) {
    rethrow_as_storage_error(store, "read");
  }
}

void rethrow_as_storage_error(const fs::path& store, const std::string& action) {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    const int code = error.result() & 0xFF;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
      throw StorageError(fmt::format("{} is damaged: {}", store.string(), error.what()),
                         "Move it away to go on from scheduler.json beside it.");
    }
    if (code == SQLITE_FULL) {
      throw StorageError(fmt::format("could not {} {}: no space left", action, store.string()));
    }
    throw StorageError(fmt::format("could not {} {}: {}", action, store.string(), error.what()));
  } catch (const soci::soci_error& error) {
    throw StorageError(fmt::format("could not {} {}: {}", action, store.string(), error.what()));
  } catch (const fs::filesystem_error& error) {
    throw StorageError(fmt::format("could not {} {}: {}", action, store.string(), error.what()));
  }
}

}  // namespace boa::storage
