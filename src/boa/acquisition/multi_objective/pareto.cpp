#include "boa/acquisition/multi_objective/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMinRange = 1e-7;

enum class Order { kNone, kBetter, kWorse, kEqual };

Order compare(const Matrix& Y, Index a, Index b) {
  bool better = false, worse = false;
  for (Index j = 0; j < Y.cols(); ++j) {
    if (Y(a, j) > Y(b, j)) better = true;
    if (Y(a, j) < Y(b, j)) worse = true;
    if (better && worse) return Order::kNone;
  }
  if (better) return Order::kBetter;
  return worse ? Order::kWorse : Order::kEqual;
}

Matrix rows_where(const Matrix& Y, const std::vector<bool>& keep) {
  Matrix result(std::count(keep.begin(), keep.end(), true), Y.cols());
  Index next = 0;
  for (Index i = 0; i < Y.rows(); ++i) {
    if (keep[static_cast<std::size_t>(i)]) result.row(next++) = Y.row(i);
  }
  return result;
}

Matrix sorted_by(const Matrix& Y, Index column, bool descending) {
  std::vector<Index> order(static_cast<std::size_t>(Y.rows()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    return descending ? Y(a, column) > Y(b, column) : Y(a, column) < Y(b, column);
  });
  Matrix result(Y.rows(), Y.cols());
  for (std::size_t i = 0; i < order.size(); ++i) result.row(static_cast<Index>(i)) = Y.row(order[i]);
  return result;
}

/// Volume of a front whose reference point is the origin.
double wfg(const Matrix& front) {
  if (front.rows() == 0) return 0.0;
  if (front.rows() == 1) return front.row(0).prod();
  if (front.cols() == 2) {
    const Matrix sorted = sorted_by(front, 0, true);
    double volume = 0.0, height = 0.0;
    for (Index i = 0; i < sorted.rows(); ++i) {
      if (sorted(i, 1) <= height) continue;
      volume += sorted(i, 0) * (sorted(i, 1) - height);
      height = sorted(i, 1);
    }
    return volume;
  }
  // Sorted by the last outcome, the points that follow never exceed this one in it: their limit sets shrink fast.
  const Matrix sorted = sorted_by(front, front.cols() - 1, true);
  double volume = 0.0;
  for (Index i = sorted.rows() - 1; i >= 0; --i) {
    const Index before = i;
    Matrix limited(before, sorted.cols());
    for (Index k = 0; k < before; ++k) limited.row(k) = sorted.row(k).cwiseMin(sorted.row(i));
    // Every point before this one is at least as good in the last outcome, which is therefore the same for all of them.
    const double overlap =
        before == 0 ? 0.0 : sorted(i, sorted.cols() - 1) * wfg(pareto_front(limited.leftCols(sorted.cols() - 1)));
    volume += sorted.row(i).prod() - overlap;
  }
  return volume;
}

/// A local upper bound of a set of points to be minimized, with the points that define it (row j binds coordinate j).
struct UpperBound {
  Vector u;
  Matrix z;  // m x m
};

/// Local upper bounds of the rows of `points` (minimization) below `reference` (Klamroth, Lacour & Vanderpooten 2015).
std::vector<UpperBound> local_upper_bounds(const Matrix& points, const Vector& reference) {
  const Index m = reference.size();
  std::vector<UpperBound> bounds(1);
  bounds[0].u = reference;
  bounds[0].z = Matrix::Constant(m, m, -kInfinity);
  bounds[0].z.diagonal() = reference;
  std::vector<UpperBound> next;
  for (Index i = 0; i < points.rows(); ++i) {
    const Vector point = points.row(i).transpose();
    next.clear();
    for (UpperBound& bound : bounds) {
      if (!(point.array() < bound.u.array()).all()) {
        next.push_back(std::move(bound));
        continue;
      }
      for (Index j = 0; j < m; ++j) {
        double most = -kInfinity;
        for (Index k = 0; k < m; ++k) {
          if (k != j) most = std::max(most, bound.z(k, j));
        }
        if (point[j] < most) continue;
        UpperBound child = bound;
        child.u[j] = point[j];
        child.z.row(j) = point.transpose();
        next.push_back(std::move(child));
      }
    }
    std::swap(bounds, next);
  }
  return bounds;
}

/// Partition of what the points behind `bounds` dominate (minimization) up to `reference` (Lacour et al. 2017, equation
/// 3).
Boxes dominated_boxes(const std::vector<UpperBound>& bounds, const Vector& reference) {
  const Index m = reference.size();
  Boxes boxes{Matrix(static_cast<Index>(bounds.size()), m), Matrix(static_cast<Index>(bounds.size()), m)};
  Index count = 0;
  for (const UpperBound& bound : bounds) {
    boxes.lower(count, 0) = bound.z(0, 0);
    boxes.upper(count, 0) = reference[0];
    for (Index j = 1; j < m; ++j) {
      boxes.lower(count, j) = bound.z.col(j).head(j).maxCoeff();
      boxes.upper(count, j) = bound.u[j];
    }
    if ((boxes.lower.row(count).array() < boxes.upper.row(count).array()).all()) ++count;
  }
  boxes.lower.conservativeResize(count, m);
  boxes.upper.conservativeResize(count, m);
  return boxes;
}

Boxes staircase(const Matrix& front, const Vector& ref_point) {
  const Matrix sorted = sorted_by(front, 0, false);
  const Index k = sorted.rows();
  Boxes boxes{Matrix(k + 1, 2), Matrix::Constant(k + 1, 2, kInfinity)};
  for (Index i = 0; i <= k; ++i) {
    boxes.lower(i, 0) = i == 0 ? ref_point[0] : sorted(i - 1, 0);
    boxes.lower(i, 1) = i == k ? ref_point[1] : sorted(i, 1);
    if (i < k) boxes.upper(i, 0) = sorted(i, 0);
  }
  return boxes;
}

}  // namespace

std::vector<bool> is_non_dominated(const Matrix& Y, bool deduplicate) {
  const Index n = Y.rows();
  std::vector<bool> keep(static_cast<std::size_t>(n), true);
  for (Index i = 0; i < n; ++i) {
    if (Y.row(i).hasNaN()) keep[static_cast<std::size_t>(i)] = false;
  }
  const std::vector<bool> valid = keep;
  for (Index i = 0; i < n; ++i) {
    for (Index k = 0; k < n && keep[static_cast<std::size_t>(i)]; ++k) {
      if (k == i || !valid[static_cast<std::size_t>(k)]) continue;
      const Order order = compare(Y, i, k);
      if (order == Order::kWorse || (order == Order::kEqual && deduplicate && k < i)) {
        keep[static_cast<std::size_t>(i)] = false;
      }
    }
  }
  return keep;
}

Matrix pareto_front(const Matrix& Y) { return rows_where(Y, is_non_dominated(Y)); }

Matrix pareto_front_above(const Matrix& Y, const Vector& ref_point) {
  BOA_CHECK(Y.rows() == 0 || Y.cols() == ref_point.size(), Y.cols(), ref_point.size());
  std::vector<bool> above(static_cast<std::size_t>(Y.rows()));
  for (Index i = 0; i < Y.rows(); ++i) {
    above[static_cast<std::size_t>(i)] = (Y.row(i).transpose().array() > ref_point.array()).all();
  }
  Matrix front = pareto_front(rows_where(Y, above));
  if (front.rows() == 0) front.resize(0, ref_point.size());
  return front;
}

double hypervolume(const Matrix& Y, const Vector& ref_point) {
  const Matrix front = pareto_front_above(Y, ref_point);
  if (front.rows() == 0) return 0.0;
  const Matrix shifted = front.rowwise() - ref_point.transpose();
  if (shifted.cols() == 1) return shifted.maxCoeff();
  return wfg(shifted);
}

Boxes non_dominated_boxes(const Matrix& Y, const Vector& ref_point) {
  return *boxes_if_few(Y, ref_point, std::numeric_limits<Index>::max());
}

std::optional<Boxes> boxes_if_few(const Matrix& Y, const Vector& ref_point, Index most) {
  const Index m = ref_point.size();
  const Matrix front = pareto_front_above(Y, ref_point);
  if (front.rows() == 0) return Boxes{ref_point.transpose(), Matrix::Constant(1, m, kInfinity)};
  if (m == 1) return Boxes{Matrix::Constant(1, 1, front.maxCoeff()), Matrix::Constant(1, 1, kInfinity)};
  if (m == 2) return staircase(front, ref_point);
  // Minimizing -y, the region not dominated is everything below some local upper bound u: y > -u. Those corners, as
  // points to be minimized themselves, dominate it. Each is the corner of a box.
  const std::vector<UpperBound> bounds = local_upper_bounds(-front, -ref_point);
  if (static_cast<Index>(bounds.size()) > most) return std::nullopt;
  Matrix corners(static_cast<Index>(bounds.size()), m);
  for (std::size_t i = 0; i < bounds.size(); ++i) corners.row(static_cast<Index>(i)) = -bounds[i].u.transpose();
  const Vector infinite = Vector::Constant(m, kInfinity);
  return dominated_boxes(local_upper_bounds(corners, infinite), infinite);
}

Vector infer_reference_point(const Matrix& pareto_Y, const Vector& max_ref_point, double scale,
                             bool scale_max_ref_point) {
  const Vector& limit = max_ref_point;
  const bool given = limit.size() > 0;
  const auto known = [&limit, given](Index j) { return given && !std::isnan(limit[j]); };
  if (pareto_Y.rows() == 0) {
    if (!given)
      throw UserInputError("a reference point cannot be inferred without a Pareto front or objective thresholds");
    return scale_max_ref_point ? Vector(limit - scale * limit.cwiseAbs()) : limit;
  }
  const Index m = pareto_Y.cols();
  Vector best = Vector::Constant(m, -kInfinity);  // over the rows better than the limit
  bool some_better = false;
  Index num_known = 0;
  for (Index j = 0; j < m; ++j) num_known += known(j) ? 1 : 0;
  for (Index i = 0; i < pareto_Y.rows(); ++i) {
    bool better = true;
    for (Index j = 0; j < m; ++j) better = better && (!known(j) || pareto_Y(i, j) > limit[j]);
    if (!better) continue;
    some_better = true;
    best = best.cwiseMax(pareto_Y.row(i).transpose());
  }
  if (given && num_known == m && some_better) {
    return scale_max_ref_point ? Vector(limit - scale * (best - limit)) : limit;
  }
  Vector nadir, range;
  if (pareto_Y.rows() == 1) {
    nadir = pareto_Y.row(0).transpose();
    range = nadir.cwiseAbs().cwiseMax(kMinRange);
  } else {
    nadir = pareto_Y.colwise().minCoeff().transpose();
    for (Index j = 0; j < m; ++j) {
      if (known(j)) nadir[j] = std::min(nadir[j], limit[j]);
    }
    range = (pareto_Y.colwise().maxCoeff().transpose() - nadir).cwiseMax(kMinRange);
  }
  Vector result = nadir - scale * range;
  for (Index j = 0; j < m; ++j) {
    if (some_better && num_known < m && known(j)) {
      result[j] = scale_max_ref_point ? limit[j] - scale * range[j] : limit[j];
    }
  }
  return result;
}

}  // namespace boa::acquisition
