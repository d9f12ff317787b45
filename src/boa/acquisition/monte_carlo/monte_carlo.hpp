#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/util/rng.hpp"

namespace boa::acquisition {

/// a . y <= b for the vector y of m outcomes.
struct OutcomeConstraint {
  Vector a;  ///< m
  double b = 0.0;
};

/// Smoothing of the Monte Carlo utilities; BoTorch's names and defaults.
struct Smoothing {
  bool fat = true;         ///< polynomial tails (fatmax, log_fatplus, log_fatmoid), else exponential ones
  double tau_max = 1e-2;   ///< of the maximum over the q points
  double tau_relu = 1e-6;  ///< of max(., 0)
  double eta = 1e-3;       ///< temperature of the constraints' indicator
};

/// A scalar objective of the m outcomes that is not linear in them. Immutable.
class SampleObjective {
 public:
  virtual ~SampleObjective() = default;
  /// Value at y (m); overwrites its derivative (m, of the right size) if not null.
  virtual double evaluate(const Vector& y, Vector* d_y) const = 0;
};

/// What every Monte Carlo acquisition function is made of. Samples of outcome j at the points: mean_j + L_j z_j, L_j
/// the lower Cholesky factor of the joint latent posterior covariance. Order of the points: `leading`, then X, then
/// `trailing`; column i of z belongs to point i.
struct MonteCarloSpec {
  gp::ModelList models;  ///< m
  ScalarObjective objective;
  std::vector<OutcomeConstraint> constraints;  ///< feasible iff all hold
  Matrix leading;                              ///< r x d: points fixed before X (baseline, pending); may be empty
  Matrix trailing;                             ///< p x d: pending points counted as candidates; may be empty
  /// m matrices of base samples, S x (r + q_max + p); see make_base_samples. For smaller q the first columns are used.
  std::vector<Matrix> base_samples;
  Smoothing smoothing;
  std::shared_ptr<const SampleObjective> nonlinear_objective = nullptr;  ///< replaces `objective` where given
};

/// Scrambled quasi-random normal base samples for m outcomes and `points` points, jointly well spread (pseudo-random
/// beyond what a Sobol sequence has dimensions for). The first columns do not depend on `points`.
std::vector<Matrix> make_base_samples(Index num_samples, Index points, Index outcomes, const util::Rng& rng);

/// Samples at the X of one call.
using Samples = std::vector<Matrix>;  ///< m of S x k

/// The utility of samples: the only part that differs between Monte Carlo acquisition functions. Immutable.
class SampleUtility {
 public:
  virtual ~SampleUtility() = default;
  /// `samples`: m matrices, S x k, the k candidates (X, then trailing). Returns the value and, if not null, overwrites
  /// `d_samples` (same shapes) with its derivative.
  virtual double evaluate(const Samples& samples, Samples* d_samples) const = 0;
  /// So many samples, the first ones, are enough for a rough value, without derivative: for utilities that are dear.
  virtual Index rough_samples() const { return std::numeric_limits<Index>::max(); }
};

/// The value of a utility of joint posterior samples: one adjoint (Murray 2016) carries every utility's derivative to
/// X. `make_utility` receives the samples at the leading points (m of S x r; r may be 0).
using UtilityFactory = std::function<std::unique_ptr<SampleUtility>(const Samples& leading)>;
std::unique_ptr<AcquisitionFunction> make_monte_carlo(MonteCarloSpec spec, UtilityFactory make_utility);

// y = objective of the samples. MAX is fatmax (fat) or smooth_amax; improvements and constraint indicators as in
// Smoothing.

/// mean_s max_i (y - best_f)+ , times the indicator of the constraints.
std::unique_ptr<AcquisitionFunction> make_qei(MonteCarloSpec spec, double best_f);
/// log mean_s exp MAX_i [log(y - best_f)+ + log indicator].
std::unique_ptr<AcquisitionFunction> make_qlogei(MonteCarloSpec spec, double best_f);
/// mean_s max_i sigmoid((y - best_f)/tau).
std::unique_ptr<AcquisitionFunction> make_qpi(MonteCarloSpec spec, double best_f, double tau = 1e-3);
/// mean_s max_i y.
std::unique_ptr<AcquisitionFunction> make_qsr(MonteCarloSpec spec);
/// mean_s max_i [ybar_i + sqrt(beta pi/2) |y - ybar_i|]; `lower`: minus (qLCB).
std::unique_ptr<AcquisitionFunction> make_qucb(MonteCarloSpec spec, double beta, bool lower = false);
/// qei with best_f the best of the first `baseline` leading points in each sample, those that are feasible in it if
/// there are constraints (none is: the worst sample value stands in).
std::unique_ptr<AcquisitionFunction> make_qnei(MonteCarloSpec spec);
/// The same in logs: the default for noisy outcomes, batches and pending points. `leading` holds baseline and pending
/// points.
std::unique_ptr<AcquisitionFunction> make_qlognei(MonteCarloSpec spec);
/// log mean_s exp MAX_i [log indicator of the constraints].
std::unique_ptr<AcquisitionFunction> make_qlog_probability_of_feasibility(MonteCarloSpec spec);

}  // namespace boa::acquisition
