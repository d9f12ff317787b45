#include "boa/generation/bayesian_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "boa/generation/generation_strategy.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {
namespace bayesian_test {

using core::ChoiceParameter;
using core::Experiment;
using core::ParameterConstraint;
using core::Parameterization;
using core::ParameterType;
using core::RangeParameter;
using core::SearchSpace;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

using Model = std::function<std::vector<core::DataRow>(const Parameterization&)>;

double value_of(const Parameterization& point, const char* name) {
  return core::as_double(*core::find_value(point, name));
}

RangeParameter real(const char* name, double lower, double upper) {
  return {name, ParameterType::kFloat, lower, upper, false, std::nullopt};
}

SearchSpace square() { return SearchSpace({real("x", 0, 1), real("y", 0, 1)}, {}); }

core::OptimizationConfig minimize_z(core::NoiseKind noise = core::NoiseKind::kUnset) {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "z";
  config.metrics[0].noise = noise;
  config.objective.terms = {{"z", 1, true}};
  return config;
}

core::DataRow row(double mean, const char* metric = "z", std::optional<double> sem = std::nullopt) {
  return {"", metric, mean, sem};
}

GenerationStrategy sobol_then_model(std::int64_t initial, std::uint64_t seed = 5,
                                    std::optional<std::int64_t> budget = {}) {
  GenerationStep first;
  first.num_trials = initial;
  GenerationStep second;
  second.model = "BOTORCH_MODULAR";
  second.budget = budget;
  return {"Sobol+BoTorch", {first, second}, seed};
}

/// Runs the loop one trial at a time; returns the experiment.
Experiment optimize(const SearchSpace& space, const core::OptimizationConfig& config, const Model& model, int trials,
                    std::int64_t initial = 5, std::uint64_t seed = 5, std::optional<std::int64_t> budget = {}) {
  Experiment experiment("test", space, config, {});
  GenerationStrategy strategy = sobol_then_model(initial, seed, budget);
  for (int i = 0; i < trials; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    if (made.points.empty()) break;
    const core::Trial& trial =
        experiment.new_trial({made.points[0].parameters}, made.points[0].generator_run, false, {});
    experiment.mark_running(trial.index, {});
    std::vector<core::DataRow> rows = model(trial.arms[0].parameters);
    for (core::DataRow& each : rows) each.arm_name = trial.arms[0].name;
    experiment.attach_data(trial.index, rows);
    experiment.mark_completed(trial.index, {});
  }
  return experiment;
}

double best_of(const Experiment& experiment) {
  double best = std::numeric_limits<double>::infinity();
  for (const auto& [index, trial] : experiment.trials()) {
    if (!trial.data.empty()) best = std::min(best, trial.data[0].mean);
  }
  return best;
}

double bowl(const Parameterization& p) {
  return std::pow(value_of(p, "x") - 0.3, 2) + std::pow(value_of(p, "y") - 0.7, 2);
}

std::string all_points(const Experiment& experiment) {
  std::string text;
  for (const auto& [index, trial] : experiment.trials())
    text += util::write_json(core::to_node(trial.arms[0].parameters));
  return text;
}

void expect_all_inside(const Experiment& experiment) {
  for (const auto& [index, trial] : experiment.trials()) {
    EXPECT_EQ(experiment.search_space().why_not_member(trial.arms[0].parameters), "") << "trial " << index;
  }
}

TEST(BayesianGenerator, FindsTheBottomOfABowl) {
  const Experiment experiment =
      optimize(square(), minimize_z(), [](const auto& p) { return std::vector{row(bowl(p))}; }, 15);
  EXPECT_LT(best_of(experiment), 1e-4);
  EXPECT_EQ(experiment.trial(14).generator_run.model_key, "BoTorch");
}

TEST(BayesianGenerator, SaysThatExactDataContradictThemselves) {
  Experiment experiment("test", square(), minimize_z(core::NoiseKind::kKnown), {});
  for (const double value : {1.0, 2.0}) {
    const core::Trial& trial = experiment.new_trial({{{"x", 0.5}, {"y", 0.5}}}, {}, false, {});
    experiment.mark_running(trial.index, {});
    core::DataRow measured = row(value);
    measured.arm_name = trial.arms[0].name;
    experiment.attach_data(trial.index, {measured});
    experiment.mark_completed(trial.index, {});
  }
  GenerationStep model;
  model.model = "GPEI";
  EXPECT_THAT(GenerationStrategy("GPEI", {model}, 5).gen(experiment, 1).notices,
              ::testing::ElementsAre(::testing::HasSubstr("its noise is inferred")));
}

bool is_refining(const core::GeneratorRun& run) {
  const util::Node* name = run.gen_metadata.find("acquisition");
  return name != nullptr && name->as_string() == "PosteriorMean";
}

/// By which trials of a run over the square the best point was refined, by their numbers.
std::vector<std::int64_t> refining_trials(const Model& model, int trials, std::optional<std::int64_t> budget) {
  const Experiment experiment = optimize(square(), minimize_z(), model, trials, 5, 5, budget);
  std::vector<std::int64_t> refining;
  for (const auto& [index, trial] : experiment.trials()) {
    if (is_refining(trial.generator_run)) refining.push_back(index);
  }
  return refining;
}

double hills(const Parameterization& p) {
  const double x = value_of(p, "x"), y = value_of(p, "y");
  return std::sin(9 * x) + std::cos(7 * y) + x * y;
}

TEST(BayesianGenerator, OneInThreePointsAndTheLastOnesRefineTheBest) {
  const Model model = [](const Parameterization& p) { return std::vector{row(hills(p))}; };
  // Where the mean promises no gain the point is another one.
  EXPECT_THAT(refining_trials(model, 13, std::nullopt), AllOf(SizeIs(Ge(1U)), Each(AnyOf(9, 12))));
  EXPECT_THAT(refining_trials(model, 8, 8), AllOf(SizeIs(Ge(1U)), Each(AllOf(Ge(5), Le(7)))));
  EXPECT_TRUE(refining_trials(model, 8, 12).empty());
}

TEST(BayesianGenerator, OneOfSeveralOpenPointsRefinesTheBest) {
  const Model model = [](const Parameterization& p) { return std::vector{row(hills(p))}; };
  const Experiment observed = optimize(square(), minimize_z(), model, 12);
  const auto refines_beside = [](Experiment experiment, const Suggestion& open) {
    experiment.mark_running(experiment.new_trial({open.parameters}, open.generator_run, false, {}).index, {});
    return is_refining(sobol_then_model(5).gen(experiment, 1).points.at(0).generator_run);
  };
  const Suggestions batch = sobol_then_model(5).gen(observed, 3);
  ASSERT_EQ(batch.points.size(), 3U);
  EXPECT_TRUE(is_refining(batch.points[0].generator_run));
  EXPECT_FALSE(is_refining(batch.points[1].generator_run) || is_refining(batch.points[2].generator_run));
  EXPECT_FALSE(refines_beside(observed, batch.points[0]));
  EXPECT_TRUE(refines_beside(observed, batch.points[1]));
}

TEST(BayesianGenerator, NothingIsRefinedWhereTheMeanPromisesNothing) {
  const Model flat = [](const Parameterization&) { return std::vector{row(1.0)}; };
  EXPECT_TRUE(refining_trials(flat, 8, 8).empty());
}

TEST(BayesianGenerator, SameSeedGivesTheSameRunToTheLastBit) {
  const Model model = [](const auto& p) { return std::vector{row(bowl(p))}; };
  const std::string first = all_points(optimize(square(), minimize_z(), model, 10));
  EXPECT_EQ(first, all_points(optimize(square(), minimize_z(), model, 10)));
  EXPECT_NE(first, all_points(optimize(square(), minimize_z(), model, 10, 5, 6)));
}

TEST(BayesianGenerator, ARunGoesOnAsIfItHadNeverBeenInterrupted) {
  Experiment experiment("test", square(), minimize_z(), {});
  GenerationStrategy strategy = sobol_then_model(5);
  const auto asked = [&experiment](GenerationStrategy& of) -> std::string {
    const Suggestions made = of.gen(experiment, 1);
    return util::write_json(core::to_node(made.points.at(0).parameters)) +
           util::write_json(made.points[0].generator_run.gen_metadata);
  };
  for (int i = 0; i < 12; ++i) {
    GenerationStrategy resumed = sobol_then_model(5);
    EXPECT_EQ(asked(strategy), asked(resumed)) << "trial " << i;
    const Suggestions made = strategy.gen(experiment, 1);
    const core::Trial& trial =
        experiment.new_trial({made.points[0].parameters}, made.points[0].generator_run, false, {});
    // Between two trials no observation comes: the second is suggested by the model that the first remembers.
    if (i % 3 == 2) continue;
    experiment.mark_running(trial.index, {});
    std::vector<core::DataRow> rows{row(bowl(trial.arms[0].parameters))};
    rows[0].arm_name = trial.arms[0].name;
    experiment.attach_data(trial.index, rows);
    experiment.mark_completed(trial.index, {});
  }
}

TEST(BayesianGenerator, PointsAskedForTogetherAreThoseAskedForOneByOne) {
  const Experiment start = optimize(square(), minimize_z(), [](const auto& p) { return std::vector{row(bowl(p))}; }, 8);
  Experiment one_by_one = start;
  GenerationStrategy first = sobol_then_model(5), second = sobol_then_model(5);
  const Suggestions together = first.gen(start, 4);
  for (const Suggestion& point : together.points) {
    const Suggestions made = second.gen(one_by_one, 1);
    EXPECT_EQ(util::write_json(core::to_node(point.parameters)),
              util::write_json(core::to_node(made.points.at(0).parameters)));
    one_by_one.new_trial({made.points[0].parameters}, made.points[0].generator_run, false, {});
  }
}

TEST(BayesianGenerator, MixedConstrainedSpaceIsObeyedAndSearched) {
  const SearchSpace space(
      {real("x", 0, 1), real("y", 0, 1), RangeParameter{"k", ParameterType::kInt, 1, 6, false, std::nullopt},
       RangeParameter{"l", ParameterType::kFloat, 1e-4, 1, true, std::nullopt},
       ChoiceParameter{"c", ParameterType::kString, {std::string("a"), std::string("b"), std::string("d")}, false}},
      {ParameterConstraint{{{"x", 1.0}, {"y", -1.0}}, 0.0, "x <= y"},
       ParameterConstraint{{{"k", 1.0}, {"x", 4.0}}, 6.0, "k + 4*x <= 6"}});
  const Model model = [](const Parameterization& p) {
    const double category = std::get<std::string>(*core::find_value(p, "c")) == "b" ? 0 : 1;
    return std::vector{
        row(bowl(p) + std::abs(value_of(p, "k") - 4) + std::abs(std::log10(value_of(p, "l")) + 2) + category)};
  };
  const Experiment experiment = optimize(space, minimize_z(), model, 30, 8);
  expect_all_inside(experiment);
  EXPECT_LT(best_of(experiment), 0.5);
}

TEST(BayesianGenerator, OutcomeConstraintLeadsToTheBestFeasiblePoint) {
  core::OptimizationConfig config = minimize_z();
  config.metrics.resize(2);
  config.metrics[1].name = "c";
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, -0.5, "c <= -0.5"}};
  // The bowl's bottom at x = 0.3 is infeasible; the best feasible point has x = 0.5.
  const Model model = [](const Parameterization& p) { return std::vector{row(bowl(p)), row(-value_of(p, "x"), "c")}; };
  const Experiment experiment = optimize(square(), config, model, 20);
  double best = 10;
  for (const auto& [index, trial] : experiment.trials()) {
    if (trial.data[1].mean <= -0.5) best = std::min(best, trial.data[0].mean);
  }
  EXPECT_LT(best, 0.045);
}

TEST(BayesianGenerator, FindsAFeasibleCornerWhereConstraintsAreHugeElsewhere) {
  core::OptimizationConfig config = minimize_z();
  config.metrics.resize(3);
  config.metrics[1].name = "a";
  config.metrics[2].name = "b";
  for (const char* name : {"a", "b"}) {
    config.outcome_constraints.push_back({{{name, 1.0}}, core::OutcomeConstraint::Op::kGreaterEqual, 0.0, name});
  }
  // Feasible is 0.25/y <= x <= 0.3, about 1 point in 250. Each constraint is met by far where the other is not, and
  // nearly flat beside its bound, on its own scale.
  const auto a = [](const Parameterization& p) { return std::pow(0.3 / std::max(value_of(p, "x"), 0.05), 5) - 1; };
  const auto b = [](const Parameterization& p) { return std::pow(value_of(p, "x") * value_of(p, "y") / 0.25, 5) - 1; };
  const Model model = [&](const Parameterization& p) {
    return std::vector{row(bowl(p)), row(a(p), "a"), row(b(p), "b")};
  };
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Experiment experiment = optimize(square(), config, model, 25, 5, seed);
    int feasible = 0;
    for (const auto& [index, trial] : experiment.trials())
      feasible += trial.data[1].mean >= 0 && trial.data[2].mean >= 0;
    EXPECT_GE(feasible, 3) << "seed " << seed;
  }
}

TEST(BayesianGenerator, ScalarizedObjectiveIsMaximizedWhenAskedTo) {
  core::OptimizationConfig config = minimize_z();
  config.metrics.resize(2);
  config.metrics[1].name = "w";
  config.objective.kind = core::Objective::Kind::kScalarized;
  config.objective.minimize = false;
  config.objective.terms = {{"z", -1.0, true}, {"w", 2.0, false}};
  const Model model = [](const Parameterization& p) { return std::vector{row(bowl(p)), row(-bowl(p), "w")}; };
  EXPECT_LT(best_of(optimize(square(), config, model, 15)), 1e-3);
}

TEST(BayesianGenerator, PendingPointsAreNotRepeatedAndKeepTheirDistance) {
  Experiment experiment = optimize(square(), minimize_z(), [](const auto& p) { return std::vector{row(bowl(p))}; }, 8);
  GenerationStrategy strategy = sobol_then_model(5);
  std::vector<Parameterization> pending;
  for (int i = 0; i < 4; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    ASSERT_EQ(made.points.size(), 1U);
    const auto& point = made.points[0];
    for (const Parameterization& other : pending) {
      EXPECT_GT(std::hypot(value_of(point.parameters, "x") - value_of(other, "x"),
                           value_of(point.parameters, "y") - value_of(other, "y")),
                1e-4);
    }
    pending.push_back(point.parameters);
    experiment.mark_running(experiment.new_trial({point.parameters}, point.generator_run, false, {}).index, {});
  }
}

TEST(BayesianGenerator, PointsOfAFiniteSpaceAreNotRepeatedAndThenItEnds) {
  const SearchSpace space({RangeParameter{"x", ParameterType::kInt, 0, 3, false, std::nullopt},
                           RangeParameter{"y", ParameterType::kInt, 0, 2, false, std::nullopt}},
                          {});
  const Experiment experiment =
      optimize(space, minimize_z(), [](const auto& p) { return std::vector{row(bowl(p))}; }, 50);
  EXPECT_EQ(experiment.num_trials(), 12U);
}

TEST(BayesianGenerator, NoisyOutcomesAreNoTrouble) {
  int calls = 0;
  const Model model = [&](const Parameterization& p) {
    const double noise = 0.05 * std::sin(12.9898 * ++calls);  // no pattern that two parameters could explain
    return std::vector{row(bowl(p) + noise, "z", 0.05)};
  };
  const Experiment experiment = optimize(square(), minimize_z(core::NoiseKind::kUnknown), model, 25);
  double nearest = 10;
  for (const auto& [index, trial] : experiment.trials()) {
    if (trial.generator_run.model_key == "BoTorch") nearest = std::min(nearest, bowl(trial.arms[0].parameters));
  }
  EXPECT_LT(nearest, 2e-3) << "the noise is 25 times as large";
}

struct OddOutcome {
  const char* name;
  std::function<double(int, double)> value;  ///< from number and true value

  friend void PrintTo(const OddOutcome& outcome, std::ostream* out) { *out << outcome.name; }
};
class OddData : public ::testing::TestWithParam<OddOutcome> {};

TEST_P(OddData, GivesSensiblePointsInsideTheSpace) {
  int trial = 0;
  const Model model = [&](const Parameterization& p) { return std::vector{row(GetParam().value(trial++, bowl(p)))}; };
  const Experiment experiment = optimize(square(), minimize_z(), model, 12, 3);
  EXPECT_EQ(experiment.num_trials(), 12U);
  expect_all_inside(experiment);
}

INSTANTIATE_TEST_SUITE_P(BayesianGenerator, OddData,
                         ::testing::Values(OddOutcome{"constant", [](int, double) { return 3.0; }},
                                           OddOutcome{"huge", [](int, double z) { return 1e300 * z; }},
                                           OddOutcome{"tiny", [](int, double z) { return 1e-300 * z; }},
                                           OddOutcome{"far_away", [](int, double z) { return 1e12 + z; }},
                                           OddOutcome{"one_outlier",
                                                      [](int i, double z) { return i == 1 ? 1e15 : z; }}),
                         [](const auto& made) { return std::string(made.param.name); });

TEST(BayesianGenerator, FailedAndAbandonedTrialsStayOutOfTheModel) {
  Experiment experiment = optimize(square(), minimize_z(), [](const auto& p) { return std::vector{row(bowl(p))}; }, 6);
  for (const double x : {0.11, 0.22}) {
    const core::Trial& trial = experiment.new_trial({{{"x", x}, {"y", 0.5}}}, {}, false, {});
    experiment.mark_running(trial.index, {});
    experiment.mark_failed(trial.index, "crashed", {});
  }
  GenerationStrategy strategy = sobol_then_model(5);
  EXPECT_EQ(strategy.gen(experiment, 1).points.at(0).generator_run.model_key, "BoTorch");
}

}  // namespace bayesian_test
}  // namespace boa::generation
