#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/app/config_schema.hpp"
#include "boa/app/config_sections.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::app {

namespace {

using util::Node;

enum class Format { kYaml, kJson };

/// Any suffix of the name counts, so that `x.yaml.j2` is YAML.
Format format_of(const std::filesystem::path& file) {
  const std::vector<std::string> suffixes = util::split(util::to_lower(file.filename().string()), '.');
  for (std::size_t i = 1; i < suffixes.size(); ++i) {
    if (suffixes[i] == "yaml" || suffixes[i] == "yml") return Format::kYaml;
  }
  for (std::size_t i = 1; i < suffixes.size(); ++i) {
    if (suffixes[i] == "json") return Format::kJson;
  }
  throw ConfigError({file.string(), 0, 0}, "", "the format of the file is not known",
                    "A config's name ends in .yaml, .yml or .json.");
}

constexpr std::size_t kLargestFile = std::size_t{8} << 20U;

ConfigError too_large(const std::filesystem::path& file) {
  return ConfigError({file.string(), 0, 0}, "", fmt::format("the config is larger than {} MB", kLargestFile >> 20U));
}

/// Where a name without a value broke the line, that is what is wrong.
ConfigError explained(const RenderedConfig& rendered, const ConfigError& error, int line) {
  const std::vector<std::string> lines = util::split(rendered.text, '\n');
  if (line < 1 || static_cast<std::size_t>(line) > lines.size()) return error;
  const std::string& content = lines[static_cast<std::size_t>(line - 1)];
  const std::size_t open = content.find("{{");
  const std::size_t close = open == std::string::npos ? open : content.find("}}", open);
  if (close == std::string::npos) return error;
  return ConfigError(error.where(), "",
                     fmt::format("'{}' stays in the text: nothing of that name is known when the config is read",
                                 util::abbreviate(content.substr(open, close + 2 - open), 60)),
                     "A text that begins with '{{' needs quotes around it.");
}

/// The tree of a rendered text, with places in its template.
Node parse(const RenderedConfig& rendered, const std::filesystem::path& path) {
  try {
    Node node = format_of(path) == Format::kYaml ? util::parse_yaml(rendered.text, rendered.file)
                                                 : util::parse_json(rendered.text, rendered.file);
    rendered.places.apply(node);
    return node;
  } catch (const ConfigError& error) {
    throw explained(rendered, rendered.places.apply(error), error.where().line);
  }
}

const Node* find_given(const Node& top, std::string_view key) {
  const Node* value = top.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

/// Keys of the top level that have no part of their own, and those that are no keys.
void check_top_level(const Node& top, ConfigContext& context) {
  const std::vector<std::string> known = top_level_keys();
  for (const auto& [key, value] : top.as_object()) {
    if (key == "total_trials") {
      context.problems.add_at_key(value, "", "'total_trials' belongs under 'scheduler'");
    } else if (std::find(known.begin(), known.end(), key) == known.end()) {
      util::add_unknown_key(context.problems, value, "", key, known);
    }
  }
  const Node* options = find_given(top, "model_options");
  if (options != nullptr && !options->is_object() && !options->is_array()) {
    context.problems.add(*options, "model_options",
                         fmt::format("expected a mapping or a list, found {}", options->describe()));
  }
}

/// At the first list that holds one of the constraints in question.
void refuse_as_infeasible(const Node& top, const Infeasibility& found, ConfigContext& context) {
  const auto holds_one = [&](const Node& list) {
    return std::any_of(list.as_array().begin(), list.as_array().end(), [&](const Node& text) {
      const auto& texts = found.constraints;
      return std::find(texts.begin(), texts.end(), text.as_string()) != texts.end();
    });
  };
  const Node* linear = find_given(top, "parameter_constraints");
  const bool is_linear = linear != nullptr && holds_one(*linear);
  const char* key = is_linear ? "parameter_constraints" : "nonlinear_constraints";
  context.problems.add(top.at(key), key, found.why);
}

void read_search_space(const Node& top, BoaConfig& config, ConfigContext& context) {
  const Node* node = find_given(top, "parameters");
  if (node == nullptr) {
    util::add_missing_key(context.problems, top, "", "parameters");
    return;
  }
  const std::size_t before = context.problems.list().size();
  std::vector<core::Parameter> parameters = read_parameters(*node, "parameters", context);
  ConstraintLists constraints;
  // With a wrong parameter its constraints would only add misleading messages.
  if (context.problems.list().size() == before) {
    for (const char* key : {"parameter_constraints", "nonlinear_constraints"}) {
      const Node* list = find_given(top, key);
      if (list != nullptr) read_constraints(*list, key, parameters, constraints, context);
    }
  }
  config.search_space =
      core::SearchSpace(std::move(parameters), std::move(constraints.linear), std::move(constraints.nonlinear));
  if (config.search_space.is_hierarchical() && context.problems.list().size() == before) {
    const std::string no_tree = config.search_space.why_no_tree();
    if (!no_tree.empty()) context.problems.add_at_key(*node, "parameters", "dependents: " + no_tree);
  }
  if (!config.search_space.has_constraints() || context.problems.list().size() != before) return;
  Infeasibility found = find_infeasibility(config.search_space);
  if (found.why.empty()) found = find_infeasibility_at_target(config.search_space);
  if (!found.why.empty()) refuse_as_infeasible(top, found, context);
}

/// Where a parameter stands, in either form of the list, and the key to it.
std::pair<const Node*, std::string> place_of_parameter(const Node& top, const std::string& name) {
  const Node& parameters = top.at("parameters");
  if (const Node* own = parameters.is_object() ? parameters.find(name) : nullptr) {
    return {own, util::join_key("parameters", name)};
  }
  for (std::size_t i = 0; parameters.is_array() && i < parameters.size(); ++i) {
    const Node* own = parameters.at(i).find("name");
    if (own != nullptr && own->is_string() && own->as_string() == name) {
      return {&parameters.at(i), fmt::format("parameters[{}]", i)};
    }
  }
  return {&parameters, "parameters"};
}

/// The constraints that name a parameter, as the user wrote them.
std::vector<std::string> constraints_on(const std::string& name, const core::SearchSpace& space) {
  std::vector<std::string> texts;
  for (const core::ParameterConstraint& constraint : space.constraints()) {
    const bool names_it = std::any_of(constraint.coefficients.begin(), constraint.coefficients.end(),
                                      [&](const auto& term) { return term.first == name; });
    if (names_it) texts.push_back(constraint.text);
  }
  for (const core::NonlinearConstraint& constraint : space.nonlinear_constraints()) {
    const std::vector<std::string>& names = constraint.excess.variables();
    if (std::find(names.begin(), names.end(), name) != names.end()) texts.push_back(constraint.text);
  }
  return texts;
}

/// One task parameter, and no other special kind of search space beside it.
void check_tasks(const Node& top, const BoaConfig& config, ConfigContext& context) {
  const core::SearchSpace& space = config.search_space;
  const core::ChoiceParameter* task = space.task_parameter();
  if (task == nullptr) return;
  for (const core::Parameter& parameter : space.parameters()) {
    const auto* choice = std::get_if<core::ChoiceParameter>(&parameter);
    if (choice == nullptr || !choice->target_task || choice->name == task->name) continue;
    const auto [node, path] = place_of_parameter(top, choice->name);
    context.problems.add(*node, path,
                         fmt::format("there is one task parameter at most, and '{}' is one already", task->name));
  }
  if (const core::RangeParameter* fidelity = space.fidelity_parameter()) {
    const auto [node, path] = place_of_parameter(top, fidelity->name);
    context.problems.add_unsupported(
        *node, path,
        fmt::format("a fidelity parameter ('{}') beside a task parameter ('{}')", fidelity->name, task->name));
  }
  const auto [node, path] = place_of_parameter(top, task->name);
  for (const std::string& text : constraints_on(task->name, space)) {
    context.problems.add(*node, path, fmt::format("a task parameter is not constrained, but '{}' names it", text));
  }
  if (space.is_hierarchical()) {
    context.problems.add_unsupported(*node, path, "a task parameter in a search space with dependents");
  }
}

void check_param_names(const Node& top, const BoaConfig& config, ConfigContext& context) {
  std::vector<std::string> names;
  for (const core::Parameter& parameter : config.search_space.parameters()) names.push_back(core::name_of(parameter));
  for (const core::Metric& metric : config.optimization_config.metrics) {
    for (const std::string& name : metric.param_names) {
      if (config.search_space.find(name) != nullptr) continue;
      const std::string nearest = util::nearest_name(name, names);
      context.problems.add(top.at("objective"), "objective.metrics",
                           fmt::format("param_names of '{}': there is no parameter '{}'{}", metric.name, name,
                                       nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
    }
  }
}

}  // namespace

Node parse_config(const std::string& text, const std::filesystem::path& path) {
  return parse({text, {}, path.string(), {}}, path);
}

bool is_json_config(const std::filesystem::path& file) { return format_of(file) == Format::kJson; }

void ConfigContext::warn(const Node& at, std::string_view key_path, const std::string& message) {
  const ConfigError as_error({problems.file(), at.key_line(), at.key_column()}, std::string(key_path), message);
  warnings.emplace_back(as_error.what());
}

namespace {

/// Understands what `config.raw` holds; `file` is its name for messages.
void understand(BoaConfig& config, const std::string& file) {
  ConfigContext context(file);
  Node top = config.raw;
  if (!top.is_object()) {
    throw ConfigError({file, std::max(top.line(), 1), std::max(top.column(), 1)}, "",
                      fmt::format("expected a mapping at the top level, found {}", top.describe()),
                      "A config begins with keys such as 'objective:' and 'parameters:'.");
  }
  convert_old_form(top, context);
  const Node* keys = find_given(top, "parameter_keys");
  if (keys != nullptr && !(keys->is_array() && keys->size() == 0))
    config.parameter_origins = flatten_parameter_keys(top, context);
  check_top_level(top, context);
  read_search_space(top, config, context);
  if (const Node* objective = find_given(top, "objective")) {
    config.optimization_config = read_objective(*objective, context);
  } else {
    util::add_missing_key(context.problems, top, "", "objective", "E.g. objective: {metrics: [{name: loss}]}");
  }
  check_tasks(top, config, context);
  config.scheduler = read_scheduler(top, config.optimization_config, context);
  if (const Node* generation = find_given(top, "generation_strategy"))
    config.generation = read_generation(*generation, context);
  if (const Node* script = find_given(top, "script_options")) config.script = read_script(*script, context);
  if (const Node* options = find_given(top, "model_options")) config.model_options = *options;
  if (context.problems.empty()) check_param_names(top, config, context);
  check_templates(top, config.search_space, config.allow_python, context);
  context.problems.throw_if_any();
  config.warnings = std::move(context.warnings);
}

}  // namespace

BoaConfig read_config_text(std::string text, const std::filesystem::path& file, const RenderOptions& options) {
  if (text.size() > kLargestFile) throw too_large(file);
  static_cast<void>(format_of(file));
  RenderedConfig rendered = render_config(text, file, options);
  if (rendered.text.size() > kLargestFile) throw too_large(file);
  BoaConfig config;
  config.source_path = std::filesystem::absolute(file).lexically_normal();
  config.allow_python = options.allow_python;
  config.raw = parse(rendered, file);
  config.source_text = std::move(text);
  config.rendered_text = std::move(rendered.text);
  understand(config, rendered.file);
  if (!rendered.notice.empty()) config.warnings.insert(config.warnings.begin(), rendered.notice);
  return config;
}

BoaConfig read_rendered_config(std::string text, const std::filesystem::path& file, bool allow_python) {
  BoaConfig config;
  config.source_path = std::filesystem::absolute(file).lexically_normal();
  config.allow_python = allow_python;
  config.raw = parse({text, {}, file.string(), {}}, file);
  config.source_text = config.rendered_text = std::move(text);
  understand(config, file.string());
  return config;
}

BoaConfig read_config_data(Node data, const std::filesystem::path& path, const std::string& place, bool allow_python) {
  BoaConfig config;
  config.source_path = std::filesystem::absolute(path).lexically_normal();
  config.source_text = config.rendered_text = util::write_json(data, 2) + "\n";
  config.source_is_data = true;
  config.allow_python = allow_python;
  config.raw = std::move(data);
  understand(config, place);
  return config;
}

BoaConfig read_config(const std::filesystem::path& file, const RenderOptions& options) {
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(file, ignored);
  if (!ignored && size > kLargestFile) throw too_large(file);
  return read_config_text(util::read_file(file), file, options);
}

void require_runnable(const BoaConfig& config) {
  const std::string file = config.source_path.string();
  if (!config.scheduler.n_trials && !config.scheduler.total_trials) {
    const Node* scheduler = config.raw.find("scheduler");
    throw ConfigError(
        {file, scheduler == nullptr ? 1 : scheduler->key_line(), scheduler == nullptr ? 1 : scheduler->key_column()},
        scheduler == nullptr ? "" : "scheduler", "the number of trials is missing",
        "Write 'n_trials: 20' at the top level, or scheduler: {n_trials: 20} or {total_trials: 20}.");
  }
  if (!config.script.has_command()) {
    const Node* script = config.raw.find("script_options");
    throw ConfigError({file, script == nullptr ? 1 : script->key_line(), script == nullptr ? 1 : script->key_column()},
                      "script_options", "there is no command that runs the model",
                      "Give 'run_model' (or write_configs, set_trial_status, fetch_trial_data), e.g. "
                      "script_options: {run_model: Rscript run_model.R}");
  }
}

}  // namespace boa::app
