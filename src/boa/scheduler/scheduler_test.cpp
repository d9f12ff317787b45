#include "boa/scheduler/scheduler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "boa/testing/fake_clock.hpp"
#include "boa/util/error.hpp"

namespace boa::scheduler {
namespace {

using core::TrialStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A model without processes: each trial ends after some time of the fake clock, as the test says.
class ScriptedWrapper final : public runner::BaseWrapper {
 public:
  explicit ScriptedWrapper(boa::testing::FakeClock& clock) : clock_(clock) {}

  struct Script {
    seconds duration{1};
    TrialStatus status = TrialStatus::kCompleted;
    double value = 1.0;
  };
  std::function<Script(std::int64_t)> script = [](std::int64_t) { return Script{}; };
  std::function<void(std::int64_t)> on_start = [](std::int64_t) {};
  std::function<void()> on_wait = [] {};

  void run_model(const core::Trial& trial) override {
    on_start(trial.index);
    starts.push_back(trial.index);
    running_[trial.index] = clock_.steady() + script(trial.index).duration;
    most_at_once = std::max(most_at_once, running_.size());
  }
  void resume(const core::Trial& trial) override {
    resumed.push_back(trial.index);
    running_[trial.index] = clock_.steady() + script(trial.index).duration;
  }
  runner::WrapperStatus set_trial_status(const core::Trial& trial) override {
    const auto it = running_.find(trial.index);
    if (it == running_.end()) return {TrialStatus::kFailed, "killed"};
    if (clock_.steady() < it->second) return {TrialStatus::kRunning, ""};
    return {script(trial.index).status, "the script says so"};
  }
  util::Result<std::vector<core::DataRow>, std::string> fetch_trial_data(const core::Trial& trial) override {
    std::vector<core::DataRow> rows;
    for (const core::Arm& arm : trial.arms) rows.push_back({arm.name, "y", script(trial.index).value, std::nullopt});
    return rows;
  }
  void stop(const core::Trial& trial, const std::string&) override {
    stops.push_back(trial.index);
    running_.erase(trial.index);
  }
  void release(const core::Trial& trial) override { running_.erase(trial.index); }
  std::optional<util::SteadyTime> next_poll() const override {
    std::optional<util::SteadyTime> next;
    for (const auto& [index, end] : running_) next = std::min(next.value_or(end), end);
    return next;
  }
  void wait(util::SteadyTime until) override {
    on_wait();
    if (until > clock_.steady())
      clock_.advance(std::chrono::duration_cast<milliseconds>(until - clock_.steady()) + milliseconds(1));
  }

  /// One point of the trial's value, when it is asked for the first time.
  runner::ProgressUpdate read_progress(const core::Trial& trial) override {
    runner::ProgressUpdate update;
    if (progress && told_.insert(trial.index).second) update.points.push_back({10, {{"y", progress(trial.index)}}});
    return update;
  }
  std::function<double(std::int64_t)> progress;  ///< nothing is written without it

  std::vector<std::int64_t> starts, resumed, stops;
  std::size_t most_at_once = 0;

 private:
  boa::testing::FakeClock& clock_;
  std::map<std::int64_t, util::SteadyTime> running_;
  std::set<std::int64_t> told_;
};

/// Remembers what was committed; fails while told to.
class RecordingStorage final : public storage::Storage {
 public:
  void commit(const storage::Changes& changes) override {
    ++attempts;
    if (failing) throw StorageError("the disk is full");
    for (const core::Trial* trial : changes.trials) history[trial->index].push_back(trial->status);
    for (const auto& [name, value] : changes.documents) documents[name] = value;
  }
  storage::Snapshot load() override { return {}; }

  bool failing = false;
  int attempts = 0;
  std::map<std::int64_t, std::vector<TrialStatus>> history;
  storage::Documents documents;
};

class SchedulerTest : public ::testing::Test {
 protected:
  SchedulerTest() {
    core::OptimizationConfig config;
    config.objective.terms = {{"y", 1, true}};
    config.metrics.emplace_back().name = "y";
    experiment_ = core::Experiment(
        "test", core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {}),
        config, clock_.now());
    log_.add_listener(util::LogLevel::kDebug,
                      [this](const util::LogRecord& record) { messages_.emplace_back(record.text); });
  }

  Scheduler make_scheduler() {
    return Scheduler({experiment_, strategy_, runner_, storage_, clock_, log_, {}, {}, {}, {}, {}}, options_);
  }
  RunResult run(std::int64_t goal) { return make_scheduler().run({goal, 0, goal}); }

  boa::testing::FakeClock clock_;
  util::Log log_;
  std::vector<std::string> messages_;
  core::Experiment experiment_;
  generation::GenerationStrategy strategy_{"Sobol", {generation::GenerationStep{}}, 7};
  std::shared_ptr<ScriptedWrapper> wrapper_ = std::make_shared<ScriptedWrapper>(clock_);
  runner::WrappedJobRunner runner_{wrapper_};
  RecordingStorage storage_;
  SchedulerOptions options_;
};

TEST_F(SchedulerTest, RunsAsManyTrialsAsAskedFor) {
  const RunResult result = run(12);
  EXPECT_EQ(result.end, RunEnd::kGoalReached);
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 12U);
  EXPECT_EQ(wrapper_->starts.size(), 12U);
}

TEST_F(SchedulerTest, RunsNoMoreAtOnceThanMaxPendingTrials) {
  options_.max_pending_trials = 3;
  run(10);
  EXPECT_EQ(wrapper_->most_at_once, 3U);
}

TEST_F(SchedulerTest, MakesATrialDurableBeforeItsModelStarts) {
  wrapper_->on_start = [this](std::int64_t index) {
    EXPECT_THAT(storage_.history[index], ElementsAre(TrialStatus::kCandidate));
  };
  run(4);
  EXPECT_EQ(storage_.history[3].back(), TrialStatus::kCompleted);
}

TEST_F(SchedulerTest, AGlobalStopWaitsForWhatRunsAndCountsAsTheGoal) {
  options_.max_pending_trials = 2;
  options_.global_stopping_strategy = util::Node::object({{"type", "target"}, {"value", 0.5}});
  wrapper_->script = [](std::int64_t index) {
    return ScriptedWrapper::Script{seconds(1 + index % 2), TrialStatus::kCompleted, index == 4 ? 0.25 : 1.0};
  };
  const RunResult result = run(20);
  EXPECT_EQ(result.end, RunEnd::kGlobalStop);
  EXPECT_EQ(exit_status(result.end), 0);
  EXPECT_THAT(result.message, HasSubstr("trial 4 has reached the target"));
  EXPECT_EQ(experiment_.count(TrialStatus::kRunning), 0U);
  EXPECT_LT(experiment_.num_trials(), 8U);
  const auto goal = Goal::from_node(storage_.documents.at("run"));
  EXPECT_EQ(goal->total, static_cast<std::int64_t>(experiment_.num_trials()));
  EXPECT_EQ(goal->ended, result.message);
  SchedulerOptions more;
  more.n_trials = 20;
  const Goal next = next_goal(more, goal->total, 0, goal, std::nullopt);
  EXPECT_EQ(next.total, goal->total + 20);
  EXPECT_EQ(next.ended, "");
}

util::Node threshold_strategy(double threshold) {
  return util::Node::object({{"type", "threshold"}, {"metric_threshold", threshold}, {"min_curves", 1}});
}

TEST_F(SchedulerTest, ABadTrialIsStoppedEarlyWithItsLastValueAndItsReason) {
  options_.max_pending_trials = 1;
  options_.early_stopping_strategy = threshold_strategy(5);
  wrapper_->progress = [](std::int64_t index) { return index == 2 ? 8.0 : 1.0; };
  const RunResult result = run(4);
  EXPECT_EQ(result.end, RunEnd::kGoalReached);
  EXPECT_THAT(wrapper_->stops, ElementsAre(2));
  const core::Trial& trial = experiment_.trial(2);
  EXPECT_EQ(trial.status, TrialStatus::kEarlyStopped);
  EXPECT_EQ(trial.reason(), "'y' is 8.0 at step 10.0, worse than the threshold of 5.0");
  ASSERT_EQ(trial.data.size(), 1U);
  EXPECT_EQ(trial.data[0].mean, 8.0);
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 3U);
}

TEST_F(SchedulerTest, AnEarlyStopIsDurableBeforeTheModelIsStopped) {
  options_.max_pending_trials = 1;
  options_.early_stopping_strategy = threshold_strategy(5);
  wrapper_->progress = [](std::int64_t index) { return index == 1 ? 8.0 : 1.0; };
  // From the start of trial 1 the store fails a while: nothing may be stopped then.
  int waits = 0;
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(30)}; };
  wrapper_->on_wait = [&] {
    if (wrapper_->starts.size() < 2) return;
    storage_.failing = waits++ < 3;
    EXPECT_TRUE(wrapper_->stops.empty() || !storage_.failing);
  };
  run(3);
  EXPECT_THAT(wrapper_->stops, ElementsAre(1));
  EXPECT_EQ(experiment_.trial(1).status, TrialStatus::kEarlyStopped);
}

TEST_F(SchedulerTest, AnEarlyStopThatWasDecidedIsCarriedOutByTheNextRun) {
  experiment_.new_trial({{{"x", 0.5}}}, {}, false, clock_.now());
  experiment_.mark_running(0, clock_.now());
  experiment_.set_stop_reason(0, "it was bad");
  run(1);
  EXPECT_THAT(wrapper_->stops, ElementsAre(0));
  EXPECT_EQ(experiment_.trial(0).status, TrialStatus::kEarlyStopped);
  EXPECT_EQ(experiment_.trial(0).reason(), "it was bad");
}

TEST_F(SchedulerTest, CurvesOfEarlierRunsCount) {
  options_.early_stopping_strategy = threshold_strategy(5);
  wrapper_->progress = [](std::int64_t index) { return index == 1 ? 8.0 : 1.0; };
  experiment_.new_trial({{{"x", 0.5}}}, {}, false, clock_.now());
  experiment_.mark_running(0, clock_.now());
  experiment_.mark_completed(0, clock_.now());
  run(2);
  EXPECT_THAT(wrapper_->stops, ElementsAre(1));
}

TEST_F(SchedulerTest, TheClockOfAStoppingStrategyEndsARunWithoutAnyEvent) {
  options_.max_pending_trials = 1;
  options_.global_stopping_strategy = util::Node::object({{"type", "wall_clock"}, {"hours", 1.5}});
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(3600)}; };
  EXPECT_EQ(run(20).end, RunEnd::kGlobalStop);
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 2U);
}

TEST_F(SchedulerTest, TheClockOfAStoppingStrategyGoesOnAfterAKill) {
  options_.max_pending_trials = 1;
  options_.global_stopping_strategy = util::Node::object({{"type", "wall_clock"}, {"hours", 5.5}});
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(3600)}; };
  struct Killed {};
  wrapper_->on_start = [](std::int64_t index) {
    if (index == 3) throw Killed();
  };
  EXPECT_THROW(run(20), Killed);
  const auto kept = Goal::from_node(storage_.documents.at("run"));
  EXPECT_NEAR(kept->hours, 3, 0.01);
  wrapper_->on_start = [](std::int64_t) {};
  Scheduler resumed = make_scheduler();
  EXPECT_EQ(resumed.run(*kept).end, RunEnd::kGlobalStop);
  EXPECT_EQ(experiment_.num_trials(), 6U);
  EXPECT_NEAR(resumed.goal().hours, 6, 0.01);  // the trial that ran at 5.5 hours was waited for
}

TEST_F(SchedulerTest, HoursAreKeptOnlyWhereAStrategyCountsThem) {
  run(2);
  EXPECT_FALSE(storage_.documents.at("run").contains("hours"));
}

TEST_F(SchedulerTest, StoresItsGoalBeforeTheFirstTrialStarts) {
  wrapper_->on_start = [this](std::int64_t) { EXPECT_EQ(storage_.documents.at("run").at("goal").as_int(), 2); };
  run(2);
}

TEST_F(SchedulerTest, CountsFailedTrialsTowardTheGoalAndGoesOn) {
  wrapper_->script = [](std::int64_t index) {
    return ScriptedWrapper::Script{seconds(1), index == 1 ? TrialStatus::kFailed : TrialStatus::kCompleted, 1.0};
  };
  EXPECT_EQ(run(5).end, RunEnd::kGoalReached);
  EXPECT_EQ(experiment_.num_trials(), 5U);
  EXPECT_EQ(experiment_.trial(1).failed_reason, "the script says so");
}

TEST_F(SchedulerTest, EndsAtOnceWhenMoreThanHalfOfTheFirstNineFailed) {
  options_.max_pending_trials = 1;
  wrapper_->script = [](std::int64_t index) {
    return ScriptedWrapper::Script{seconds(1), index < 5 ? TrialStatus::kFailed : TrialStatus::kCompleted, 1.0};
  };
  EXPECT_EQ(run(20).end, RunEnd::kFailureRate);
  EXPECT_EQ(experiment_.num_trials(), 5U);
}

TEST_F(SchedulerTest, TooManyFailuresTreatWhatRunsAsAFirstInterruptDoes) {
  options_.max_pending_trials = 3;
  wrapper_->script = [](std::int64_t index) {
    const bool is_long = index == 1;
    return ScriptedWrapper::Script{seconds(is_long ? 100 : 1), is_long ? TrialStatus::kCompleted : TrialStatus::kFailed,
                                   1.0};
  };
  const RunResult waited = run(20);
  EXPECT_EQ(waited.end, RunEnd::kFailureRate);
  EXPECT_EQ(waited.left_running, 0);
  EXPECT_EQ(experiment_.trial(1).status, TrialStatus::kCompleted);
  EXPECT_THAT(waited.message, HasSubstr("(at least 6 out of first 6 trials failed)"));
  EXPECT_THAT(waited.message, HasSubstr("scheduler.tolerated_trial_failure_rate"));
  EXPECT_THAT(waited.message, HasSubstr("The commonest reason, 6 times: the script says so"));
}

TEST_F(SchedulerTest, TooManyFailuresMayLeaveOrStopWhatRuns) {
  options_.max_pending_trials = 3;
  wrapper_->script = [](std::int64_t index) {
    return ScriptedWrapper::Script{seconds(index % 10 == 1 ? 100 : 1), TrialStatus::kFailed, 1.0};
  };
  options_.on_interrupt = OnStop::kStop;
  EXPECT_EQ(run(20).left_running, 0);
  EXPECT_EQ(experiment_.trial(1).status, TrialStatus::kAbandoned);
  options_.on_interrupt = OnStop::kLeave;
  EXPECT_EQ(run(20).left_running, 1);
}

TEST_F(SchedulerTest, JudgesFewFailuresOnlyAtTheEnd) {
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(1), TrialStatus::kFailed, 1.0}; };
  const RunResult result = run(2);
  EXPECT_EQ(result.end, RunEnd::kFailureRate);
  EXPECT_THAT(result.message,
              HasSubstr("tolerated trial failure rate of 0.5 (at least 2 out of first 2 trials failed)"));
  EXPECT_EQ(exit_status(result.end), 3);
}

TEST_F(SchedulerTest, TrialThatCannotBeStartedFailsAndTheOthersGoOn) {
  wrapper_->on_start = [](std::int64_t index) {
    if (index == 0) throw ExecutorError("no such program");
  };
  EXPECT_EQ(run(4).end, RunEnd::kGoalReached);
  EXPECT_EQ(experiment_.trial(0).failed_reason, "no such program");
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 3U);
}

TEST_F(SchedulerTest, ResultThatIsNotFiniteFailsTheTrial) {
  wrapper_->script = [](std::int64_t index) {
    return ScriptedWrapper::Script{seconds(1), TrialStatus::kCompleted, index == 0 ? std::nan("") : 1.0};
  };
  run(3);
  EXPECT_THAT(experiment_.trial(0).failed_reason, HasSubstr("'y' is not finite"));
}

TEST_F(SchedulerTest, StopsATrialThatOutlivesItsTimeToLive) {
  options_.ttl_seconds_for_trials = 5;
  wrapper_->script = [](std::int64_t index) { return ScriptedWrapper::Script{seconds(index == 0 ? 100 : 1)}; };
  run(3);
  EXPECT_THAT(wrapper_->stops, ElementsAre(0));
  EXPECT_THAT(experiment_.trial(0).failed_reason, HasSubstr("ttl_seconds_for_trials (5 s)"));
}

TEST_F(SchedulerTest, TimeoutLeavesRunningModelsAndEndsWithStatusZero) {
  options_.timeout_hours = 0.5;
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(3600)}; };
  const RunResult result = run(3);
  EXPECT_EQ(result.end, RunEnd::kTimeout);
  EXPECT_EQ(result.left_running, 3);
  EXPECT_EQ(exit_status(result.end), 0);
  EXPECT_TRUE(wrapper_->stops.empty());
}

TEST_F(SchedulerTest, FirstInterruptWaitsForRunningModels) {
  options_.max_pending_trials = 2;
  Scheduler scheduler = make_scheduler();
  wrapper_->on_wait = [&, once = true]() mutable {
    if (std::exchange(once, false)) scheduler.interrupt(false);
  };
  const RunResult result = scheduler.run({10, 0, 10});
  EXPECT_EQ(result.end, RunEnd::kInterrupted);
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 2U);
  EXPECT_EQ(experiment_.num_trials(), 2U);
  EXPECT_EQ(exit_status(result.end), 130);
}

TEST_F(SchedulerTest, AnInterruptWhileTheLastTrialsRunEndsAFinishedRun) {
  options_.max_pending_trials = 2;
  Scheduler scheduler = make_scheduler();
  wrapper_->on_wait = [&, once = true]() mutable {
    if (experiment_.num_trials() == 4U && std::exchange(once, false)) scheduler.interrupt(false);
  };
  const RunResult result = scheduler.run({4, 0, 4});
  EXPECT_EQ(result.end, RunEnd::kGoalReached);
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 4U);
  EXPECT_EQ(exit_status(result.end), 0);
}

TEST_F(SchedulerTest, SecondInterruptStopsTheModels) {
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(100)}; };
  options_.max_pending_trials = 2;
  Scheduler scheduler = make_scheduler();
  wrapper_->on_wait = [&, times = 0]() mutable {
    if (++times <= 2) scheduler.interrupt(false);
  };
  scheduler.run({10, 0, 10});
  EXPECT_THAT(wrapper_->stops, ElementsAre(0, 1));
  EXPECT_EQ(experiment_.trial(0).reason(), "interrupted");
  EXPECT_THAT(messages_, Contains("trial 0 is stopped: interrupted"));
}

TEST_F(SchedulerTest, WhatAnInterruptStoppedIsAbandonedAndTheNextRunGoesOnToTheGoal) {
  options_.n_trials = 5;
  options_.max_pending_trials = 2;
  wrapper_->script = [](std::int64_t index) { return ScriptedWrapper::Script{seconds(index < 2 ? 1 : 100)}; };
  Scheduler scheduler = make_scheduler();
  wrapper_->on_wait = [&, times = 0]() mutable {
    if (wrapper_->starts.size() == 4 && ++times <= 2) scheduler.interrupt(false);
  };
  EXPECT_EQ(exit_status(scheduler.run({5, 0, 5}).end), 130);
  EXPECT_THAT(wrapper_->stops, ElementsAre(2, 3));
  EXPECT_EQ(experiment_.count(TrialStatus::kAbandoned), 2U);
  EXPECT_EQ(storage_.history[3].back(), TrialStatus::kAbandoned);

  wrapper_->on_wait = [] {};
  const Goal next = next_goal(options_, 4, 0, Goal::from_node(storage_.documents.at("run")), std::nullopt);
  EXPECT_EQ(make_scheduler().run(next).end, RunEnd::kGoalReached);
  EXPECT_EQ(experiment_.num_trials(), 5U);
  EXPECT_EQ(experiment_.count(TrialStatus::kFailed), 0U);
}

TEST_F(SchedulerTest, ARunOfSomeTrialsEndsBeforeTheGoalAndKeepsIt) {
  Goal goal{8, 0, 8};
  goal.until = 3;
  Scheduler scheduler = make_scheduler();
  EXPECT_EQ(scheduler.run(goal).end, RunEnd::kGoalReached);
  EXPECT_EQ(experiment_.num_trials(), 3U);
  EXPECT_EQ(Goal::from_node(storage_.documents.at("run"))->total, 8);
}

TEST_F(SchedulerTest, TheFirstInterruptDoesWhatOnInterruptSays) {
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(100)}; };
  options_.max_pending_trials = 2;
  const auto interrupted_run = [&] {
    Scheduler scheduler = make_scheduler();
    wrapper_->on_wait = [&, once = true]() mutable {
      if (std::exchange(once, false)) scheduler.interrupt(false);
    };
    return scheduler.run({10, 0, 10});
  };
  options_.on_interrupt = OnStop::kLeave;
  EXPECT_EQ(interrupted_run().left_running, 2);
  EXPECT_TRUE(wrapper_->stops.empty());
  options_.on_interrupt = OnStop::kStop;
  EXPECT_EQ(interrupted_run().left_running, 0);
  EXPECT_THAT(wrapper_->stops, ElementsAre(0, 1));
}

TEST_F(SchedulerTest, ATimeoutDoesWhatOnTimeoutSays) {
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(7200)}; };
  options_.max_pending_trials = 2;
  options_.timeout_hours = 1;
  options_.on_timeout = OnStop::kStop;
  const RunResult result = run(10);
  EXPECT_EQ(result.end, RunEnd::kTimeout);
  EXPECT_EQ(exit_status(result.end), 0);
  EXPECT_THAT(wrapper_->stops, ElementsAre(0, 1));
  EXPECT_EQ(experiment_.count(TrialStatus::kAbandoned), 2U);
  EXPECT_THAT(experiment_.trial(0).reason(), HasSubstr("timed out"));
  options_.on_timeout = OnStop::kWait;
  EXPECT_EQ(run(10).left_running, 0);
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 2U);
}

TEST_F(SchedulerTest, TerminationLeavesTheModelsRunning) {
  wrapper_->script = [](std::int64_t) { return ScriptedWrapper::Script{seconds(100)}; };
  options_.max_pending_trials = 2;
  Scheduler scheduler = make_scheduler();
  wrapper_->on_wait = [&] { scheduler.interrupt(true); };
  const RunResult result = scheduler.run({10, 0, 10});
  EXPECT_EQ(result.end, RunEnd::kInterrupted);
  EXPECT_EQ(result.left_running, 2);
  EXPECT_EQ(storage_.history[1].back(), TrialStatus::kRunning);
}

TEST_F(SchedulerTest, TakesOverWhatAnEarlierRunLeft) {
  experiment_.new_trial({{{"x", 0.1}}}, {}, false, clock_.now());
  experiment_.new_trial({{{"x", 0.2}}}, {}, false, clock_.now());
  experiment_.mark_running(0, clock_.now());
  run(3);
  EXPECT_THAT(wrapper_->resumed, ElementsAre(0, 1));
  EXPECT_THAT(wrapper_->starts, ElementsAre(2));
  EXPECT_EQ(experiment_.count(TrialStatus::kCompleted), 3U);
}

TEST_F(SchedulerTest, FailuresBeforeAResumeDoNotCountInTheFailureRate) {
  for (int i = 0; i < 9; ++i) {
    experiment_.new_trial({{{"x", 0.1 * i}}}, {}, false, clock_.now());
    experiment_.mark_failed(i, "earlier", clock_.now());
  }
  EXPECT_EQ(run(11).end, RunEnd::kGoalReached);
  EXPECT_THAT(messages_, Contains(HasSubstr("9 trials were failed or abandoned before this run")));
}

TEST_F(SchedulerTest, StartsNothingWhileTheStoreCannotBeWrittenAndEndsAfterAMinute) {
  options_.max_pending_trials = 1;
  wrapper_->on_start = [this](std::int64_t index) { storage_.failing = index == 1; };
  const RunResult result = run(5);
  EXPECT_EQ(result.end, RunEnd::kStorageFailed);
  EXPECT_EQ(exit_status(result.end), 4);
  EXPECT_THAT(wrapper_->starts, ElementsAre(0, 1));
  EXPECT_GE(storage_.attempts, 50);
}

TEST_F(SchedulerTest, GoesOnWhenTheStoreCanBeWrittenAgain) {
  options_.max_pending_trials = 1;
  wrapper_->on_start = [this](std::int64_t index) { storage_.failing = index == 1; };
  wrapper_->on_wait = [this] {
    if (storage_.attempts > 20) storage_.failing = false;
  };
  EXPECT_EQ(run(5).end, RunEnd::kGoalReached);
  EXPECT_EQ(wrapper_->starts.size(), 5U);
  EXPECT_THAT(storage_.history[1], Contains(TrialStatus::kCompleted));
}

TEST_F(SchedulerTest, TriesForAMinuteToStoreTheVeryLastResult) {
  options_.max_pending_trials = 1;
  wrapper_->on_start = [this](std::int64_t index) { storage_.failing = index == 2; };
  EXPECT_EQ(run(3).end, RunEnd::kStorageFailed);
  EXPECT_GE(storage_.attempts, 50);
}

TEST_F(SchedulerTest, StartsNothingOnAFullDisk) {
  options_.max_pending_trials = 1;
  bool full = false;
  wrapper_->on_start = [&](std::int64_t index) { full = index == 1; };
  Scheduler scheduler({experiment_,
                       strategy_,
                       runner_,
                       storage_,
                       clock_,
                       log_,
                       {},
                       {},
                       {},
                       [&] {
                         if (full) throw StorageError("no space left");
                       },
                       {}},
                      options_);
  EXPECT_EQ(scheduler.run({5, 0, 5}).end, RunEnd::kStorageFailed);
  EXPECT_THAT(wrapper_->starts, ElementsAre(0, 1));
}

TEST_F(SchedulerTest, SkipsNumbersWhoseFolderIsInTheWay) {
  Scheduler scheduler({experiment_,
                       strategy_,
                       runner_,
                       storage_,
                       clock_,
                       log_,
                       [](std::int64_t index) { return index < 2; },
                       {},
                       {},
                       {},
                       {}},
                      options_);
  scheduler.run({1, 0, 1});
  EXPECT_THAT(wrapper_->starts, ElementsAre(2));
}

TEST_F(SchedulerTest, BatchTrialCompletesWithDataOfAllItsArms) {
  options_.trial_type = TrialType::kBatchTrial;
  options_.batch_size = 3;
  run(2);
  ASSERT_EQ(experiment_.num_trials(), 2U);
  EXPECT_EQ(experiment_.trial(1).arms.size(), 3U);
  EXPECT_EQ(experiment_.trial(1).data.size(), 3U);
}

TEST_F(SchedulerTest, ABatchTrialHasAllItsPointsAndCountsOnceInItsStep) {
  generation::GenerationStep first;
  first.num_trials = 5;
  generation::GenerationStep second;
  second.model = "UNIFORM";
  strategy_ = generation::GenerationStrategy("Sobol+Uniform", {first, second}, 7);
  options_.trial_type = TrialType::kBatchTrial;
  options_.batch_size = 3;
  options_.max_pending_trials = 4;
  run(7);
  std::vector<std::int64_t> steps;
  for (const auto& [index, trial] : experiment_.trials()) {
    EXPECT_EQ(trial.arms.size(), 3U) << index;
    steps.push_back(trial.generator_run.generation_step_index.value());
  }
  EXPECT_THAT(steps, ElementsAre(0, 0, 0, 0, 0, 1, 1));
}

TEST_F(SchedulerTest, BatchesUnderAConstraintGoOnWhereTheSequenceEnded) {
  experiment_ =
      core::Experiment("test",
                       core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}},
                                          core::RangeParameter{"z", core::ParameterType::kFloat, 0, 1, false, {}}},
                                         {{{{"x", 1}, {"z", 1}}, 0.8, "x + z <= 0.8"}}),
                       experiment_.optimization_config(), clock_.now());
  options_.trial_type = TrialType::kBatchTrial;
  options_.batch_size = 4;
  run(4);
  std::int64_t last = 0;
  std::set<double> points;
  for (const auto& [index, trial] : experiment_.trials()) {
    const std::int64_t position = trial.generator_run.gen_metadata.at("next_position").as_int();
    EXPECT_GE(position, last + 4);
    last = position;
    for (const core::Arm& arm : trial.arms) points.insert(std::get<double>(arm.parameters.front().second));
  }
  EXPECT_EQ(points.size(), 16U);
}

TEST_F(SchedulerTest, EndsNormallyWhenTheStepsAreUsedUp) {
  generation::GenerationStep step;
  step.num_trials = 3;
  strategy_ = generation::GenerationStrategy("Sobol", {step}, 7);
  const RunResult result = run(10);
  EXPECT_EQ(result.end, RunEnd::kStepsCompleted);
  EXPECT_EQ(experiment_.num_trials(), 3U);
}

TEST_F(SchedulerTest, WhatIsUnusualAboutAPointIsLoggedOnce) {
  experiment_.mark_failed(experiment_.new_trial({{{"x", 0.5}}}, {}, false, clock_.now()).index, "no data",
                          clock_.now());
  generation::GenerationStep step;
  step.model = "GPEI";
  strategy_ = generation::GenerationStrategy("GPEI", {step}, 7);
  options_.max_pending_trials = 2;
  run(3);
  EXPECT_EQ(experiment_.num_trials(), 3U);
  EXPECT_EQ(std::count(messages_.begin(), messages_.end(),
                       "a quasi-random point instead of one of the model GPEI: no trial has data yet"),
            1);
}

TEST(Goal, OfAFreshRunIsNTrials) {
  SchedulerOptions options;
  options.n_trials = 12;
  EXPECT_EQ(next_goal(options, 0, 0, std::nullopt, std::nullopt).total, 12);
}

TEST(Goal, OfAnInterruptedRunStays) {
  SchedulerOptions options;
  options.n_trials = 12;
  EXPECT_EQ(next_goal(options, 6, 0, Goal{12, 0, 12}, std::nullopt).total, 12);
}

TEST(Goal, IsNotReachedWhileATrialIsOpen) {
  SchedulerOptions options;
  options.n_trials = 12;
  EXPECT_EQ(next_goal(options, 12, 1, Goal{12, 0, 12}, std::nullopt).total, 12);
  EXPECT_EQ(next_goal(options, 12, 1, Goal{12, 0, 12}, 7).total, 19);
  EXPECT_EQ(next_goal(options, 12, 1, Goal{12, 0, 12}, 7).limit(), 19);
}

TEST(Goal, IsNotLoweredByMoreTrialsThanRemain) {
  SchedulerOptions options;
  options.n_trials = 8;
  const Goal goal = next_goal(options, 2, 0, Goal{8, 0, 8}, 1);
  EXPECT_EQ(goal.limit(), 3);
  EXPECT_EQ(goal.total, 8);
  EXPECT_EQ(next_goal(options, 3, 0, Goal::from_node(goal.to_node()), std::nullopt).limit(), 8);
}

TEST(Goal, OfAReachedOneIsNTrialsMore) {
  SchedulerOptions options;
  options.n_trials = 12;
  EXPECT_EQ(next_goal(options, 12, 0, Goal{12, 0, 12}, std::nullopt).total, 24);
}

TEST(Goal, OfMoreTrialsThanCanBeCountedIsTheLargestNumber) {
  SchedulerOptions options;
  options.n_trials = INT64_MAX;
  EXPECT_EQ(next_goal(options, 12, 0, Goal{12, 0, 12}, std::nullopt).total, INT64_MAX);
  EXPECT_EQ(next_goal(options, 12, 0, std::nullopt, INT64_MAX).total, INT64_MAX);
}

TEST(Goal, ChangedNTrialsCountsFromTheOldBase) {
  SchedulerOptions options;
  options.n_trials = 20;
  EXPECT_EQ(next_goal(options, 15, 0, Goal{24, 12, 12}, std::nullopt).total, 32);
}

TEST(Goal, TotalTrialsIsATotalAndMoreMeansMore) {
  SchedulerOptions options;
  options.total_trials = 20;
  EXPECT_EQ(next_goal(options, 15, 0, Goal{20, 0, 0}, std::nullopt).total, 20);
  EXPECT_EQ(next_goal(options, 15, 0, Goal{20, 0, 0}, 7).total, 22);
}

TEST(Goal, HoursGoOnTowardTheSameGoalOnly) {
  SchedulerOptions options;
  options.n_trials = 12;
  EXPECT_EQ(next_goal(options, 6, 0, Goal{12, 0, 12, 1.5}, std::nullopt).hours, 1.5);
  EXPECT_EQ(next_goal(options, 12, 0, Goal{12, 0, 12, 1.5}, std::nullopt).hours, 0);
  options.n_trials = 20;
  EXPECT_EQ(next_goal(options, 6, 0, Goal{12, 0, 12, 1.5}, std::nullopt).hours, 1.5);
  EXPECT_EQ(next_goal(options, 6, 0, Goal{12, 0, 12, 1.5}, 7).hours, 0);
  options.n_trials.reset();
  options.total_trials = 20;
  EXPECT_EQ(next_goal(options, 6, 0, Goal{20, 0, 0, 1.5}, std::nullopt).hours, 1.5);
  EXPECT_EQ(next_goal(options, 6, 0, Goal{6, 0, 0, 1.5}, std::nullopt).hours, 0);
}

TEST(Goal, GoesThroughADocument) {
  const auto goal = Goal::from_node(Goal{24, 12, 12, 0.5, "all points were tried"}.to_node());
  ASSERT_TRUE(goal.has_value());
  EXPECT_EQ(goal->total, 24);
  EXPECT_EQ(goal->base, 12);
  EXPECT_EQ(goal->hours, 0.5);
  EXPECT_EQ(goal->ended, "all points were tried");
  EXPECT_FALSE(Goal::from_node(util::Node()).has_value());
}

TEST(Goal, NeedsToBeSaid) { EXPECT_THROW(next_goal({}, 0, 0, std::nullopt, std::nullopt), UserInputError); }

}  // namespace
}  // namespace boa::scheduler
