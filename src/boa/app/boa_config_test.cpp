#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "boa/app/config_test_texts.hpp"
#include "boa/util/json.hpp"
#include "boa/util/rng.hpp"

namespace boa::app {
namespace {

using namespace config_texts;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(BoaConfig, ReadsAWholeConfig) {
  const BoaConfig config = config_of(R"(
objective:
  metrics:
    - name: loss
    - {name: memory, info_only: true, noise_sd: 0.1}
  outcome_constraints: [l2norm <= 1.25]
parameters:
  x: {type: range, bounds: [0, 1], value_type: float}
  y: {type: range, bounds: [0.1, 100], value_type: float, log_scale: true}
  steps: {type: range, bounds: [1, 20], value_type: int}
  method: {type: choice, values: [euler, rk4, bdf], value_type: str, is_ordered: false}
  level: {type: choice, values: [8, 2, 4, 1], value_type: int}
  fixed_one: 3.5
parameter_constraints:
  - x + 0.05*steps <= 1.2
  - x >= 0.1 + 0.1*fixed_one
scheduler: {n_trials: 12, on_interrupt: leave}
generation_strategy:
  steps:
    - {model: SOBOL, num_trials: 6}
    - {model: GPEI, num_trials: -1}
model_options: {a: [1, 2]}
script_options: {run_cmd: python3 model.py, exp_name: single, result_grace_seconds: 3}
)");
  EXPECT_EQ(config.search_space.parameters().size(), 6U);
  EXPECT_EQ(config.search_space.num_tunable(), 5U);
  ASSERT_EQ(config.search_space.constraints().size(), 2U);
  EXPECT_THAT(config.search_space.constraints()[0].coefficients, ElementsAre(Pair("x", 1), Pair("steps", 0.05)));
  EXPECT_THAT(config.search_space.constraints()[1].coefficients, ElementsAre(Pair("x", -1)));
  EXPECT_DOUBLE_EQ(config.search_space.constraints()[1].bound, -0.45);
  EXPECT_EQ(config.optimization_config.objective.kind, core::Objective::Kind::kSingle);
  EXPECT_THAT(config.optimization_config.needed_metrics(), ElementsAre("loss", "l2norm"));
  EXPECT_EQ(config.optimization_config.metrics.size(), 3U);
  EXPECT_EQ(config.scheduler.n_trials, 12);
  EXPECT_EQ(config.scheduler.on_interrupt, scheduler::OnStop::kLeave);
  ASSERT_EQ(config.generation.steps.size(), 2U);
  EXPECT_EQ(config.generation.steps[0].num_trials, 6);
  EXPECT_EQ(config.script.run_model, "python3 model.py");
  EXPECT_EQ(config.script.result_grace_seconds, 3);
  EXPECT_EQ(util::write_json(config.model_options), R"({"a": [1, 2]})");
  EXPECT_THAT(
      warnings_of(config),
      HasSubstr("/p/c.yaml:6:25: objective.outcome_constraints[0]: 'l2norm' is not among the metrics, so the model "
                "must return it too; where it is listed, with 'info_only: true', nothing is noted"));
  require_runnable(config);
}

TEST(BoaConfig, TheFormatFollowsAnySuffix) {
  const std::string json = R"({"objective": {"metrics": [{"name": "a"}]}, "parameters": {"x": 1}, "n_trials": 2})";
  const std::string yaml = "objective: {metrics: [{name: a}]}\nparameters: {x: 1}\nn_trials: 2\n";
  EXPECT_EQ(config_of(json, "c.json").scheduler.n_trials, 2);
  EXPECT_EQ(config_of(json, "c.JSON.txt").scheduler.n_trials, 2);
  EXPECT_EQ(config_of(yaml, "c.yml").scheduler.n_trials, 2);
  EXPECT_EQ(config_of(yaml, "c.yaml.j2").scheduler.n_trials, 2);
  EXPECT_THAT(error_of(yaml, "c.toml"),
              AllOf(HasSubstr("format of the file is not known"), HasSubstr(".yaml, .yml or .json")));
  EXPECT_THAT(error_of(yaml, "c.json"), HasSubstr("c.json:1:1: this is not valid JSON"));
  EXPECT_THAT(error_of("[1, 2]", "c.yaml"), HasSubstr("c.yaml:1:1: expected a mapping at the top level"));
  EXPECT_THAT(error_of("", "c.yaml"), HasSubstr("expected a mapping at the top level, found nothing"));
}

TEST(BoaConfig, TheOrderOfParametersIsKept) {
  const BoaConfig config = config_of(with_parameters("  z.b: 1\n  a: {type: range, bounds: [0.0, 1.0]}\n  'm n': x"));
  std::vector<std::string> names;
  for (const auto& parameter : config.search_space.parameters()) names.push_back(core::name_of(parameter));
  EXPECT_THAT(names, ElementsAre("z.b", "a", "m n"));
}

TEST(BoaConfig, TheGoalIsGivenOnceAndForARunAtLeastOnce) {
  const auto goal = [](const std::string& lines) { return config_of(with_lines(lines)).scheduler; };
  EXPECT_EQ(goal("n_trials: 3").n_trials, 3);
  EXPECT_EQ(goal("scheduler: {total_trials: 7}").total_trials, 7);
  EXPECT_EQ(goal("n_trials: 3\nscheduler: {n_trials: 4}").n_trials, 4);
  EXPECT_THAT(error_of(with_lines("scheduler: {n_trials: 4, total_trials: 5}")),
              HasSubstr("c.yaml:3:40: scheduler.total_trials: give either n_trials or total_trials"));
  EXPECT_THAT(error_of(with_lines("n_trials: 3\nscheduler: {total_trials: 5}")), HasSubstr("give either"));
  EXPECT_THAT(error_of(with_lines("n_trials: many")), HasSubstr("c.yaml:3:11: n_trials: expected a whole number"));
  EXPECT_THAT(error_of(with_lines("n_trials: 0")), HasSubstr("must be at least 1, found 0"));
  EXPECT_THAT(error_of(with_lines("total_trials: 3")), HasSubstr("belongs under 'scheduler'"));
  EXPECT_FALSE(config_of(with_lines("")).budget().has_value());
  const auto run_error = [](const std::string& lines) {
    try {
      require_runnable(config_of(with_lines(lines)));
    } catch (const ConfigError& error) {
      return error.describe();
    }
    return std::string("no error");
  };
  EXPECT_THAT(run_error("script_options: {run_model: x}"), HasSubstr("the number of trials is missing"));
  EXPECT_THAT(run_error("n_trials: 3"), AllOf(HasSubstr("there is no command"), HasSubstr("run_model")));
  EXPECT_EQ(run_error("n_trials: 3\nscript_options: {fetch_trial_data: x}"), "no error");
}

TEST(BoaConfig, WrongSchedulerOptionsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"scheduler: {n_trails: 3}", "scheduler: unknown key 'n_trails'; did you mean 'n_trials'?"},
      {"scheduler: {max_pending_trials: 0}", "must be at least 1, found 0"},
      {"scheduler: {tolerated_trial_failure_rate: 1}", "must be at least 0 and below 1, found 1"},
      {"scheduler: {ttl_seconds_for_trials: -1}", "must be at least 1"},
      {"scheduler: {on_interrupt: stopp}", "did you mean 'stop'?"},
      {"scheduler: {trial_type: BATCH_TRIAL}", "BATCH_TRIAL needs a 'batch_size'"},
      {"scheduler: {batch_size: 2}", "need 'trial_type: BATCH_TRIAL'"},
      {"scheduler: {logging_level: loud}", "expected 10, 20"},
      {"scheduler: [1]", "expected a mapping, found a list of 1"},
      {"scheduler: {global_stopping_strategy: {type: improvement}}",
       "/p/c.yaml:3:39: scheduler.global_stopping_strategy: 'min_trials' is missing"},
      {"scheduler: {global_stopping_strategy: {type: improvements, min_trials: 5}}", "did you mean 'improvement'?"},
      {"scheduler: {early_stopping_strategy: {type: X}}", "there is no early stopping strategy 'X'"},
      {"scheduler: {early_stopping_strategy: {type: threshold, metric_names: [z]}}", "there is no metric 'z'"},
      {"scheduler: {early_stopping_strategy: {type: threshold}, trial_type: BATCH_TRIAL, batch_size: 2}",
       "trials of type BATCH_TRIAL cannot be stopped early"},
  };
  for (const auto& [lines, part] : cases) EXPECT_THAT(error_of(with_lines(lines)), HasSubstr(part)) << lines;
  const BoaConfig good =
      config_of(with_lines("scheduler: {n_trials: 3, trial_type: BATCH_TRIAL, batch_size: 2, logging_level: 20, "
                           "global_stopping_strategy: null}"));
  EXPECT_EQ(good.scheduler.batch_size, 2);
  EXPECT_EQ(config_of(with_lines("scheduler:")).scheduler.max_pending_trials, 10);
}

TEST(BoaConfig, GenerationIsStepsOrOptions) {
  const auto generation = [](const std::string& text) {
    return config_of(with_lines("generation_strategy: " + text)).generation;
  };
  const GenerationOptions automatic =
      generation("{num_initialization_trials: 4, random_seed: 7, max_parallelism_override: -1}");
  EXPECT_TRUE(automatic.steps.empty());
  EXPECT_EQ(automatic.automatic.num_initialization_trials, 4);
  EXPECT_EQ(automatic.automatic.max_parallelism_override, -1);
  EXPECT_EQ(automatic.random_seed, 7);
  const GenerationOptions steps = generation(
      "{steps: [{model: Sobol, num_trials: 5, model_kwargs: {seed: 3}}, {model: BOTORCH_MODULAR, num_trials: -1, "
      "max_parallelism: 2}], random_seed: 1}");
  ASSERT_EQ(steps.steps.size(), 2U);
  EXPECT_EQ(steps.steps[1].max_parallelism, 2);
  EXPECT_EQ(steps.steps[0].model_kwargs.at("seed").as_int(), 3);
  const std::pair<const char*, const char*> cases[] = {
      {"{steps: []}", "the list of steps is empty"},
      {"{steps: [{model: SOBOL, num_trials: 5}], max_parallelism_cap: 3}",
       "give either 'steps' or options for the automatic choice"},
      {"{randomseed: 3, steps: [{model: SOBOL, num_trials: 5}]}",
       "/p/c.yaml:3:23: generation_strategy: unknown key 'randomseed'; did you mean 'random_seed'?"},
      {"{experiment: x, steps: [{model: SOBOL, num_trials: 5}]}", "is set by the program"},
      {"{steps: [{model: sobol, num_trials: 5}]}", "unknown model 'sobol'; did you mean 'SOBOL'?"},
      {"{steps: [{model: SOBOL}]}", "'num_trials' is missing"},
      {"{steps: [{num_trials: 3}]}", "'model' is missing"},
      {"{steps: [{model: SOBOL, num_trials: 0}]}", "must be positive, or -1"},
      {"{steps: [{model: SOBOL, num_trials: -1}, {model: GPEI, num_trials: -1}]}",
       "only the last step may be without end"},
      {"{steps: [{model: SOBOL, num_trials: 3, min_trials_observed: 4}]}", "must not exceed num_trials (3), found 4"},
      {"{steps: [{model: SOBOL, num_trials: 3, use_update: true}]}", "true is not possible"},
      {"{steps: [{model: SOBOL, num_trials: 3, model_kwargs: {sed: 1}}]}", "unknown key 'sed'; did you mean 'seed'?"},
      {"{steps: [{model: LATIN_HYPERCUBE, num_trials: -1}]}", "steps[0].num_trials: a Latin hypercube is a sample"},
      {"{steps: [{model: LATIN_HYPERCUBE, num_trials: 3, model_kwargs: {sed: 1}}]}", "did you mean 'seed'?"},
      {"{steps: [{model: SOBOL, num_trials: 3, model_kwargs: {seed: x}}]}", "expected a whole number of at least 0"},
      {"{steps: [{model: SOBOL, num_trials: 3, paralelism: 3}]}", "unknown key 'paralelism'"},
      {"{steps: [{generator: SOBOL, num_trials: 3}]}",
       "/p/c.yaml:3:32: generation_strategy.steps[0]: unknown key 'generator': it is called 'model' here"},
      {"{steps: [{generator: sobol, num_trials: 3}]}", "unknown model 'sobol'"},
      {"{steps: [{model: SOBOL, num_trials: 3, generator_kwargs: {sed: 3}}]}", "unknown key 'sed'"},
      {"{nodes: [{name: a}]}", "unknown key 'nodes'\n  Allowed: steps, num_trials,"},
      {"{step: [{model: SOBOL, num_trials: 3}]}", "unknown key 'step'; did you mean 'steps'?"},
      {"{steps: [{model: SOBOL, num_trials: 3, model_kwargs: {target_task_only: 1}}]}", "expected true or false"},
      {"{steps: [{model: UNIFORM, num_trials: 3, model_kwargs: {scramble: true}}]}", "unknown key 'scramble'"},
      {"{steps: [{model: SOBOL, num_trials: 3, model_gen_kwargs: []}]}", "model_gen_kwargs: expected a mapping"},
      {"{steps: [{model: ALEBO, num_trials: 3}]}",
       "UNSUPPORTED /p/c.yaml:3:32: generation_strategy.steps[0].model: the model ALEBO is not built yet"},
      {"{steps: [{model: SAASBO, num_trials: 3, model_kwargs: {num_sample: 3}}]}", "did you mean 'num_samples'?"},
      {"{steps: [{model: BOTORCH_MODULAR, num_trials: 3, model_kwargs: {botorch_acqf_class: qEI}}]}",
       "the acquisition function 'qEI' is not served"},
      {"{steps: [{model: BOTORCH_MODULAR, num_trials: 3, model_kwargs: {surogate: {}}}]}", "did you mean 'surrogate'?"},
      {"{steps: [{model: MOO, num_trials: 3, model_kwargs: {a: 1}}]}", "the option 'a' of MOO is not built yet"},
      {"{steps: [{model: GPEI, num_trials: 3, model_kwargs: {botorch_acqf_class: qKnowledgeGradient}}]}",
       "steps[0].model_kwargs: GPEI does not take 'botorch_acqf_class'\n  Write model: BOTORCH_MODULAR"},
      {"{steps: [{model: Generators.BOTORCH_MODULAR, num_trials: 3}]}", "did you mean 'BOTORCH_MODULAR'?"},
      {"{steps: [{model: GPKG, num_trials: 3, model_kwargs: {num_fantasies: 16}}]}",
       "GPKG does not take 'num_fantasies'\n  Write model: BOTORCH_MODULAR with model_kwargs: {botorch_acqf_class: "
       "qKnowledgeGradient"},
      {"{steps: [{model: TURBO, num_trials: 3, model_kwargs: {n_intt: 1}}]}",
       "unknown key 'n_intt'; did you mean 'n_init'?"},
      {"{steps: [{model: GPEI, num_trials: 3, model_gen_kwargs: {a: 1}}]}", "unknown key 'a'"},
      {"{steps: [{model: SOBOL, num_trials: 3, model_gen_kwargs: {a: 1}}]}",
       "'model_gen_kwargs' of SOBOL is not built yet"},
      {"{steps: [{model: GPEI, num_trials: 3, model_gen_kwargs: {model_gen_options: {optimizer_kwargs: "
       "{num_restarts: 0}}}}]}",
       "model_gen_kwargs.model_gen_options.optimizer_kwargs.num_restarts"},
      {"{winsorization_config: {a: 1}}", "'winsorization_config' is not built yet"},
      {"{max_parallelism_override: 3, max_parallelism_cap: 3}", "not both"},
      {"{max_parallelism_override: 0}", "must be positive, or -1"},
      {"{experiment: x}", "is set by the program"},
      {"{num_initialisation_trials: 3}", "did you mean 'num_initialization_trials'?"},
  };
  for (const auto& [text, part] : cases) {
    EXPECT_THAT(error_of(with_lines(std::string("generation_strategy: ") + text)), HasSubstr(part)) << text;
  }
  EXPECT_THAT(warnings_of(config_of(with_lines("generation_strategy: {verbose: true}"))), HasSubstr("has no effect"));
}

TEST(BoaConfig, WrongScriptOptionsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"{run_model: a, run_cmd: b}", "'run_model' and 'run_cmd' mean the same"},
      {"{run_modle: a}", "unknown key 'run_modle'; did you mean 'run_model'?"},
      {"{run_model: ''}", "must not be empty"},
      {"{run_model: [a, b]}", "expected text, found a list of 2"},
      {"{run_model: \"sh -c 'x\"}", "has no closing quote"},
      {"{rel_to_config: true, rel_to_launch: true}", "cannot both be true"},
      {"{exp_name: a/b}", "must not hold '/'"},
      {"{result_grace_seconds: -1}", "must be at least 0, found -1"},
      {"{append_timestamp: 1}", "expected true or false"},
  };
  for (const auto& [text, part] : cases) {
    EXPECT_THAT(error_of(with_lines(std::string("script_options: ") + text)), HasSubstr(part)) << text;
  }
  EXPECT_EQ(config_of(with_lines("script_options:")).script.exp_name, "boa_runs");
  EXPECT_THAT(warnings_of(config_of(with_lines("script_options: {experiment_dir: a, output_dir: b}"))),
              HasSubstr("has no effect beside"));
}

TEST(BoaConfig, CommandsMayHoldKnownNamesOnly) {
  const auto command = [](const std::string& text) {
    return with_lines("n_trials: 1\nscript_options: {run_model: \"" + text + "\"}");
  };
  EXPECT_EQ(config_of(command("./m {{ x }} --dir={{trial_dir}}/log")).script.run_model,
            "./m {{ x }} --dir={{ trial_dir }}/log");
  EXPECT_EQ(config_of(command("./m {% raw %}{{ x|round(2) }}{% endraw %}")).script.run_model, "./m {{ x|round(2) }}");
  EXPECT_EQ(config_of(command("./m {{ config_dir }}/{{ config_file_name }} {{ 7 // 2 }}")).script.run_model,
            "./m /p/c.yaml 3");
  EXPECT_THAT(error_of(command("./m {{ y }}")),
              HasSubstr("/p/c.yaml:4:29: script_options.run_model: unknown name 'y'"));
  EXPECT_THAT(error_of(command("./m {% raw %}{{ x|rond }}{% endraw %}")), HasSubstr("No filter named 'rond'"));
  EXPECT_THAT(error_of(command("./m {{ x|int }}")), HasSubstr("/p/c.yaml:4:39: 'x' is undefined"));
  EXPECT_THAT(error_of(command("./m {{ x")), HasSubstr("is never closed"));
  EXPECT_THAT(error_of(command("./m {% raw %}{{ x{% endraw %}")),
              HasSubstr("script_options.run_model: the '{{' that begins here"));
}

TEST(BoaConfig, TemplatesAreRendered) {
  const BoaConfig config = config_of(
      "{% set n = 2 %}\nobjective: {metrics: [{name: loss}]}\nparameters:\n{%- for i in range(n) %}\n  x{{ i }}: "
      "{type: range, bounds: [0, {{ i + 1.5 }}]}\n{%- endfor %}\nn_trials: {{ n * 3 }}\n");
  EXPECT_EQ(config.search_space.parameters().size(), 2U);
  EXPECT_EQ(config.scheduler.n_trials, 6);
  EXPECT_THAT(config.source_text, HasSubstr("{% set n"));
  EXPECT_THAT(config.rendered_text, HasSubstr("n_trials: 6"));
  // What a resume reads is not rendered again.
  EXPECT_EQ(read_rendered_config(config.rendered_text, "/p/c.yaml").scheduler.n_trials, 6);
  EXPECT_EQ(config_of("# {# note #}{{ n }}\n" + with_lines("n_trials: 1")).scheduler.n_trials, 1);
  EXPECT_EQ(
      config_of(R"({"objective": {"metrics": [{"name": "a"}]}, "parameters": {"x": {{ [1, 2]|sum }}}})", "/p/c.json.j2")
          .search_space.parameters()
          .size(),
      1U);
}

TEST(BoaConfig, PlacesAreThoseInTheTemplate) {
  const std::string loop = "{% set n = 2 %}\n{%- for i in range(3) %}\n# {{ i }}\n{%- endfor %}\n";
  EXPECT_THAT(error_of(loop + with_lines("n_trials: many")), HasSubstr("/p/c.yaml:7:11: n_trials"));
  EXPECT_THAT(error_of(loop + with_lines("schedular: {}")), HasSubstr("/p/c.yaml:7:1: unknown key"));
  EXPECT_THAT(error_of(loop + with_lines("n_trials: [")), HasSubstr("/p/c.yaml:"));
  EXPECT_THAT(error_of(loop + with_lines("n_trials: 1\n\tx: 2")), HasSubstr("/p/c.yaml:8:1"));
  EXPECT_THAT(error_of(with_lines("n_trials: {{ 'a' ~ 'b' }}")), HasSubstr("/p/c.yaml:3:11: n_trials"));
  EXPECT_THAT(error_of(with_lines("n_trials: {{ 1 // 0 }}")), HasSubstr("/p/c.yaml:3:16: integer division"));
  EXPECT_THAT(error_of(with_lines("n_trials: {{ n }}")), HasSubstr("/p/c.yaml:3:11: '{{ n }}' stays in the text"));
}

TEST(BoaConfig, NamesThatStayOutsideOfCommandsAreWarnedOf) {
  const BoaConfig config =
      config_of(with_lines("script_options: {exp_name: \"a_{{ nme }}\"}\nmodel_options: [\"{{ b }}\"]"));
  EXPECT_EQ(config.script.exp_name, "a_{{ nme }}");
  EXPECT_THAT(warnings_of(config), AllOf(HasSubstr("c.yaml:3:18: script_options.exp_name: '{{ nme }}' stays"),
                                         HasSubstr("model_options[0]: '{{ b }}' stays")));
}

TEST(BoaConfig, WhatCallsPythonNeedsItsPermission) {
  RenderOptions without_python;
  without_python.allow_python = false;
  const auto refusal = [&](const std::string& text) -> std::string {
    try {
      read_config_text(text, "/p/c.yaml", without_python);
      return "accepted";
    } catch (const ConfigError& error) {
      return error.describe();
    }
  };
  EXPECT_THAT(refusal(with_lines("n_trials: {{ load_py('math').floor(3.5) }}")),
              HasSubstr("/p/c.yaml: the template calls load_py, and --no-python"));
  EXPECT_THAT(refusal(with_lines("script_options: {run_model: \"m {% raw %}{{ load_py('math').pi }}{% endraw %}\"}")),
              HasSubstr("script_options.run_model: the command calls load_py, and --no-python"));
}

TEST(BoaConfig, TopLevelKeysAreKnownOrRefused) {
  EXPECT_THAT(error_of(with_lines("schedular: {}")),
              HasSubstr("c.yaml:3:1: unknown key 'schedular'; did you mean 'scheduler'?"));
  EXPECT_THAT(error_of("parameters: {}\n"), HasSubstr("'objective' is missing"));
  EXPECT_THAT(error_of("objective: {metrics: [{name: a}]}\n"), HasSubstr("'parameters' is missing"));
  EXPECT_THAT(error_of(with_lines("model_options: 3")), HasSubstr("expected a mapping or a list"));
  EXPECT_EQ(
      error_of(with_lines(
          "config_path: "
          "/somewhere\nmodel_options:\nparameter_constraints:\nscheduler:\ngeneration_strategy:\nscript_options:")),
      "no error");
}

TEST(BoaConfig, StoredOptionsAreReadBack) {
  const BoaConfig config = config_of(with_lines(
      "scheduler: {n_trials: 3, timeout_hours: 0.5, on_timeout: stop}\nscript_options: {run_model: m, exp_name: e}"));
  const util::Node scheduler_node = util::parse_json(util::write_json(util::write_fields(config.scheduler)));
  EXPECT_EQ(util::write_fields(util::options_from_node<scheduler::SchedulerOptions>(scheduler_node)), scheduler_node);
  EXPECT_EQ(scheduler_node.at("on_timeout").as_string(), "stop");
  const util::Node script_node = util::write_fields(config.script);
  EXPECT_EQ(util::write_fields(util::options_from_node<ScriptOptions>(script_node)), script_node);
}

TEST(BoaConfig, SeveralProblemsAreShownAtOnce) {
  EXPECT_THAT(error_of(with_lines("n_trials: x\nscheduler: {max_pending_trials: 0}\nscript_options: {exp_nam: a}")),
              AllOf(HasSubstr("n_trials: expected"), HasSubstr("max_pending_trials: must be"),
                    HasSubstr("did you mean 'exp_name'?")));
}

TEST(BoaConfig, AMisspelledKeyIsNotMissingAsWell) {
  const std::string parameters = "parameters: {x: {type: range, bounds: [0.0, 1.0]}}\n";
  const std::string objective = "objective: {metrics: [{name: y}]}\n";
  const std::pair<std::string, const char*> cases[] = {
      {"objective: {metrisc: [{name: y}]}\n" + parameters, "'metrics'"},
      {"objectiv: {metrics: [{name: y}]}\n" + parameters, "'objective'"},
      {objective + "paramters: {x: {type: range, bounds: [0.0, 1.0]}}\n", "'parameters'"},
      {objective + parameters + "generation_strategy: {steps: [{modle: SOBOL, num_trials: -1}]}\n", "'model'"},
      {objective + parameters + "generation_strategy: {steps: [{model: SOBOL, num_trails: -1}]}\n", "'num_trials'"},
      {objective + "parameters: [{nmae: x, type: range, bounds: [0.0, 1.0]}]\n", "'name'"},
      {objective + parameters + "scheduler: {global_stopping_strategy: {typ: target, value: 2}}\n", "'type'"},
  };
  for (const auto& [text, key] : cases) {
    EXPECT_THAT(error_of(text), AllOf(HasSubstr(std::string("; did you mean ") + key), Not(HasSubstr("is missing"))))
        << text;
  }
}

TEST(BoaConfig, MutatedConfigsAreReadOrRefusedWithAMessage) {
  const std::string sample = with_lines(
      "parameter_constraints: [x <= 0.9]\nscheduler: {n_trials: 3, max_pending_trials: 2}\n"
      "generation_strategy: {steps: [{model: SOBOL, num_trials: 2}, {model: GPEI, num_trials: -1}]}\n"
      "script_options: {run_model: 'm {{ x }}', exp_name: e}\nmodel_options: {a: [1, {b: 2}]}");
  const std::string pieces[] = {"[",  "]",   "{", "}",  ": ", ", ",  "null", "-1",   "1e999", "'",
                                "\n", "{{ ", "x", "<=", "*",  "&a ", "*a",   "true", "\t"};
  util::Rng rng(11);
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string text = sample;
    for (std::uint64_t k = 1 + rng.below(3); k > 0; --k) {
      const std::size_t at = rng.below(text.size());
      const std::size_t length = rng.below(6);
      text.replace(at, std::min(length, text.size() - at),
                   rng.below(2) == 0 ? pieces[rng.below(std::size(pieces))] : "");
    }
    try {
      config_of(text);
    } catch (const InternalError& error) {
      ADD_FAILURE() << error.what() << "\n" << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("c.yaml")) << text;
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 1500);
}

}  // namespace
}  // namespace boa::app
