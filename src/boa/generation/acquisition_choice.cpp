#include "boa/generation/acquisition_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "boa/acquisition/monte_carlo/monte_carlo.hpp"

namespace boa::generation {

namespace {

constexpr Index kSamples = 256;
// Observed points that compete for being the best in the samples; the others hardly ever win.
constexpr Index kMostBaseline = 24;

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

ChosenAcquisition choose_acquisition(const Surrogate& surrogate, const Incumbents& incumbents, const Matrix& pending,
                                     Index batch, const util::Rng& rng) {
  const bool any_feasible = incumbents.num_feasible > 0;
  const auto m = static_cast<Index>(surrogate.outcomes.size());
  acquisition::ScalarObjective objective{Vector::Unit(m, 0), 0.0};
  if (batch == 1 && pending.rows() == 0 && !surrogate.noisy()) {
    if (surrogate.bounds.empty()) {
      return {acquisition::make_log_ei(surrogate.models(), objective, incumbents.objective[0]), "LogEI"};
    }
    const double best = any_feasible ? incumbents.objective[0] : -std::numeric_limits<double>::infinity();
    return {acquisition::make_log_constrained_ei(surrogate.models(), objective, surrogate.bounds, best),
            any_feasible ? "LogConstrainedEI" : "LogProbabilityOfFeasibility"};
  }
  acquisition::MonteCarloSpec spec;
  spec.models = surrogate.models();
  spec.objective = std::move(objective);
  spec.constraints = as_constraints(surrogate);
  const Index baseline = any_feasible ? std::min(kMostBaseline, incumbents.X.rows()) : 0;
  spec.leading.resize(baseline + pending.rows(), incumbents.X.cols());
  spec.leading << incumbents.X.topRows(baseline), pending;
  spec.base_samples =
      acquisition::make_base_samples(kSamples, spec.leading.rows() + batch, m, rng.split("base samples"));
  if (any_feasible) return {acquisition::make_qlognei(std::move(spec)), "qLogNEI"};
  return {acquisition::make_qlog_probability_of_feasibility(std::move(spec)), "qLogProbabilityOfFeasibility"};
}

}  // namespace boa::generation
