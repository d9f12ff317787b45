#pragma once

#include <optional>

#include "boa/core/experiment.hpp"
#include "boa/util/rng.hpp"

namespace boa::analysis {

/// What the search may still bring, by the model.
struct ImprovementLeft {
  double best = 0;  ///< of the objective so far, in its own units: observed, or the model's mean where it is noisy
  /// The largest probability, over the search space at the target fidelity, that a point is better (and feasible) by at
  /// least a thousandth of the range of objectives seen: of some tiny gain it hardly ever falls below one half.
  double probability = 0;
  double expected = 0;  ///< the largest expected improvement, in the objective's units
};

/// Of a single or weighted objective: maxima of the probability of improvement and of expected improvement over the
/// best feasible point so far, each times the probability that the outcome constraints hold. Nothing without a feasible
/// point. UserInputError as MetricModels; UnsupportedError for several objectives and for constraints on a sum of
/// metrics. Deterministic in rng. Cost of MetricModels and of two maximisations.
std::optional<ImprovementLeft> improvement_left(const core::Experiment& experiment, const util::Rng& rng);

}  // namespace boa::analysis
