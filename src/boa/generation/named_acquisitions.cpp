#include "boa/generation/named_acquisitions.hpp"

#include <algorithm>
#include <utility>

#include "boa/acquisition/candidates.hpp"
#include "boa/acquisition/information/information.hpp"
#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/generation/multi_objective_choice.hpp"

namespace boa::generation {

namespace {

using acquisition::AcquisitionFunction;
using acquisition::MonteCarloSpec;
using Made = std::unique_ptr<AcquisitionFunction>;
using Context = AcquisitionContext;

constexpr Index kSamples = 256;
constexpr Index kMultiSamples = 64;
constexpr Index kMostBaseline = 24;
constexpr Index kMaxValues = 64;            // samples of the maximum
constexpr Index kMaxValueCandidates = 512;  // over which it is sampled

const AcquisitionArgument kEta{"eta", 1e-12, 1};
const AcquisitionArgument kTauMax{"tau_max", 1e-12, 1e6};
const AcquisitionArgument kTauRelu{"tau_relu", 1e-12, 1e6};
const AcquisitionArgument kBeta{"beta", 0, 1e12};

/// Pending points counted as candidates.
MonteCarloSpec with_trailing(const Context& context, Index samples = kSamples) {
  MonteCarloSpec spec = monte_carlo_spec(context.surrogate, Matrix(0, context.incumbents.X.cols()),
                                         1 + context.pending.rows(), samples, context.rng);
  spec.trailing = context.pending;
  return spec;
}

/// Observed and pending points whose values are sampled together with the candidate's.
MonteCarloSpec with_baseline(const Context& context, Index samples = kSamples) {
  const Index baseline = std::min(kMostBaseline, context.incumbents.X.rows());
  Matrix leading(baseline + context.pending.rows(), context.incumbents.X.cols());
  leading << context.incumbents.X.topRows(baseline), context.pending;
  return monte_carlo_spec(context.surrogate, leading, 1, samples, context.rng);
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

double best_f(const Context& context) { return context.incumbents.objective[0]; }

acquisition::MultiObjective objectives_of(const Context& context) {
  const auto m = static_cast<Index>(context.surrogate.outcomes.size());
  return {Matrix::Identity(context.surrogate.thresholds.size(), m), {}};
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
  const acquisition::SignedModel model{context.surrogate.outcomes[0].model, 1.0};
  return acquisition::make_gibbon(model, max_values(context, model), context.pending);
}

std::vector<NamedAcquisition> make_list() {
  const auto one = [](std::string_view name, std::vector<AcquisitionArgument> arguments,
                      std::function<Made(const Context&)> make) {
    return NamedAcquisition{name, false, true, std::move(arguments), std::move(make)};
  };
  const auto several = [](std::string_view name, std::vector<AcquisitionArgument> arguments,
                          std::function<Made(const Context&)> make) {
    return NamedAcquisition{name, true, true, std::move(arguments), std::move(make)};
  };
  return {
      one("qExpectedImprovement", {kEta},
          [](const Context& c) { return acquisition::make_qei(smoothed(c, with_trailing(c)), best_f(c)); }),
      one("qLogExpectedImprovement", {kEta, kTauMax, kTauRelu},
          [](const Context& c) { return acquisition::make_qlogei(smoothed(c, with_trailing(c)), best_f(c)); }),
      one("qNoisyExpectedImprovement", {kEta},
          [](const Context& c) { return acquisition::make_qnei(smoothed(c, with_baseline(c))); }),
      one("qLogNoisyExpectedImprovement", {kEta, kTauMax, kTauRelu},
          [](const Context& c) { return acquisition::make_qlognei(smoothed(c, with_baseline(c))); }),
      one("qProbabilityOfImprovement", {kEta, {"tau", 1e-12, 1e6}},
          [](const Context& c) {
            return acquisition::make_qpi(smoothed(c, with_trailing(c)), best_f(c), c.argument("tau", 1e-3));
          }),
      {"qSimpleRegret", false, false, {}, [](const Context& c) { return acquisition::make_qsr(with_trailing(c)); }},
      {"qUpperConfidenceBound",
       false,
       false,
       {kBeta},
       [](const Context& c) { return acquisition::make_qucb(with_trailing(c), c.argument("beta", 0.2)); }},
      {"qLowerBoundMaxValueEntropy", false, false, {}, lower_bound_max_value_entropy},
      several("qExpectedHypervolumeImprovement", {kEta},
              [](const Context& c) {
                return acquisition::make_qehvi(smoothed(c, with_pending(c)), objectives_of(c), reference_of(c),
                                               front_of(c));
              }),
      several("qLogExpectedHypervolumeImprovement", {kEta, kTauMax, kTauRelu},
              [](const Context& c) {
                return acquisition::make_qlogehvi(smoothed(c, with_pending(c)), objectives_of(c), reference_of(c),
                                                  front_of(c));
              }),
      several("qNoisyExpectedHypervolumeImprovement", {kEta},
              [](const Context& c) {
                return acquisition::make_qnehvi(smoothed(c, with_baseline(c, kMultiSamples)), objectives_of(c),
                                                reference_of(c));
              }),
      several("qLogNoisyExpectedHypervolumeImprovement", {kEta, kTauMax, kTauRelu},
              [](const Context& c) {
                return acquisition::make_qlognehvi(smoothed(c, with_baseline(c, kMultiSamples)), objectives_of(c),
                                                   reference_of(c));
              }),
      several("qLogNParEGO", {kEta, kTauMax, kTauRelu},
              [](const Context& c) {
                util::Rng weights = c.rng.split("scalarization");
                return acquisition::make_qlognparego(
                    smoothed(c, with_baseline(c)), objectives_of(c),
                    acquisition::sample_simplex(c.surrogate.thresholds.size(), weights));
              }),
  };
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
