#include <cmath>

#include "boa/gp/fit.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

/// A = K + noise in its lower triangle, factorised; A^-1 (y - c).
struct Factorised {
  Matrix L;
  Vector alpha;
  Vector residual;
};

Factorised factorise(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                     double mean_constant, const Vector& fixed_noise) {
  BOA_CHECK(X.rows() == y.size(), X.rows(), y.size());
  Factorised f;
  kernel.gram_lower(X, f.L);
  for (Index i = 0; i < y.size(); ++i) {
    const bool known = fixed_noise.size() > 0 && !std::isnan(fixed_noise[i]);
    f.L(i, i) += known ? fixed_noise[i] : noise_variance;
  }
  if (!math::cholesky_in_place(f.L)) {
    throw NumericalError("the covariance of the observations is not positive definite at these hyperparameters");
  }
  f.residual = y.array() - mean_constant;
  f.alpha = f.residual;
  math::solve_lower_in_place(f.L, f.alpha);
  math::solve_lower_transposed_in_place(f.L, f.alpha);
  return f;
}

/// Sum of dL/dA over the diagonal entries whose noise is the inferred one.
double noise_slope(const Matrix& dA, const Vector& fixed_noise) {
  double sum = 0.0;
  for (Index i = 0; i < dA.rows(); ++i) {
    if (fixed_noise.size() == 0 || std::isnan(fixed_noise[i])) sum += dA(i, i);
  }
  return sum;
}

}  // namespace

Likelihood log_marginal_likelihood(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                                   double mean_constant, const Vector& fixed_noise) {
  Factorised f = factorise(X, y, kernel, noise_variance, mean_constant, fixed_noise);
  const Index n = y.size();
  Likelihood result;
  result.value = -0.5 * f.residual.dot(f.alpha) - 0.5 * math::cholesky_log_determinant(f.L) -
                 static_cast<double>(n) * math::kLogSqrt2Pi;
  // dL/dA = (alpha alpha' - A^-1) / 2, lower triangle.
  math::cholesky_inverse_lower_in_place(f.L);
  Matrix& dA = f.L;
  for (Index j = 0; j < n; ++j) {
    dA.col(j).tail(n - j) = 0.5 * (f.alpha[j] * f.alpha.tail(n - j) - dA.col(j).tail(n - j));
  }
  result.d_kernel = Vector::Zero(kernel.num_hyperparameters());
  kernel.add_gram_gradient(X, dA, result.d_kernel);
  result.d_noise = noise_slope(dA, fixed_noise);
  result.d_mean = f.alpha.sum();
  return result;
}

Likelihood loo_pseudo_likelihood(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                                 double mean_constant, const Vector& fixed_noise) {
  const Factorised f = factorise(X, y, kernel, noise_variance, mean_constant, fixed_noise);
  const Matrix inverse = math::cholesky_inverse(f.L);
  const Eigen::ArrayXd precision = inverse.diagonal().array();  // 1 / sigma^2_-i
  const Eigen::ArrayXd alpha = f.alpha.array();
  Likelihood result;
  // log N(y_i; mu_-i, sigma^2_-i) = log(precision)/2 - alpha^2/(2 precision) - log sqrt(2 pi).
  result.value = (0.5 * precision.log() - 0.5 * alpha.square() / precision - math::kLogSqrt2Pi).sum();
  const Vector d_alpha = (-alpha / precision).matrix();
  const Vector d_precision = (0.5 / precision + 0.5 * (alpha / precision).square()).matrix();
  // alpha = B r and precision = diag B with B = A^-1, dB = -B dA B.
  const Vector solved = inverse * d_alpha;
  Matrix dA = -(inverse * d_precision.asDiagonal() * inverse);
  dA -= 0.5 * (solved * f.alpha.transpose() + f.alpha * solved.transpose());
  result.d_kernel = Vector::Zero(kernel.num_hyperparameters());
  kernel.add_gram_gradient(X, dA, result.d_kernel);
  result.d_noise = noise_slope(dA, fixed_noise);
  result.d_mean = -solved.sum();
  return result;
}

double loo_mean(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance,
                const Vector& fixed_noise) {
  return loo_means(X, y, kernel, noise_variance, MeanBasis::constant(y.size()), fixed_noise)[0];
}

Vector loo_means(const Matrix& X, const Vector& y, const Kernel& kernel, double noise_variance, const MeanBasis& basis,
                 const Vector& fixed_noise) {
  const Factorised f = factorise(X, y, kernel, noise_variance, 0.0, fixed_noise);
  const Matrix inverse = math::cholesky_inverse(f.L);
  // The residuals alpha - A^-1 H c, weighted by 1/precision, are least where c are their regression coefficients.
  const Vector weight = inverse.diagonal().array().rsqrt().matrix();
  return basis.regress(weight.asDiagonal() * (inverse * basis.values()), weight.cwiseProduct(f.alpha));
}

const Prior* PriorSet::find(const std::string& name) const {
  if (name == "lengthscale") return lengthscale.get();
  if (name == "outputscale") return outputscale.get();
  if (name == "noise") return noise.get();
  if (name == "covar_factor") return covar_factor.get();
  if (name == "concentration0" || name == "concentration1") return concentration.get();
  if (name == "fidelity_lengthscale") return fidelity_lengthscale.get();
  if (name == "periodic_lengthscale") return periodic_lengthscale.get();
  return name == "var" ? var.get() : nullptr;
}

std::shared_ptr<const Prior> fidelity_prior() { return make_log_normal(std::log(2.0), 0.7); }

PriorSet default_priors(Index d) {
  PriorSet priors;
  priors.lengthscale = make_log_normal(std::sqrt(2.0) + 0.5 * std::log(static_cast<double>(d)), std::sqrt(3.0));
  priors.noise = make_log_normal(-4.0, 1.0);
  return priors;
}

Likelihood log_prior(const Kernel& kernel, double noise_variance, const PriorSet& priors) {
  Likelihood result;
  const std::vector<Hyperparameter> all = kernel.hyperparameters();
  result.d_kernel = Vector::Zero(static_cast<Index>(all.size()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Prior* prior = priors.find(all[i].name);
    if (!prior) continue;
    const math::ValueAndSlope density = prior->log_density(all[i].value);
    result.value += density.value;
    result.d_kernel[static_cast<Index>(i)] = density.slope;
  }
  if (priors.noise) {
    const math::ValueAndSlope density = priors.noise->log_density(noise_variance);
    result.value += density.value;
    result.d_noise = density.slope;
  }
  return result;
}

}  // namespace boa::gp
