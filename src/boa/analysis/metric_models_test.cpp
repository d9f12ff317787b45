#include "boa/analysis/metric_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/analysis/experiments_test.hpp"
#include "boa/util/error.hpp"

namespace boa::analysis {
namespace {

using analysis::testing::add_completed;
using analysis::testing::experiment_of;
using analysis::testing::Measured;
using analysis::testing::number;
using analysis::testing::real;
using ::testing::HasSubstr;

double curve(const core::Parameterization& point) { return 1000 + 50 * std::sin(number(point, "x")); }

/// y over x in [0, 4], known exactly at every half; c for information.
core::Experiment sine() {
  core::Experiment experiment = experiment_of({real("x", 0, 4)}, {"c", "empty"});
  for (int i = 0; i <= 8; ++i) {
    add_completed(experiment, {{"x", 0.5 * i}}, [](const auto& p) {
      return std::vector<Measured>{{"y", curve(p), {}}, {"c", -1e-6 * number(p, "x"), {}}};
    });
  }
  return experiment;
}

std::string error_of(const core::Experiment& experiment, const core::Parameterization& point) {
  try {
    predict(experiment, {point});
  } catch (const UserInputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Predict, IsInTheMetricsOwnUnits) {
  const Predictions predictions = predict(sine(), {{{"x", 1.25}}, {{"x", 2.0}}});
  ASSERT_EQ(predictions.metrics, (std::vector<std::string>{"y", "c"}));
  EXPECT_TRUE(predictions.notes.empty());
  const Prediction between = predictions.points[0][0];
  EXPECT_NEAR(between.mean, curve({{"x", 1.25}}), 0.5);
  EXPECT_GT(between.sem, 0);
  EXPECT_LT(between.sem, 5);
  EXPECT_NEAR(predictions.points[0][1].mean, -1.25e-6, 1e-8);
  // Observed without noise: known.
  EXPECT_NEAR(predictions.points[1][0].mean, curve({{"x", 2.0}}), 1e-2);
  EXPECT_LT(predictions.points[1][0].sem, 0.1);
}

TEST(Predict, NoiseStaysUncertainWhereItWasMeasured) {
  core::Experiment experiment = experiment_of({real("x", 0, 1)});
  for (int i = 0; i <= 10; ++i) {
    add_completed(experiment, {{"x", 0.1 * i}}, [&](const auto& p) {
      return std::vector<Measured>{{"y", 3 * number(p, "x") + 0.4 * std::sin(9.0 * i * i), 0.3}};
    });
  }
  const Prediction prediction = predict(experiment, {{{"x", 0.5}}}).points[0][0];
  EXPECT_NEAR(prediction.mean, 1.5, 3 * prediction.sem);
  EXPECT_GT(prediction.sem, 0.03);
  EXPECT_LT(prediction.sem, 0.3) << "eleven points say more than one";
}

TEST(Predict, UncertaintyGrowsOutsideAndANoteSaysSo) {
  const Predictions predictions = predict(sine(), {{{"x", 9.0}}});
  ASSERT_EQ(predictions.notes.size(), 1U);
  EXPECT_THAT(predictions.notes[0], HasSubstr("outside of the search space: parameter 'x'"));
  EXPECT_GT(predictions.points[0][0].sem, 10 * predict(sine(), {{{"x", 3.9}}}).points[0][0].sem);
}

TEST(Predict, WhatTheModelCannotSeeIsRefused) {
  core::Experiment experiment =
      experiment_of({real("x", 1, 4, true), core::ChoiceParameter{"m", core::ParameterType::kString, {"a", "b"}, false},
                     core::FixedParameter{"k", core::ParameterType::kInt, std::int64_t{3}}});
  for (int i = 1; i <= 4; ++i) {
    add_completed(experiment, {{"x", 1.0 * i}, {"m", i % 2 ? "a" : "b"}},
                  [](const auto& p) { return std::vector<Measured>{{"y", number(p, "x"), {}}}; });
  }
  EXPECT_EQ(error_of(experiment, {{"x", 2.0}, {"m", "a"}}), "accepted");
  EXPECT_EQ(error_of(experiment, {{"x", 2.0}, {"m", "a"}, {"k", std::int64_t{3}}}), "accepted");
  EXPECT_THAT(error_of(experiment, {{"x", 2.0}, {"m", "c"}}), HasSubstr("parameter 'm': c is not among its 2 values"));
  EXPECT_THAT(error_of(experiment, {{"x", 2.0}, {"m", "a"}, {"k", std::int64_t{4}}}), HasSubstr("fixed at 3"));
  EXPECT_THAT(error_of(experiment, {{"x", -1.0}, {"m", "a"}}), HasSubstr("cannot see this point"));
  EXPECT_EQ(error_of(experiment, {{"m", "a"}}), "parameter 'x' is missing");
  EXPECT_THAT(error_of(experiment, {{"x", "2"}, {"m", "a"}}),
              HasSubstr("parameter 'x': expected float, found the text '2'"));
  EXPECT_THAT(error_of(experiment, {{"x", 2.0}, {"m", "a"}, {"kk", 1.0}}), HasSubstr("did you mean 'k'?"));
}

TEST(Predict, AMissingFidelityOrTaskHasItsTargetValue) {
  core::RangeParameter grid{"grid", core::ParameterType::kInt, 1, 9, false, {}};
  grid.fidelity_target = 9;
  core::ChoiceParameter site{"site", core::ParameterType::kString, {"old", "new"}, false};
  site.target_task = site.values[1];
  for (const core::Parameter& special : std::vector<core::Parameter>{grid, site}) {
    core::Experiment experiment = experiment_of({real("x", 0, 1), special});
    const std::string name = core::name_of(special);
    const bool is_grid = name == "grid";
    const core::ParameterValue low = is_grid ? core::ParameterValue(std::int64_t{3}) : site.values[0];
    const core::ParameterValue target = is_grid ? core::ParameterValue(std::int64_t{9}) : site.values[1];
    for (int i = 0; i < 12; ++i) {
      add_completed(experiment, {{"x", 0.08 * i}, {name, i % 2 ? low : target}}, [&](const auto& p) {
        return std::vector<Measured>{{"y", number(p, "x") + (i % 2 ? 5.0 : 0.0), {}}};
      });
    }
    const Predictions at = predict(experiment, {{{"x", 0.5}}, {{"x", 0.5}, {name, target}}, {{"x", 0.5}, {name, low}}});
    EXPECT_EQ(at.points[0][0].mean, at.points[1][0].mean) << name;
    EXPECT_GT(at.points[2][0].mean, at.points[0][0].mean + 1) << name;
    EXPECT_TRUE(at.notes.empty()) << name;
    EXPECT_EQ(error_of(experiment, {{name, target}}), "parameter 'x' is missing");
  }
}

TEST(Predict, TooLittleDataIsSaid) {
  core::Experiment experiment = experiment_of({real("x", 0, 1)});
  EXPECT_THAT(error_of(experiment, {{"x", 0.5}}), HasSubstr("'y' has 0 of at least 2 observations"));
  add_completed(experiment, {{"x", 0.5}}, [](const auto&) { return std::vector<Measured>{{"y", 1, {}}}; });
  EXPECT_THAT(error_of(experiment, {{"x", 0.5}}), HasSubstr("'y' has 1 of"));
}

TEST(Predict, OddDataGiveFiniteNumbers) {
  for (const double scale : {0.0, 1e-300, 1e300}) {
    core::Experiment experiment = experiment_of({real("x", 0, 1)});
    for (int i = 0; i < 5; ++i) {
      add_completed(experiment, {{"x", 0.2 * (i / 2)}},
                    [&](const auto&) { return std::vector<Measured>{{"y", scale * (i - 2), {}}}; });
    }
    const Prediction prediction = predict(experiment, {{{"x", 0.3}}}).points[0][0];
    EXPECT_TRUE(std::isfinite(prediction.mean) && std::isfinite(prediction.sem)) << scale;
    EXPECT_LE(std::abs(prediction.mean), std::max(1e-9, 3 * scale)) << scale;
  }
}

}  // namespace
}  // namespace boa::analysis
