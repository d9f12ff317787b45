#include "boa/acquisition/analytic/analytic.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "boa/acquisition/analytic/moment_function.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

using ScalarFunction = std::function<MomentValue(double mean, double sigma)>;

/// A function of the mean and deviation of a linear combination of the outcomes.
class OfScalar final : public MomentFunction {
 public:
  OfScalar(ScalarObjective objective, Index m, ScalarFunction function)
      : weights_(std::move(objective.weights)), offset_(objective.offset), function_(std::move(function)) {
    if (weights_.size() == 0) weights_ = Vector::Unit(m, 0);
    BOA_CHECK(weights_.size() == m, weights_.size(), m);
  }
  double evaluate(const Vector& mean, const Vector& sigma, Vector& d_mean, Vector& d_sigma) const override {
    const double mu = weights_.dot(mean) + offset_;
    const double deviation = weights_.cwiseProduct(sigma).norm();
    const MomentValue v = function_(mu, deviation);
    d_mean = v.d_mean * weights_;
    d_sigma = (v.d_sigma / std::max(deviation, 1e-300)) * weights_.array().square().matrix().cwiseProduct(sigma);
    return v.value;
  }

 private:
  Vector weights_;
  double offset_;
  ScalarFunction function_;
};

/// Sum of log P(lower <= f_k <= upper) over bounds, plus a log utility of the objective if there is one; exponentiated
/// on request.
class Constrained final : public MomentFunction {
 public:
  Constrained(std::unique_ptr<const MomentFunction> objective, std::vector<OutcomeBound> bounds, bool exponentiate)
      : objective_(std::move(objective)), bounds_(std::move(bounds)), exponentiate_(exponentiate) {}

  double evaluate(const Vector& mean, const Vector& sigma, Vector& d_mean, Vector& d_sigma) const override {
    d_mean.setZero();
    d_sigma.setZero();
    double value = objective_ ? objective_->evaluate(mean, sigma, d_mean, d_sigma) : 0.0;
    for (const OutcomeBound& bound : bounds_) {
      const double mu = mean[bound.outcome], s = sigma[bound.outcome];
      const double alpha = (bound.lower - mu) / s, beta = (bound.upper - mu) / s;
      const math::LogInterval p = math::log_normal_interval(alpha, beta);
      value += p.value;
      d_mean[bound.outcome] -= (p.slope_lower + p.slope_upper) / s;
      if (std::isfinite(alpha)) d_sigma[bound.outcome] -= p.slope_lower * alpha / s;
      if (std::isfinite(beta)) d_sigma[bound.outcome] -= p.slope_upper * beta / s;
    }
    if (!exponentiate_) return value;
    value = std::exp(value);
    d_mean *= value;
    d_sigma *= value;
    return value;
  }

 private:
  std::unique_ptr<const MomentFunction> objective_;
  std::vector<OutcomeBound> bounds_;
  bool exponentiate_;
};

/// EI averaged over models of one outcome, the first of those that are there.
class AveragedEi final : public MomentFunction {
 public:
  AveragedEi(Vector best_f, bool log, double sign) : best_f_(std::move(best_f)), log_(log), sign_(sign) {}

  double evaluate(const Vector& mean, const Vector& sigma, Vector& d_mean, Vector& d_sigma) const override {
    const Index k = best_f_.size();
    Vector logs(k);
    for (Index i = 0; i < k; ++i) {
      const MomentValue v = log_ei_of_moments(sign_ * mean[i], sigma[i], sign_ * best_f_[i]);
      logs[i] = v.value;
      d_mean[i] = sign_ * v.d_mean;
      d_sigma[i] = v.d_sigma;
    }
    const double value = math::log_mean_exp(logs);
    const double scale = (log_ ? 1.0 : std::exp(value)) / static_cast<double>(k);
    const Vector share = (logs.array() - value).exp() * scale;
    d_mean.head(k).array() *= share.array();
    d_sigma.head(k).array() *= share.array();
    return log_ ? value : std::exp(value);
  }

 private:
  Vector best_f_;
  bool log_;
  double sign_;
};

std::unique_ptr<AcquisitionFunction> make_scalar(gp::ModelList models, ScalarObjective objective,
                                                 ScalarFunction function) {
  auto moments =
      std::make_unique<OfScalar>(std::move(objective), static_cast<Index>(models.size()), std::move(function));
  return std::make_unique<AnalyticAcquisition>(std::move(models), std::move(moments));
}

std::unique_ptr<AcquisitionFunction> make_constrained(gp::ModelList models, ScalarObjective objective,
                                                      std::vector<OutcomeBound> bounds, double best_f,
                                                      bool exponentiate) {
  for (const OutcomeBound& bound : bounds) {
    BOA_CHECK(bound.outcome >= 0 && bound.outcome < static_cast<Index>(models.size()), bound.outcome);
  }
  std::unique_ptr<MomentFunction> improvement;
  if (best_f != -std::numeric_limits<double>::infinity()) {
    improvement = std::make_unique<OfScalar>(
        std::move(objective), static_cast<Index>(models.size()),
        [best_f](double mean, double sigma) { return log_ei_of_moments(mean, sigma, best_f); });
  }
  return std::make_unique<AnalyticAcquisition>(std::move(models),
                                               with_bounds(std::move(improvement), std::move(bounds), exponentiate));
}

}  // namespace

std::unique_ptr<MomentFunction> with_bounds(std::unique_ptr<const MomentFunction> log_utility,
                                            std::vector<OutcomeBound> bounds, bool exponentiate) {
  for (const OutcomeBound& bound : bounds) BOA_CHECK(bound.lower < bound.upper, bound.lower, bound.upper);
  return std::make_unique<Constrained>(std::move(log_utility), std::move(bounds), exponentiate);
}

MomentValue ei_of_moments(double mean, double sigma, double best_f) {
  const double u = (mean - best_f) / sigma;
  // d/dmean sigma h(u) = Phi, d/dsigma = h - u Phi = phi.
  return {sigma * math::improvement(u).value, math::normal_cdf(u), math::normal_pdf(u)};
}

MomentValue log_ei_of_moments(double mean, double sigma, double best_f) {
  const double u = (mean - best_f) / sigma;
  const math::ValueAndSlope h = math::log_improvement(u);
  // d/dlog sigma = 1 - u Phi/h = phi/h, in a form that does not cancel.
  return {std::log(sigma) + h.value, h.slope / sigma, math::density_over_improvement(u) / sigma};
}

MomentValue pi_of_moments(double mean, double sigma, double best_f) {
  const double u = (mean - best_f) / sigma;
  const double density = math::normal_pdf(u);
  return {math::normal_cdf(u), density / sigma, -u * density / sigma};
}

MomentValue log_pi_of_moments(double mean, double sigma, double best_f) {
  const double u = (mean - best_f) / sigma;
  const math::ValueAndSlope p = math::log_normal_cdf(u);
  return {p.value, p.slope / sigma, -u * p.slope / sigma};
}

std::unique_ptr<AcquisitionFunction> make_ei(gp::ModelList models, ScalarObjective objective, double best_f) {
  return make_scalar(std::move(models), std::move(objective),
                     [best_f](double mean, double sigma) { return ei_of_moments(mean, sigma, best_f); });
}

std::unique_ptr<AcquisitionFunction> make_log_ei(gp::ModelList models, ScalarObjective objective, double best_f) {
  return make_scalar(std::move(models), std::move(objective),
                     [best_f](double mean, double sigma) { return log_ei_of_moments(mean, sigma, best_f); });
}

std::unique_ptr<AcquisitionFunction> make_pi(gp::ModelList models, ScalarObjective objective, double best_f) {
  return make_scalar(std::move(models), std::move(objective),
                     [best_f](double mean, double sigma) { return pi_of_moments(mean, sigma, best_f); });
}

std::unique_ptr<AcquisitionFunction> make_log_pi(gp::ModelList models, ScalarObjective objective, double best_f) {
  return make_scalar(std::move(models), std::move(objective),
                     [best_f](double mean, double sigma) { return log_pi_of_moments(mean, sigma, best_f); });
}

std::unique_ptr<AcquisitionFunction> make_ucb(gp::ModelList models, ScalarObjective objective, double beta) {
  const double width = std::sqrt(beta);
  return make_scalar(std::move(models), std::move(objective),
                     [width](double mean, double sigma) { return MomentValue{mean + width * sigma, 1.0, width}; });
}

std::unique_ptr<AcquisitionFunction> make_posterior_mean(gp::ModelList models, ScalarObjective objective) {
  return make_scalar(std::move(models), std::move(objective),
                     [](double mean, double) { return MomentValue{mean, 1.0, 0.0}; });
}

std::unique_ptr<AcquisitionFunction> make_posterior_std(gp::ModelList models, ScalarObjective objective) {
  return make_scalar(std::move(models), std::move(objective),
                     [](double, double sigma) { return MomentValue{sigma, 0.0, 1.0}; });
}

std::unique_ptr<AcquisitionFunction> make_log_constrained_ei(gp::ModelList models, ScalarObjective objective,
                                                             std::vector<OutcomeBound> bounds, double best_f) {
  return make_constrained(std::move(models), std::move(objective), std::move(bounds), best_f, false);
}

std::unique_ptr<AcquisitionFunction> make_constrained_ei(gp::ModelList models, ScalarObjective objective,
                                                         std::vector<OutcomeBound> bounds, double best_f) {
  return make_constrained(std::move(models), std::move(objective), std::move(bounds), best_f, true);
}

std::unique_ptr<AcquisitionFunction> make_log_probability_of_feasibility(gp::ModelList models,
                                                                         std::vector<OutcomeBound> bounds) {
  return make_constrained(std::move(models), {}, std::move(bounds), -std::numeric_limits<double>::infinity(), false);
}

std::unique_ptr<AcquisitionFunction> make_averaged_ei(gp::ModelList ensemble, Vector best_f, bool log, bool maximize) {
  BOA_CHECK(best_f.size() == static_cast<Index>(ensemble.size()), best_f.size());
  auto moments = std::make_unique<AveragedEi>(std::move(best_f), log, maximize ? 1.0 : -1.0);
  return std::make_unique<AnalyticAcquisition>(std::move(ensemble), std::move(moments));
}

std::unique_ptr<AcquisitionFunction> make_noisy_ei(const gp::GaussianProcess& model, const Matrix& X_observed,
                                                   const Matrix& base_samples, double fantasy_noise, bool maximize,
                                                   bool log) {
  BOA_CHECK(base_samples.cols() == X_observed.rows(), base_samples.cols(), X_observed.rows());
  gp::JointPosterior posterior;
  model.joint(X_observed, posterior);
  const Matrix root = math::robust_cholesky(posterior.covariance).L;
  gp::GpParameters parameters = model.parameters();
  // The noise is that of the inferred kind here: it may lie below the floor of known noise.
  parameters.noise_variance = fantasy_noise;
  gp::ModelList fantasies;
  Vector best(base_samples.rows());
  for (Index s = 0; s < base_samples.rows(); ++s) {
    const Vector f = posterior.mean + root * base_samples.row(s).transpose();
    best[s] = maximize ? f.maxCoeff() : f.minCoeff();
    fantasies.push_back(std::make_shared<const gp::GaussianProcess>(gp::TrainingData{X_observed, f, {}}, parameters,
                                                                    model.outcome_scale()));
  }
  return make_averaged_ei(std::move(fantasies), std::move(best), log, maximize);
}

}  // namespace boa::acquisition
