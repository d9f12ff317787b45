#include "boa/generation/modular_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/model_names.hpp"
#include "boa/generation/named_acquisitions.hpp"
#include "boa/generation/sampling_options.hpp"
#include "boa/generation/why_not_model.hpp"
#include "boa/util/error.hpp"
#include "boa/util/yaml.hpp"

namespace boa::generation {
namespace modular_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using util::Node;

core::OptimizationConfig config_of(bool several, bool constrained) {
  core::OptimizationConfig config;
  for (const char* name : {"a", "b"}) config.metrics.emplace_back().name = name;
  config.objective.terms = {{"a", 1, true}};
  if (several) {
    config.objective.kind = core::Objective::Kind::kMulti;
    config.objective.terms.push_back({"b", 1, false});
  }
  if (constrained) {
    config.outcome_constraints = {{{{"b", 1.0}}, core::OutcomeConstraint::Op::kLessEqual, 0.9, "b <= 0.9"}};
  }
  return config;
}

/// Mixed, x + y <= 1.2.
core::SearchSpace mixed_space() {
  using core::ParameterType;
  return core::SearchSpace(
      {core::RangeParameter{"x", ParameterType::kFloat, 0, 1, false, std::nullopt},
       core::RangeParameter{"y", ParameterType::kFloat, 0, 1, false, std::nullopt},
       core::ChoiceParameter{
           "c", ParameterType::kString, {std::string("u"), std::string("v"), std::string("w")}, false}},
      {core::ParameterConstraint{{{"x", 1.0}, {"y", 1.0}}, 1.2, "x + y <= 1.2"}});
}

/// Six quasi-random points, then four of the model, the last with a trial still running. Returns the experiment.
core::Experiment run(const std::string& model, const Node& kwargs, const core::OptimizationConfig& config) {
  core::Experiment experiment("test", mixed_space(), config, {});
  GenerationStep first, second;
  first.num_trials = 6;
  second.model = model;
  second.model_kwargs = kwargs;
  GenerationStrategy strategy("test", {first, second}, 11);
  for (int i = 0; i < 10; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    EXPECT_TRUE(made.notices.empty()) << model << ": " << made.notices.at(0);
    const core::Trial& trial =
        experiment.new_trial({made.points.at(0).parameters}, made.points[0].generator_run, false, {});
    EXPECT_EQ(experiment.search_space().why_not_member(trial.arms[0].parameters), "") << model;
    experiment.mark_running(trial.index, {});
    if (i == 8) continue;
    const core::Parameterization& point = trial.arms[0].parameters;
    const double x = core::as_double(*core::find_value(point, "x")), y = core::as_double(*core::find_value(point, "y"));
    const double shift = core::to_string(*core::find_value(point, "c")) == "v" ? 0 : 0.5;
    experiment.attach_data(trial.index, {{trial.arms[0].name, "a", std::pow(x - 0.4, 2) + y * y + shift, std::nullopt},
                                         {trial.arms[0].name, "b", x + 0.1 * y, std::nullopt}});
    experiment.mark_completed(trial.index, {});
  }
  return experiment;
}

std::string problem_of(const std::string& kwargs) {
  util::Problems problems("f.yaml");
  read_modular_options(util::parse_yaml(kwargs, "f.yaml"), "k", problems);
  if (problems.empty()) return "none";
  return problems.list()[0].key_path + ": " + problems.list()[0].message + " | " + problems.list()[0].hint;
}

TEST(ModularOptions, EveryServedAcquisitionRunsInsideOfBoundsAndConstraints) {
  for (const NamedAcquisition& named : named_acquisitions()) {
    const Node kwargs = Node::object({{"botorch_acqf_class", std::string(named.name)}});
    const core::Experiment experiment =
        run("BOTORCH_MODULAR", kwargs, config_of(named.for_several, named.takes_constraints));
    EXPECT_EQ(experiment.trial(9).generator_run.gen_metadata.at("acquisition").as_string(), named.name);
  }
}

TEST(ModularOptions, EveryServedModelRunsInsideOfBoundsAndConstraints) {
  for (const std::string& model : served_models()) {
    if (model_value(model) == "LatinHypercube") continue;  // has an end: generation_strategy_test
    if (is_fully_bayesian(model_value(model))) continue;   // slow: averaged_surrogates_test
    if (model_value(model) == "Factorial") continue;       // takes no ranges: thompson_test
    if (model_value(model) == "EB") continue;              // nor does it: bandit_generator_test
    const core::Experiment experiment = run(model, {}, config_of(false, false));
    EXPECT_EQ(experiment.trial(9).generator_run.model_key, model_value(model)) << model;
  }
}

TEST(ModularOptions, KernelAndArgumentsAreHonoured) {
  const Node kwargs = util::parse_yaml(
      "botorch_acqf_class: qUpperConfidenceBound\nacquisition_options: {beta: 0}\n"
      "surrogate: {botorch_model_class: SingleTaskGP, mll_class: ExactMarginalLogLikelihood, model_options: {},\n"
      "            covar_module_class: RBFKernel}\nrefit_on_cv: false\n",
      "f.yaml");
  const core::Experiment greedy = run("BOTORCH_MODULAR", kwargs, config_of(false, false));
  EXPECT_EQ(greedy.trial(9).generator_run.gen_metadata.at("fits").at("outcomes").at(0).at("kernel").as_string(), "rbf");
  Node bold = kwargs;
  bold.set("acquisition_options", Node::object({{"beta", 1e6}}));
  const core::Experiment curious = run("BOTORCH_MODULAR", bold, config_of(false, false));
  EXPECT_NE(core::to_string(*core::find_value(greedy.trial(9).arms[0].parameters, "x")),
            core::to_string(*core::find_value(curious.trial(9).arms[0].parameters, "x")));
  EXPECT_EQ(describe(modular_options("BoTorch", kwargs)), "qUpperConfidenceBound, RBFKernel");
  EXPECT_EQ(
      describe(modular_options(
          "BoTorch",
          util::parse_yaml("surrogate: {mean_module_class: LinearMean, input_transform_classes: [Warp]}", "f.yaml"))),
      "LinearMean, Warp");
  EXPECT_EQ(describe(modular_options("GPMES", {})), "qLowerBoundMaxValueEntropy");
  EXPECT_EQ(describe(modular_options("GPKG", {})), "qKnowledgeGradient");
}

TEST(ModularOptions, EveryServedSurrogateRunsInsideOfBoundsAndConstraints) {
  const std::pair<const char*, const char*> cases[] = {
      {"{covar_module_class: MaternKernel, covar_module_options: {nu: 0.5}}", "matern12"},
      {"{covar_module_class: MaternKernel, covar_module_options: {nu: 1.5}}", "matern32"},
      {"{covar_module_class: RQKernel, mll_class: LeaveOneOutPseudoLikelihood}", "rq"},
      {"{covar_module_class: PeriodicKernel}", "periodic"},
      {"{covar_module_class: LinearKernel, botorch_model_class: FixedNoiseGP}", "linear"},
      {"{covar_module_class: ScaleKernel, covar_module_options: {base_kernel: RBFKernel, ard_num_dims: 3}}", "rbf"},
      {"{covar_module_class: RBFKernel, mean_module_class: LinearMean, input_transform_classes: [Warp]}", "rbf"},
      {"{covar_module_class: LinearKernel, mean_module_class: ConstantMean, input_transform_classes: []}", "linear"},
      {"{covar_module_class: MaternKernel, mean_module_class: LinearMean, mll_class: LeaveOneOutPseudoLikelihood}",
       "matern52"},
  };
  for (const auto& [surrogate, kernel] : cases) {
    const Node kwargs = Node::object({{"surrogate", util::parse_yaml(surrogate, "f.yaml")}});
    const core::Experiment experiment = run("BOTORCH_MODULAR", kwargs, config_of(false, true));
    const Node& fits = experiment.trial(9).generator_run.gen_metadata.at("fits");
    EXPECT_EQ(fits.at("outcomes").at(0).at("kernel").as_string(), kernel);
    EXPECT_EQ(fits.at("options").as_string(), modular_options("BoTorch", kwargs).surrogate.text()) << surrogate;
    EXPECT_EQ(why_not_surrogate(modular_options("BoTorch", kwargs), mixed_space()), "") << surrogate;
  }
  const ModularOptions wrong = modular_options(
      "BoTorch", util::parse_yaml("surrogate: {covar_module_class: RBFKernel, covar_module_options: {ard_num_dims: 2}}",
                                  "f.yaml"));
  EXPECT_EQ(why_not_surrogate(wrong, mixed_space()),
            "'ard_num_dims: 2', but the model has 3 columns, one for each parameter that varies");
}

TEST(ModularOptions, NoiseIsNotInferredByAFixedNoiseModel) {
  const Node kwargs = util::parse_yaml("surrogate: {botorch_model_class: FixedNoiseGP}", "f.yaml");
  const core::Experiment experiment = run("BOTORCH_MODULAR", kwargs, config_of(false, true));
  for (const Node& fit : experiment.trial(9).generator_run.gen_metadata.at("fits").at("outcomes").as_array()) {
    EXPECT_TRUE(fit.at("exact").as_bool());
  }
  EXPECT_EQ(describe(modular_options("BoTorch", kwargs)), "FixedNoiseGP");
}

TEST(ModularOptions, WhatCannotBeServedIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "none"},
      {"{surrogate: null, acquisition_options: {}}", "none"},
      {"{surrogate: {covar_module_class: MaternKernel, covar_module_options: {nu: 2.5}}}", "none"},
      {"[1]", "k: expected a mapping"},
      {"{botorch_acqf_class: qExpectedImprovment}", "did you mean 'qExpectedImprovement'?"},
      {"{botorch_acqf_class: botorch.acquisition.qUpperConfidenceBound}", "did you mean 'qUpperConfidenceBound'?"},
      {"{surrogate: {covar_module_class: gpytorch.kernels.RBFKernel}}", "did you mean 'RBFKernel'?"},
      {"{botorch_acqf_class: qExpectedImprovement, acquisition_options: {beta: 0.5}}",
       "qExpectedImprovement has no 'beta' | Allowed: eta. 'beta' is an argument of qUpperConfidenceBound, "},
      {"{botorch_acqf_class: PosteriorMean, acquisition_options: {maximize: true}}",
       "PosteriorMean has no 'maximize' | It takes no arguments."},
      {"{surrogate_spec: {model_configs: []}}",
       "unknown key 'surrogate_spec', which is of Ax 1.0 | Write the arguments of the one model as surrogate: "},
      {"{surrogate_specs: {}}", "Write the arguments of the one model as surrogate: "},
      {"{model_configs: []}", "Write the arguments of the one model as surrogate: "},
      {"{surrogate: {model_configs: []}}", "k.surrogate: unknown key 'model_configs', which is of Ax 1.0"},
      {"{botorch_acqf_options: {beta: 1}}", "| Write acquisition_options."},
      {"{botorch_acqf_classes_with_options: []}", "Write botorch_acqf_class, one name, and its acquisition_options."},
      {"{botorch_acqf_class: 3}", "the acquisition function '3' is not served"},
      {"{botorch_acqf_class: qMultiStepLookahead}",
       "k.botorch_acqf_class: the acquisition function 'qMultiStepLookahead'"},
      {"{surrogate: {covar_module_class: MaternKernel, covar_module_options: {nu: 0.5, ard_num_dims: 3}}}", "none"},
      {"{surrogate: {covar_module_class: ScaleKernel, covar_module_options: {base_kernel: RQKernel}}}", "none"},
      {"{surrogate: {covar_module_class: ScaleKernel}}", "needs the name of another kernel"},
      {"{surrogate: {covar_module_class: ScaleKernel, covar_module_options: {base_kernel: ScaleKernel}}}",
       "needs the name of another kernel"},
      {"{surrogate: {covar_module_class: RBFKernel, covar_module_options: {base_kernel: RBFKernel}}}",
       "RBFKernel has no 'base_kernel'"},
      {"{botorch_acqf: x}", "unknown key 'botorch_acqf'; did you mean 'botorch_acqf_class'?"},
      {"{acquisition_options: {beta: 1}}", "k.acquisition_options: arguments need the class"},
      {"{botorch_acqf_class: qLogNoisyExpectedImprovement, acquisition_options: {prune_baseline: true, cache_root: "
       "false, eta: 0.01}}",
       "none"},
      {"{botorch_acqf_class: qLogNParEGO, acquisition_options: {prune_baseline: 1}}",
       "k.acquisition_options.prune_baseline: expected true or false, found"},
      {"{botorch_acqf_class: qExpectedImprovement, acquisition_options: {prune_baseline: true}}",
       "'prune_baseline' is an argument of qNoisyExpectedImprovement, qLogNoisyExpectedImprovement, "
       "qNoisyExpectedHypervolumeImprovement"},
      {"{botorch_acqf_class: qUpperConfidenceBound, acquisition_options: {bta: 1}}",
       "unknown key 'bta'; did you mean 'beta'?"},
      {"{botorch_acqf_class: qUpperConfidenceBound, acquisition_options: {beta: -1}}", "expected a number from 0"},
      {"{botorch_acqf_class: NoisyExpectedImprovement, acquisition_options: {num_fantasies: 3.7}}",
       "expected a whole number, found the number 3.7"},
      {"{refit_on_update: false}", "'refit_on_update: false' is not built yet"},
      {"{surrogate: {botorch_model_class: HeteroskedasticSingleTaskGP}}", "SingleTaskGP"},
      {"{surrogate: {mll_class: LeaveOneOutPseudoLikelihood, mll_options: {}, likelihood_options: {}}}", "none"},
      {"{surrogate: {mll_class: VariationalELBO}}", "ExactMarginalLogLikelihood"},
      {"{surrogate: {covar_module_options: {nu: 2.5}}}", "arguments need the class"},
      {"{surrogate: {covar_module_class: MaternKernel, covar_module_options: {nu: 3}}}", "a MaternKernel with nu 3"},
      {"{surrogate: {covar_module_class: RBFKernel, covar_module_options: {nu: 2.5}}}", "RBFKernel has no 'nu'"},
      {"{surrogate: {botorch_model_class: SaasFullyBayesianSingleTaskGP, covar_module_class: RBFKernel}}",
       "k.surrogate.covar_module_class: SaasFullyBayesianSingleTaskGP has a kernel of its own"},
      {"{surrogate: {botorch_model_class: EnsembleMapSaasSingleTaskGP, mll_class: LeaveOneOutPseudoLikelihood}}",
       "has a likelihood of its own"},
      {"{surrogate: {mean_module_class: LinearMean, input_transform_classes: [Warp]}}", "none"},
      {"{surrogate: {mean_module_class: ZeroMean}}", "ConstantMean"},
      {"{surrogate: {input_transform_classes: [Normalize], outcome_transform_classes: [Standardize]}}", "none"},
      {"{surrogate: {outcome_transform: Standardize}}", "none"},
      {"{surrogate: {botorch_model_class: EnsembleMapSaasSingleTaskGP, input_transform_classes: [Normalize]}}", "none"},
      {"{surrogate: {input_transform_classes: [Round]}}",
       "k.surrogate.input_transform_classes: the input transform 'Round' is not built yet"},
      {"{surrogate: {outcome_transform_classes: [Standardize, Log]}}",
       "k.surrogate.outcome_transform_classes: the outcome transform 'Log' is not built yet"},
      {"{surrogate: {outcome_transform: Log}}",
       "k.surrogate.outcome_transform: the outcome transform 'Log' is not built yet"},
      {"{surrogate: {botorch_model_class: EnsembleMapSaasSingleTaskGP, mean_module_class: LinearMean}}",
       "has a mean of its own"},
      {"{surrogate: {botorch_model_class: FullyBayesianSingleTaskGP, covar_module_class: RBFKernel, "
       "mean_module_class: LinearMean, mll_options: {num_samples: 64, disable_progbar: true}}}",
       "none"},
      {"{surrogate: {botorch_model_class: FullyBayesianSingleTaskGP, mll_options: {warmup: 3}}}",
       "k.surrogate.mll_options: unknown key 'warmup'"},
      {"{surrogate: {botorch_model_class: FullyBayesianSingleTaskGP, mll_options: {thinning: 0}}}", "at least 1"},
      {"{surrogate: {botorch_model_class: FullyBayesianSingleTaskGP, mll_class: LeaveOneOutPseudoLikelihood}}",
       "has a likelihood of its own"},
      {"{surrogate: {mll_options: {num_samples: 64}}}", "arguments need a model that is sampled"},
      {"{surrogate: {model_options: {a: 1}}}", "'model_options' that is not empty is not built yet"},
      {"{surrogate: {modl_options: {a: 1}}}", "unknown key 'modl_options'; did you mean 'model_options'?"},
  };
  for (const auto& [kwargs, part] : cases) EXPECT_THAT(problem_of(kwargs), HasSubstr(part)) << kwargs;
}

TEST(ModularOptions, NormalizeAloneWarpsNothing) {
  const auto warps = [](const char* kwargs) {
    return modular_options("BoTorch", util::parse_yaml(kwargs, "f.yaml")).surrogate.warp_inputs;
  };
  EXPECT_FALSE(warps("surrogate: {input_transform_classes: [Normalize]}"));
  EXPECT_TRUE(warps("surrogate: {input_transform_classes: [Normalize, Warp]}"));
}

TEST(ModularOptions, AcquisitionsMustFitTheProblem) {
  ModularOptions options;
  options.botorch_acqf_class = "qExpectedImprovement";
  EXPECT_EQ(why_not_served(options, {}, config_of(false, true)), "");
  EXPECT_THAT(why_not_served(options, {}, config_of(true, false)),
              HasSubstr("qExpectedImprovement takes one objective; for this problem: qExpectedHypervolumeImprovement"));
  options.botorch_acqf_class = "qLogNParEGO";
  EXPECT_THAT(why_not_served(options, {}, config_of(false, false)), HasSubstr("takes several objectives"));
  options.botorch_acqf_class = "qSimpleRegret";
  EXPECT_THAT(why_not_served(options, {}, config_of(false, true)), HasSubstr("takes no outcome constraints"));
  EXPECT_THAT(why_not_served(modular_options("GPMES", {}), {}, config_of(true, false)),
              HasSubstr("takes one objective"));
}

TEST(ModularOptions, EveryAcquisitionOfOneObjectiveTakesFidelitiesAndCosts) {
  core::RangeParameter grid{.name = "grid", .digits = std::nullopt};
  grid.fidelity_target = 1;
  const core::SearchSpace with_fidelity({grid}, {});
  core::OptimizationConfig with_cost = config_of(false, false);
  with_cost.metrics.emplace_back().is_cost = true;
  ModularOptions options;
  for (const NamedAcquisition& named : named_acquisitions()) {
    if (named.for_several) continue;
    options.botorch_acqf_class = named.name;
    EXPECT_EQ(why_not_served(options, with_fidelity, with_cost), "");
  }
  options.botorch_acqf_class = "qMultiFidelityKnowledgeGradient";
  EXPECT_THAT(why_not_served(options, {}, with_cost),
              AllOf(HasSubstr("takes a fidelity parameter, and there is none; for this problem: "),
                    HasSubstr("qKnowledgeGradient")));
  const ModularOptions model = modular_options(
      "BoTorch", util::parse_yaml("surrogate: {botorch_model_class: SingleTaskMultiFidelityGP}", "f.yaml"));
  EXPECT_EQ(why_not_served(model, with_fidelity, with_cost), "");
  EXPECT_EQ(why_not_served(model, {}, with_cost),
            "SingleTaskMultiFidelityGP takes a fidelity parameter, and there is none");
}

}  // namespace modular_test
}  // namespace boa::generation
