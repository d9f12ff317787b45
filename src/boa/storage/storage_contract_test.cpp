#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>

#include "boa/storage/memory_storage.hpp"
#include "boa/storage/storage.hpp"
#include "boa/storage/stored_experiment_test.hpp"
#include "boa/testing/temporary_folder.hpp"

namespace boa::storage {
namespace {

namespace fs = std::filesystem;
using boa::testing::TemporaryFolder;
using util::Node;

// What every storage owes its user.
struct StorageKind {
  std::string name;
  std::function<std::unique_ptr<Storage>(const fs::path&)> create;
  std::function<std::unique_ptr<Storage>(std::unique_ptr<Storage>, const fs::path&)> reopen;

  friend void PrintTo(const StorageKind& kind, std::ostream* out) { *out << kind.name; }
};

class StorageContract : public ::testing::TestWithParam<StorageKind> {
 protected:
  void reopen() { storage_ = GetParam().reopen(std::move(storage_), folder_.path()); }

  TemporaryFolder folder_;
  std::unique_ptr<Storage> storage_ = GetParam().create(folder_.path());
};

TEST_P(StorageContract, GivesBackEveryValueOfATrial) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  core::Experiment experiment = storage_test_experiment();
  for (const double x : {5e-324, 1e300, 0.1 + 0.2, 1.0}) add_storage_trial(experiment, x);
  experiment.mark_running(0, storage_test_time(1));
  experiment.set_run_metadata(0, Node::object({{"job_id", 0}}));
  experiment.attach_data(0, {{"0_0", "y", nan, nan},
                             {"0_0", "a", inf, 0.0},
                             {"0_0", "b", -inf, std::nullopt},
                             {"0_0", "c", -0.0, 5e-324},
                             {"0_0", "d 'x'", 1e300, 0.1},
                             {"0_0", "e", 3.0, inf}});
  experiment.mark_completed(0, storage_test_time(2));
  experiment.mark_failed(1, "it said \"no\"; DROP TABLE trials; --\n\xE2\x82\xAC caf\xE9", storage_test_time(3));
  experiment.mark_abandoned(2, "'", storage_test_time(4));
  experiment.new_trial({{{"x 'q' \"d\"\n\xC3\xA9", 2.0}, {"n", std::int64_t{1}}},
                        {{"x 'q' \"d\"\n\xC3\xA9", 3.0}, {"n", std::int64_t{1}}}},
                       {"BoTorch", std::nullopt, Node::object({{"q", 2}})}, true, storage_test_time(5), 77);
  const Documents documents = {{"config", Node::object({{"f", 1.0}, {"i", 1}, {"t", "\n\"'"}})}, {"run", Node(3)}};
  storage_->commit(everything(experiment, documents));
  reopen();
  expect_same_snapshot(storage_->load(), experiment, documents);
}

TEST_P(StorageContract, LaterStatesReplaceEarlierOnes) {
  core::Experiment experiment = storage_test_experiment();
  add_storage_trial(experiment, 1);
  storage_->commit(everything(experiment, {{"run", Node(1)}, {"config", Node("c")}}));
  experiment.mark_running(0, storage_test_time(1));
  experiment.attach_data(0, {{"0_0", "y", 1, std::nullopt}});
  Changes changes;
  changes.trials = {&experiment.trial(0)};
  changes.documents = {{"run", Node(2)}};
  storage_->commit(changes);
  experiment.attach_data(0, {{"0_0", "y", 2, 0.5}, {"0_0", "z", 3, std::nullopt}});
  changes.documents.clear();
  storage_->commit(changes);
  reopen();
  expect_same_snapshot(storage_->load(), experiment, {{"run", Node(2)}, {"config", Node("c")}});
}

TEST_P(StorageContract, SkippedNumbersStaySkipped) {
  core::Experiment experiment = storage_test_experiment();
  experiment.skip_to(9);
  storage_->commit(everything(experiment));
  reopen();
  EXPECT_EQ(storage_->load().experiment.next_index(), 9);
}

TEST_P(StorageContract, NumberAfterTheLastTrialIsNextWithoutASeparateNote) {
  core::Experiment experiment = storage_test_experiment();
  storage_->commit(everything(experiment));
  add_storage_trial(experiment, 1);
  Changes changes;
  changes.trials = {&experiment.trial(0)};
  storage_->commit(changes);
  reopen();
  EXPECT_EQ(storage_->load().experiment.next_index(), 1);
}

TEST_P(StorageContract, FailedCommitCanBeTriedAgain) {
  core::Experiment experiment = storage_test_experiment();
  add_storage_trial(experiment, 1);
  FailingStorage failing(*storage_);
  failing.fail_next(1);
  EXPECT_THROW(failing.commit(everything(experiment)), StorageError);
  EXPECT_EQ(storage_->load().experiment.num_trials(), 0U);
  failing.commit(everything(experiment));
  expect_same_snapshot(failing.load(), experiment, {});
}

INSTANTIATE_TEST_SUITE_P(
    Storages, StorageContract,
    ::testing::Values(StorageKind{"Memory", [](const fs::path&) { return std::make_unique<MemoryStorage>(); },
                                  [](std::unique_ptr<Storage> storage, const fs::path&) { return storage; }},
                      StorageKind{"Sqlite",
                                  [](const fs::path& folder) { return open_sqlite(folder, OpenMode::kCreate); },
                                  [](std::unique_ptr<Storage> storage, const fs::path& folder) {
                                    storage.reset();
                                    return open_sqlite(folder, OpenMode::kReadWrite);
                                  }},
                      StorageKind{"SqliteReadBesideTheWriter",
                                  [](const fs::path& folder) { return open_sqlite(folder, OpenMode::kCreate); },
                                  [](std::unique_ptr<Storage> storage, const fs::path& folder) {
                                    static std::unique_ptr<Storage> writer;
                                    writer = std::move(storage);
                                    return open_sqlite(folder, OpenMode::kReadOnly);
                                  }}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace boa::storage
