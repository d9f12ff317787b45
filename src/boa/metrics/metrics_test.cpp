#include "boa/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::metrics {
namespace {

using testing::HasSubstr;

constexpr double kRounding = 1e-12;

double value_of(MetricSource source, const std::string& name, const std::string& arguments) {
  return make_metric_function(source, name)->evaluate(util::parse_json(arguments, "test"));
}

double boa_value(const std::string& name, const std::string& arguments) {
  return value_of(MetricSource::kBoa, name, arguments);
}

std::string refusal(MetricSource source, const std::string& name, const std::string& arguments = "{}") {
  try {
    value_of(source, name, arguments);
  } catch (const Error& error) {
    return error.describe();
  }
  return "accepted";
}

TEST(Metrics, EverySpellingOfBoaIsKnown) {
  const std::string same = R"({"y_true": [1, 2, 3], "y_pred": [1, 2, 5]})";
  for (const char* name : {"MeanSquaredError", "MSE", "mean_squared_error"}) {
    EXPECT_NEAR(boa_value(name, same), 4.0 / 3.0, kRounding) << name;
  }
  for (const char* name : {"RootMeanSquaredError", "RMSE", "root_mean_squared_error"}) {
    EXPECT_NEAR(boa_value(name, same), std::sqrt(4.0 / 3.0), kRounding) << name;
  }
  for (const char* name : {"RSquared", "R2", "r2_score"}) EXPECT_NEAR(boa_value(name, same), -1.0, kRounding) << name;
  for (const char* name : {"Mean", "mean"}) EXPECT_NEAR(boa_value(name, R"({"a": [1, 2, 6]})"), 3.0, kRounding);
  for (const char* name : {"PassThrough", "PassThroughMetric", "pass_through", "passthrough", "pass_through_metric"}) {
    EXPECT_EQ(make_metric_function(MetricSource::kBoa, name), nullptr) << name;
  }
  EXPECT_THAT(refusal(MetricSource::kBoa, "rmse"), HasSubstr("did you mean 'RMSE'?"));
}

TEST(Metrics, NormalizersUseThePredictions) {
  const auto value = [](const std::string& normalizer) {
    return boa_value("NRMSE",
                     R"({"y_true": [1, 2, 3, 4], "y_pred": [1, 2, 5, 4], "normalizer": ")" + normalizer + "\"}");
  };
  EXPECT_NEAR(value("iqr"), 0.4, kRounding);
  EXPECT_NEAR(value("std"), 0.5477225575051661, kRounding);
  EXPECT_NEAR(value("mean"), 1.0 / 3.0, kRounding);
  EXPECT_NEAR(value("range"), 0.25, kRounding);
  EXPECT_THAT(refusal(MetricSource::kBoa, "NRMSE", R"({"y_true": [1], "y_pred": [2], "normalizer": "iqd"})"),
              HasSubstr("iqr"));
}

TEST(Metrics, MeanTakesNestedListsAndTheArgumentsOfNumpy) {
  EXPECT_NEAR(boa_value("mean", R"({"a": [[1, 2], [3, 6]]})"), 3.0, kRounding);
  EXPECT_NEAR(boa_value("mean", R"({"a": [1, 2, 6], "axis": 0})"), 3.0, kRounding);
  EXPECT_NEAR(boa_value("mean", R"({"a": [1, 2, 6], "where": [true, false, true]})"), 3.5, kRounding);
  EXPECT_THAT(refusal(MetricSource::kBoa, "mean", R"({"a": [[1, 2], [3, 4]], "axis": 0})"), HasSubstr("2 numbers"));
  EXPECT_THAT(refusal(MetricSource::kBoa, "mean", R"({"a": [1, "NA"]})"), HasSubstr("a[1] must be a number"));
  EXPECT_THAT(refusal(MetricSource::kBoa, "mean", R"({"a": [[1, 2], [3]]})"), HasSubstr("a[1] must be a list of 2"));
  EXPECT_THAT(refusal(MetricSource::kBoa, "mean", R"({"a": []})"), HasSubstr("empty list"));
  EXPECT_THAT(refusal(MetricSource::kBoa, "mean", R"({"b": [1]})"), HasSubstr("'a' is missing"));
  EXPECT_THAT(refusal(MetricSource::kBoa, "mean", R"({"a": 1, "axis": 2})"), HasSubstr("a is a single number"));
  EXPECT_NEAR(boa_value("mean", R"({"a": 1})"), 1.0, kRounding);
}

TEST(Metrics, UnknownArgumentsOfAResultAreDropped) {
  EXPECT_NEAR(boa_value("MSE", R"({"y_true": [1, 2], "y_pred": [1, 4], "note": "x"})"), 2.0, kRounding);
}

TEST(Metrics, OlderArgumentSquaredGivesTheRoot) {
  EXPECT_NEAR(value_of(MetricSource::kSklearn, "mean_squared_error",
                       R"({"y_true": [1, 2], "y_pred": [1, 4], "squared": false})"),
              std::sqrt(2.0), kRounding);
}

TEST(Metrics, WrongArgumentsOfTheConfigAreNamed) {
  util::Problems problems("c.yaml");
  const util::Node given = util::parse_json(R"({"multi_output": "raw_values", "sample_weight": null})", "c.yaml");
  make_metric_function(MetricSource::kBoa, "MSE")->check_fixed_arguments(given, "kwargs", problems);
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_THAT(problems.list().front().message, HasSubstr("did you mean 'multioutput'?"));
}

TEST(Metrics, OtherMetricsOfScikitLearnAreRefusedByName) {
  for (const char* name : {"roc_auc_score", "classification_report", "pairwise_distances", "accuracy_score"}) {
    EXPECT_THAT(refusal(MetricSource::kSklearn, name), HasSubstr("is no regression metric and is not built yet"));
  }
  EXPECT_THAT(refusal(MetricSource::kSklearn, "roc_auc_score"), HasSubstr("'roc_auc_score' is no regression metric"));
  EXPECT_THAT(refusal(MetricSource::kSklearn, "mean_absolut_error"), HasSubstr("did you mean 'mean_absolute_error'?"));
}

TEST(Synthetic, NamesOfBoaAxAndBoTorchAreFunctionsOfTheirCoordinates) {
  const auto value = [](const std::string& name, const std::string& x) {
    return value_of(MetricSource::kSynthetic, name, x);
  };
  for (const char* name : {"branin", "Branin"}) {
    EXPECT_NEAR(value(name, R"({"x0": 0.5, "any": [0.5]})"), 40.86128169685455, kRounding) << name;
  }
  const std::string four = R"({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5})";
  for (const char* name : {"hartmann4", "Hartmann4"})
    EXPECT_NEAR(value(name, four), -1.083343366360912, kRounding) << name;
  const std::string six = R"({"1": 0.2, "2": 0.15, "3": 0.47, "4": 0.27, "5": 0.31, "6": 0.65})";
  const std::string seven = six.substr(0, six.size() - 1) + R"(, "7": 1.0})";
  EXPECT_NEAR(value("aug_hartmann6", seven), value("hartmann6", six), kRounding);
  EXPECT_NEAR(value("Hartmann", six), value("Hartmann6", six), kRounding);
  EXPECT_NEAR(value("Aug_Branin", R"({"a": 2, "b": 3, "c": 1})"), value("branin", R"({"a": 2, "b": 3})"), kRounding);
  EXPECT_NEAR(value("Ackley", R"({"a": 0, "b": 0})"), 0.0, kRounding);
}

TEST(Synthetic, WrongUseIsRefused) {
  EXPECT_THAT(refusal(MetricSource::kSynthetic, "branin", R"({"a": 1})"),
              HasSubstr("takes 2 coordinates, found 1 (a)"));
  EXPECT_THAT(refusal(MetricSource::kSynthetic, "branin", R"({"a": 1, "b": [1, 2]})"), HasSubstr("must be a number"));
  EXPECT_THAT(refusal(MetricSource::kSynthetic, "BraninCurrin"), HasSubstr("has 2 values"));
  EXPECT_THAT(refusal(MetricSource::kSynthetic, "brannin"), HasSubstr("did you mean 'branin'?"));
}

TEST(Metrics, AStoredMetricFindsItsFunctionAgain) {
  const auto value = [](MetricSource source, const std::string& name, const std::string& arguments) {
    core::Metric metric;
    set_function(metric, source, name);
    return make_metric_function(metric)->evaluate(util::parse_json(arguments, "test"));
  };
  const std::string same = R"({"y_true": [1, 2, 3], "y_pred": [1, 2, 5]})";
  EXPECT_NEAR(value(MetricSource::kBoa, "MSE", same), 4.0 / 3.0, kRounding);
  EXPECT_NEAR(value(MetricSource::kSklearn, "max_error", same), 2.0, kRounding);
  EXPECT_NEAR(value(MetricSource::kSynthetic, "branin", R"({"a": 0.5, "b": 0.5})"), 40.86128169685455, kRounding);
  core::Metric plain;
  set_function(plain, MetricSource::kBoa, "passthrough");
  EXPECT_EQ(plain.function, "PassThrough");
  EXPECT_EQ(make_metric_function(plain), nullptr);
}

}  // namespace
}  // namespace boa::metrics
