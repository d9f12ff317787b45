// The rules of the script protocol, with processes and time turned by hand.
#include "boa/runner/script_wrapper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "boa/execution/fake_executor.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/testing/fake_clock.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::runner {
namespace {

namespace fs = std::filesystem;
using core::TrialStatus;
using execution::LockState;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

core::Metric script_metric(const std::string& name, bool info_only = false) {
  core::Metric metric;
  metric.name = name;
  metric.info_only = info_only;
  return metric;
}

core::Trial script_trial(std::int64_t index, std::size_t arms = 1) {
  core::Trial trial;
  trial.index = index;
  trial.is_batch = arms > 1;
  for (std::size_t i = 0; i < arms; ++i) {
    trial.arms.push_back({std::to_string(index) + "_" + std::to_string(i), {{"x", 0.5 + static_cast<double>(i)}}});
  }
  return trial;
}

class ScriptWrapperTest : public ::testing::Test {
 protected:
  ScriptWrapperTest() {
    options_.run_model = "model {{ x }}";
    options_.working_dir = folder_.path();
    options_.experiment_dir = folder_.path();
    options_.search_space =
        core::SearchSpace({core::RangeParameter{.name = "x", .lower = 0, .upper = 10, .digits = std::nullopt}}, {});
    options_.optimization_config.objective.terms = {{"y", 1, true}};
    options_.optimization_config.metrics = {script_metric("y"), script_metric("extra", true)};
    log_.add_listener(util::LogLevel::kInfo,
                      [this](const util::LogRecord& record) { messages_ += std::string(record.text) + "\n"; });
  }

  ScriptWrapper& wrapper() {
    if (!wrapper_) wrapper_ = std::make_unique<ScriptWrapper>(options_, executor_, clock_, log_);
    return *wrapper_;
  }
  void start() {
    wrapper().write_configs(trial_);
    wrapper().run_model(trial_);
  }
  WrapperStatus poll() { return wrapper().set_trial_status(trial_); }
  WrapperStatus poll_after(milliseconds time) {
    clock_.advance(time);
    return poll();
  }
  void write(const std::string& name, const std::string& text, const std::string& inside = "000003") {
    fs::create_directories(folder_.path() / inside);
    std::ofstream(folder_.path() / inside / name) << text;
  }
  double value() { return wrapper().fetch_trial_data(trial_).value().at(0).mean; }
  std::vector<std::string> programs() const {
    std::vector<std::string> names;
    for (const execution::Job& job : executor_->started) names.push_back(job.command.front());
    return names;
  }
  void expect_running(const WrapperStatus& status) { EXPECT_EQ(status.status, TrialStatus::kRunning) << status.reason; }
  void expect_completed(const WrapperStatus& status) {
    EXPECT_EQ(status.status, TrialStatus::kCompleted) << status.reason;
  }
  void expect_failed(const WrapperStatus& status, const ::testing::Matcher<std::string>& reason) {
    EXPECT_EQ(status.status, TrialStatus::kFailed);
    EXPECT_THAT(status.reason, reason);
  }

  testing::FakeClock clock_;
  boa::testing::TemporaryFolder folder_;
  util::Log log_;
  std::string messages_;
  std::shared_ptr<execution::FakeExecutor> executor_ = std::make_shared<execution::FakeExecutor>(clock_);
  ScriptOptions options_;
  core::Trial trial_ = script_trial(3);
  std::unique_ptr<ScriptWrapper> wrapper_;
};

// ---- the plain way ----

TEST_F(ScriptWrapperTest, TheFolderIsTheLastArgumentAndTheFilesAreThere) {
  start();
  const std::string folder = (folder_.path() / "000003").string();
  EXPECT_THAT(executor_->started.at(0).command, ElementsAre("model", "0.5", folder));
  for (const char* name : {"parameters.json", "trial.json", "filtered_parameters.json", "data.json"}) {
    EXPECT_TRUE(fs::exists(fs::path(folder) / name)) << name;
  }
  EXPECT_EQ(util::read_file(fs::path(folder) / "parameters.json"), "{\n    \"x\": 0.5\n}");
}

TEST_F(ScriptWrapperTest, AResultCountsWhenTheCommandEnds) {
  start();
  write("output.json", R"({"y": 1.5})");
  expect_running(poll());
  executor_->exit("model");
  expect_completed(poll());
  EXPECT_EQ(value(), 1.5);
}

TEST_F(ScriptWrapperTest, AResultOfACommandThatLivesOnCountsAfterTheGrace) {
  start();
  write("output.json", R"({"y": 1.5})");
  expect_running(poll());
  expect_running(poll_after(milliseconds(9900)));
  expect_completed(poll_after(milliseconds(200)));
}

TEST_F(ScriptWrapperTest, ANewTrialsFolderIsAlwaysNew) {
  write("output.json", R"({"y": 1.5})");
  EXPECT_THROW(wrapper().write_configs(trial_), StorageError);
}

TEST_F(ScriptWrapperTest, ACommandThatCannotBeStartedSaysWhich) {
  executor_->start_failure = "the program 'model' is not found in PATH";
  wrapper().write_configs(trial_);
  try {
    wrapper().run_model(trial_);
    FAIL() << "started";
  } catch (const ExecutorError& e) {
    EXPECT_THAT(e.what(), HasSubstr("run_model could not be started: the program 'model'"));
  }
}

// ---- exit status ----

TEST_F(ScriptWrapperTest, ANonZeroExitFailsEvenWithAResult) {
  start();
  write("output.json", R"({"y": 1.5})");
  write("run_model.stderr.log", "first\nSegfault in line 3\n");
  executor_->exit("model", 3);
  expect_failed(poll(), HasSubstr("run_model ended with status 3: Segfault in line 3"));
}

TEST_F(ScriptWrapperTest, TheReasonOfRIsItsErrorAndNotTheHalt) {
  start();
  write("run_model.stderr.log", "Error in f(x) : \n  cannot read forcing file\nCalls: source -> f\nExecution halted\n");
  executor_->exit("model", 1);
  expect_failed(poll(), HasSubstr("run_model ended with status 1: cannot read forcing file"));
}

TEST_F(ScriptWrapperTest, ASignalFails) {
  start();
  executor_->kill("model", 9);
  expect_failed(poll(), HasSubstr("killed by signal 9"));
}

TEST_F(ScriptWrapperTest, AStatusThatTheModelWroteWinsOverItsExit) {
  start();
  write("output.json", R"({"y": 1.5, "trial_status": "COMPLETED"})");
  executor_->exit("model", 3);
  expect_completed(poll());
}

TEST_F(ScriptWrapperTest, ATerminalStatusEndsTheTrialAtOnce) {
  start();
  write("trial_status.json", R"({"TrialStatus": [5]})");
  EXPECT_EQ(poll().status, TrialStatus::kAbandoned);
}

TEST_F(ScriptWrapperTest, AResultUnderTheStatusRunningIsNotTaken) {
  start();
  write("output.json", R"({"y": 1.5, "trial_status": 4})");
  expect_running(poll());
  expect_running(poll_after(seconds(60)));
  EXPECT_THAT(messages_, HasSubstr("ABANDONED is 5"));
  write("output.json", R"({"y": 2.5})");
  executor_->exit("model");
  expect_completed(poll());
  EXPECT_EQ(value(), 2.5);
}

// ---- no result ----

TEST_F(ScriptWrapperTest, WithoutAResultAPlainCommandFailsAfterTenSeconds) {
  start();
  executor_->exit("model");
  expect_running(poll());
  EXPECT_THAT(messages_, HasSubstr("trial 3: run_model ended with status 0 and no complete result yet"));
  expect_running(poll_after(milliseconds(9900)));
  expect_failed(poll_after(milliseconds(200)), AllOf(HasSubstr("script_options.result_grace_seconds"),
                                                     HasSubstr("10.0 s"), HasSubstr("output"), HasSubstr("000003")));
}

TEST_F(ScriptWrapperTest, AResultThatCameLateMustRestForTwoSeconds) {
  start();
  executor_->exit("model");
  expect_running(poll());
  write("output.yaml", "y: 1");
  expect_running(poll_after(seconds(2)));
  write("output.yaml", "y: 1.25\n");
  expect_running(poll_after(milliseconds(1900)));
  expect_running(poll_after(milliseconds(1900)));
  expect_completed(poll_after(milliseconds(200)));
  EXPECT_EQ(value(), 1.25);
}

TEST_F(ScriptWrapperTest, WhatWasLeftBehindIsWaitedForAndThenThreeHundredSeconds) {
  start();
  executor_->leave_behind("model");
  expect_running(poll());
  expect_running(poll_after(seconds(100'000)));
  executor_->end_left_behind("model");
  expect_running(poll());
  expect_running(poll_after(seconds(299)));
  expect_failed(poll_after(seconds(2)), HasSubstr("300.0 s"));
}

TEST_F(ScriptWrapperTest, APrintedJobNumberIsWaitedForWithoutEnd) {
  start();
  write("run_model.stdout.log", "Submitted batch job 4711\n");
  executor_->exit("model");
  expect_running(poll());
  EXPECT_THAT(messages_, HasSubstr("job 4711 was handed on"));
  expect_running(poll_after(seconds(1'000'000)));
}

TEST_F(ScriptWrapperTest, ATimeToLiveDecidesInsteadOfTheGrace) {
  options_.has_time_to_live = true;
  start();
  executor_->exit("model");
  expect_running(poll());
  expect_running(poll_after(seconds(1'000'000)));
}

TEST_F(ScriptWrapperTest, AGraceThatIsWrittenHoldsInAllCases) {
  options_.has_time_to_live = true;
  options_.result_grace_seconds = 5;
  start();
  write("run_model.stdout.log", "Submitted batch job 4711\n");
  executor_->exit("model");
  expect_running(poll_after(seconds(4)));
  expect_failed(poll_after(seconds(6)), HasSubstr("5.0 s"));
}

TEST_F(ScriptWrapperTest, AStatusCompletedWaitsForItsResult) {
  start();
  write("trial_status.json", R"({"trial_status": "COMPLETED"})");
  executor_->exit("model");
  expect_running(poll());
  expect_running(poll_after(milliseconds(9900)));
  expect_failed(poll_after(milliseconds(200)), AllOf(HasSubstr("COMPLETED"), HasSubstr("result_grace_seconds")));
}

TEST_F(ScriptWrapperTest, AMissingMetricIsNamedWithWhatIsThere) {
  start();
  write("output.json", R"({"Y": 1})");
  executor_->exit("model");
  expect_running(poll());
  expect_failed(poll_after(seconds(11)), AllOf(HasSubstr("no value of the metric 'y'"), HasSubstr("'Y' meant")));
}

TEST_F(ScriptWrapperTest, AMetricThatOnlyAConstraintNamesIsNotWaitedFor) {
  options_.optimization_config.metrics.push_back(script_metric("yy"));
  options_.optimization_config.outcome_constraints = {
      {{{"yy", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 3, "yy <= 3"}};
  start();
  write("output.json", R"({"y": 1})");
  executor_->exit("model");
  expect_failed(poll(), AllOf(HasSubstr("the metric 'yy', which the outcome constraint 'yy <= 3' names"),
                              HasSubstr("is 'y' meant?")));
}

TEST_F(ScriptWrapperTest, AMetricThatAConstraintNamesIsWaitedForWhereWorkWasHandedOn) {
  options_.optimization_config.metrics.push_back(script_metric("yy"));
  options_.optimization_config.outcome_constraints = {
      {{{"yy", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 3, "yy <= 3"}};
  start();
  write("output.json", R"({"y": 1})");
  executor_->leave_behind("model");
  expect_running(poll());
  write("output.json", R"({"y": 1, "yy": 2})");
  executor_->end_left_behind("model");
  expect_running(poll());
  expect_completed(poll_after(milliseconds(2100)));
}

TEST_F(ScriptWrapperTest, ThatAResultIsAwaitedIsSaidOnceAndNotWhereItIsFetched) {
  const auto notices = [this] {
    std::size_t count = 0;
    for (auto at = messages_.find("says that it is done"); at != std::string::npos;
         at = messages_.find("says that it is done", at + 1)) {
      ++count;
    }
    return count;
  };
  for (const std::int64_t index : {3, 4}) {
    trial_ = script_trial(index);
    start();
    write("trial_status.json", R"({"trial_status": "COMPLETED"})", "00000" + std::to_string(index));
    executor_->exit("model");
    expect_running(poll());
  }
  EXPECT_EQ(notices(), 1U);
  messages_.clear();
  wrapper_.reset();
  options_.fetch_trial_data = "collect";
  trial_ = script_trial(5);
  start();
  executor_->leave_behind("model");
  expect_running(poll());
  write("trial_status.json", R"({"trial_status": "COMPLETED"})", "000005");
  expect_running(poll());
  expect_running(poll_after(milliseconds(2100)));
  EXPECT_EQ(executor_->started.back().command.front(), "collect");
  EXPECT_EQ(notices(), 0U);
}

TEST_F(ScriptWrapperTest, AMalformedFileFailsOneSecondAfterTheEnd) {
  start();
  write("output.json", R"({"y": 1.)");
  executor_->exit("model");
  expect_running(poll());
  expect_running(poll_after(milliseconds(900)));
  expect_failed(poll_after(milliseconds(200)), HasSubstr("output.json"));
}

TEST_F(ScriptWrapperTest, AMalformedFileMayBecomeWholeWhileItsProcessLives) {
  start();
  write("output.json", R"({"y": 1.)");
  expect_running(poll());
  expect_running(poll_after(seconds(9)));
  write("output.json", R"({"y": 1.75})");
  expect_running(poll());
  executor_->exit("model");
  expect_completed(poll());
  EXPECT_EQ(value(), 1.75);
}

TEST_F(ScriptWrapperTest, AMalformedFileFailsAfterTheGraceWhileItsProcessLives) {
  start();
  write("output.json", R"({"y": 1.)");
  expect_running(poll());
  expect_failed(poll_after(milliseconds(10'100)), HasSubstr("did not become whole"));
}

TEST_F(ScriptWrapperTest, AFileJustOpenedIsNoFailureEvenWithoutGrace) {
  options_.result_grace_seconds = 0;
  start();
  write("output.json", "");
  expect_running(poll());
  expect_running(poll_after(milliseconds(900)));
  write("output.json", R"({"y": 1.75})");
  executor_->exit("model");
  expect_completed(poll());
}

TEST_F(ScriptWrapperTest, UnknownMetricsAreWarnedAboutOnce) {
  start();
  write("output.json", R"({"y": 1, "other": 2})");
  executor_->exit("model");
  expect_completed(poll());
  EXPECT_THAT(messages_, HasSubstr("'other', which is no metric"));
  messages_.clear();
  trial_ = script_trial(4);
  start();
  write("output.json", R"({"y": 1, "other": 2})", "000004");
  executor_->exit("model");
  expect_completed(poll());
  EXPECT_THAT(messages_, Not(HasSubstr("other")));
}

// ---- all four commands ----

TEST_F(ScriptWrapperTest, TheCommandsRunInTheirOrder) {
  options_.write_configs = "prepare";
  options_.fetch_trial_data = "collect";
  start();
  EXPECT_THAT(programs(), ElementsAre("prepare"));
  executor_->exit("prepare");
  expect_running(poll());
  EXPECT_THAT(programs(), ElementsAre("prepare", "model"));
  write("trial_status.json", R"({"trial_status": 3})");
  executor_->exit("model");
  expect_running(poll());
  EXPECT_THAT(programs(), ElementsAre("prepare", "model", "collect"));
  write("output.json", R"({"y": 4})");
  expect_running(poll());
  executor_->exit("collect");
  expect_completed(poll());
  EXPECT_EQ(value(), 4);
}

TEST_F(ScriptWrapperTest, AFailingWriteConfigsFailsTheTrialBeforeTheModelRuns) {
  options_.write_configs = "prepare";
  start();
  executor_->exit("prepare", 1);
  expect_failed(poll(), HasSubstr("write_configs ended with status 1"));
  EXPECT_THAT(programs(), ElementsAre("prepare"));
}

TEST_F(ScriptWrapperTest, MetricPropertiesAreForFetchTrialData) {
  options_.fetch_trial_data = "collect";
  options_.optimization_config.metrics[0].properties = util::Node::object({{"unit", "mm"}});
  start();
  EXPECT_THAT(util::read_file(folder_.path() / "000003/data.json"), Not(HasSubstr("metric_properties")));
  write("trial_status.json", R"({"trial_status": 3})");
  executor_->exit("model");
  expect_running(poll());
  EXPECT_THAT(util::read_file(folder_.path() / "000003/data.json"), HasSubstr("metric_properties"));
}

TEST_F(ScriptWrapperTest, TheStatusCommandRunsOneAtATimeAtGrowingIntervals) {
  options_.set_trial_status = "look";
  start();
  executor_->exit("model");
  expect_running(poll());
  expect_running(poll_after(milliseconds(1100)));
  EXPECT_THAT(programs(), ElementsAre("model", "look"));
  expect_running(poll_after(seconds(100)));
  EXPECT_THAT(programs(), ElementsAre("model", "look"));
  executor_->exit("look");
  expect_running(poll());
  EXPECT_THAT(programs(), ElementsAre("model", "look", "look"));
  executor_->exit("look");
  expect_running(poll_after(milliseconds(1500)));
  EXPECT_EQ(programs().size(), 3);
  expect_running(poll_after(seconds(1)));
  EXPECT_EQ(programs().size(), 4);
}

TEST_F(ScriptWrapperTest, TheStatusCommandRunsAtLeastOnceAMinute) {
  options_.set_trial_status = "look";
  start();
  executor_->exit("model");
  for (int i = 0; i < 30; ++i) {
    expect_running(poll_after(seconds(61)));
    EXPECT_EQ(executor_->started.size(), static_cast<std::size_t>(i + 2));
    executor_->exit("look");
  }
}

TEST_F(ScriptWrapperTest, TheStatusCommandWaitsFromTheStartOfTheModel) {
  options_.write_configs = "prepare";
  options_.set_trial_status = "look";
  start();
  expect_running(poll_after(seconds(5)));
  executor_->exit("prepare");
  expect_running(poll());
  expect_running(poll_after(milliseconds(900)));
  EXPECT_THAT(programs(), ElementsAre("prepare", "model"));
  expect_running(poll_after(milliseconds(200)));
  EXPECT_THAT(programs(), ElementsAre("prepare", "model", "look"));
}

TEST_F(ScriptWrapperTest, AFailingStatusCommandFailsTheTrial) {
  options_.set_trial_status = "look";
  start();
  expect_running(poll_after(milliseconds(1100)));
  executor_->exit("look", 2);
  expect_failed(poll(), HasSubstr("set_trial_status ended with status 2"));
}

TEST_F(ScriptWrapperTest, WithoutRunModelSomebodyElseBringsTheResult) {
  options_.run_model.reset();
  options_.set_trial_status = "look";
  start();
  EXPECT_TRUE(fs::exists(folder_.path() / "000003/parameters.json"));
  expect_running(poll_after(seconds(1000)));
  write("output.json", R"({"y": 7})");
  expect_running(poll());
  expect_completed(poll_after(milliseconds(2100)));
}

// ---- batches ----

TEST_F(ScriptWrapperTest, ABatchRunsOnceForEachArm) {
  trial_ = script_trial(3, 2);
  start();
  EXPECT_THAT(executor_->started.at(0).command, ElementsAre("model", "0.5", (folder_.path() / "000003/3_0").string()));
  EXPECT_THAT(executor_->started.at(1).command, ElementsAre("model", "1.5", (folder_.path() / "000003/3_1").string()));
  write("output.json", R"({"y": 1})", "000003/3_0");
  write("output.json", R"({"y": 2})", "000003/3_1");
  executor_->exit("model");
  expect_running(poll());
  executor_->exit("model");
  expect_completed(poll());
  const auto rows = wrapper().fetch_trial_data(trial_).value();
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].arm_name, "3_0");
  EXPECT_EQ(rows[1].mean, 2);
}

TEST_F(ScriptWrapperTest, AFailedArmFailsTheBatchAndTheOthersResultsAreKept) {
  trial_ = script_trial(3, 2);
  start();
  write("output.json", R"({"y": 1})", "000003/3_0");
  executor_->exit("model", 1);  // the newest: arm 1
  expect_running(poll());
  executor_->exit("model", 0);
  expect_failed(poll(), HasSubstr("arm 3_1: run_model ended with status 1"));
  const auto rows = wrapper().fetch_trial_data(trial_).value();
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].arm_name, "3_0");
}

// ---- resume ----

TEST_F(ScriptWrapperTest, ALivingModelIsAdopted) {
  executor_->locks["model"] = LockState::kHeld;
  wrapper().resume(trial_);
  EXPECT_TRUE(executor_->started.empty());
  expect_running(poll());
  write("output.json", R"({"y": 6})");
  executor_->exit("model");
  expect_completed(poll());
}

TEST_F(ScriptWrapperTest, TheStatusOfAnAdoptedModelIsSaidToBeUnknown) {
  executor_->locks["model"] = LockState::kHeld;
  wrapper().resume(trial_);
  executor_->exit("model", 1);
  expect_running(poll());
  const auto unknown =
      HasSubstr("run_model ended (its exit status is not known, because boa was started anew meanwhile)");
  EXPECT_THAT(messages_, unknown);
  expect_failed(poll_after(seconds(11)), AllOf(unknown, HasSubstr("left no result"), Not(HasSubstr("status 0"))));
}

TEST_F(ScriptWrapperTest, ATrialThatWasNeverStartedIsStartedNow) {
  wrapper().resume(trial_);
  EXPECT_THAT(programs(), ElementsAre("model"));
}

TEST_F(ScriptWrapperTest, ATrialThatEndedMeanwhileCountsByItsResult) {
  executor_->locks["model"] = LockState::kFree;
  write("output.json", R"({"y": 6})");
  wrapper().resume(trial_);
  expect_completed(poll());
  EXPECT_TRUE(executor_->started.empty());
}

TEST_F(ScriptWrapperTest, ATrialThatEndedMeanwhileWithoutAResultFails) {
  executor_->locks["model"] = LockState::kFree;
  wrapper().resume(trial_);
  expect_failed(poll(), HasSubstr("ended while boa was away"));
}

TEST_F(ScriptWrapperTest, AJobThatWasHandedOnIsWaitedForAfterAResume) {
  executor_->locks["model"] = LockState::kFree;
  write("run_model.stdout.log", "Submitted batch job 4711\n");
  wrapper().resume(trial_);
  expect_running(poll());
  expect_running(poll_after(seconds(100'000)));
  write("output.json", R"({"y": 6})");
  expect_running(poll());
  expect_completed(poll_after(milliseconds(2100)));
}

TEST_F(ScriptWrapperTest, WriteConfigsThatHasRunIsNotRepeated) {
  options_.write_configs = "prepare";
  executor_->locks["prepare"] = LockState::kFree;
  wrapper().resume(trial_);
  EXPECT_THAT(programs(), ElementsAre("model"));
}

TEST_F(ScriptWrapperTest, AResumeBeforeTheFirstCommandBeginsWithIt) {
  options_.write_configs = "prepare";
  wrapper().resume(trial_);
  EXPECT_THAT(programs(), ElementsAre("prepare"));
}

// ---- progress ----

TEST_F(ScriptWrapperTest, ProgressIsReadOnWhileTheModelRunsAndAsAWholeAfterwards) {
  start();
  write("progress.jsonl", "{\"step\": 1, \"metrics\": {\"y\": 3}}\nbad\nworse\n{\"step\": 2, \"metr");
  EXPECT_EQ(wrapper().read_progress(trial_).points.size(), 1U);
  EXPECT_THAT(messages_, HasSubstr("trial 3: line 2 of"));
  EXPECT_THAT(messages_, Not(HasSubstr("line 3 of")));
  EXPECT_TRUE(wrapper().read_progress(trial_).points.empty());
  wrapper().release(trial_);
  EXPECT_EQ(wrapper().read_progress(trial_).points.size(), 1U);
}

// ---- stopping, times, refusals ----

TEST_F(ScriptWrapperTest, AStoppedTrialFailsOnceItsProcessesAreGone) {
  start();
  wrapper().stop(trial_, "ran longer than allowed");
  EXPECT_THAT(executor_->stopped, ElementsAre("model"));
  expect_running(poll());
  executor_->kill("model", 15);
  expect_failed(poll(), HasSubstr("ran longer than allowed"));
}

TEST_F(ScriptWrapperTest, AResultThatLiesThereWhenHandedOnWorkIsStoppedCounts) {
  options_.has_time_to_live = true;
  trial_.properties.set(kLeftBehindKey, true);
  write("output.json", R"({"y": 2.5})");
  wrapper().resume(trial_);
  expect_running(poll());
  wrapper().stop(trial_, "ran longer than allowed");
  expect_running(poll_after(seconds(1)));
  expect_completed(poll_after(seconds(1)));
  EXPECT_EQ(value(), 2.5);

  trial_ = script_trial(4);
  trial_.properties.set(kLeftBehindKey, true);
  write("trial_status.json", R"({"trial_status": "ABANDONED"})", "000004");
  wrapper().resume(trial_);
  wrapper().stop(trial_, "ran longer than allowed");
  EXPECT_EQ(poll().status, TrialStatus::kAbandoned);
}

TEST_F(ScriptWrapperTest, WithoutAResultHandedOnWorkThatIsStoppedFailsAtOnce) {
  trial_.properties.set(kLeftBehindKey, true);
  wrapper().resume(trial_);
  wrapper().stop(trial_, "ran longer than allowed");
  expect_failed(poll(), HasSubstr("ran longer than allowed"));

  // What a trial writes after it was decided to stop it early is ignored.
  trial_ = script_trial(4);
  trial_.properties.set(kLeftBehindKey, true);
  trial_.stop_metadata.set("reason", "bad");
  write("output.json", R"({"y": 2.5})", "000004");
  wrapper().resume(trial_);
  wrapper().stop(trial_, "bad");
  expect_failed(poll(), HasSubstr("bad"));
}

TEST_F(ScriptWrapperTest, FilesAreLookedAtAtLeastEveryTwoSeconds) {
  start();
  expect_running(poll());
  EXPECT_EQ(wrapper().next_poll(), clock_.steady() + seconds(2));
  executor_->exit("model");
  expect_running(poll_after(seconds(1)));
  expect_running(poll_after(seconds(8)));
  EXPECT_EQ(wrapper().next_poll(), clock_.steady() + seconds(1));
}

TEST_F(ScriptWrapperTest, NothingIsKeptOfATrialThatWasReleased) {
  start();
  EXPECT_EQ(executor_->num_held(), 1);
  wrapper().release(trial_);
  EXPECT_EQ(executor_->num_held(), 0);
  EXPECT_EQ(wrapper().next_poll(), std::nullopt);
}

TEST_F(ScriptWrapperTest, OutputGoesToTheLogLineByLine) {
  start();
  write("run_model.stdout.log", "one\ntw");
  expect_running(poll());
  EXPECT_THAT(messages_, AllOf(HasSubstr("trial 3: one\n"), Not(HasSubstr("tw"))));
  write("run_model.stdout.log", "one\ntwo\nlast");
  write("output.json", R"({"y": 1})");
  executor_->exit("model");
  expect_completed(poll());
  EXPECT_THAT(messages_, HasSubstr("trial 3: one\ntrial 3: two\ntrial 3: last\n"));
}

TEST_F(ScriptWrapperTest, AMetricFunctionThatNobodyKnowsIsRefusedBeforeTheRun) {
  options_.optimization_config.metrics[0].function = "Meanstd";
  EXPECT_THROW(wrapper(), UnsupportedError);
}

TEST_F(ScriptWrapperTest, ATemplateThatNoTrialCanFillIsRefusedBeforeTheRun) {
  options_.run_model = "model {{ z }}";
  EXPECT_THROW(wrapper(), UserInputError);
}

TEST_F(ScriptWrapperTest, WhatSomebodyElseStartedIsAwaitedAndNotStartedAgain) {
  trial_.properties.set(kLeftBehindKey, true);
  write("parameters.json", "{}");
  wrapper().resume(trial_);
  EXPECT_TRUE(executor_->started.empty());
  EXPECT_EQ(poll_after(seconds(299)).status, TrialStatus::kRunning);
  write("output.json", R"({"y": 2.5})");
  EXPECT_EQ(poll().status, TrialStatus::kRunning);
  EXPECT_EQ(poll_after(seconds(2)).status, TrialStatus::kCompleted);
  EXPECT_EQ(value(), 2.5);
  EXPECT_TRUE(executor_->started.empty());
}

TEST_F(ScriptWrapperTest, WhatSomebodyElseStartedFailsAfterFiveMinutesUnlessAStatusCommandDecides) {
  trial_.properties.set(kLeftBehindKey, true);
  wrapper().resume(trial_);
  EXPECT_EQ(poll_after(seconds(301)).status, TrialStatus::kFailed);
  EXPECT_THAT(poll().reason, HasSubstr("started before boa took over"));

  options_.set_trial_status = "look";
  ScriptWrapper watched(options_, executor_, clock_, log_);
  watched.resume(trial_);
  clock_.advance(seconds(301));
  EXPECT_EQ(watched.set_trial_status(trial_).status, TrialStatus::kRunning);
  EXPECT_THAT(programs(), ElementsAre("look"));
}

}  // namespace
}  // namespace boa::runner
