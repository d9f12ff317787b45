#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/mean_basis.hpp"
#include "boa/gp/multi_task.hpp"
#include "boa/gp/prior.hpp"
#include "boa/util/rng.hpp"

namespace boa::gp {

/// Which prior a hyperparameter gets, by its name; one that has none is flat inside its bounds.
struct PriorSet {
  std::shared_ptr<const Prior> lengthscale;
  std::shared_ptr<const Prior> outputscale;
  std::shared_ptr<const Prior> noise;
  std::shared_ptr<const Prior> covar_factor = nullptr;   ///< of tasks: the entries of B
  std::shared_ptr<const Prior> var = nullptr;            ///< of tasks: the entries of v
  std::shared_ptr<const Prior> concentration = nullptr;  ///< of a warping: both
  std::shared_ptr<const Prior> fidelity_lengthscale = nullptr;
  std::shared_ptr<const Prior> periodic_lengthscale = nullptr;  ///< of a periodic kernel, which is no distance

  /// Of the hyperparameters that a kernel calls so, or of `noise`; null: flat.
  const Prior* find(const std::string& name) const;
};

/// Dimension-scaled priors (Hvarfner et al. 2024; BoTorch's default): lengthscale LogNormal(sqrt 2 + log(d)/2, sqrt 3),
/// noise LogNormal(-4, 1), no prior on outputscale.
PriorSet default_priors(Index d);

/// Of the lengthscales of fidelities in a unit cube: LogNormal(log 2, 0.7). A priori the ends of a fidelity's range
/// have a correlation of about 0.9: it is there because cheap evaluations tell of dear ones.
std::shared_ptr<const Prior> fidelity_prior();

/// What a fit decides, apart from the mean, which follows from it in closed form. Rounded to six digits, so that a few
/// characters remember it exactly: from the same numbers and data comes the same model to the last bit.
struct Hyperparameters {
  double noise_variance = 1e-4;  ///< in the space after OutcomeScale
  Vector kernel;                 ///< Kernel::values()
};

/// How to fit. The defaults are right for X in the unit cube and outcomes of any scale.
struct FitOptions {
  std::string kernel = "rbf";  ///< a name of make_ard; the base of the mixed kernel if there are categories
  bool leave_one_out =
      false;            ///< fit by the leave-one-out pseudo-likelihood, the mean by it too; else the marginal one
  bool scaled = false;  ///< with an outputscale, unless the kernel is linear: its variances are scales
  std::vector<Index> categorical_columns;  ///< columns that hold category codes
  std::vector<Index> fidelity_columns;     ///< numbers that say how faithful an evaluation is, see fidelity_prior()
  std::optional<TaskColumn> tasks;         ///< a multi-task model (intrinsic coregionalisation, see gp/multi_task.hpp)
  bool linear_mean = false;  ///< in the columns that hold numbers (see MeanBasis); without tasks. Else a constant
  /// Columns that hold numbers pass through Kumaraswamy's distribution function first, whose two concentrations are
  /// fitted too (Snoek et al. 2014; BoTorch's Warp): LogNormal(0, sqrt 0.75) a priori, as in Ax.
  bool warp_inputs = false;
  bool standardize = true;  ///< outcome transform; off: y is modelled as it is
  double lengthscale_min = 0.025;
  double noise_min = 1e-4;  ///< where it is inferred
  double fixed_noise_min =
      kMinFixedNoise;         ///< where it is known; smaller: optima of exact outcomes are found to more digits
  int starts = 2;             ///< local searches besides the warm start: of the priors' mode and of draws
  int raw_starts = 8;         ///< draws from the priors; with starts = 1 they compete with the mode
  int max_evaluations = 200;  ///< of the likelihood, each local search; 0 with a warm start: it is taken as it is
  double relative_tolerance = 1e-6;  ///< of the objective
  double absolute_tolerance = 0.0;   ///< of the objective
  /// The map_objective from which on a fit is of use: a search that will hardly reach it is given up. Made for a warm
  /// start from near a good fit.
  double worthwhile = -std::numeric_limits<double>::infinity();
  std::optional<Hyperparameters> warm_start;  ///< the first start, if the kernel has as many hyperparameters
  int threads = 1;                            ///< for the local searches; the result does not depend on it
  PriorSet priors;  ///< those of a kernel and noise all null: default_priors; of tasks: their own
};

/// How the fit went; never an exception.
struct FitSummary {
  double map_objective = 0.0;  ///< log (pseudo-)likelihood + log prior, total
  int evaluations = 0;
  int starts = 0;
  bool converged = false;
  std::string message;  ///< empty, or why the default hyperparameters were taken
};

struct FitResult {
  std::shared_ptr<const GaussianProcess> model;
  Hyperparameters hyperparameters;  ///< of the model: what a later fit may start from
  FitSummary summary;
};

/// MAP fit of mean, noise and kernel hyperparameters by L-BFGS with analytic gradients from several starts. Never
/// throws because data are odd: constant outcomes, one point, duplicates, any scale. Rows with non-finite X or y are
/// left out; with no row left the prior remains (one pseudo observation is not made up). Deterministic in `rng`.
FitResult fit_gp(const TrainingData& data, const FitOptions& options, const util::Rng& rng);

/// The same for a kernel given as an object, of the tasks too if there are any (its values are the first start).
FitResult fit_gp(const TrainingData& data, const Kernel& kernel, const FitOptions& options, const util::Rng& rng);

/// log N(y; c, K + noise), total, and its gradients in natural scale.
struct Likelihood {
  double value = 0.0;
  Vector d_kernel;  ///< in Kernel::values() order
  double d_noise = 0.0;
  double d_mean = 0.0;
};
/// `fixed_noise`: n variances, NaN where noise_variance applies; empty: it applies everywhere. Cost n^3. NumericalError
/// if K + noise cannot be factorised.
Likelihood log_marginal_likelihood(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                                   double mean_constant, const Vector& fixed_noise = {});
/// Leave-one-out pseudo-likelihood sum_i log N(y_i; mu_-i, sigma^2_-i), total, with gradients.
Likelihood loo_pseudo_likelihood(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                                 double mean_constant, const Vector& fixed_noise = {});
/// The mean_constant that maximizes it, the rest as given.
double loo_mean(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                const Vector& fixed_noise = {});
/// The same of the mean basis.values() c: c.
Vector loo_means(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance, const MeanBasis& basis,
                 const Vector& fixed_noise = {});
/// Sum of log prior densities at the hyperparameters, with gradients (natural scale, no Jacobian).
Likelihood log_prior(const Kernel& kernel, double noise_variance, const PriorSet& priors);

}  // namespace boa::gp
