#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "boa/gp/fit.hpp"

namespace boa::gp {

/// What a fit maximizes: the MAP objective over theta = (log noise, kernel hyperparameters in logs where positive). The
/// optimum of the mean given the rest is in closed form (generalized least squares): it is profiled out.
///
/// Refers to everything that it is made from but the kernel, and holds what an evaluation needs: one for each thread.
class MapProblem {
 public:
  /// `X`, `y`, `fixed_noise` (NaN where it is inferred; empty: everywhere): after OutcomeScale.
  MapProblem(const Matrix& X, const Vector& y, const Vector& fixed_noise, const Kernel& kernel,
             const FitOptions& options, const PriorSet& priors);

  /// What theta holds after the noise.
  const std::vector<Hyperparameter>& hyperparameters() const { return parameters_; }
  /// Of a hyperparameter of this name, or of the noise; flat otherwise.
  bool has_prior(const std::string& name) const { return priors_.find(name) != nullptr; }
  const Vector& lower() const { return lower_; }
  const Vector& upper() const { return upper_; }
  int evaluations() const { return evaluations_; }
  void add_evaluations(int more) { evaluations_ += more; }

  /// The same problem with storage of its own.
  std::unique_ptr<MapProblem> fresh() const {
    return std::make_unique<MapProblem>(X_, y_, fixed_noise_, *kernel_, options_, priors_);
  }

  /// theta, inside its bounds, and back to the kernel's values.
  Vector encode(double noise, const Vector& kernel_values) const;
  Vector decode(const Vector& theta) const;
  /// A start at the typical values of the priors (`rng` null), or a draw from them.
  Vector start(util::Rng* rng) const;

  /// Negative MAP objective and its gradient in theta. Infinite if K + noise cannot be factorised.
  double operator()(const Vector& theta, Vector* gradient);

  /// Rounded: what is remembered is what is used.
  Hyperparameters hyperparameters_at(const Vector& theta) const;
  /// MAP objective there; leaves mean and factor behind. Minus infinity if K + noise cannot be factorised.
  double evaluate(const Hyperparameters& at);
  /// Sets the mean as it is where it was evaluated last; nothing of it is known if that failed.
  void write_mean(GpParameters& parameters, bool is_known) const;
  /// Cholesky factor of K + noise where it was evaluated last, without gradient; what stands above the diagonal is
  /// unspecified.
  Matrix&& take_factor() { return std::move(A_); }

 private:
  /// Of the negative objective in theta, from that of the objective in natural scale.
  void write_gradient(double d_noise, const Vector& d_kernel, double noise, const Vector& values,
                      Vector& gradient) const;
  /// Negative MAP objective by leaving one out; the mean is at its optimum, so that it adds nothing to the gradient.
  double pseudo_objective(double noise, const Vector& values, Vector* gradient);
  /// With the prior of the mean.
  double log_likelihood() const;
  bool factorise(double noise, bool with_cache);
  PriorSet without_noise() const;

  const Matrix& X_;
  const Vector& y_;
  const Vector& fixed_noise_;
  std::unique_ptr<Kernel> kernel_;
  const FitOptions& options_;
  const PriorSet& priors_;
  std::vector<Hyperparameter> parameters_;
  bool infer_noise_ = true;
  bool leave_one_out_ = false;
  double noise_min_;
  Vector lower_, upper_;
  int evaluations_ = 0;
  Matrix A_;
  GramCache cache_;
  MeanBasis mean_;
  Matrix basis_;  // of the mean, solved by the factor of A
  Vector alpha_, residual_, d_kernel_;
  Vector coefficients_;  // of the mean
};

}  // namespace boa::gp
