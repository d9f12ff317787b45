#pragma once

#include <functional>

#include "boa/math/types.hpp"
#include "boa/util/rng.hpp"

namespace boa::gp {

using math::Index;
using math::Matrix;
using math::Vector;

/// How to sample. The defaults are BoTorch's for fully Bayesian models.
struct NutsOptions {
  int warmup_steps = 256;
  int num_samples = 128;
  int thinning = 16;       ///< of so many samples one is kept
  int max_tree_depth = 6;  ///< at most 2^6 - 1 gradients a sample
  double target_accept = 0.8;
};

/// Log density at x and its gradient (of x's size). What is not finite counts as density 0.
using LogDensity = std::function<double(const Vector& x, Vector& gradient)>;

/// Samples of an unnormalised density on R^d by the No-U-Turn sampler (Hoffman & Gelman 2014) with multinomial choice
/// within trajectories and the generalised criterion (Betancourt 2017); step size by dual averaging, a diagonal mass
/// matrix from the warm-up. Rows: num_samples / thinning, at least one. `start`: a point of finite density (else all
/// samples may be that point). Deterministic in rng.
Matrix sample_nuts(const LogDensity& density, const Vector& start, const NutsOptions& options, const util::Rng& rng);

}  // namespace boa::gp
