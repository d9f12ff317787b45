#include "boa/storage/experiment_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/storage/export_writer.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/storage/storage.hpp"
#include "boa/storage/stored_experiment_test.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"

namespace boa::storage {
namespace {

namespace fs = std::filesystem;
using boa::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::Node;

TEST(ExperimentFolder, AppearsWithItsStoreInside) {
  const TemporaryFolder folder;
  const core::Experiment experiment = storage_test_experiment();
  const fs::path made =
      create_experiment_folder(folder.path() / "deep" / "e_1", [&](const fs::path& inside, const fs::path& final) {
        EXPECT_FALSE(fs::exists(final));
        Changes changes;
        changes.experiment = &experiment;
        open_sqlite(inside, OpenMode::kCreate)->commit(changes);
      });
  EXPECT_EQ(made, folder.path() / "deep" / "e_1");
  EXPECT_THAT(names_in(folder.path() / "deep"), ElementsAre("e_1"));
  EXPECT_THAT(names_in(made), ElementsAre("boa.sqlite"));
  EXPECT_EQ(open_sqlite(made, OpenMode::kReadWrite)->load().experiment.name(), experiment.name());
}

TEST(ExperimentFolder, TakesTheNextFreeName) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "e");
  const auto nothing = [](const fs::path&, const fs::path&) {};
  EXPECT_EQ(create_experiment_folder(folder.path() / "e", nothing), folder.path() / "e.1");
  // Somebody takes the name while the folder is being filled.
  int fills = 0;
  const auto slow = [&](const fs::path& inside, const fs::path& final) {
    EXPECT_TRUE(fs::is_empty(inside));
    if (++fills == 1) fs::create_directory(final);
    util::write_file(inside / "named", final.string());
  };
  const fs::path made = create_experiment_folder(folder.path() / "e", slow);
  EXPECT_EQ(made, folder.path() / "e.3");
  EXPECT_EQ(util::read_file(made / "named"), made.string());
  EXPECT_THAT(names_in(folder.path()), ElementsAre("e", "e.1", "e.2", "e.3"));
}

TEST(ExperimentFolder, LeavesNothingBehindWhenItCannotBeFilled) {
  const TemporaryFolder folder;
  const auto failing = [](const fs::path& inside, const fs::path&) {
    util::write_file(inside / "half", "x");
    throw StorageError("no space left");
  };
  EXPECT_THROW(create_experiment_folder(folder.path() / "e", failing), StorageError);
  EXPECT_TRUE(names_in(folder.path()).empty());
}

TEST(ExperimentFolder, IsFoundByAnyOfItsFiles) {
  const TemporaryFolder folder;
  for (const char* name : {"boa.sqlite", "scheduler.json", "optimization.csv", "other.txt"})
    util::write_file(folder.path() / name, "");
  EXPECT_EQ(find_experiment_folder(folder.path()), folder.path());
  EXPECT_EQ(find_experiment_folder(folder.path().string() + "/"), folder.path());
  for (const char* name : {"boa.sqlite", "scheduler.json", "optimization.csv"}) {
    EXPECT_EQ(find_experiment_folder(folder.path() / name), folder.path());
  }
  EXPECT_THROW(find_experiment_folder(folder.path() / "other.txt"), UserInputError);
  EXPECT_THROW(find_experiment_folder(folder.path() / "missing"), UserInputError);
}

TEST(ExperimentFolder, WithoutStoreAndSchedulerJsonIsNone) {
  const TemporaryFolder folder;
  util::write_file(folder.path() / "optimization.csv", "");
  for (const fs::path& path : {folder.path(), folder.path() / "optimization.csv"}) {
    try {
      find_experiment_folder(path);
      FAIL();
    } catch (const UserInputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("boa.sqlite"));
      EXPECT_THAT(error.what(), HasSubstr("scheduler.json"));
    }
  }
}

TEST(ExperimentFolder, GetsItsStoreAgainFromSchedulerJson) {
  const TemporaryFolder folder;
  core::Experiment experiment = storage_test_experiment();
  add_storage_trial(experiment, 0.1 + 0.2);
  ExportWriter(folder.path()).update(experiment, {{"run", Node(4)}}, true);
  rebuild_store(folder.path());
  EXPECT_THAT(names_in(folder.path()), ElementsAre("boa.sqlite", "optimization.csv", "scheduler.json"));
  const Snapshot snapshot = open_sqlite(folder.path(), OpenMode::kReadWrite)->load();
  EXPECT_EQ(to_optimization_csv(snapshot.experiment), to_optimization_csv(experiment));
  EXPECT_EQ(snapshot.documents.at("run"), Node(4));
  EXPECT_THROW(rebuild_store(folder.path()), StorageError);
}

}  // namespace
}  // namespace boa::storage
