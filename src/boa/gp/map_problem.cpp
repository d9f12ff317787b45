#include "boa/gp/map_problem.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/gp/fit_input.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"
#include "boa/util/number_text.hpp"

namespace boa::gp {

namespace {

constexpr double kMaxNoise = 1e2;  // in units of the outcome's variance

/// To six digits, by way of text: the decimal number that is remembered is the one that is used.
double rounded(double x) { return util::strtod_c(fmt::format("{:.6g}", x).c_str()); }

MeanBasis mean_basis(const Matrix& X, const FitOptions& options) {
  BOA_CHECK(!options.tasks || !options.linear_mean, "tasks have means of their own");
  if (options.tasks) return MeanBasis::of_tasks(X, *options.tasks);
  if (options.linear_mean) return MeanBasis::linear(X, number_columns(X.cols(), options));
  return MeanBasis::constant(X.rows());
}

}  // namespace

MapProblem::MapProblem(const Matrix& X, const Vector& y, const Vector& fixed_noise, const Kernel& kernel,
                       const FitOptions& options, const PriorSet& priors)
    : X_(X),
      y_(y),
      fixed_noise_(fixed_noise),
      kernel_(kernel.clone()),
      options_(options),
      priors_(priors),
      mean_(mean_basis(X, options)) {
  infer_noise_ = fixed_noise.size() == 0 || fixed_noise.array().isNaN().any();
  for (const Hyperparameter& h : kernel.hyperparameters()) {
    parameters_.push_back(h);
    if (h.name.ends_with("lengthscale")) parameters_.back().lower = std::max(h.lower, options.lengthscale_min);
    if (options.tasks && h.name == "covar_factor")
      parameters_.back() = {h.name, h.value, kMinTaskFactor, kMaxTaskFactor, true};
  }
  leave_one_out_ = options.leave_one_out;
  noise_min_ = options.noise_min;
  const Index size = static_cast<Index>(parameters_.size()) + 1;
  lower_.resize(size);
  upper_.resize(size);
  lower_[0] = std::log(noise_min_);
  upper_[0] = std::log(kMaxNoise);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Hyperparameter& h = parameters_[i];
    const Index k = static_cast<Index>(i) + 1;
    lower_[k] = h.positive ? std::log(h.lower) : h.lower;
    upper_[k] = h.positive ? std::log(h.upper) : h.upper;
  }
  // Noise that is known everywhere leaves its coordinate at rest.
  if (!infer_noise_) upper_[0] = lower_[0];
}

Vector MapProblem::encode(double noise, const Vector& kernel_values) const {
  Vector theta = Vector::Constant(lower_.size(), std::log(noise));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Index k = static_cast<Index>(i);
    theta[k + 1] = parameters_[i].positive ? std::log(kernel_values[k]) : kernel_values[k];
  }
  return theta.cwiseMax(lower_).cwiseMin(upper_);
}

Vector MapProblem::decode(const Vector& theta) const {
  Vector values(static_cast<Index>(parameters_.size()));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Index k = static_cast<Index>(i);
    values[k] = parameters_[i].positive ? std::exp(theta[k + 1]) : theta[k + 1];
  }
  return values;
}

Vector MapProblem::start(util::Rng* rng) const {
  const auto pick = [rng](const Prior* prior, double fallback) {
    if (!prior) return rng ? fallback * std::exp(rng->normal()) : fallback;
    return rng ? prior->sample(*rng) : prior->mode_in_log();
  };
  Vector values(static_cast<Index>(parameters_.size()));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Hyperparameter& h = parameters_[i];
    // Of tasks the kernel has the typical values.
    const bool is_of_tasks = h.name == "covar_factor" || h.name == "var";
    const Prior* prior = is_of_tasks && !rng ? nullptr : priors_.find(h.name);
    values[static_cast<Index>(i)] = h.positive ? pick(prior, h.value) : (rng ? h.value + rng->normal() : h.value);
  }
  return encode(std::max(pick(priors_.noise.get(), 1e-2), noise_min_), values);
}

double MapProblem::operator()(const Vector& theta, Vector* gradient) {
  ++evaluations_;
  const double noise = std::exp(theta[0]);
  const Vector values = decode(theta);
  kernel_->set_values(values);
  if (leave_one_out_) return pseudo_objective(noise, values, gradient);
  if (!factorise(noise, gradient != nullptr)) return std::numeric_limits<double>::infinity();
  const Index n = y_.size();
  const double likelihood = log_likelihood();
  const Likelihood prior = log_prior(*kernel_, noise, infer_noise_ ? priors_ : without_noise());
  if (gradient) {
    math::cholesky_inverse_lower_in_place(A_);
    double d_noise = 0.0;
    for (Index j = 0; j < n; ++j) {
      A_.col(j).tail(n - j) = 0.5 * (alpha_[j] * alpha_.tail(n - j) - A_.col(j).tail(n - j));
      if (fixed_noise_.size() == 0 || std::isnan(fixed_noise_[j])) d_noise += A_(j, j);
    }
    d_kernel_ = prior.d_kernel;
    kernel_->add_gram_gradient(X_, A_, cache_, d_kernel_);
    write_gradient(d_noise + prior.d_noise, d_kernel_, noise, values, *gradient);
  }
  return -(likelihood + prior.value);
}

Hyperparameters MapProblem::hyperparameters_at(const Vector& theta) const {
  Hyperparameters result{rounded(std::exp(theta[0])), decode(theta)};
  for (double& value : result.kernel) value = rounded(value);
  return result;
}

double MapProblem::evaluate(const Hyperparameters& at) {
  ++evaluations_;
  kernel_->set_values(at.kernel);
  if (!factorise(at.noise_variance, false)) return -std::numeric_limits<double>::infinity();
  if (leave_one_out_) return -pseudo_objective(at.noise_variance, at.kernel, nullptr);
  return log_likelihood() + log_prior(*kernel_, at.noise_variance, infer_noise_ ? priors_ : without_noise()).value;
}

void MapProblem::write_mean(GpParameters& parameters, bool is_known) const {
  if (options_.tasks) {
    parameters.task_means = mean_.by_task(is_known ? coefficients_ : Vector::Zero(mean_.values().cols()));
  } else if (options_.linear_mean && is_known) {
    parameters.mean_slopes = mean_.slopes(coefficients_);
    parameters.mean_constant = mean_.constant_at_zero(coefficients_);
  } else if (is_known) {
    parameters.mean_constant = coefficients_[0];
  }
}

void MapProblem::write_gradient(double d_noise, const Vector& d_kernel, double noise, const Vector& values,
                                Vector& gradient) const {
  gradient[0] = infer_noise_ ? -noise * d_noise : 0.0;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Index k = static_cast<Index>(i);
    gradient[k + 1] = -d_kernel[k] * (parameters_[i].positive ? values[k] : 1.0);
  }
}

double MapProblem::pseudo_objective(double noise, const Vector& values, Vector* gradient) {
  try {
    coefficients_ = loo_means(X_, y_, *kernel_, noise, mean_, fixed_noise_);
    const Vector residual = y_ - mean_.values() * coefficients_;
    const Likelihood loo = loo_pseudo_likelihood(X_, residual, *kernel_, noise, 0.0, fixed_noise_);
    const Likelihood prior = log_prior(*kernel_, noise, infer_noise_ ? priors_ : without_noise());
    if (gradient) write_gradient(loo.d_noise + prior.d_noise, loo.d_kernel + prior.d_kernel, noise, values, *gradient);
    if (std::isfinite(loo.value)) return -(loo.value + mean_.log_prior(coefficients_) + prior.value);
  } catch (const NumericalError&) {  // as bad as can be
  }
  return std::numeric_limits<double>::infinity();
}

double MapProblem::log_likelihood() const {
  return -0.5 * residual_.dot(alpha_) - 0.5 * math::cholesky_log_determinant(A_) -
         static_cast<double>(y_.size()) * math::kLogSqrt2Pi + mean_.log_prior(coefficients_);
}

bool MapProblem::factorise(double noise, bool with_cache) {
  const Index n = y_.size();
  if (with_cache) {
    kernel_->gram_lower(X_, A_, cache_);
  } else {
    kernel_->gram_lower(X_, A_);
  }
  for (Index i = 0; i < n; ++i) {
    A_(i, i) += fixed_noise_.size() > 0 && !std::isnan(fixed_noise_[i]) ? fixed_noise_[i] : noise;
  }
  if (!math::cholesky_in_place(A_)) return false;
  basis_ = mean_.values();
  math::solve_lower_in_place(A_, basis_);
  alpha_ = y_;
  math::solve_lower_in_place(A_, alpha_);
  if (!basis_.allFinite()) return false;
  coefficients_ = mean_.regress(basis_, alpha_);
  residual_ = y_;
  for (Index k = 0; k < basis_.cols(); ++k) {
    alpha_ -= coefficients_[k] * basis_.col(k);
    residual_ -= coefficients_[k] * mean_.values().col(k);
  }
  math::solve_lower_transposed_in_place(A_, alpha_);
  return coefficients_.allFinite();
}

PriorSet MapProblem::without_noise() const {
  PriorSet rest = priors_;
  rest.noise = nullptr;
  return rest;
}

}  // namespace boa::gp
