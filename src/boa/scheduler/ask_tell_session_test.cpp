#include "boa/scheduler/ask_tell_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "boa/util/error.hpp"

namespace boa::scheduler {
namespace {

using core::TrialStatus;
using ::testing::HasSubstr;

/// Keeps what was committed, and refuses when it is told to.
class AskTellTestStorage final : public storage::Storage {
 public:
  void commit(const storage::Changes& changes) override {
    if (broken) throw StorageError("disk full");
    ++commits;
    for (const core::Trial* trial : changes.trials) trials_.insert_or_assign(trial->index, *trial);
  }
  storage::Snapshot load() override {
    if (unreadable) throw StorageError("unreadable");
    storage::Snapshot snapshot{empty, {}};
    for (const auto& [index, trial] : trials_) snapshot.experiment.add_stored_trial(trial);
    return snapshot;
  }

  bool broken = false;
  bool unreadable = false;
  int commits = 0;
  core::Experiment empty;

 private:
  std::map<std::int64_t, core::Trial> trials_;
};

core::Metric ask_tell_metric(const std::string& name, bool info_only = false) {
  core::Metric metric;
  metric.name = name;
  metric.info_only = info_only;
  return metric;
}

core::Experiment ask_tell_experiment() {
  core::OptimizationConfig config;
  config.objective.terms.push_back({"y", 1, true});
  config.outcome_constraints.push_back({{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 1, "c <= 1"});
  config.metrics = {ask_tell_metric("y"), ask_tell_metric("note", true), ask_tell_metric("c")};
  core::SearchSpace space({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 10, false, {}},
                           core::RangeParameter{"k", core::ParameterType::kInt, 1, 5, false, {}},
                           core::FixedParameter{"f", core::ParameterType::kString, std::string("on")}},
                          {});
  return core::Experiment("e", space, config, {});
}

class AskTellSessionTest : public ::testing::Test {
 protected:
  AskTellSessionTest() {
    storage_.empty = experiment_;
    generation::GenerationStep step;
    strategy_.emplace("Sobol", std::vector<generation::GenerationStep>{step}, 1);
    open(std::nullopt);
  }
  void open(std::optional<std::int64_t> budget) {
    session_.emplace(AskTellSession::Parts{experiment_, *strategy_, storage_, clock_, {}}, budget);
  }
  std::int64_t ask_one() { return session_->ask(1)->trials.front(); }
  TrialStatus status(std::int64_t index) const { return experiment_.trial(index).status; }
  template <typename T>
  static std::string code(const Reply<T>& reply) {
    return reply ? "accepted" : reply.error().code;
  }
  static Attachment point(double x, core::ParameterValue k = std::int64_t{2}) {
    return {{{"x", x}, {"k", std::move(k)}}, std::nullopt, false};
  }

  core::Experiment experiment_ = ask_tell_experiment();
  AskTellTestStorage storage_;
  util::SystemClock clock_;
  std::optional<generation::GenerationStrategy> strategy_;
  std::optional<AskTellSession> session_;
  const std::vector<ToldValue> good_ = {{"c", 0.5, {}}, {"y", 1.5, 0.1}};
};

TEST_F(AskTellSessionTest, AskedPointsAreRunningAndStoredInOneTransaction) {
  const Reply<Asked> asked = session_->ask(3);
  ASSERT_TRUE(asked);
  EXPECT_THAT(asked->trials, ::testing::ElementsAre(0, 1, 2));
  EXPECT_EQ(asked->reason, "");
  EXPECT_EQ(status(2), TrialStatus::kRunning);
  EXPECT_EQ(storage_.commits, 1);
  EXPECT_EQ(storage_.load().experiment.num_trials(), 3U);
}

TEST_F(AskTellSessionTest, TheBudgetCountsOverTheExperimentsLife) {
  open(3);
  EXPECT_EQ(session_->ask(2)->trials.size(), 2U);
  const Reply<Asked> rest = session_->ask(5);
  EXPECT_EQ(rest->trials.size(), 1U);
  EXPECT_THAT(rest->reason, HasSubstr("budget of 3 trials"));
  const Reply<Asked> nothing = session_->ask(1);
  EXPECT_TRUE(nothing->trials.empty());
  EXPECT_THAT(nothing->reason, HasSubstr("budget of 3 trials"));
  EXPECT_THAT(session_->next(), HasSubstr("used up"));
}

TEST_F(AskTellSessionTest, MaxParallelismGivesFewerWithAReason) {
  generation::GenerationStep step;
  step.max_parallelism = 2;
  strategy_.emplace("Sobol", std::vector<generation::GenerationStep>{step}, 1);
  open(std::nullopt);
  const Reply<Asked> asked = session_->ask(3);
  EXPECT_EQ(asked->trials.size(), 2U);
  EXPECT_NE(asked->reason, "");
  ASSERT_TRUE(session_->tell(0, good_));
  EXPECT_EQ(session_->ask(1)->trials.size(), 1U);
}

TEST_F(AskTellSessionTest, NumbersThatAreTakenAreSkipped) {
  session_.emplace(
      AskTellSession::Parts{experiment_, *strategy_, storage_, clock_, [](std::int64_t index) { return index < 2; }},
      std::nullopt);
  EXPECT_EQ(ask_one(), 2);
}

TEST_F(AskTellSessionTest, SaysWhatIsUnusualAboutAPoint) {
  generation::GenerationStep step;
  step.model = "GPEI";
  strategy_.emplace("GPEI", std::vector<generation::GenerationStep>{step}, 1);
  std::vector<std::string> notices;
  session_.emplace(
      AskTellSession::Parts{
          experiment_, *strategy_, storage_, clock_, {}, [&](const std::string& notice) { notices.push_back(notice); }},
      std::nullopt);
  ask_one();
  EXPECT_EQ(notices,
            std::vector<std::string>{"a quasi-random point instead of one of the model GPEI: no trial has data yet"});
}

TEST_F(AskTellSessionTest, AskingForNothingIsRefused) { EXPECT_EQ(code(session_->ask(0)), "bad_request"); }

TEST_F(AskTellSessionTest, TellCompletesATrialAndMayBeSaidAgain) {
  const std::int64_t index = ask_one();
  ASSERT_TRUE(session_->tell(index, good_));
  EXPECT_EQ(status(index), TrialStatus::kCompleted);
  EXPECT_EQ(experiment_.trial(index).find_data("y", "0_0")->sem, 0.1);
  const int commits = storage_.commits;
  EXPECT_TRUE(session_->tell(index, good_));
  EXPECT_EQ(storage_.commits, commits);
}

TEST_F(AskTellSessionTest, TellingOtherValuesIsAConflict) {
  const std::int64_t index = ask_one();
  ASSERT_TRUE(session_->tell(index, good_));
  EXPECT_EQ(code(session_->tell(index, {{"c", 0.5, {}}, {"y", 1.25, 0.1}})), "conflict");
  EXPECT_EQ(code(session_->tell(index, {{"c", 0.5, {}}, {"y", 1.5, {}}})), "conflict");
  EXPECT_EQ(experiment_.trial(index).find_data("y", "0_0")->mean, 1.5);
}

TEST_F(AskTellSessionTest, ValuesMayComeInPartsAndBeCorrected) {
  ASSERT_TRUE(session_->ask(2));
  const Reply<Revised> part = session_->revise({{0, {{"y", 1.5, {}}}}, {1, good_}});
  ASSERT_TRUE(part);
  EXPECT_THAT(part->completed, ::testing::ElementsAre(1));
  EXPECT_EQ(status(0), TrialStatus::kRunning);
  EXPECT_EQ(storage_.commits, 2);
  const Reply<Revised> rest = session_->revise({{0, {{"c", 0.5, {}}}}, {1, {{"y", 9.0, {}}}}});
  ASSERT_TRUE(rest);
  EXPECT_THAT(rest->completed, ::testing::ElementsAre(0));
  EXPECT_THAT(rest->corrected, ::testing::ElementsAre(1));
  EXPECT_EQ(storage_.load().experiment.trial(1).find_data("y", "1_0")->mean, 9);
}

TEST_F(AskTellSessionTest, RevisionsAreTakenAllOrNone) {
  ASSERT_TRUE(session_->ask(2));
  ASSERT_TRUE(session_->fail(1, "broken"));
  EXPECT_EQ(code(session_->revise({{0, good_}, {1, good_}})), "conflict");
  EXPECT_EQ(code(session_->revise({{0, good_}, {7, good_}})), "unknown_trial");
  EXPECT_EQ(code(session_->revise({{0, {{"z", 1, {}}}}})), "unknown_metric");
  storage_.broken = true;
  EXPECT_EQ(code(session_->revise({{0, good_}})), "storage");
  EXPECT_EQ(status(0), TrialStatus::kRunning);
  EXPECT_TRUE(experiment_.trial(0).data.empty());
}

TEST_F(AskTellSessionTest, WhatIsWrongWithATellHasItsCode) {
  const std::int64_t index = ask_one();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code(session_->tell(7, good_)), "unknown_trial");
  EXPECT_EQ(code(session_->tell(-1, good_)), "unknown_trial");
  EXPECT_EQ(code(session_->tell(index, {{"y", 1, {}}})), "missing_metric");
  EXPECT_EQ(code(session_->tell(index, {{"z", 1, {}}, {"y", 1, {}}, {"c", 1, {}}})), "unknown_metric");
  EXPECT_EQ(code(session_->tell(index, {{"y", nan, {}}, {"c", 1, {}}})), "non_finite");
  for (const double sem : {HUGE_VAL, nan, 1e155}) {
    const Reply<void> refused = session_->tell(index, {{"y", 1, sem}, {"c", 1, {}}});
    EXPECT_EQ(code(refused), "non_finite");
    EXPECT_THAT(refused.error().message, testing::StartsWith("the sem of 'y' is"));
  }
  EXPECT_EQ(code(session_->tell(index, {{"y", 1, -0.5}, {"c", 1, {}}})), "bad_request");
  EXPECT_EQ(status(index), TrialStatus::kRunning);
}

TEST_F(AskTellSessionTest, FailedAndAbandonedTrialsKeepTheirReason) {
  session_->ask(2);
  ASSERT_TRUE(session_->fail(0, "it rained"));
  ASSERT_TRUE(session_->abandon(1, "too dear"));
  EXPECT_EQ(experiment_.trial(0).reason(), "it rained");
  EXPECT_EQ(status(1), TrialStatus::kAbandoned);
  EXPECT_TRUE(session_->fail(0, "it rained"));
  EXPECT_TRUE(session_->abandon(1, "too dear"));
}

TEST_F(AskTellSessionTest, EndedTrialsStayAsTheyAre) {
  session_->ask(3);
  ASSERT_TRUE(session_->fail(0, ""));
  ASSERT_TRUE(session_->abandon(1, ""));
  ASSERT_TRUE(session_->tell(2, good_));
  EXPECT_EQ(code(session_->tell(0, good_)), "conflict");
  EXPECT_EQ(code(session_->tell(1, good_)), "conflict");
  EXPECT_EQ(code(session_->fail(1, "")), "conflict");
  EXPECT_EQ(code(session_->fail(2, "")), "conflict");
  EXPECT_EQ(code(session_->abandon(2, "")), "conflict");
  EXPECT_EQ(code(session_->fail(9, "")), "unknown_trial");
}

TEST_F(AskTellSessionTest, AttachedPointsAreCompletedOrPending) {
  Attachment done = point(2.5);
  done.metrics = good_;
  const auto indices = session_->attach({done, point(3.5)});
  ASSERT_TRUE(indices);
  EXPECT_THAT(*indices, ::testing::ElementsAre(0, 1));
  EXPECT_EQ(storage_.commits, 1);
  EXPECT_EQ(status(0), TrialStatus::kCompleted);
  EXPECT_EQ(status(1), TrialStatus::kRunning);
  EXPECT_EQ(experiment_.trial(0).generator_run.model_key, "Manual");
  const core::Parameterization& stored = experiment_.trial(0).arms.front().parameters;
  EXPECT_EQ(*core::find_value(stored, "f"), core::ParameterValue(std::string("on")));
  EXPECT_TRUE(session_->tell(1, good_));
}

TEST_F(AskTellSessionTest, NumbersAreCastWhereNothingIsLost) {
  ASSERT_TRUE(session_->attach({{{{"x", std::int64_t{3}}, {"k", 2.0}}, std::nullopt, false}}));
  const core::Parameterization& stored = experiment_.trial(0).arms.front().parameters;
  EXPECT_EQ(*core::find_value(stored, "x"), core::ParameterValue(3.0));
  EXPECT_EQ(*core::find_value(stored, "k"), core::ParameterValue(std::int64_t{2}));
}

TEST_F(AskTellSessionTest, APointOutsideMustBeMeant) {
  Attachment far = point(11);
  EXPECT_EQ(code(session_->attach({far})), "outside");
  far.outside = true;
  EXPECT_TRUE(session_->attach({far}));
}

TEST_F(AskTellSessionTest, WrongPointsAreBadRequestsEvenIfOutsideIsMeant) {
  Attachment wrong = point(1, 2.5);
  wrong.outside = true;
  EXPECT_EQ(code(session_->attach({wrong})), "bad_request");
  wrong.parameters = {{"x", 1.0}};
  EXPECT_EQ(code(session_->attach({wrong})), "bad_request");
  wrong.parameters = {{"x", 1.0}, {"k", std::int64_t{1}}, {"q", 1.0}};
  EXPECT_EQ(code(session_->attach({wrong})), "bad_request");
  wrong.parameters = {{"x", HUGE_VAL}, {"k", std::int64_t{1}}};
  EXPECT_EQ(code(session_->attach({wrong})), "bad_request");
}

TEST_F(AskTellSessionTest, AllAreAttachedOrNone) {
  const auto reply = session_->attach({point(1), point(11)});
  EXPECT_EQ(code(reply), "outside");
  EXPECT_THAT(reply.error().message, HasSubstr("trials[1]"));
  EXPECT_EQ(experiment_.num_trials(), 0U);
}

TEST_F(AskTellSessionTest, WhatCannotBeStoredChangesNothing) {
  session_->ask(1);
  storage_.broken = true;
  EXPECT_EQ(code(session_->ask(1)), "storage");
  EXPECT_EQ(code(session_->tell(0, good_)), "storage");
  EXPECT_EQ(code(session_->fail(0, "")), "storage");
  EXPECT_EQ(code(session_->attach({point(1)})), "storage");
  EXPECT_EQ(experiment_.num_trials(), 1U);
  EXPECT_EQ(status(0), TrialStatus::kRunning);
  storage_.broken = false;
  EXPECT_EQ(ask_one(), 1);
  EXPECT_TRUE(session_->tell(0, good_));
}

TEST_F(AskTellSessionTest, WhileTheStoreCannotBeReadBackNothingIsAccepted) {
  session_->ask(1);
  storage_.broken = true;
  storage_.unreadable = true;
  EXPECT_EQ(code(session_->ask(1)), "storage");
  storage_.broken = false;
  EXPECT_EQ(code(session_->tell(0, good_)), "storage");
  storage_.unreadable = false;
  EXPECT_TRUE(session_->tell(0, good_));
  EXPECT_EQ(experiment_.num_trials(), 1U);
}

}  // namespace
}  // namespace boa::scheduler
