#include "boa/generation/averaged_surrogates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/sampling_options.hpp"
#include "boa/generation/why_not_model.hpp"
#include "boa/math/sobol.hpp"

namespace boa::generation {
namespace averaged_test {

/// Six columns, of which the second matters; values from 100 on.
Outcome valley(Index n, double known_variance) {
  Outcome outcome;
  outcome.X = math::Sobol(6, util::Rng(1)).draw(n);
  outcome.y = 100.0 - 50.0 * (outcome.X.col(1).array() - 0.7).square();
  outcome.y_var = Vector::Constant(n, known_variance);
  return outcome;
}

/// The second objective: its bottom is at 0.2 of the same column.
ModelData two_valleys(Index n, double known_variance) {
  ModelData data;
  data.outcomes = {valley(n, known_variance), valley(n, known_variance)};
  data.outcomes[1].y = 3.0 - 4.0 * (data.outcomes[1].X.col(1).array() - 0.2).square();
  data.num_objectives = 2;
  data.thresholds.setConstant(2, std::nan(""));
  data.pending.resize(0, 6);
  return data;
}

core::SearchSpace six_reals() {
  std::vector<core::Parameter> parameters;
  for (int j = 0; j < 6; ++j) {
    parameters.push_back(
        core::RangeParameter{"x" + std::to_string(j), core::ParameterType::kFloat, 0, 1, false, std::nullopt});
  }
  return core::SearchSpace(parameters, {});
}

TEST(AveragedSurrogates, PredictEachObjective) {
  const UnitSpace space(six_reals());
  Matrix x = Matrix::Constant(2, 6, 0.35);
  x(0, 1) = 0.7;
  x(1, 1) = 0.2;
  for (const Averaging kind : {Averaging::kSampled, Averaging::kSaasSampled, Averaging::kSaasFitted}) {
    // Without a sparse prior more observations are needed to tell the column that matters.
    const ModelData data = two_valleys(kind == Averaging::kSampled ? 24 : 14, 0);
    const Surrogate fitted = fit_surrogate(data, space, util::Rng(1));
    const AveragingOptions options{kind, {}};
    const std::vector<Surrogate> surrogates = averaged_surrogates(data, fitted, space, options, util::Rng(2), 1);
    EXPECT_EQ(surrogates.size(), kind == Averaging::kSaasFitted ? 4U : 8U);
    const std::vector<Surrogate> again = averaged_surrogates(data, fitted, space, options, util::Rng(2), 2);
    Vector mean, variance, same;
    for (std::size_t k = 0; k < surrogates.size(); ++k) {
      surrogates[k].outcomes[0].model->marginals(x, mean, variance);
      EXPECT_NEAR(fitted.outcomes[0].transforms.target().inverse(mean[0]), 100, 2) << k;
      surrogates[k].outcomes[1].model->marginals(x, mean, variance);
      EXPECT_NEAR(fitted.outcomes[1].transforms.target().inverse(mean[1]), 3, 0.2) << k;
      again[k].outcomes[1].model->marginals(x, same, variance);
      EXPECT_EQ(mean, same) << "on two threads";
    }
  }
}

TEST(AveragedSurrogates, NeedObservationsOfEachObjective) {
  ModelData data = two_valleys(10, 0);
  EXPECT_TRUE(can_average(data, Averaging::kSampled));
  EXPECT_FALSE(can_average(data, Averaging::kNone));
  data.outcomes[1].y.resize(0);
  EXPECT_FALSE(can_average(data, Averaging::kSampled)) << "one is not observed yet";
  data.outcomes[1].y.setZero(201);
  EXPECT_FALSE(can_average(data, Averaging::kSaasSampled)) << "it would take minutes";
  EXPECT_TRUE(can_average(data, Averaging::kSaasFitted));
}

TEST(AveragedSurrogates, OnlyTooManyObservationsAreBeyondThem) {
  Surrogate surrogate = fit_surrogate(two_valleys(10, 0), UnitSpace(six_reals()), util::Rng(1));
  EXPECT_FALSE(is_beyond_averaging(surrogate, Averaging::kSampled));
  const Outcome many = valley(201, 0);
  std::shared_ptr<const gp::GaussianProcess>& model = surrogate.outcomes[1].model;
  model =
      std::make_shared<const gp::GaussianProcess>(gp::TrainingData{many.X, many.y, many.y_var}, model->parameters());
  EXPECT_TRUE(is_beyond_averaging(surrogate, Averaging::kSampled));
  EXPECT_FALSE(is_beyond_averaging(surrogate, Averaging::kSaasFitted));
  EXPECT_FALSE(is_beyond_averaging(surrogate, Averaging::kNone));
}

TEST(AveragedSurrogates, AcquisitionIsTheirMean) {
  const ModelData data = two_valleys(10, 1e-4);
  const UnitSpace space(six_reals());
  const Surrogate fitted = fit_surrogate(data, space, util::Rng(1));
  const auto chosen = [&] {
    std::vector<ChosenAcquisition> each;
    for (const Surrogate& one :
         averaged_surrogates(data, fitted, space, {Averaging::kSaasFitted, {}}, util::Rng(2), 1)) {
      each.push_back(choose_acquisition(one, rank_observed(data, one), data.pending, 1, util::Rng(3)));
    }
    return each;
  };
  const Matrix x = Matrix::Constant(1, 6, 0.35);
  double sum = 0;
  for (const ChosenAcquisition& one : chosen()) sum += std::exp(one.function->values(x)[0]);
  const ChosenAcquisition averaged = average(chosen(), Averaging::kSaasFitted);
  EXPECT_EQ(averaged.name.find(chosen()[0].name), 0U);
  constexpr double kRounding = 1e-9;
  EXPECT_NEAR(averaged.function->values(x)[0], std::log(sum / 4), kRounding);
}

/// Trials of the model after five quasi-random points, the last but one still running.
core::Experiment run_saas(const core::SearchSpace& space, const core::OptimizationConfig& config,
                          const std::string& model, const util::Node& kwargs, int trials) {
  core::Experiment experiment("test", space, config, {});
  GenerationStep first, second;
  first.num_trials = 5;
  second.model = model;
  second.model_kwargs = kwargs;
  GenerationStrategy strategy("test", {first, second}, 7);
  for (int i = 0; i < trials; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    EXPECT_TRUE(made.notices.empty());
    const core::Trial& trial =
        experiment.new_trial({made.points.at(0).parameters}, made.points[0].generator_run, false, {});
    EXPECT_EQ(space.why_not_member(trial.arms[0].parameters), "");
    experiment.mark_running(trial.index, {});
    if (i + 2 == trials) continue;
    const double x = core::as_double(*core::find_value(trial.arms[0].parameters, "x1"));
    experiment.attach_data(trial.index, {{trial.arms[0].name, "y", (x - 0.2) * (x - 0.2), std::nullopt},
                                         {trial.arms[0].name, "c", std::abs(x), std::nullopt}});
    experiment.mark_completed(trial.index, {});
  }
  return experiment;
}

std::string acquisition_of(const core::Experiment& experiment, std::int64_t trial) {
  return experiment.trial(trial).generator_run.gen_metadata.at("acquisition").as_string();
}

TEST(FullyBayesianMoo, AveragesHypervolumeImprovement) {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.kind = core::Objective::Kind::kMulti;
  config.objective.terms = {{"y", 1, true}, {"c", 1, true}};
  const core::Experiment experiment = run_saas(six_reals(), config, "FULLYBAYESIANMOO", {}, 8);
  EXPECT_EQ(experiment.trial(7).generator_run.model_key, "FullyBayesianMOO");
  EXPECT_EQ(acquisition_of(experiment, 5), "LogEHVI averaged over SAAS models");
  EXPECT_EQ(acquisition_of(experiment, 7), "qLogEHVI averaged over SAAS models");
}

TEST(SaasModels, GoWithNamedAcquisitions) {
  core::OptimizationConfig config;
  config.metrics.emplace_back().name = "y";
  config.objective.terms = {{"y", 1, true}};
  for (const std::string model :
       {"FullyBayesianSingleTaskGP", "SaasFullyBayesianSingleTaskGP", "EnsembleMapSaasSingleTaskGP"}) {
    const util::Node kwargs = util::Node::object({{"botorch_acqf_class", "qKnowledgeGradient"},
                                                  {"surrogate", util::Node::object({{"botorch_model_class", model}})}});
    const core::Experiment experiment = run_saas(six_reals(), config, "BOTORCH_MODULAR", kwargs, 7);
    const char* over = model == "FullyBayesianSingleTaskGP" ? "samples" : "SAAS models";
    EXPECT_EQ(acquisition_of(experiment, 6), std::string("qKnowledgeGradient averaged over ") + over);
    EXPECT_EQ(describe(modular_options("BoTorch", kwargs)), "qKnowledgeGradient, " + model);
  }
}

TEST(Saasbo, RunsInsideOfBoundsAndConstraints) {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"y", 1, true}};
  config.outcome_constraints = {{{{"c", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.8, "c <= 0.8"}};
  std::vector<core::Parameter> parameters;
  for (const char* name : {"x0", "x1", "x2"}) {
    parameters.push_back(core::RangeParameter{name, core::ParameterType::kFloat, -1, 1, false, std::nullopt});
  }
  const core::SearchSpace space(parameters,
                                {core::ParameterConstraint{{{"x0", 1.0}, {"x1", 1.0}}, 0.5, "x0 + x1 <= 0.5"}});
  const core::Experiment experiment = run_saas(space, config, "SAASBO", {}, 8);
  EXPECT_EQ(experiment.trial(7).generator_run.model_key, "SAASBO");
  EXPECT_NE(experiment.trial(7).generator_run.gen_metadata.at("acquisition").as_string().find("SAAS"),
            std::string::npos);
}

core::ChoiceParameter three_colours() {
  return {"c", core::ParameterType::kString, {std::string("a"), std::string("b"), std::string("d")}, false};
}

TEST(Saasbo, TakesTasksAndUnorderedChoices) {
  core::OptimizationConfig config;
  for (const char* name : {"y", "c"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"y", 1, true}};
  std::vector<core::Parameter> parameters = six_reals().parameters();
  parameters.resize(2);
  core::ChoiceParameter task = three_colours();
  parameters.emplace_back(task);
  const util::Node few = util::Node::object({{"num_samples", 32}, {"warmup_steps", 40}});
  EXPECT_EQ(acquisition_of(run_saas(core::SearchSpace(parameters, {}), config, "SAASBO", few, 7), 6),
            "qLogNEI averaged over SAAS models");
  task.target_task = std::string("b");
  parameters.back() = task;
  const core::SearchSpace with_task(parameters, {});
  const core::Experiment experiment = run_saas(with_task, config, "SAAS_MTGP", few, 7);
  EXPECT_EQ(acquisition_of(experiment, 5), "LogEI averaged over SAAS models");
  EXPECT_EQ(core::to_string(*core::find_value(experiment.trial(6).arms[0].parameters, "c")), "b");
}

TEST(FullyBayesian, SaysWhatItCannotServe) {
  core::OptimizationConfig config;
  const core::SearchSpace mixed({three_colours()}, {});
  EXPECT_EQ(why_not_model("FullyBayesianMOO", six_reals(), config), "FullyBayesianMOO takes several objectives");
  EXPECT_EQ(why_not_model("SAASBO", mixed, config), "");
  for (const char* model : {"SAAS_MTGP", "FullyBayesian_MTGP"}) {
    EXPECT_NE(why_not_model(model, six_reals(), config).find("takes a task parameter"), std::string::npos);
  }
  ModularOptions options;
  options.averaging.kind = Averaging::kSaasFitted;
  EXPECT_NE(why_not_served(options, mixed, config).find("'c'"), std::string::npos);
  config.objective.kind = core::Objective::Kind::kMulti;
  for (const char* model : {"SAASBO", "FullyBayesianMOO"}) EXPECT_EQ(why_not_model(model, six_reals(), config), "");
}

TEST(FullyBayesian, SamplingIsAsTheOptionsSay) {
  const util::Node kwargs = util::Node::object({{"num_samples", 48}, {"thinning", 8}, {"max_tree_depth", 4}});
  EXPECT_EQ(modular_options("SAASBO", kwargs).averaging.nuts.num_samples, 48);
  const ModularOptions modular = modular_options(
      "BoTorch",
      util::Node::object({{"surrogate", util::Node::object({{"botorch_model_class", "FullyBayesianSingleTaskGP"},
                                                            {"mll_options", kwargs}})}}));
  EXPECT_EQ(modular.averaging.kind, Averaging::kSampled);
  EXPECT_EQ(modular.averaging.nuts.thinning, 8);
  const ModelData data = two_valleys(8, std::nan(""));
  const UnitSpace space(six_reals());
  const Surrogate fitted = fit_surrogate(data, space, util::Rng(1));
  EXPECT_EQ(averaged_surrogates(data, fitted, space, modular.averaging, util::Rng(2), 1).size(), 6U);
}

TEST(Saasbo, AutomaticChoiceTakesItWhereItCanServe) {
  AutomaticOptions options;
  options.use_saasbo = true;
  std::vector<core::Parameter> parameters = {
      core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, std::nullopt}};
  core::OptimizationConfig config;
  config.objective.terms = {{"y", 1, true}};
  const ChosenSteps chosen = choose_generation_steps(core::SearchSpace(parameters, {}), config, options, 20);
  EXPECT_EQ(chosen.steps.back().model, "SAASBO");
  EXPECT_EQ(chosen.name, "Sobol+SAASBO");
  config.objective.kind = core::Objective::Kind::kMulti;
  const ChosenSteps other = choose_generation_steps(core::SearchSpace(parameters, {}), config, options, 20);
  EXPECT_EQ(other.steps.back().model, "SAASBO");
}

}  // namespace averaged_test
}  // namespace boa::generation
