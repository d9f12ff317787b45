#include "boa/app/stored_config.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;
using util::Node;
using util::python_repr;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string text_member(const Node& node, const char* key) {
  const Node* found = node.find(key);
  if (found == nullptr || !found->is_string()) {
    throw StorageError(fmt::format("the stored config is damaged: '{}' is missing", key));
  }
  return found->as_string();
}

/// Which parameters exist for which value, as far as that is said.
std::string describe_dependents(const core::Parameter& parameter) {
  std::vector<std::string> parts;
  for (const auto& [value, names] : core::dependents_of(parameter)) {
    parts.push_back(fmt::format("{}: [{}]", core::to_string(value), util::join(names, ", ")));
  }
  return parts.empty() ? "" : fmt::format(" with dependents {{{}}}", util::join(parts, ", "));
}

std::string describe(const core::Parameter& parameter) {
  if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
    return fmt::format("{} range {}{}{}{}", core::to_string(range->type), core::bounds_text(*range),
                       range->log_scale ? ", log scale" : "",
                       range->digits ? fmt::format(", {} digits", *range->digits) : "",
                       range->fidelity_target ? ", fidelity with target " + python_repr(*range->fidelity_target) : "");
  }
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    std::vector<std::string> values;
    for (const core::ParameterValue& value : choice->values) values.push_back(core::to_string(value));
    return fmt::format("{}{} choice of {}{}{}", choice->is_ordered ? "ordered " : "", core::to_string(choice->type),
                       util::join(values, ", "), describe_dependents(parameter),
                       choice->target_task ? ", tasks with target " + core::to_string(*choice->target_task) : "");
  }
  return "fixed at " + core::to_string(std::get<core::FixedParameter>(parameter).value) +
         describe_dependents(parameter);
}

std::string describe(const core::Objective& objective) {
  std::string text;
  for (const core::Objective::Term& term : objective.terms) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", term.metric);
    if (objective.kind == core::Objective::Kind::kScalarized) text += " * " + python_repr(term.weight);
    if (objective.kind == core::Objective::Kind::kMulti) text += term.minimize ? " (minimize)" : " (maximize)";
  }
  if (objective.kind == core::Objective::Kind::kMulti) return text;
  return fmt::format("{} {}", objective.minimize ? "minimize" : "maximize", text);
}

template <typename Constraint>
std::vector<std::string> texts_of(const std::vector<Constraint>& constraints) {
  std::vector<std::string> texts;
  for (const Constraint& constraint : constraints) texts.push_back(constraint.text);
  return texts;
}

std::string describe_function(const core::Metric& metric) {
  std::string text = metric.function_name.empty() ? metric.function : metric.function_name;
  if (metric.function_kwargs.size() > 0) text += " with " + util::write_json(metric.function_kwargs);
  return text;
}

std::string describe_noise(const core::Metric& metric) {
  switch (metric.noise) {
    case core::NoiseKind::kUnset:
      return "not given";
    case core::NoiseKind::kUnknown:
      return "null";
    case core::NoiseKind::kKnown:
      return python_repr(metric.noise_sd);
  }
  return {};
}

bool same_relation(const core::OutcomeConstraint& a, const core::OutcomeConstraint& b) {
  return a.coefficients == b.coefficients && a.op == b.op && a.bound == b.bound;
}

std::string difference_of_lists(const char* what, const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  return fmt::format("{}: [{}] in the experiment, [{}] in the config", what, util::join(a, ", "), util::join(b, ", "));
}

}  // namespace

std::optional<fs::path> rebased(const fs::path& stored, const fs::path& stored_experiment, const fs::path& experiment) {
  if (stored.empty()) return std::nullopt;
  if (!stored_experiment.empty()) {
    const fs::path moved = (experiment / stored.lexically_relative(stored_experiment)).lexically_normal();
    // `a/.` normalises to `a/`, whose last component is empty.
    if (is_there(moved)) return moved.has_filename() ? moved : moved.parent_path();
  }
  if (is_there(stored)) return stored;
  return std::nullopt;
}

Node StoredConfig::to_node() const {
  return Node::object({{"path", path.string()},
                       {"working_dir", working_dir.string()},
                       {"experiment_dir", experiment_dir.string()},
                       {"text", text},
                       {"data", data},
                       {"is_data", is_data}});
}

StoredConfig StoredConfig::from_node(const Node& node) {
  StoredConfig stored;
  stored.text = text_member(node, "text");
  stored.path = text_member(node, "path");
  stored.working_dir = text_member(node, "working_dir");
  stored.experiment_dir = text_member(node, "experiment_dir");
  if (const Node* data = node.find("data")) stored.data = *data;
  const Node* is_data = node.find("is_data");
  stored.is_data = is_data != nullptr && *is_data == Node(true);
  return stored;
}

RevivedPaths revive_paths(const StoredConfig& stored, const fs::path& experiment) {
  RevivedPaths paths;
  paths.config = rebased(stored.path, stored.experiment_dir, experiment).value_or(experiment / stored.path.filename());
  // The working folder is mostly a folder above, and some folder is always there: it has moved only if the config has.
  const bool config_stayed = !stored.path.empty() && paths.config == stored.path;
  paths.working_dir =
      config_stayed && is_there(stored.working_dir)
          ? stored.working_dir
          : rebased(stored.working_dir, stored.experiment_dir, experiment).value_or(experiment.parent_path());
  return paths;
}

std::string describe_difference(const core::SearchSpace& stored, const core::SearchSpace& given) {
  if (stored == given) return {};
  for (const core::Parameter& parameter : stored.parameters()) {
    const std::string& name = core::name_of(parameter);
    const core::Parameter* other = given.find(name);
    if (other == nullptr) return fmt::format("parameter '{}' is not in the config", name);
    if (!(*other == parameter)) {
      return fmt::format("parameter '{}': {} in the experiment, {} in the config", name, describe(parameter),
                         describe(*other));
    }
  }
  for (const core::Parameter& parameter : given.parameters()) {
    if (stored.find(core::name_of(parameter)) == nullptr) {
      return fmt::format("parameter '{}' is not in the experiment", core::name_of(parameter));
    }
  }
  if (stored.constraints() != given.constraints()) {
    return difference_of_lists("parameter_constraints", texts_of(stored.constraints()), texts_of(given.constraints()));
  }
  if (stored.nonlinear_constraints() != given.nonlinear_constraints()) {
    return difference_of_lists("nonlinear_constraints", texts_of(stored.nonlinear_constraints()),
                               texts_of(given.nonlinear_constraints()));
  }
  return {};  // the order of the parameters alone changes nothing
}

std::string describe_difference(const core::OptimizationConfig& stored, const core::OptimizationConfig& given) {
  const std::string a = describe(stored.objective);
  const std::string b = describe(given.objective);
  if (a != b) return fmt::format("objective: '{}' in the experiment, '{}' in the config", a, b);
  if (!std::equal(stored.outcome_constraints.begin(), stored.outcome_constraints.end(),
                  given.outcome_constraints.begin(), given.outcome_constraints.end(), same_relation)) {
    return difference_of_lists("outcome_constraints", texts_of(stored.outcome_constraints),
                               texts_of(given.outcome_constraints));
  }
  if (!std::equal(stored.objective_thresholds.begin(), stored.objective_thresholds.end(),
                  given.objective_thresholds.begin(), given.objective_thresholds.end(), same_relation)) {
    return difference_of_lists("objective_thresholds", texts_of(stored.objective_thresholds),
                               texts_of(given.objective_thresholds));
  }
  for (const core::Metric& metric : stored.metrics) {
    const core::Metric* other = given.find_metric(metric.name);
    if (other == nullptr) return fmt::format("metric '{}' is not in the config", metric.name);
    if (describe_noise(metric) != describe_noise(*other)) {
      return fmt::format("metric '{}': noise_sd {} in the experiment, {} in the config", metric.name,
                         describe_noise(metric), describe_noise(*other));
    }
    if (describe_function(metric) != describe_function(*other)) {
      return fmt::format("metric '{}': {} in the experiment, {} in the config", metric.name, describe_function(metric),
                         describe_function(*other));
    }
  }
  for (const core::Metric& metric : given.metrics) {
    if (stored.find_metric(metric.name) == nullptr) {
      return fmt::format("metric '{}' is not in the experiment", metric.name);
    }
  }
  return {};
}

}  // namespace boa::app
