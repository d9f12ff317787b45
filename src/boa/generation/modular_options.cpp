#include "boa/generation/modular_options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "boa/generation/named_acquisitions.hpp"
#include "boa/generation/sampling_options.hpp"
#include "boa/util/text.hpp"

namespace boa::generation {

namespace {

using util::Field;
using util::Node;

constexpr const char* kWarp = "Warp";
// What happens to parameters and outcomes in every model.
constexpr const char* kNormalize = "Normalize";
constexpr const char* kStandardize = "Standardize";

struct KernelFields {
  std::optional<double> nu;
  std::optional<int> ard_num_dims;
  std::optional<KernelClass> base_kernel;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "nu", .doc = "smoothness of a MaternKernel: 0.5, 1.5 or 2.5"}, self.nu);
    field(Field{.name = "ard_num_dims", .doc = "lengthscales: as many as parameters that vary"}, self.ard_num_dims);
    field(Field{.name = "base_kernel", .doc = "of a ScaleKernel"}, self.base_kernel);
  }
};

/// The name of gp::make_ard; empty for a kernel that is made of others, or a nu that is not served.
std::string ard_name(KernelClass kernel, double nu) {
  switch (kernel) {
    case KernelClass::kMatern:
      return nu == 0.5 ? "matern12" : nu == 1.5 ? "matern32" : nu == 2.5 ? "matern52" : "";
    case KernelClass::kRbf:
      return "rbf";
    case KernelClass::kRq:
      return "rq";
    case KernelClass::kPeriodic:
      return "periodic";
    case KernelClass::kLinear:
      return "linear";
    case KernelClass::kScale:
      break;
  }
  return {};
}

struct SurrogateFields {
  std::optional<ModelClass> botorch_model_class;
  Node model_options;
  std::optional<LikelihoodClass> mll_class;
  Node mll_options;
  Node likelihood_options;
  std::optional<KernelClass> covar_module_class;
  Node covar_module_options;
  std::optional<MeanClass> mean_module_class;
  std::vector<std::string> input_transform_classes, outcome_transform_classes;
  std::optional<std::string> outcome_transform;
  bool allow_batched_models = true;  // of independent outcomes: the same models either way

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "botorch_model_class", .doc = "model"}, self.botorch_model_class);
    field(Field{.name = "model_options", .doc = "empty only"}, self.model_options);
    field(Field{.name = "mll_class", .doc = "what a fit maximizes"}, self.mll_class);
    field(Field{.name = "mll_options", .doc = "of a model that is sampled: how"}, self.mll_options);
    field(Field{.name = "likelihood_options", .doc = "empty only"}, self.likelihood_options);
    field(Field{.name = "covar_module_class", .doc = "kernel"}, self.covar_module_class);
    field(Field{.name = "covar_module_options", .doc = "its arguments"}, self.covar_module_options);
    field(Field{.name = "mean_module_class", .doc = "mean"}, self.mean_module_class);
    field(Field{.name = "input_transform_classes", .doc = "what parameters pass through: [Warp]"},
          self.input_transform_classes);
    field(Field{.name = "outcome_transform_classes", .doc = "[Standardize], without effect"},
          self.outcome_transform_classes);
    field(Field{.name = "outcome_transform", .doc = "Standardize, without effect"}, self.outcome_transform);
    field(Field{.name = "allow_batched_models", .doc = "accepted, without effect"}, self.allow_batched_models);
  }
};

struct ModularFields {
  std::optional<std::string> botorch_acqf_class;
  Node acquisition_options;
  Node surrogate;
  bool refit_on_cv = false;
  bool refit_on_update = true;
  bool warm_start_refit = true;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "botorch_acqf_class", .doc = "acquisition function", .not_empty = true},
          self.botorch_acqf_class);
    field(Field{.name = "acquisition_options", .doc = "its arguments"}, self.acquisition_options);
    field(Field{.name = "surrogate", .doc = "model and kernel"}, self.surrogate);
    field(Field{.name = "refit_on_cv", .doc = "false only"}, self.refit_on_cv);
    field(Field{.name = "refit_on_update", .doc = "true only"}, self.refit_on_update);
    field(Field{.name = "warm_start_refit", .doc = "true only"}, self.warm_start_refit);
  }
};

struct NewerKey {
  const char* name;
  const char* hint;
};

constexpr const char* kWriteSurrogate =
    "Write the arguments of the one model as surrogate: {botorch_model_class: SingleTaskGP, ...}.";
constexpr NewerKey kNewerKeys[] = {
    {"surrogate_spec", kWriteSurrogate},
    {"surrogate_specs", kWriteSurrogate},
    {"model_configs", kWriteSurrogate},
    {"botorch_acqf_options", "Write acquisition_options."},
    {"botorch_acqf_classes_with_options", "Write botorch_acqf_class, one name, and its acquisition_options."},
};

/// Keys of Ax 1.0 for what has another form here; they are taken out.
void refuse_newer_keys(Node& node, const std::string& path, util::Problems& problems) {
  for (const auto& [name, hint] : kNewerKeys) {
    const Node* value = node.find(name);
    if (value == nullptr) continue;
    problems.add_at_key(*value, path, fmt::format("unknown key '{}', which is of Ax 1.0", name), hint);
    node.erase(name);
  }
}

/// Empty mappings say nothing; other nulls neither.
void drop_empty(Node& node, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const Node* value = node.find(key);
    if (value != nullptr && (value->is_null() || (value->is_object() && value->size() == 0))) node.erase(key);
  }
}

Averaging averaging_of(const std::optional<ModelClass>& model_class) {
  if (model_class == ModelClass::kSampled) return Averaging::kSampled;
  if (model_class == ModelClass::kSaasFitted) return Averaging::kSaasFitted;
  return model_class == ModelClass::kSaasSampled || model_class == ModelClass::kSaasMultiTask ? Averaging::kSaasSampled
                                                                                              : Averaging::kNone;
}

class Reader {
 public:
  explicit Reader(util::Problems& problems) : problems_(problems) {}

  ModularOptions read(Node kwargs, const std::string& path) {
    if (kwargs.is_object()) refuse_newer_keys(kwargs, path, problems_);
    drop_empty(kwargs, {"surrogate", "acquisition_options"});
    ModularFields fields;
    if (!util::read_fields(kwargs, fields, path, problems_)) return {};
    const auto only = [&](bool value, bool served, const char* key) {
      if (value == served) return;
      problems_.add_unsupported(kwargs.at(key), util::join_key(path, key),
                                fmt::format("'{}: {}'", key, served ? "false" : "true"));
    };
    only(fields.refit_on_cv, false, "refit_on_cv");
    only(fields.refit_on_update, true, "refit_on_update");
    only(fields.warm_start_refit, true, "warm_start_refit");
    options_.botorch_acqf_class = fields.botorch_acqf_class;
    if (fields.botorch_acqf_class) {
      check_acquisition(*fields.botorch_acqf_class, kwargs.at("botorch_acqf_class"),
                        util::join_key(path, "botorch_acqf_class"));
    }
    if (!fields.acquisition_options.is_null()) {
      read_arguments(kwargs.at("acquisition_options"), util::join_key(path, "acquisition_options"));
    }
    if (!fields.surrogate.is_null()) read_surrogate(kwargs.at("surrogate"), util::join_key(path, "surrogate"));
    return std::move(options_);
  }

 private:
  void check_acquisition(const std::string& name, const Node& node, const std::string& path) {
    if (find_acquisition(name) != nullptr) return;
    const std::vector<std::string> known = acquisition_names();
    const std::string nearest = util::nearest_name(name, known);
    problems_.add(node, path,
                  fmt::format("the acquisition function '{}' is not served{}", name,
                              nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                  "Served: " + util::join(known, ", "));
    options_.botorch_acqf_class.reset();
  }

  void read_arguments(const Node& node, const std::string& path) {
    if (!node.is_object()) {
      problems_.add(node, path, fmt::format("expected a mapping, found {}", node.describe()));
      return;
    }
    if (!options_.botorch_acqf_class) {
      problems_.add(node, path, "arguments need the class that they are for",
                    "Write botorch_acqf_class: one of " + util::join(acquisition_names(), ", "));
      return;
    }
    const NamedAcquisition& named = *find_acquisition(*options_.botorch_acqf_class);
    for (const auto& [key, value] : node.as_object()) {
      const auto it = std::find_if(named.arguments.begin(), named.arguments.end(),
                                   [&, &name = key](const AcquisitionArgument& a) { return a.name == name; });
      if (it == named.arguments.end()) {
        refuse_argument(value, path, key, named);
      } else {
        check_argument(value, util::join_key(path, key), *it);
      }
    }
    options_.acquisition_options = node;
  }

  void check_argument(const Node& value, const std::string& path, const AcquisitionArgument& argument) {
    using Kind = AcquisitionArgument::Kind;
    if (argument.kind == Kind::kSwitch) {
      if (!value.is_bool()) problems_.add(value, path, "expected true or false, found " + value.describe());
    } else if (argument.kind == Kind::kWhole && !value.is_int()) {
      problems_.add(value, path, "expected a whole number, found " + value.describe());
    } else if (!value.is_number() ||
               !(value.as_double() >= argument.at_least && value.as_double() <= argument.at_most)) {
      problems_.add(value, path,
                    fmt::format("expected a number from {} to {}, found {}", util::python_repr(argument.at_least),
                                util::python_repr(argument.at_most), value.describe()));
    }
  }

  void refuse_argument(const Node& value, const std::string& path, const std::string& key,
                       const NamedAcquisition& named) {
    std::vector<std::string> allowed;
    for (const AcquisitionArgument& argument : named.arguments) allowed.emplace_back(argument.name);
    std::vector<std::string> takers;
    for (const NamedAcquisition& other : named_acquisitions()) {
      const bool takes_it = std::any_of(other.arguments.begin(), other.arguments.end(),
                                        [&](const AcquisitionArgument& argument) { return argument.name == key; });
      if (takes_it) takers.emplace_back(other.name);
    }
    if (takers.empty() && !allowed.empty()) {
      util::add_unknown_key(problems_, value, path, key, allowed);
      return;
    }
    std::string hint =
        allowed.empty() ? "It takes no arguments." : fmt::format("Allowed: {}.", util::join(allowed, ", "));
    if (!takers.empty()) hint += fmt::format(" '{}' is an argument of {}.", key, util::join(takers, ", "));
    problems_.add_at_key(value, path, fmt::format("{} has no '{}'", named.name, key), hint);
  }

  void read_surrogate(Node node, const std::string& path) {
    if (node.is_object()) {
      drop_empty(node, {"covar_module_options", "model_options", "mll_options", "likelihood_options"});
      refuse_newer_keys(node, path, problems_);
    }
    SurrogateFields fields;
    if (!util::read_fields(node, fields, path, problems_)) return;
    if (fields.botorch_model_class == ModelClass::kFixedNoiseGp) {
      options_.surrogate.infer_noise = false;
      options_.surrogate_words.emplace_back(name_of(ModelClass::kFixedNoiseGp));
    }
    if (fields.mll_class == LikelihoodClass::kLeaveOneOut) {
      options_.surrogate.leave_one_out = true;
      options_.surrogate_words.emplace_back(name_of(LikelihoodClass::kLeaveOneOut));
    }
    options_.model_class = fields.botorch_model_class;
    for (const ModelClass told : {ModelClass::kMultiTaskGp, ModelClass::kMultiFidelityGp}) {
      if (fields.botorch_model_class == told) options_.surrogate_words.emplace_back(name_of(told));
    }
    for (const char* key : {"model_options", "likelihood_options"}) {
      const Node* value = node.find(key);
      if (value != nullptr) problems_.add_unsupported(*value, path, fmt::format("'{}' that is not empty", key));
    }
    read_mean_and_transforms(fields, node, path);
    read_averaging(fields, node, path);
    const std::string kernel_path = util::join_key(path, "covar_module_options");
    if (fields.covar_module_class) {
      read_kernel(*fields.covar_module_class, node, fields.covar_module_options, kernel_path);
    } else if (!fields.covar_module_options.is_null()) {
      problems_.add(node.at("covar_module_options"), kernel_path, "arguments need the class that they are for",
                    "Write covar_module_class: MaternKernel");
    }
  }

  void read_mean_and_transforms(const SurrogateFields& fields, const Node& node, const std::string& path) {
    if (fields.mean_module_class == MeanClass::kLinear) {
      options_.surrogate.linear_mean = true;
      options_.surrogate_words.emplace_back(name_of(MeanClass::kLinear));
    }
    for (const std::string& name : fields.input_transform_classes) {
      options_.surrogate.warp_inputs = options_.surrogate.warp_inputs || name == kWarp;
      if (name == kWarp || name == kNormalize) continue;
      refuse_transform("input", name, node, "input_transform_classes", path,
                       "Served: Warp; and Normalize, which every model does. Log-scaled parameters are taken in logs.");
    }
    const auto check_outcome = [&](const std::string& name, const char* key) {
      if (name == kStandardize) return;
      refuse_transform("outcome", name, node, key, path, "Served: Standardize, which every model does.");
    };
    for (const std::string& name : fields.outcome_transform_classes) check_outcome(name, "outcome_transform_classes");
    if (fields.outcome_transform) check_outcome(*fields.outcome_transform, "outcome_transform");
    if (options_.surrogate.warp_inputs) options_.surrogate_words.emplace_back(kWarp);
  }

  void refuse_transform(const char* of, const std::string& name, const Node& node, const char* key,
                        const std::string& path, const char* hint) {
    problems_.add_unsupported(node.at(key), util::join_key(path, key), fmt::format("the {} transform '{}'", of, name),
                              hint);
  }

  /// Models that are averaged over are sampled, or have a kernel of their own, or both.
  void read_averaging(const SurrogateFields& fields, const Node& node, const std::string& path) {
    const std::string mll_path = util::join_key(path, "mll_options");
    options_.averaging.kind = averaging_of(fields.botorch_model_class);
    const Averaging kind = options_.averaging.kind;
    if (kind == Averaging::kSampled || kind == Averaging::kSaasSampled) {
      if (!fields.mll_options.is_null()) {
        options_.averaging.nuts = read_sampling_options(node.at("mll_options"), mll_path, problems_);
      }
    } else if (!fields.mll_options.is_null()) {
      problems_.add(node.at("mll_options"), mll_path, "arguments need a model that is sampled",
                    "Write botorch_model_class: FullyBayesianSingleTaskGP");
    }
    if (kind == Averaging::kNone) return;
    options_.surrogate_words.emplace_back(name_of(*fields.botorch_model_class));
    const auto refuse = [&](bool given, const char* key, const char* what) {
      if (!given) return;
      problems_.add(node.at(key), util::join_key(path, key),
                    fmt::format("{} has {} of its own", name_of(*fields.botorch_model_class), what), "Leave it out.");
    };
    refuse(fields.mll_class == LikelihoodClass::kLeaveOneOut, "mll_class", "a likelihood");
    if (kind == Averaging::kSampled) return;
    refuse(fields.covar_module_class.has_value(), "covar_module_class", "a kernel");
    refuse(options_.surrogate.linear_mean, "mean_module_class", "a mean");
    refuse(options_.surrogate.warp_inputs, "input_transform_classes", "a scale of the parameters");
  }

  /// `surrogate` is the mapping around it, `arguments` null where there are none.
  void read_kernel(KernelClass kernel, const Node& surrogate, const Node& arguments, const std::string& path) {
    KernelFields fields;
    if (!arguments.is_null() && !util::read_fields(surrogate.at("covar_module_options"), fields, path, problems_)) {
      return;
    }
    const auto refuse = [&](const char* key, std::string_view name) {
      problems_.add(surrogate.at("covar_module_options").at(key), util::join_key(path, key),
                    fmt::format("{} has no '{}'", name, key));
    };
    std::string words(name_of(kernel));
    if (kernel != KernelClass::kScale) {
      if (fields.base_kernel) refuse("base_kernel", words);
    } else if (!fields.base_kernel || *fields.base_kernel == KernelClass::kScale) {
      problems_.add(
          surrogate, path, "a ScaleKernel needs the name of another kernel as its 'base_kernel'",
          "Write covar_module_options: {base_kernel: RBFKernel}. Every kernel has an outputscale without it too.");
      return;
    } else {
      kernel = *fields.base_kernel;
      words += fmt::format(" of a {}", name_of(kernel));
    }
    if (fields.nu && kernel != KernelClass::kMatern) refuse("nu", name_of(kernel));
    options_.surrogate.kernel = ard_name(kernel, fields.nu.value_or(2.5));
    if (options_.surrogate.kernel.empty()) {
      problems_.add_unsupported(surrogate.at("covar_module_options").at("nu"), util::join_key(path, "nu"),
                                fmt::format("a MaternKernel with nu {}", util::python_repr(*fields.nu)),
                                "Served: 0.5, 1.5, 2.5");
    }
    if (kernel == KernelClass::kMatern && fields.nu) words += fmt::format(" with nu {}", util::python_repr(*fields.nu));
    options_.surrogate_words.push_back(std::move(words));
    options_.ard_num_dims = fields.ard_num_dims;
  }

  util::Problems& problems_;
  ModularOptions options_;
};

}  // namespace

ModularOptions read_modular_options(const Node& kwargs, const std::string& path, util::Problems& problems) {
  if (kwargs.is_null()) return {};
  if (!kwargs.is_object()) {
    problems.add(kwargs, path, fmt::format("expected a mapping, found {}", kwargs.describe()));
    return {};
  }
  return Reader(problems).read(kwargs, path);
}

bool is_modular_option(std::string_view key) {
  const auto is_it = [&](const util::FieldDescription& field) { return field.name == key; };
  const std::vector<util::FieldDescription> fields = util::list_fields<ModularFields>();
  return std::any_of(fields.begin(), fields.end(), is_it);
}

bool takes_modular_options(std::string_view model_value) {
  return model_value == "BoTorch" || model_value == "BO_MIXED" || model_value == "ST_MTGP";
}

ModularOptions modular_options(std::string_view model_value, const Node& kwargs) {
  util::Problems problems("model_kwargs");
  ModularOptions options;
  if (takes_modular_options(model_value)) options = read_modular_options(kwargs, "model_kwargs", problems);
  if (is_fully_bayesian(model_value)) {
    options.averaging = {Averaging::kSaasSampled, read_sampling_options(kwargs, "model_kwargs", problems)};
  }
  problems.throw_if_any();
  if (model_value == "GPMES") options.botorch_acqf_class = "qLowerBoundMaxValueEntropy";
  if (model_value == "GPKG") options.botorch_acqf_class = "qKnowledgeGradient";
  return options;
}

std::string describe(const ModularOptions& options) {
  std::vector<std::string> parts;
  if (options.botorch_acqf_class) parts.push_back(*options.botorch_acqf_class);
  parts.insert(parts.end(), options.surrogate_words.begin(), options.surrogate_words.end());
  return util::join(parts, ", ");
}

bool is_multi_task(std::string_view model_value) { return model_value.find("MTGP") != std::string_view::npos; }

}  // namespace boa::generation
