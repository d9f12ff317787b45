#include "boa/generation/turbo_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/region_box.hpp"
#include "boa/generation/region_history.hpp"
#include "boa/generation/trust_region_options.hpp"
#include "boa/generation/why_not_model.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {
namespace turbo_test {

using ::testing::HasSubstr;

constexpr double kExact = 1e-12;

core::SearchSpace cube(int d, std::vector<core::ParameterConstraint> constraints = {}) {
  std::vector<core::Parameter> parameters;
  for (int j = 0; j < d; ++j) {
    parameters.emplace_back(
        core::RangeParameter{"x" + std::to_string(j), core::ParameterType::kFloat, 0, 1, false, std::nullopt});
  }
  return core::SearchSpace(std::move(parameters), std::move(constraints));
}

/// Four columns: a real, a whole number, five levels with an order, three categories.
core::SearchSpace mixed_space() {
  using core::ParameterType;
  const auto level = [](int k) { return core::ParameterValue(std::int64_t{k}); };
  return core::SearchSpace(
      {core::RangeParameter{"x", ParameterType::kFloat, 0, 1, false, std::nullopt},
       core::RangeParameter{"k", ParameterType::kInt, 0, 1000, false, std::nullopt},
       core::ChoiceParameter{"level", ParameterType::kInt, {level(1), level(2), level(4), level(8), level(16)}, true},
       core::ChoiceParameter{
           "kind", ParameterType::kString, {std::string("a"), std::string("b"), std::string("c")}, false}},
      {});
}

core::OptimizationConfig minimize_y(bool is_constrained = false) {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"y", 1, true}};
  if (is_constrained) {
    config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0, "c <= 0"}};
  }
  return config;
}

Vector numbers(const core::Trial& trial) {
  const core::Parameterization& point = trial.arms[0].parameters;
  Vector x(static_cast<Index>(point.size()));
  for (std::size_t j = 0; j < point.size(); ++j) x[static_cast<Index>(j)] = core::as_double(point[j].second);
  return x;
}

double bowl(const Vector& x) { return (x.array() - 0.3).square().sum(); }
/// Feasible where the coordinates' mean is small.
double mean_above(const Vector& x) { return x.mean() - 0.35; }

void evaluate(core::Experiment& experiment, std::int64_t index) {
  const core::Trial& trial = experiment.trial(index);
  const Vector x = numbers(trial);
  experiment.attach_data(index, {{trial.arms[0].name, "y", bowl(x), {}}, {trial.arms[0].name, "c", mean_above(x), {}}});
  experiment.mark_completed(index, {});
}

std::int64_t start(core::Experiment& experiment, const Suggestion& point) {
  const std::int64_t index = experiment.new_trial({point.parameters}, point.generator_run, false, {}).index;
  experiment.mark_running(index, {});
  return index;
}

std::vector<GenerationStep> steps_of(const std::string& model, int sobol, const std::string& kwargs = "{}") {
  GenerationStep first, second;
  first.num_trials = sobol;
  second.model = model;
  second.model_kwargs = util::parse_json(kwargs);
  if (sobol == 0) return {second};
  return {first, second};
}

/// Trials of the steps until there are n.
void go_on(core::Experiment& experiment, GenerationStrategy& strategy, std::size_t n) {
  while (experiment.num_trials() < n) {
    const Suggestions made = strategy.gen(experiment, 1);
    ASSERT_EQ(made.points.size(), 1U) << made.reason;
    ASSERT_EQ(experiment.search_space().why_not_member(made.points[0].parameters), "");
    evaluate(experiment, start(experiment, made.points[0]));
  }
}

core::Experiment run(const core::SearchSpace& space, const std::vector<GenerationStep>& steps, std::size_t n,
                     bool is_constrained = false, std::uint64_t seed = 3) {
  core::Experiment experiment("test", space, minimize_y(is_constrained), {});
  GenerationStrategy strategy("test", steps, seed);
  go_on(experiment, strategy, n);
  return experiment;
}

const util::Node& mark_of(const core::Trial& trial) { return trial.generator_run.gen_metadata.at(kRegionKey); }

double best_of(const core::Experiment& experiment, bool is_constrained = false) {
  double best = std::numeric_limits<double>::infinity();
  for (const auto& [index, trial] : experiment.trials()) {
    const Vector x = numbers(trial);
    if (!is_constrained || mean_above(x) <= 0) best = std::min(best, bowl(x));
  }
  return best;
}

TEST(RegionBox, SidesGoWithTheLengthscales) {
  const UnitSpace space(cube(3));
  const Vector weights = side_weights(*gp::make_scale(2.0, gp::make_rbf(Vector{{0.1, 0.4, 1.6}})), space);
  EXPECT_NEAR(weights[1], 1, kExact);
  EXPECT_NEAR(weights[0], 0.25, kExact);
  EXPECT_NEAR(weights.prod(), 1, kExact);
  EXPECT_EQ(side_weights(*gp::make_linear(Vector{{1.0, 2.0, 3.0}}), space), Vector::Ones(3));
  const UnitSpace mixed(mixed_space());
  const Vector of_mixed = side_weights(*gp::make_mixed("matern52", {0, 1, 2}, {3}), mixed);
  EXPECT_TRUE(of_mixed.isApprox(Vector::Ones(4)));
}

TEST(RegionBox, IsAroundTheCenterAndClippedToTheCube) {
  const UnitSpace space(cube(3));
  const optim::Domain box = region_box(space, Vector{{0.5, 0.1, 0.9}}, Vector{{1.0, 2.0, 0.5}}, 0.4);
  EXPECT_TRUE(box.lower.isApprox(Vector{{0.3, 0.0, 0.8}}));
  EXPECT_TRUE(box.upper.isApprox(Vector{{0.7, 0.5, 1.0}}));
}

TEST(RegionBox, DiscreteColumnsKeepTheirNeighboursAndCategoriesAll) {
  const UnitSpace space(mixed_space());
  const Vector center =
      space.encode({{"x", 0.5}, {"k", std::int64_t{500}}, {"level", std::int64_t{4}}, {"kind", std::string("b")}})
          .value();
  const optim::Domain box = region_box(space, center, Vector::Ones(4), 1e-4);
  EXPECT_NEAR(box.upper[0] - box.lower[0], 1e-4, kExact);
  EXPECT_GE(box.upper[1] - box.lower[1], 2.0 / 1001 - kExact) << "the next whole numbers can be reached";
  for (const optim::DiscreteDimension& column : box.discrete) EXPECT_EQ(column.values.size(), 3U) << column.column;
  EXPECT_TRUE(box.contains(center));
}

TEST(RegionCandidates, LieInTheBoxAndInsideOfConstraintsAndChangeTwentyColumns) {
  std::vector<std::pair<std::string, double>> sum;
  for (int j = 0; j < 50; ++j) sum.emplace_back("x" + std::to_string(j), 1.0);
  const UnitSpace space(cube(50, {core::ParameterConstraint{sum, 25.2, "sum <= 25.2"}}));
  const Vector center = Vector::Constant(50, 0.5);
  const optim::Domain box = region_box(space, center, Vector::Ones(50), 0.2);
  const Matrix points = region_candidates(box, center, 1000, 1.0, util::Rng(1));
  ASSERT_GT(points.rows(), 900);
  double changed = 0;
  for (Index i = 0; i < points.rows(); ++i) {
    const Vector x = points.row(i).transpose();
    ASSERT_TRUE(box.contains(x));
    changed += static_cast<double>((x.array() != 0.5).count()) / static_cast<double>(points.rows());
  }
  EXPECT_NEAR(changed, 20, 1);
  EXPECT_EQ(points, region_candidates(box, center, 1000, 1.0, util::Rng(1)));
}

TEST(RegionCandidates, EqualitiesHold) {
  core::ParameterConstraint sum{{{"x0", 1.0}, {"x1", 1.0}, {"x2", 1.0}}, 1.5, "sum == 1.5"};
  sum.is_equality = true;
  const UnitSpace space(cube(3, {sum}));
  const Vector center = Vector::Constant(3, 0.5);
  const Matrix points =
      region_candidates(region_box(space, center, Vector::Ones(3), 0.2), center, 100, 1.0, util::Rng(1));
  ASSERT_GT(points.rows(), 50);
  EXPECT_TRUE((points.rowwise().sum().array() - 1.5).abs().maxCoeff() < 1e-6);
  EXPECT_TRUE((points.array() - 0.5).abs().maxCoeff() < 0.1 + 1e-6);
}

class Turbo : public ::testing::TestWithParam<std::string> {
 protected:
  std::string kwargs(const std::string& more = "") const {
    return R"({"acquisition": ")" + GetParam() + '"' + (GetParam() == "thompson" ? R"(, "n_candidates": 300)" : "") +
           more + "}";
  }
};

TEST_P(Turbo, PointsLieInTheBoxAroundTheBestOne) {
  core::Experiment experiment("test", cube(3), minimize_y(), {});
  GenerationStrategy strategy("test", steps_of("TURBO", 6, kwargs(R"(, "length_init": 0.3)")), 3);
  go_on(experiment, strategy, 6);
  for (int i = 0; i < 8; ++i) {
    Vector best = numbers(experiment.trial(0));
    for (const auto& [index, trial] : experiment.trials()) {
      if (bowl(numbers(trial)) < bowl(best)) best = numbers(trial);
    }
    go_on(experiment, strategy, experiment.num_trials() + 1);
    const core::Trial& last = std::prev(experiment.trials().end())->second;
    EXPECT_EQ(last.generator_run.model_key, "TuRBO");
    const double length = mark_of(last).at("length").as_double();
    // Whatever the lengthscales, the box is no larger than a cube of this side.
    const Vector away = (numbers(last) - best).cwiseAbs();
    EXPECT_LE(std::cbrt(away.prod()), length / 2 + kExact) << i;
  }
  EXPECT_LT(best_of(experiment), 0.05);
}

TEST_P(Turbo, RestartsWithFreshPointsWhereTheBoxHasBecomeTooSmall) {
  const std::string quick = kwargs(R"(, "length_min": 0.3, "failure_tolerance": 1, "n_init": 4)");
  core::Experiment experiment("test", cube(2), minimize_y(), {});
  GenerationStrategy strategy("test", steps_of("TURBO", 5, quick), 3);
  std::vector<std::string> notices;
  while (experiment.num_trials() < 40) {
    const Suggestions made = strategy.gen(experiment, 1);
    notices.insert(notices.end(), made.notices.begin(), made.notices.end());
    evaluate(experiment, start(experiment, made.points.at(0)));
  }
  EXPECT_THAT(notices, ::testing::Contains(HasSubstr("number 2 starts with 4 quasi-random points")));
  std::map<std::int64_t, int> initial;
  std::int64_t before = 0;
  for (const auto& [index, trial] : experiment.trials()) {
    if (index < 5) continue;
    const util::Node& mark = mark_of(trial);
    EXPECT_GE(mark.at("number").as_int(), before);
    before = mark.at("number").as_int();
    if (mark.find("length") == nullptr) ++initial[before];
  }
  ASSERT_GE(before, 2) << "there was a restart, and another one";
  EXPECT_EQ(initial[0], 0) << "the Sobol step's points are the first region's";
  EXPECT_EQ(initial[1], 4);
}

TEST_P(Turbo, AResumedRunGoesOnAsIfNeverInterrupted) {
  const auto steps = steps_of("TURBO", 4, kwargs(R"(, "length_min": 0.5, "failure_tolerance": 1, "n_init": 3)"));
  core::Experiment whole("test", cube(2), minimize_y(), {});
  GenerationStrategy strategy("test", steps, 3);
  for (std::size_t n = 1; n <= 26; ++n) {
    GenerationStrategy resumed("test", steps, 3);
    const Suggestions expected = strategy.gen(whole, 1), made = resumed.gen(whole, 1);
    ASSERT_EQ(signature_of(made.points.at(0).parameters), signature_of(expected.points.at(0).parameters)) << n;
    ASSERT_EQ(made.points[0].generator_run.gen_metadata, expected.points[0].generator_run.gen_metadata) << n;
    evaluate(whole, start(whole, expected.points[0]));
  }
  EXPECT_GT(mark_of(whole.trial(25)).at("number").as_int(), 0);
  core::Experiment other = run(cube(2), steps, 8, false, 4);
  EXPECT_NE(numbers(other.trial(7)), numbers(whole.trial(7)));
}

TEST_P(Turbo, PointsOfACallAndPendingOnesAreDistinct) {
  core::Experiment experiment = run(cube(3), steps_of("TURBO", 8, kwargs()), 8);
  GenerationStrategy strategy("test", steps_of("TURBO", 8, kwargs()), 3);
  std::set<std::string> seen;
  for (int call = 0; call < 2; ++call) {
    const Suggestions made = strategy.gen(experiment, 3);
    ASSERT_EQ(made.points.size(), 3U);
    for (const Suggestion& point : made.points) {
      EXPECT_TRUE(seen.insert(signature_of(point.parameters)).second);
      start(experiment, point);
    }
  }
}

TEST_P(Turbo, ConstraintsOnOutcomesAreKept) {
  const core::Experiment experiment = run(cube(4), steps_of("SCBO", 8, kwargs()), 26, true);
  EXPECT_EQ(experiment.trial(25).generator_run.model_key, "SCBO");
  EXPECT_LT(best_of(experiment, true), 0.05);
}

TEST_P(Turbo, MixedParametersAndAFiniteSpaceAreServed) {
  core::Experiment experiment("test", mixed_space(), minimize_y(), {});
  GenerationStrategy strategy("test", steps_of("TURBO", 8, kwargs()), 3);
  std::set<std::string> seen;
  for (int i = 0; i < 16; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    const core::Parameterization& point = made.points.at(0).parameters;
    EXPECT_TRUE(seen.insert(signature_of(point)).second);
    const std::int64_t index = start(experiment, made.points[0]);
    const double y =
        std::pow(core::as_double(point[0].second) - 0.3, 2) + std::abs(core::as_double(point[1].second) - 300) / 100;
    experiment.attach_data(index, {{experiment.trial(index).arms[0].name, "y", y, {}}});
    experiment.mark_completed(index, {});
  }
  const core::ChoiceParameter few{
      "k", core::ParameterType::kInt, {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}, true};
  core::ChoiceParameter other = few;
  other.name = "l";
  core::Experiment finite("test", core::SearchSpace({few, other}, {}), minimize_y(), {});
  GenerationStrategy all("test", steps_of("TURBO", 2, kwargs()), 3);
  std::set<std::string> points;
  for (int i = 0; i < 9; ++i) {
    const Suggestions made = all.gen(finite, 1);
    ASSERT_EQ(made.points.size(), 1U) << i;
    EXPECT_TRUE(points.insert(signature_of(made.points[0].parameters)).second);
    evaluate(finite, start(finite, made.points[0]));
  }
  EXPECT_EQ(all.gen(finite, 1).shortage, Shortage::kSearchSpaceExhausted);
}

INSTANTIATE_TEST_SUITE_P(Acquisitions, Turbo, ::testing::Values("logei", "thompson"),
                         [](const auto& tested) { return tested.param; });

TEST(TurboGenerator, MakesItsOwnDesignWhereNoStepIsBeforeIt) {
  const core::Experiment experiment = run(cube(3), steps_of("TURBO", 0), 8);
  for (const auto& [index, trial] : experiment.trials()) {
    EXPECT_EQ(mark_of(trial).find("length") == nullptr, index < 6) << index;
  }
}

TEST(TurboGenerator, BeatsSobolInTwentyColumns) {
  double turbo = 0, sobol = 0;
  for (const std::uint64_t seed : {3, 4, 5}) {  // one alone hangs on the last bit of a sum
    turbo += best_of(run(cube(20), steps_of("TURBO", 20), 60, false, seed));
    sobol += best_of(run(cube(20), steps_of("SOBOL", 20), 60, false, seed));
  }
  EXPECT_LT(turbo, 0.2 * sobol);
}

TEST(TurboGenerator, SeveralObjectivesAreRefused) {
  core::OptimizationConfig several = minimize_y();
  several.objective.kind = core::Objective::Kind::kMulti;
  several.objective.terms = {{"y", 1, true}, {"c", 1, true}};
  for (const char* model : {"TuRBO", "SCBO"}) {
    EXPECT_EQ(why_not_model(model, cube(2), several), "a trust region takes one objective; MOO takes several");
    EXPECT_EQ(why_not_model(model, cube(2), minimize_y(true)), "");
  }
  const core::Experiment experiment("test", cube(2), several, {});
  GenerationStrategy strategy("test", steps_of("TURBO", 0), 1);
  EXPECT_THROW(strategy.gen(experiment, 1), UnsupportedError);
  core::OptimizationConfig costly = minimize_y();
  costly.metrics[1].is_cost = true;
  EXPECT_THAT(why_not_model("TuRBO", cube(2), costly), HasSubstr("no cost metric"));
  core::ChoiceParameter task{"t", core::ParameterType::kString, {std::string("a"), std::string("b")}, false};
  task.target_task = task.values[0];
  EXPECT_THAT(why_not_model("TuRBO", core::SearchSpace({task}, {}), minimize_y()),
              HasSubstr("no task parameter ('t')"));
}

TurboOptions read(const std::string& json, bool has_search_options = false) {
  util::Problems problems("c.yaml");
  const TurboOptions options = read_turbo_options(util::parse_json(json), has_search_options, "model_kwargs", problems);
  problems.throw_if_any();
  return options;
}

std::string refusal(const std::string& json, bool has_search_options = false) {
  try {
    read(json, has_search_options);
  } catch (const Error& error) {
    return error.describe();
  }
  return {};
}

TEST(TurboOptions, AreReadAndChecked) {
  const TurboOptions options =
      read(R"({"length_init": 0.4, "failure_tolerance": 7, "acquisition": "thompson", "n_candidates": 500})");
  EXPECT_EQ(options.rules.length_init, 0.4);
  EXPECT_EQ(options.rules.failure_tolerance, 7);
  EXPECT_EQ(options.rules.length_max, 1.6);
  EXPECT_EQ(options.acquisition, RegionAcquisition::kThompson);
  EXPECT_EQ(options.n_candidates, 500);
  EXPECT_FALSE(read("null").n_init.has_value());
  EXPECT_THAT(refusal(R"({"lenght_init": 0.4})"), HasSubstr("did you mean 'length_init'?"));
  EXPECT_THAT(refusal(R"({"length_min": 0})"), HasSubstr("length_min"));
  EXPECT_THAT(refusal(R"({"length_init": 2})"), HasSubstr("length_min <= length_init <= length_max"));
  EXPECT_THAT(refusal(R"({"success_tolerance": 0})"), HasSubstr("success_tolerance"));
  EXPECT_THAT(refusal(R"({"acquisition": "ei"})"), HasSubstr("acquisition"));
  EXPECT_THAT(refusal(R"({"n_candidates": 10})"), HasSubstr("for a Thompson sample"));
  EXPECT_THAT(refusal(R"({"acquisition": "thompson"})", true), HasSubstr("model_gen_kwargs"));
  EXPECT_THAT(refusal(R"({"acquisition": "thompsn", "n_candidates": 9})"),
              AllOf(HasSubstr("did you mean 'thompson'?"), Not(HasSubstr("Thompson sample"))));
  EXPECT_THAT(refusal(R"({"lengh_init": 0.3, "length_max": 0.5})"),
              AllOf(HasSubstr("did you mean 'length_init'?"), Not(HasSubstr("must hold"))));
  EXPECT_EQ(refusal("{}", true), "");
}

}  // namespace turbo_test
}  // namespace boa::generation
