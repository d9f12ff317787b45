#include "problem.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"
#include "runner.hpp"

namespace boa::regret {
namespace {

core::ParameterValue value_at(const core::Parameter& parameter, double u) {
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    return choice->values[static_cast<std::size_t>(u * static_cast<double>(choice->values.size()))];
  }
  const auto& range = std::get<core::RangeParameter>(parameter);
  const double value = range.log_scale ? range.lower * std::pow(range.upper / range.lower, u)
                                       : range.lower + u * (range.upper - range.lower);
  if (range.type == core::ParameterType::kInt) return static_cast<std::int64_t>(std::floor(value));
  return value;
}

core::Parameterization random_point(const Problem& problem, util::Rng& rng) {
  core::Parameterization point;
  for (const core::Parameter& parameter : problem.space.parameters()) {
    point.emplace_back(core::name_of(parameter), value_at(parameter, rng.uniform()));
  }
  return point;
}

core::Parameterization point_at(const Problem& problem, std::vector<core::ParameterValue> values) {
  core::Parameterization point;
  for (std::size_t j = 0; j < values.size(); ++j) {
    point.emplace_back(core::name_of(problem.space.parameters()[j]), values[j]);
  }
  return point;
}

// log10 of the least regret that Score tells apart.
constexpr double kFloor = -6;

class RegretProblem : public ::testing::TestWithParam<std::string> {};

TEST_P(RegretProblem, RandomPointsAreMeasuredAndNeverBeatTheOptimum) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Problem problem = make_problem(GetParam(), seed);
    util::Rng rng = util::Rng(seed).split("points");
    Score score(problem);
    double last = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 300; ++i) {
      const core::Parameterization point = random_point(problem, rng);
      ASSERT_EQ(problem.space.why_not_member(point), "");
      const Vector truth = problem.metrics(point);
      ASSERT_EQ(static_cast<std::size_t>(truth.size()), problem.config.metrics.size());
      ASSERT_TRUE(truth.allFinite());
      const double now = score.add(truth);
      EXPECT_LE(now, last);
      EXPECT_GT(now, kFloor) << "a random point as good as the optimum: the optimum is wrong";
      last = now;
    }
  }
}

TEST_P(RegretProblem, SeedSaysEverything) {
  const Problem problem = make_problem(GetParam(), 7), again = make_problem(GetParam(), 7);
  util::Rng rng(7);
  const core::Parameterization point = random_point(problem, rng);
  const Vector truth = problem.metrics(point);
  EXPECT_EQ(truth, again.metrics(point));
  EXPECT_EQ(observe(problem, truth, 7, 3), observe(again, truth, 7, 3));
}

INSTANTIATE_TEST_SUITE_P(All, RegretProblem, ::testing::ValuesIn(problem_names()),
                         [](const auto& tested) { return tested.param; });

TEST(RegretProblems, RegretAtThePublishedOptimaIsNothing) {
  using Values = std::vector<core::ParameterValue>;
  const std::vector<std::pair<std::string, Values>> optima = {
      {"branin", Values{M_PI, 2.275}},
      {"hartmann6", Values{0.20168952, 0.15001069, 0.47687398, 0.27533243, 0.31165162, 0.65730054}},
      {"ackley5", Values(5, 0.0)},
      {"levy8", Values(8, 1.0)},
      {"rosenbrock4", Values(4, 1.0)},
      {"mixed", Values{0.7, -0.6, std::int64_t{6}, std::string("b")}},
      {"six_hump_camel", Values{0.0898420, -0.7126564}},
      {"hartmann3", Values{0.11458888, 0.5556489, 0.85254698}},
      {"ackley20", Values(20, 0.0)},
  };
  for (const auto& [name, values] : optima) {
    const Problem problem = make_problem(name, 1);
    EXPECT_EQ(Score(problem).add(problem.metrics(point_at(problem, values))), kFloor) << name;
  }
}

TEST(RegretProblems, MovedOnesDependOnTheSeedAndOthersDoNot) {
  const auto value = [](const std::string& name, std::uint64_t seed) {
    const Problem problem = make_problem(name, seed);
    return problem.metrics(point_at(problem, {0.5, 0.5}))[0];
  };
  EXPECT_NE(value("moved_branin", 1), value("moved_branin", 2));
  EXPECT_EQ(value("branin", 1), value("branin", 2));
}

TEST(RegretProblems, NoiseTouchesOnlyWhatTheOptimizerSees) {
  const Problem problem = make_problem("noisy_hartmann6", 1);
  const Vector truth = Vector::Constant(1, -1.0);
  double squares = 0;
  for (int i = 0; i < 400; ++i) squares += std::pow(observe(problem, truth, 1, i)[0] - truth[0], 2) / 400;
  EXPECT_NEAR(std::sqrt(squares), problem.noise_sd, 0.1 * problem.noise_sd);
  EXPECT_EQ(observe(make_problem("branin", 1), truth, 1, 0), truth);
}

TEST(RegretProblems, InfeasiblePointsDoNotCount) {
  const Problem problem = make_problem("gramacy", 1);
  Score score(problem);
  const double nothing_yet = std::log10(problem.unreached);
  EXPECT_DOUBLE_EQ(score.add(problem.metrics(point_at(problem, {0.0, 0.0}))), nothing_yet);  // objective 0, infeasible
  EXPECT_LT(score.add(problem.metrics(point_at(problem, {0.2, 0.41}))), nothing_yet);
}

TEST(RegretProblems, ExtraOnesComeLast) {
  bool is_extra = false;
  for (const std::string& name : problem_names()) {
    const bool is_next_extra = make_problem(name, 1).role == Role::kExtra;
    EXPECT_GE(is_next_extra, is_extra) << name;
    is_extra = is_next_extra;
  }
  EXPECT_TRUE(is_extra);
}

TEST(RegretProblems, UnknownNameIsRefused) { EXPECT_THROW(make_problem("brannin", 1), UserInputError); }

TEST(RegretRun, SameSeedGivesTheSameTraceAndAnotherOneDoesNot) {
  const Problem problem = make_problem("six_hump_camel", 1);
  const regret::Run run = run_boa(problem, 1);
  EXPECT_EQ(run.trace.size(), static_cast<std::size_t>(problem.budget));
  EXPECT_EQ(run.trace, run_boa(problem, 1).trace);
  EXPECT_NE(run.trace, run_boa(problem, 2).trace);
  EXPECT_NE(run.trace, run_boa(problem, 1, {"TURBO", {}, 1}).trace);
}

}  // namespace
}  // namespace boa::regret
