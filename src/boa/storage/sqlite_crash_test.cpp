#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <fstream>
#include <iostream>

#include "boa/storage/experiment_lock.hpp"
#include "boa/storage/storage.hpp"
#include "boa/storage/stored_experiment_test.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"

namespace boa::storage {
namespace {

namespace fs = std::filesystem;
using boa::testing::TemporaryFolder;

// Disk full: the limit on the size of files of a child process gives SQLite the same failed writes.
TEST(SqliteStore, CommitThatDidNotFitSucceedsWhenThereIsSpaceAgain) {
  const TemporaryFolder folder;
  core::Experiment experiment = storage_test_experiment();
  add_storage_trial(experiment, 1);
  const auto storage = open_sqlite(folder.path(), OpenMode::kCreate);
  storage->commit(everything(experiment));
  for (int i = 0; i < 200; ++i) add_storage_trial(experiment, i);
  {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    std::uintmax_t largest = 0;
    for (const auto& entry : fs::directory_iterator(folder.path())) largest = std::max(largest, entry.file_size());
    rlimit tight = before;
    tight.rlim_cur = largest + 1024;
    ::setrlimit(RLIMIT_FSIZE, &tight);
    for (int attempt = 0; attempt < 3; ++attempt) {
      EXPECT_THROW(storage->commit(everything(experiment)), StorageError);
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, SIG_DFL);
  }
  EXPECT_EQ(storage->load().experiment.num_trials(), 1U);
  storage->commit(everything(experiment));
  expect_same_snapshot(storage->load(), experiment, {});
}

constexpr int kCannotMount = 77;

/// Gives this process mounts of its own; who is not root becomes it, in a user namespace, where that is allowed.
bool enter_own_mounts() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) return false;
  if (user != 0) {
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1\n";
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1\n";
  }
  return ::geteuid() == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// On a small file system of its own, in a child with mounts of its own: fills it up, tries, makes room, tries again.
/// 0 if all went as it should, else the number of the step that did not.
int fill_up_a_small_file_system(const fs::path& folder) {
  if (!enter_own_mounts()) return kCannotMount;
  if (::mount("none", folder.c_str(), "tmpfs", 0, "size=1m") != 0) return kCannotMount;
  core::Experiment experiment = storage_test_experiment();
  add_storage_trial(experiment, 1);
  const auto storage = open_sqlite(folder, OpenMode::kCreate);
  storage->commit(everything(experiment));
  for (int i = 0; i < 200; ++i) add_storage_trial(experiment, i);
  const fs::path ballast = folder / "ballast";
  std::ofstream(ballast) << std::string(2 << 20, 'x');
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (storage_error_of([&] { storage->commit(everything(experiment)); }) == "no StorageError") return 1;
  }
  if (open_sqlite(folder, OpenMode::kReadOnly)->load().experiment.num_trials() != 1) return 2;
  fs::remove(ballast);
  storage->commit(everything(experiment));
  return storage->load().experiment.num_trials() == experiment.num_trials() ? 0 : 3;
}

TEST(SqliteStore, SurvivesAFullFileSystem) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      ::_exit(fill_up_a_small_file_system(folder.path()));
    } catch (const std::exception& error) {
      std::cerr << error.what() << std::endl;
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kCannotMount) GTEST_SKIP() << "this user may not mount a file system";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// Commits one trial after the other in a child until it is killed; a byte in the pipe says that a commit is durable.
int committed_before_kill(const fs::path& folder, int kill_after) {
  int ends[2];
  if (::pipe(ends) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    auto storage = open_sqlite(folder, OpenMode::kReadWrite);
    core::Experiment experiment = storage->load().experiment;
    for (;;) {
      add_storage_trial(experiment, 1.5);
      Changes changes;
      changes.trials = {&experiment.trial(experiment.next_index() - 1)};
      storage->commit(changes);
      if (::write(ends[1], "x", 1) != 1) ::_exit(1);
    }
  }
  ::close(ends[1]);
  int commits = 0;
  char byte = 0;
  while (commits < kill_after && ::read(ends[0], &byte, 1) == 1) ++commits;
  ::kill(child, SIGKILL);
  while (::read(ends[0], &byte, 1) == 1) ++commits;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  return commits;
}

TEST(SqliteStore, KeepsEveryDurableCommitOfAKilledWriter) {
  const TemporaryFolder folder;
  make_store(folder.path(), 0);
  std::size_t trials = 0;
  for (int round = 0; round < 8; ++round) {
    const int committed = committed_before_kill(folder.path(), 1 + 3 * round);
    ASSERT_GE(committed, 1 + 3 * round);
    // First somebody who looks, then the resume; at most one commit more than was reported.
    const std::size_t seen = open_sqlite(folder.path(), OpenMode::kReadOnly)->load().experiment.num_trials();
    const std::size_t stored = open_sqlite(folder.path(), OpenMode::kReadWrite)->load().experiment.num_trials();
    EXPECT_EQ(seen, stored);
    EXPECT_GE(stored, trials + static_cast<std::size_t>(committed));
    EXPECT_LE(stored, trials + static_cast<std::size_t>(committed) + 1);
    trials = stored;
  }
}

TEST(SqliteStore, OfAKilledWriterCanBeLookedAtWithoutWriting) {
  const TemporaryFolder folder;
  make_store(folder.path(), 0);
  const int committed = committed_before_kill(folder.path(), 4);
  const std::vector<std::string> before = names_in(folder.path());
  const std::string log = util::read_file(folder.path() / "boa.sqlite-wal");
  // Without the shared index, as after a reboot or in a copied folder, and in a folder that may not be written.
  fs::copy(folder.path(), folder.path() / "copy");
  fs::remove(folder.path() / "copy" / "boa.sqlite-shm");
  fs::permissions(folder.path() / "copy", fs::perms::owner_read | fs::perms::owner_exec);
  const auto trials = open_sqlite(folder.path() / "copy", OpenMode::kReadOnly)->load().experiment.num_trials();
  EXPECT_GE(trials, static_cast<std::size_t>(committed));
  fs::permissions(folder.path() / "copy", fs::perms::owner_all);
  EXPECT_THAT(names_in(folder.path() / "copy"), ::testing::Not(::testing::Contains("boa.sqlite-shm")));
  open_sqlite(folder.path(), OpenMode::kReadOnly)->load();
  fs::remove_all(folder.path() / "copy");
  EXPECT_EQ(names_in(folder.path()), before);
  EXPECT_EQ(util::read_file(folder.path() / "boa.sqlite-wal"), log);
}

TEST(ExperimentLock, IsFreeAfterItsHolderWasKilled) {
  const TemporaryFolder folder;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const ExperimentLock lock(folder.path());
    if (::write(ends[1], "x", 1) != 1) ::_exit(1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  EXPECT_THROW(ExperimentLock{folder.path()}, InUseError);
  EXPECT_TRUE(is_in_use(folder.path()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(is_in_use(folder.path()));
  EXPECT_TRUE(fs::exists(folder.path() / kLockName));
  EXPECT_NO_THROW(ExperimentLock{folder.path()});
  EXPECT_FALSE(fs::exists(folder.path() / kLockName));
  EXPECT_FALSE(is_in_use(folder.path()));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace boa::storage
