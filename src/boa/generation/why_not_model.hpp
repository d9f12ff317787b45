#pragma once

#include <string>
#include <string_view>

#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/generation/modular_options.hpp"

namespace boa::generation {

/// Why the named acquisition function cannot serve this problem, and which can; empty if it does.
std::string why_not_served(const ModularOptions& options, const core::SearchSpace& space,
                           const core::OptimizationConfig& config);

/// Why the model cannot serve this problem, whatever its options; empty if it does.
std::string why_not_model(std::string_view model_value, const core::SearchSpace& space,
                          const core::OptimizationConfig& config);

/// Why kernel or mean cannot serve a model of this space; empty if they do.
std::string why_not_surrogate(const ModularOptions& options, const core::SearchSpace& space);

}  // namespace boa::generation
