#include "boa/generation/acquisition_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/generation/multi_objective_choice.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr Index kSamples = 256;
// Of the objective's standard deviation.
constexpr double kHardlyMatters = 1e-2;

std::vector<acquisition::OutcomeConstraint> as_constraints(const Surrogate& surrogate) {
  const auto m = static_cast<Index>(surrogate.outcomes.size());
  std::vector<acquisition::OutcomeConstraint> constraints;
  for (const acquisition::OutcomeBound& bound : surrogate.bounds) {
    if (std::isfinite(bound.upper)) constraints.push_back({Vector::Unit(m, bound.outcome), bound.upper});
    if (std::isfinite(bound.lower)) constraints.push_back({-Vector::Unit(m, bound.outcome), -bound.lower});
  }
  return constraints;
}

}  // namespace

acquisition::MonteCarloSpec monte_carlo_spec(const Surrogate& surrogate, const Matrix& leading, Index batch,
                                             Index samples, const util::Rng& rng) {
  const auto m = static_cast<Index>(surrogate.outcomes.size());
  acquisition::MonteCarloSpec spec;
  spec.models = surrogate.models();
  spec.objective = {Vector::Unit(m, 0), 0.0};
  spec.constraints = as_constraints(surrogate);
  spec.leading = leading;
  spec.base_samples = acquisition::make_base_samples(samples, leading.rows() + batch, m, rng.split("base samples"));
  return spec;
}

Matrix observed_and_pending(const Incumbents& incumbents, const Matrix& pending, Index most) {
  const Index count = std::min(most, incumbents.X.rows());
  Matrix points(count + pending.rows(), incumbents.X.cols());
  points << incumbents.X.topRows(count), pending;
  return points;
}

double gain_scale(const Surrogate& surrogate) {
  return kHardlyMatters * surrogate.outcomes[0].model->outcome_scale().scale;
}

ChosenAcquisition choose_exploitation(const Surrogate& surrogate) {
  BOA_CHECK(surrogate.bounds.empty() && surrogate.thresholds.size() <= 1);
  return {acquisition::make_posterior_mean(surrogate.models(), {}), "PosteriorMean", AcquisitionScale::kAny};
}

ChosenAcquisition choose_acquisition(const Surrogate& surrogate, const Incumbents& incumbents, const Matrix& pending,
                                     Index batch, const util::Rng& rng) {
  const bool any_feasible = incumbents.num_feasible > 0;
  if (any_feasible && surrogate.thresholds.size() > 1) {
    ChosenAcquisition chosen = choose_multi_objective(surrogate, incumbents, pending, batch, rng);
    chosen.narrow = true;  // a gain in volume lies beside the front only
    return chosen;
  }
  if (batch == 1 && pending.rows() == 0 && !surrogate.noisy()) {
    acquisition::ScalarObjective objective{Vector::Unit(static_cast<Index>(surrogate.outcomes.size()), 0), 0.0};
    if (surrogate.bounds.empty()) {
      return {acquisition::make_log_ei(surrogate.models(), objective, incumbents.objective[0]), "LogEI"};
    }
    const double best = any_feasible ? incumbents.objective[0] : -std::numeric_limits<double>::infinity();
    return {acquisition::make_log_constrained_ei(surrogate.models(), objective, surrogate.bounds, best),
            any_feasible ? "LogConstrainedEI" : "LogProbabilityOfFeasibility", AcquisitionScale::kLog, false, true};
  }
  const Matrix leading = observed_and_pending(incumbents, pending, any_feasible ? kMostBaseline : 0);
  acquisition::MonteCarloSpec spec = monte_carlo_spec(surrogate, leading, batch, kSamples, rng);
  if (any_feasible) return {acquisition::make_qlognei(std::move(spec)), "qLogNEI"};
  return {acquisition::make_qlog_probability_of_feasibility(std::move(spec)), "qLogProbabilityOfFeasibility"};
}

}  // namespace boa::generation
