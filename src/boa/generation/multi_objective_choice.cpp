#include "boa/generation/multi_objective_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace boa::generation {

namespace {

constexpr Index kMostHypervolume = 5;     // objectives: the cells grow as a power of them
constexpr Index kMostCells = 4000;        // beyond, one evaluation of the closed form takes milliseconds
constexpr Index kMostCellSamples = 8192;  // cells times samples, of the Monte Carlo forms
constexpr Index kMostSamples = 128;
constexpr Index kFewestSamples = 16;
constexpr Index kScalarizedSamples = 256;
// How far below the front's nadir the reference point lies, in ranges: the front's own, as in BoTorch, or that of all
// feasible observations. A front of a few points close together says little about how far the front reaches.
constexpr double kBelowNadir = 0.1;
// Observed points of which the front of the noisy form is made, sample by sample.
constexpr Index kMostBaseline = 40;

Index num_objectives(const Surrogate& surrogate) { return surrogate.thresholds.size(); }

Matrix front_of(const Surrogate& surrogate, const Incumbents& incumbents) {
  return acquisition::pareto_front(
      incumbents.outcomes.topLeftCorner(incumbents.num_feasible, num_objectives(surrogate)));
}

/// The feasible points whose hopes are not dominated by what another one is sure to have: the others hardly ever are on
/// a sample's front. Optimistic and cautious values are two standard deviations from the means.
Matrix baseline_of(const Surrogate& surrogate, const Incumbents& incumbents) {
  const Index n = incumbents.num_feasible, M = num_objectives(surrogate);
  const Matrix X = incumbents.X.topRows(n);
  Matrix hope(n, M), sure(n, M);
  Vector mean, variance;
  for (Index j = 0; j < M; ++j) {
    surrogate.outcomes[static_cast<std::size_t>(j)].model->marginals(X, mean, variance);
    const Vector reach = 2.0 * variance.cwiseMax(0.0).cwiseSqrt();
    hope.col(j) = mean + reach;
    sure.col(j) = mean - reach;
  }
  const Matrix front = acquisition::pareto_front(sure);
  Matrix baseline(std::min(n, kMostBaseline), X.cols());
  Index kept = 0;
  for (Index i = 0; i < n && kept < baseline.rows(); ++i) {  // best first
    bool is_dominated = false;
    for (Index k = 0; k < front.rows() && !is_dominated; ++k) {
      is_dominated = (front.row(k).array() > hope.row(i).array()).all();
    }
    if (!is_dominated) baseline.row(kept++) = X.row(i);
  }
  return baseline.topRows(kept);
}

Matrix stacked(const Matrix& top, const Matrix& bottom) {
  Matrix all(top.rows() + bottom.rows(), std::max(top.cols(), bottom.cols()));
  all << top, bottom;
  return all;
}

ChosenAcquisition scalarized(const Surrogate& surrogate, const Incumbents& incumbents, const Matrix& pending,
                             Index batch, const util::Rng& rng) {
  const Matrix baseline = baseline_of(surrogate, incumbents);
  const Matrix leading = stacked(baseline, pending);
  util::Rng weights = rng.split("scalarization");
  return {acquisition::make_qlognparego(monte_carlo_spec(surrogate, leading, batch, kScalarizedSamples, rng),
                                        baseline.rows(), objectives_of(surrogate),
                                        acquisition::sample_simplex(num_objectives(surrogate), weights)),
          "qLogNParEGO"};
}

}  // namespace

acquisition::MultiObjective objectives_of(const Surrogate& surrogate) {
  const auto m = static_cast<Index>(surrogate.outcomes.size());
  return {Matrix::Identity(num_objectives(surrogate), m), {}};
}

std::vector<Index> pareto_order(const Matrix& values, const Vector& excess) {
  const Index n = values.rows();
  std::vector<Index> feasible, front, order;
  for (Index i = 0; i < n; ++i) {
    if (excess[i] == 0) feasible.push_back(i);
  }
  const Matrix all = values(feasible, Eigen::all);
  const std::vector<bool> is_best = acquisition::is_non_dominated(all, false);
  for (std::size_t i = 0; i < feasible.size(); ++i) {
    if (is_best[i]) front.push_back(feasible[i]);
  }
  const Matrix points = values(front, Eigen::all);
  Vector distance = Vector::Constant(points.rows(), std::numeric_limits<double>::infinity());
  const auto take = [&](Index i) {
    if (distance[i] < 0) return;
    order.push_back(front[static_cast<std::size_t>(i)]);
    distance = distance.cwiseMin((points.rowwise() - points.row(i)).rowwise().norm());
    distance[i] = -1;
  };
  Index next = 0;
  for (Index j = 0; j < points.cols() && points.rows() > 0; ++j) {
    points.col(j).maxCoeff(&next);
    take(next);
  }
  while (order.size() < front.size()) {
    distance.maxCoeff(&next);
    take(next);
  }
  std::vector<Index> rest;
  for (Index i = 0; i < n; ++i) {
    if (std::find(front.begin(), front.end(), i) == front.end()) rest.push_back(i);
  }
  std::stable_sort(rest.begin(), rest.end(), [&](Index a, Index b) {
    if (excess[a] != excess[b]) return excess[a] < excess[b];
    return values.row(a).sum() > values.row(b).sum();
  });
  order.insert(order.end(), rest.begin(), rest.end());
  return order;
}

Vector reference_point(const Surrogate& surrogate, const Incumbents& incumbents) {
  if (!surrogate.thresholds.hasNaN()) return surrogate.thresholds;
  const Matrix front = front_of(surrogate, incumbents);
  Vector inferred = acquisition::infer_reference_point(front, surrogate.thresholds, kBelowNadir);
  for (Index j = 0; j < inferred.size(); ++j) {
    if (!std::isnan(surrogate.thresholds[j])) continue;
    const auto observed = incumbents.outcomes.col(j).head(incumbents.num_feasible);
    const double range = observed.maxCoeff() - observed.minCoeff();
    inferred[j] = std::min(inferred[j], front.col(j).minCoeff() - kBelowNadir * range);
  }
  return inferred;
}

ChosenAcquisition choose_multi_objective(const Surrogate& surrogate, const Incumbents& incumbents,
                                         const Matrix& pending, Index batch, const util::Rng& rng) {
  const Index M = num_objectives(surrogate);
  const Matrix front = front_of(surrogate, incumbents);
  const Vector reference = reference_point(surrogate, incumbents);
  if (M > kMostHypervolume) return scalarized(surrogate, incumbents, pending, batch, rng);
  const std::optional<acquisition::Boxes> boxes = acquisition::boxes_if_few(front, reference, kMostCells);
  if (!boxes) return scalarized(surrogate, incumbents, pending, batch, rng);
  const Index cells = boxes->size();
  if (batch == 1 && pending.rows() == 0 && !surrogate.noisy() && cells <= kMostCells) {
    return {
        acquisition::make_log_ehvi(surrogate.models(), objectives_of(surrogate), reference, front, surrogate.bounds),
        "LogEHVI"};
  }
  const Index samples = std::min(kMostSamples, kMostCellSamples / std::max<Index>(1, cells));
  if (samples < kFewestSamples) return scalarized(surrogate, incumbents, pending, batch, rng);
  if (!surrogate.noisy()) {
    return {acquisition::make_qlogehvi(monte_carlo_spec(surrogate, pending, batch, samples, rng),
                                       objectives_of(surrogate), reference, front),
            "qLogEHVI"};
  }
  const Matrix leading = stacked(baseline_of(surrogate, incumbents), pending);
  return {acquisition::make_qlognehvi(monte_carlo_spec(surrogate, leading, batch, samples, rng),
                                      objectives_of(surrogate), reference),
          "qLogNEHVI"};
}

}  // namespace boa::generation
