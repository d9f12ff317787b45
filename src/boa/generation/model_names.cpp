#include "boa/generation/model_names.hpp"

#include <algorithm>
#include <array>

#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

struct ModelName {
  std::string_view member;
  std::string_view value;
  bool is_served;
};

constexpr std::array kModels = {
    ModelName{"SOBOL", "Sobol", true},
    ModelName{"UNIFORM", "Uniform", true},
    ModelName{"FACTORIAL", "Factorial", true},
    ModelName{"GPEI", "GPEI", true},
    ModelName{"LEGACY_BOTORCH", "GPEI", true},
    ModelName{"BOTORCH_MODULAR", "BoTorch", true},
    ModelName{"GPKG", "GPKG", true},
    ModelName{"GPMES", "GPMES", true},
    ModelName{"MOO", "MOO", true},
    ModelName{"SAASBO", "SAASBO", true},
    ModelName{"FULLYBAYESIAN", "FullyBayesian", true},
    ModelName{"FULLYBAYESIANMOO", "FullyBayesianMOO", true},
    ModelName{"SAAS_MTGP", "SAAS_MTGP", true},
    ModelName{"FULLYBAYESIAN_MTGP", "FullyBayesian_MTGP", true},
    ModelName{"FULLYBAYESIANMOO_MTGP", "FullyBayesianMOO_MTGP", true},
    ModelName{"THOMPSON", "Thompson", true},
    ModelName{"EMPIRICAL_BAYES_THOMPSON", "EB", true},
    ModelName{"BO_MIXED", "BO_MIXED", true},
    ModelName{"ST_MTGP", "ST_MTGP", true},
    ModelName{"ST_MTGP_LEGACY", "ST_MTGP_LEGACY", true},
    ModelName{"ST_MTGP_NEHVI", "ST_MTGP_NEHVI", true},
    ModelName{"ALEBO", "ALEBO", false},
    ModelName{"ALEBO_INITIALIZER", "ALEBO_Initializer", false},
    ModelName{"CONTEXT_SACBO", "Contextual_SACBO", false},
    // boa's own:
    ModelName{"TURBO", "TuRBO", true},
    ModelName{"SCBO", "SCBO", true},
    ModelName{"LATIN_HYPERCUBE", "LatinHypercube", true},
};

const ModelName* find_model(std::string_view name) {
  const auto it = std::find_if(kModels.begin(), kModels.end(),
                               [&](const ModelName& model) { return model.member == name || model.value == name; });
  return it == kModels.end() ? nullptr : &*it;
}

std::vector<std::string> list_names(bool served_only) {
  std::vector<std::string> names;
  for (const ModelName& model : kModels) {
    if (served_only && !model.is_served) continue;
    for (const std::string_view name : {model.member, model.value}) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> known_model_names() { return list_names(false); }
std::vector<std::string> served_models() { return list_names(true); }

bool is_known_model(std::string_view name) { return find_model(name) != nullptr; }

bool is_served_model(std::string_view name) {
  const ModelName* model = find_model(name);
  return model != nullptr && model->is_served;
}

std::string model_value(std::string_view name) {
  const ModelName* model = find_model(name);
  BOA_CHECK(model != nullptr, name);
  return std::string(model->value);
}

}  // namespace boa::generation
