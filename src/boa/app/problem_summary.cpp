#include "boa/app/problem_summary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "boa/app/traps.hpp"
#include "boa/core/parameter.hpp"
#include "boa/generation/model_names.hpp"
#include "boa/runner/script_options.hpp"
#include "boa/template/command_template.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

constexpr std::size_t kWidestValues = 60;

/// Rows of text in columns as wide as needed.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format(" {:<{}} ", row[i], widths[i]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string values_of(const core::Parameter& parameter) {
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
    const bool whole = range->type == core::ParameterType::kInt;
    const auto number = [&](double value) { return whole ? fmt::format("{:.0f}", value) : util::python_repr(value); };
    return fmt::format("{} .. {}", number(range->lower), number(range->upper));
  }
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    std::vector<std::string> values;
    for (const core::ParameterValue& value : choice->values) values.push_back(core::to_string(value));
    return util::abbreviate(util::join(values, ", "), kWidestValues);
  }
  return util::abbreviate(core::to_string(std::get<core::FixedParameter>(parameter).value), kWidestValues);
}

std::string remarks_on(const core::Parameter& parameter) {
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
    std::string text = range->log_scale ? "log scale" : "";
    if (range->fidelity_target) {
      text += fmt::format("{}fidelity, the objective counts at {}", text.empty() ? "" : ", ",
                          util::python_repr(*range->fidelity_target));
    }
    if (range->digits) text += fmt::format("{}{} decimals", text.empty() ? "" : ", ", *range->digits);
    return text;
  }
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    if (choice->target_task) return fmt::format("tasks, {} is optimized", core::to_string(*choice->target_task));
    return choice->is_ordered ? "ordered" : "no order";
  }
  return "";
}

std::string parameters_text(const core::SearchSpace& space) {
  std::vector<std::vector<std::string>> rows;
  for (const core::Parameter& parameter : space.parameters()) {
    const char* kind = core::is_fixed(parameter)                                  ? "fixed"
                       : std::holds_alternative<core::ChoiceParameter>(parameter) ? "choice"
                                                                                  : "range";
    rows.push_back({core::name_of(parameter), kind, std::string(core::to_string(core::type_of(parameter))),
                    values_of(parameter), remarks_on(parameter)});
  }
  std::string text = fmt::format("Parameters ({}, {} of them tuned)\n", rows.size(), space.num_tunable()) + table(rows);
  if (space.has_constraints()) {
    text += "Constraints on parameters\n";
    for (const core::ParameterConstraint& constraint : space.constraints()) text += "  " + constraint.text + "\n";
    for (const core::NonlinearConstraint& constraint : space.nonlinear_constraints()) {
      text += "  " + constraint.text + "\n";
    }
  }
  return text;
}

const char* direction(bool minimize) { return minimize ? "minimize" : "maximize"; }

std::string sum_text(const core::Objective& objective) {
  if (objective.kind == core::Objective::Kind::kSingle) return objective.terms.front().metric;
  std::vector<std::string> terms;
  for (const core::Objective::Term& term : objective.terms) {
    terms.push_back(fmt::format("{}*{}", util::python_repr(term.weight), term.metric));
  }
  return util::join(terms, " + ");
}

std::string several_objectives_text(const core::OptimizationConfig& config) {
  std::vector<std::vector<std::string>> rows;
  for (const core::Objective::Term& term : config.objective.terms) {
    std::string threshold = "threshold inferred from the results";
    for (const core::OutcomeConstraint& given : config.objective_thresholds) {
      if (given.coefficients.front().first == term.metric) threshold = "threshold " + util::python_repr(given.bound);
    }
    rows.push_back({fmt::format("{} {}", direction(term.minimize), term.metric), threshold});
  }
  return "Objectives (the results are the trade-offs between them, a Pareto front)\n" + table(rows);
}

std::string objective_text(const core::OptimizationConfig& config) {
  const core::Objective& objective = config.objective;
  std::string text = objective.kind == core::Objective::Kind::kMulti
                         ? several_objectives_text(config)
                         : fmt::format("Objective\n  {} {}\n", direction(objective.minimize), sum_text(objective));
  if (!config.outcome_constraints.empty()) {
    text += "Constraints on outcomes\n";
    for (const core::OutcomeConstraint& constraint : config.outcome_constraints) text += "  " + constraint.text + "\n";
  }
  text += "Metrics that the model returns\n";
  std::vector<std::vector<std::string>> rows;
  for (const core::Metric& metric : config.metrics) {
    std::string noise = "noise inferred from the data";
    if (metric.noise == core::NoiseKind::kKnown) {
      noise = metric.noise_sd == 0 ? "exact" : fmt::format("standard error {}", util::python_repr(metric.noise_sd));
    }
    const std::string& function = metric.function_name.empty() ? metric.function : metric.function_name;
    if (metric.is_cost) noise = "the cost of an evaluation";
    rows.push_back({metric.name, config.is_needed(metric.name) ? "needed" : "for information", noise,
                    function == "PassThrough" ? "" : "computed by " + function});
  }
  return text + table(rows);
}

std::string steps_text(const BoaConfig& config, const generation::ChosenSteps& plan) {
  std::string text = fmt::format("Generation strategy {}\n", plan.name);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const generation::GenerationStep& step = plan.steps[i];
    rows.push_back(
        {fmt::format("{}.", i + 1), generation::model_value(step.model),
         step.num_trials < 0 ? "all further trials"
                             : fmt::format("{} trial{}", step.num_trials, step.num_trials == 1 ? "" : "s"),
         step.max_parallelism ? fmt::format("at most {} at once", *step.max_parallelism) : "any number at once",
         step.min_trials_observed > 0 ? fmt::format("{} completed before the next step", step.min_trials_observed)
                                      : ""});
  }
  text += table(rows);
  if (!plan.reason.empty()) text += fmt::format("  Why: {}\n", plan.reason);
  if (config.generation.random_seed) text += fmt::format("  Seed {}\n", *config.generation.random_seed);
  return text;
}

std::string run_text(const BoaConfig& config) {
  const scheduler::SchedulerOptions& options = config.scheduler;
  std::string text = "Run\n";
  if (options.n_trials) text += fmt::format("  {} new trials", *options.n_trials);
  if (options.total_trials) text += fmt::format("  until there are {} trials", *options.total_trials);
  if (!config.budget()) text += "  no number of trials is given";
  text += fmt::format(", at most {} at once\n", options.max_pending_trials);
  if (options.trial_type == scheduler::TrialType::kBatchTrial) {
    text += fmt::format("  each trial is a batch of {} points\n", options.batch_size.value_or(1));
  }
  if (options.ttl_seconds_for_trials)
    text += fmt::format("  a trial fails after {} s\n", *options.ttl_seconds_for_trials);
  if (const util::Node* type = options.early_stopping_strategy.find("type"); type != nullptr && type->is_string())
    text += fmt::format("  running trials are stopped early by the strategy '{}'\n", type->as_string());
  if (const util::Node* type = options.global_stopping_strategy.find("type"); type != nullptr && type->is_string())
    text += fmt::format("  the run stops early by the global stopping strategy '{}'\n", type->as_string());
  if (options.timeout_hours)
    text += fmt::format("  the run ends after {} h\n", util::python_repr(*options.timeout_hours));
  return text;
}

std::vector<std::pair<const char*, const std::optional<std::string>*>> commands_of(const ScriptOptions& script) {
  return {{"write_configs", &script.write_configs},
          {"run_model", &script.run_model},
          {"set_trial_status", &script.set_trial_status},
          {"fetch_trial_data", &script.fetch_trial_data}};
}

/// The words of a command, `{{x}}` where something is printed into it.
std::vector<std::string> words_of(const std::string& command, const core::SearchSpace& space) {
  return templates::CommandTemplate(command, runner::template_names(space, true)).shown_words();
}

std::string shown_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$") == std::string::npos;
  return plain ? word : util::quote_shell_word(word);
}

std::string commands_text(const BoaConfig& config, const std::optional<RunPaths>& paths) {
  const ScriptOptions& script = config.script;
  std::string text = "Commands (words as they are started, without a shell; the trial's folder is the last one)\n";
  for (const auto& [name, command] : commands_of(script)) {
    if (!*command) continue;
    std::vector<std::string> words;
    for (const std::string& word : words_of(**command, config.search_space)) words.push_back(shown_word(word));
    text += fmt::format("  {}: {} TRIAL_FOLDER\n", name, util::join(words, " "));
  }
  if (!script.has_command()) text += "  none\n";
  if (paths) {
    text += fmt::format("Folders\n  commands run in {}\n  results go to {}\n", paths->working_dir.string(),
                        (paths->parent / (paths->name + (paths->append_timestamp ? "_<time>" : ""))).string());
  }
  return text;
}

bool is_shell(const std::string& word) {
  const std::string name = word.substr(word.rfind('/') == std::string::npos ? 0 : word.rfind('/') + 1);
  return name == "sh" || name == "bash" || name == "dash" || name == "zsh" || name == "ksh";
}

/// `model < input | tee log`: without a shell these words are arguments like others.
void warn_about_shell_words(const std::string& name, const std::vector<std::string>& words,
                            std::vector<std::string>& warnings) {
  constexpr std::array<std::string_view, 9> kOperators = {"|", "||", "&", "&&", ";", "<", ">", ">>", "2>&1"};
  const auto found = std::find_first_of(words.begin(), words.end(), kOperators.begin(), kOperators.end());
  if (found == words.end()) return;
  warnings.push_back(fmt::format(
      "script_options.{}: '{}' is handed to the program as an argument, because no shell reads the command; "
      "where one should, write sh -c '... \"$1\"' name",
      name, *found));
}

/// A value that a template puts inside `sh -c '...'` is read by that shell.
void warn_about_shells(const BoaConfig& config, std::vector<std::string>& warnings) {
  const ScriptOptions& script = config.script;
  for (const auto& [name, command] : commands_of(script)) {
    if (!*command) continue;
    const std::vector<std::string> words = words_of(**command, config.search_space);
    warn_about_shell_words(name, words, warnings);
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
      const bool runs_text = is_shell(words[i]) && words[i + 1].starts_with('-') && words[i + 1].ends_with('c');
      if (runs_text && words[i + 2].find("{{") != std::string::npos) {
        warnings.push_back(fmt::format(
            "script_options.{}: the shell reads what '{{{{ }}}}' prints as its own text: blanks, quotes and "
            "$ in a value act there. Pass it as an argument instead: {} -c '... \"$1\" ...' name {{{{ x }}}}",
            name, words[i]));
      }
    }
  }
}

void warn_about_plan(const BoaConfig& config, const generation::ChosenSteps& plan, std::vector<std::string>& warnings) {
  const auto budget = config.budget();
  std::int64_t finite = 0;
  bool endless = false;
  std::optional<std::int64_t> narrowest;
  for (const generation::GenerationStep& step : plan.steps) {
    if (step.num_trials < 0) endless = true;
    finite += std::max<std::int64_t>(step.num_trials, 0);
    if (step.max_parallelism) narrowest = std::min(narrowest.value_or(*step.max_parallelism), *step.max_parallelism);
  }
  if (budget && !endless && finite < *budget) {
    warnings.push_back(fmt::format("the generation steps end after {} trials, {} were asked for", finite, *budget));
  }
  if (budget && plan.steps.size() > 1 && plan.steps.front().num_trials >= *budget) {
    warnings.push_back(fmt::format("all {} trials belong to the first step ({}): no model will be used", *budget,
                                   generation::model_value(plan.steps.front().model)));
  }
  // Where nobody asked for more at once, the steps' own lines say enough.
  const util::Node* scheduler = config.raw.find("scheduler");
  const bool is_asked_for = scheduler != nullptr && scheduler->find("max_pending_trials") != nullptr;
  if (is_asked_for && narrowest && *narrowest < config.scheduler.max_pending_trials) {
    warnings.push_back(
        fmt::format("a generation step runs at most {} trials at once, below max_pending_trials ({}); "
                    "generation_strategy.max_parallelism_override changes that",
                    *narrowest, config.scheduler.max_pending_trials));
  }
}

}  // namespace

std::vector<std::string> problem_warnings(const BoaConfig& config, const generation::ChosenSteps& plan, bool is_new) {
  std::vector<std::string> warnings = config.warnings;
  warn_about_shells(config, warnings);
  if (is_new) warn_about_plan(config, plan, warnings);
  const std::vector<std::string> traps = find_traps(config, plan);
  warnings.insert(warnings.end(), traps.begin(), traps.end());
  return warnings;
}

std::string problem_summary(const BoaConfig& config, const generation::ChosenSteps& plan,
                            const std::optional<RunPaths>& paths) {
  std::string text = fmt::format("{}\n\n", config.source_path.string());
  text += parameters_text(config.search_space) + "\n";
  text += objective_text(config.optimization_config) + "\n";
  text += steps_text(config, plan) + "\n";
  text += run_text(config) + "\n";
  text += commands_text(config, paths);
  const std::vector<std::string> warnings = problem_warnings(config, plan);
  if (!warnings.empty()) {
    text += "\nPlease note\n";
    for (const std::string& warning : warnings) text += fmt::format("  - {}\n", warning);
  }
  return text;
}

}  // namespace boa::app
