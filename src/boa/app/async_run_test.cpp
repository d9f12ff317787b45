#include "boa/app/async_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/app/experiment_session.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/testing/test_data.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/text.hpp"

namespace boa::app {
namespace {

namespace fs = std::filesystem;
using core::TrialStatus;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAsyncConfig = R"(
objective: {metrics: [{name: y}, {name: side, info_only: true}]}
parameters:
  x1: {type: range, bounds: [0.0, 1.0]}
  x2: {type: range, bounds: [0.0, 1.0]}
script_options: {append_timestamp: false, exp_name: e}
)";

class AsyncRunTest : public ::testing::Test {
 protected:
  AsyncRunTest() { write("c.yaml", kAsyncConfig); }

  void write(const std::string& name, const std::string& text) const { util::write_file(root_ / name, text); }
  AsyncReport begin(std::int64_t n) const { return run_async({root_ / "c.yaml", std::nullopt, n, root_, false, 7}); }
  AsyncReport go_on(const fs::path& folder, std::optional<std::int64_t> n) const {
    return run_async({std::nullopt, folder, n, root_, false, std::nullopt});
  }
  core::Experiment stored(const fs::path& folder) const { return open_view(folder).snapshot.experiment; }
  std::string table(const fs::path& folder) const { return util::read_file(folder / "optimization.csv"); }
  /// Writes `value` into the last field of the line of a trial.
  void fill_in(const fs::path& folder, std::int64_t trial, const std::string& value) const {
    std::vector<std::string> lines = util::split(table(folder), '\n');
    std::string& line = lines.at(static_cast<std::size_t>(trial) + 1);
    line = line.substr(0, line.rfind(',') + 1) + value;
    util::write_file(folder / "optimization.csv", util::join(lines, "\n"));
  }

  ::boa::testing::TemporaryFolder temporary_;
  fs::path root_ = temporary_.path();
};

TEST_F(AsyncRunTest, ANewExperimentAppearsWithItsPoints) {
  const AsyncReport report = begin(3);
  EXPECT_EQ(report.experiment_dir, root_ / "e");
  EXPECT_THAT(report.asked, ElementsAre(0, 1, 2));
  EXPECT_EQ(stored(root_ / "e").count(TrialStatus::kRunning), 3U);
  EXPECT_THAT(table(root_ / "e"),
              HasSubstr("trial_index,arm_name,trial_status,generation_method,x1,x2,side,y\n0,0_0,RUNNING,Sobol,"));
  EXPECT_THAT(table(root_ / "e"), HasSubstr(",NA,NA\n"));
}

TEST_F(AsyncRunTest, ValuesAreTakenInAndTheRestStaysOpen) {
  begin(3);
  fill_in(root_ / "e", 0, "1.5");
  fill_in(root_ / "e", 2, "0.25");
  const AsyncReport report = go_on(root_ / "e", 2);
  EXPECT_THAT(report.completed, ElementsAre(0, 2));
  EXPECT_THAT(report.asked, ElementsAre(3, 4));
  EXPECT_THAT(report.notices, IsEmpty());
  const core::Experiment experiment = stored(root_ / "e");
  EXPECT_EQ(experiment.trial(2).find_data("y", "2_0")->mean, 0.25);
  EXPECT_EQ(experiment.trial(1).status, TrialStatus::kRunning);
  EXPECT_THAT(table(root_ / "e"), HasSubstr("\n2,2_0,COMPLETED"));
  EXPECT_THAT(table(root_ / "e"), HasSubstr("\n4,4_0,RUNNING"));
}

TEST_F(AsyncRunTest, AKnownValueMayBeCorrected) {
  begin(2);
  fill_in(root_ / "e", 0, "1.5");
  go_on(root_ / "e", 0);
  fill_in(root_ / "e", 0, "2.5");
  EXPECT_THAT(go_on(root_ / "e", 0).corrected, ElementsAre(0));
  EXPECT_EQ(stored(root_ / "e").trial(0).find_data("y", "0_0")->mean, 2.5);
  fill_in(root_ / "e", 0, "NA");  // is no correction: the value stays
  EXPECT_THAT(go_on(root_ / "e", 0).corrected, IsEmpty());
  EXPECT_THAT(table(root_ / "e"), HasSubstr(",2.5\n"));
}

TEST_F(AsyncRunTest, WhatIsNotUnderstoodIsNamedAndKept) {
  begin(2);
  fill_in(root_ / "e", 0, "1,5");
  fill_in(root_ / "e", 1, "3.5");
  const std::string as_filled = table(root_ / "e");
  const AsyncReport report = go_on(root_ / "e", 0);
  EXPECT_THAT(report.completed, ElementsAre(1));
  EXPECT_THAT(report.notices, Contains(HasSubstr("line 2: 9 fields where the header has 8")));
  EXPECT_EQ(util::read_file(root_ / "e" / "optimization.unread.csv"), as_filled);
}

TEST_F(AsyncRunTest, AMissingTableIsWrittenAnew) {
  begin(1);
  fs::remove(root_ / "e" / "optimization.csv");
  EXPECT_THAT(go_on(root_ / "e", 1).notices, ElementsAre(HasSubstr("no value was taken in")));
  EXPECT_THAT(table(root_ / "e"), HasSubstr("\n1,1_0,RUNNING"));
}

TEST_F(AsyncRunTest, TheModelLearnsFromTheTableWithoutALimitOfParallelism) {
  write("c.yaml", std::string(kAsyncConfig) +
                      "generation_strategy: {steps: [{model: SOBOL, num_trials: 5, max_parallelism: 1}, "
                      "{model: BOTORCH_MODULAR, num_trials: -1, max_parallelism: 2}]}\n");
  EXPECT_EQ(begin(5).asked.size(), 5U);
  for (int i = 0; i < 5; ++i) fill_in(root_ / "e", i, std::to_string(1 + i * i));
  EXPECT_EQ(go_on(root_ / "e", 4).asked.size(), 4U);
  const core::Experiment experiment = stored(root_ / "e");
  EXPECT_EQ(experiment.trial(4).generator_run.model_key, "Sobol");
  EXPECT_EQ(experiment.trial(8).generator_run.model_key, "BoTorch");
}

TEST_F(AsyncRunTest, FewerPointsComeWithTheReason) {
  write("c.yaml", std::string(kAsyncConfig) +
                      "generation_strategy: {steps: [{model: SOBOL, num_trials: 2, min_trials_observed: 1}, "
                      "{model: GPEI, num_trials: -1}]}\n");
  const AsyncReport report = begin(4);
  EXPECT_EQ(report.asked.size(), 2U);
  EXPECT_THAT(report.reason, HasSubstr("waits until 1 of them are observed"));
}

TEST_F(AsyncRunTest, TheNumberOfPointsMayComeFromTheConfig) {
  EXPECT_THROW(run_async({root_ / "c.yaml", std::nullopt, std::nullopt, root_, false, std::nullopt}), UserInputError);
  EXPECT_FALSE(fs::exists(root_ / "e"));
  write("c.yaml", std::string(kAsyncConfig) + "scheduler: {total_trials: 3}\n");
  const auto report = run_async({root_ / "c.yaml", std::nullopt, std::nullopt, root_, false, std::nullopt});
  EXPECT_EQ(report.asked.size(), 3U);
  EXPECT_THAT(go_on(root_ / "e", std::nullopt).asked, IsEmpty());
}

TEST_F(AsyncRunTest, WhatIsOddAboutTheConfigIsSaid) {
  write("c.yaml", "objective: {metrics: [{name: y}]}\nparameters: {x: {type: range, bounds: [0, 9]}}\n");
  EXPECT_THAT(begin(1).notices, Contains(HasSubstr("both bounds are whole numbers")));
}

TEST_F(AsyncRunTest, NothingIsMadeOfAConfigThatIsWrong) {
  write("c.yaml", std::string(kAsyncConfig) + "nonsense: 1\n");
  EXPECT_THROW(begin(2), Error);
  EXPECT_FALSE(fs::exists(root_ / "e"));
}

TEST_F(AsyncRunTest, WithATemporaryFolderTheExperimentIsKeptThere) {
  const auto report = run_async({root_ / "c.yaml", std::nullopt, 1, root_, true, std::nullopt});
  EXPECT_FALSE(fs::exists(root_ / "e"));
  EXPECT_TRUE(fs::exists(report.experiment_dir / "optimization.csv"));
  EXPECT_THROW(run_async({std::nullopt, report.experiment_dir, 1, root_, true, std::nullopt}), UserInputError);
  fs::remove_all(report.experiment_dir.parent_path());
}

TEST_F(AsyncRunTest, OnlyAsynchronousExperimentsAreGoneOnWith) {
  begin(1);
  fill_in(root_ / "e", 0, "1.5");
  const std::string as_filled = table(root_ / "e");
  EXPECT_THROW(open_session(root_ / "e", std::nullopt, root_, {}), UserInputError);
  EXPECT_THROW(open_session(root_ / "e", std::nullopt, root_, {}, OpenFor::kAskTell), UserInputError);
  EXPECT_EQ(table(root_ / "e"), as_filled);
  EXPECT_EQ(open_view(root_ / "e").goal, std::nullopt);
}

TEST_F(AsyncRunTest, AFolderOfTheRealBoaIsGoneOnWith) {
  const fs::path folder = root_ / "async-run";
  fs::copy(::boa::testing::test_data("boa-files") / "async-run", folder, fs::copy_options::recursive);
  EXPECT_EQ(storage::to_fillable_csv(stored(folder)), table(folder));
  fill_in(folder, 4, "0.9");
  const AsyncReport report = go_on(folder, 2);
  EXPECT_THAT(report.completed, ElementsAre(4));
  EXPECT_THAT(report.asked, ElementsAre(6, 7));
  const core::Experiment experiment = stored(folder);
  EXPECT_EQ(experiment.trial(3).find_data("loss", "3_0")->mean, 1.1);
  EXPECT_EQ(experiment.trial(5).status, TrialStatus::kRunning);
  EXPECT_EQ(experiment.trial(7).generator_run.model_key, "GPEI");
  EXPECT_TRUE(fs::exists(folder / "scheduler.boa.json"));
}

}  // namespace
}  // namespace boa::app
