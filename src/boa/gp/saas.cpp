#include "boa/gp/saas.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/special.hpp"
#include "boa/optim/minimize.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

constexpr double kAddedNoise = 1e-4;  // of the density
constexpr double kNoiseFloor = 1e-4;  // of the predictions
// Bounds of the MAP fit (BoTorch's), where it starts, and how long it may search.
constexpr double kMeanBound = 10.0;
constexpr std::pair<double, double> kMapNoise{1e-4, 1.0};
constexpr std::pair<double, double> kMapOutputscale{1e-2, 1e4};
constexpr std::pair<double, double> kMapLengthscale{1e-2, 1e4};
constexpr double kStartNoise = 1e-2;
constexpr double kStartOutputscale = 10.0;
constexpr double kStartLengthscales[] = {1.0, 0.3};  // of long ones alone no search finds a function that varies fast
constexpr int kMapEvaluations = 200;

/// The sample at (mean, log noise, log outputscale, log lengthscale...).
SaasSample sample_at(const Vector& x) {
  return {x[0], std::exp(x[1]), std::exp(x[2]), x.tail(x.size() - 3).array().exp()};
}

/// The reverse, with one lengthscale.
Vector map_point(Index d, double mean, double noise, double outputscale, double lengthscale) {
  Vector x = Vector::Zero(d + 3);
  x.tail(d).setConstant(std::log(lengthscale));
  x[0] = mean;
  x[1] = std::log(noise);
  x[2] = std::log(outputscale);
  return x;
}

}  // namespace

const Prior& saas_tausq_prior() {
  static const std::unique_ptr<Prior> prior = make_half_cauchy(kSaasTauScale);
  return *prior;
}

const Prior& saas_inv_length_prior() {
  static const std::unique_ptr<Prior> prior = make_half_cauchy(1.0);
  return *prior;
}

SaasDensity saas_log_density(const Matrix& X, const Vector& y, const Vector& y_var, const SaasParameters& p) {
  const Index d = X.cols();
  BOA_CHECK(p.inv_length_sq.size() == d, p.inv_length_sq.size(), d);
  const bool known = y_var.size() > 0;
  const Vector lengthscale = (p.tausq * p.inv_length_sq).cwiseSqrt().cwiseInverse();
  const auto kernel = make_scale(p.outputscale, make_matern(2.5, lengthscale));
  const Likelihood likelihood = log_marginal_likelihood(X, y, *kernel, kAddedNoise + p.noise, p.mean, y_var);
  const math::ValueAndSlope noise = make_gamma(0.9, 10.0)->log_density(p.noise);
  const math::ValueAndSlope outputscale = make_gamma(2.0, 0.15)->log_density(p.outputscale);
  const math::ValueAndSlope tau = saas_tausq_prior().log_density(p.tausq);

  SaasDensity result;
  result.gradient = Vector::Zero(d + 4);
  result.log_joint = likelihood.value + math::log_normal_pdf(p.mean) + outputscale.value + tau.value;
  double jacobian = std::log(p.outputscale) + std::log(p.tausq);
  result.gradient[0] = likelihood.d_mean - p.mean;
  if (!known) {
    result.log_joint += noise.value;
    jacobian += std::log(p.noise);
    result.gradient[1] = p.noise * (likelihood.d_noise + noise.slope) + 1.0;
  }
  result.gradient[2] = p.outputscale * (likelihood.d_kernel[0] + outputscale.slope) + 1.0;
  result.gradient[3] = p.tausq * tau.slope + 1.0;
  for (Index j = 0; j < d; ++j) {
    const math::ValueAndSlope prior = saas_inv_length_prior().log_density(p.inv_length_sq[j]);
    result.log_joint += prior.value;
    jacobian += std::log(p.inv_length_sq[j]);
    // log l_j = -(log tausq + log inv_length_sq_j) / 2.
    const double by_log = -0.5 * likelihood.d_kernel[1 + j] * lengthscale[j];
    result.gradient[3] += by_log;
    result.gradient[4 + j] = by_log + p.inv_length_sq[j] * prior.slope + 1.0;
  }
  result.log_joint_unconstrained = result.log_joint + jacobian;
  return result;
}

MapSaasDensity map_saas_log_density(const Matrix& X, const Vector& y, const Vector& y_var, const SaasSample& p,
                                    double tau) {
  const Index d = X.cols();
  const bool known = y_var.size() > 0;
  const auto kernel = make_scale(p.outputscale, make_matern(2.5, p.lengthscale));
  const Likelihood likelihood = log_marginal_likelihood(X, y, *kernel, known ? 0.0 : p.noise, p.mean, y_var);
  MapSaasDensity result;
  result.value = likelihood.value + math::log_normal_pdf(p.mean);
  result.gradient = Vector::Zero(d + 3);
  result.gradient[0] = likelihood.d_mean - p.mean;
  if (!known) {
    const math::ValueAndSlope noise = make_gamma(0.9, 10.0)->log_density(p.noise);
    result.value += noise.value;
    result.gradient[1] = p.noise * (likelihood.d_noise + noise.slope);
  }
  result.gradient[2] = p.outputscale * likelihood.d_kernel[0];
  for (Index j = 0; j < d; ++j) {
    const double scaled = tau / (p.lengthscale[j] * p.lengthscale[j]);
    const math::ValueAndSlope prior = saas_inv_length_prior().log_density(scaled);
    result.value += prior.value;
    result.gradient[3 + j] = p.lengthscale[j] * likelihood.d_kernel[1 + j] - 2 * scaled * prior.slope;
  }
  return result;
}

std::vector<SaasSample> fit_map_saas(const Matrix& X, const Vector& y, const Vector& y_var, int count) {
  const Index d = X.cols();
  const Vector known = y_var.cwiseMax(kNoiseFloor);
  Vector lower = map_point(d, -kMeanBound, kMapNoise.first, kMapOutputscale.first, kMapLengthscale.first);
  Vector upper = map_point(d, kMeanBound, kMapNoise.second, kMapOutputscale.second, kMapLengthscale.second);
  if (known.size() > 0) lower[1] = upper[1] = std::log(kStartNoise);
  std::vector<SaasSample> fits;
  for (int k = 0; k < count; ++k) {
    const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(count);
    const double tau = kSaasTauScale * std::tan(0.5 * math::kPi * share);  // quantile of HalfCauchy
    const optim::Function negative = [&](const Vector& x, Vector* gradient) {
      try {
        const MapSaasDensity at = map_saas_log_density(X, y, known, sample_at(x), tau);
        if (gradient) *gradient = -at.gradient;
        return -at.value;
      } catch (const NumericalError&) {
        return std::numeric_limits<double>::infinity();
      }
    };
    Vector best;
    double least = std::numeric_limits<double>::infinity();
    for (const double lengthscale : kStartLengthscales) {
      const optim::MinimizeResult end =
          optim::minimize(negative, map_point(d, 0.0, kStartNoise, kStartOutputscale, lengthscale), lower, upper,
                          {.max_evaluations = kMapEvaluations, .relative_f_tolerance = 1e-7});
      if (best.size() > 0 && !(end.value < least)) continue;
      least = end.value;
      best = end.x;
    }
    fits.push_back(sample_at(best));
  }
  return fits;
}

std::vector<std::shared_ptr<const GaussianProcess>> saas_models(const Matrix& X, const Vector& y, const Vector& y_var,
                                                                const std::vector<SaasSample>& samples) {
  std::vector<std::shared_ptr<const GaussianProcess>> models;
  for (const SaasSample& sample : samples) {
    GpParameters parameters;
    parameters.mean_constant = sample.mean;
    parameters.noise_variance = std::max(sample.noise, kNoiseFloor);
    parameters.kernel = make_scale(sample.outputscale, make_matern(2.5, sample.lengthscale));
    models.push_back(std::make_shared<const GaussianProcess>(TrainingData{X, y, y_var.cwiseMax(kNoiseFloor)},
                                                             std::move(parameters)));
  }
  return models;
}

MixturePosterior mixture_posterior(const std::vector<std::shared_ptr<const GaussianProcess>>& models, const Matrix& X) {
  BOA_CHECK(!models.empty(), "a mixture needs a model");
  const Index k = static_cast<Index>(models.size()), q = X.rows();
  MixturePosterior result{Matrix(k, q), Matrix(k, q), Vector::Zero(q), Matrix::Zero(q, q)};
  JointPosterior posterior;
  for (Index i = 0; i < k; ++i) {
    models[static_cast<std::size_t>(i)]->joint(X, posterior);
    result.sample_means.row(i) = posterior.mean.transpose();
    result.sample_variances.row(i) = posterior.covariance.diagonal().transpose();
    result.covariance += posterior.covariance / static_cast<double>(k);
  }
  result.mean = result.sample_means.colwise().mean().transpose();
  const Matrix centered = result.sample_means.rowwise() - result.mean.transpose();
  result.covariance += centered.transpose() * centered / static_cast<double>(k);
  return result;
}

}  // namespace boa::gp
