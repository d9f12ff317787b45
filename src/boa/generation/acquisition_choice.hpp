#pragma once

#include <memory>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/generation/surrogate.hpp"

namespace boa::generation {

/// What to maximize for the next point.
struct ChosenAcquisition {
  std::unique_ptr<acquisition::AcquisitionFunction> function;
  std::string name;     ///< `LogEI`, `qLogNEI`, ...
  bool in_logs = true;  ///< the logarithm of what is gained, so that logs of probabilities may be added
};

/// LogEI (with the probability that the constraints hold) for one point when nothing is pending and outcomes are exact;
/// q-LogNEI else, with up to `batch` points to come; the probability of feasibility alone while no point is feasible.
/// Several objectives: choose_multi_objective.
ChosenAcquisition choose_acquisition(const Surrogate& surrogate, const Incumbents& incumbents, const Matrix& pending,
                                     Index batch, const util::Rng& rng);

/// What a Monte Carlo function of these outcomes under these bounds needs, its objective the first outcome: `leading`
/// (r x d) points that are fixed, base samples for them and `batch` more.
acquisition::MonteCarloSpec monte_carlo_spec(const Surrogate& surrogate, const Matrix& leading, Index batch,
                                             Index samples, const util::Rng& rng);

}  // namespace boa::generation
