#pragma once

#include <vector>

#include "boa/generation/acquisition_choice.hpp"
#include "boa/gp/nuts.hpp"

namespace boa::generation {

/// What the models of the objectives are averaged over, if not one fit each.
enum class Averaging {
  kNone,
  kSampled,      ///< hyperparameters sampled from their posterior by a No-U-Turn sampler
  kSaasSampled,  ///< the same with the SAAS prior (Eriksson & Jankowiak 2021): few columns matter
  kSaasFitted,   ///< the SAAS prior at some maxima of its density, see gp::fit_map_saas: for columns with an order
};
struct AveragingOptions {
  Averaging kind = Averaging::kNone;
  gp::NutsOptions nuts;
};

/// Beyond so many observations the hyperparameters take minutes a point, or most of one.
Index most_for_averaging(Averaging kind);
/// Is an outcome's model of more?
bool is_beyond_averaging(const Surrogate& surrogate, Averaging kind);
/// Has every objective observations, and not too many?
bool can_average(const ModelData& data, Averaging kind);

/// Surrogates as `fitted`, of which the models of the objectives are those of one sample or maximum each. Models of
/// what only constraints need, and the outcomes' transforms, stay. Deterministic in rng, whatever `threads`. Cost a
/// sampled objective: some ten thousand likelihoods. At least one model; `options.kind` isn't kNone.
std::vector<Surrogate> averaged_surrogates(const ModelData& data, const Surrogate& fitted, const UnitSpace& space,
                                           const AveragingOptions& options, const util::Rng& rng, int threads);

/// The average of what was chosen for each of the surrogates: all of one class. At least one.
ChosenAcquisition average(std::vector<ChosenAcquisition> each, Averaging kind);

}  // namespace boa::generation
