#include "boa/gp/hyperparameter_posterior.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "boa/gp/fit_input.hpp"
#include "boa/gp/saas.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {

namespace {

constexpr double kLargestLog = 50.0;
// Where sampling may start between the bounds of a hyperparameter: at them u is infinite.
constexpr double kNearestToBound = 1e-3;

double logistic(double u) { return u >= 0 ? 1 / (1 + std::exp(-u)) : std::exp(u) / (1 + std::exp(u)); }
double log_logistic(double u) { return u >= 0 ? -std::log1p(std::exp(-u)) : u - std::log1p(std::exp(u)); }

}  // namespace

HyperparameterPosterior::HyperparameterPosterior(MapProblem& problem, bool saas) : problem_(problem), saas_(saas) {
  const std::vector<Hyperparameter>& parameters = problem.hyperparameters();
  has_jacobian_.push_back(problem.has_prior("noise"));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const bool is_saas = saas && parameters[i].name == "lengthscale";
    if (is_saas) lengthscales_.push_back(static_cast<Index>(i) + 1);
    BOA_CHECK(!is_saas || !problem.has_prior("lengthscale"), "two priors of one lengthscale");
    has_jacobian_.push_back(parameters[i].positive && problem.has_prior(parameters[i].name));
  }
  for (Index k = 0; k < problem.lower().size(); ++k) {
    if (problem.lower()[k] < problem.upper()[k]) free_.push_back(k);
  }
  by_theta_.resize(problem.lower().size());
}

Vector HyperparameterPosterior::encode(const Vector& theta) const {
  Vector u(dim());
  for (std::size_t i = 0; i < free_.size(); ++i) {
    const Index k = free_[i];
    const double share = (theta[k] - problem_.lower()[k]) / (problem_.upper()[k] - problem_.lower()[k]);
    const double inside = std::clamp(share, kNearestToBound, 1 - kNearestToBound);
    u[static_cast<Index>(i)] = std::log(inside / (1 - inside));
  }
  if (saas_) u[dim() - 1] = std::log(kSaasTauScale);
  return u;
}

Vector HyperparameterPosterior::decode(const Vector& u) const {
  Vector theta = problem_.lower();
  for (std::size_t i = 0; i < free_.size(); ++i) {
    const Index k = free_[i];
    theta[k] += (problem_.upper()[k] - theta[k]) * logistic(u[static_cast<Index>(i)]);
  }
  return theta;
}

double HyperparameterPosterior::operator()(const Vector& u, Vector& gradient) {
  if (!(u.cwiseAbs().maxCoeff() < kLargestLog)) return -std::numeric_limits<double>::infinity();
  const Vector theta = decode(u);
  double density = -problem_(theta, &by_theta_);
  if (!std::isfinite(density)) return -std::numeric_limits<double>::infinity();
  by_theta_ = -by_theta_;
  for (const Index k : free_) {
    if (!has_jacobian_[static_cast<std::size_t>(k)]) continue;
    density += theta[k];
    by_theta_[k] += 1;
  }
  if (saas_) density += add_saas(theta, u[dim() - 1], by_theta_, gradient[dim() - 1]);
  for (std::size_t i = 0; i < free_.size(); ++i) {
    const auto at = static_cast<Index>(i);
    const Index k = free_[i];
    const double width = problem_.upper()[k] - problem_.lower()[k], share = logistic(u[at]);
    density += std::log(width) + log_logistic(u[at]) + log_logistic(-u[at]);
    gradient[at] = by_theta_[k] * width * share * (1 - share) + 1 - 2 * share;
  }
  return density;
}

double HyperparameterPosterior::add_saas(const Vector& theta, double log_tausq, Vector& by_theta,
                                         double& by_log_tausq) const {
  const double tausq = std::exp(log_tausq);
  const math::ValueAndSlope tau = saas_tausq_prior().log_density(tausq);
  double density = tau.value + log_tausq;
  by_log_tausq = tausq * tau.slope + 1;
  for (const Index k : lengthscales_) {
    // log of the inverse square; its derivatives in log l and log tausq are -2 and -1.
    const double log_inverse = -log_tausq - 2 * theta[k];
    const double inverse = std::exp(log_inverse);
    const math::ValueAndSlope prior = saas_inv_length_prior().log_density(inverse);
    density += prior.value + log_inverse + std::log(2.0);
    const double slope = inverse * prior.slope + 1;
    by_theta[k] -= 2 * slope;
    by_log_tausq -= slope;
  }
  return density;
}

std::vector<std::shared_ptr<const GaussianProcess>> sample_gp(const TrainingData& data, const FitOptions& given,
                                                              const SampleOptions& sampling, const util::Rng& rng) {
  FitOptions options = given;
  options.leave_one_out = false;
  FitInput input = make_fit_input(data, options);
  BOA_CHECK(input.y.size() > 0, "no observation to sample hyperparameters by");
  if (sampling.saas) input.priors.lengthscale = nullptr;
  const std::unique_ptr<Kernel> kernel = default_kernel(data.X.cols(), options);
  MapProblem problem(input.data.X, input.y, input.noise, *kernel, options, input.priors);
  HyperparameterPosterior posterior(problem, sampling.saas);
  Vector start = problem.start(nullptr);
  if (options.warm_start && options.warm_start->kernel.size() + 1 == start.size()) {
    start = problem.encode(options.warm_start->noise_variance, options.warm_start->kernel);
  }
  const LogDensity density = [&posterior](const Vector& u, Vector& gradient) { return posterior(u, gradient); };
  const Matrix draws = sample_nuts(density, posterior.encode(start), sampling.nuts, rng);
  std::vector<std::shared_ptr<const GaussianProcess>> models;
  for (Index i = 0; i < draws.rows(); ++i) {
    const Vector theta = posterior.decode(draws.row(i).transpose());
    models.push_back(model_at(problem.hyperparameters_at(theta), problem, input, *kernel, options).model);
  }
  return models;
}

}  // namespace boa::gp
