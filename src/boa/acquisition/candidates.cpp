#include "boa/acquisition/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "boa/math/sobol.hpp"
#include "boa/optim/feasible_points.hpp"

namespace boa::acquisition {
namespace {

constexpr Index kManyColumns = 20;

/// Maps a point of the unit cube to the box; discrete columns to one of their values.
void from_unit(const optim::Domain& domain, Vector& x) {
  const Vector u = x;
  x = domain.lower + u.cwiseProduct(domain.upper - domain.lower);
  for (const optim::DiscreteDimension& column : domain.discrete) {
    const auto count = static_cast<double>(column.values.size());
    const auto index = static_cast<std::size_t>(std::clamp(u[column.column] * count, 0.0, count - 1.0));
    x[column.column] = column.values[index];
  }
}

Matrix to_matrix(const std::vector<Vector>& points, Index d) {
  Matrix result(static_cast<Index>(points.size()), d);
  for (std::size_t i = 0; i < points.size(); ++i) result.row(static_cast<Index>(i)) = points[i].transpose();
  return result;
}

/// Points of the constrained domain, discrete columns rounded, then repaired at those values.
void add_sampled_points(const optim::Domain& domain, Index n, const util::Rng& rng, std::vector<Vector>& points) {
  const std::optional<Matrix> samples = optim::sample_domain(domain, n, rng);
  if (!samples) return;
  for (Index i = 0; i < samples->rows(); ++i) {
    Vector x = samples->row(i).transpose();
    if (!domain.discrete.empty()) x = domain.clamp(x);
    if (!repair(domain, x)) continue;
    points.push_back(std::move(x));
  }
}

}  // namespace

optim::Domain slice_at(const optim::Domain& domain, const Vector& x) {
  optim::Domain slice = domain;
  slice.discrete.clear();
  for (const optim::DiscreteDimension& column : domain.discrete) {
    slice.lower[column.column] = x[column.column];
    slice.upper[column.column] = x[column.column];
  }
  return slice;
}

bool repair(const optim::Domain& domain, Vector& x) {
  if (domain.contains(x)) return true;
  if (!domain.has_constraints()) {
    x = domain.clamp(x);
    return true;
  }
  const std::optional<Vector> nearest = optim::project(x, slice_at(domain, x));
  if (!nearest) return false;
  x = *nearest;
  return domain.contains(x);
}

Matrix spread_points(const optim::Domain& domain, Index n, const util::Rng& rng) {
  const Index d = domain.dim();
  const bool constrained = domain.has_constraints();
  std::vector<Vector> points;
  if (domain.equalities.empty()) {
    math::Sobol sequence(d, rng);
    const Matrix unit = sequence.draw(constrained ? 4 * n : n);
    for (Index i = 0; i < unit.rows() && static_cast<Index>(points.size()) < n; ++i) {
      Vector x = unit.row(i).transpose();
      from_unit(domain, x);
      if (!constrained || domain.contains(x)) points.push_back(std::move(x));
    }
  }
  const Index missing = n - static_cast<Index>(points.size());
  if (constrained && missing > n / 2) add_sampled_points(domain, missing, rng, points);
  return to_matrix(points, d);
}

Matrix perturbed_points(const optim::Domain& domain, const Matrix& centers, Index copies, const util::Rng& rng,
                        std::span<const double> widths) {
  const Index d = domain.dim();
  std::vector<Vector> points;
  // In many columns a step in all of them leaves the region where the center is good.
  const double change = d < kManyColumns ? 1.0 : static_cast<double>(kManyColumns) / static_cast<double>(d);
  for (Index c = 0; c < centers.rows(); ++c) {
    util::Rng stream = rng.split("perturb", static_cast<std::uint64_t>(c));
    for (Index k = 0; k < copies; ++k) {
      Vector x = centers.row(c).transpose();
      const double width = widths[static_cast<std::size_t>(k) % widths.size()];
      for (Index j = 0; j < d; ++j) {
        if (stream.uniform() > change) continue;
        x[j] += width * stream.normal() * (domain.upper[j] - domain.lower[j]);
      }
      for (const optim::DiscreteDimension& column : domain.discrete) {
        x[column.column] = centers(c, column.column);
        if (stream.uniform() < 0.3) x[column.column] = column.values[stream.below(column.values.size())];
      }
      x = domain.clamp(x);
      if (!domain.equalities.empty()) {  // which a step always leaves
        if (!repair(domain, x)) continue;
      } else if (domain.has_constraints() && !domain.contains(x)) {
        // Half way back to the center, which may lie inside.
        for (int halving = 0; halving < 6 && !domain.contains(x); ++halving) {
          x = domain.clamp(0.5 * (x + centers.row(c).transpose()));
        }
        if (!domain.contains(x)) continue;
      }
      points.push_back(std::move(x));
    }
  }
  return to_matrix(points, d);
}

Matrix enumerate_points(const optim::Domain& domain, Index limit) {
  const Index d = domain.dim();
  std::vector<bool> is_discrete(static_cast<std::size_t>(d), false);
  double count = 1.0;
  for (const optim::DiscreteDimension& column : domain.discrete) {
    is_discrete[static_cast<std::size_t>(column.column)] = true;
    count *= static_cast<double>(column.values.size());
  }
  for (Index j = 0; j < d; ++j) {
    if (!is_discrete[static_cast<std::size_t>(j)] && domain.upper[j] > domain.lower[j]) return Matrix(0, d);
  }
  if (count > static_cast<double>(limit)) return Matrix(0, d);
  std::vector<Vector> points;
  std::vector<std::size_t> odometer(domain.discrete.size(), 0);
  Vector x = domain.lower;
  while (true) {
    for (std::size_t k = 0; k < odometer.size(); ++k)
      x[domain.discrete[k].column] = domain.discrete[k].values[odometer[k]];
    if (domain.contains(x)) points.push_back(x);
    std::size_t k = 0;
    while (k < odometer.size() && ++odometer[k] == domain.discrete[k].values.size()) odometer[k++] = 0;
    if (k == odometer.size()) break;
  }
  return to_matrix(points, d);
}

bool is_near_any(const optim::Domain& domain, const Vector& x, const Matrix& points, double distance) {
  for (Index i = 0; i < points.rows(); ++i) {
    bool near = true;
    for (Index j = 0; j < x.size() && near; ++j) {
      const double width = std::max(domain.upper[j] - domain.lower[j], 1e-300);
      near = std::abs(x[j] - points(i, j)) <= distance * width;
    }
    if (near) return true;
  }
  return false;
}

}  // namespace boa::acquisition
