#include "boa/generation/saas_choice.hpp"

#include <utility>

namespace boa::generation {

SaasEnsemble::SaasEnsemble(const Outcome& objective, const OutcomeTransform& transform, const util::Rng& rng)
    : X_(objective.X), y_(objective.y.size()) {
  Vector variances(y_.size());
  for (Index i = 0; i < y_.size(); ++i) {
    const double slope = transform.slope(objective.y[i]);
    y_[i] = transform(objective.y[i]);
    variances[i] = objective.y_var[i] * slope * slope;
  }
  // Where one is unknown the noise is inferred for all.
  if (!variances.hasNaN()) y_var_ = variances;
  samples_ = gp::sample_saas(X_, y_, y_var_, {}, rng);
}

gp::ModelList SaasEnsemble::models(const Matrix& pending) const {
  const auto observed = gp::saas_models(X_, y_, y_var_, samples_);
  if (pending.rows() == 0) return {observed.begin(), observed.end()};
  const Index n = y_.size(), p = pending.rows();
  Matrix X(n + p, X_.cols());
  X << X_, pending;
  Vector y(n + p), y_var, mean, variance;
  if (y_var_.size() > 0) {
    y_var.setZero(n + p);
    y_var.head(n) = y_var_;
  }
  gp::ModelList believed;
  for (std::size_t k = 0; k < observed.size(); ++k) {
    observed[k]->marginals(pending, mean, variance);
    y << y_, mean;
    believed.push_back(gp::saas_models(X, y, y_var, {samples_[k]}).front());
  }
  return believed;
}

ChosenAcquisition choose_saas(const SaasEnsemble& ensemble, const Surrogate& surrogate, const Incumbents& incumbents,
                              const Matrix& pending) {
  gp::ModelList models = ensemble.models(pending);
  Vector best = Vector::Constant(static_cast<Index>(models.size()), incumbents.objective[0]);
  if (surrogate.outcomes[0].noisy) {
    Vector mean, variance;
    for (std::size_t k = 0; k < models.size(); ++k) {
      models[k]->marginals(incumbents.X.topRows(incumbents.num_feasible), mean, variance);
      best[static_cast<Index>(k)] = mean.maxCoeff();
    }
  }
  return {acquisition::make_log_averaged_constrained_ei(std::move(models), std::move(best), surrogate.models(),
                                                        surrogate.bounds),
          "LogEI averaged over SAAS samples"};
}

}  // namespace boa::generation
