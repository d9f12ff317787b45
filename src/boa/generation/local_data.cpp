#include "boa/generation/local_data.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "boa/util/error.hpp"

namespace boa::generation {

std::vector<Index> local_rows(const Matrix& X, const Vector& center, Index limit) {
  BOA_CHECK(center.size() == X.cols(), center.size(), X.cols());
  BOA_CHECK(limit >= 2, limit);
  const Index n = X.rows();
  std::vector<Index> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), Index{0});
  if (n <= limit) return rows;
  // One point a column: the distances below run through memory in order.
  const Matrix points = X.transpose();
  const Vector from_center = (points.colwise() - center).colwise().squaredNorm().transpose();
  const auto half = static_cast<std::ptrdiff_t>(limit / 2);
  std::nth_element(rows.begin(), rows.begin() + half, rows.end(), [&](Index a, Index b) {
    return from_center[a] != from_center[b] ? from_center[a] < from_center[b] : a < b;
  });
  std::vector<Index> kept(rows.begin(), rows.begin() + half);
  // Distance of every other row to what is taken; the near half is represented by its center.
  Vector distance = from_center;
  for (const Index row : kept) distance[row] = -1.0;
  while (static_cast<Index>(kept.size()) < limit) {
    Index farthest = 0;
    distance.maxCoeff(&farthest);
    kept.push_back(farthest);
    const Vector taken = points.col(farthest);
    for (Index i = 0; i < n; ++i) {
      if (distance[i] < 0.0) continue;
      distance[i] = std::min(distance[i], (points.col(i) - taken).squaredNorm());
    }
    distance[farthest] = -1.0;
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

Outcome select_rows(const Outcome& outcome, const std::vector<Index>& rows) {
  Outcome part = outcome;
  part.X = outcome.X(rows, Eigen::all);
  part.y = outcome.y(rows);
  part.y_var = outcome.y_var(rows);
  return part;
}

Vector best_observed(const ModelData& data) {
  const Outcome& objective = data.outcomes.at(0);
  Index best = -1;
  bool best_is_feasible = false;
  for (Index i = 0; i < objective.y.size(); ++i) {
    const bool is_feasible =
        std::all_of(data.intervals.begin(), data.intervals.end(), [&](const OutcomeInterval& interval) {
          const Outcome& outcome = data.outcomes[interval.outcome];
          // Rows of outcomes that were not observed together do not belong to each other.
          if (outcome.X.rows() != objective.X.rows()) return true;
          return outcome.y[i] >= interval.lower && outcome.y[i] <= interval.upper;
        });
    const bool is_better = best < 0 || is_feasible > best_is_feasible ||
                           (is_feasible == best_is_feasible && objective.y[i] > objective.y[best]);
    if (!is_better) continue;
    best = i;
    best_is_feasible = is_feasible;
  }
  BOA_CHECK(best >= 0, "there are no observations");
  return objective.X.row(best).transpose();
}

bool keep_local(ModelData& data, Index limit, const Tasks& tasks) {
  const auto is_large = [limit](const Outcome& outcome) { return outcome.y.size() > limit; };
  if (std::none_of(data.outcomes.begin(), data.outcomes.end(), is_large)) return false;
  const Vector center = best_observed(observed_at_target(data, tasks));
  for (Outcome& outcome : data.outcomes) {
    if (is_large(outcome)) outcome = select_rows(outcome, local_rows(outcome.X, center, limit));
  }
  return true;
}

}  // namespace boa::generation
