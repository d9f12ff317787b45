#include "boa/runner/result_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "boa/metrics/metrics.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"

namespace boa::runner {
namespace {

using Result = ModelReport::Result;
using metrics::MetricSource;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kRounding = 1e-12;

class ComputedResultTest : public ::testing::Test {
 protected:
  core::Metric& add(const std::string& name, MetricSource source, const std::string& function, bool info_only = false) {
    core::Metric& metric = config_.metrics.emplace_back();
    metric.name = name;
    metric.info_only = info_only;
    metrics::set_function(metric, source, function);
    if (!info_only) config_.objective.terms.push_back({name, 1, true});
    return metric;
  }

  ModelReport report(const std::string& output, const std::string& arm = "0_0", std::uint64_t seed = 1) {
    util::write_file(folder_.path() / "output.json", output);
    return read_model_report(folder_.path(), {arm, seed}, config_);
  }

  double value(const std::string& output) {
    const ModelReport read = report(output);
    EXPECT_EQ(read.result, Result::kComplete) << read.reason;
    return read.rows.empty() ? 0 : read.rows.front().mean;
  }

  std::string reason(const std::string& output) {
    const ModelReport read = report(output);
    EXPECT_NE(read.result, Result::kComplete) << output;
    return read.reason;
  }

  boa::testing::TemporaryFolder folder_;
  core::OptimizationConfig config_;
};

TEST_F(ComputedResultTest, ArgumentsStandUnderTheNameOrInAListOrAlone) {
  add("m", MetricSource::kBoa, "MSE");
  EXPECT_NEAR(value(R"({"m": {"y_true": [1, 2], "y_pred": [1, 4]}})"), 2, kRounding);
  EXPECT_NEAR(value(R"({"m": [{"y_true": [1, 2], "y_pred": [1, 4]}]})"), 2, kRounding);
  EXPECT_NEAR(value(R"({"m": [[1, 2], [1, 4]]})"), 2, kRounding);
  EXPECT_NEAR(value(R"({"y_true": [1, 2], "y_pred": [1, 4], "trial_status": "COMPLETED"})"), 2, kRounding);
}

TEST_F(ComputedResultTest, SeveralMetricsShareOneResult) {
  add("error", MetricSource::kBoa, "RMSE");
  add("worst", MetricSource::kSklearn, "max_error");
  const ModelReport read = report(R"({"y_true": [1, 2], "y_pred": [1, 4], "note": 3})");
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_NEAR(read.rows[1].mean, 2, kRounding);
  EXPECT_THAT(read.unknown_metrics, ElementsAre("note"));
}

TEST_F(ComputedResultTest, AMissingMetricIsWaitedForAndNamesItsArguments) {
  add("error", MetricSource::kBoa, "RMSE");
  const ModelReport read = report(R"({"y_pred": [1, 4]})");
  EXPECT_EQ(read.result, Result::kIncomplete);
  EXPECT_THAT(read.reason, HasSubstr("(nor its arguments y_true, y_pred)"));
}

TEST_F(ComputedResultTest, FixedArgumentsWin) {
  add("m", MetricSource::kBoa, "Mean").function_kwargs = util::Node::object({{"a", util::Node::array({5, 7})}});
  EXPECT_NEAR(value(R"({"m": {"a": [1, 2]}})"), 6, kRounding);
  EXPECT_NEAR(value(R"({"other": 1})"), 6, kRounding);
}

TEST_F(ComputedResultTest, WhatCannotBeComputedHasAReason) {
  add("m", MetricSource::kBoa, "NRMSE");
  EXPECT_THAT(reason(R"({"m": 3.5})"), HasSubstr("mapping of arguments, not from the number 3.5"));
  EXPECT_THAT(reason(R"({"m": null})"), HasSubstr("NaNs in Results"));
  EXPECT_THAT(reason(R"({"m": {"y_true": "NA", "y_pred": [1]}})"), HasSubstr("NaNs in Results: 'y_true'"));
  EXPECT_THAT(reason(R"({"m": {"y_true": [1, NaN], "y_pred": [1, 2]}})"), HasSubstr("y_true[1] is not finite"));
  EXPECT_THAT(reason(R"({"m": {"y_true": [1, 2], "y_pred": [1, 1]}})"), HasSubstr("its value is inf"));
  EXPECT_THAT(reason(R"({"m": {"y_pred": [1]}})"), HasSubstr("'y_true' is missing"));
  EXPECT_THAT(reason(R"({"m": {"y_true": [1], "y_pred": [1], "sem": -1}})"), HasSubstr("sem must be a number >= 0"));
  EXPECT_THAT(reason(R"({"m": {"y_true": [1], "y_pred": [1], "sem": 1e155}})"),
              HasSubstr("sem must have a finite square, not the number 1e+155"));
  EXPECT_THAT(reason(R"({"m": [1, 2, 3, 4, 5, 6]})"), HasSubstr("has 6 items"));
}

TEST_F(ComputedResultTest, AnInfoOnlyMetricMayFail) {
  add("y", MetricSource::kBoa, "PassThrough");
  add("m", MetricSource::kBoa, "RMSE", true);
  const ModelReport read = report(R"({"y": 1.5, "m": {"y_true": [], "y_pred": []}})");
  EXPECT_EQ(read.result, Result::kComplete);
  EXPECT_EQ(read.rows.size(), 1U);
  ASSERT_EQ(read.remarks.size(), 1U);
  EXPECT_THAT(read.remarks.front(), HasSubstr("empty list"));
}

TEST_F(ComputedResultTest, TheStandardErrorOfAResultIsTaken) {
  add("m", MetricSource::kBoa, "Mean");
  EXPECT_EQ(report(R"({"m": {"a": [1, 2], "sem": 0.25}})").rows.at(0).sem, 0.25);
  EXPECT_EQ(report(R"({"a": [1, 2], "sem": [0.25]})").rows.at(0).sem, 0.25);
  EXPECT_FALSE(report(R"({"a": [1, 2]})").rows.at(0).sem.has_value());
}

TEST_F(ComputedResultTest, ATestFunctionTakesCoordinatesUnderAnyNames) {
  add("branin", MetricSource::kSynthetic, "branin");
  for (const char* output :
       {R"({"branin": {"x0": 0.5, "x1": 0.5}})", R"({"branin": [0.5, 0.5]})", R"({"a": [0.5], "b": 0.5})"}) {
    EXPECT_NEAR(value(output), 40.86128169685455, kRounding) << output;
  }
  EXPECT_THAT(report(R"({"a": 0.5, "b": 0.5})").unknown_metrics, IsEmpty());
  EXPECT_THAT(reason(R"({"branin": [[0.5, 0.5], [0.5, 0.5]]})"), HasSubstr("must be a number"));
}

TEST_F(ComputedResultTest, NoiseIsSimulatedForTestFunctionsOnlyAndIsTheSameForTheSameArm) {
  core::Metric& measured = add("m", MetricSource::kBoa, "Mean", true);
  measured.noise = core::NoiseKind::kKnown;
  measured.noise_sd = 5;
  core::Metric& synthetic = add("branin", MetricSource::kSynthetic, "branin");
  synthetic.noise = core::NoiseKind::kKnown;
  synthetic.noise_sd = 0.5;
  const std::string output = R"({"branin": [0.5, 0.5], "m": {"a": [2]}})";
  const auto noisy = [&](const std::string& arm, std::uint64_t seed) {
    return report(output, arm, seed).rows.at(1).mean;
  };
  EXPECT_EQ(report(output).rows.at(0).mean, 2);
  EXPECT_EQ(noisy("0_0", 1), noisy("0_0", 1));
  EXPECT_NE(noisy("0_0", 1), noisy("1_0", 1));
  EXPECT_NE(noisy("0_0", 1), noisy("0_0", 2));
  double sum = 0;
  double squares = 0;
  constexpr int kArms = 400;
  for (int i = 0; i < kArms; ++i) {
    const double noise = noisy(std::to_string(i) + "_0", 1) - 40.86128169685455;
    sum += noise;
    squares += noise * noise;
  }
  EXPECT_NEAR(sum / kArms, 0, 4 * 0.5 / 20);              // four standard errors
  EXPECT_NEAR(squares / kArms, 0.25, 4 * 0.25 * 0.0707);  // of the variance: sqrt(2 / n)
}

}  // namespace
}  // namespace boa::runner
