#include "boa/generation/multi_objective_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "boa/acquisition/multi_objective/pareto.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {
namespace multi_objective_test {

using core::Experiment;
using core::Parameterization;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
using Op = core::OutcomeConstraint::Op;

core::OptimizationConfig several(int objectives, core::NoiseKind noise = core::NoiseKind::kUnset) {
  core::OptimizationConfig config;
  config.objective.kind = core::Objective::Kind::kMulti;
  for (int j = 0; j < objectives; ++j) {
    core::Metric metric;
    metric.name = "f" + std::to_string(j);
    metric.noise = noise;
    config.metrics.push_back(metric);
    // The first is minimized, the second maximized, and so on.
    config.objective.terms.push_back({metric.name, 1, j % 2 == 0});
  }
  return config;
}

double coordinate(const Parameterization& point, int i) {
  return core::as_double(*core::find_value(point, "x" + std::to_string(i)));
}

/// Distances to the corners of a cube's simplex: every point of the simplex between them is on the front.
std::vector<core::DataRow> distances(const Parameterization& point, int objectives) {
  std::vector<core::DataRow> rows;
  for (int j = 0; j < objectives; ++j) {
    double sum = 0;
    for (int i = 0; i < 2; ++i) sum += std::pow(coordinate(point, i) - (j == i + 1 ? 0.9 : 0.1), 2);
    for (int i = 2; i < 3; ++i) sum += std::pow(coordinate(point, i) - (j > 2 ? 0.2 * j : 0.1), 2);
    rows.push_back({"", "f" + std::to_string(j), j % 2 == 0 ? sum : -sum, std::nullopt});
  }
  return rows;
}

core::SearchSpace cube() {
  std::vector<core::Parameter> parameters;
  for (const char* name : {"x0", "x1", "x2"}) {
    parameters.push_back(core::RangeParameter{name, core::ParameterType::kFloat, 0, 1, false, std::nullopt});
  }
  return core::SearchSpace(std::move(parameters), {});
}

/// `lag` trials are always running when the next point is made.
Experiment run(core::OptimizationConfig config, int objectives, int trials, int lag = 0) {
  Experiment experiment("test", cube(), std::move(config), {});
  GenerationStep first, second;
  first.num_trials = 6;
  second.model = "BOTORCH_MODULAR";
  GenerationStrategy strategy("test", {first, second}, 3);
  for (int i = 0; i < trials + lag; ++i) {
    if (i < trials) {
      const Suggestions made = strategy.gen(experiment, 1);
      EXPECT_THAT(made.notices, ElementsAre());
      experiment.mark_running(
          experiment.new_trial({made.points.at(0).parameters}, made.points[0].generator_run, false, {}).index, {});
    }
    const std::int64_t done = i - lag;
    if (done < 0) continue;
    const core::Arm& arm = experiment.trial(done).arms[0];
    std::vector<core::DataRow> rows = distances(arm.parameters, objectives);
    for (core::DataRow& row : rows) row.arm_name = arm.name;
    rows.push_back({arm.name, "c", coordinate(arm.parameters, 0), std::nullopt});
    experiment.attach_data(done, rows);
    experiment.mark_completed(done, {});
  }
  return experiment;
}

std::string acquisition_of(const Experiment& experiment, std::int64_t trial) {
  const util::Node* name = experiment.trial(trial).generator_run.gen_metadata.find("acquisition");
  return name == nullptr ? "none" : name->as_string();
}

double volume(const Experiment& experiment, const Vector& reference) {
  Matrix Y(static_cast<Index>(experiment.num_trials()), reference.size());
  for (const auto& [index, trial] : experiment.trials()) {
    for (Index j = 0; j < reference.size(); ++j) {
      const double mean = trial.find_data("f" + std::to_string(j), trial.arms[0].name)->mean;
      Y(static_cast<Index>(index), j) = j % 2 == 0 ? -mean : mean;
    }
  }
  return acquisition::hypervolume(Y, reference);
}

TEST(ParetoOrder, FeasibleBeforeTheRestAndFrontFirst) {
  const Matrix values{{0, 3}, {1, 1}, {3, 0}, {2, 2}, {9, 9}, {8, 8}};
  EXPECT_THAT(pareto_order(values, Vector{{0, 0, 0, 0, 2, 1}}), ElementsAre(2, 0, 3, 1, 5, 4));
  EXPECT_THAT(pareto_order(values.topRows(2), Vector{{1, 2}}), ElementsAre(0, 1));
}

TEST(ReferencePoint, GivenThresholdsStayAndOthersAreInferred) {
  Surrogate surrogate;
  Incumbents incumbents;
  incumbents.outcomes = Matrix{{1, 0}, {0, 1}, {-9, -1}};
  incumbents.num_feasible = 2;
  surrogate.thresholds = Vector{{-2.0, -3.0}};
  EXPECT_EQ(reference_point(surrogate, incumbents), surrogate.thresholds);
  surrogate.thresholds = Vector{{kUnknown, -3.0}};
  EXPECT_EQ(reference_point(surrogate, incumbents), (Vector{{-0.1, -3.0}}));
  incumbents.num_feasible = 3;
  EXPECT_EQ(reference_point(surrogate, incumbents), (Vector{{-1.0, -3.0}}));
}

TEST(SeveralObjectives, TwoExactOnesFindTheFront) {
  const Experiment experiment = run(several(2), 2, 20);
  EXPECT_EQ(acquisition_of(experiment, 19), "LogEHVI");
  // The segment between both optima, 0.8 apart: y = (0.8 - sqrt(f0))^2, whose volume over f < 0.64 is 5/6 of the
  // square.
  EXPECT_GT(volume(experiment, Vector{{-0.64, -0.64}}), 0.95 * 0.64 * 0.64 * 5 / 6);
}

TEST(SeveralObjectives, NoisyPendingAndManyOnesAreServed) {
  EXPECT_EQ(acquisition_of(run(several(2, core::NoiseKind::kUnknown), 2, 9), 8), "qLogNEHVI");
  const Experiment pending = run(several(3), 3, 12, 3);
  EXPECT_EQ(acquisition_of(pending, 11), "qLogEHVI");
  EXPECT_EQ(acquisition_of(run(several(5), 5, 9), 8), "LogEHVI");
  EXPECT_EQ(acquisition_of(run(several(6), 6, 9), 8), "qLogNParEGO");
}

TEST(SeveralObjectives, ThresholdsSayWhichPartOfTheFrontCounts) {
  core::OptimizationConfig config = several(2);
  config.objective_thresholds = {{{{"f0", 1.0}}, Op::kLessEqual, 0.1, ""},
                                 {{{"f1", 1.0}}, Op::kGreaterEqual, -0.6, ""}};
  const Experiment experiment = run(config, 2, 16);
  int inside = 0;
  for (std::int64_t i = 8; i < 16; ++i) {
    const core::Trial& trial = experiment.trial(i);
    inside += trial.find_data("f0", trial.arms[0].name)->mean <= 0.11 ? 1 : 0;
  }
  EXPECT_GE(inside, 6);
}

TEST(SeveralObjectives, OutcomeConstraintsCutTheFront) {
  core::OptimizationConfig config = several(2);
  config.metrics.emplace_back().name = "c";
  config.outcome_constraints = {{{{"c", 1.0}}, Op::kLessEqual, 0.4, "c <= 0.4"}};
  const Experiment experiment = run(config, 2, 16);
  int feasible = 0;
  for (std::int64_t i = 8; i < 16; ++i)
    feasible += coordinate(experiment.trial(i).arms[0].parameters, 0) <= 0.41 ? 1 : 0;
  EXPECT_GE(feasible, 7);
}

TEST(SeveralObjectives, WithoutAFeasiblePointOneIsLookedFor) {
  core::OptimizationConfig config = several(2);
  config.metrics.emplace_back().name = "c";
  config.outcome_constraints = {{{{"c", 1.0}}, Op::kLessEqual, -1, "c <= -1"}};
  EXPECT_EQ(acquisition_of(run(config, 2, 8), 7), "LogProbabilityOfFeasibility");
}

}  // namespace multi_objective_test
}  // namespace boa::generation
