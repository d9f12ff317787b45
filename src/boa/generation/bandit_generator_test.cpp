#include "boa/generation/bandit_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/why_not_model.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::generation {
namespace bandit_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

core::SearchSpace letters() {
  core::ChoiceParameter choice{"arm", core::ParameterType::kString, {}, false};
  for (const char* name : {"a", "b", "c", "d", "e"}) choice.values.emplace_back(std::string(name));
  return core::SearchSpace({choice}, {});
}

core::Experiment bandit_experiment(core::NoiseKind noise) {
  core::OptimizationConfig config;
  config.metrics.emplace_back().name = "y";
  config.metrics[0].noise = noise;
  config.objective.terms = {{"y", 1, true}};
  return core::Experiment("bandit", letters(), config, {});
}

/// Each arm's mean is its place in the alphabet; less is better.
void complete(core::Experiment& experiment, const Suggestion& point, util::Rng& rng, double noise,
              std::optional<double> sem = std::nullopt) {
  const core::Trial& trial = experiment.new_trial({point.parameters}, point.generator_run, false, {});
  experiment.mark_running(trial.index, {});
  const std::string name = core::to_string(*core::find_value(trial.arms[0].parameters, "arm"));
  experiment.attach_data(trial.index, {{trial.arms[0].name, "y", name[0] - 'a' + noise * rng.normal(), sem}});
  experiment.mark_completed(trial.index, {});
}

GenerationStrategy factorial_then_bandit(std::uint64_t seed) {
  GenerationStep first, second;
  first.model = "FACTORIAL";
  first.num_trials = 5;
  second.model = "EMPIRICAL_BAYES_THOMPSON";
  return {"bandit", {first, second}, seed};
}

std::map<std::string, int> run(core::NoiseKind kind, double noise, std::optional<double> sem, std::uint64_t seed) {
  core::Experiment experiment = bandit_experiment(kind);
  GenerationStrategy strategy = factorial_then_bandit(seed);
  util::Rng rng(3);
  std::map<std::string, int> counts;
  for (int i = 0; i < 45; ++i) {
    const Suggestion point = strategy.gen(experiment, 1).points.at(0);
    EXPECT_EQ(point.generator_run.model_key, i < 5 ? "Factorial" : "EB");
    ++counts[core::to_string(*core::find_value(point.parameters, "arm"))];
    complete(experiment, point, rng, noise, sem);
  }
  return counts;
}

TEST(ShrinkToCommonMean, MovesWhatIsLittleKnownToTheMiddle) {
  const ArmEstimates arms{Vector{{0.0, 1.0, 2.0, 3.0, 4.0}}, Vector{{0.0, 0.1, 1.0, 5.0, 100.0}}};
  const ArmEstimates shrunk = shrink_to_common_mean(arms);
  // s^2 = 10 / 2.
  EXPECT_EQ(shrunk.mean[0], 0.0);
  EXPECT_EQ(shrunk.sem[0], 0.0);
  EXPECT_NEAR(shrunk.mean[1], 1.0 + 0.002, testing::kClosedForm);
  EXPECT_NEAR(shrunk.mean[4], 2.0, testing::kClosedForm);
  EXPECT_NEAR(shrunk.sem[3], std::sqrt(25.0 / 5 + 2.0 * 1.0 / 2), testing::kClosedForm);
  EXPECT_NEAR(shrunk.sem[2], std::sqrt(0.8 + 0.2 / 5), testing::kClosedForm);
}

TEST(ShrinkToCommonMean, LeavesFewArmsAndEqualOnesAsTheyAre) {
  const ArmEstimates few{Vector{{0.0, 1.0, 2.0}}, Vector{{1.0, 1.0, 1.0}}};
  EXPECT_EQ(shrink_to_common_mean(few).mean, few.mean);
  const ArmEstimates equal{Vector::Ones(5), Vector::Zero(5)};
  EXPECT_EQ(shrink_to_common_mean(equal).mean, equal.mean);
  EXPECT_EQ(shrink_to_common_mean(equal).sem, equal.sem);
}

TEST(EmpiricalBayesThompson, TriesTheBestArmMostOften) {
  for (const auto& counts :
       {run(core::NoiseKind::kUnknown, 0.8, std::nullopt, 5), run(core::NoiseKind::kUnset, 0.8, 0.8, 6)}) {
    EXPECT_GT(counts.at("a"), 15);
    EXPECT_GT(counts.at("a"), 2 * counts.at("e"));
  }
}

TEST(EmpiricalBayesThompson, DependsOnItsSeedAlone) {
  EXPECT_EQ(run(core::NoiseKind::kUnknown, 0.8, std::nullopt, 5), run(core::NoiseKind::kUnknown, 0.8, std::nullopt, 5));
}

TEST(EmpiricalBayesThompson, TriesNothingAgainThatIsKnownExactly) {
  core::Experiment experiment = bandit_experiment(core::NoiseKind::kKnown);
  GenerationStrategy strategy = factorial_then_bandit(1);
  util::Rng rng(3);
  for (int i = 0; i < 5; ++i) complete(experiment, strategy.gen(experiment, 1).points.at(0), rng, 0);
  const Suggestions made = strategy.gen(experiment, 1);
  EXPECT_EQ(made.shortage, Shortage::kSearchSpaceExhausted);
  EXPECT_THAT(made.notices, ElementsAre(HasSubstr("every arm is known exactly")));
}

TEST(EmpiricalBayesThompson, SaysWhatItCannotServe) {
  core::OptimizationConfig config;
  EXPECT_EQ(why_not_model("EB", letters(), config), "");
  const core::SearchSpace range({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {});
  EXPECT_THAT(why_not_model("EB", range, config), HasSubstr("'x' is a range"));
  config.outcome_constraints.emplace_back();
  EXPECT_THAT(why_not_model("EB", letters(), config), HasSubstr("no outcome constraints"));
  config.objective.kind = core::Objective::Kind::kMulti;
  EXPECT_THAT(why_not_model("EB", letters(), config), HasSubstr("one objective"));
}

}  // namespace bandit_test
}  // namespace boa::generation
