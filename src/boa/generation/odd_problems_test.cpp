#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "boa/generation/generation_strategy.hpp"
#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

// Random problems with data as they should not be: the engine gives points of the search space, or says what is wrong.
namespace boa::generation {
namespace odd_problems_test {

using core::ChoiceParameter;
using core::Experiment;
using core::Parameter;
using core::Parameterization;
using core::ParameterType;
using core::RangeParameter;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

RangeParameter real(const std::string& name, double lower, double upper, bool log = false) {
  return {name, ParameterType::kFloat, lower, upper, log, std::nullopt};
}

ChoiceParameter categories(const std::string& name, int count) {
  ChoiceParameter choice{name, ParameterType::kString, {}, false};
  for (int i = 0; i < count; ++i) choice.values.emplace_back("v" + std::to_string(i));
  return choice;
}

Parameter odd_parameter(const std::string& name, util::Rng& rng) {
  switch (rng.below(9)) {
    case 0:
      return real(name, 1.0, 1.0 + 1e-12);  // bounds that differ in the last digits
    case 1:
      return real(name, -1e300, 1e300);
    case 2:
      return real(name, 1e-300, 1e300, true);
    case 3:
      return real(name, 1e-300, 2e-300);
    case 4:
      return RangeParameter{name, ParameterType::kInt, -2, 2, false, std::nullopt};
    case 5:
      return categories(name, rng.below(2) == 0 ? 2 : 500);
    case 6:
      return ChoiceParameter{name, ParameterType::kInt, {std::int64_t{1}, std::int64_t{10}, std::int64_t{1000}}, true};
    default:
      return real(name, 0, 1);
  }
}

/// A number of trial i, by kind: sensible, constant, repeated, of every size, missing.
double odd_value(std::uint64_t kind, int i, util::Rng& rng) {
  const double z = rng.normal();
  switch (kind) {
    case 0:
      return 7.0;
    case 1:
      return 1e300 * std::clamp(z, -1.0, 1.0);
    case 2:
      return 1e-300 * z;
    case 3:
      return i % 3 == 0 ? std::nan("") : z;
    case 4:
      return i % 3 == 0 ? kInfinity : z;
    case 5:
      return i % 2 == 0 ? -kInfinity : kInfinity;
    case 6:
      return std::pow(10.0, 600.0 * rng.uniform() - 300.0);
    case 7:
      return 1e16 + z;
    case 8:
      return i == 0 ? 1e308 : z;
    default:
      return z;
  }
}

core::OptimizationConfig config_of(util::Rng& rng) {
  core::OptimizationConfig config;
  config.metrics.resize(2);
  config.metrics[0].name = "y";
  config.metrics[1].name = "c";
  config.metrics[0].noise = rng.below(3) == 0 ? core::NoiseKind::kUnknown : core::NoiseKind::kUnset;
  config.objective.terms = {{"y", 1, true}};
  if (rng.below(3) == 0) {
    config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.1, "c <= 0.1"}};
  }
  return config;
}

/// A constraint on a metric that no trial has.
core::OptimizationConfig config_with_missing_metric() {
  core::OptimizationConfig config;
  config.metrics.resize(2);
  config.metrics[0].name = "y";
  config.metrics[1].name = "c";
  config.objective.terms = {{"y", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.1, "c <= 0.1"}};
  return config;
}

/// An experiment whose trials have odd data; points repeat now and then, or are all the same.
Experiment odd_experiment(const core::SearchSpace& space, int trials, util::Rng& rng) {
  Experiment experiment("odd", space, config_of(rng), {});
  GenerationStrategy sobol("Sobol", {GenerationStep{}}, 3);
  const std::uint64_t kind = rng.below(10), constraint_kind = rng.below(10), repeats = rng.below(4);
  for (int i = 0; i < trials; ++i) {
    Suggestions made = sobol.gen(experiment, 1);
    if (made.points.empty()) break;
    if (i > 0 && (repeats == 0 || (repeats == 1 && i % 2 == 0))) {
      made.points[0].parameters = experiment.trial(0).arms[0].parameters;
    }
    const core::Trial& trial =
        experiment.new_trial({made.points[0].parameters}, made.points[0].generator_run, false, {});
    experiment.mark_running(trial.index, {});
    std::optional<double> sem;
    if (rng.below(8) == 0) sem = std::abs(odd_value(rng.below(10), i, rng));
    experiment.attach_data(trial.index, {{trial.arms[0].name, "y", odd_value(kind, i, rng), sem},
                                         {trial.arms[0].name, "c", odd_value(constraint_kind, i, rng), std::nullopt}});
    experiment.mark_completed(trial.index, {});
  }
  return experiment;
}

void expect_members(const Experiment& experiment, int points, const std::string& what) {
  GenerationStep step;
  step.model = "BOTORCH_MODULAR";
  GenerationStrategy strategy("BoTorch", {step}, 11);
  const Suggestions made = strategy.gen(experiment, points);
  EXPECT_TRUE(!made.points.empty() || made.shortage == Shortage::kSearchSpaceExhausted) << what;
  for (const Suggestion& point : made.points) {
    EXPECT_EQ(experiment.search_space().why_not_member(point.parameters), "") << what;
    for (const auto& [name, value] : point.parameters) {
      if (std::holds_alternative<double>(value)) {
        EXPECT_TRUE(std::isfinite(std::get<double>(value))) << what << ", " << name;
      }
    }
  }
}

TEST(OddProblems, EverySuggestionIsAPointOfTheSpace) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    util::Rng rng(seed);
    std::vector<Parameter> parameters;
    const auto d = 1 + rng.below(4);
    for (std::uint64_t j = 0; j < d; ++j) parameters.push_back(odd_parameter("x" + std::to_string(j), rng));
    const int trials = 1 + static_cast<int>(rng.below(12));
    expect_members(odd_experiment(core::SearchSpace(parameters, {}), trials, rng), 2, "seed " + std::to_string(seed));
  }
}

TEST(OddProblems, TwoHundredDimensions) {
  std::vector<Parameter> parameters;
  for (int j = 0; j < 200; ++j) parameters.emplace_back(real("x" + std::to_string(j), 0, 1));
  util::Rng rng(1);
  expect_members(odd_experiment(core::SearchSpace(parameters, {}), 8, rng), 1, "200 dimensions");
}

TEST(OddProblems, ManyCategoricalParameters) {
  std::vector<Parameter> parameters;
  for (int j = 0; j < 8; ++j) parameters.emplace_back(categories("x" + std::to_string(j), 500));
  util::Rng rng(2);
  expect_members(odd_experiment(core::SearchSpace(parameters, {}), 8, rng), 1, "500 categories");
}

TEST(OddProblems, AConstraintWithoutDataIsNoReasonToFail) {
  Experiment experiment("odd", core::SearchSpace({real("x", 0, 1)}, {}), config_with_missing_metric(), {});
  for (const double x : {0.1, 0.4, 0.9}) {
    const core::Trial& trial = experiment.new_trial({{{"x", x}}}, {}, false, {});
    experiment.mark_running(trial.index, {});
    experiment.attach_data(trial.index, {{trial.arms[0].name, "y", x, std::nullopt}});
    experiment.mark_completed(trial.index, {});
  }
  expect_members(experiment, 2, "no data of the constraint");
}

TEST(OddProblems, NoDataAtAllIsNoReasonToFail) {
  util::Rng rng(3);
  expect_members(odd_experiment(core::SearchSpace({real("x", 0, 1)}, {}), 0, rng), 1, "no data");
}

}  // namespace odd_problems_test
}  // namespace boa::generation
