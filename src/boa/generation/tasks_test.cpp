#include "boa/generation/tasks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/generation/fidelity.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/generation/why_not_model.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {
namespace tasks_test {

using core::Parameterization;
using core::ParameterType;
using core::RangeParameter;
using ::testing::HasSubstr;

const std::string kOld = "old";
const std::string kNew = "new";

core::SearchSpace task_space(bool with_tasks = true) {
  core::ChoiceParameter site{"site", ParameterType::kString, {kOld, kNew}, false};
  if (with_tasks) site.target_task = core::ParameterValue(kNew);
  return core::SearchSpace({site, RangeParameter{"x", ParameterType::kFloat, 0, 1, false, {}},
                            RangeParameter{"z", ParameterType::kFloat, 0, 1, false, {}}},
                           {});
}

core::OptimizationConfig one_loss() {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.objective.terms = {{"y", 1, true}};
  return config;
}

/// Two objectives under a constraint on a third metric.
core::OptimizationConfig two_losses() {
  core::OptimizationConfig config;
  config.metrics.resize(3);
  const char* names[] = {"y", "v", "c"};
  for (std::size_t i = 0; i < 3; ++i) config.metrics[i].name = names[i];
  config.metrics[0].noise = core::NoiseKind::kUnknown;
  config.objective.kind = core::Objective::Kind::kMulti;
  config.objective.terms = {{"y", 1, true}, {"v", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 1.2, "c <= 1.2"}};
  return config;
}

double number(const Parameterization& point, const char* name) {
  return core::as_double(*core::find_value(point, name));
}

bool is_new(const Parameterization& point) { return *core::find_value(point, "site") == core::ParameterValue(kNew); }

/// A narrow valley, at (0.62, 0.3) of the new site; the old one had another level and scale and a slightly other place.
double loss(const Parameterization& point) {
  const double shift = is_new(point) ? 0 : 0.01;
  const double x = number(point, "x") - 0.62 - shift, z = number(point, "z") - 0.3;
  const double y = std::log1p(40 * (x * x + z * z)) + 0.3 * x;
  return is_new(point) ? y : 100 + 7 * y;
}

void evaluate(core::Experiment& experiment, const Parameterization& point, const core::GeneratorRun& made = {}) {
  const std::int64_t index = experiment.new_trial({point}, made, false, {}).index;
  experiment.mark_running(index, {});
  const std::string arm = experiment.trial(index).arms[0].name;
  std::vector<core::DataRow> rows = {{arm, "y", loss(point), {}}};
  if (experiment.optimization_config().metrics.size() > 1) {
    rows.push_back({arm, "v", number(point, "x"), {}});
    rows.push_back({arm, "c", number(point, "x") + number(point, "z"), {}});
  }
  experiment.attach_data(index, rows);
  experiment.mark_completed(index, {});
}

/// `count` trials of the old site, spread evenly.
core::Experiment old_campaign(int count, const core::OptimizationConfig& config = one_loss(), bool with_tasks = true) {
  core::Experiment experiment("test", task_space(with_tasks), config, {});
  for (int i = 0; i < count; ++i) {
    const double x = std::fmod(0.5 + 0.754877666 * i, 1.0), z = std::fmod(0.5 + 0.569840291 * i, 1.0);
    evaluate(experiment, {{"site", kOld}, {"x", x}, {"z", z}});
  }
  return experiment;
}

GenerationStep step_of(const char* model, const util::Node& kwargs = {}) {
  GenerationStep step;
  step.model = model;
  step.model_kwargs = kwargs;
  return step;
}

util::Node with_acquisition(const char* name) { return util::Node::object({{"botorch_acqf_class", name}}); }

/// Evaluates what the model suggests, every point of which must be of the model and at the new site.
void go_on(core::Experiment& experiment, const GenerationStep& step, int trials) {
  GenerationStrategy strategy("model", {step}, 5);
  for (int i = 0; i < trials; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    ASSERT_EQ(made.points.size(), 1U);
    EXPECT_EQ(made.points[0].generator_run.gen_metadata.find("fallback"), nullptr) << step.model;
    EXPECT_TRUE(is_new(made.points[0].parameters)) << step.model;
    evaluate(experiment, made.points[0].parameters, made.points[0].generator_run);
  }
}

double best_loss(const core::Experiment& experiment) {
  double best = 1e9;
  for (const auto& [index, trial] : experiment.trials()) {
    if (is_new(trial.arms[0].parameters)) best = std::min(best, loss(trial.arms[0].parameters));
  }
  return best;
}

TEST(UnitSpaceOfTasks, HoldsCodesAndProposesTheTarget) {
  const UnitSpace space(task_space());
  EXPECT_EQ(space.tasks(), (gp::TaskColumn{0, 2, 1}));
  EXPECT_FALSE(UnitSpace(task_space(false)).tasks());
  EXPECT_EQ(space.categorical_columns(), std::vector<Index>{0}) << "two values, but codes";
  EXPECT_EQ(space.encode({{"site", kNew}, {"x", 0.5}, {"z", 0.25}}).value(), (Vector{{1, 0.5, 0.25}}));
  EXPECT_EQ(space.encode({{"site", kOld}, {"x", 0.5}, {"z", 0.25}}).value(), (Vector{{0, 0.5, 0.25}}));
  ASSERT_EQ(space.domain().discrete.size(), 1U);
  EXPECT_EQ(space.domain().discrete[0].values, std::vector<double>{1});
}

TEST(TaskTransforms, EachTaskHasItsOwnScale) {
  Outcome outcome;
  outcome.X = Matrix{{0.0}, {0.0}, {0.0}, {1.0}, {1.0}, {1.0}, {1.0}, {2.0}};
  outcome.y = Vector{{1, 2, 3, 100, 200, 300, 400, 1000}};
  const TaskTransforms transforms(outcome, gp::TaskColumn{0, 4, 0},
                                  [](const Vector& y) { return OutcomeTransform(y, OutcomeTransform::Tail::kNone); });
  EXPECT_DOUBLE_EQ(transforms.target()(2), 0);
  EXPECT_DOUBLE_EQ(transforms.target()(3), 1);
  EXPECT_DOUBLE_EQ(transforms.of_row(outcome.X, 3)(250), 0);
  const double largest_slope = transforms.of_row(outcome.X, 3).slope(250);
  EXPECT_NEAR(transforms.of_row(outcome.X, 7)(1000), 0, boa::testing::kExact) << "its own mean";
  EXPECT_NEAR(transforms.of_row(outcome.X, 7).slope(1000) / largest_slope, 1, boa::testing::kExact)
      << "the scale of the most values";
  EXPECT_DOUBLE_EQ(transforms.of_row(Matrix{{3.0}}, 0)(250), 0) << "no value at all";
}

TEST(Tasks, PointsOfTheTargetAreRankedAsObservedAndOthersWhileThereAreNone) {
  core::Experiment experiment = old_campaign(10);
  const UnitSpace space(experiment.search_space());
  ModelData data = make_model_data(experiment, space, {});
  Incumbents ranked = rank_for_target(data, fit_surrogate(data, space, util::Rng(1)), space);
  EXPECT_TRUE(is_seen_from_afar(data, space));
  EXPECT_EQ(ranked.X.rows(), 10);
  EXPECT_TRUE((ranked.X.col(0).array() == 1).all());
  for (const double x : {0.1, 0.6, 0.9}) evaluate(experiment, {{"site", kNew}, {"x", x}, {"z", 0.3}});
  data = make_model_data(experiment, space, {});
  ranked = rank_for_target(data, fit_surrogate(data, space, util::Rng(1)), space);
  EXPECT_FALSE(is_seen_from_afar(data, space));
  EXPECT_EQ(ranked.X.rows(), 3);
  EXPECT_EQ(ranked.X(0, 1), 0.6);
}

TEST(Tasks, AnOldCampaignLeadsToTheOptimum) {
  core::Experiment with = old_campaign(25);
  go_on(with, step_of("ST_MTGP"), 5);
  // The same five trials without it: initial points, then the model.
  core::Experiment without("test", task_space(), one_loss(), {});
  GenerationStep first = step_of("SOBOL", util::Node::object({{"target_task_only", true}}));
  first.num_trials = 3;
  GenerationStrategy strategy("Sobol+BoTorch", {first, step_of("BOTORCH_MODULAR")}, 5);
  for (int i = 0; i < 5; ++i) evaluate(without, strategy.gen(without, 1).points.at(0).parameters);
  EXPECT_LT(best_loss(with), 0.15);
  EXPECT_LT(best_loss(with), best_loss(without));
}

TEST(Tasks, EveryModelAndAcquisitionFunctionStaysAtTheTarget) {
  for (const int own : {0, 3}) {
    core::Experiment start = old_campaign(8);
    for (int i = 0; i < own; ++i) evaluate(start, {{"site", kNew}, {"x", 0.3 * i + 0.1}, {"z", 0.4}});
    for (const char* model : {"GPEI", "BO_MIXED", "THOMPSON", "ST_MTGP_LEGACY", "GPMES"}) {
      core::Experiment experiment = start;
      go_on(experiment, step_of(model), 1);
    }
    for (const char* name : {"qExpectedImprovement", "qUpperConfidenceBound", "qKnowledgeGradient",
                             "LogExpectedImprovement", "PosteriorMean"}) {
      core::Experiment experiment = start;
      go_on(experiment, step_of("ST_MTGP", with_acquisition(name)), 1);
    }
  }
}

TEST(Tasks, SeveralObjectivesConstraintsNoiseAndPendingPoints) {
  core::Experiment experiment = old_campaign(8, two_losses());
  go_on(experiment, step_of("ST_MTGP_NEHVI"), 2);
  const std::int64_t open = experiment.new_trial({{{"site", kOld}, {"x", 0.4}, {"z", 0.4}}}, {}, false, {}).index;
  experiment.mark_running(open, {});
  GenerationStrategy strategy("model", {step_of("ST_MTGP_NEHVI")}, 5);
  const Suggestions made = strategy.gen(experiment, 3);
  ASSERT_EQ(made.points.size(), 3U);
  for (const Suggestion& point : made.points) {
    EXPECT_TRUE(is_new(point.parameters));
    EXPECT_EQ(point.generator_run.gen_metadata.find("fallback"), nullptr);
  }
}

TEST(Tasks, APendingTrialOfAnotherTaskChangesNothing) {
  core::Experiment experiment = old_campaign(8);
  go_on(experiment, step_of("ST_MTGP"), 3);
  const auto next = [&] {
    return GenerationStrategy("model", {step_of("ST_MTGP")}, 5).gen(experiment, 1).points.at(0).parameters;
  };
  const Parameterization before = next();
  const std::int64_t open = experiment.new_trial({{{"site", kOld}, {"x", 0.63}, {"z", 0.3}}}, {}, false, {}).index;
  experiment.mark_running(open, {});
  EXPECT_NEAR(number(next(), "x"), number(before, "x"), 0.05);
  EXPECT_NEAR(number(next(), "z"), number(before, "z"), 0.05);
}

TEST(Tasks, TheSameDataGiveTheSamePointAfterAnInterruption) {
  core::Experiment experiment = old_campaign(8);
  GenerationStrategy going_on("model", {step_of("ST_MTGP")}, 5);
  for (int i = 0; i < 4; ++i) {
    const Suggestion point = going_on.gen(experiment, 1).points.at(0);
    GenerationStrategy resumed("model", {step_of("ST_MTGP")}, 5);
    EXPECT_EQ(resumed.gen(experiment, 1).points.at(0).parameters, point.parameters) << i;
    evaluate(experiment, point.parameters, point.generator_run);
  }
}

TEST(Tasks, FantasiesOfTheTargetAloneAreRefused) {
  for (const char* name : {"NoisyExpectedImprovement", "LogNoisyExpectedImprovement"}) {
    ModularOptions options;
    options.botorch_acqf_class = name;
    EXPECT_THAT(why_not_served(options, task_space(), one_loss()), HasSubstr("takes no task parameter"));
    EXPECT_EQ(why_not_served(options, task_space(false), one_loss()), "");
  }
}

TEST(TaskSequences, ExplicitStepsDrawEveryTaskAsAxDoes) {
  const core::Experiment experiment("test", task_space(), one_loss(), {});
  int count = 0;
  for (const Suggestion& point : GenerationStrategy("Sobol", {step_of("SOBOL")}, 1).gen(experiment, 32).points) {
    count += is_new(point.parameters) ? 1 : 0;
  }
  EXPECT_EQ(count, 16);
}

TEST(TaskSequences, TheAutomaticChoiceStaysAtTheTarget) {
  const ChosenSteps chosen = choose_generation_steps(task_space(), one_loss(), {}, 30);
  EXPECT_THAT(chosen.reason, HasSubstr("every point with 'site' at new"));
  ASSERT_EQ(chosen.steps.size(), 2U);
  EXPECT_EQ(chosen.steps[1].model, "BOTORCH_MODULAR");
  EXPECT_TRUE(chosen.steps[1].model_kwargs.is_null());
  const core::Experiment experiment("test", task_space(), one_loss(), {});
  for (const Suggestion& point : GenerationStrategy("Sobol", {chosen.steps[0]}, 1).gen(experiment, 5).points) {
    EXPECT_TRUE(is_new(point.parameters));
  }
  AutomaticOptions saas;
  saas.use_saasbo = true;
  EXPECT_EQ(choose_generation_steps(task_space(), one_loss(), saas, 30).steps[1].model, "SAASBO");
}

TEST(TaskSequences, AFiniteTargetIsExhausted) {
  core::ChoiceParameter site{"site", ParameterType::kInt, {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}}, true};
  site.target_task = core::ParameterValue(std::int64_t{2});
  const core::SearchSpace space({RangeParameter{"n", ParameterType::kInt, 1, 4, false, {}}, site}, {});
  const core::Experiment experiment("test", space, one_loss(), {});
  const ChosenSteps chosen = choose_generation_steps(space, one_loss(), {}, 10);
  const Suggestions made = GenerationStrategy("Sobol", chosen.steps, 1).gen(experiment, 10);
  EXPECT_EQ(made.points.size(), 4U);
  EXPECT_EQ(made.shortage, Shortage::kSearchSpaceExhausted);
}

TEST(TaskNames, ModelsSayWhatTheyNeed) {
  const core::SearchSpace plain = task_space(false);
  EXPECT_THAT(why_not_model("ST_MTGP", plain, one_loss()), HasSubstr("takes a task parameter (is_task: true)"));
  EXPECT_EQ(why_not_model("ST_MTGP", task_space(), one_loss()), "");
  EXPECT_EQ(why_not_model("ST_MTGP", task_space(), two_losses()), "");
  EXPECT_THAT(why_not_model("ST_MTGP_LEGACY", task_space(), two_losses()), HasSubstr("takes one objective"));
  EXPECT_THAT(why_not_model("ST_MTGP_NEHVI", task_space(), one_loss()), HasSubstr("takes several objectives"));
  EXPECT_EQ(why_not_model("SAASBO", task_space(), one_loss()), "");
  EXPECT_THAT(why_not_model("EB", task_space(), one_loss()), HasSubstr("no task parameter"));
  const auto why_not_class = [](const char* name, const core::SearchSpace& space) {
    const util::Node surrogate = util::Node::object({{"botorch_model_class", name}});
    return why_not_served(modular_options("BoTorch", util::Node::object({{"surrogate", surrogate}})), space,
                          one_loss());
  };
  EXPECT_EQ(why_not_class("MultiTaskGP", task_space()), "");
  EXPECT_THAT(why_not_class("MultiTaskGP", plain), HasSubstr("there is none"));
  EXPECT_THAT(why_not_class("SingleTaskGP", task_space()),
              HasSubstr("MultiTaskGP and SaasFullyBayesianMultiTaskGP do"));
  EXPECT_EQ(why_not_class("SingleTaskGP", plain), "");
  const util::Node kernel = util::Node::object(
      {{"covar_module_class", "RBFKernel"}, {"covar_module_options", util::Node::object({{"ard_num_dims", 2}})}});
  const util::Node mean = util::Node::object({{"mean_module_class", "LinearMean"}});
  EXPECT_EQ(why_not_surrogate(modular_options("ST_MTGP", util::Node::object({{"surrogate", mean}})), task_space()),
            "tasks have means of their own, and no LinearMean");
  EXPECT_EQ(why_not_surrogate(modular_options("ST_MTGP", util::Node::object({{"surrogate", kernel}})), task_space()),
            "");
}

}  // namespace tasks_test
}  // namespace boa::generation
