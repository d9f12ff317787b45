#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/prior.hpp"

namespace boa::gp {

/// Parameters of the sparse axis-aligned subspace model (Eriksson & Jankowiak 2021), natural scale. Lengthscales are
/// (tausq inv_length_sq_j)^(-1/2).
struct SaasParameters {
  double mean = 0.0;
  double noise = 1e-3;  ///< not used where noise is known
  double outputscale = 1.0;
  double tausq = 0.1;
  Vector inv_length_sq;  ///< d
};

/// Priors tausq ~ HalfCauchy(kSaasTauScale), and inv_length_sq_j ~ HalfCauchy(1).
inline constexpr double kSaasTauScale = 0.1;
const Prior& saas_tausq_prior();
const Prior& saas_inv_length_prior();

/// log p(y, parameters) and its gradient.
struct SaasDensity {
  double log_joint = 0.0;  ///< density of the natural parameters
  double log_joint_unconstrained =
      0.0;  ///< with the Jacobian of the logs of the positive ones: what a sampler moves on
  /// Gradient of log_joint_unconstrained in (mean, log noise, log outputscale, log tausq, log inv_length_sq...): d + 4
  /// entries; the noise's is 0 where noise is known.
  Vector gradient;
};

/// Priors mean ~ N(0, 1), noise ~ Gamma(0.9, 10), outputscale ~ Gamma(2, 0.15), tausq ~ HalfCauchy(0.1),
/// inv_length_sq_j ~ HalfCauchy(1); y ~ N(mean, outputscale Matern-5/2 + (1e-4 + noise) I), or + diag(y_var) where
/// given (n; empty: noise is inferred). Cost n^3. NumericalError if the covariance cannot be factorised.
SaasDensity saas_log_density(const Matrix& X, const Vector& y, const Vector& y_var, const SaasParameters& parameters);

/// Hyperparameters of one posterior sample as a model predicts with them.
struct SaasSample {
  double mean = 0.0;
  double noise = 1e-3;
  double outputscale = 1.0;
  Vector lengthscale;  ///< d
};

/// log p(y, parameters) of the quick form, where tau is given, and its gradient in (mean, log noise, log outputscale,
/// log lengthscale...): d + 3 entries; the noise's is 0 where noise is known.
struct MapSaasDensity {
  double value = 0.0;
  Vector gradient;
};

/// Priors mean ~ N(0, 1), noise ~ Gamma(0.9, 10), tau / lengthscale_j^2 ~ HalfCauchy(1), of natural parameters; y ~
/// N(mean, outputscale Matern-5/2 + noise I), or + diag(y_var) instead of the noise where given. That the tau shrinks
/// the prior and not the lengthscales themselves is BoTorch's add_saas_prior. NumericalError as above.
MapSaasDensity map_saas_log_density(const Matrix& X, const Vector& y, const Vector& y_var, const SaasSample& parameters,
                                    double tau);

/// The quick form of sampling (see sample_gp): for each of `count` values of tau, at the middles of equal shares of
/// HalfCauchy(kSaasTauScale), the maximum of map_saas_log_density over the other parameters within BoTorch's bounds
/// (EnsembleMapSaasSingleTaskGP, which draws the taus), the better of two starts; y standardised.
std::vector<SaasSample> fit_map_saas(const Matrix& X, const Vector& y, const Vector& y_var, int count);

/// A Gaussian process for each sample; noise (and known variances) floored at 1e-4, as BoTorch predicts.
std::vector<std::shared_ptr<const GaussianProcess>> saas_models(const Matrix& X, const Vector& y, const Vector& y_var,
                                                                const std::vector<SaasSample>& samples);

/// Moments of the equal mixture of the models' posteriors at X (q x d).
struct MixturePosterior {
  Matrix sample_means;      ///< k x q
  Matrix sample_variances;  ///< k x q
  Vector mean;              ///< q
  Matrix covariance;        ///< q x q: mean covariance + population covariance of the means
};
MixturePosterior mixture_posterior(const std::vector<std::shared_ptr<const GaussianProcess>>& models, const Matrix& X);

}  // namespace boa::gp
