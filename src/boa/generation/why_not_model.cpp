#include "boa/generation/why_not_model.hpp"

#include <fmt/core.h>

#include <vector>

#include "boa/generation/bandit_generator.hpp"
#include "boa/generation/factorial_generator.hpp"
#include "boa/generation/named_acquisitions.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/generation/trust_region_options.hpp"
#include "boa/util/text.hpp"

namespace boa::generation {

namespace {

/// Its density is of columns with an order alone.
std::string why_not_fitted_saas(const core::SearchSpace& space) {
  for (const core::Parameter& parameter : space.parameters()) {
    const auto* choice = std::get_if<core::ChoiceParameter>(&parameter);
    if (choice != nullptr && !choice->target_task && !choice->is_ordered && choice->values.size() > 2) {
      return fmt::format("EnsembleMapSaasSingleTaskGP takes parameters with an order, and '{}' is a choice without one",
                         choice->name);
    }
  }
  return {};
}

/// Why a model class by name cannot serve the tasks or fidelities of this space, or the lack of them; empty if it does.
std::string why_not_class(const std::optional<ModelClass>& model_class, const core::SearchSpace& space) {
  if (model_class == ModelClass::kMultiFidelityGp && space.fidelity_parameter() == nullptr) {
    return fmt::format("{} takes a fidelity parameter, and there is none", name_of(*model_class));
  }
  const core::ChoiceParameter* task = space.task_parameter();
  const bool is_multi_task = model_class == ModelClass::kMultiTaskGp || model_class == ModelClass::kSaasMultiTask;
  if (!model_class || is_multi_task == (task != nullptr)) return {};
  const std::string_view name = name_of(*model_class);
  if (is_multi_task) return fmt::format("{} takes a task parameter (is_task: true), and there is none", name);
  return fmt::format("{} does not know tasks, and '{}' is a task parameter; MultiTaskGP and {} do", name, task->name,
                     name_of(ModelClass::kSaasMultiTask));
}

/// Their fantasy models are made of the target's points alone.
bool forgets_tasks(std::string_view acquisition) {
  return acquisition == "NoisyExpectedImprovement" || acquisition == "LogNoisyExpectedImprovement";
}

}  // namespace

std::string why_not_served(const ModularOptions& options, const core::SearchSpace& space,
                           const core::OptimizationConfig& config) {
  if (options.averaging.kind == Averaging::kSaasFitted) {
    if (std::string why = why_not_fitted_saas(space); !why.empty()) return why;
  }
  if (std::string why = why_not_class(options.model_class, space); !why.empty()) return why;
  if (!options.botorch_acqf_class) return {};
  const NamedAcquisition& named = *find_acquisition(*options.botorch_acqf_class);
  const bool is_multi = config.objective.kind == core::Objective::Kind::kMulti;
  const bool has_task = space.task_parameter() != nullptr;
  const bool has_fidelity = space.fidelity_parameter() != nullptr;
  std::vector<std::string> others;
  const auto serves = [&](const NamedAcquisition& one) {
    return one.for_several == is_multi && !(has_task && forgets_tasks(one.name)) &&
           (one.takes_constraints || config.outcome_constraints.empty()) && (!one.needs_fidelity || has_fidelity);
  };
  if (serves(named)) return {};
  for (const NamedAcquisition& one : named_acquisitions()) {
    if (serves(one)) others.emplace_back(one.name);
  }
  const char* why = named.for_several != is_multi ? is_multi ? "takes one objective" : "takes several objectives"
                    : named.needs_fidelity && !has_fidelity ? "takes a fidelity parameter, and there is none"
                    : has_task && forgets_tasks(named.name) ? "takes no task parameter"
                                                            : "takes no outcome constraints";
  return fmt::format("{} {}; for this problem: {}", named.name, why, util::join(others, ", "));
}

std::string why_not_model(std::string_view model_value, const core::SearchSpace& space,
                          const core::OptimizationConfig& config) {
  const bool is_multi = config.objective.kind == core::Objective::Kind::kMulti;
  if (model_value.starts_with("FullyBayesianMOO") && !is_multi) {
    return fmt::format("{} takes several objectives", model_value);
  }
  if (uses_trust_region(model_value)) return why_not_trust_region(space, config);
  if (is_multi_task(model_value)) {
    if (space.task_parameter() == nullptr) {
      return fmt::format("{} takes a task parameter (is_task: true), and there is none", model_value);
    }
    if (model_value == "ST_MTGP_LEGACY" && is_multi) return "ST_MTGP_LEGACY takes one objective; ST_MTGP takes several";
    if (model_value == "ST_MTGP_NEHVI" && !is_multi)
      return "ST_MTGP_NEHVI takes several objectives; ST_MTGP takes one too";
  }
  if (model_value == "EB") return why_not_bandit(space, config);
  if (model_value == "Factorial") return why_not_factorial(space);
  if (model_value != "Thompson") return {};
  if (is_multi) return "Thompson sampling takes one objective";
  return config.has_cost() || space.fidelity_parameter() != nullptr
             ? "Thompson sampling takes no fidelity parameter and no cost metric"
             : "";
}

std::string why_not_surrogate(const ModularOptions& options, const core::SearchSpace& space) {
  if (options.surrogate.linear_mean && space.task_parameter() != nullptr) {
    return "tasks have means of their own, and no LinearMean";
  }
  if (!options.ard_num_dims) return {};
  // Tasks have a kernel of their own.
  const Index columns = UnitSpace(space).dim() - (space.task_parameter() != nullptr ? 1 : 0);
  if (*options.ard_num_dims == columns) return {};
  return fmt::format("'ard_num_dims: {}', but the model has {} column{}, one for each parameter that varies",
                     *options.ard_num_dims, columns, columns == 1 ? "" : "s");
}

}  // namespace boa::generation
