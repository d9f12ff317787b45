#include "boa/generation/surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "boa/generation/fidelity.hpp"
#include "boa/generation/multi_objective_choice.hpp"
#include "boa/util/parallel.hpp"

namespace boa::generation {

namespace {

OutcomeTransform::Tail bad_tail(const ModelData& data, std::size_t outcome) {
  if (outcome < data.num_objectives) return OutcomeTransform::Tail::kLow;
  for (const OutcomeInterval& interval : data.intervals) {
    if (interval.outcome != outcome) continue;
    if (std::isinf(interval.lower)) return OutcomeTransform::Tail::kHigh;
    if (std::isinf(interval.upper)) return OutcomeTransform::Tail::kLow;
  }
  return OutcomeTransform::Tail::kNone;
}

/// The bound of an outcome that is constrained, of two the one next to more of the values; none of an objective.
std::optional<double> bound_of(const ModelData& data, std::size_t outcome) {
  if (outcome < data.num_objectives) return std::nullopt;
  const Vector& y = data.outcomes[outcome].y;
  const auto distance = [&y](double bound) { return (y.array() - bound).abs().sum(); };
  std::optional<double> nearest;
  for (const OutcomeInterval& interval : data.intervals) {
    if (interval.outcome != outcome) continue;
    for (const double bound : {interval.lower, interval.upper}) {
      if (std::isfinite(bound) && (!nearest || distance(bound) < distance(*nearest))) nearest = bound;
    }
  }
  return nearest;
}

}  // namespace

gp::ModelList Surrogate::models() const {
  gp::ModelList list;
  for (const FittedOutcome& outcome : outcomes) list.push_back(outcome.model);
  return list;
}

bool Surrogate::noisy() const {
  return std::any_of(outcomes.begin(), outcomes.end(), [](const FittedOutcome& outcome) { return outcome.noisy; });
}

bool Surrogate::is_feasible(const Vector& values) const {
  return std::all_of(bounds.begin(), bounds.end(), [&](const acquisition::OutcomeBound& bound) {
    return values[bound.outcome] >= bound.lower && values[bound.outcome] <= bound.upper;
  });
}

Vector Surrogate::excess(const Matrix& values) const {
  Vector sum = Vector::Zero(values.rows());
  for (const acquisition::OutcomeBound& bound : bounds) {
    for (Index i = 0; i < values.rows(); ++i) {
      const double value = values(i, bound.outcome);
      sum[i] += std::max({0.0, bound.lower - value, value - bound.upper});
    }
  }
  return sum;
}

Surrogate less_exact(const Surrogate& surrogate) {
  Surrogate result = surrogate;
  for (FittedOutcome& outcome : result.outcomes) {
    gp::GpParameters parameters = outcome.model->parameters();
    if (parameters.fixed_noise_min >= gp::kMinFixedNoise) continue;
    parameters.fixed_noise_min = gp::kMinFixedNoise;
    outcome.model = std::make_shared<const gp::GaussianProcess>(outcome.model->data(), std::move(parameters),
                                                                outcome.model->outcome_scale());
  }
  return result;
}

std::vector<Index> best_first(const Vector& objective, const Vector& excess) {
  std::vector<Index> order(static_cast<std::size_t>(objective.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    if (excess[a] != excess[b]) return excess[a] < excess[b];
    return objective[a] > objective[b];
  });
  return order;
}

Surrogate fit_surrogate(const ModelData& data, const UnitSpace& space, const util::Rng& rng,
                        const std::optional<RememberedFits>& last, const SurrogateOptions& options) {
  Surrogate surrogate;
  surrogate.options = options;
  surrogate.options.has_fidelities = !target_columns(space).empty();
  // Fits of other models have other hyperparameters.
  const bool is_usable = last && last->fits.size() == data.outcomes.size() && last->options == surrogate.options.text();
  const bool is_same = is_usable && last->fingerprint == fingerprint(data);
  surrogate.outcomes.resize(data.outcomes.size());
  SurrogateOptions each = options;
  if (data.outcomes.size() > 1) each.threads = 1;  // they are divided between the outcomes
  util::parallel_for(data.outcomes.size(), options.threads, [&](std::size_t m) {
    const bool may_bend = data.num_objectives == 1 || m >= data.num_objectives;
    const OutcomeRole role{bad_tail(data, m), may_bend, bound_of(data, m)};
    const util::Rng stream = rng.split("fit", m);
    const RememberedFit* remembered = is_usable ? &last->fits[m] : nullptr;
    surrogate.outcomes[m] = is_same ? repeat_fit(data.outcomes[m], role, space, stream, each, *remembered)
                                    : fit_outcome(data.outcomes[m], role, space, stream, each, remembered);
  });
  for (const OutcomeInterval& interval : data.intervals) {
    const OutcomeTransform& transform = surrogate.outcomes[interval.outcome].transforms.target();
    surrogate.bounds.push_back(
        {static_cast<Index>(interval.outcome), transform(interval.lower), transform(interval.upper)});
  }
  surrogate.thresholds = data.thresholds;
  for (Index j = 0; j < data.thresholds.size(); ++j) {
    surrogate.thresholds[j] = surrogate.outcomes[static_cast<std::size_t>(j)].transforms.target()(data.thresholds[j]);
  }
  return surrogate;
}

RememberedFits remember(const ModelData& data, const Surrogate& surrogate) {
  RememberedFits fits{fingerprint(data), {}, surrogate.options.text()};
  for (const FittedOutcome& outcome : surrogate.outcomes) fits.fits.push_back(outcome.fit);
  return fits;
}

Incumbents rank_observed(const ModelData& data, const Surrogate& surrogate) {
  const Outcome& objective = data.outcomes[0];
  const Index n = objective.X.rows();
  const auto m = static_cast<Index>(surrogate.outcomes.size());
  Matrix values(n, m);
  for (Index j = 0; j < m; ++j) {
    const FittedOutcome& fitted = surrogate.outcomes[static_cast<std::size_t>(j)];
    const Outcome& outcome = data.outcomes[static_cast<std::size_t>(j)];
    const bool aligned = outcome.X.rows() == n && (j == 0 || outcome.X == objective.X);
    if (aligned && !fitted.noisy) {
      for (Index i = 0; i < n; ++i) values(i, j) = fitted.transforms.target()(outcome.y[i]);
    } else {
      Vector mean, variance;
      fitted.model->marginals(objective.X, mean, variance);
      values.col(j) = mean;
    }
  }
  const Vector excess = surrogate.excess(values);
  const auto M = static_cast<Index>(data.num_objectives);
  const std::vector<Index> order = M > 1 ? pareto_order(values.leftCols(M), excess) : best_first(values.col(0), excess);
  return {objective.X(order, Eigen::all), values(order, 0), values(order, Eigen::all), (excess.array() == 0).count()};
}

}  // namespace boa::generation
