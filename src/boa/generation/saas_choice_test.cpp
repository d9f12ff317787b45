#include "boa/generation/saas_choice.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/math/sobol.hpp"

namespace boa::generation {
namespace saas_test {

/// Six columns, of which the second matters; values from 100 on.
Outcome valley(Index n, double known_variance) {
  Outcome outcome;
  outcome.X = math::Sobol(6, util::Rng(1)).draw(n);
  outcome.y = 100.0 - 50.0 * (outcome.X.col(1).array() - 0.7).square();
  outcome.y_var = Vector::Constant(n, known_variance);
  return outcome;
}

TEST(SaasEnsemble, PredictsAndExpectsNothingAtPendingPoints) {
  const Outcome outcome = valley(14, 0);
  const OutcomeTransform transform(outcome.y, OutcomeTransform::Tail::kNone);
  const SaasEnsemble ensemble(outcome, transform, util::Rng(2));
  Matrix x = Matrix::Constant(1, 6, 0.35);
  x(0, 1) = 0.7;
  Vector mean, free, pending;
  for (std::size_t k = 0; k < ensemble.models(Matrix(0, 6)).size(); ++k) {
    ensemble.models(Matrix(0, 6))[k]->marginals(x, mean, free);
    EXPECT_NEAR(transform.inverse(mean[0]), 100, 2) << k;
    ensemble.models(x)[k]->marginals(x, mean, pending);
    EXPECT_LE(pending[0], free[0]);
    EXPECT_LT(pending[0], 2e-3);
  }
}

TEST(Saasbo, RunsInsideOfBoundsAndConstraints) {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"y", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.8, "c <= 0.8"}};
  std::vector<core::Parameter> parameters;
  for (const char* name : {"x0", "x1", "x2"}) {
    parameters.push_back(core::RangeParameter{name, core::ParameterType::kFloat, -1, 1, false, std::nullopt});
  }
  const core::SearchSpace space(parameters,
                                {core::ParameterConstraint{{{"x0", 1.0}, {"x1", 1.0}}, 0.5, "x0 + x1 <= 0.5"}});
  core::Experiment experiment("test", space, config, {});
  GenerationStep first, second;
  first.num_trials = 5;
  second.model = "SAASBO";
  GenerationStrategy strategy("test", {first, second}, 7);
  for (int i = 0; i < 8; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    const core::Trial& trial =
        experiment.new_trial({made.points.at(0).parameters}, made.points[0].generator_run, false, {});
    EXPECT_EQ(space.why_not_member(trial.arms[0].parameters), "");
    experiment.mark_running(trial.index, {});
    if (i == 6) continue;  // stays pending
    const double x = core::as_double(*core::find_value(trial.arms[0].parameters, "x1"));
    experiment.attach_data(trial.index, {{trial.arms[0].name, "y", (x - 0.2) * (x - 0.2), std::nullopt},
                                         {trial.arms[0].name, "c", std::abs(x), std::nullopt}});
    experiment.mark_completed(trial.index, {});
  }
  EXPECT_EQ(experiment.trial(7).generator_run.model_key, "SAASBO");
  EXPECT_NE(experiment.trial(7).generator_run.gen_metadata.at("acquisition").as_string().find("SAAS"),
            std::string::npos);
}

TEST(Saasbo, SaysWhatItCannotServe) {
  core::OptimizationConfig config;
  const core::SearchSpace mixed(
      {core::ChoiceParameter{
          "c", core::ParameterType::kString, {std::string("a"), std::string("b"), std::string("d")}, false}},
      {});
  EXPECT_NE(why_not_fully_bayesian(mixed, config).find("'c'"), std::string::npos);
  const core::SearchSpace plain({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, std::nullopt}},
                                {});
  EXPECT_EQ(why_not_fully_bayesian(plain, config), "");
  config.objective.kind = core::Objective::Kind::kMulti;
  EXPECT_EQ(why_not_fully_bayesian(plain, config), "SAASBO takes one objective");
}

TEST(Saasbo, AutomaticChoiceTakesItWhereItCanServe) {
  AutomaticOptions options;
  options.use_saasbo = true;
  std::vector<core::Parameter> parameters = {
      core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, std::nullopt}};
  core::OptimizationConfig config;
  config.objective.terms = {{"y", 1, true}};
  const ChosenSteps chosen = choose_generation_steps(core::SearchSpace(parameters, {}), config, options, 20);
  EXPECT_EQ(chosen.steps.back().model, "SAASBO");
  EXPECT_EQ(chosen.name, "Sobol+SAASBO");
  config.objective.kind = core::Objective::Kind::kMulti;
  const ChosenSteps other = choose_generation_steps(core::SearchSpace(parameters, {}), config, options, 20);
  EXPECT_EQ(other.steps.back().model, "BOTORCH_MODULAR");
  EXPECT_NE(other.reason.find("use_saasbo has no effect: SAASBO takes one objective"), std::string::npos);
}

}  // namespace saas_test
}  // namespace boa::generation
