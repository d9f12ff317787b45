#include "boa/app/traps.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include "boa/app/wrapper_factory.hpp"
#include "boa/core/parameter.hpp"
#include "boa/generation/model_names.hpp"
#include "boa/scheduler/stopping/global_stopping.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::app {

namespace {

using Warnings = std::vector<std::string>;

/// Least and greatest value of a numeric parameter; nothing for texts.
std::optional<std::pair<double, double>> extent_of(const core::Parameter& parameter) {
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) return std::pair{range->lower, range->upper};
  std::vector<core::ParameterValue> values;
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    values = choice->values;
  } else {
    values = {std::get<core::FixedParameter>(parameter).value};
  }
  std::optional<std::pair<double, double>> extent;
  for (const core::ParameterValue& value : values) {
    if (std::holds_alternative<std::string>(value)) return std::nullopt;
    const double number = core::as_double(value);
    extent = extent ? std::pair{std::min(extent->first, number), std::max(extent->second, number)}
                    : std::pair{number, number};
  }
  return extent;
}

/// A linear constraint whose left side cannot exceed its bound anywhere within the bounds of the parameters.
void warn_about_idle_constraints(const core::SearchSpace& space, Warnings& warnings) {
  for (const core::ParameterConstraint& constraint : space.constraints()) {
    double greatest = 0;
    bool known = !constraint.is_equality;
    for (const auto& [name, coefficient] : constraint.coefficients) {
      const core::Parameter* parameter = space.find(name);
      const auto extent = parameter == nullptr ? std::nullopt : extent_of(*parameter);
      known = known && extent.has_value();
      if (known) greatest += std::max(coefficient * extent->first, coefficient * extent->second);
    }
    if (known && greatest <= constraint.bound) {
      warnings.push_back(
          fmt::format("the constraint '{}' is never active: every point within the bounds of its parameters meets it",
                      constraint.text));
    }
  }
}

void warn_about_few_points(const BoaConfig& config, const generation::ChosenSteps& plan, Warnings& warnings) {
  if (plan.steps.size() < 2 || plan.steps.front().num_trials < 1) return;
  // The automatic number is as large as the budget allows, and the plan says why.
  const generation::AutomaticOptions& automatic = config.generation.automatic;
  const bool is_own_choice =
      config.generation.steps.empty() && !automatic.num_initialization_trials && !automatic.max_initialization_trials;
  if (is_own_choice) return;
  const auto dimension = static_cast<std::int64_t>(config.search_space.num_tunable());
  const std::int64_t points = plan.steps.front().num_trials;
  const std::int64_t each = config.scheduler.batch_size.value_or(1);
  if (points * each > dimension) return;
  warnings.push_back(fmt::format(
      "the model begins after {} {} point{} in {} dimension{} and knows little then: better are more points "
      "than dimensions; a longer first step or generation_strategy.num_initialization_trials changes that",
      points * each, generation::model_value(plan.steps.front().model), points * each == 1 ? "" : "s", dimension,
      dimension == 1 ? "" : "s"));
}

bool is_number_text(const core::ParameterValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && util::yaml_scalar(*text).is_number();
}

/// Numbers that are tried as if they had no order, so that nothing is learnt from the neighbours of a value.
void warn_about_choices(const core::SearchSpace& space, Warnings& warnings) {
  constexpr std::size_t kFewest = 3;  // two values have no order to speak of
  for (const core::Parameter& parameter : space.parameters()) {
    const auto* choice = std::get_if<core::ChoiceParameter>(&parameter);
    if (choice == nullptr || choice->is_ordered || choice->values.size() < kFewest) continue;
    if (std::all_of(choice->values.begin(), choice->values.end(), is_number_text)) {
      warnings.push_back(
          fmt::format("the values of '{}' are numbers in quotes, which have no order; without the quotes, "
                      "or with 'is_ordered: true', near values count as alike",
                      choice->name));
    } else if (choice->type == core::ParameterType::kInt || choice->type == core::ParameterType::kFloat) {
      warnings.push_back(
          fmt::format("the values of '{}' are numbers, but 'is_ordered: false' lets near values count as "
                      "no more alike than distant ones",
                      choice->name));
    }
  }
}

void warn_about_weights(const core::Objective& objective, Warnings& warnings) {
  if (objective.kind != core::Objective::Kind::kScalarized) return;
  std::array<std::vector<std::string>, 2> by_sign;
  for (const core::Objective::Term& term : objective.terms) by_sign.at(term.weight < 0 ? 1 : 0).push_back(term.metric);
  if (by_sign[0].empty() || by_sign[1].empty()) return;
  const char* directions[] = {objective.minimize ? "smaller" : "larger", objective.minimize ? "larger" : "smaller"};
  warnings.push_back(fmt::format("the weights have different signs: {} {} better {}, {} {} better {}",
                                 util::join(by_sign[0], ", "), by_sign[0].size() == 1 ? "is" : "are", directions[0],
                                 util::join(by_sign[1], ", "), by_sign[1].size() == 1 ? "is" : "are", directions[1]));
}

/// As Ax has it: with several trials at a time one is nearly always running, and such a strategy is then not asked.
void warn_about_idle_stopping(const scheduler::SchedulerOptions& options, Warnings& warnings) {
  if (options.global_stopping_strategy.is_null() || options.max_pending_trials < 2) return;
  util::Problems problems("the config");
  const auto strategy = scheduler::make_global_stopping(options.global_stopping_strategy, "", problems);
  if (strategy == nullptr || !strategy->waits_for_running()) return;
  warnings.push_back(fmt::format(
      "scheduler.global_stopping_strategy is not asked while a trial runs, so with max_pending_trials {} it "
      "hardly ever stops the run: write 'inactive_when_pending_trials: false' in it, or "
      "'max_pending_trials: 1'",
      options.max_pending_trials));
}

/// The words as they are written; none where only rendering gives them, for quotes may open and close in tags.
std::vector<std::string> words_of(const std::string& command) {
  try {
    return util::split_shell_words(command);
  } catch (const UserInputError&) {
    return {};
  }
}

bool looks_like_script(const std::string& word) {
  constexpr std::array<std::string_view, 11> kSuffixes = {".r",  ".py", ".sh",   ".jl",  ".m",  ".pl",
                                                          ".rb", ".js", ".bash", ".lua", ".jar"};
  if (word.find("{{") != std::string::npos || word.starts_with('-')) return false;
  const std::string lower = util::to_lower(word);
  return std::any_of(kSuffixes.begin(), kSuffixes.end(),
                     [&](std::string_view suffix) { return lower.size() > suffix.size() && lower.ends_with(suffix); });
}

}  // namespace

Warnings find_traps(const BoaConfig& config, const generation::ChosenSteps& plan) {
  Warnings warnings;
  warn_about_idle_constraints(config.search_space, warnings);
  warn_about_choices(config.search_space, warnings);
  warn_about_weights(config.optimization_config.objective, warnings);
  warn_about_few_points(config, plan, warnings);
  warn_about_idle_stopping(config.scheduler, warnings);
  return warnings;
}

std::string find_idle_scheduling(const scheduler::SchedulerOptions& options) {
  const scheduler::SchedulerOptions defaults;
  const std::pair<const char*, bool> used[] = {
      {"batch_size", options.batch_size.has_value()},
      {"early_stopping_strategy", !options.early_stopping_strategy.is_null()},
      {"global_stopping_strategy", !options.global_stopping_strategy.is_null()},
      {"timeout_hours", options.timeout_hours.has_value()},
      {"tolerated_trial_failure_rate", options.tolerated_trial_failure_rate != defaults.tolerated_trial_failure_rate},
      {"ttl_seconds_for_trials", options.ttl_seconds_for_trials.has_value()}};
  std::vector<std::string> keys;
  for (const auto& [key, is_used] : used) {
    if (is_used) keys.emplace_back(key);
  }
  if (keys.empty()) return {};
  return fmt::format("without effect here, where you say when trials start and end: scheduler: {}",
                     util::join(keys, ", "));
}

Warnings find_missing_scripts(const BoaConfig& config, const std::filesystem::path& working_dir) {
  Warnings warnings;
  const ScriptOptions& script = config.script;
  const std::array<std::pair<const char*, const std::optional<std::string>*>, 4> commands = {
      {{"write_configs", &script.write_configs},
       {"run_model", &script.run_model},
       {"set_trial_status", &script.set_trial_status},
       {"fetch_trial_data", &script.fetch_trial_data}}};
  for (const auto& [key, command] : commands) {
    if (!*command) continue;
    const std::vector<std::string> words = words_of(**command);
    // The program itself is looked for by check_commands; only the script right behind an interpreter is sure to be
    // one.
    for (std::size_t i = 1; i < words.size(); ++i) {
      std::error_code ignored;
      if (!looks_like_script(words[i])) continue;
      if (!std::filesystem::exists(working_dir / words[i], ignored)) {
        warnings.push_back(
            ConfigError(place_of_command(config, key), fmt::format("script_options.{}", key),
                        fmt::format("there is no '{}' in {}, where the command runs", words[i], working_dir.string()))
                .describe());
      }
      break;
    }
  }
  return warnings;
}

}  // namespace boa::app
