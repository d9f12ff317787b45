#pragma once

#include <memory>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/generation/surrogate.hpp"

namespace boa::generation {

/// What the values of an acquisition function are, and so how a probability or a cost enters.
enum class AcquisitionScale {
  kLog,   ///< the logarithm of what is gained: logs of weights are added
  kGain,  ///< what is gained, never negative: multiplied by weights
  kAny,   ///< of the objective's size, of either sign: see make_log_gain
};

/// What to maximize for the next point.
struct ChosenAcquisition {
  std::unique_ptr<acquisition::AcquisitionFunction> function;
  std::string name;  ///< `LogEI`, `qLogNEI`, ...
  AcquisitionScale scale = AcquisitionScale::kLog;
  bool knows_fidelity = false;  ///< it reckons with what an evaluation at another fidelity tells of the target
  bool narrow = false;  ///< great along ridges and in corners only, as where constraints meet: to be searched closely
};

/// LogEI (with the probability that the constraints hold) for one point when nothing is pending and outcomes are exact;
/// q-LogNEI else, with up to `batch` points to come; the probability of feasibility alone while no point is feasible.
/// Several objectives: choose_multi_objective.
ChosenAcquisition choose_acquisition(const Surrogate& surrogate, const Incumbents& incumbents, const Matrix& pending,
                                     Index batch, const util::Rng& rng);

/// Observed points that compete for being the best in samples of noisy functions; the others hardly ever win.
inline constexpr Index kMostBaseline = 24;
/// The best observed points, at most so many, and all pending ones.
Matrix observed_and_pending(const Incumbents& incumbents, const Matrix& pending, Index most);

/// Differences of the objective, on the model's scale, that hardly matter: the tau of make_log_gain.
double gain_scale(const Surrogate& surrogate);

/// The model's mean of the objective, for points that refine the best one. For one objective without outcome
/// constraints. Not in logs.
ChosenAcquisition choose_exploitation(const Surrogate& surrogate);

/// What a Monte Carlo function of these outcomes under these bounds needs, its objective the first outcome: `leading`
/// (r x d) points that are fixed, base samples for them and `batch` more.
acquisition::MonteCarloSpec monte_carlo_spec(const Surrogate& surrogate, const Matrix& leading, Index batch,
                                             Index samples, const util::Rng& rng);

}  // namespace boa::generation
