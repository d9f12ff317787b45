#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/analytic/moment_function.hpp"
#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/math/special.hpp"

namespace boa::acquisition {
namespace {

/// Expected length of the part of [lower, upper] below Y ~ N(mean, sigma^2): the improvement over `lower` without that
/// over `upper`.
MomentValue expected_length(double mean, double sigma, double lower, double upper) {
  const MomentValue whole = ei_of_moments(mean, sigma, lower);
  if (std::isinf(upper)) return whole;
  const MomentValue beyond = ei_of_moments(mean, sigma, upper);
  return {whole.value - beyond.value, whole.d_mean - beyond.d_mean, whole.d_sigma - beyond.d_sigma};
}

/// The objectives' outcomes, one each, and how they enter.
struct SingleOutcomes {
  std::vector<Index> outcomes;
  Vector weights;
  Vector offset;
};

class ExpectedHypervolumeImprovement final : public MomentFunction {
 public:
  ExpectedHypervolumeImprovement(SingleOutcomes objectives, Boxes cells)
      : outcomes_(std::move(objectives.outcomes)),
        weights_(std::move(objectives.weights)),
        offset_(std::move(objectives.offset)),
        cells_(std::move(cells)) {}

  double evaluate(const Vector& mean, const Vector& sigma, Vector& d_mean, Vector& d_sigma) const override {
    const Index M = weights_.size();
    d_mean.setZero();
    d_sigma.setZero();
    double value = 0.0;
    std::vector<MomentValue> lengths(static_cast<std::size_t>(M));
    for (Index c = 0; c < cells_.size(); ++c) {
      double volume = 1.0;
      for (Index j = 0; j < M; ++j) {
        const Index k = outcomes_[static_cast<std::size_t>(j)];
        MomentValue& length = lengths[static_cast<std::size_t>(j)];
        length = expected_length(weights_[j] * mean[k] + offset_[j], std::abs(weights_[j]) * sigma[k],
                                 cells_.lower(c, j), cells_.upper(c, j));
        volume *= length.value;
      }
      value += volume;
      for (Index j = 0; j < M; ++j) {
        const Index k = outcomes_[static_cast<std::size_t>(j)];
        double others = 1.0;
        for (Index i = 0; i < M; ++i) {
          if (i != j) others *= lengths[static_cast<std::size_t>(i)].value;
        }
        d_mean[k] += weights_[j] * others * lengths[static_cast<std::size_t>(j)].d_mean;
        d_sigma[k] += std::abs(weights_[j]) * others * lengths[static_cast<std::size_t>(j)].d_sigma;
      }
    }
    return value;
  }

 private:
  std::vector<Index> outcomes_;  // of each objective
  Vector weights_;
  Vector offset_;
  Boxes cells_;
};

/// log of the length above, with its derivatives, however small it is: D = log(h(a) - h(b)) from logs.
MomentValue log_expected_length(double mean, double sigma, double lower, double upper) {
  if (std::isinf(upper)) return log_ei_of_moments(mean, sigma, lower);
  const double a = (mean - lower) / sigma;
  const math::ValueAndSlope h = math::log_improvement(a);
  const double b = (mean - upper) / sigma;
  const double ratio = math::log_improvement(b).value - h.value;
  if (!(ratio < 0.0)) return {-std::numeric_limits<double>::infinity(), 0.0, 0.0};
  const double D = h.value + math::log1mexp(ratio).value;
  const double d_mean = std::exp(math::log_normal_interval(b, a).value - D) / sigma;
  const double d_sigma = (std::exp(math::log_normal_pdf(a) - D) - std::exp(math::log_normal_pdf(b) - D)) / sigma;
  return {std::log(sigma) + D, d_mean, d_sigma};
}

class LogExpectedHypervolumeImprovement final : public MomentFunction {
 public:
  LogExpectedHypervolumeImprovement(SingleOutcomes objectives, Boxes cells)
      : objectives_(std::move(objectives)), cells_(std::move(cells)) {}

  double evaluate(const Vector& mean, const Vector& sigma, Vector& d_mean, Vector& d_sigma) const override {
    const Index M = objectives_.weights.size(), C = cells_.size();
    d_mean.setZero();
    d_sigma.setZero();
    Matrix d_means(M, C), d_sigmas(M, C);
    Vector logs = Vector::Zero(C);
    for (Index j = 0; j < M; ++j) {
      const Index k = objectives_.outcomes[static_cast<std::size_t>(j)];
      const double w = objectives_.weights[j];
      for (Index c = 0; c < C; ++c) {
        const MomentValue length = log_expected_length(w * mean[k] + objectives_.offset[j], std::abs(w) * sigma[k],
                                                       cells_.lower(c, j), cells_.upper(c, j));
        logs[c] += length.value;
        d_means(j, c) = w * length.d_mean;
        d_sigmas(j, c) = std::abs(w) * length.d_sigma;
      }
    }
    const double value = math::log_mean_exp(logs) + std::log(static_cast<double>(C));
    if (!std::isfinite(value)) return value;
    for (Index c = 0; c < C; ++c) {
      const double share = std::exp(logs[c] - value);
      if (!(share > kNegligible)) continue;
      for (Index j = 0; j < M; ++j) {
        const Index k = objectives_.outcomes[static_cast<std::size_t>(j)];
        d_mean[k] += share * d_means(j, c);
        d_sigma[k] += share * d_sigmas(j, c);
      }
    }
    return value;
  }

 private:
  static constexpr double kNegligible = 1e-20;  // share of a cell below which its slopes may have overflowed
  SingleOutcomes objectives_;
  Boxes cells_;
};

SingleOutcomes single_outcomes(const MultiObjective& objectives, Index m, const Vector& ref_point) {
  const Matrix weights = objectives.weights.size() > 0 ? objectives.weights : Matrix(Matrix::Identity(m, m));
  const Index M = weights.rows();
  BOA_CHECK(weights.cols() == m && ref_point.size() == M, weights.cols(), m, ref_point.size(), M);
  SingleOutcomes single{{}, Vector(M), objectives.offset.size() > 0 ? objectives.offset : Vector(Vector::Zero(M))};
  for (Index j = 0; j < M; ++j) {
    Index k = 0;
    weights.row(j).cwiseAbs().maxCoeff(&k);
    if ((weights.row(j).array() != 0.0).count() != 1) {
      throw UnsupportedError("the analytic hypervolume improvement takes objectives of one outcome each",
                             "Use qLogNEHVI for combinations of outcomes.");
    }
    if (std::find(single.outcomes.begin(), single.outcomes.end(), k) != single.outcomes.end()) {
      throw UnsupportedError("the analytic hypervolume improvement takes independent objectives",
                             "Use qLogNEHVI where two objectives share an outcome.");
    }
    single.outcomes.push_back(k);
    single.weights[j] = weights(j, k);
  }
  return single;
}

}  // namespace

std::unique_ptr<AcquisitionFunction> make_ehvi(gp::ModelList models, const MultiObjective& objectives,
                                               const Vector& ref_point, const Matrix& pareto_Y) {
  auto moments = std::make_unique<ExpectedHypervolumeImprovement>(
      single_outcomes(objectives, static_cast<Index>(models.size()), ref_point),
      non_dominated_boxes(pareto_Y, ref_point));
  return std::make_unique<AnalyticAcquisition>(std::move(models), std::move(moments));
}

std::unique_ptr<AcquisitionFunction> make_log_ehvi(gp::ModelList models, const MultiObjective& objectives,
                                                   const Vector& ref_point, const Matrix& pareto_Y,
                                                   std::vector<OutcomeBound> bounds) {
  auto moments = std::make_unique<LogExpectedHypervolumeImprovement>(
      single_outcomes(objectives, static_cast<Index>(models.size()), ref_point),
      non_dominated_boxes(pareto_Y, ref_point));
  return std::make_unique<AnalyticAcquisition>(std::move(models), with_bounds(std::move(moments), std::move(bounds)));
}

}  // namespace boa::acquisition
