#pragma once

#include <optional>
#include <vector>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/generation/outcome_fit.hpp"
#include "boa/generation/remembered_fit.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

/// Models of everything that the objective and the constraints need.
struct Surrogate {
  std::vector<FittedOutcome> outcomes;            ///< as in ModelData
  SurrogateOptions options;                       ///< that they were fitted with
  std::vector<acquisition::OutcomeBound> bounds;  ///< intervals on the transformed scale
  Vector thresholds;  ///< of several objectives, the first outcomes: transformed, NaN unknown; empty for one objective

  gp::ModelList models() const;
  bool noisy() const;  ///< is any outcome?
  /// Is every bound met by these transformed outcomes (m)?
  bool is_feasible(const Vector& outcomes) const;
  /// By how much transformed outcomes (n x m) miss the bounds, in sum: n, 0 where all are met.
  Vector excess(const Matrix& outcomes) const;
};

/// The same with exact outcomes known less closely (gp::kMinFixedNoise), for points that are chosen while others are
/// pending: a model that knows more tells points apart that lie so near each other that all but one are wasted.
Surrogate less_exact(const Surrogate& surrogate);

/// Row numbers: those without excess by objective, best (greatest) first, then the others by how little they miss.
std::vector<Index> best_first(const Vector& objective, const Vector& excess);

/// Fits a Gaussian process to each outcome. Where nothing is said about noise, an exact model is preferred as long as
/// the data allow it. Deterministic in rng. Never throws because data are odd.
///
/// `last`: fits of earlier data, from which these start; fits of the same data are taken as they are, which costs one
/// factorisation each, if they were made with the same options.
Surrogate fit_surrogate(const ModelData& data, const UnitSpace& space, const util::Rng& rng,
                        const std::optional<RememberedFits>& last = std::nullopt, const SurrogateOptions& options = {});

/// Its fits, to be stored with a suggestion.
RememberedFits remember(const ModelData& data, const Surrogate& surrogate);

/// Observed points with all outcomes, and which of them is best: on the transformed scale, means of the model where an
/// outcome is noisy. With tasks for what was observed at the target alone, see rank_for_target.
struct Incumbents {
  Matrix X;  ///< n x d, best first: feasible ones by objective (see pareto_order for several), then the others by
             ///< how little they fail
  Vector objective;  ///< n, in the same order: the first objective
  Matrix outcomes;   ///< n x m, in the same order
  Index num_feasible = 0;
};
Incumbents rank_observed(const ModelData& data, const Surrogate& surrogate);

}  // namespace boa::generation
