#include "boa/runner/wrapped_job_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "boa/util/error.hpp"

namespace boa::runner {
namespace {

using core::TrialStatus;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using util::Node;

/// Remembers its calls; what a trial becomes is written into `states`.
class NotingWrapper final : public BaseWrapper {
 public:
  explicit NotingWrapper(std::string setting = "s") : setting_(std::move(setting)) {}

  std::string type_name() const override { return "NotingWrapper"; }
  Node to_dict() const override { return Node::object({{"setting", setting_}}); }
  void write_configs(const core::Trial& trial) override { note("write_configs", trial); }
  void run_model(const core::Trial& trial) override {
    note("run_model", trial);
    if (trial.index == kBroken) throw ExecutorError("there is no such program");
  }
  WrapperStatus set_trial_status(const core::Trial& trial) override { return states[trial.index]; }
  void stop(const core::Trial& trial, const std::string& reason) override { note("stop: " + reason, trial); }
  void release(const core::Trial& trial) override { note("release", trial); }
  int available_capacity() override { return capacity; }

  static constexpr std::int64_t kBroken = 7;
  std::vector<std::string> calls;
  std::map<std::int64_t, WrapperStatus> states;
  int capacity = -1;

 private:
  void note(const std::string& what, const core::Trial& trial) {
    calls.push_back(what + " " + std::to_string(trial.index));
  }
  std::string setting_;
};

core::Trial runner_trial(std::int64_t index) {
  core::Trial trial;
  trial.index = index;
  trial.arms = {{std::to_string(index) + "_0", {{"x", 0.5}}}};
  return trial;
}

class WrappedJobRunnerTest : public ::testing::Test {
 protected:
  std::shared_ptr<NotingWrapper> wrapper_ = std::make_shared<NotingWrapper>();
  WrappedJobRunner runner_{wrapper_};
};

TEST_F(WrappedJobRunnerTest, RunWritesConfigsAndRunsTheModelAndGivesItsJob) {
  EXPECT_EQ(runner_.run(runner_trial(3)), Node::object({{"job_id", 3}}));
  EXPECT_THAT(wrapper_->calls, ElementsAre("write_configs 3", "run_model 3"));
}

TEST_F(WrappedJobRunnerTest, WithoutAWrapperItRefusesToRun) {
  EXPECT_THROW(WrappedJobRunner().run(runner_trial(0)), UnsupportedError);
}

TEST_F(WrappedJobRunnerTest, RunMultipleStartsEachOnceAndOneThatFailsHindersNoOther) {
  const core::Trial trials[] = {runner_trial(6), runner_trial(7), runner_trial(8)};
  const core::Trial* const pointers[] = {&trials[0], &trials[1], &trials[2]};
  const auto outcomes = runner_.run_multiple(pointers);
  EXPECT_EQ(outcomes.at(6).metadata, Node::object({{"job_id", 6}}));
  EXPECT_TRUE(outcomes.at(6).failure.empty());
  EXPECT_EQ(outcomes.at(7).failure, "there is no such program");
  EXPECT_EQ(outcomes.at(8).metadata, Node::object({{"job_id", 8}}));
  EXPECT_EQ(std::count(wrapper_->calls.begin(), wrapper_->calls.end(), "run_model 7"), 1);
  EXPECT_TRUE(runner_.run_multiple({}).empty());
}

TEST_F(WrappedJobRunnerTest, PollGroupsTrialsByStatusAndKeepsTheReasonOfTheLastLook) {
  const core::Trial trials[] = {runner_trial(0), runner_trial(1), runner_trial(2)};
  const core::Trial* const pointers[] = {&trials[0], &trials[1], &trials[2]};
  wrapper_->states = {
      {0, {TrialStatus::kRunning, ""}}, {1, {TrialStatus::kFailed, "exit status 3"}}, {2, {TrialStatus::kRunning, ""}}};
  EXPECT_THAT(runner_.poll_trial_status(pointers), UnorderedElementsAre(Pair(TrialStatus::kRunning, ElementsAre(0, 2)),
                                                                        Pair(TrialStatus::kFailed, ElementsAre(1))));
  EXPECT_EQ(runner_.poll_exception(trials[1]), "exit status 3");
  EXPECT_EQ(runner_.poll_exception(trials[0]), "");
  runner_.release(trials[1]);
  EXPECT_EQ(runner_.poll_exception(trials[1]), "");
  EXPECT_TRUE(runner_.poll_trial_status({}).empty());
}

TEST_F(WrappedJobRunnerTest, StopTellsTheWrapperWhyAndReturnsIt) {
  EXPECT_EQ(runner_.stop(runner_trial(4), "too slow"), Node::object({{"reason", "too slow"}}));
  EXPECT_THAT(wrapper_->calls, ElementsAre("stop: too slow 4"));
}

TEST_F(WrappedJobRunnerTest, CapacityIsThatOfTheWrapperAndUnlimitedByItself) {
  EXPECT_EQ(runner_.poll_available_capacity(), -1);
  wrapper_->capacity = 2;
  EXPECT_EQ(runner_.poll_available_capacity(), 2);
}

TEST_F(WrappedJobRunnerTest, ACloneHasTheSameWrapperAndIsEqual) {
  runner_.set_db_id(5);
  const WrappedJobRunner clone = runner_.clone();
  EXPECT_EQ(clone.wrapper(), runner_.wrapper());
  EXPECT_TRUE(clone == runner_);
  EXPECT_EQ(clone.db_id(), std::nullopt);
  EXPECT_EQ(runner_.db_id(), 5);
  EXPECT_FALSE(WrappedJobRunner(std::make_shared<NotingWrapper>()) == runner_);
}

TEST_F(WrappedJobRunnerTest, NeedsNoStagingAndReportsNoMetadata) {
  EXPECT_FALSE(runner_.staging_required());
  EXPECT_TRUE(runner_.run_metadata_report_keys().empty());
}

TEST_F(WrappedJobRunnerTest, IsStoredAndMadeAgainByTheTypeOfItsWrapper) {
  EXPECT_EQ(runner_.to_dict(), Node::object({{"__type", "WrappedJobRunner"}}));
  const Node args = WrappedJobRunner::serialize_init_args(runner_);
  EXPECT_EQ(args,
            Node::object({{"wrapper", Node::object({{"__type", Node("NotingWrapper")}, {"setting", Node("s")}})}}));
  const WrappedJobRunner again =
      WrappedJobRunner::deserialize_init_args(args, [](const std::string& type, const Node& wrapper) {
        EXPECT_EQ(type, "NotingWrapper");
        return std::make_shared<NotingWrapper>(wrapper.at("setting").as_string());
      });
  EXPECT_EQ(again.wrapper()->to_dict(), wrapper_->to_dict());
  EXPECT_EQ(WrappedJobRunner::deserialize_init_args(Node::object(), nullptr).wrapper()->type_name(), "BaseWrapper");
}

}  // namespace
}  // namespace boa::runner
