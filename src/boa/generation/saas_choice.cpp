#include "boa/generation/saas_choice.hpp"

#include <utility>

#include "boa/acquisition/averaged.hpp"
#include "boa/util/parallel.hpp"

namespace boa::generation {

namespace {

constexpr Index kMostSampled = 200;
constexpr Index kMostFitted = 500;
constexpr int kMaxima = 4;  // BoTorch's num_taus

/// The objective's models on the scale of its transform.
std::vector<std::shared_ptr<const gp::GaussianProcess>> saas_models(const Outcome& objective,
                                                                    const OutcomeTransform& transform, SaasKind kind,
                                                                    const util::Rng& rng) {
  const Index n = objective.y.size();
  Vector y(n), y_var(n);
  for (Index i = 0; i < n; ++i) {
    const double slope = transform.slope(objective.y[i]);
    y[i] = transform(objective.y[i]);
    y_var[i] = objective.y_var[i] * slope * slope;
  }
  // Where one is unknown the noise is inferred for all.
  if (y_var.hasNaN()) y_var.resize(0);
  const std::vector<gp::SaasSample> samples = kind == SaasKind::kSampled
                                                  ? gp::sample_saas(objective.X, y, y_var, {}, rng)
                                                  : gp::fit_map_saas(objective.X, y, y_var, kMaxima);
  return gp::saas_models(objective.X, y, y_var, samples);
}

}  // namespace

Index most_for_saas(SaasKind kind) { return kind == SaasKind::kSampled ? kMostSampled : kMostFitted; }

std::vector<Surrogate> saas_surrogates(const ModelData& data, const Surrogate& fitted, SaasKind kind,
                                       const util::Rng& rng, int threads) {
  std::vector<std::vector<std::shared_ptr<const gp::GaussianProcess>>> models(data.num_objectives);
  util::parallel_for(models.size(), threads, [&](std::size_t j) {
    models[j] = saas_models(data.outcomes[j], fitted.outcomes[j].transforms.target(), kind, rng.split("objective", j));
  });
  std::vector<Surrogate> surrogates(models[0].size(), fitted);
  for (std::size_t k = 0; k < surrogates.size(); ++k) {
    for (std::size_t j = 0; j < models.size(); ++j) surrogates[k].outcomes[j].model = models[j][k];
  }
  return surrogates;
}

ChosenAcquisition average(std::vector<ChosenAcquisition> each) {
  ChosenAcquisition first{nullptr, each.at(0).name + " averaged over SAAS models", each[0].scale,
                          each[0].knows_fidelity, each[0].narrow};
  std::vector<std::unique_ptr<acquisition::AcquisitionFunction>> functions;
  for (ChosenAcquisition& one : each) functions.push_back(std::move(one.function));
  first.function = acquisition::make_averaged(std::move(functions), first.scale == AcquisitionScale::kLog);
  return first;
}

}  // namespace boa::generation
