#include "boa/generation/generation_strategy.hpp"

#include <gmock/gmock.h>

#include <set>

#include "boa/generation/model_names.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {
namespace strategy_test {

using core::Experiment;
using core::Parameter;
using core::ParameterType;
using core::RangeParameter;
using core::SearchSpace;
using ::testing::HasSubstr;

core::OptimizationConfig one_metric() {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.objective.terms = {{"y", 1, true}};
  return config;
}

Parameter range(const std::string& name, double lower, double upper, ParameterType type = ParameterType::kFloat) {
  return RangeParameter{name, type, lower, upper, false, {}};
}

Experiment experiment_over(SearchSpace space) { return {"test", std::move(space), one_metric(), {}}; }
Experiment plane() { return experiment_over(SearchSpace({range("a", 0, 1), range("b", -5, 5)}, {})); }

GenerationStep step(const std::string& model, std::int64_t num_trials, std::int64_t observed = 0) {
  GenerationStep made;
  made.model = model;
  made.num_trials = num_trials;
  made.min_trials_observed = observed;
  return made;
}

std::int64_t start(Experiment& experiment, const Suggestion& point) {
  const std::int64_t index = experiment.new_trial({point.parameters}, point.generator_run, false, {}).index;
  experiment.mark_running(index, {});
  return index;
}

void complete(Experiment& experiment, std::int64_t index, double value) {
  experiment.attach_data(index, {{experiment.trial(index).arms[0].name, "y", value, {}}});
  experiment.mark_completed(index, {});
}

TEST(GenerationStrategy, ALatinHypercubeHasOnePointInEachInterval) {
  Experiment experiment = plane();
  GenerationStrategy strategy("design", {step("LATIN_HYPERCUBE", 10), step("SOBOL", -1)}, 3);
  std::set<int> a, b;
  for (int i = 0; i < 10; ++i) {  // one by one, as a run asks for them
    const Suggestion point = strategy.gen(experiment, 1).points.at(0);
    EXPECT_EQ(point.generator_run.model_key, "LatinHypercube");
    a.insert(static_cast<int>(10 * core::as_double(*core::find_value(point.parameters, "a"))));
    b.insert(static_cast<int>(core::as_double(*core::find_value(point.parameters, "b")) + 5));
    start(experiment, point);
  }
  EXPECT_EQ(a, (std::set<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(b, a);
  EXPECT_NE(strategy.gen(experiment, 1).points.at(0).generator_run.model_key, "LatinHypercube");
}

TEST(GenerationStrategy, AnUnscrambledLatinHypercubeIsInTheMiddlesOfItsIntervals) {
  GenerationStep centered = step("LATIN_HYPERCUBE", 4);
  centered.model_kwargs = util::Node::object({{"scramble", false}});
  GenerationStrategy strategy("design", {centered}, 3);
  std::set<double> a;
  for (const Suggestion& point : strategy.gen(plane(), 4).points) {
    a.insert(core::as_double(*core::find_value(point.parameters, "a")));
  }
  EXPECT_EQ(a, (std::set<double>{0.125, 0.375, 0.625, 0.875}));
}

TEST(GenerationStrategy, ALatinHypercubeWithoutEndIsRefused) {
  GenerationStrategy strategy("design", {step("LATIN_HYPERCUBE", -1)}, 3);
  EXPECT_THROW(strategy.gen(plane(), 1), UserInputError);
}

TEST(GenerationStrategy, SuggestionsOneByOneEqualThoseOfOneCall) {
  Experiment at_once = plane();
  Experiment one_by_one = plane();
  GenerationStrategy a("Sobol", {step("SOBOL", -1)}, 3);
  GenerationStrategy b("Sobol", {step("SOBOL", -1)}, 3);
  const Suggestions all = a.gen(at_once, 20);
  ASSERT_EQ(all.points.size(), 20U);
  for (const Suggestion& expected : all.points) {
    const Suggestion got = b.gen(one_by_one, 1).points.at(0);
    EXPECT_EQ(got.parameters, expected.parameters);
    start(one_by_one, got);
  }
}

TEST(GenerationStrategy, ResumedRunGoesOnAsIfNeverInterrupted) {
  Experiment experiment = plane();
  GenerationStrategy first("Sobol", {step("SOBOL", -1)}, 11);
  for (int i = 0; i < 7; ++i) start(experiment, first.gen(experiment, 1).points.at(0));
  GenerationStrategy resumed("Sobol", {step("SOBOL", -1)}, 11);
  Experiment reloaded = plane();
  for (const auto& [index, trial] : experiment.trials()) reloaded.add_stored_trial(trial);
  EXPECT_EQ(resumed.gen(reloaded, 3).points.at(2).parameters, first.gen(experiment, 3).points.at(2).parameters);
}

TEST(GenerationStrategy, CallWithoutANewTrialGivesTheSamePointAgain) {
  const Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", -1)}, 5);
  EXPECT_EQ(strategy.gen(experiment, 1).points.at(0).parameters, strategy.gen(experiment, 1).points.at(0).parameters);
}

TEST(GenerationStrategy, SeedsGiveDifferentPoints) {
  const Experiment experiment = plane();
  GenerationStrategy a("Sobol", {step("SOBOL", -1)}, 1);
  GenerationStrategy b("Sobol", {step("SOBOL", -1)}, 2);
  EXPECT_NE(a.gen(experiment, 1).points.at(0).parameters, b.gen(experiment, 1).points.at(0).parameters);
}

TEST(GenerationStrategy, PointsNameTheirModelAndStep) {
  const Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", 1), step("Uniform", -1)}, 1);
  const Suggestions suggestions = strategy.gen(experiment, 2);
  ASSERT_EQ(suggestions.points.size(), 2U);
  EXPECT_EQ(suggestions.points[0].generator_run.model_key, "Sobol");
  EXPECT_EQ(suggestions.points[0].generator_run.generation_step_index, 0);
  EXPECT_EQ(suggestions.points[1].generator_run.model_key, "Uniform");
  EXPECT_EQ(suggestions.points[1].generator_run.generation_step_index, 1);
}

TEST(GenerationStrategy, StepsEndWithTheirTrials) {
  Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", 3)}, 1);
  const Suggestions suggestions = strategy.gen(experiment, 5);
  EXPECT_EQ(suggestions.points.size(), 3U);
  EXPECT_EQ(suggestions.shortage, Shortage::kStepsCompleted);
  for (const Suggestion& point : suggestions.points) start(experiment, point);
  EXPECT_EQ(strategy.current_step(experiment), 1U);
  EXPECT_EQ(strategy.allowance(experiment, 1).shortage, Shortage::kStepsCompleted);
}

TEST(GenerationStrategy, FailedAndAbandonedTrialsAreReplaced) {
  Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", 2)}, 1);
  for (const Suggestion& point : strategy.gen(experiment, 2).points) start(experiment, point);
  experiment.mark_failed(0, "exit 1", {});
  EXPECT_EQ(strategy.gen(experiment, 5).points.size(), 1U);
  experiment.mark_abandoned(1, "by hand", {});
  EXPECT_EQ(strategy.gen(experiment, 5).points.size(), 2U);
}

TEST(GenerationStrategy, NextStepWaitsForObservedTrials) {
  Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", 2, 1), step("UNIFORM", -1)}, 1);
  const Suggestions first = strategy.gen(experiment, 4);
  EXPECT_EQ(first.points.size(), 2U);
  EXPECT_EQ(first.shortage, Shortage::kDataRequired);
  for (const Suggestion& point : first.points) start(experiment, point);
  EXPECT_EQ(strategy.allowance(experiment, 4).num_allowed, 0);
  complete(experiment, 1, 0.5);
  EXPECT_EQ(strategy.current_step(experiment), 1U);
  EXPECT_EQ(strategy.current_step_name(experiment), "Uniform");
  EXPECT_EQ(strategy.gen(experiment, 4).points.size(), 4U);
}

TEST(GenerationStrategy, TheReasonOfAWaitStaysTheSameSoThatItIsLoggedOnce) {
  Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", 3, 2), step("UNIFORM", -1)}, 1);
  for (const Suggestion& point : strategy.gen(experiment, 3).points) start(experiment, point);
  const std::string reason = strategy.allowance(experiment, 1).reason;
  EXPECT_NE(reason.find("has made its 3 trials and waits until 2 of them are observed"), std::string::npos) << reason;
  complete(experiment, 0, 0.5);
  EXPECT_EQ(strategy.allowance(experiment, 1).reason, reason);
}

TEST(GenerationStrategy, UnenforcedStepGoesOnWhileItWaits) {
  Experiment experiment = plane();
  GenerationStep first = step("SOBOL", 2, 1);
  first.enforce_num_trials = false;
  GenerationStrategy strategy("Sobol", {first, step("UNIFORM", -1)}, 1);
  const Suggestions suggestions = strategy.gen(experiment, 5);
  EXPECT_EQ(suggestions.points.size(), 5U);
  EXPECT_EQ(suggestions.points.back().generator_run.model_key, "Sobol");
}

TEST(GenerationStrategy, ParallelismOfAStepIsLimited) {
  Experiment experiment = plane();
  GenerationStep only = step("SOBOL", -1);
  only.max_parallelism = 2;
  GenerationStrategy strategy("Sobol", {only}, 1);
  const Suggestions suggestions = strategy.gen(experiment, 3);
  EXPECT_EQ(suggestions.points.size(), 2U);
  EXPECT_EQ(suggestions.shortage, Shortage::kMaxParallelism);
  EXPECT_EQ(suggestions.reason,
            "generation step 1 (Sobol) has at most 2 trials running at a time; the step's max_parallelism, or without "
            "'steps' generation_strategy.max_parallelism_override, changes that");
  for (const Suggestion& point : suggestions.points) start(experiment, point);
  EXPECT_EQ(strategy.allowance(experiment, 1).num_allowed, 0);
  complete(experiment, 0, 1);
  EXPECT_EQ(strategy.allowance(experiment, 3).num_allowed, 1);
}

TEST(GenerationStrategy, BatchTrialCountsOnce) {
  Experiment experiment = plane();
  GenerationStrategy strategy("Sobol", {step("SOBOL", 1), step("UNIFORM", -1)}, 1);
  const Suggestions arms = strategy.gen_arms(experiment, 4);
  ASSERT_EQ(arms.points.size(), 4U);
  std::vector<core::Parameterization> parameters;
  for (const Suggestion& arm : arms.points) parameters.push_back(arm.parameters);
  experiment.new_trial(parameters, arms.points[0].generator_run, true, {});
  EXPECT_EQ(strategy.current_step(experiment), 1U);
}

TEST(GenerationStrategy, FiniteSpaceEndsWhenEveryPointWasTried) {
  Experiment experiment =
      experiment_over(SearchSpace({range("n", 1, 3, ParameterType::kInt), range("m", 0, 1, ParameterType::kInt)},
                                  {{{{"n", 1}, {"m", 1}}, 3, "n + m <= 3"}}));
  GenerationStrategy strategy("Sobol", {step("SOBOL", -1)}, 1);
  std::set<std::string> seen;
  Suggestions suggestions;
  while ((suggestions = strategy.gen(experiment, 1)).shortage == Shortage::kNone) {
    EXPECT_EQ(experiment.search_space().why_not_member(suggestions.points[0].parameters), "");
    seen.insert(signature_of(suggestions.points[0].parameters));
    complete(experiment, start(experiment, suggestions.points[0]), 1);
  }
  EXPECT_EQ(suggestions.shortage, Shortage::kSearchSpaceExhausted);
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(experiment.num_trials(), 5U);
}

TEST(GenerationStrategy, AllFixedSpaceHasOneTrial) {
  Experiment experiment = experiment_over(SearchSpace({core::FixedParameter{"f", ParameterType::kFloat, 2.5}}, {}));
  const ChosenSteps chosen = choose_generation_steps(experiment.search_space(), one_metric(), {}, 20);
  GenerationStrategy strategy(chosen.name, chosen.steps, 1);
  const Suggestions suggestions = strategy.gen(experiment, 3);
  EXPECT_EQ(suggestions.points.size(), 1U);
  EXPECT_EQ(suggestions.shortage, Shortage::kSearchSpaceExhausted);
}

TEST(GenerationStrategy, AllFixedSpaceHasOneTrialForAModelToo) {
  Experiment experiment = experiment_over(SearchSpace({core::FixedParameter{"f", ParameterType::kFloat, 2.5}}, {}));
  GenerationStep step;
  step.model = "GPEI";
  GenerationStrategy strategy("GPEI", {step}, 1);
  const Suggestions first = strategy.gen(experiment, 1);
  ASSERT_EQ(first.points.size(), 1U);
  complete(experiment, start(experiment, first.points[0]), 1);
  const Suggestions second = strategy.gen(experiment, 1);
  EXPECT_TRUE(second.points.empty());
  EXPECT_EQ(second.shortage, Shortage::kSearchSpaceExhausted);
}

TEST(GenerationStrategy, NarrowPolytopeIsSampled) {
  // A share of 1e-9 of the box: rejection would never end.
  Experiment experiment = experiment_over(SearchSpace({range("a", 0, 1), range("b", 0, 1), range("c", 0, 1)},
                                                      {{{{"a", 1}, {"b", 1}, {"c", 1}}, 0.003, "a + b + c <= 0.003"}}));
  GenerationStrategy strategy("Sobol", {step("SOBOL", -1)}, 1);
  std::set<std::string> seen;
  for (const Suggestion& point : strategy.gen(experiment, 20).points) {
    EXPECT_EQ(experiment.search_space().why_not_member(point.parameters), "");
    seen.insert(signature_of(point.parameters));
  }
  EXPECT_EQ(seen.size(), 20U);
}

TEST(GenerationStrategy, SeedAndPositionOfAStepAreObeyed) {
  Experiment experiment = plane();
  GenerationStep plain = step("SOBOL", -1);
  plain.model_kwargs = util::Node::object({{"scramble", false}, {"init_position", 1}});
  GenerationStrategy strategy("Sobol", {plain}, 1);
  const core::Parameterization first = strategy.gen(experiment, 1).points.at(0).parameters;
  EXPECT_EQ(first, (core::Parameterization{{"a", 0.5}, {"b", 0.0}}));

  GenerationStep seeded = step("SOBOL", -1);
  seeded.model_kwargs = util::Node::object({{"seed", 42}});
  GenerationStrategy a("Sobol", {seeded}, 1);
  GenerationStrategy b("Sobol", {seeded}, 2);
  EXPECT_EQ(a.gen(experiment, 1).points.at(0).parameters, b.gen(experiment, 1).points.at(0).parameters);
}

TEST(GenerationStrategy, CenterComesFirstWhereItIsWantedAndAllowed) {
  GenerationStep centered = step("SOBOL", -1);
  centered.model_kwargs = util::Node::object({{"center_first", true}});
  const Experiment free = plane();
  const std::vector<Suggestion> points = GenerationStrategy("Sobol", {centered}, 1).gen(free, 3).points;
  const std::vector<Suggestion> plain = GenerationStrategy("Sobol", {step("SOBOL", -1)}, 1).gen(free, 2).points;
  EXPECT_EQ(points.at(0).parameters, (core::Parameterization{{"a", 0.5}, {"b", 0.0}}));
  EXPECT_EQ(points.at(1).parameters, plain.at(0).parameters);
  EXPECT_EQ(points.at(2).parameters, plain.at(1).parameters);

  const core::ParameterConstraint corner{{{"a", 1.0}, {"b", 1.0}}, 0.9, "a + b <= 0.9"};
  const Experiment bounded = experiment_over(SearchSpace({range("a", 0, 1), range("b", 0, 1)}, {corner}));
  EXPECT_EQ(GenerationStrategy("Sobol", {centered}, 1).gen(bounded, 1).points.at(0).parameters,
            GenerationStrategy("Sobol", {step("SOBOL", -1)}, 1).gen(bounded, 1).points.at(0).parameters);
}

TEST(GenerationStrategy, ImpossibleStepsAreRefused) {
  const auto message = [](std::vector<GenerationStep> steps) -> std::string {
    try {
      GenerationStrategy("bad", std::move(steps), 1);
    } catch (const UserInputError& error) {
      return error.describe();
    }
    return "no error";
  };
  EXPECT_THAT(message({}), HasSubstr("at least one step"));
  EXPECT_THAT(message({step("SOBOL", 0)}), HasSubstr("num_trials must be positive"));
  EXPECT_THAT(message({step("SOBOL", -1), step("GPEI", -1)}), HasSubstr("only the last step"));
  EXPECT_THAT(message({step("SOBOL", 2, 3)}), HasSubstr("min_trials_observed (3) exceeds num_trials (2)"));
  EXPECT_THAT(message({step("sobol", 2)}), HasSubstr("did you mean"));
}

TEST(GenerationStrategy, ModelThatIsNotServedIsRefusedWithTheServedOnes) {
  try {
    GenerationStrategy("bad", {step("ALEBO", -1)}, 1);
    FAIL() << "no error";
  } catch (const UnsupportedError& error) {
    EXPECT_THAT(error.describe(), HasSubstr("ALEBO"));
    for (const std::string& name : served_models()) EXPECT_THAT(error.describe(), HasSubstr(name));
  }
}

TEST(AutomaticSteps, InitialPointsLeaveRoomForTheModel) {
  std::vector<Parameter> many;
  for (int j = 0; j < 20; ++j) many.push_back(range("x" + std::to_string(j), 0, 1));
  const SearchSpace space(many, {});
  for (std::int64_t budget = 6; budget <= 300; ++budget) {
    const ChosenSteps chosen = choose_generation_steps(space, one_metric(), {}, budget);
    ASSERT_EQ(chosen.steps.size(), 2U);
    EXPECT_LT(chosen.steps[0].num_trials, budget);
    EXPECT_LE(chosen.steps[0].num_trials, 40);
    EXPECT_GE(chosen.steps[0].num_trials, 5);
  }
  EXPECT_EQ(choose_generation_steps(space, one_metric(), {}, std::nullopt).steps[0].num_trials, 40);
}

TEST(AutomaticSteps, StepsAreSobolThenBoTorchWithThreeInParallel) {
  const ChosenSteps chosen = choose_generation_steps(plane().search_space(), one_metric(), {}, 20);
  EXPECT_EQ(chosen.name, "Sobol+BoTorch");
  ASSERT_EQ(chosen.steps.size(), 2U);
  EXPECT_EQ(chosen.steps[0].model, "SOBOL");
  EXPECT_EQ(chosen.steps[0].min_trials_observed, 3);
  EXPECT_FALSE(chosen.steps[0].max_parallelism.has_value());
  EXPECT_EQ(chosen.steps[1].model, "BOTORCH_MODULAR");
  EXPECT_EQ(chosen.steps[1].num_trials, -1);
  EXPECT_EQ(chosen.steps[1].max_parallelism, 3);
}

TEST(AutomaticSteps, GivenNumberOfInitialPointsIsObeyed) {
  AutomaticOptions options;
  options.num_initialization_trials = 30;
  EXPECT_EQ(choose_generation_steps(plane().search_space(), one_metric(), options, 20).steps[0].num_trials, 30);
  options.num_completed_initialization_trials = 30;
  const ChosenSteps chosen = choose_generation_steps(plane().search_space(), one_metric(), options, 20);
  EXPECT_EQ(chosen.name, "BoTorch");
  EXPECT_EQ(chosen.steps.size(), 1U);
}

TEST(AutomaticSteps, ModelFollowsTheKindsOfParameters) {
  const auto choice = [](const std::string& name, int k) -> Parameter {
    core::ChoiceParameter made{name, ParameterType::kString, {}, false};
    for (int i = 0; i < k; ++i) made.values.emplace_back("v" + std::to_string(i));
    return made;
  };
  const auto name_for = [&](std::vector<Parameter> parameters, std::optional<std::int64_t> budget = {}) {
    return choose_generation_steps(SearchSpace(std::move(parameters), {}), one_metric(), {}, budget).name;
  };
  EXPECT_EQ(name_for({choice("c", 4), range("x", 0, 1)}), "Sobol+BO_MIXED");
  EXPECT_EQ(name_for({choice("c", 2), range("x", 0, 1)}), "Sobol+BoTorch");
  EXPECT_EQ(name_for({choice("c", 70), range("x", 0, 1)}), "Sobol");
  EXPECT_EQ(name_for({choice("c", 4)}, 4), "Sobol") << "every point can be tried";
  AutomaticOptions options;
  options.no_bayesian_optimization = true;
  EXPECT_EQ(choose_generation_steps(plane().search_space(), one_metric(), options, 20).name, "Sobol");
}

TEST(AutomaticSteps, ParallelismFollowsTheOptions) {
  const auto steps = [](const AutomaticOptions& options) {
    return choose_generation_steps(plane().search_space(), one_metric(), options, 20).steps;
  };
  AutomaticOptions options;
  options.max_parallelism_cap = 2;
  EXPECT_EQ(steps(options)[0].max_parallelism, 2);
  EXPECT_EQ(steps(options)[1].max_parallelism, 2);
  options.max_parallelism_cap = 9;
  EXPECT_EQ(steps(options)[1].max_parallelism, 3);
  options = {};
  options.max_parallelism_override = 7;
  EXPECT_EQ(steps(options)[1].max_parallelism, 7);
  options.max_parallelism_override = -1;
  EXPECT_FALSE(steps(options)[1].max_parallelism.has_value());
  options = {};
  options.enforce_sequential_optimization = false;
  EXPECT_FALSE(steps(options)[0].enforce_num_trials);
  EXPECT_FALSE(steps(options)[1].max_parallelism.has_value());
}

}  // namespace strategy_test
}  // namespace boa::generation
