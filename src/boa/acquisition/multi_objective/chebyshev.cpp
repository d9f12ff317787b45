#include <algorithm>
#include <cmath>

#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

/// The scalarization of linear combinations of the outcomes.
class ChebyshevObjective final : public SampleObjective {
 public:
  ChebyshevObjective(ChebyshevScalarization scalarization, Matrix weights, Vector offset)
      : scalarization_(std::move(scalarization)), weights_(std::move(weights)), offset_(std::move(offset)) {}

  double evaluate(const Vector& y, Vector* d_y) const override {
    const Vector objectives = weights_ * y + offset_;
    if (!d_y) return scalarization_.evaluate(objectives);
    Vector d_objectives = Vector::Zero(objectives.size());
    const double value = scalarization_.evaluate(objectives, &d_objectives);
    *d_y = weights_.transpose() * d_objectives;
    return value;
  }

 private:
  ChebyshevScalarization scalarization_;
  Matrix weights_;
  Vector offset_;
};

}  // namespace

ChebyshevScalarization::ChebyshevScalarization(Vector w, const Matrix& Y, double a) : weights(std::move(w)), alpha(a) {
  const Index M = weights.size();
  low = Vector::Zero(M);
  width = Vector::Ones(M);
  shift = Vector::Zero(M);
  if (Y.rows() == 0) return;
  BOA_CHECK(Y.cols() == M, Y.cols(), M);
  low = -Y.colwise().maxCoeff().transpose();
  width = -Y.colwise().minCoeff().transpose() - low;
  for (Index j = 0; j < M; ++j) {
    // One point, or an outcome that does not vary, has no scale.
    if (!(width[j] > 0.0)) width[j] = 1.0;
    if (weights[j] < 0.0) shift[j] = 1.0;
  }
}

double ChebyshevScalarization::evaluate(const Vector& y, Vector* d_y, double scale) const {
  const Vector weighted = weights.cwiseProduct((-y - low).cwiseQuotient(width) - shift);
  Index worst = 0;
  const double value = -(weighted.maxCoeff(&worst) + alpha * weighted.sum());
  if (d_y) {
    *d_y += scale * alpha * weights.cwiseQuotient(width);
    (*d_y)[worst] += scale * weights[worst] / width[worst];
  }
  return value;
}

std::unique_ptr<AcquisitionFunction> make_qlognparego(MonteCarloSpec spec, Index baseline, MultiObjective objectives,
                                                      const Vector& weights, double alpha) {
  const Index m = static_cast<Index>(spec.models.size());
  Matrix mix = objectives.weights.size() > 0 ? std::move(objectives.weights) : Matrix(Matrix::Identity(m, m));
  Vector offset = objectives.offset.size() > 0 ? std::move(objectives.offset) : Vector(Vector::Zero(mix.rows()));
  BOA_CHECK(mix.rows() == weights.size() && mix.cols() == m, mix.rows(), mix.cols(), weights.size());
  BOA_CHECK(baseline <= spec.leading.rows(), baseline, spec.leading.rows());
  Matrix means(baseline, m);
  Vector mean, variance;
  for (Index j = 0; j < m; ++j) {
    spec.models[static_cast<std::size_t>(j)]->marginals(spec.leading.topRows(baseline), mean, variance);
    means.col(j) = mean;
  }
  const Matrix Y = (means * mix.transpose()).rowwise() + offset.transpose();
  spec.nonlinear_objective = std::make_shared<ChebyshevObjective>(ChebyshevScalarization(weights, Y, alpha),
                                                                  std::move(mix), std::move(offset));
  return make_qlognei(std::move(spec));
}

Vector sample_simplex(Index m, util::Rng& rng) {
  // Exponential variables over their sum are uniform on the simplex.
  Vector result(m);
  for (double& value : result) value = -std::log(1.0 - rng.uniform());
  const double sum = result.sum();
  return sum > 0.0 ? Vector(result / sum) : Vector(Vector::Constant(m, 1.0 / static_cast<double>(m)));
}

}  // namespace boa::acquisition
