#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <unistd.h>

#include <fstream>

#include "boa/storage/migrations/migrations.hpp"
#include "boa/storage/sqlite_session.hpp"
#include "boa/storage/storage.hpp"
#include "boa/storage/stored_experiment_test.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"

namespace boa::storage {
namespace {

namespace fs = std::filesystem;
using boa::testing::TemporaryFolder;
using ::testing::HasSubstr;
using util::Node;

TEST(SqliteStore, FolderOfAnyNameWorks) {
  const TemporaryFolder folder;
  const fs::path odd = folder.path() / "a 'b' \"c\" ;? %41 #\xC3\xA9=x";
  fs::create_directory(odd);
  const core::Experiment experiment = make_store(odd);
  expect_same_snapshot(open_sqlite(odd, OpenMode::kReadWrite)->load(), experiment, {});
  expect_same_snapshot(open_sqlite(odd, OpenMode::kReadOnly)->load(), experiment, {});
  EXPECT_THAT(names_in(odd), ::testing::ElementsAre(kStoreName));
  EXPECT_EQ(names_in(folder.path()).size(), 1U);
}

TEST(SqliteStore, IsNotCreatedOverAnother) {
  const TemporaryFolder folder;
  make_store(folder.path());
  EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), OpenMode::kCreate); }), HasSubstr("exists already"));
}

TEST(SqliteStore, ThatIsMissingIsSaidSo) {
  const TemporaryFolder folder;
  EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), OpenMode::kReadWrite); }), HasSubstr("there is no"));
  EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), OpenMode::kReadOnly); }), HasSubstr("there is no"));
  EXPECT_TRUE(names_in(folder.path()).empty());
}

TEST(SqliteStore, SecondWriterIsRefusedWithTheProcessOfTheFirst) {
  const TemporaryFolder folder;
  make_store(folder.path());
  const auto first = open_sqlite(folder.path(), OpenMode::kReadWrite);
  try {
    open_sqlite(folder.path(), OpenMode::kReadWrite);
    FAIL();
  } catch (const InUseError& error) {
    EXPECT_THAT(error.what(), HasSubstr("in use by another boa (process " + std::to_string(::getpid()) + " on "));
  }
}

TEST(SqliteStore, ReaderSeesTheWritersLastCommitAndDoesNotDisturbIt) {
  const TemporaryFolder folder;
  core::Experiment experiment = make_store(folder.path());
  const auto writer = open_sqlite(folder.path(), OpenMode::kReadWrite);
  const auto reader = open_sqlite(folder.path(), OpenMode::kReadOnly);
  for (int i = 0; i < 5; ++i) {
    add_storage_trial(experiment, 100 + i);
    Changes changes;
    changes.trials = {&experiment.trial(experiment.next_index() - 1)};
    writer->commit(changes);
    expect_same_snapshot(reader->load(), experiment, {});
  }
}

TEST(SqliteStore, ReaderLeavesNoFiles) {
  const TemporaryFolder folder;
  make_store(folder.path());
  open_sqlite(folder.path(), OpenMode::kReadOnly)->load();
  EXPECT_THAT(names_in(folder.path()), ::testing::ElementsAre(kStoreName));
}

TEST(SqliteStore, ReaderCannotWrite) {
  const TemporaryFolder folder;
  const core::Experiment experiment = make_store(folder.path());
  EXPECT_THROW(open_sqlite(folder.path(), OpenMode::kReadOnly)->commit(everything(experiment)), InternalError);
}

TEST(SqliteStore, OfANewerVersionIsRefused) {
  const TemporaryFolder folder;
  make_store(folder.path());
  // user_version stands in the header, big-endian, at byte 60 (sqlite.org/fileformat.html).
  std::fstream file(folder.path() / kStoreName, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(63);
  file.put(99);
  file.close();
  for (const OpenMode mode : {OpenMode::kReadWrite, OpenMode::kReadOnly}) {
    EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), mode); }), HasSubstr("has format 99"));
  }
}

TEST(SqliteStore, ThatIsNoDatabaseIsCalledDamaged) {
  const TemporaryFolder folder;
  util::write_file(folder.path() / kStoreName, std::string(5000, 'x'));
  for (const OpenMode mode : {OpenMode::kReadWrite, OpenMode::kReadOnly}) {
    EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), mode); }), HasSubstr("is damaged"));
  }
}

TEST(SqliteStore, DamagedPagesAreFoundOnLoading) {
  const TemporaryFolder folder;
  make_store(folder.path(), 300);
  const fs::path store = folder.path() / kStoreName;
  const auto size = static_cast<std::streamoff>(fs::file_size(store));
  std::fstream file(store, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(size / 2);
  file << std::string(4096, '\xA5');
  file.close();
  EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), OpenMode::kReadWrite)->load(); }),
              HasSubstr("damaged"));
  EXPECT_THAT(storage_error_of([&] { open_sqlite(folder.path(), OpenMode::kReadOnly)->load(); }), HasSubstr("damaged"));
}

TEST(SqliteStore, InAFolderThatCannotBeWrittenIsRefusedForWriting) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  const core::Experiment experiment = make_store(folder.path());
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(open_sqlite(folder.path(), OpenMode::kReadWrite), StorageError);
  expect_same_snapshot(open_sqlite(folder.path(), OpenMode::kReadOnly)->load(), experiment, {});
  fs::permissions(folder.path(), fs::perms::owner_all);
}

// The way of network file systems.
TEST(SqliteStore, WithARollbackJournalCanBeReadBesideItsWriter) {
  const TemporaryFolder folder;
  const auto writer = open_for_writing(folder.path(), true, Journal::kRollback);
  *writer << "INSERT INTO documents VALUES ('run', '1')";
  EXPECT_EQ(open_sqlite(folder.path(), OpenMode::kReadOnly)->load().documents.at("run"), Node(1));
  *writer << "UPDATE documents SET json = '2'";
  *writer << "BEGIN IMMEDIATE";
  *writer << "UPDATE documents SET json = '3'";
  const std::vector<std::string> names = names_in(folder.path());
  EXPECT_THAT(names, ::testing::Not(::testing::Contains("boa.sqlite-wal")));
  EXPECT_EQ(open_sqlite(folder.path(), OpenMode::kReadOnly)->load().documents.at("run"), Node(2));
  EXPECT_EQ(names_in(folder.path()), names);
  *writer << "COMMIT";
  EXPECT_EQ(open_sqlite(folder.path(), OpenMode::kReadOnly)->load().documents.at("run"), Node(3));
}

TEST(SqliteStore, IsWrittenWithFullDurability) {
  const TemporaryFolder folder;
  for (const Journal journal : {Journal::kAhead, Journal::kRollback}) {
    const auto session = open_for_writing(folder.path(), journal == Journal::kAhead, journal);
    int synchronous = 0;
    std::string mode;
    *session << "PRAGMA synchronous", soci::into(synchronous);
    *session << "PRAGMA journal_mode", soci::into(mode);
    EXPECT_EQ(synchronous, 2);
    EXPECT_EQ(mode, journal == Journal::kAhead ? "wal" : "delete");
  }
}

TEST(Migrations, LeadFromAnEmptyDatabaseToTheFormatOfThisProgramStepByStep) {
  int version = 0;
  for (const Migration& migration : migrations()) {
    EXPECT_EQ(migration.to_version, ++version);
    EXPECT_FALSE(migration.statements.empty());
  }
  const TemporaryFolder folder;
  make_store(folder.path());
  const auto session = open_for_writing(folder.path(), false);
  EXPECT_EQ(check_format(*session, folder.path() / kStoreName), version);
}

}  // namespace
}  // namespace boa::storage
