#include "boa/generation/averaged_surrogates.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "boa/acquisition/averaged.hpp"
#include "boa/gp/hyperparameter_posterior.hpp"
#include "boa/gp/saas.hpp"
#include "boa/util/error.hpp"
#include "boa/util/parallel.hpp"

namespace boa::generation {

namespace {

constexpr Index kMostSampled = 200;
constexpr Index kMostFitted = 500;
constexpr int kMaxima = 4;  // BoTorch's num_taus
// Of fully Bayesian models (BoTorch): observations are never known more closely.
constexpr double kLeastSampledNoise = 1e-4;

using Models = std::vector<std::shared_ptr<const gp::GaussianProcess>>;

/// Around the fit that there is: its kernel, and what it says about noise.
Models sampled(const FittedOutcome& fitted, const UnitSpace& space, const SurrogateOptions& surrogate,
               const gp::NutsOptions& nuts, const util::Rng& rng) {
  gp::FitOptions options = fit_options(space, surrogate);
  options.kernel = fitted.fit.kernel;
  options.warm_start = fitted.fit.hyperparameters;
  return gp::sample_gp(fitted.model->data(), options, {.saas = false, .nuts = nuts}, rng);
}

Models saas_sampled(const Outcome& objective, const FittedOutcome& fitted, const UnitSpace& space,
                    const gp::NutsOptions& nuts, const util::Rng& rng) {
  gp::FitOptions options = fit_options(space, {});
  options.kernel = "matern52";
  options.priors = {nullptr, gp::make_gamma(2.0, 0.15), gp::make_gamma(0.9, 10.0)};
  options.noise_min = options.fixed_noise_min = kLeastSampledNoise;
  return gp::sample_gp(transformed(objective, fitted.transforms), options, {.saas = true, .nuts = nuts}, rng);
}

Models saas_fitted(const Outcome& objective, const FittedOutcome& fitted) {
  gp::TrainingData data = transformed(objective, fitted.transforms);
  // Where one is unknown the noise is inferred for all.
  if (data.y_var.hasNaN()) data.y_var.resize(0);
  return gp::saas_models(data.X, data.y, data.y_var, gp::fit_map_saas(data.X, data.y, data.y_var, kMaxima));
}

}  // namespace

Index most_for_averaging(Averaging kind) { return kind == Averaging::kSaasFitted ? kMostFitted : kMostSampled; }

bool is_beyond_averaging(const Surrogate& surrogate, Averaging kind) {
  return kind != Averaging::kNone &&
         std::any_of(surrogate.outcomes.begin(), surrogate.outcomes.end(), [&](const FittedOutcome& outcome) {
           return outcome.model->num_data() > most_for_averaging(kind);
         });
}

bool can_average(const ModelData& data, Averaging kind) {
  const auto objectives = std::span(data.outcomes).first(data.num_objectives);
  return kind != Averaging::kNone && std::all_of(objectives.begin(), objectives.end(), [&](const Outcome& objective) {
           return objective.y.size() > 0 && objective.y.size() <= most_for_averaging(kind);
         });
}

std::vector<Surrogate> averaged_surrogates(const ModelData& data, const Surrogate& fitted, const UnitSpace& space,
                                           const AveragingOptions& options, const util::Rng& rng, int threads) {
  std::vector<Models> models(data.num_objectives);
  util::parallel_for(models.size(), threads, [&](std::size_t j) {
    const util::Rng own = rng.split("objective", j);
    switch (options.kind) {
      case Averaging::kNone:
        throw InternalError("nothing to average over");
      case Averaging::kSampled:
        models[j] = sampled(fitted.outcomes[j], space, fitted.options, options.nuts, own);
        break;
      case Averaging::kSaasSampled:
        models[j] = saas_sampled(data.outcomes[j], fitted.outcomes[j], space, options.nuts, own);
        break;
      case Averaging::kSaasFitted:
        models[j] = saas_fitted(data.outcomes[j], fitted.outcomes[j]);
        break;
    }
  });
  std::vector<Surrogate> surrogates(models[0].size(), fitted);
  for (std::size_t k = 0; k < surrogates.size(); ++k) {
    for (std::size_t j = 0; j < models.size(); ++j) surrogates[k].outcomes[j].model = models[j][k];
  }
  return surrogates;
}

ChosenAcquisition average(std::vector<ChosenAcquisition> each, Averaging kind) {
  const char* over = kind == Averaging::kSampled ? " averaged over samples" : " averaged over SAAS models";
  ChosenAcquisition first{nullptr, each.at(0).name + over, each[0].scale, each[0].knows_fidelity, each[0].narrow};
  std::vector<std::unique_ptr<acquisition::AcquisitionFunction>> functions;
  for (ChosenAcquisition& one : each) functions.push_back(std::move(one.function));
  first.function = acquisition::make_averaged(std::move(functions), first.scale == AcquisitionScale::kLog);
  return first;
}

}  // namespace boa::generation
