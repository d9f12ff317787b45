#pragma once

#include <vector>

#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "reference.hpp"

namespace boa::reference {

/// Models, base samples, pending points, constraints and smoothing of a case.
acquisition::MonteCarloSpec spec_of(const Node& in);
/// The same with X_baseline in front: [X_baseline; X; X_pending], or [X_baseline; X_pending; X] where pending points
/// count as baseline.
acquisition::MonteCarloSpec noisy_spec_of(const Node& in);
/// Values and gradients at the sets of `X`, b x q x d.
Node monte_carlo(const Node& in, const acquisition::AcquisitionFunction& function);

}  // namespace boa::reference
