#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <ostream>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/math/sobol.hpp"

namespace boa::generation {
namespace batch_test {

using core::ParameterType;
using core::RangeParameter;

struct Problem {
  std::string name;
  Index dim;
  std::function<double(const Vector&)> f;
  double noise = 0;
  int observed = 20;
};

void PrintTo(const Problem& problem, std::ostream* out) { *out << problem.name; }

double shaken(double seed) { return std::sin(12.9898 * seed) * std::cos(78.233 * seed); }

/// Observations at spread points, and closely around one of them, as late in a run.
core::Experiment observed(const Problem& problem) {
  std::vector<core::Parameter> parameters;
  for (Index j = 0; j < problem.dim; ++j) {
    parameters.emplace_back(RangeParameter{"x" + std::to_string(j), ParameterType::kFloat, 0, 1, false, {}});
  }
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  if (problem.noise > 0) config.metrics[0].noise = core::NoiseKind::kUnknown;
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment("batch", core::SearchSpace(parameters, {}), config, {});
  const Matrix X = math::Sobol(problem.dim, util::Rng(6)).draw(problem.observed);
  for (int i = 0; i < problem.observed; ++i) {
    const Vector x = i % 4 == 3 ? Vector(0.98 * X.row(0) + 0.02 * X.row(i)) : Vector(X.row(i));
    core::Parameterization point;
    for (Index j = 0; j < problem.dim; ++j) point.emplace_back("x" + std::to_string(j), x[j]);
    const std::int64_t index = experiment.new_trial({point}, {}, false, {}).index;
    experiment.mark_running(index, {});
    const double value = problem.f(x) + problem.noise * shaken(i + 1.0);
    experiment.attach_data(index, {{experiment.trial(index).arms[0].name, "y", value, {}}});
    experiment.mark_completed(index, {});
  }
  return experiment;
}

/// The least share of the model's variance at a point of the batch that another one leaves, as the model of points that
/// are chosen together knows the function before the batch.
double least_distance(const core::Experiment& experiment, const Suggestions& batch) {
  const UnitSpace space(experiment.search_space());
  const ModelData data = make_model_data(experiment, space, {});
  const Surrogate surrogate = less_exact(fit_surrogate(data, space, util::Rng(1)));
  Matrix X(static_cast<Index>(batch.points.size()), space.dim());
  for (std::size_t i = 0; i < batch.points.size(); ++i) {
    X.row(static_cast<Index>(i)) = space.encode(batch.points[i].parameters).value().transpose();
  }
  gp::JointPosterior posterior;
  surrogate.outcomes[0].model->joint(X, posterior);
  const Matrix& C = posterior.covariance;
  double least = 1;
  for (Index i = 0; i < C.rows(); ++i) {
    for (Index j = 0; j < i; ++j) least = std::min(least, 1 - C(i, j) * C(i, j) / (C(i, i) * C(j, j)));
  }
  return least;
}

// Less, and the two would have told the model the same.
constexpr double kIndistinguishable = 1e-5;

class Batch : public ::testing::TestWithParam<Problem> {};

TEST_P(Batch, OfEightHasNoTwoPointsThatTheModelCannotTellApart) {
  const core::Experiment experiment = observed(GetParam());
  GenerationStep step;
  step.model = "BOTORCH_MODULAR";
  GenerationStrategy strategy("BoTorch", {step}, 3);
  const Suggestions batch = strategy.gen(experiment, 8);
  ASSERT_EQ(batch.points.size(), 8U);
  for (const Suggestion& point : batch.points) {
    EXPECT_EQ(point.generator_run.gen_metadata.find("fallback"), nullptr);
  }
  EXPECT_GT(least_distance(experiment, batch), kIndistinguishable);
}

TEST_P(Batch, OneByOneWithOpenTrialsKeepsTheSameDistance) {
  core::Experiment experiment = observed(GetParam());
  const core::Experiment before = experiment;
  GenerationStep step;
  step.model = "BOTORCH_MODULAR";
  GenerationStrategy strategy("BoTorch", {step}, 3);
  Suggestions all;
  for (int i = 0; i < 8; ++i) {
    const Suggestions one = strategy.gen(experiment, 1);
    ASSERT_EQ(one.points.size(), 1U);
    all.points.push_back(one.points[0]);
    const std::int64_t index =
        experiment.new_trial({one.points[0].parameters}, one.points[0].generator_run, false, {}).index;
    experiment.mark_running(index, {});
  }
  EXPECT_GT(least_distance(before, all), kIndistinguishable);
}

INSTANTIATE_TEST_SUITE_P(
    Problems, Batch,
    ::testing::Values(
        Problem{"bowl", 2, [](const Vector& x) { return (x.array() - 0.3).square().sum(); }},
        Problem{"waves", 2, [](const Vector& x) { return std::sin(9 * x[0]) * std::cos(7 * x[1]); }},
        Problem{"valley", 2,
                [](const Vector& x) { return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2); }},
        Problem{"line", 1, [](const Vector& x) { return std::sin(40 * x[0]) + x[0]; }, 0, 12},
        Problem{"six", 6, [](const Vector& x) { return (x.array() - 0.6).abs().sum() + x[0] * x[1]; }, 0, 40},
        Problem{"noisy", 2, [](const Vector& x) { return (x.array() - 0.3).square().sum(); }, 0.1},
        Problem{"noise_only", 2, [](const Vector&) { return 0.0; }, 1.0}),
    [](const auto& made) { return made.param.name; });

}  // namespace batch_test
}  // namespace boa::generation
