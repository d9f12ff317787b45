#pragma once

#include <vector>

#include "boa/generation/acquisition_choice.hpp"
#include "boa/gp/saas.hpp"

namespace boa::generation {

/// Beyond so many observations sampling hyperparameters takes minutes a point.
inline constexpr Index kMostForSaas = 200;

/// The objective by a SAAS model whose hyperparameters are sampled (Eriksson & Jankowiak 2021): each sample is a
/// Gaussian process. For one objective and columns with an order. Cost: some ten thousand likelihoods.
class SaasEnsemble {
 public:
  /// Outcomes are seen on the scale of `transform`. Deterministic in rng.
  SaasEnsemble(const Outcome& objective, const OutcomeTransform& transform, const util::Rng& rng);

  /// A model a sample, each having observed its own mean at the pending points (p x d), so that nothing is expected
  /// there.
  gp::ModelList models(const Matrix& pending) const;

 private:
  Matrix X_;
  Vector y_;
  Vector y_var_;  // empty: inferred
  std::vector<gp::SaasSample> samples_;
};

/// log EI averaged over the samples, with the probability by `surrogate` that the outcome constraints hold. At least
/// one observed point is feasible.
ChosenAcquisition choose_saas(const SaasEnsemble& ensemble, const Surrogate& surrogate, const Incumbents& incumbents,
                              const Matrix& pending);

}  // namespace boa::generation
