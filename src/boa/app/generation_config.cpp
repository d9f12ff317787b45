#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/generation/model_names.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/sampling_options.hpp"
#include "boa/generation/search_options.hpp"
#include "boa/generation/sobol_generator.hpp"
#include "boa/generation/trust_region_options.hpp"
#include "boa/util/schema.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using generation::AutomaticOptions;
using generation::GenerationStep;
using util::Field;
using util::Node;

Node models_schema() {
  Node names = Node::array();
  for (const std::string& name : generation::served_models()) names.push_back(name);
  return Node::object({{"enum", std::move(names)}});
}

struct StepFields {
  std::optional<std::string> model;
  std::optional<std::int64_t> num_trials;
  GenerationStep step;
  bool use_update = false;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::FieldWithSchema{{.name = "model", .doc = "what makes the points"}, models_schema}, self.model);
    field(Field{.name = "num_trials", .doc = "how many; -1 in the last step: no end", .at_least = -1}, self.num_trials);
    field(
        Field{
            .name = "min_trials_observed", .doc = "trials that must be completed before the next step", .at_least = 0},
        self.step.min_trials_observed);
    field(Field{.name = "max_parallelism", .doc = "most trials of this step running at once", .at_least = 1},
          self.step.max_parallelism);
    field(Field{.name = "enforce_num_trials", .doc = "false: more than num_trials while waiting for results"},
          self.step.enforce_num_trials);
    field(Field{.name = "should_deduplicate", .doc = "never the same point twice"}, self.step.should_deduplicate);
    field(Field{.name = "learn_failures", .doc = "the model keeps away from where trials fail"},
          self.step.learn_failures);
    field(util::FieldWithSchema{{.name = "model_kwargs", .doc = "options of the model"}, util::schema_of_mapping},
          self.step.model_kwargs);
    field(util::FieldWithSchema{{.name = "model_gen_kwargs", .doc = "options of each generation"},
                                util::schema_of_mapping},
          self.step.model_gen_kwargs);
    field(Field{.name = "use_update", .doc = "must be false"}, self.use_update);
  }
};

struct AutomaticFields {
  AutomaticOptions options;
  std::optional<std::int64_t> random_seed;
  bool no_winsorization = false;
  bool derelativize_with_raw_status_quo = false;
  Node winsorization_config;
  Node verbose, disable_progbar, jit_compile, torch_device;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    visit_options(self.options, field);
    field(Field{.name = "random_seed", .doc = "makes the run reproducible", .at_least = 0}, self.random_seed);
    field(Field{.name = "no_winsorization", .doc = "accepted"}, self.no_winsorization);
    field(Field{.name = "winsorization_config", .doc = "not built yet"}, self.winsorization_config);
    field(Field{.name = "derelativize_with_raw_status_quo", .doc = "not built yet"},
          self.derelativize_with_raw_status_quo);
    field(Field{.name = "verbose", .doc = "accepted, without effect"}, self.verbose);
    field(Field{.name = "disable_progbar", .doc = "accepted, without effect"}, self.disable_progbar);
    field(Field{.name = "jit_compile", .doc = "accepted, without effect"}, self.jit_compile);
    field(Field{.name = "torch_device", .doc = "accepted, without effect"}, self.torch_device);
  }

  template <typename Options, typename Visitor>
  static void visit_options(Options& options, Visitor& field) {
    field(Field{.name = "num_trials", .doc = "number of trials that the choice reckons with", .at_least = 1},
          options.num_trials);
    field(Field{.name = "num_initialization_trials", .doc = "size of the initial design", .at_least = 0},
          options.num_initialization_trials);
    field(Field{.name = "max_initialization_trials", .doc = "cap on its automatic size", .at_least = 0},
          options.max_initialization_trials);
    field(Field{.name = "num_completed_initialization_trials", .doc = "subtracted from it", .at_least = 0},
          options.num_completed_initialization_trials);
    field(Field{.name = "max_parallelism_cap", .doc = "cap on trials at once", .at_least = 1},
          options.max_parallelism_cap);
    field(
        Field{.name = "max_parallelism_override", .doc = "trials at once in both steps; -1: no limit", .at_least = -1},
        options.max_parallelism_override);
    field(Field{.name = "enforce_sequential_optimization", .doc = "false: no limits on parallel trials"},
          options.enforce_sequential_optimization);
    field(Field{.name = "use_saasbo", .doc = "SAASBO, for many parameters of which few matter"}, options.use_saasbo);
    field(Field{.name = "no_bayesian_optimization", .doc = "Sobol points only"}, options.no_bayesian_optimization);
    field(Field{.name = "use_batch_trials", .doc = "one initial trial"}, options.use_batch_trials);
    field(Field{.name = "should_deduplicate", .doc = "never the same point twice"}, options.should_deduplicate);
    field(Field{.name = "learn_failures", .doc = "the model keeps away from where trials fail"},
          options.learn_failures);
  }
};

/// Both forms together, for the schema and the list of known keys: only one of them may be given.
struct GenerationFields {
  Node steps;
  AutomaticFields automatic;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::FieldWithSchema{{.name = "steps",
                                 .doc = "the steps one after another; instead of all other options but random_seed"},
                                [] { return util::schema_of_list(util::schema_reference("generation_step"), 1); }},
          self.steps);
    AutomaticFields::visit(self.automatic, field);
  }
};

constexpr std::string_view kPath = "generation_strategy";

void check_sequence_kwargs(const Node& kwargs, const std::string& path, const std::string& model_value,
                           ConfigContext& context) {
  std::vector<std::string> own = {"seed",
                                  "deduplicate",
                                  "init_position",
                                  "center_first",
                                  "fallback_to_sample_polytope",
                                  generation::kTargetTaskOnly};
  if (model_value != "Uniform") own.emplace_back("scramble");
  for (const auto& [key, value] : kwargs.as_object()) {
    const bool integer = key == "seed" || key == "init_position";
    if (std::find(own.begin(), own.end(), key) == own.end()) {
      util::add_unknown_key(context.problems, value, path, key, own);
    } else if (!value.is_null() && !(integer ? value.is_int() && value.as_int() >= 0 : value.is_bool())) {
      context.problems.add(value, util::join_key(path, key),
                           fmt::format("expected {}, found {}",
                                       integer ? "a whole number of at least 0" : "true or false", value.describe()));
    }
  }
}

/// Of a model that has no options.
void refuse_kwargs(const Node& kwargs, const std::string& path, const std::string& model, ConfigContext& context) {
  for (const auto& [key, value] : kwargs.as_object()) {
    if (generation::is_modular_option(key)) {
      context.problems.add_at_key(value, path, fmt::format("{} does not take '{}'", model, key),
                                  "Write model: BOTORCH_MODULAR, which takes it.");
    } else if (model == "GPKG" && key == "num_fantasies") {
      context.problems.add_at_key(value, path, "GPKG does not take 'num_fantasies'",
                                  "Write model: BOTORCH_MODULAR with model_kwargs: {botorch_acqf_class: "
                                  "qKnowledgeGradient, acquisition_options: {num_fantasies: 16}}; it is the same.");
    } else {
      context.problems.add_unsupported(value, path, fmt::format("the option '{}' of {}", key, model),
                                       "BOTORCH_MODULAR, TURBO and SAASBO take options.");
    }
  }
}

void check_model_kwargs(const Node& node, const std::string& path, const std::string& model, ConfigContext& context) {
  const Node* kwargs = node.find("model_kwargs");
  if (kwargs == nullptr || kwargs->is_null()) return;
  const std::string key_path = path + ".model_kwargs";
  if (!kwargs->is_object()) {
    context.problems.add(*kwargs, key_path, fmt::format("expected a mapping, found {}", kwargs->describe()));
    return;
  }
  const std::string value = generation::model_value(model);
  if (generation::takes_modular_options(value)) {
    generation::read_modular_options(*kwargs, key_path, context.problems);
  } else if (generation::uses_trust_region(value)) {
    const Node* gen_kwargs = node.find("model_gen_kwargs");
    generation::read_turbo_options(*kwargs, gen_kwargs != nullptr && gen_kwargs->size() > 0, key_path,
                                   context.problems);
  } else if (generation::is_fully_bayesian(value)) {
    generation::read_sampling_options(*kwargs, key_path, context.problems);
  } else if (generation::takes_sequence_options(value)) {
    check_sequence_kwargs(*kwargs, key_path, value, context);
  } else {
    refuse_kwargs(*kwargs, key_path, model, context);
  }
}

void check_model_gen_kwargs(const Node& node, const std::string& path, const std::string& model,
                            ConfigContext& context) {
  const Node* kwargs = node.find("model_gen_kwargs");
  if (kwargs == nullptr || kwargs->is_null()) return;
  const std::string key_path = path + ".model_gen_kwargs";
  if (!kwargs->is_object()) {
    context.problems.add(*kwargs, key_path, fmt::format("expected a mapping, found {}", kwargs->describe()));
  } else if (kwargs->size() == 0) {
    return;
  } else if (generation::takes_search_options(generation::model_value(model))) {
    generation::read_search_options(*kwargs, key_path, context.problems);
  } else {
    context.problems.add_unsupported(*kwargs, key_path, fmt::format("'model_gen_kwargs' of {}", model),
                                     "Models with an acquisition function take them.");
  }
}

/// Keys of a step that are Ax's own business.
void refuse_internal_keys(Node& node, const std::string& path, ConfigContext& context) {
  for (const char* key : {"completion_criteria", "transition_criteria", "index", "model_name", "model_spec_override"}) {
    if (const Node* value = node.find(key); value != nullptr && !value->is_null()) {
      context.problems.add_unsupported(*value, path, fmt::format("'{}' in a generation step", key));
    }
    node.erase(key);
  }
}

/// Keys of a step that have other names in Ax 1.0: named, and read on under the name here.
void refuse_newer_names(Node& node, const std::string& path, ConfigContext& context) {
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"generator", "model"}, {"generator_kwargs", "model_kwargs"}, {"generator_gen_kwargs", "model_gen_kwargs"}};
  for (const auto& [newer, name] : kNames) {
    if (node.find(newer) == nullptr) continue;
    Node value = node.at(newer);
    context.problems.add_at_key(value, path, fmt::format("unknown key '{}': it is called '{}' here", newer, name),
                                fmt::format("Write '{}' instead.", name));
    node.erase(newer);
    if (node.find(name) == nullptr) node.set(name, std::move(value));
  }
}

void check_model(const Node& node, const std::string& path, const std::string& model, ConfigContext& context) {
  if (!generation::is_known_model(model)) {
    const std::vector<std::string> known = generation::served_models();
    const std::string nearest = util::nearest_name(model, known);
    context.problems.add(
        node.at("model"), path + ".model",
        fmt::format("unknown model '{}'{}", model, nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
        "Allowed: " + util::join(known, ", "));
  } else if (!generation::is_served_model(model)) {
    context.problems.add_unsupported(node.at("model"), path + ".model", fmt::format("the model {}", model),
                                     "Served: " + util::join(generation::served_models(), ", "));
  } else {
    check_model_kwargs(node, path, model, context);
    check_model_gen_kwargs(node, path, model, context);
  }
}

void read_step(Node node, std::size_t index, bool is_last, GenerationOptions& options, ConfigContext& context) {
  const std::string path = fmt::format("{}.steps[{}]", kPath, index);
  StepFields fields;
  if (node.is_object()) {
    refuse_internal_keys(node, path, context);
    refuse_newer_names(node, path, context);
  }
  if (!util::read_fields(node, fields, path, context.problems)) return;
  for (const char* key : {"model", "num_trials"}) {
    const Node* value = node.find(key);
    if (value == nullptr || value->is_null()) {
      util::add_missing_key(context.problems, node, path, key,
                            key[0] == 'm' ? "E.g. model: SOBOL" : "Write -1 for no end (last step only).");
    }
  }
  if (fields.model) check_model(node, path, *fields.model, context);
  if (fields.use_update) context.problems.add(node.at("use_update"), path + ".use_update", "true is not possible");
  if (!fields.model || !fields.num_trials) return;
  fields.step.model = *fields.model;
  fields.step.num_trials = *fields.num_trials;
  if (fields.step.num_trials == 0) {
    context.problems.add(node.at("num_trials"), path + ".num_trials",
                         "must be positive, or -1 in the last step, found 0");
  } else if (fields.step.num_trials == -1 && !is_last) {
    context.problems.add(node.at("num_trials"), path + ".num_trials", "only the last step may be without end (-1)");
  } else if (fields.step.num_trials > 0 && fields.step.min_trials_observed > fields.step.num_trials) {
    context.problems.add(node.at("min_trials_observed"), path + ".min_trials_observed",
                         fmt::format("must not exceed num_trials ({}), found {}", fields.step.num_trials,
                                     fields.step.min_trials_observed));
  }
  if (fields.step.num_trials == -1 && generation::is_known_model(fields.step.model)) {
    const std::string why = generation::why_not_num_trials(generation::model_value(fields.step.model), -1);
    if (!why.empty()) context.problems.add(node.at("num_trials"), path + ".num_trials", why);
  }
  options.steps.push_back(std::move(fields.step));
}

/// Options of the automatic choice, and keys that are none.
void refuse_beside_steps(const Node& node, ConfigContext& context) {
  std::vector<std::string> known;
  for (const util::FieldDescription& option : util::list_fields<GenerationFields>()) known.push_back(option.name);
  for (const auto& [key, value] : node.as_object()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      util::add_unknown_key(context.problems, value, kPath, key, known);
    } else if (key != "steps" && key != "random_seed" && !value.is_null()) {
      context.problems.add_at_key(value, util::join_key(kPath, key),
                                  "give either 'steps' or options for the automatic choice, not both");
    }
  }
}

void read_steps(const Node& node, GenerationOptions& options, ConfigContext& context) {
  const Node& steps = node.at("steps");
  const std::string path = util::join_key(kPath, "steps");
  refuse_beside_steps(node, context);
  if (!steps.is_array() || steps.size() == 0) {
    context.problems.add(steps, path,
                         steps.is_array() ? std::string("the list of steps is empty")
                                          : fmt::format("expected a list of steps, found {}", steps.describe()));
    return;
  }
  for (std::size_t i = 0; i < steps.size(); ++i) read_step(steps.at(i), i, i + 1 == steps.size(), options, context);
}

void check_automatic(const Node& node, const AutomaticFields& fields, ConfigContext& context) {
  const auto refuse = [&](bool given, const char* key) {
    if (given) context.problems.add_unsupported(node.at(key), util::join_key(kPath, key), fmt::format("'{}'", key));
  };
  refuse(!fields.winsorization_config.is_null(), "winsorization_config");
  refuse(fields.derelativize_with_raw_status_quo, "derelativize_with_raw_status_quo");
  for (const char* key : {"verbose", "disable_progbar", "jit_compile", "torch_device"}) {
    if (const Node* value = node.find(key); value != nullptr && !value->is_null()) {
      context.warn(*value, util::join_key(kPath, key), "has no effect");
    }
  }
  const auto& override_option = fields.options.max_parallelism_override;
  if (override_option && *override_option == 0) {
    context.problems.add(node.at("max_parallelism_override"), "generation_strategy.max_parallelism_override",
                         "must be positive, or -1 for no limit, found 0");
  }
  if (override_option && fields.options.max_parallelism_cap) {
    context.problems.add(node.at("max_parallelism_cap"), "generation_strategy.max_parallelism_cap",
                         "give either max_parallelism_cap or max_parallelism_override, not both");
  }
}

}  // namespace

Node generation_schema() { return util::schema_of<GenerationFields>(); }

Node generation_step_schema() {
  Node schema = util::schema_of<StepFields>();
  schema.set("required", Node::array({"model", "num_trials"}));
  return schema;
}

GenerationOptions read_generation(const Node& node, ConfigContext& context) {
  GenerationOptions options;
  const std::string path(kPath);
  if (!node.is_object()) {
    context.problems.add(node, path, fmt::format("expected a mapping, found {}", node.describe()));
    return options;
  }
  Node rest = node;
  for (const char* key : {"search_space", "experiment", "optimization_config"}) {
    if (const Node* value = rest.find(key)) {
      context.problems.add_at_key(*value, util::join_key(path, key), "is set by the program");
      rest.erase(key);
    }
  }
  const Node* steps = rest.find("steps");
  if (steps != nullptr && !steps->is_null()) {
    read_steps(rest, options, context);
    if (const Node* seed = node.find("random_seed"); seed != nullptr && !seed->is_null()) {
      const Field field{.name = "random_seed", .doc = "", .at_least = 0};
      const std::string wrong = util::fields_detail::read_scalar(*seed, field, options.random_seed);
      if (!wrong.empty()) context.problems.add(*seed, util::join_key(path, "random_seed"), wrong);
    }
    return options;
  }
  rest.erase("steps");
  GenerationFields both;
  const AutomaticFields& fields = both.automatic;
  const std::size_t before = context.problems.list().size();
  util::read_fields(rest, both, path, context.problems);
  if (context.problems.list().size() == before) check_automatic(rest, fields, context);
  options.automatic = fields.options;
  options.random_seed = fields.random_seed;
  return options;
}

}  // namespace boa::app
