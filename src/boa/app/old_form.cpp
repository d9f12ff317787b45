#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "boa/app/config_sections.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

// The form that configs of BOA had before `objective`: everything under `optimization_options`. Values keep their
// positions, so that later messages still point into the file.
namespace boa::app {

namespace {

using util::Node;

constexpr const char* kOldForm = "optimization_options";
constexpr std::array<std::string_view, 4> kTypeKeys = {"boa_metric", "sklearn_metric", "synthetic_metric",
                                                       "pass_through"};

/// The value under a key, taken out of the mapping; null if there is none.
Node take(Node& mapping, std::string_view key) {
  const Node* found = mapping.find(key);
  if (found == nullptr) return {};
  Node value = *found;
  mapping.erase(key);
  return value;
}

class OldForm {
 public:
  OldForm(Node& top, ConfigContext& context) : top_(top), context_(context) {}

  void convert() {
    const Node* old = top_.find(kOldForm);
    if (old != nullptr) {
      convert_options(*old);
    } else if (Node* objective = top_.find("objective"); objective != nullptr && objective->is_object()) {
      convert_metrics(*objective, "objective");
    }
  }

 private:
  void say(const Node& at, const std::string& key_path, const std::string& present_form) {
    context_.warn(at, key_path, fmt::format("is deprecated; the present form is {}", present_form));
  }

  void convert_options(const Node& found) {
    if (!found.is_object()) {
      context_.problems.add(found, kOldForm, fmt::format("expected a mapping, found {}", found.describe()));
      top_.erase(kOldForm);
      return;
    }
    Node old = found;
    context_.warn(found, kOldForm,
                  "is the deprecated form of the config; its parts are read as the present form, which 'boa migrate' "
                  "prints");
    top_.erase(kOldForm);
    Node converted = Node::object();
    converted.set_position(top_.line(), top_.column());
    move_objective(old, converted);
    // Between what is tuned and how: the order in which configs are usually written.
    for (auto& [key, value] : top_.as_object()) converted.set(key, std::move(value));
    move_part(old, converted, "generation_strategy");
    move_part(old, converted, "scheduler");
    move_trials(old, converted);
    move_name(old, converted);
    for (const auto& [key, value] : old.as_object()) {
      if (value.is_null() || ((value.is_array() || value.is_object()) && value.size() == 0)) continue;
      context_.warn(value, std::string(kOldForm) + "." + key, "has no place in the present form and is left out");
    }
    top_ = std::move(converted);
  }

  void move_objective(Node& old, Node& converted) {
    const std::string path = std::string(kOldForm) + ".objective_options";
    Node objective = take(old, "objective_options");
    if (objective.is_null() && top_.contains("objective")) return;
    if (!objective.is_object()) {
      context_.problems.add(objective.line() > 0 ? objective : old, path,
                            objective.is_null() ? "'objective_options' is missing"
                                                : fmt::format("expected a mapping, found {}", objective.describe()));
      return;
    }
    say(objective, path, "'objective' at the top level");
    convert_metrics(objective, path);
    if (top_.contains("objective")) {
      context_.problems.add_at_key(objective, path, "the config has an 'objective' already; one of them must go");
      return;
    }
    converted.set("objective", std::move(objective));
  }

  /// `objectives` becomes `metrics`, in its place; the metrics' old keys are turned into present ones.
  void convert_metrics(Node& objective, const std::string& path) {
    if (Node* list = objective.find("objectives"); list != nullptr && !objective.contains("metrics")) {
      say(*list, path + ".objectives", "'metrics' under 'objective'");
      for (auto& [key, value] : objective.as_object()) {
        if (key == "objectives") key = "metrics";
      }
    }
    Node* metrics = objective.find("metrics");
    if (metrics == nullptr || !metrics->is_array()) return;
    for (Node& metric : metrics->as_array()) {
      if (metric.is_object()) convert_type(metric, path + ".metrics");
    }
  }

  /// `sklearn_metric: X` becomes `metric: X, metric_type: sklearn_metric`.
  void convert_type(Node& metric, const std::string& path) {
    for (const std::string_view type : kTypeKeys) {
      const Node* found = metric.find(type);
      if (found == nullptr) continue;
      const Node name = *found;
      const std::string present = name.is_string()
                                      ? fmt::format("'metric: {}' with 'metric_type: {}'", name.as_string(), type)
                                      : fmt::format("'metric' with 'metric_type: {}'", type);
      if (metric.contains("metric") || metric.contains("metric_type")) {
        context_.problems.add_at_key(name, path,
                                     fmt::format("'{}' is deprecated and stands beside '{}'; write {}", type,
                                                 metric.contains("metric") ? "metric" : "metric_type", present));
        return;
      }
      say(name, path + "." + std::string(type), present);
      Node converted = Node::object();
      converted.set_position(metric.line(), metric.column());
      for (const auto& [key, value] : metric.as_object()) {
        converted.set(key == type ? "metric" : key, value);
        if (key == type) converted.set("metric_type", Node(type)).set_position(name.line(), name.column());
      }
      metric = std::move(converted);
      return;
    }
  }

  void move_part(Node& old, Node& converted, const std::string& key) {
    Node part = take(old, key);
    if (part.is_null()) return;
    const std::string path = std::string(kOldForm) + "." + key;
    if (const Node* present = converted.find(key); present != nullptr && !present->is_null()) {
      context_.problems.add_at_key(part, path, fmt::format("the config has a '{}' at the top level already", key));
      return;
    }
    say(part, path, fmt::format("'{}' at the top level", key));
    converted.set(key, std::move(part));
  }

  /// A mapping of the converted config that takes one more entry; null if something else stands there.
  Node* mapping_for(Node& converted, const std::string& key) {
    Node* part = converted.find(key);
    if (part == nullptr || part->is_null()) part = &converted.set(key, Node::object());
    return part->is_object() ? part : nullptr;
  }

  void move_trials(Node& old, Node& converted) {
    const Node given[] = {take(old, "n_trials"), take(old, "trials")};
    const Node& trials = given[0].is_null() ? given[1] : given[0];
    if (trials.is_null()) return;
    say(trials, std::string(kOldForm) + (given[0].is_null() ? ".trials" : ".n_trials"),
        trials.is_int() ? fmt::format("'scheduler: {{n_trials: {}}}'", trials.as_int())
                        : "'n_trials' under 'scheduler'");
    if (Node* scheduler = mapping_for(converted, "scheduler")) scheduler->set("n_trials", trials);
  }

  void move_name(Node& old, Node& converted) {
    Node* experiment = old.find("experiment");
    if (experiment == nullptr || !experiment->is_object()) return;
    const Node name = take(*experiment, "name");
    if (name.is_null()) return;
    say(name, std::string(kOldForm) + ".experiment.name",
        fmt::format("'script_options: {{exp_name: {}}}'", name.is_string() ? name.as_string() : "NAME"));
    if (Node* script = mapping_for(converted, "script_options")) script->set("exp_name", name);
  }

  Node& top_;
  ConfigContext& context_;
};

}  // namespace

void convert_old_form(Node& top, ConfigContext& context) { OldForm(top, context).convert(); }

}  // namespace boa::app
