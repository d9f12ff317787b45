#include "boa/app/config_schema.hpp"

#include <fmt/core.h>

#include <array>
#include <optional>
#include <utility>

#include "boa/app/boa_config.hpp"
#include "boa/app/config_sections.hpp"
#include "boa/scheduler/stopping/early_stopping.hpp"
#include "boa/scheduler/stopping/global_stopping.hpp"
#include "boa/util/json.hpp"
#include "boa/util/schema.hpp"

namespace boa::app {

namespace {

using util::Field;
using util::Node;

constexpr int kIndent = 2;

/// A mapping of parameters, where bare values are fixed ones, or a list of them with names.
Node parameters_schema() {
  Node bare = Node::object({{"type", Node::array({"number", "string", "boolean"})}});
  Node mapping = util::schema_of_type("object");
  mapping.set("additionalProperties", util::schema_of_any({util::schema_reference("parameter"), std::move(bare)}));
  Node named = Node::object({{"required", Node::array({"name", "type"})}});
  Node item = Node::object({{"allOf", Node::array({util::schema_reference("parameter"), std::move(named)})}});
  return util::schema_of_any({std::move(mapping), util::schema_of_list(std::move(item))});
}

/// One key, or a list of keys and paths.
Node parameter_keys_schema() {
  const Node text = util::schema_of_type("string");
  const Node step = util::schema_of_any({text, util::schema_of_type("integer")});
  return util::schema_of_any({text, util::schema_of_list(util::schema_of_any({text, util::schema_of_list(step, 1)}))});
}

/// The top level as written; each part has a reader of its own.
struct TopFields {
  Node objective, parameters, parameter_constraints, nonlinear_constraints, parameter_keys, scheduler;
  std::optional<std::int64_t> n_trials;
  Node generation_strategy, model_options, script_options, config_path;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::FieldWithSchema{{.name = "objective", .doc = "what is measured, and what is best"},
                                [] { return util::schema_reference("objective"); }},
          self.objective);
    field(util::FieldWithSchema{{.name = "parameters",
                                 .doc = "what is tuned: name and definition; a bare value is fixed"},
                                parameters_schema},
          self.parameters);
    field(util::FieldWithSchema{{.name = "parameter_constraints",
                                 .doc = "linear relations between parameters, e.g. x1 + 2*x2 <= 3"},
                                util::schema_of_texts},
          self.parameter_constraints);
    field(util::FieldWithSchema{{.name = "nonlinear_constraints",
                                 .doc = "inequalities between expressions of parameters, e.g. x1**2 + x2 <= 1"},
                                util::schema_of_texts},
          self.nonlinear_constraints);
    field(
        util::FieldWithSchema{{.name = "parameter_keys",
                               .doc = "keys, or paths of keys and list indices, under which parameters stand instead"},
                              parameter_keys_schema},
        self.parameter_keys);
    field(Field{.name = "n_trials", .doc = "so many new trials; as scheduler.n_trials", .at_least = 1}, self.n_trials);
    field(util::FieldWithSchema{{.name = "scheduler", .doc = "how many trials, how many at once, when it ends"},
                                [] { return util::schema_reference("scheduler"); }},
          self.scheduler);
    field(util::FieldWithSchema{{.name = "generation_strategy",
                                 .doc = "how the next point is chosen; automatic if absent"},
                                [] { return util::schema_reference("generation_strategy"); }},
          self.generation_strategy);
    field(util::FieldWithSchema{{.name = "script_options", .doc = "the commands that run the model, and where"},
                                [] { return util::schema_reference("script_options"); }},
          self.script_options);
    field(
        util::FieldWithSchema{
            {.name = "model_options", .doc = "anything, for the model's own use"},
            [] { return util::schema_of_any({util::schema_of_type("object"), util::schema_of_type("array")}); }},
        self.model_options);
    field(Field{.name = "config_path", .doc = "set by the program"}, self.config_path);
  }
};

struct Section {
  const char* name;
  const char* introduction;
  Node (*schema)();
};

constexpr std::array<Section, 9> kSections = {
    {{"objective", "The part `objective`.", objective_schema},
     {"metric", "An item of `objective.metrics`. It needs a `name` or a `metric`.", metric_schema},
     {"parameter", "An entry of `parameters`.", parameter_schema},
     {"scheduler", "The part `scheduler`. Exactly one of `n_trials` and `total_trials` is needed for a run.",
      [] { return util::schema_of<scheduler::SchedulerOptions>(); }},
     {"early_stopping_strategy", "The part `scheduler.early_stopping_strategy`, by its `type`.",
      scheduler::early_stopping_schema},
     {"global_stopping_strategy", "The part `scheduler.global_stopping_strategy`, by its `type`.",
      scheduler::global_stopping_schema},
     {"generation_strategy", "The part `generation_strategy`: `steps`, or options for the automatic choice.",
      generation_schema},
     {"generation_step", "An item of `generation_strategy.steps`.", generation_step_schema},
     {"script_options", "The part `script_options`.", [] { return util::schema_of<ScriptOptions>(); }}}};

constexpr const char* kReferenceHead =
    "# Reference of the config\n\n"
    "Made by `boa schema --markdown` from the declarations that boa reads configs with; "
    "[configuration.md](configuration.md)\n"
    "explains the keys. `boa schema` prints the same as a JSON Schema, for editors. A key that is null counts as "
    "absent.\n";

}  // namespace

Node config_schema() {
  Node schema = Node::object({{"$schema", "http://json-schema.org/draft-07/schema#"},
                              {"title", "Config of boa"},
                              {"description", "What boa (Bayesian Optimization for Anything) optimizes, and how."}});
  Node top = util::schema_of<TopFields>();
  // With parameter_keys other keys of the top level hold the parameters.
  top.erase("additionalProperties");
  for (auto& [key, value] : top.as_object()) schema.set(key, std::move(value));
  Node names = Node::array();
  for (const std::string& name : top_level_keys()) names.push_back(name);
  schema.set("if", Node::object({{"required", Node::array({"parameter_keys"})}}));
  schema.set("then", Node::object({{"required", Node::array({"objective"})}}));
  schema.set("else", Node::object({{"required", Node::array({"objective", "parameters"})},
                                   {"propertyNames", Node::object({{"enum", std::move(names)}})}}));
  Node definitions = Node::object();
  for (const Section& section : kSections) definitions.set(section.name, section.schema());
  schema.set("definitions", std::move(definitions));
  return schema;
}

std::string config_schema_text() { return util::write_json(config_schema(), kIndent) + "\n"; }

std::string config_reference() {
  std::string text = kReferenceHead;
  text += "\n## The top level\n\n" + util::schema_table(util::schema_of<TopFields>());
  for (const Section& section : kSections) {
    text += fmt::format("\n## {}\n\n{}\n", section.name, section.introduction);
    const Node schema = section.schema();
    // Several forms, each with a table of its own.
    const Node* forms = schema.contains("properties") ? nullptr : schema.find("anyOf");
    const Node tables = forms == nullptr ? Node::array({schema}) : *forms;
    for (const Node& form : tables.as_array()) text += "\n" + util::schema_table(form);
  }
  return text;
}

std::vector<std::string> top_level_keys() {
  std::vector<std::string> keys;
  for (const util::FieldDescription& field : util::list_fields<TopFields>()) keys.push_back(field.name);
  return keys;
}

}  // namespace boa::app
