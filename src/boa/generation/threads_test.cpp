// The same points to the last bit, whatever the number of threads that compute them.

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "boa/generation/generation_strategy.hpp"
#include "boa/math/sobol.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {
namespace threads_test {

using core::ParameterType;
using core::RangeParameter;

struct Problem {
  std::string name;
  std::string model;
  core::SearchSpace space;
  std::vector<core::Metric> metrics;
  core::Objective objective;
  std::vector<core::OutcomeConstraint> outcome_constraints;
  int observed = 14;
  int asked = 1;
};

void PrintTo(const Problem& problem, std::ostream* out) { *out << problem.name; }

std::vector<core::Parameter> reals(int d) {
  std::vector<core::Parameter> parameters;
  for (int j = 0; j < d; ++j) {
    parameters.emplace_back(RangeParameter{"x" + std::to_string(j), ParameterType::kFloat, 0, 1, false, {}});
  }
  return parameters;
}

Problem problem_of(std::string name, std::string model, core::SearchSpace space) {
  Problem problem{std::move(name), std::move(model), std::move(space), {}, {}, {}};
  problem.metrics.resize(2);
  problem.metrics[0].name = "y0";
  problem.metrics[1].name = "y1";
  problem.objective.terms = {{"y0", 1, true}};
  return problem;
}

Problem mixed() {
  std::vector<core::Parameter> parameters = reals(2);
  parameters.emplace_back(RangeParameter{"n", ParameterType::kInt, 1, 9, false, {}});
  parameters.emplace_back(core::ChoiceParameter{
      "c", ParameterType::kString, {std::string("r"), std::string("g"), std::string("b")}, false});
  return problem_of("mixed", "BO_MIXED", core::SearchSpace(parameters, {}));
}

Problem constrained() {
  core::ParameterConstraint sum;
  sum.coefficients = {{"x0", 1}, {"x1", 1}, {"x2", 1}};
  sum.bound = 1;
  sum.is_equality = true;
  const std::vector<std::string> names = {"x0", "x1", "x2"};
  Problem problem =
      problem_of("constrained", "BOTORCH_MODULAR",
                 core::SearchSpace(reals(3), {sum}, {core::parse_nonlinear_constraint("x0**2 + x1 <= 0.8", names)}));
  core::OutcomeConstraint bound;
  bound.coefficients = {{"y1", 1}};
  bound.op = core::OutcomeConstraint::Op::kLessEqual;
  bound.bound = 0.3;
  problem.outcome_constraints = {bound};
  return problem;
}

Problem noisy_batch() {
  Problem problem = problem_of("noisy_batch", "GPEI", core::SearchSpace(reals(2), {}));
  problem.metrics[0].noise = core::NoiseKind::kUnknown;
  problem.asked = 3;
  return problem;
}

Problem two_objectives() {
  Problem problem = problem_of("two_objectives", "MOO", core::SearchSpace(reals(2), {}));
  problem.objective.kind = core::Objective::Kind::kMulti;
  problem.objective.terms.push_back({"y1", 1, true});
  problem.asked = 2;
  return problem;
}

std::vector<Problem> problems() {
  std::vector<Problem> all = {problem_of("plain", "BOTORCH_MODULAR", core::SearchSpace(reals(4), {})),
                              mixed(),
                              constrained(),
                              noisy_batch(),
                              two_objectives(),
                              problem_of("entropy", "GPMES", core::SearchSpace(reals(2), {})),
                              problem_of("saas", "SAASBO", core::SearchSpace(reals(3), {}))};
  all.back().observed = 8;
  return all;
}

/// Observations at spread points; one failed.
core::Experiment observed(const Problem& problem) {
  core::OptimizationConfig config;
  config.metrics = problem.metrics;
  config.objective = problem.objective;
  config.outcome_constraints = problem.outcome_constraints;
  core::Experiment experiment("threads", problem.space, config, {});
  GenerationStep sobol;
  GenerationStrategy spread("Sobol", {sobol}, 5);
  for (int i = 0; i < problem.observed; ++i) {
    const Suggestion point = spread.gen(experiment, 1).points.at(0);
    const std::int64_t index = experiment.new_trial({point.parameters}, {}, false, {}).index;
    experiment.mark_running(index, {});
    if (i == 4) {
      experiment.mark_failed(index, "no result", {});
      continue;
    }
    double bowl = 0, wave = 0;
    for (const auto& [name, value] : point.parameters) {
      const auto* number = std::get_if<double>(&value);
      const double x = number != nullptr ? *number : 0.3;
      bowl += (x - 0.3) * (x - 0.3);
      wave += std::sin(5 * x) / 4;
    }
    const std::string arm = experiment.trial(index).arms[0].name;
    experiment.attach_data(index, {{arm, "y0", bowl, {}}, {arm, "y1", wave, {}}});
    experiment.mark_completed(index, {});
  }
  return experiment;
}

/// Points of two calls, the second with the first's trials running, with everything that is remembered of them.
std::string suggested(const Problem& problem, int threads) {
  core::Experiment experiment = observed(problem);
  GenerationStep step;
  step.model = problem.model;
  GenerationStrategy strategy("model", {step}, 11, threads);
  std::string text;
  for (int call = 0; call < 2; ++call) {
    for (const Suggestion& point : strategy.gen(experiment, problem.asked).points) {
      text += util::write_json(core::to_node(point.parameters)) + " " +
              util::write_json(point.generator_run.gen_metadata) + "\n";
      experiment.mark_running(experiment.new_trial({point.parameters}, {}, false, {}).index, {});
    }
  }
  return text;
}

class Threads : public ::testing::TestWithParam<Problem> {};

TEST_P(Threads, DoNotChangeAPoint) {
  const std::string alone = suggested(GetParam(), 1);
  EXPECT_NE(alone, "");
  EXPECT_EQ(alone.find("fallback"), std::string::npos) << alone;
  for (const int threads : {2, 5}) EXPECT_EQ(suggested(GetParam(), threads), alone) << threads;
}

INSTANTIATE_TEST_SUITE_P(Problems, Threads, ::testing::ValuesIn(problems()),
                         [](const auto& one) { return one.param.name; });

}  // namespace threads_test
}  // namespace boa::generation
