#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/generation/averaged_surrogates.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

// Class names as BoTorch and GPyTorch have them; those that are served.
enum class ModelClass {
  kSingleTaskGp,
  kFixedNoiseGp,
  kMixedSingleTaskGp,
  kMultiTaskGp,
  kMultiFidelityGp,
  kSampled,
  kSaasSampled,
  kSaasMultiTask,
  kSaasFitted
};
constexpr std::array<std::pair<std::string_view, ModelClass>, 9> field_names(ModelClass) {
  return {{{"SingleTaskGP", ModelClass::kSingleTaskGp},
           {"FixedNoiseGP", ModelClass::kFixedNoiseGp},
           {"MixedSingleTaskGP", ModelClass::kMixedSingleTaskGp},
           {"MultiTaskGP", ModelClass::kMultiTaskGp},
           {"SingleTaskMultiFidelityGP", ModelClass::kMultiFidelityGp},
           {"FullyBayesianSingleTaskGP", ModelClass::kSampled},
           {"SaasFullyBayesianSingleTaskGP", ModelClass::kSaasSampled},
           {"SaasFullyBayesianMultiTaskGP", ModelClass::kSaasMultiTask},
           {"EnsembleMapSaasSingleTaskGP", ModelClass::kSaasFitted}}};
}
enum class LikelihoodClass { kExactMarginal, kLeaveOneOut };
constexpr std::array<std::pair<std::string_view, LikelihoodClass>, 2> field_names(LikelihoodClass) {
  return {{{"ExactMarginalLogLikelihood", LikelihoodClass::kExactMarginal},
           {"LeaveOneOutPseudoLikelihood", LikelihoodClass::kLeaveOneOut}}};
}
enum class KernelClass { kMatern, kRbf, kRq, kPeriodic, kLinear, kScale };
constexpr std::array<std::pair<std::string_view, KernelClass>, 6> field_names(KernelClass) {
  return {{{"MaternKernel", KernelClass::kMatern},
           {"RBFKernel", KernelClass::kRbf},
           {"RQKernel", KernelClass::kRq},
           {"PeriodicKernel", KernelClass::kPeriodic},
           {"LinearKernel", KernelClass::kLinear},
           {"ScaleKernel", KernelClass::kScale}}};
}

enum class MeanClass { kConstant, kLinear };
constexpr std::array<std::pair<std::string_view, MeanClass>, 2> field_names(MeanClass) {
  return {{{"ConstantMean", MeanClass::kConstant}, {"LinearMean", MeanClass::kLinear}}};
}

/// The name of one of these.
template <typename Enum>
std::string_view name_of(Enum value) {
  for (const auto& [name, known] : field_names(Enum{})) {
    if (known == value) return name;
  }
  return {};
}

/// `model_kwargs` of a modular BoTorch step. Everything that is read is honoured; other keys and values are refused.
struct ModularOptions {
  std::optional<std::string> botorch_acqf_class;  ///< a name of named_acquisitions(); absent: what fits the problem
  util::Node acquisition_options;                 ///< keyword arguments of that class
  SurrogateOptions surrogate;                     ///< kernel, likelihood and noise of the models
  AveragingOptions averaging;                     ///< of the objectives' models
  std::optional<ModelClass> model_class;          ///< as written; absent: what fits the problem
  std::optional<int> ard_num_dims;                ///< columns that the config expects the model to have
  std::vector<std::string> surrogate_words;  ///< what is named of the surrogate and isn't the default, for messages
};

/// Reads `kwargs` (a mapping, or null for none); what is wrong goes to `problems` under `path`.
ModularOptions read_modular_options(const util::Node& kwargs, const std::string& path, util::Problems& problems);

/// The options of a step: what its model's name implies (GPMES: the entropy of the maximum;
/// GPKG: the knowledge gradient), and its kwargs, which must
/// be sound (else UserInputError).
ModularOptions modular_options(std::string_view model_value, const util::Node& kwargs);
/// Models whose `model_kwargs` are those of a modular one.
bool takes_modular_options(std::string_view model_value);
/// Is it one of their keys (`botorch_acqf_class`, `surrogate`, ...)?
bool is_modular_option(std::string_view key);

/// Acquisition function, kernel, ... in words, as far as they are given; empty if none is.
std::string describe(const ModularOptions& options);

/// ST_MTGP, SAAS_MTGP and the like: multi-task models by name, as any model is where there is a task parameter.
bool is_multi_task(std::string_view model_value);

}  // namespace boa::generation
