#pragma once

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/optim/domain.hpp"
#include "boa/util/rng.hpp"

namespace boa::acquisition {

/// How to search.
struct OptimizeAcqfOptions {
  Index q = 1;                       ///< points chosen together (joint optimization)
  int raw_samples = 0;               ///< quasi-random candidates evaluated in one batch; 0: 512
  int starts = 0;                    ///< local ascents; 0: 4
  int max_evaluations = 200;         ///< of value and gradient, each ascent
  double relative_tolerance = 1e-6;  ///< stop an ascent whose gain is below this share of |value|
  Matrix incumbents;         ///< k x d, may be empty: good points; perturbed copies of the first 8 join the candidates
  bool fine_copies = false;  ///< the copies in steps down to kFineCopyWidths
  Matrix avoid;              ///< k x d, may be empty: points never to propose (evaluated without noise, pending)
  double avoid_distance = 1e-6;  ///< in shares of the box's width, largest coordinate difference
  int threads = 1;               ///< for candidates and ascents; the result does not depend on it
};

/// The best set of points found.
struct AcqfOptimum {
  Matrix X;  ///< q x d; inside the domain. No rows: every allowed point is to be avoided, or the domain is empty
  double value = 0.0;  ///< acquisition value there
};

/// Maximizes an acquisition function over a domain: Sobol candidates (hit-and-run where constraints leave few) and
/// perturbed incumbents evaluated in batches, starts drawn by Boltzmann weight, then L-BFGS in the box or SLSQP with
/// constraints; discrete columns by local search over neighbours alternating with continuous steps.
/// Deterministic in `rng`, whatever the number of threads.
AcqfOptimum optimize_acqf(const AcquisitionFunction& acquisition, const optim::Domain& domain,
                          const OptimizeAcqfOptions& options, const util::Rng& rng);

/// A batch one point after the other, each with those before it pending (with_pending). `options.q` points; fewer rows
/// if the domain is exhausted. `value` is that of the last point.
AcqfOptimum optimize_acqf_sequential(const AcquisitionFunction& acquisition, const optim::Domain& domain,
                                     const OptimizeAcqfOptions& options, const util::Rng& rng);

}  // namespace boa::acquisition
