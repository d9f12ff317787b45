#include "boa/scheduler/stopping/early_stopping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/json.hpp"

namespace boa::scheduler {
namespace {

using core::TrialStatus;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<EarlyStoppingStrategy> early_stopping(const std::string& json) {
  util::Problems problems("c.yaml");
  auto strategy = make_early_stopping(util::parse_json(json), "e", problems);
  problems.throw_if_any();
  return strategy;
}

std::string early_problem_of(const std::string& json) {
  try {
    early_stopping(json);
    return "none";
  } catch (const Error& error) {
    return error.describe();
  }
}

/// Trials with curves of y from step 0 on; the last one runs, the others are completed.
class EarlyStoppingTest : public ::testing::Test {
 protected:
  EarlyStoppingTest() {
    config_.objective.terms = {{"y", 1, true}};
    for (const char* name : {"y", "c"}) config_.metrics.emplace_back().name = name;
    config_.metrics[1].info_only = true;
  }

  void have(const std::vector<std::vector<double>>& curves) {
    experiment_ = core::Experiment(
        "e", core::SearchSpace({core::RangeParameter{.name = "x", .digits = std::nullopt}}, {}), config_, {});
    for (std::size_t i = 0; i < curves.size(); ++i) {
      last_ = experiment_.new_trial({{{"x", 0.01 * static_cast<double>(i)}}}, {}, false, {}).index;
      experiment_.mark_running(last_, {});
      for (std::size_t step = 0; step < curves[i].size(); ++step)
        say(last_, static_cast<double>(step), curves[i][step]);
      if (i + 1 < curves.size()) experiment_.mark_completed(last_, {});
    }
  }
  void say(std::int64_t trial, double step, double value, const std::string& metric = "y") {
    runner::ProgressUpdate update;
    update.points.push_back({step, {{metric, value}}});
    curves_.add(trial, update);
  }
  std::string why(const std::string& strategy) const {
    return early_stopping(strategy)->why_stop({experiment_, curves_, last_});
  }

  core::OptimizationConfig config_;
  core::Experiment experiment_;
  LearningCurves curves_;
  std::int64_t last_ = 0;
};

constexpr const char* kPercentile = R"({"type": "percentile", "min_progression": 1, "min_curves": 3})";

TEST_F(EarlyStoppingTest, PercentileStopsTheWorseHalfOfThoseAtTheSameStep) {
  have({{9, 1, 1}, {9, 2, 2}, {9, 3, 3}, {9, 2.5}});
  // At step 1: 1, 2, 2.5, 3; the median is 2.25.
  EXPECT_EQ(why(kPercentile), "'y' is 2.5 at step 1.0, worse than 2.25, the 50.0-th percentile of 4 trials");
  EXPECT_EQ(why(R"({"type": "PercentileEarlyStoppingStrategy", "min_progression": 1, "min_curves": 3,
                    "percentile_threshold": 25})"),
            "");  // the 75th percentile is 2.625
  have({{9, 1, 1}, {9, 2, 2}, {9, 3, 3}, {9, 2}});
  EXPECT_EQ(why(kPercentile), "");  // the median itself is not worse
}

TEST_F(EarlyStoppingTest, TheDirectionIsTheMetrics) {
  config_.objective.minimize = config_.objective.terms[0].minimize = false;
  have({{9, 1}, {9, 2}, {9, 3}, {9, 2.5}});
  EXPECT_EQ(why(kPercentile), "");
  have({{9, 1}, {9, 2}, {9, 3}, {9, 1.5}});
  EXPECT_THAT(why(kPercentile), HasSubstr("worse than 1.75"));
}

TEST_F(EarlyStoppingTest, OtherCurvesAreInterpolatedAndNotExtended) {
  have({{9, 1}, {9, 1}, {9, 1}, {9}});
  for (std::int64_t trial = 0; trial < 3; ++trial) say(trial, 3, 5);
  say(last_, 2, 3.5);
  EXPECT_THAT(why(kPercentile), HasSubstr("worse than 3.0"));  // 3 between 1 and 5
  say(last_, 4, 100);
  EXPECT_EQ(why(R"({"type": "percentile", "min_progression": 1, "min_curves": 2})"), "");  // nobody else is there
}

TEST_F(EarlyStoppingTest, NothingIsStoppedOutsideOfTheProgressionOrWithFewCurvesOrIgnored) {
  have({{9, 1}, {9, 2}, {9, 3}, {9, 8}});
  EXPECT_NE(why(kPercentile), "");
  EXPECT_EQ(why(R"({"type": "percentile", "min_curves": 3})"), "");  // Ax's min_progression: 10
  EXPECT_EQ(why(R"({"type": "percentile", "min_progression": 1.5, "min_curves": 3})"), "");
  EXPECT_EQ(why(R"({"type": "percentile", "min_progression": 0, "max_progression": 0.5, "min_curves": 3})"), "");
  EXPECT_EQ(why(R"({"type": "percentile", "min_progression": 1})"), "");  // five by itself
  EXPECT_NE(why(R"({"type": "percentile", "min_progression": null, "min_curves": null})"), "");
  EXPECT_EQ(why(R"({"type": "percentile", "min_progression": 1, "min_curves": 3, "trial_indices_to_ignore": [3]})"),
            "");
  EXPECT_NE(why(R"({"type": "percentile", "min_progression": 1, "min_curves": 3, "trial_indices_to_ignore": [2]})"),
            "");
}

TEST_F(EarlyStoppingTest, ThresholdStopsWhatIsWorse) {
  have({{9}, {9, 2}});
  const std::string rule = R"({"type": "threshold", "min_progression": 1, "min_curves": 1, "metric_threshold": )";
  EXPECT_EQ(why(rule + "1.5}"), "'y' is 2.0 at step 1.0, worse than the threshold of 1.5");
  EXPECT_EQ(why(rule + "2}"), "");
  EXPECT_EQ(why(R"({"type": "ThresholdEarlyStoppingStrategy", "min_progression": 1})"), "");  // min_curves
  EXPECT_EQ(why(R"({"type": "threshold", "min_progression": 1, "min_curves": 1, "metric_names": ["c"]})"), "");
  say(0, 0, 1, "c");
  say(last_, 1, 1, "c");
  EXPECT_THAT(why(R"({"type": "threshold", "min_progression": 1, "min_curves": 1, "metric_names": ["c"]})"),
              HasSubstr("'c' is 1.0 at step 1.0"));
}

TEST_F(EarlyStoppingTest, StrategiesCombine) {
  have({{9}, {9, 2}});
  const std::string yes = R"({"type": "threshold", "min_progression": 1, "min_curves": 1, "metric_threshold": 1})";
  const std::string no = R"({"type": "threshold", "min_progression": 1, "min_curves": 1, "metric_threshold": 3})";
  const auto rule = [](const std::string& type, const std::string& left, const std::string& right) {
    return R"({"type": ")" + type + R"(", "left": )" + left + R"(, "right": )" + right + "}";
  };
  EXPECT_EQ(why(rule("and", yes, no)), "");
  EXPECT_EQ(why(rule("AndEarlyStoppingStrategy", no, yes)), "");
  EXPECT_THAT(why(rule("and", yes, yes)), HasSubstr("; 'y'"));
  EXPECT_THAT(why(rule("or", no, yes)), HasSubstr("threshold of 1.0"));
  EXPECT_EQ(why(rule("OrEarlyStoppingStrategy", no, no)), "");
}

TEST_F(EarlyStoppingTest, TheLastStepIsTheDataIfItHasEveryNeededMetric) {
  have({{9}, {9, 2}});
  const auto rows = [&] { return curves_.last_values(experiment_.trial(last_), config_); };
  say(last_, 1, 7, "c");
  ASSERT_EQ(rows().size(), 2U);
  EXPECT_EQ(rows()[0].arm_name, "1_0");
  EXPECT_EQ(rows()[0].mean, 2);
  EXPECT_EQ(rows()[1].metric, "c");
  say(last_, 0, 8, "c");
  runner::ProgressUpdate again;
  again.restarted = true;
  curves_.add(last_, again);
  EXPECT_THAT(rows(), IsEmpty());
  say(last_, 3, 1);
  EXPECT_EQ(rows().size(), 1U);  // c is not needed
  say(last_, 4, 1, "c");
  EXPECT_THAT(rows(), IsEmpty());  // y has nothing at step 4
}

TEST_F(EarlyStoppingTest, AMetricThatCannotBeFollowedIsNamed) {
  EXPECT_EQ(early_stopping(kPercentile)->why_not_for(config_), "");
  EXPECT_THAT(early_stopping(R"({"type": "threshold", "metric_names": ["z"]})")->why_not_for(config_),
              HasSubstr("there is no metric 'z'; there are y, c"));
  config_.objective.kind = core::Objective::Kind::kScalarized;
  EXPECT_THAT(early_stopping(kPercentile)->why_not_for(config_), HasSubstr("needs 'metric_names'"));
  EXPECT_EQ(early_stopping(R"({"type": "threshold", "metric_names": ["y"]})")->why_not_for(config_), "");
}

TEST(EarlyStopping, WhatIsWrongIsNamed) {
  EXPECT_THAT(early_problem_of("{}"), HasSubstr("'type' is missing"));
  EXPECT_THAT(early_problem_of(R"({"type": "percentil"})"), HasSubstr("did you mean 'percentile'?"));
  EXPECT_THAT(early_problem_of(R"({"type": "percentile", "percentile_threshold": 101})"), HasSubstr("at most 100"));
  EXPECT_THAT(early_problem_of(R"({"type": "percentile", "metric_threshold": 1})"), HasSubstr("unknown key"));
  EXPECT_THAT(early_problem_of(R"({"type": "threshold", "normalize_progressions": true})"),
              HasSubstr("'normalize_progressions: true' is not built yet"));
  EXPECT_EQ(early_problem_of(R"({"type": "threshold", "normalize_progressions": false})"), "none");
  EXPECT_THAT(early_problem_of(R"({"type": "threshold", "metric_names": ["y", "z"]})"),
              HasSubstr("expected one metric, found 2"));
  EXPECT_THAT(early_problem_of(R"({"type": "threshold", "trial_indices_to_ignore": 3})"), HasSubstr("expected a list"));
  EXPECT_THAT(early_problem_of(R"({"type": "threshold", "trial_indices_to_ignore": [1.5]})"),
              HasSubstr("expected a whole number"));
  EXPECT_THAT(early_problem_of(R"({"type": "and", "left": {"type": "threshold"}})"), HasSubstr("'right' is missing"));
}

}  // namespace
}  // namespace boa::scheduler
