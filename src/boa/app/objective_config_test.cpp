#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "boa/app/config_test_texts.hpp"

namespace boa::app {
namespace {

using namespace config_texts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(ObjectiveConfig, OneMetricIsTheObjective) {
  const auto objective =
      config_of(with_objective("  metrics: [{name: r2, minimize: false}]")).optimization_config.objective;
  EXPECT_EQ(objective.kind, core::Objective::Kind::kSingle);
  EXPECT_FALSE(objective.minimize);
  EXPECT_EQ(objective.terms.at(0).metric, "r2");
  const BoaConfig info =
      config_of(with_objective("  metrics: [{name: a, lower_is_better: true}, {name: b, info_only: true}]"));
  EXPECT_TRUE(info.optimization_config.objective.minimize);
  EXPECT_THAT(info.optimization_config.needed_metrics(), ElementsAre("a"));
  EXPECT_EQ(config_of(with_objective("  metrics: [{metric: PassThrough}]")).optimization_config.metrics.at(0).name,
            "PassThrough");
}

TEST(ObjectiveConfig, ScoresThatAreMinimizedByDefaultAreWarnedAbout) {
  const auto warnings = [](const std::string& metric) {
    return warnings_of(config_of(with_objective("  metrics: [" + metric + "]")));
  };
  EXPECT_THAT(warnings("{name: R2}"), HasSubstr("c.yaml:3:13: objective.metrics[0]: 'R2' is minimized"));
  EXPECT_THAT(warnings("{name: test_accuracy}"), HasSubstr("write 'minimize: false'"));
  for (const char* clear :
       {"{name: loss}", "{name: R2, minimize: true}", "{name: sense}", "{name: a}, {name: R2, info_only: true}"}) {
    EXPECT_EQ(warnings(clear), "") << clear;
  }
}

TEST(ObjectiveConfig, NoiseIsUnsetUnknownOrKnown) {
  const auto noise = [](const std::string& metric) {
    return config_of(with_objective("  metrics: [{name: a" + metric + "}]")).optimization_config.metrics.at(0);
  };
  EXPECT_EQ(noise("").noise, core::NoiseKind::kUnset);
  EXPECT_EQ(noise(", noise_sd: null").noise, core::NoiseKind::kUnknown);
  EXPECT_EQ(noise(", noise_sd: 0").noise, core::NoiseKind::kKnown);
  EXPECT_EQ(noise(", noise_sd: 0.5").noise_sd, 0.5);
  EXPECT_THAT(error_of(with_objective("  metrics: [{name: a, noise_sd: -1}]")),
              HasSubstr("expected a number of at least 0, or null"));
}

TEST(ObjectiveConfig, WeightsMakeAWeightedSumWithTheMetricsDirection) {
  const auto objective = [](const std::string& text) {
    return config_of(with_objective(text)).optimization_config.objective;
  };
  const auto plain = objective("  metrics: [{name: a}, {name: b}]\n  weights: [1, 2.5]");
  EXPECT_EQ(plain.kind, core::Objective::Kind::kScalarized);
  EXPECT_TRUE(plain.minimize);
  EXPECT_EQ(plain.terms.at(1).weight, 2.5);
  EXPECT_FALSE(
      objective("  metrics: [{name: a, minimize: false, weight: 1}, {name: b, minimize: false, weight: 1}]").minimize);
  EXPECT_TRUE(objective("  minimize: true\n  metrics: [{name: a, weight: 1}, {name: b, weight: -1, minimize: false}]")
                  .minimize);
  EXPECT_FALSE(objective("  minimize: false\n  metrics: [{name: a, weight: 1}, {name: b, weight: 1}]").minimize);
  EXPECT_EQ(objective("  metrics: [{name: a, weight: 0}]").kind, core::Objective::Kind::kSingle);
}

TEST(ObjectiveConfig, WeightsOfZeroHaveNoDirectionAndAloneMakeNoSum) {
  const core::Objective sum =
      config_of(with_objective("  metrics: [{name: z}, {name: b, minimize: false}, {name: c}]\n  weights: [0, 1, -2]"))
          .optimization_config.objective;
  EXPECT_EQ(sum.kind, core::Objective::Kind::kScalarized);
  EXPECT_FALSE(sum.minimize);
  for (const char* zeros : {"  metrics: [{name: a}, {name: b}]\n  weights: [0, 0]",
                            "  metrics: [{name: a, weight: 0}, {name: b, weight: 0}]"}) {
    const BoaConfig config = config_of(with_objective(zeros));
    EXPECT_EQ(config.optimization_config.objective.kind, core::Objective::Kind::kMulti);
    EXPECT_THAT(warnings_of(config), HasSubstr("no weight differs from 0, so there is no weighted sum")) << zeros;
  }
}

TEST(ObjectiveConfig, WrongObjectivesAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"  metrics: [{name: a, minimise: true}]",
       "c.yaml:3:23: objective.metrics[0]: unknown key 'minimise'; did you mean 'minimize'?"},
      {"  metrics: [{name: a, minimize: true, lower_is_better: true}]",
       "'minimize' and 'lower_is_better' mean the same"},
      {"  metrics: []", "expected a list of metrics, found a list of 0"},
      {"  metrics: {name: a}", "expected a list of metrics, found a mapping"},
      {"  metrics: [{name: a, noise_sd: 1e155}]", "noise_sd: expected a number with a finite square"},
      {"  weights: [1]", "'metrics' is missing"},
      {"  metrisc: [{name: a}]", "unknown key 'metrisc'; did you mean 'metrics'?"},
      {"  metrics: [{info_only: true}]", "needs a 'name'"},
      {"  metrics: [{name: a, info_only: true}]", "all metrics are info_only"},
      {"  metrics: [{metric: rmse}]",
       "c.yaml:3:22: objective.metrics[0].metric: no metric is called 'rmse'; did you mean 'RMSE'?"},
      {"  metrics: [{metric: max_error}]", "it is one of 'metric_type: sklearn_metric'"},
      {"  metrics: [{metric: roc_auc_score, metric_type: sklearn_metric}]",
       "scikit-learn's 'roc_auc_score' is no regression metric"},
      {"  metrics: [{metric: brannin, metric_type: synthetic_metric}]", "did you mean 'branin'?"},
      {"  metrics: [{metric: ZDT1, metric_type: synthetic_metric}]", "has 2 values, a metric is one number"},
      {"  metrics: [{name: a, metric_type: sklearn_metric}]", "needs 'metric', the name of the function"},
      {"  metrics: [{name: a, metric_type: instantiated}]", "a metric of type 'instantiated' is not built yet"},
      {"  metrics: [{metric: NRMSE, metric_func_kwargs: {normalizer: iqd}}]", "expected one of iqr, std"},
      {"  metrics: [{metric: MSE, metric_func_kwargs: {weights: [1]}}]", "unknown key 'weights'"},
      {"  metrics: [{metric: MSE, metric_func_kwargs: 3}]", "expected a mapping, found the integer 3"},
      {"  metrics: [{name: a, metric_type: other}]", "expected one of metric, boa_metric"},
      {"  metrics: [{name: a}, {name: b}]\n  weights: [1]", "expected one weight for each metric (2), found 1"},
      {"  metrics: [{name: a, weight: 1}, {name: b}]", "the metric 'b' has no weight, others have"},
      {"  metrics: [{name: a, weight: 1}]\n  weights: [1]", "has a 'weight' of its own"},
      {"  minimize: false\n  metrics: [{name: a, weight: 1, minimize: true}]",
       "contradicts maximizing the weighted sum"},
      {"  metrics: [{name: a, weight: 1}, {name: b, weight: -1}]", "contradicts"},
      {"  metrics: [{name: a}, {name: b, minimize: false}]\n  weights: [1, 1]",
       "the metric 'b' is to be maximized and has the weight 1.0, which contradicts minimizing the weighted sum, as it "
       "must be where the metric 'a' is to be minimized (as every metric that does not say 'minimize: false') and has "
       "the weight 1.0"},
      {"  metrics: [{name: b, minimize: false}, {name: a}]\n  weights: [1, 1]",
       "the metric 'a' is to be minimized (as every metric that does not say 'minimize: false') and has the weight "
       "1.0, which contradicts maximizing"},
      {"  metrics: [{name: a}]\n  objective_thresholds: [a <= 3]", "thresholds need at least two objectives"},
      {"  metrics: [{name: a, param_names: [y]}]", "there is no parameter 'y'"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [c <= 10%]", "is relative to a status quo"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [c <= nan]", "'nan' in 'c <= nan': expected a finite number"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [c == 1]", "an equality constraint ('c == 1') is not built yet"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [c <= 1, c >= 2]", "'c >= 2' and 'c <= 1' exclude each other"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [a - 2*c >= 1, 4*c >= 2*a]", "exclude each other"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [c <= 1, 2*c >= 2]", "an equality constraint ('2*c >= 2' with"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [b - c <= 1, c <= 2, b <= 9, b >= 4]",
       "'b - c <= 1', 'c <= 2', 'b >= 4' exclude each other"},
      {"  metrics: [{name: a}]\n  outcome_constraints: [c]", "nothing where a comparison"},
      {"  metrics: [{name: a}]\n  outcome_constraints: c <= 1", "expected a list of texts"},
      {"  metric: [{name: a}]", "unknown key 'metric'; did you mean 'metrics'?"},
  };
  for (const auto& [objective, part] : cases)
    EXPECT_THAT(error_of(with_objective(objective)), HasSubstr(part)) << objective;
}

TEST(ObjectiveConfig, SeveralMetricsWithoutWeightsAreSeveralObjectives) {
  const BoaConfig config =
      config_of(with_objective("  metrics: [{name: a}, {name: b, minimize: false}, {name: c, info_only: true}]\n"
                               "  objective_thresholds: [\"2*b >= 3\", a <= 1.5]"));
  const core::Objective& objective = config.optimization_config.objective;
  EXPECT_EQ(objective.kind, core::Objective::Kind::kMulti);
  ASSERT_EQ(objective.terms.size(), 2U);
  EXPECT_TRUE(objective.terms[0].minimize);
  EXPECT_FALSE(objective.terms[1].minimize);
  const auto& thresholds = config.optimization_config.objective_thresholds;
  ASSERT_EQ(thresholds.size(), 2U);
  EXPECT_THAT(thresholds[0].coefficients, ElementsAre(Pair("b", 1)));
  EXPECT_EQ(thresholds[0].bound, 1.5);
  EXPECT_EQ(thresholds[0].op, core::OutcomeConstraint::Op::kGreaterEqual);
  EXPECT_EQ(thresholds[1].bound, 1.5);
  EXPECT_EQ(
      config_of(with_objective("  metrics: [{name: a}, {name: b}]\n  objective_thresholds: null")).warnings.size(), 0U);
  EXPECT_THAT(warnings_of(config_of(with_objective("  minimize: false\n  metrics: [{name: a}, {name: b}]"))),
              HasSubstr("has no effect without weights"));
}

TEST(ObjectiveConfig, WrongThresholdsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"a >= 3",
       "c.yaml:4:26: objective.objective_thresholds[0]: 'a' is minimized, so its threshold is written with '<='"},
      {"b <= 3", "'b' is maximized, so its threshold is written with '>='"},
      {"-a <= 3", "'a' is minimized"},
      {"a + b <= 3", "'a + b <= 3' is not a bound on one objective"},
      {"a == 3", "is not a bound on one objective"},
      {"i <= 3", "A threshold bounds one of the objectives: a, b."},
      {"a <= 10%", "is relative to a status quo"},
      {"3", "expected text such as 'cost <= 3', found "},
      {"a <= 3, a <= 4", "a second threshold for 'a'"},
  };
  for (const auto& [threshold, part] : cases) {
    const std::string text = std::string(
                                 "  metrics: [{name: a}, {name: b, minimize: false}, {name: i, info_only: true}]\n"
                                 "  objective_thresholds: [") +
                             threshold + "]";
    EXPECT_THAT(error_of(with_objective(text)), HasSubstr(part)) << threshold;
  }
  EXPECT_THAT(error_of(with_objective("  metrics: [{name: a}, {name: b}]\n  objective_thresholds: a <= 3")),
              HasSubstr("expected a list of texts"));
}

TEST(ObjectiveConfig, ComputedMetricsKnowTheirFunction) {
  const auto metrics = config_of(with_objective("  weights: [1, 1, 1, 0.5]\n"
                                                "  metrics:\n"
                                                "    - metric: RMSE\n"
                                                "    - {metric: max_error, metric_type: sklearn_metric, name: worst}\n"
                                                "    - {metric: branin, metric_type: synthetic_metric, noise_sd: 2}\n"
                                                "    - {metric: NRMSE, metric_func_kwargs: {normalizer: std}}"))
                           .optimization_config.metrics;
  EXPECT_EQ(metrics.at(0).name, "RMSE");
  EXPECT_EQ(metrics.at(0).function, "RootMeanSquaredError");
  EXPECT_EQ(metrics.at(1).name, "worst");
  EXPECT_EQ(metrics.at(1).function_name, "max_error");
  EXPECT_EQ(metrics.at(2).function_name, "branin");
  EXPECT_EQ(metrics.at(3).function_kwargs.at("normalizer").as_string(), "std");
}

TEST(ObjectiveConfig, OutcomeConstraintsMayBindObjectivesSumsAndUnlistedMetrics) {
  const auto constraints = [](const std::string& text) {
    return config_of(with_objective("  metrics: [{name: a}, {name: b, info_only: true}]\n  outcome_constraints: [\"" +
                                    text + "\"]"))
        .optimization_config;
  };
  EXPECT_EQ(constraints("a <= 3\", \"2*a >= 2\", \"a <= 2").outcome_constraints.size(), 3U);
  EXPECT_THAT(constraints("a <= 3").outcome_constraints.at(0).coefficients, ElementsAre(Pair("a", 1)));
  EXPECT_THAT(constraints("a + 2*b >= 3").outcome_constraints.at(0).coefficients,
              ElementsAre(Pair("a", 1), Pair("b", 2)));
  EXPECT_THAT(constraints("a-b <= 3").outcome_constraints.at(0).coefficients, ElementsAre(Pair("a", 1), Pair("b", -1)));
  EXPECT_EQ(constraints("l2-norm <= 1.25").metrics.at(2).name, "l2-norm");
  EXPECT_THAT(constraints("a + c1 - c2 <= 1").needed_metrics(), ElementsAre("a", "c1", "c2"));
  EXPECT_THAT(constraints("b <= 3").needed_metrics(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace boa::app
