#include "boa/analysis/importance.hpp"

#include <algorithm>
#include <cmath>

#include "boa/generation/fidelity.hpp"
#include "boa/math/sobol.hpp"

namespace boa::analysis {

namespace {

// A mean that varies by less than this share of the outcomes' spread is flat.
constexpr double kFlat = 1e-12;

/// Points of the unit cube as model coordinates: on the values that parameters can take, at the target task.
Matrix on_values(const generation::UnitSpace& space, const Matrix& U) {
  Matrix X(U.rows(), U.cols());
  for (Index i = 0; i < U.rows(); ++i) {
    const Vector u = space.sample_at_target(U.row(i).transpose());
    X.row(i) = space.encode(space.decode_sample(u)).value().transpose();
  }
  return X;
}

/// Means on the transformed scale, where variances neither over- nor underflow.
Vector means(const MetricModel& model, const Matrix& X) {
  Vector mean, variance;
  model.fitted.model->marginals(X, mean, variance);
  return mean;
}

std::vector<double> lengthscales(const MetricModel& model, const generation::UnitSpace& space) {
  std::vector<double> values, of_fidelities;
  for (const gp::Hyperparameter& h : model.fitted.model->parameters().kernel->hyperparameters()) {
    if (h.name == "lengthscale") values.push_back(h.value);
    if (h.name == "fidelity_lengthscale") of_fidelities.push_back(h.value);
  }
  const acquisition::TargetColumns fidelities = generation::target_columns(space);
  for (std::size_t k = 0; k < of_fidelities.size(); ++k) {  // from left to right: each comes to its own place
    const auto place = std::min(static_cast<std::size_t>(fidelities.at(k).first), values.size());
    values.insert(values.begin() + static_cast<Index>(place), of_fidelities[k]);
  }
  if (space.tasks() && static_cast<Index>(values.size()) + 1 == space.dim()) {
    values.insert(values.begin() + space.tasks()->column, std::nan(""));
  }
  const auto dim = static_cast<std::size_t>(space.dim());
  if (values.size() != dim) values.assign(dim, std::nan(""));
  return values;
}

}  // namespace

std::vector<ParameterImportance> parameter_importance(const MetricModels& models, const MetricModel& model,
                                                      const util::Rng& rng, Index samples) {
  const generation::UnitSpace& space = models.space();
  const Index d = space.dim();
  const Matrix U = math::Sobol(2 * d, rng.split("importance")).draw(samples);
  const Matrix A = on_values(space, U.leftCols(d)), B = on_values(space, U.rightCols(d));
  const Vector f_A = means(model, A), f_B = means(model, B);
  const double center = 0.5 * (f_A.mean() + f_B.mean());
  const double variance = 0.5 * ((f_A.array() - center).square().mean() + (f_B.array() - center).square().mean());
  const std::vector<double> scales = lengthscales(model, space);
  std::vector<ParameterImportance> result;
  Index j = 0;
  for (const core::Parameter& parameter : space.space().parameters()) {
    if (core::is_fixed(parameter)) continue;
    // In the cube: which parameters exist may depend on this one.
    Matrix mixed = U.leftCols(d);
    mixed.col(j) = U.col(d + j);
    const Vector f = means(model, on_values(space, mixed));
    ParameterImportance importance{core::name_of(parameter), 0, 0, scales[static_cast<std::size_t>(j)]};
    if (variance > kFlat) {
      importance.first_order = std::clamp((f_B.array() * (f - f_A).array()).mean() / variance, 0.0, 1.0);
      importance.total = std::clamp(0.5 * (f_A - f).array().square().mean() / variance, 0.0, 1.0);
    }
    result.push_back(std::move(importance));
    ++j;
  }
  return result;
}

}  // namespace boa::analysis
