#include "boa/generation/fidelity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "boa/generation/generation_strategy.hpp"

namespace boa::generation {
namespace fidelity_test {

using core::Parameterization;
using core::ParameterType;
using core::RangeParameter;

double number(const Parameterization& point, const char* name) {
  return core::as_double(*core::find_value(point, name));
}

core::Experiment fidelity_experiment(std::optional<double> target, bool with_cost) {
  RangeParameter s{"s", ParameterType::kFloat, 0, 10, false, {}};
  s.fidelity_target = target;
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  if (with_cost) {
    config.metrics.emplace_back().name = "seconds";
    config.metrics.back().info_only = true;
    config.metrics.back().is_cost = true;
  }
  config.objective.terms = {{"y", 1, true}};
  return core::Experiment(
      "test", core::SearchSpace({RangeParameter{"x", ParameterType::kFloat, 0, 1, false, {}}, s}, {}), config, {});
}

/// A low fidelity shifts the bottom from 0.3 to 0.35; cost is 1 + 9 s^2 / 100.
void evaluate(core::Experiment& experiment, const Parameterization& point, const core::GeneratorRun& made = {}) {
  const std::int64_t index = experiment.new_trial({point}, made, false, {}).index;
  experiment.mark_running(index, {});
  const double x = number(point, "x"), s = number(point, "s");
  std::vector<core::DataRow> rows = {
      {experiment.trial(index).arms[0].name, "y", std::pow(x - 0.35 + 0.005 * s, 2) + 0.01 * std::sin(9 * x), {}}};
  if (experiment.optimization_config().metrics.size() > 1) {
    rows.push_back({rows[0].arm_name, "seconds", 1 + 9 * s * s / 100, {}});
  }
  experiment.attach_data(index, rows);
  experiment.mark_completed(index, {});
}

core::Experiment run(std::optional<double> target, bool with_cost, int trials,
                     const std::string& acquisition = "qLogNoisyExpectedImprovement") {
  core::Experiment experiment = fidelity_experiment(target, with_cost);
  GenerationStep first, second;
  first.num_trials = 6;
  second.model = acquisition == "GPKG" ? acquisition : "BOTORCH_MODULAR";
  if (acquisition != "GPKG") second.model_kwargs = util::Node::object({{"botorch_acqf_class", acquisition}});
  GenerationStrategy strategy("Sobol+BoTorch", {first, second}, 4);
  for (int i = 0; i < trials; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    evaluate(experiment, made.points.at(0).parameters, made.points[0].generator_run);
  }
  return experiment;
}

double mean_fidelity_of_model(const core::Experiment& experiment) {
  double sum = 0;
  int count = 0;
  for (const auto& [index, trial] : experiment.trials()) {
    if (trial.generator_run.model_key == "Sobol") continue;
    EXPECT_EQ(trial.generator_run.gen_metadata.find("fallback"), nullptr);
    sum += number(trial.arms[0].parameters, "s");
    ++count;
  }
  return sum / count;
}

TEST(Fidelity, TargetColumnsAreInModelCoordinates) {
  const core::Experiment experiment = fidelity_experiment(2.5, false);
  EXPECT_EQ(target_columns(UnitSpace(experiment.search_space())), (acquisition::TargetColumns{{1, 0.25}}));
  EXPECT_TRUE(target_columns(UnitSpace(fidelity_experiment({}, false).search_space())).empty());
}

TEST(Fidelity, PointsAreRankedByTheirMeansAtTheTarget) {
  core::Experiment experiment = fidelity_experiment(10.0, false);
  // At s = 0 the bottom seems to be at 0.35.
  for (int i = 0; i <= 20; ++i) evaluate(experiment, {{"x", 0.05 * i}, {"s", i % 2 ? 0.0 : 10.0}});
  evaluate(experiment, {{"x", 0.05}, {"s", 5.0}});
  const UnitSpace space(experiment.search_space());
  const ModelData data = make_model_data(experiment, space, {});
  const Surrogate surrogate = fit_surrogate(data, space, util::Rng(1));
  const Incumbents ranked = rank_at_target(data, surrogate, target_columns(space));
  EXPECT_EQ(ranked.X.rows(), 21) << "0.05 occurs once";
  EXPECT_TRUE((ranked.X.col(1).array() == 1).all());
  EXPECT_NEAR(ranked.X(0, 0), 0.3, 0.051);
}

TEST(Fidelity, CheapEvaluationsAreUsedWhereTheyTellEnough) {
  for (const char* acquisition : {"qLogNoisyExpectedImprovement", "qExpectedImprovement", "qUpperConfidenceBound",
                                  "qKnowledgeGradient", "qMultiFidelityKnowledgeGradient", "GPKG"}) {
    const core::Experiment cheap = run(10.0, true, 16, acquisition);
    EXPECT_LT(mean_fidelity_of_model(cheap), 9) << acquisition;
    double best = 10;
    for (const auto& [index, trial] : cheap.trials()) {
      best = std::min(best, std::abs(number(trial.arms[0].parameters, "x") - 0.29));
    }
    EXPECT_LT(best, 0.03) << acquisition;
  }
}

/// Bottoms at 0.2 and 0.7 of x; a low fidelity s moves both up by 0.1.
TEST(Fidelity, SeveralObjectivesUseCheapEvaluationsToo) {
  RangeParameter s{"s", ParameterType::kFloat, 0, 1, false, {}};
  s.fidelity_target = 1;
  core::OptimizationConfig config;
  for (const char* name : {"a", "b"}) config.metrics.emplace_back().name = name;
  config.objective.kind = core::Objective::Kind::kMulti;
  config.objective.terms = {{"a", 1, true}, {"b", 1, true}};
  for (const char* model : {"MOO", "FULLYBAYESIANMOO"}) {
    core::Experiment experiment(
        "test", core::SearchSpace({RangeParameter{"x", ParameterType::kFloat, 0, 1, false, {}}, s}, {}), config, {});
    GenerationStep first, second;
    first.num_trials = 6;
    second.model = model;
    if (std::string(model) == "FULLYBAYESIANMOO") {
      second.model_kwargs = util::Node::object({{"num_samples", 32}, {"warmup_steps", 40}, {"max_tree_depth", 4}});
    }
    GenerationStrategy strategy("test", {first, second}, 4);
    int inside = 0;
    for (int i = 0; i < 14; ++i) {
      const Suggestions made = strategy.gen(experiment, 1);
      EXPECT_TRUE(made.notices.empty());
      const core::Trial& trial =
          experiment.new_trial({made.points.at(0).parameters}, made.points[0].generator_run, false, {});
      experiment.mark_running(trial.index, {});
      const double x = number(trial.arms[0].parameters, "x"), shift = 0.1 * (1 - number(trial.arms[0].parameters, "s"));
      experiment.attach_data(trial.index, {{trial.arms[0].name, "a", std::pow(x - 0.2 - shift, 2), {}},
                                           {trial.arms[0].name, "b", std::pow(x - 0.7 - shift, 2), {}}});
      experiment.mark_completed(trial.index, {});
      constexpr double kMargin = 0.1;
      inside += i >= 6 && x > 0.2 - kMargin && x < 0.7 + kMargin ? 1 : 0;
    }
    EXPECT_LT(mean_fidelity_of_model(experiment), 0.9) << model;
    EXPECT_GE(inside, 6) << model << ": between the bottoms lies the front";
  }
}

TEST(Cost, IsFittedInItsLogarithm) {
  core::Experiment experiment = fidelity_experiment({}, true);
  for (int i = 0; i <= 10; ++i) evaluate(experiment, {{"x", 0.1 * (i % 5)}, {"s", 1.0 * i}});
  const UnitSpace space(experiment.search_space());
  const CostModel cost = fit_cost(experiment, space, util::Rng(1));
  ASSERT_NE(cost.model, nullptr);
  Vector mean, variance;
  cost.model->marginals(Matrix{{0.2, 0.0}, {0.2, 1.0}}, mean, variance);
  EXPECT_NEAR(cost.scale * (mean[1] - mean[0]), std::log(10.0), 0.2);
  EXPECT_EQ(fit_cost(fidelity_experiment({}, true), space, util::Rng(1)).model, nullptr);
  EXPECT_EQ(fit_cost(run({}, false, 3), space, util::Rng(1)).model, nullptr);
}

TEST(Cost, WhatIsNotPositiveIsLeftOutWithANotice) {
  core::Experiment experiment = fidelity_experiment({}, true);
  for (int i = 0; i <= 10; ++i) evaluate(experiment, {{"x", 0.1 * (i % 5)}, {"s", 1.0 * i}});
  const UnitSpace space(experiment.search_space());
  EXPECT_EQ(why_costs_left_out(experiment), "");
  const auto fitted = [&] {
    Vector mean, variance;
    fit_cost(experiment, space, util::Rng(1)).model->marginals(Matrix{{0.2, 0.7}}, mean, variance);
    return std::pair(mean[0], variance[0]);
  };
  const auto before = fitted();
  const auto add = [&](double cost) {
    const std::int64_t index = experiment.new_trial({{{"x", 0.5}, {"s", 5.0}}}, {}, false, {}).index;
    experiment.mark_running(index, {});
    const std::string arm = experiment.trial(index).arms[0].name;
    experiment.attach_data(index, {{arm, "y", 0, {}}, {arm, "seconds", cost, {}}});
    experiment.mark_completed(index, {});
  };
  add(-1.5);
  add(0);
  const std::string why = "trial 11 has the cost -1.5 ('seconds'), but a cost must be positive";
  EXPECT_EQ(why_costs_left_out(experiment).substr(0, why.size()), why);
  EXPECT_EQ(fitted(), before);
  GenerationStep sobol;
  GenerationStrategy strategy("Sobol", {sobol}, 4);
  const Suggestions made = strategy.gen(experiment, 1);
  ASSERT_EQ(made.notices.size(), 1U) << "of the first one alone, so that it is shown once";
  EXPECT_EQ(made.notices[0], why_costs_left_out(experiment));
}

// The cost model that a point was made with must not depend on which point it was first made for.
TEST(Cost, IsTheSameAfterAnInterruption) {
  core::Experiment experiment = run({}, true, 12);
  GenerationStep first, second;
  first.num_trials = 6;
  second.model = "BOTORCH_MODULAR";
  const auto strategy = [&] { return GenerationStrategy("Sobol+BoTorch", {first, second}, 4); };
  GenerationStrategy goes_on = strategy(), resumed = strategy();
  const Suggestions open = goes_on.gen(experiment, 1);
  const std::int64_t index =
      experiment.new_trial({open.points.at(0).parameters}, open.points[0].generator_run, false, {}).index;
  experiment.mark_running(index, {});
  EXPECT_EQ(goes_on.gen(experiment, 1).points.at(0).parameters, resumed.gen(experiment, 1).points.at(0).parameters);
}

TEST(Cost, WithoutFidelityCheapPointsComeFirst) {
  // y hardly depends on s, which makes it dear: dear points are hardly worth it.
  EXPECT_LT(mean_fidelity_of_model(run({}, true, 14)), mean_fidelity_of_model(run({}, false, 14)));
}

}  // namespace fidelity_test
}  // namespace boa::generation
