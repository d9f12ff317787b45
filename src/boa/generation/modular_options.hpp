#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

// Class names as BoTorch and GPyTorch have them; those that are served.
enum class ModelClass { kSingleTaskGp, kMixedSingleTaskGp };
constexpr std::array<std::pair<std::string_view, ModelClass>, 2> field_names(ModelClass) {
  return {{{"SingleTaskGP", ModelClass::kSingleTaskGp}, {"MixedSingleTaskGP", ModelClass::kMixedSingleTaskGp}}};
}
enum class LikelihoodClass { kExactMarginal };
constexpr std::array<std::pair<std::string_view, LikelihoodClass>, 1> field_names(LikelihoodClass) {
  return {{{"ExactMarginalLogLikelihood", LikelihoodClass::kExactMarginal}}};
}
enum class KernelClass { kMatern, kRbf };
constexpr std::array<std::pair<std::string_view, KernelClass>, 2> field_names(KernelClass) {
  return {{{"MaternKernel", KernelClass::kMatern}, {"RBFKernel", KernelClass::kRbf}}};
}

/// `model_kwargs` of a modular BoTorch step. Everything that is read is honoured; other keys and values are refused.
struct ModularOptions {
  std::optional<std::string> botorch_acqf_class;  ///< a name of named_acquisitions(); absent: what fits the problem
  util::Node acquisition_options;                 ///< keyword arguments of that class
  std::optional<KernelClass> covar_module_class;  ///< absent: the data decide
};

/// Reads `kwargs` (a mapping, or null for none); what is wrong goes to `problems` under `path`.
ModularOptions read_modular_options(const util::Node& kwargs, const std::string& path, util::Problems& problems);

/// The options of a step: what its model's name implies (GPMES: the entropy of the maximum), and its kwargs, which must
/// be sound (else UserInputError).
ModularOptions modular_options(std::string_view model_value, const util::Node& kwargs);
/// Models whose `model_kwargs` are those of a modular one.
bool takes_modular_options(std::string_view model_value);

/// Acquisition function and kernel in words, as far as they are given; empty if neither is.
std::string describe(const ModularOptions& options);

/// Why the named acquisition function cannot serve this problem, and which can; empty if it does.
std::string why_not_served(const ModularOptions& options, const core::OptimizationConfig& config);

/// SAASBO and FullyBayesian: the hyperparameters of a sparse model are sampled.
bool is_fully_bayesian(std::string_view model_value);
/// Why such a model cannot serve the problem; empty if it does.
std::string why_not_fully_bayesian(const core::SearchSpace& space, const core::OptimizationConfig& config);

}  // namespace boa::generation
