#include <cmath>

#include "boa/acquisition/analytic/moment_function.hpp"
#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/math/special.hpp"

namespace boa::acquisition {
namespace {

/// Expected length of the part of [lower, upper] below Y ~ N(mean, sigma^2): sigma h((mean - lower)/sigma) - sigma
/// h((mean - upper)/sigma).
MomentValue expected_length(double mean, double sigma, double lower, double upper) {
  const double a = (mean - lower) / sigma;
  const MomentValue whole{sigma * math::improvement(a).value, math::normal_cdf(a), math::normal_pdf(a)};
  if (std::isinf(upper)) return whole;
  const double b = (mean - upper) / sigma;
  return {whole.value - sigma * math::improvement(b).value, whole.d_mean - math::normal_cdf(b),
          whole.d_sigma - math::normal_pdf(b)};
}

class ExpectedHypervolumeImprovement final : public MomentFunction {
 public:
  ExpectedHypervolumeImprovement(std::vector<Index> outcomes, Vector weights, Vector offset, Boxes cells)
      : outcomes_(std::move(outcomes)),
        weights_(std::move(weights)),
        offset_(std::move(offset)),
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

}  // namespace

std::unique_ptr<AcquisitionFunction> make_ehvi(gp::ModelList models, const MultiObjective& objectives,
                                               const Vector& ref_point, const Matrix& pareto_Y) {
  const Index m = static_cast<Index>(models.size());
  const Matrix weights = objectives.weights.size() > 0 ? objectives.weights : Matrix(Matrix::Identity(m, m));
  const Index M = weights.rows();
  BOA_CHECK(weights.cols() == m && ref_point.size() == M, weights.cols(), m, ref_point.size(), M);
  std::vector<Index> outcomes;
  Vector factors(M);
  for (Index j = 0; j < M; ++j) {
    Index k = 0;
    weights.row(j).cwiseAbs().maxCoeff(&k);
    if ((weights.row(j).array() != 0.0).count() != 1) {
      throw UnsupportedError("the analytic hypervolume improvement takes objectives of one outcome each",
                             "Use qLogNEHVI for combinations of outcomes.");
    }
    if (std::find(outcomes.begin(), outcomes.end(), k) != outcomes.end()) {
      throw UnsupportedError("the analytic hypervolume improvement takes independent objectives",
                             "Use qLogNEHVI where two objectives share an outcome.");
    }
    outcomes.push_back(k);
    factors[j] = weights(j, k);
  }
  const Vector offset = objectives.offset.size() > 0 ? objectives.offset : Vector(Vector::Zero(M));
  auto moments = std::make_unique<ExpectedHypervolumeImprovement>(std::move(outcomes), std::move(factors), offset,
                                                                  non_dominated_boxes(pareto_Y, ref_point));
  return std::make_unique<AnalyticAcquisition>(std::move(models), std::move(moments));
}

}  // namespace boa::acquisition
