#include "boa/generation/thompson.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "boa/generation/factorial_generator.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/why_not_model.hpp"

namespace boa::generation {
namespace thompson_test {

using ::testing::HasSubstr;

core::OptimizationConfig one_objective() {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"y", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 1.2, "c <= 1.2"}};
  return config;
}

core::ChoiceParameter levels(const std::string& name) {
  return {name, core::ParameterType::kInt, {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}, true};
}

/// Eight points: the corner a = b = 2 is cut off.
core::SearchSpace finite_space() {
  return core::SearchSpace({levels("a"), levels("b")},
                           {core::ParameterConstraint{{{"a", 1.0}, {"b", 1.0}}, 3.0, "a + b <= 3"}});
}

core::SearchSpace box() {
  using core::ParameterType;
  return core::SearchSpace({core::RangeParameter{"a", ParameterType::kFloat, 0, 2, false, std::nullopt},
                            core::RangeParameter{"b", ParameterType::kFloat, 0, 2, false, std::nullopt}},
                           {core::ParameterConstraint{{{"a", 1.0}, {"b", 1.0}}, 3.0, "a + b <= 3"}});
}

double value_of(const core::Trial& trial, const char* name) {
  return core::as_double(*core::find_value(trial.arms[0].parameters, name));
}

/// Up to `n` completed trials of the steps: y = (a - 1)^2 + (b - 1)^2, c = a.
core::Experiment run(const core::SearchSpace& space, const std::vector<GenerationStep>& steps, int n,
                     std::uint64_t seed = 3) {
  core::Experiment experiment("test", space, one_objective(), {});
  GenerationStrategy strategy("test", steps, seed);
  for (int i = 0; i < n; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    if (made.points.empty()) break;
    const core::Trial& trial =
        experiment.new_trial({made.points[0].parameters}, made.points[0].generator_run, false, {});
    EXPECT_EQ(experiment.search_space().why_not_member(trial.arms[0].parameters), "");
    experiment.mark_running(trial.index, {});
    const double a = value_of(trial, "a"), b = value_of(trial, "b");
    experiment.attach_data(trial.index,
                           {{trial.arms[0].name, "y", std::pow(a - 1, 2) + std::pow(b - 1, 2), std::nullopt},
                            {trial.arms[0].name, "c", a, std::nullopt}});
    experiment.mark_completed(trial.index, {});
  }
  return experiment;
}

std::vector<GenerationStep> steps_of(const std::string& model, int sobol) {
  GenerationStep first, second;
  first.num_trials = sobol;
  second.model = model;
  return {first, second};
}

TEST(Thompson, FindsTheOptimumOfASmoothFunctionInsideOfConstraints) {
  const core::Experiment experiment = run(box(), steps_of("THOMPSON", 6), 18);
  double best = 100;
  for (const auto& [index, trial] : experiment.trials()) {
    const double a = value_of(trial, "a"), b = value_of(trial, "b");
    if (a <= 1.2) best = std::min(best, std::pow(a - 1, 2) + std::pow(b - 1, 2));
    if (index < 6) continue;
    EXPECT_EQ(trial.generator_run.model_key, "Thompson");
    EXPECT_EQ(trial.generator_run.gen_metadata.at("acquisition").as_string(), "Thompson sample");
  }
  EXPECT_LT(best, 0.02);
}

TEST(Thompson, TakesEachPointOfAFiniteSpaceOnce) {
  const core::Experiment experiment = run(finite_space(), steps_of("Thompson", 3), 20);
  std::set<std::string> seen;
  for (const auto& [index, trial] : experiment.trials()) seen.insert(signature_of(trial.arms[0].parameters));
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_EQ(experiment.trials().size(), 8U);
}

TEST(Thompson, DependsOnItsSeedAlone) {
  const auto last = [](std::uint64_t seed) {
    return value_of(run(box(), steps_of("THOMPSON", 5), 7, seed).trial(6), "a");
  };
  EXPECT_EQ(last(1), last(1));
  EXPECT_NE(last(1), last(2));
}

TEST(Thompson, SampledConstraintsComeFirst) {
  // Feasible rows by objective, then the others by how little they miss.
  EXPECT_EQ(best_first(Vector{{1.0, 5.0, 2.0, 9.0}}, Vector{{0.0, 0.3, 0.0, 0.1}}), (std::vector<Index>{2, 0, 3, 1}));
}

TEST(Factorial, TakesEveryCombinationOnceInOrderAndEnds) {
  GenerationStep step;
  step.model = "FACTORIAL";
  const core::Experiment experiment = run(finite_space(), {step}, 20);
  ASSERT_EQ(experiment.trials().size(), 8U);
  const std::vector<core::Parameterization> expected = UnitSpace(finite_space()).enumerate();
  for (const auto& [index, trial] : experiment.trials()) {
    EXPECT_EQ(trial.generator_run.model_key, "Factorial");
    EXPECT_EQ(signature_of(trial.arms[0].parameters), signature_of(expected[static_cast<std::size_t>(index)]));
  }
}

TEST(Factorial, SaysWhatItCannotServe) {
  EXPECT_EQ(why_not_factorial(finite_space()), "");
  EXPECT_THAT(why_not_factorial(box()), HasSubstr("'a' is a range"));
  std::vector<core::Parameter> many;
  for (int i = 0; i < 12; ++i) many.emplace_back(levels("p" + std::to_string(i)));
  EXPECT_THAT(why_not_factorial(core::SearchSpace(many, {})), HasSubstr("more than 200000 combinations"));
  core::OptimizationConfig several = one_objective();
  several.objective.kind = core::Objective::Kind::kMulti;
  EXPECT_THAT(why_not_model("Thompson", box(), several), HasSubstr("one objective"));
  EXPECT_EQ(why_not_model("Thompson", box(), one_objective()), "");
  EXPECT_THAT(why_not_model("Factorial", box(), one_objective()), HasSubstr("is a range"));
}

}  // namespace thompson_test
}  // namespace boa::generation
