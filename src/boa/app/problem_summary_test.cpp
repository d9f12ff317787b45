#include "boa/app/problem_summary.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "boa/util/text.hpp"

namespace boa::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

generation::ChosenSteps two_steps(std::int64_t first) {
  generation::ChosenSteps plan;
  plan.steps.resize(2);
  plan.steps[0].num_trials = first;
  plan.steps[1].model = "BOTORCH_MODULAR";
  plan.steps[1].max_parallelism = 3;
  plan.name = "Sobol+BoTorch";
  plan.reason = "because";
  return plan;
}

std::string summary_of_config(const std::string& text, std::int64_t first = 4) {
  RunPaths paths;
  paths.working_dir = "/p/work";
  paths.parent = "/p/out";
  paths.name = "e";
  return problem_summary(read_config_text(text, "/p/c.yaml"), two_steps(first), paths);
}

std::string summary_of(const std::string& lines, std::int64_t first = 4) {
  return summary_of_config(
      "objective:\n  metrics: [{name: loss}, {name: size, info_only: true, noise_sd: 0}]\n  outcome_constraints: [cost "
      "<= 3]\n"
      "parameters:\n  x: {type: range, bounds: [0.0, 2.5]}\n  n: {type: range, bounds: [1, 9], value_type: int}\n"
      "  m: {type: choice, values: [a, b]}\n  f: text\nparameter_constraints: [x + n <= 9]\n" +
          lines,
      first);
}

TEST(ProblemSummary, TellsTheProblemAsItWasUnderstood) {
  const std::string text = summary_of("n_trials: 20\nscript_options: {run_model: \"Rscript 'my model.R' {{ x }}\"}\n");
  for (const char* part : {"/p/c.yaml",
                           "Parameters (4, 3 of them tuned)",
                           "x  range   float  0.0 .. 2.5",
                           "n  range   int    1 .. 9",
                           "m  choice  str    a, b        no order",
                           "f  fixed   str    text",
                           "x + n <= 9",
                           "minimize loss",
                           "cost <= 3",
                           "loss  needed",
                           "size  for information  exact",
                           "Generation strategy Sobol+BoTorch",
                           "1.  Sobol    4 trials",
                           "2.  BoTorch  all further trials  at most 3 at once",
                           "Why: because",
                           "20 new trials, at most 10 at once",
                           "run_model: Rscript 'my model.R' {{x}} TRIAL_FOLDER",
                           "commands run in /p/work",
                           "results go to /p/out/e_<time>",
                           "'cost' is not among the metrics"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(ProblemSummary, ACostIsCalledOne) {
  const BoaConfig config = read_config_text(
      "objective: {metrics: [{name: loss}, {name: hours, is_cost: true, info_only: true}]}\n"
      "parameters: {x: {type: range, bounds: [0.0, 1.0]}}\nn_trials: 4\n",
      "/c.yaml");
  EXPECT_THAT(problem_summary(config, two_steps(4), std::nullopt),
              HasSubstr("hours  for information  the cost of an evaluation\n"));
}

TEST(ProblemSummary, CountsNoTaskAndNoFidelityAmongTheTuned) {
  const auto with = [](const char* parameter) {
    return summary_of_config(fmt::format(
        "objective: {{metrics: [{{name: loss}}]}}\nparameters:\n  x: {{type: range, bounds: [0.0, 2.5]}}\n  {}\n"
        "n_trials: 20\nscript_options: {{run_model: a}}\n",
        parameter));
  };
  EXPECT_THAT(with("site: {type: choice, values: [coast, hill], is_task: true, target_value: hill}"),
              HasSubstr("Parameters (2, 1 of them tuned)"));
  EXPECT_THAT(with("size: {type: range, bounds: [1.0, 9.0], is_fidelity: true, target_value: 9.0}"),
              HasSubstr("Parameters (2, 1 of them tuned)"));
}

TEST(ProblemSummary, WarnsOfAParallelismThatTheStepsDoNotAllowOnlyWhereItWasAskedFor) {
  EXPECT_THAT(summary_of("scheduler: {n_trials: 20, max_pending_trials: 10}\n"),
              HasSubstr("at most 3 trials at once, below max_pending_trials (10)"));
  EXPECT_THAT(summary_of("n_trials: 20\n"), Not(HasSubstr("below max_pending_trials")));
}

TEST(ProblemSummary, WarnsAboutShellsThatReadTemplates) {
  EXPECT_THAT(summary_of("script_options: {run_model: \"sh -c 'echo {{ x }} > out'\"}\n"),
              HasSubstr("script_options.run_model: the shell reads"));
  EXPECT_THAT(summary_of("script_options: {run_model: \"/bin/bash -ec 'echo {{ x }}' a\"}\n"),
              HasSubstr("the shell reads"));
  EXPECT_THAT(summary_of("script_options: {run_model: \"sh -c 'echo $1' name {{ x }}\"}\n"),
              Not(HasSubstr("the shell reads")));
}

TEST(ProblemSummary, WarnsAboutShellOperatorsWhereThereIsNoShell) {
  EXPECT_THAT(summary_of("script_options: {run_model: ./model a.txt | tee log}\n"),
              HasSubstr("script_options.run_model: '|' is handed to the program as an argument"));
  EXPECT_THAT(summary_of("script_options: {run_model: \"sh -c './model | tee log'\"}\n"),
              Not(HasSubstr("as an argument")));
}

TEST(ProblemSummary, AResumeIsNotWarnedOfStepsThatItMayBePast) {
  const BoaConfig config = read_config_text(
      "objective: {metrics: [{name: loss}]}\nparameters: {x: {type: range, bounds: [0.0, 1.0]}}\nn_trials: 4\n",
      "/c.yaml");
  const auto warnings = [&](bool is_new) { return util::join(problem_warnings(config, two_steps(4), is_new), "\n"); };
  EXPECT_THAT(warnings(true), HasSubstr("all 4 trials belong to the first step"));
  EXPECT_THAT(warnings(false), Not(HasSubstr("belong to the first step")));
}

TEST(ProblemSummary, WarnsWhenTheModelIsNeverReached) {
  EXPECT_THAT(summary_of("n_trials: 4\n", 4), HasSubstr("all 4 trials belong to the first step (Sobol)"));
  EXPECT_THAT(summary_of("n_trials: 5\n", 4), Not(HasSubstr("belong to the first step")));
  EXPECT_THAT(summary_of(""), AllOf(HasSubstr("no number of trials is given"), HasSubstr("none")));
}

}  // namespace
}  // namespace boa::app
