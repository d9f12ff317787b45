#pragma once

#include <memory>
#include <vector>

#include "boa/gp/map_problem.hpp"
#include "boa/gp/nuts.hpp"

namespace boa::gp {

/// log p(y, hyperparameters) of any kernel on all of R^k, which is what a sampler moves on: each hyperparameter that a
/// fit may change, in logs where it is positive, is lower + (upper - lower) logistic(u) with the Jacobian. One without
/// a prior is flat there. The mean is at its optimum given the rest, as in a fit.
///
/// With `saas` the priors of the problem's lengthscales are left out (it must have none), and 1 / (tausq l_j^2) ~
/// HalfCauchy(1), tausq ~ HalfCauchy(0.1) in their place (Eriksson & Jankowiak 2021); log tausq is the last coordinate.
///
/// Refers to the problem.
class HyperparameterPosterior {
 public:
  HyperparameterPosterior(MapProblem& problem, bool saas);

  Index dim() const { return static_cast<Index>(free_.size()) + (saas_ ? 1 : 0); }
  /// u there; from the inside of the bounds.
  Vector encode(const Vector& theta) const;
  /// theta of u; what a fit may not change is at its bound.
  Vector decode(const Vector& u) const;
  /// Unnormalised log density at u (dim) and its gradient (set); minus infinity where nothing can be factorised.
  double operator()(const Vector& u, Vector& gradient);

 private:
  double add_saas(const Vector& theta, double log_tausq, Vector& by_theta, double& by_log_tausq) const;

  MapProblem& problem_;
  bool saas_;
  std::vector<Index> free_;          // coordinates of theta that may change
  std::vector<bool> has_jacobian_;   // of theta: in logs of what has a prior in natural scale
  std::vector<Index> lengthscales_;  // coordinates of theta
  Vector by_theta_;
};

/// How the posterior of hyperparameters is sampled.
struct SampleOptions {
  bool saas = false;  ///< see HyperparameterPosterior; in place of the prior of lengthscales
  NutsOptions nuts;
};

/// Gaussian processes at hyperparameters that are drawn from their posterior by the No-U-Turn sampler, which starts at
/// `options.warm_start`, else at what is typical of the priors: the marginal likelihood, whatever `options` say.
/// Deterministic in rng. Cost: at most 2^max_tree_depth likelihoods a step. At least one row must be finite.
std::vector<std::shared_ptr<const GaussianProcess>> sample_gp(const TrainingData& data, const FitOptions& options,
                                                              const SampleOptions& sampling, const util::Rng& rng);

}  // namespace boa::gp
