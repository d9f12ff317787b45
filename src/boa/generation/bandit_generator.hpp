#pragma once

#include <memory>
#include <string>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/generation/generator.hpp"

namespace boa::generation {

/// Means of K arms with their standard errors.
struct ArmEstimates {
  Vector mean;  ///< K
  Vector sem;   ///< K
};

/// Shrinks the arms' means towards their common mean, each the more the less is known of it: the positive-part
/// estimator of James and Stein with Morris's (1983) variances, phi = min(1, sem^2 / s^2), s^2 the means' sum of
/// squares over K - 3: mean + phi (common - mean), with the variance (1 - phi) sem^2 + phi sem^2 / K + 2 phi^2 (mean -
/// common)^2 / (K - 3). Fewer than four arms stay as they are.
ArmEstimates shrink_to_common_mean(const ArmEstimates& arms);

/// Ax's EMPIRICAL_BAYES_THOMPSON: Thompson sampling over the points that have data (arms of a bandit, which are tried
/// again), by their shrunk means. For choices, one noisy objective, no outcome constraints. An arm without a known
/// standard error has the one that repeated trials show, or else the arms' own spread. Where every arm is known
/// exactly, none may be tried again, or nothing has data yet, a quasi-random point that was not tried, with a notice.
std::unique_ptr<Generator> make_bandit_generator(const GeneratorSpec& spec);

/// Why it cannot serve the problem; empty if it does.
std::string why_not_bandit(const core::SearchSpace& space, const core::OptimizationConfig& config);

}  // namespace boa::generation
