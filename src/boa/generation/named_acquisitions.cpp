#include "boa/generation/named_acquisitions.hpp"

#include <algorithm>
#include <utility>

#include "boa/acquisition/candidates.hpp"
#include "boa/acquisition/information/information.hpp"
#include "boa/acquisition/information/knowledge_gradient.hpp"
#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/generation/multi_objective_choice.hpp"

namespace boa::generation {

namespace {

using acquisition::AcquisitionFunction;
using acquisition::MonteCarloSpec;
using Made = std::unique_ptr<AcquisitionFunction>;
using Context = AcquisitionContext;
using Scale = AcquisitionScale;

constexpr Index kSamples = 256;
constexpr Index kMultiSamples = 64;
constexpr Index kMaxValues = 64;            // samples of the maximum
constexpr Index kMaxValueCandidates = 512;  // over which it is sampled
constexpr Index kEntropyMaxima = 16;        // of them, for the entropy that is estimated by samples
constexpr Index kEntropySamples = 32;
constexpr Index kMostFantasised = 256;       // observed points that each fantasy model knows
constexpr double kNoisyTauMax = 1e-3;        // BoTorch's of qLogNEHVI
constexpr double kFantasyNoise = 1e-7;       // BoTorch's
constexpr Index kKnowledgeCandidates = 512;  // of which samples say where a maximum may lie
constexpr Index kKnowledgePoints = 64;       // such samples; BoTorch's num_fantasies
constexpr Index kKnowledgeCenters = 8;

const AcquisitionArgument kFantasies{"num_fantasies", 1, 1024, AcquisitionArgument::Kind::kWhole};
const AcquisitionArgument kEta{"eta", 1e-12, 1};
const AcquisitionArgument kTauMax{"tau_max", 1e-12, 1e6};
const AcquisitionArgument kTauRelu{"tau_relu", 1e-12, 1e6};
const AcquisitionArgument kBeta{"beta", 0, 1e12};
// Switches of BoTorch's speed: the baseline is the best points either way, and its root is kept.
const AcquisitionArgument kPruneBaseline{.name = "prune_baseline", .kind = AcquisitionArgument::Kind::kSwitch};
const AcquisitionArgument kCacheRoot{.name = "cache_root", .kind = AcquisitionArgument::Kind::kSwitch};

/// Pending points counted as candidates.
MonteCarloSpec with_trailing(const Context& context, Index samples = kSamples) {
  MonteCarloSpec spec = monte_carlo_spec(context.surrogate, Matrix(0, context.incumbents.X.cols()),
                                         1 + context.pending.rows(), samples, context.rng);
  spec.trailing = context.pending;
  return spec;
}

/// Observed and pending points whose values are sampled together with the candidate's.
MonteCarloSpec with_baseline(const Context& context, Index samples = kSamples) {
  return monte_carlo_spec(context.surrogate, observed_and_pending(context.incumbents, context.pending, kMostBaseline),
                          1, samples, context.rng);
}

MonteCarloSpec with_pending(const Context& context) {
  return monte_carlo_spec(context.surrogate, context.pending, 1, kMultiSamples, context.rng);
}

MonteCarloSpec smoothed(const Context& context, MonteCarloSpec spec) {
  spec.smoothing.eta = context.argument("eta", spec.smoothing.eta);
  spec.smoothing.tau_max = context.argument("tau_max", spec.smoothing.tau_max);
  spec.smoothing.tau_relu = context.argument("tau_relu", spec.smoothing.tau_relu);
  return spec;
}

/// The models, having observed their own means at the pending points: nothing is expected there any more.
std::vector<std::shared_ptr<const gp::GaussianProcess>> believed(const Context& context) {
  std::vector<std::shared_ptr<const gp::GaussianProcess>> models;
  Vector mean, variance;
  for (const FittedOutcome& outcome : context.surrogate.outcomes) {
    models.push_back(outcome.model);
    if (context.pending.rows() == 0) continue;
    outcome.model->marginals(context.pending, mean, variance);
    models.back() = outcome.model->condition_on(context.pending, mean, Vector::Zero(mean.size()));
  }
  return models;
}

gp::ModelList believed_models(const Context& context) {
  const auto models = believed(context);
  return {models.begin(), models.end()};
}

double best_f(const Context& context) { return context.incumbents.objective[0]; }

/// That of the models that `believed` gives.
double believed_best_f(const Context& context) {
  double best = best_f(context);
  const Surrogate& surrogate = context.surrogate;
  Matrix values(context.pending.rows(), static_cast<Index>(surrogate.outcomes.size()));
  Vector mean, variance;
  for (Index j = 0; j < values.cols() && values.rows() > 0; ++j) {
    surrogate.outcomes[static_cast<std::size_t>(j)].model->marginals(context.pending, mean, variance);
    values.col(j) = mean;
  }
  for (Index i = 0; i < values.rows(); ++i) {
    if (surrogate.is_feasible(values.row(i).transpose())) best = std::max(best, values(i, 0));
  }
  return best;
}

Matrix front_of(const Context& context) {
  return context.incumbents.outcomes.topLeftCorner(context.incumbents.num_feasible,
                                                   context.surrogate.thresholds.size());
}

Vector reference_of(const Context& context) { return reference_point(context.surrogate, context.incumbents); }

Vector max_values(const Context& context, const acquisition::SignedModel& model) {
  const Matrix spread =
      acquisition::spread_points(context.domain, kMaxValueCandidates, context.rng.split("max value candidates"));
  Matrix candidates(spread.rows() + 1, context.incumbents.X.cols());
  candidates << spread, context.incumbents.X.topRows(1);
  return acquisition::sample_max_values(model, candidates, kMaxValues, context.rng.split("max values"));
}

Made lower_bound_max_value_entropy(const Context& context) {
  // With the means believed at pending points it is never negative; its own term for them is a logarithm below 0.
  const acquisition::SignedModel model{believed_models(context)[0], 1.0};
  return acquisition::make_gibbon(model, max_values(context, model), Matrix(0, context.domain.dim()));
}

Made max_value_entropy(const Context& context) {
  const acquisition::SignedModel model{believed_models(context)[0], 1.0};
  return acquisition::make_qmes(
      model, max_values(context, model).head(kEntropyMaxima),
      acquisition::make_base_samples(kEntropySamples, 1, 1, context.rng.split("entropy samples"))[0].col(0));
}

Made noisy_ei(const Context& context, bool in_logs) {
  const Matrix observed = observed_and_pending(context.incumbents, context.pending, kMostFantasised);
  const auto fantasies = static_cast<Index>(context.argument("num_fantasies", 20));
  const Matrix samples =
      acquisition::make_base_samples(fantasies, observed.rows(), 1, context.rng.split("fantasies"))[0];
  return acquisition::make_noisy_ei(*context.surrogate.outcomes[0].model, observed, samples, kFantasyNoise, true,
                                    in_logs);
}

/// Where the maximum of the posterior mean may lie after one more observation: where it lies in samples of the
/// function, and where it lies now. At the target fidelity.
Matrix plausible_maxima(const Context& context, const gp::GaussianProcess& model) {
  const Matrix centers = context.incumbents.X.topRows(std::min(kKnowledgeCenters, context.incumbents.X.rows()));
  const util::Rng rng = context.rng.split("knowledge");
  acquisition::OptimizeAcqfOptions options;
  options.incumbents = centers;
  const auto mean = acquisition::make_posterior_mean({believed_models(context)[0]}, {});
  const acquisition::AcqfOptimum now = acquisition::optimize_acqf(*mean, context.domain, options, rng);
  const Matrix spread = acquisition::spread_points(context.domain, kKnowledgeCandidates, rng.split("spread"));
  const Matrix near = acquisition::perturbed_points(context.domain, centers, kKnowledgePoints / 4, rng.split("near"));
  Matrix candidates(now.X.rows() + spread.rows() + near.rows() + centers.rows(), centers.cols());
  candidates << now.X, spread, near, centers;
  candidates = acquisition::at_target(candidates, context.targets);
  const gp::FixedPoints joint = model.fix_points(candidates);
  util::Rng stream = rng.split("samples");
  std::vector<Index> kept = {0};
  Vector z(candidates.rows());
  for (double i = context.argument("num_fantasies", kKnowledgePoints); i >= 1; --i) {
    for (double& value : z) value = stream.normal();
    Index best = 0;
    (joint.mean + joint.root.triangularView<Eigen::Lower>() * z).maxCoeff(&best);
    if (std::find(kept.begin(), kept.end(), best) == kept.end()) kept.push_back(best);
  }
  return candidates(kept, Eigen::all);
}

Made knowledge_gradient(const Context& context) {
  const std::shared_ptr<const gp::GaussianProcess> model = believed(context)[0];
  return acquisition::make_log_knowledge_gradient(model, plausible_maxima(context, *model), context.targets);
}

acquisition::ScalarObjective first_outcome(const Context& context) {
  return {Vector::Unit(static_cast<Index>(context.surrogate.outcomes.size()), 0), 0.0};
}

void add_monte_carlo(std::vector<NamedAcquisition>& list) {
  list.push_back({"qExpectedImprovement", false, true, Scale::kGain, {kEta}, [](const Context& c) {
                    return acquisition::make_qei(smoothed(c, with_trailing(c)), best_f(c));
                  }});
  list.push_back({"qLogExpectedImprovement", false, true, Scale::kLog, {kEta, kTauMax, kTauRelu}, [](const Context& c) {
                    return acquisition::make_qlogei(smoothed(c, with_trailing(c)), best_f(c));
                  }});
  list.push_back({"qNoisyExpectedImprovement",
                  false,
                  true,
                  Scale::kGain,
                  {kEta, kPruneBaseline, kCacheRoot},
                  [](const Context& c) { return acquisition::make_qnei(smoothed(c, with_baseline(c))); }});
  list.push_back({"qLogNoisyExpectedImprovement",
                  false,
                  true,
                  Scale::kLog,
                  {kEta, kTauMax, kTauRelu, kPruneBaseline, kCacheRoot},
                  [](const Context& c) { return acquisition::make_qlognei(smoothed(c, with_baseline(c))); }});
  list.push_back(
      {"qProbabilityOfImprovement", false, true, Scale::kGain, {kEta, {"tau", 1e-12, 1e6}}, [](const Context& c) {
         return acquisition::make_qpi(smoothed(c, with_trailing(c)), best_f(c), c.argument("tau", 1e-3));
       }});
  list.push_back({"qSimpleRegret", false, false, Scale::kAny, {}, [](const Context& c) {
                    return acquisition::make_qsr(with_trailing(c));
                  }});
  list.push_back({"qUpperConfidenceBound", false, false, Scale::kAny, {kBeta}, [](const Context& c) {
                    return acquisition::make_qucb(with_trailing(c), c.argument("beta", 0.2));
                  }});
  list.push_back({"qLowerBoundMaxValueEntropy", false, false, Scale::kGain, {}, lower_bound_max_value_entropy});
  list.push_back({"qMaxValueEntropy", false, false, Scale::kGain, {}, max_value_entropy});
  list.push_back({"qKnowledgeGradient", false, false, Scale::kLog, {kFantasies}, knowledge_gradient, true});
  list.push_back(
      {"qMultiFidelityKnowledgeGradient", false, false, Scale::kLog, {kFantasies}, knowledge_gradient, true, true});
}

void add_closed_form(std::vector<NamedAcquisition>& list) {
  const auto add = [&](std::string_view name, bool takes_constraints, std::vector<AcquisitionArgument> arguments,
                       std::function<Made(const Context&)> make) {
    const bool is_value = name == "UpperConfidenceBound" || name == "PosteriorMean";
    const Scale scale = name.starts_with("Log") ? Scale::kLog : is_value ? Scale::kAny : Scale::kGain;
    list.push_back({name, false, takes_constraints, scale, std::move(arguments), std::move(make)});
  };
  add("ExpectedImprovement", false, {},
      [](const Context& c) { return acquisition::make_ei(believed_models(c), first_outcome(c), believed_best_f(c)); });
  add("LogExpectedImprovement", false, {}, [](const Context& c) {
    return acquisition::make_log_ei(believed_models(c), first_outcome(c), believed_best_f(c));
  });
  add("ConstrainedExpectedImprovement", true, {}, [](const Context& c) {
    return acquisition::make_constrained_ei(believed_models(c), first_outcome(c), c.surrogate.bounds,
                                            believed_best_f(c));
  });
  add("LogConstrainedExpectedImprovement", true, {}, [](const Context& c) {
    return acquisition::make_log_constrained_ei(believed_models(c), first_outcome(c), c.surrogate.bounds,
                                                believed_best_f(c));
  });
  add("NoisyExpectedImprovement", false, {kFantasies}, [](const Context& c) { return noisy_ei(c, false); });
  add("LogNoisyExpectedImprovement", false, {kFantasies}, [](const Context& c) { return noisy_ei(c, true); });
  add("ProbabilityOfImprovement", false, {},
      [](const Context& c) { return acquisition::make_pi(believed_models(c), first_outcome(c), believed_best_f(c)); });
  add("LogProbabilityOfImprovement", false, {}, [](const Context& c) {
    return acquisition::make_log_pi(believed_models(c), first_outcome(c), believed_best_f(c));
  });
  add("UpperConfidenceBound", false, {kBeta}, [](const Context& c) {
    return acquisition::make_ucb(believed_models(c), first_outcome(c), c.argument("beta", 0.2));
  });
  add("PosteriorMean", false, {},
      [](const Context& c) { return acquisition::make_posterior_mean(believed_models(c), first_outcome(c)); });
  add("PosteriorStandardDeviation", false, {},
      [](const Context& c) { return acquisition::make_posterior_std(believed_models(c), first_outcome(c)); });
}

void add_several_objectives(std::vector<NamedAcquisition>& list) {
  const auto add = [&](std::string_view name, std::function<Made(const Context&)> make) {
    const bool in_logs = name.starts_with("qLog");
    std::vector<AcquisitionArgument> arguments = {kEta};
    if (in_logs) arguments = {kEta, kTauMax, kTauRelu};
    const bool has_baseline = name == "qLogNParEGO" || name.find("Noisy") != name.npos;
    if (has_baseline) {
      arguments.insert(arguments.end(), {kPruneBaseline, kCacheRoot});
    }
    list.push_back({name, true, true, in_logs ? Scale::kLog : Scale::kGain, std::move(arguments), std::move(make)});
  };
  add("qExpectedHypervolumeImprovement", [](const Context& c) {
    return acquisition::make_qehvi(smoothed(c, with_pending(c)), objectives_of(c.surrogate), reference_of(c),
                                   front_of(c));
  });
  add("qLogExpectedHypervolumeImprovement", [](const Context& c) {
    return acquisition::make_qlogehvi(smoothed(c, with_pending(c)), objectives_of(c.surrogate), reference_of(c),
                                      front_of(c));
  });
  add("qNoisyExpectedHypervolumeImprovement", [](const Context& c) {
    return acquisition::make_qnehvi(smoothed(c, with_baseline(c, kMultiSamples)), objectives_of(c.surrogate),
                                    reference_of(c));
  });
  add("qLogNoisyExpectedHypervolumeImprovement", [](const Context& c) {
    MonteCarloSpec spec = with_baseline(c, kMultiSamples);
    spec.smoothing.tau_max = kNoisyTauMax;
    return acquisition::make_qlognehvi(smoothed(c, std::move(spec)), objectives_of(c.surrogate), reference_of(c));
  });
  add("qLogNParEGO", [](const Context& c) {
    util::Rng weights = c.rng.split("scalarization");
    MonteCarloSpec spec = smoothed(c, with_baseline(c));
    const Index baseline = spec.leading.rows() - c.pending.rows();
    return acquisition::make_qlognparego(std::move(spec), baseline, objectives_of(c.surrogate),
                                         acquisition::sample_simplex(c.surrogate.thresholds.size(), weights));
  });
}

std::vector<NamedAcquisition> make_list() {
  std::vector<NamedAcquisition> list;
  add_monte_carlo(list);
  add_closed_form(list);
  add_several_objectives(list);
  return list;
}

}  // namespace

double AcquisitionContext::argument(std::string_view name, double otherwise) const {
  const util::Node* value = arguments.is_object() ? arguments.find(name) : nullptr;
  return value == nullptr ? otherwise : value->as_double();
}

const std::vector<NamedAcquisition>& named_acquisitions() {
  static const std::vector<NamedAcquisition> list = make_list();
  return list;
}

const NamedAcquisition* find_acquisition(std::string_view name) {
  const auto& list = named_acquisitions();
  const auto it = std::find_if(list.begin(), list.end(), [&](const NamedAcquisition& a) { return a.name == name; });
  return it == list.end() ? nullptr : &*it;
}

std::vector<std::string> acquisition_names() {
  std::vector<std::string> names;
  for (const NamedAcquisition& named : named_acquisitions()) names.emplace_back(named.name);
  return names;
}

}  // namespace boa::generation
