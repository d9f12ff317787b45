#pragma once

#include <optional>
#include <vector>

#include "boa/generation/acquisition_choice.hpp"
#include "boa/gp/saas.hpp"

namespace boa::generation {

/// How models with the SAAS prior (Eriksson & Jankowiak 2021), of which few columns matter, come to hyperparameters.
enum class SaasKind {
  kNone,
  kSampled,  ///< by a No-U-Turn sampler
  kFitted,   ///< at the maxima of the density, see gp::fit_map_saas
};

/// Beyond so many observations the hyperparameters take minutes a point, or most of one.
Index most_for_saas(SaasKind kind);

/// Surrogates as `fitted`, in which the models of the objectives have the SAAS prior: one a sample or maximum. Models
/// of what only constraints need, and the outcomes' transforms, stay. For columns with an order. Deterministic in rng,
/// whatever `threads`. Cost a sampled objective: some ten thousand likelihoods.
std::vector<Surrogate> saas_surrogates(const ModelData& data, const Surrogate& fitted, SaasKind kind,
                                       const util::Rng& rng, int threads);

/// The average of what was chosen for each of the surrogates: all of one class. At least one.
ChosenAcquisition average(std::vector<ChosenAcquisition> each);

}  // namespace boa::generation
