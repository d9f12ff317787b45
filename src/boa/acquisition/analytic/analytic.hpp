#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/math/special.hpp"

namespace boa::acquisition {

/// A linear combination of independent outcomes, f = sum_j w_j f_j + offset: its mean and variance follow from theirs.
/// The weights carry the direction: acquisition functions always maximize f.
struct ScalarObjective {
  Vector weights;  ///< m; empty: the first outcome alone, weight 1
  double offset = 0.0;
};

/// lower <= f_outcome <= upper must hold; infinite where open.
struct OutcomeBound {
  Index outcome = 0;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

// Functions of the latent posterior mean mu and standard deviation sigma of the objective at one point, u = (mu -
// best_f)/sigma. sigma^2 is floored at 1e-12 (BoTorch). All take q = 1.

/// sigma h(u).
std::unique_ptr<AcquisitionFunction> make_ei(gp::ModelList models, ScalarObjective objective, double best_f);
/// log sigma + log h(u) (Ament et al. 2023): a slope everywhere.
std::unique_ptr<AcquisitionFunction> make_log_ei(gp::ModelList models, ScalarObjective objective, double best_f);
/// Phi(u).
std::unique_ptr<AcquisitionFunction> make_pi(gp::ModelList models, ScalarObjective objective, double best_f);
/// log Phi(u).
std::unique_ptr<AcquisitionFunction> make_log_pi(gp::ModelList models, ScalarObjective objective, double best_f);
/// mu + sqrt(beta) sigma.
std::unique_ptr<AcquisitionFunction> make_ucb(gp::ModelList models, ScalarObjective objective, double beta);
/// mu.
std::unique_ptr<AcquisitionFunction> make_posterior_mean(gp::ModelList models, ScalarObjective objective);
/// sigma.
std::unique_ptr<AcquisitionFunction> make_posterior_std(gp::ModelList models, ScalarObjective objective);
/// log EI + sum log P(bound holds), the bounds' outcomes independent of the objective's (BoTorch's
/// LogConstrainedExpectedImprovement). best_f = -inf: there is no feasible point yet, and the value is log P(feasible)
/// alone.
std::unique_ptr<AcquisitionFunction> make_log_constrained_ei(gp::ModelList models, ScalarObjective objective,
                                                             std::vector<OutcomeBound> bounds, double best_f);
/// exp of make_log_constrained_ei.
std::unique_ptr<AcquisitionFunction> make_constrained_ei(gp::ModelList models, ScalarObjective objective,
                                                         std::vector<OutcomeBound> bounds, double best_f);
/// sum log P(bound holds).
std::unique_ptr<AcquisitionFunction> make_log_probability_of_feasibility(gp::ModelList models,
                                                                         std::vector<OutcomeBound> bounds);

/// EI etc. as plain functions of mu and sigma, with both derivatives.
struct MomentValue {
  double value = 0.0;
  double d_mean = 0.0;
  double d_sigma = 0.0;
};
MomentValue ei_of_moments(double mean, double sigma, double best_f);
MomentValue log_ei_of_moments(double mean, double sigma, double best_f);
MomentValue pi_of_moments(double mean, double sigma, double best_f);
MomentValue log_pi_of_moments(double mean, double sigma, double best_f);

/// EI averaged over several models of the same outcome (log = true: log of that average): posterior samples of
/// hyperparameters (SAAS, full Bayes), or fantasies (noisy EI), each with its own best_f. Not `maximize`: improvement
/// is downwards.
std::unique_ptr<AcquisitionFunction> make_averaged_ei(gp::ModelList ensemble, Vector best_f, bool log,
                                                      bool maximize = true);

/// Noisy EI (Letham et al. 2019): for each row of `base_samples` (S x r) a latent posterior sample at X_observed (r x
/// d); a model with the same mean and kernel is conditioned on it with noise variance `fantasy_noise`, and EI over its
/// best (least if not `maximize`) is averaged
/// (`log`: log of the average). Of one Gaussian process; for anything else use qLogNEI.
std::unique_ptr<AcquisitionFunction> make_noisy_ei(const gp::GaussianProcess& model, const Matrix& X_observed,
                                                   const Matrix& base_samples, double fantasy_noise, bool maximize,
                                                   bool log);

}  // namespace boa::acquisition
