#include "problem.hpp"

#include <algorithm>
#include <cmath>

#include "boa/acquisition/multi_objective/pareto.hpp"
#include "boa/util/rng.hpp"

namespace boa::regret {

namespace {
constexpr double kLeastRegret = 1e-6;
}

Vector observe(const Problem& problem, const Vector& truth, std::uint64_t seed, int index) {
  Vector seen = truth;
  util::Rng stream = util::Rng(seed).split("noise of " + problem.name, static_cast<std::uint64_t>(index));
  if (problem.noise_sd > 0) seen[0] += problem.noise_sd * stream.normal();
  return seen;
}

bool Score::is_feasible(const Vector& truth) const {
  for (const core::OutcomeConstraint& constraint : problem_.config.outcome_constraints) {
    double value = 0;
    for (const auto& [metric, coefficient] : constraint.coefficients) {
      const auto& metrics = problem_.config.metrics;
      const auto at = std::find_if(metrics.begin(), metrics.end(), [&](const auto& m) { return m.name == metric; });
      value += coefficient * truth[at - metrics.begin()];
    }
    const bool is_lower = constraint.op == core::OutcomeConstraint::Op::kGreaterEqual;
    if (is_lower ? value < constraint.bound : value > constraint.bound) return false;
  }
  return true;
}

double Score::regret() const {
  if (problem_.config.objective.kind == core::Objective::Kind::kMulti) {
    const Index m = problem_.reference_point.size();
    Matrix outcomes(static_cast<Index>(feasible_.size()), m);
    for (std::size_t i = 0; i < feasible_.size(); ++i) outcomes.row(static_cast<Index>(i)) = -feasible_[i].head(m);
    return problem_.optimum - acquisition::hypervolume(outcomes, -problem_.reference_point);
  }
  double best = problem_.optimum + problem_.unreached;
  for (const Vector& truth : feasible_) best = std::min(best, truth[0]);
  return best - problem_.optimum;
}

double Score::add(const Vector& truth) {
  if (is_feasible(truth)) feasible_.push_back(truth);
  return std::log10(std::max(regret(), kLeastRegret));
}

}  // namespace boa::regret
