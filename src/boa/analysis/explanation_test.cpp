#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/analysis/cross_validation.hpp"
#include "boa/analysis/experiments_test.hpp"
#include "boa/analysis/importance.hpp"
#include "boa/analysis/improvement.hpp"
#include "boa/analysis/slices.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/math/sobol.hpp"
#include "boa/util/error.hpp"

namespace boa::analysis {
namespace {

using analysis::testing::add_completed;
using analysis::testing::experiment_of;
using analysis::testing::Measured;
using analysis::testing::number;
using analysis::testing::real;

/// Ishigami-like: a, b and the interaction of a and c; d does nothing.
double parts(const core::Parameterization& p) {
  return 1000 + 100 * (2 * number(p, "a") + number(p, "b") + 4 * (number(p, "a") - 0.5) * (number(p, "c") - 0.5));
}

core::Experiment parts_experiment(int n = 60, double noise = 0) {
  core::Experiment experiment = experiment_of({real("a", 0, 1), real("b", 0, 1), real("c", 0, 1), real("d", 0, 1)});
  const Matrix X = math::Sobol(4, util::Rng(3)).draw(n);
  for (int i = 0; i < n; ++i) {
    const core::Parameterization point = {{"a", X(i, 0)}, {"b", X(i, 1)}, {"c", X(i, 2)}, {"d", X(i, 3)}};
    add_completed(experiment, point, [&](const auto& p) {
      const std::optional<double> sem = noise > 0 ? std::optional(noise) : std::nullopt;
      return std::vector<Measured>{{"y", parts(p) + 1.4 * noise * std::sin(1000.0 * i * i), sem}};
    });
  }
  return experiment;
}

TEST(CrossValidation, OfASmoothMetricIsNearlyPerfect) {
  const MetricModels models(parts_experiment());
  const CrossValidation cv = cross_validate(models.models()[0]);
  ASSERT_EQ(cv.points.size(), 60U);
  EXPECT_GT(cv.r_squared, 0.99);
  EXPECT_GT(cv.coverage, 0.8);
  EXPECT_EQ(cv.points[7].observed, models.models()[0].data.y[7]);
}

TEST(CrossValidation, IsThatOfAModelThatNeverSawThePoint) {
  const MetricModels models(parts_experiment(20, 5));
  const MetricModel& model = models.models()[0];
  const LeftOut left_out = cross_validate(model).points[4];
  // The same hyperparameters, the other nineteen points.
  gp::TrainingData rest = model.fitted.model->data();
  const Index last = rest.y.size() - 1;
  for (Index i = 4; i < last; ++i) {
    rest.X.row(i) = rest.X.row(i + 1);
    rest.y[i] = rest.y[i + 1];
    rest.y_var[i] = rest.y_var[i + 1];
  }
  rest = {Matrix(rest.X.topRows(last)), Vector(rest.y.head(last)), Vector(rest.y_var.head(last))};
  const gp::GaussianProcess others(rest, model.fitted.model->parameters(), model.fitted.model->outcome_scale());
  Vector mean, variance;
  others.marginals(model.data.X.row(4), mean, variance);
  constexpr double kTolerance = 1e-6;
  const double expected = model.fitted.transforms.target().inverse(mean[0]);
  EXPECT_NEAR(left_out.mean, expected, kTolerance * std::abs(expected));
  EXPECT_NEAR(left_out.sem, std::sqrt(variance[0] / std::pow(model.fitted.transforms.target().slope(0), 2) + 25), 0.01);
}

TEST(CrossValidation, OfPureNoiseIsNoBetterThanTheMean) {
  core::Experiment experiment = experiment_of({real("x", 0, 1)});
  for (int i = 0; i < 25; ++i) {
    add_completed(experiment, {{"x", i / 25.0}},
                  [&](const auto&) { return std::vector<Measured>{{"y", std::sin(1000.0 * i * i), 0.7}}; });
  }
  EXPECT_LT(cross_validate(MetricModels(experiment).models()[0]).r_squared, 0.3);
}

TEST(CrossValidation, ConstantOutcomesHaveNoRSquared) {
  core::Experiment experiment = experiment_of({real("x", 0, 1)});
  for (int i = 0; i < 4; ++i) {
    add_completed(experiment, {{"x", 0.2 * i}}, [](const auto&) { return std::vector<Measured>{{"y", 3, {}}}; });
  }
  const CrossValidation cv = cross_validate(MetricModels(experiment).models()[0]);
  EXPECT_TRUE(std::isnan(cv.r_squared));
  EXPECT_EQ(cv.coverage, 1);
}

TEST(ParameterImportance, AgreesWithTheFormula) {
  // Variances: 2a: 4/12, b: 1/12, the interaction: 16/144; together 76/144.
  const MetricModels models(parts_experiment());
  const auto shares = parameter_importance(models, models.models()[0], util::Rng(1));
  ASSERT_EQ(shares.size(), 4U);
  constexpr double kMonteCarlo = 0.03;
  EXPECT_EQ(shares[0].parameter, "a");
  EXPECT_NEAR(shares[0].first_order, 48.0 / 76, kMonteCarlo);
  EXPECT_NEAR(shares[0].total, 64.0 / 76, kMonteCarlo);
  EXPECT_NEAR(shares[1].first_order, 12.0 / 76, kMonteCarlo);
  EXPECT_NEAR(shares[1].total, 12.0 / 76, kMonteCarlo);
  EXPECT_NEAR(shares[2].first_order, 0, kMonteCarlo);
  EXPECT_NEAR(shares[2].total, 16.0 / 76, kMonteCarlo);
  EXPECT_NEAR(shares[3].total, 0, kMonteCarlo);
  EXPECT_GT(shares[3].lengthscale, 3 * shares[0].lengthscale);
}

TEST(ParameterImportance, CategoriesCountAsOneParameter) {
  core::Experiment experiment = experiment_of(
      {core::ChoiceParameter{"m", core::ParameterType::kString, {"u", "v", "w"}, false}, real("x", 0, 1)});
  for (int i = 0; i < 30; ++i) {
    const std::string name(1, static_cast<char>('u' + i % 3));
    add_completed(experiment, {{"m", name}, {"x", i / 30.0}},
                  [&](const auto&) { return std::vector<Measured>{{"y", 10.0 * (i % 3), {}}}; });
  }
  const MetricModels models(experiment);
  const auto shares = parameter_importance(models, models.models()[0], util::Rng(1));
  EXPECT_GT(shares[0].first_order, 0.9);
  EXPECT_LT(shares[1].total, 0.1);
  EXPECT_TRUE(std::isnan(shares[0].lengthscale));
}

TEST(ParameterImportance, LengthscalesOfFidelitiesStandInTheirPlace) {
  core::Parameter grid = real("grid", 0, 1);
  std::get<core::RangeParameter>(grid).fidelity_target = 1;
  core::Experiment experiment = experiment_of({grid, real("x", 0, 1)});
  for (int i = 0; i < 20; ++i) {
    add_completed(experiment, {{"grid", 0.05 * (7 * i % 20)}, {"x", 0.05 * i}},
                  [&](const auto&) { return std::vector<Measured>{{"y", std::sin(0.4 * i), {}}}; });
  }
  const MetricModels models(experiment);
  const auto shares = parameter_importance(models, models.models()[0], util::Rng(1));
  EXPECT_EQ(shares[0].parameter, "grid");
  EXPECT_GT(shares[0].lengthscale, 3 * shares[1].lengthscale);
}

TEST(Slice, HoldsTheOtherParameters) {
  const MetricModels models(parts_experiment());
  const core::Parameterization base = {{"a", 0.5}, {"b", 0.25}, {"c", 0.5}, {"d", 0.5}};
  const Slice along = slice(models, models.models()[0], "a", base, 11);
  ASSERT_EQ(along.values.size(), 11U);
  EXPECT_EQ(std::get<double>(along.values[3]), 0.3);
  for (std::size_t i = 0; i < 11; ++i) {
    EXPECT_NEAR(along.predictions[i].mean, 1025 + 20 * static_cast<double>(i), 3);
  }
  const Contour over = contour(models, models.models()[0], "a", "c", base, 5);
  ASSERT_EQ(over.values.size(), 5U);
  ASSERT_EQ(over.values[4].size(), 5U);
  EXPECT_NEAR(over.values[4][0].mean, 1025 + 400 * -0.5 * 0.5, 6);
  EXPECT_NEAR(over.values[4][4].mean, 1225 + 400 * 0.5 * 0.5, 6);
}

TEST(Slice, ShowsEachValueOfAChoiceAndOfAShortRange) {
  core::Experiment experiment =
      experiment_of({core::ChoiceParameter{"m", core::ParameterType::kString, {"u", "v", "w"}, false},
                     core::RangeParameter{"k", core::ParameterType::kInt, 2, 5, false, {}}, real("x", 1, 100, true)});
  for (int i = 0; i < 6; ++i) {
    add_completed(experiment, {{"m", i % 2 ? "u" : "w"}, {"k", std::int64_t{2 + i % 4}}, {"x", 1.0 + 9 * i}},
                  [&](const auto&) { return std::vector<Measured>{{"y", 1.0 * i, {}}}; });
  }
  const MetricModels models(experiment);
  const core::Parameterization base = {{"m", "u"}, {"k", std::int64_t{3}}, {"x", 10.0}};
  EXPECT_EQ(slice(models, models.models()[0], "m", base).values, (std::vector<core::ParameterValue>{"u", "v", "w"}));
  EXPECT_EQ(slice(models, models.models()[0], "k", base).values.size(), 4U);
  EXPECT_NEAR(std::get<double>(slice(models, models.models()[0], "x", base, 3).values[1]), 10, 1e-9);
  EXPECT_THROW(slice(models, models.models()[0], "q", base), UserInputError);
  EXPECT_THROW(slice(models, models.models()[0], "m", {{"m", "u"}}), UserInputError);
  EXPECT_THROW(contour(models, models.models()[0], "x", "x", base), UserInputError);
}

/// y = (x - 0.3)^2 at n points.
core::Experiment parabola(int n, std::vector<core::OutcomeConstraint> constraints = {}) {
  core::Experiment experiment = experiment_of({real("x", 0, 1)}, {"c"});
  core::OptimizationConfig config = experiment.optimization_config();
  config.outcome_constraints = std::move(constraints);
  experiment = core::Experiment("test", experiment.search_space(), config, {});
  for (int i = 0; i < n; ++i) {
    add_completed(experiment, {{"x", static_cast<double>(i) / (n - 1)}}, [](const auto& p) {
      const double x = number(p, "x");
      return std::vector<Measured>{{"y", 50 + 100 * std::pow(x - 0.3, 2), 0.0}, {"c", x, 0.0}};
    });
  }
  return experiment;
}

TEST(ImprovementLeft, FallsAsTheBottomIsFound) {
  const auto early = improvement_left(parabola(4), util::Rng(1));
  const auto late = improvement_left(parabola(21), util::Rng(1));
  ASSERT_TRUE(early && late);
  EXPECT_NEAR(early->best, 50 + 100 * std::pow(1.0 / 3 - 0.3, 2), 1e-9);
  EXPECT_NEAR(late->best, 50, 1e-9);
  EXPECT_GT(early->probability, 0.3);
  EXPECT_LT(late->probability, 0.1);
  EXPECT_GT(early->expected, 10 * late->expected);
  EXPECT_LT(late->expected, 0.01);
}

TEST(ImprovementLeft, CountsTheConstraints) {
  using Op = core::OutcomeConstraint::Op;
  // The bottom is forbidden: from x = 0.6 on the best is known.
  const auto left = improvement_left(parabola(11, {{{{"c", 1.0}}, Op::kGreaterEqual, 0.6, "c >= 0.6"}}), util::Rng(1));
  ASSERT_TRUE(left);
  EXPECT_NEAR(left->best, 59, 1e-6);
  EXPECT_LT(left->expected, 0.3) << "without the constraint it would be 9";
  EXPECT_FALSE(improvement_left(parabola(5, {{{{"c", 1.0}}, Op::kGreaterEqual, 2, ""}}), util::Rng(1)).has_value());
  EXPECT_THROW(improvement_left(parabola(5, {{{{"c", 1.0}, {"y", 1.0}}, Op::kLessEqual, 2, ""}}), util::Rng(1)),
               UnsupportedError);
}

/// Falls in x; at a lower fidelity all values are far lower.
TEST(ImprovementLeft, IsThatAtTheTargetFidelity) {
  core::RangeParameter fidelity = real("s", 0, 1);
  fidelity.fidelity_target = 1;
  core::Experiment experiment = experiment_of({real("x", 0, 1), fidelity});
  for (int i = 0; i < 24; ++i) {
    const double s = i % 3 == 0 ? 0.5 : 1;
    add_completed(experiment, {{"x", static_cast<double>(i) / 23}, {"s", s}}, [](const auto& p) {
      const double x = number(p, "x");
      return std::vector<Measured>{{"y", std::pow(x - 0.3, 2) - 20 * (1 - number(p, "s")), 0.0}};
    });
  }
  const auto left = improvement_left(experiment, util::Rng(1));
  ASSERT_TRUE(left);
  EXPECT_LT(left->expected, 0.01) << "of a lower fidelity it would be 10";
}

TEST(ImprovementLeft, TakesTwoBoundsOfAMetricAsOneInterval) {
  using Op = core::OutcomeConstraint::Op;
  core::Experiment experiment = experiment_of({real("x", 0, 1)}, {"c"});
  core::OptimizationConfig config = experiment.optimization_config();
  config.outcome_constraints = {{{{"c", 1.0}}, Op::kGreaterEqual, 0.5 - 1e-7, ""},
                                {{{"c", 1.0}}, Op::kLessEqual, 0.5 + 1e-7, ""}};
  experiment = core::Experiment("test", experiment.search_space(), config, {});
  for (const double at : {0.0, 0.3, 0.6, 1.0}) {
    add_completed(experiment, {{"x", at}}, [](const auto& p) {
      const double x = number(p, "x");
      return std::vector<Measured>{{"y", 10 - 9 * x, 0.0}, {"c", 0.5 + std::sin(15 * x), 0.0}};
    });
  }
  const auto left = improvement_left(experiment, util::Rng(1));
  ASSERT_TRUE(left);
  EXPECT_LT(left->expected, 0.01) << "of two independent bounds a quarter of the range";
}

TEST(ParameterImportance, CountsAParameterThatExistsOnlySometimes) {
  const core::ParameterValue line = std::string("line"), point = std::string("point");
  core::ChoiceParameter shape{"shape", core::ParameterType::kString, {line, point}, false};
  shape.dependents = {{line, {"a"}}};
  core::Experiment experiment = experiment_of({shape, real("a", 0, 1)});
  for (int i = 0; i < 20; ++i) {
    core::Parameterization arm = {{"shape", i % 2 == 0 ? line : point}};
    if (i % 2 == 0) arm.emplace_back("a", i / 18.0);
    add_completed(experiment, arm, [&](const auto& p) {
      const core::ParameterValue* a = core::find_value(p, "a");
      return std::vector<Measured>{{"y", a == nullptr ? 0.0 : 1 + 6 * core::as_double(*a), 0.0}};
    });
  }
  // y: 0, or 1 + 6 a. Variance (16 + 3) / 2 - 4 = 5.5; of it shape alone explains 4, and a goes with shape: 3 / 2.
  const MetricModels models(experiment);
  const auto importance = parameter_importance(models, models.models()[0], util::Rng(1));
  ASSERT_EQ(importance.size(), 2U);
  EXPECT_NEAR(importance[0].first_order, 4 / 5.5, 0.05);
  EXPECT_NEAR(importance[1].total, 1.5 / 5.5, 0.05);
}

}  // namespace
}  // namespace boa::analysis
