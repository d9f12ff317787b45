#include "boa/optim/linear_program.hpp"

#include <algorithm>
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <limits>

#include "boa/optim/minimize.hpp"
#include "boa/util/error.hpp"

namespace boa::optim {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// Box of a domain with discrete columns between their least and greatest value.
struct Box {
  Vector lower;
  Vector upper;
};

Box relaxed_box(const Domain& domain) {
  Box box{domain.lower, domain.upper};
  for (const DiscreteDimension& column : domain.discrete) {
    if (column.values.empty()) continue;
    const auto [least, greatest] = std::minmax_element(column.values.begin(), column.values.end());
    box.lower[column.column] = std::max(box.lower[column.column], *least);
    box.upper[column.column] = std::min(box.upper[column.column], *greatest);
  }
  return box;
}

/// One row of a linear program: lower <= a . x <= upper.
struct Row {
  Vector a;
  double lower;
  double upper;
};

std::vector<Row> rows_of(const Domain& domain) {
  std::vector<Row> rows;
  for (const LinearConstraint& c : domain.inequalities) rows.push_back({c.a, -kInf, c.b});
  for (const LinearConstraint& c : domain.equalities) rows.push_back({c.a, c.b, c.b});
  return rows;
}

/// maximize c . x over rows and box; empty if infeasible or unbounded.
std::optional<Vector> solve(const Vector& c, const std::vector<Row>& rows, const Vector& lower, const Vector& upper) {
  const int d = static_cast<int>(c.size());
  for (int j = 0; j < d; ++j) {
    if (lower[j] > upper[j]) return std::nullopt;
  }
  ClpSimplex model;
  model.setLogLevel(0);
  CoinPackedMatrix matrix(false, 0, 0);
  matrix.setDimensions(0, d);
  std::vector<double> row_lower, row_upper;
  std::vector<int> columns(static_cast<std::size_t>(d));
  for (int j = 0; j < d; ++j) columns[static_cast<std::size_t>(j)] = j;
  for (const Row& row : rows) {
    // Rows of like size: Clp's feasibility tolerance is absolute.
    const double scale = std::max(row.a.cwiseAbs().maxCoeff(), 1e-300);
    const Vector scaled = row.a / scale;
    matrix.appendRow(d, columns.data(), scaled.data());
    row_lower.push_back(row.lower == -kInf ? -COIN_DBL_MAX : row.lower / scale);
    row_upper.push_back(row.upper == kInf ? COIN_DBL_MAX : row.upper / scale);
  }
  const Vector low = lower.unaryExpr([](double v) { return v == -kInf ? -COIN_DBL_MAX : v; });
  const Vector high = upper.unaryExpr([](double v) { return v == kInf ? COIN_DBL_MAX : v; });
  model.loadProblem(matrix, low.data(), high.data(), c.data(), row_lower.data(), row_upper.data());
  model.setOptimizationDirection(-1.0);
  model.setPrimalTolerance(1e-9);
  model.primal();
  if (!model.isProvenOptimal()) return std::nullopt;
  return Vector(Eigen::Map<const Vector>(model.getColSolution(), d));
}

bool rows_feasible(const std::vector<Row>& rows, const Box& box) {
  return solve(Vector::Zero(box.lower.size()), rows, box.lower, box.upper).has_value();
}

/// Columns span the directions that keep every equality and every fixed coordinate: d x k, orthonormal (modified
/// Gram-Schmidt, twice).
Matrix free_directions(const Domain& domain, const Box& box) {
  const Index d = domain.dim();
  std::vector<Vector> basis;
  const auto orthogonalize = [&basis](Vector v) {
    for (int pass = 0; pass < 2; ++pass) {
      for (const Vector& b : basis) v -= b.dot(v) * b;
    }
    return v;
  };
  const auto add = [&](const Vector& v) {
    const double norm = v.norm();
    if (norm == 0.0) return false;
    const Vector rest = orthogonalize(v / norm);
    if (rest.norm() < 1e-9) return false;
    basis.push_back(rest.normalized());
    return true;
  };
  for (Index j = 0; j < d; ++j) {
    if (box.upper[j] - box.lower[j] <= 0.0) add(Vector::Unit(d, j));
  }
  for (const LinearConstraint& c : domain.equalities) add(c.a);
  const std::size_t fixed = basis.size();
  for (Index j = 0; j < d; ++j) add(Vector::Unit(d, j));
  Matrix directions(d, static_cast<Index>(basis.size() - fixed));
  for (std::size_t k = fixed; k < basis.size(); ++k) directions.col(static_cast<Index>(k - fixed)) = basis[k];
  return directions;
}

/// Length of the part of `a` that lies in the span of `directions`.
double projected_norm(const Vector& a, const Matrix& directions) { return (directions.transpose() * a).norm(); }

/// Widest step t range with x + t v inside box and inequalities.
std::pair<double, double> step_range(const Vector& x, const Vector& v, const Domain& domain, const Box& box) {
  double least = -kInf, greatest = kInf;
  const auto limit = [&](double slope, double room) {  // slope * t <= room
    if (slope > 1e-14) greatest = std::min(greatest, std::max(room, 0.0) / slope);
    if (slope < -1e-14) least = std::max(least, std::max(room, 0.0) / slope);
  };
  for (Index j = 0; j < x.size(); ++j) {
    limit(v[j], box.upper[j] - x[j]);
    limit(-v[j], x[j] - box.lower[j]);
  }
  for (const LinearConstraint& c : domain.inequalities) limit(c.a.dot(v), c.b - c.a.dot(x));
  return {least, greatest};
}

}  // namespace

bool is_feasible(const Domain& domain) { return rows_feasible(rows_of(domain), relaxed_box(domain)); }

std::optional<Vector> maximize_linear(const Vector& c, const Domain& domain) {
  const Box box = relaxed_box(domain);
  return solve(c, rows_of(domain), box.lower, box.upper);
}

std::optional<Ball> chebyshev_ball(const Domain& domain) {
  const Index d = domain.dim();
  const Box box = relaxed_box(domain);
  const Matrix directions = free_directions(domain, box);
  // Variables: x and the radius r; every face keeps a distance of r measured inside the free directions.
  std::vector<Row> rows;
  const auto add = [&](const Vector& a, double b) {
    Row row{Vector(d + 1), -kInf, b};
    row.a << a, projected_norm(a, directions);
    rows.push_back(std::move(row));
  };
  for (const LinearConstraint& c : domain.inequalities) add(c.a, c.b);
  for (const LinearConstraint& c : domain.equalities) {
    Row row{Vector(d + 1), c.b, c.b};
    row.a << c.a, 0.0;
    rows.push_back(std::move(row));
  }
  double widest = 0.0;
  for (Index j = 0; j < d; ++j) {
    if (box.upper[j] < kInf) add(Vector::Unit(d, j), box.upper[j]);
    if (box.lower[j] > -kInf) add(-Vector::Unit(d, j), -box.lower[j]);
    widest = std::max(widest, std::isfinite(box.upper[j] - box.lower[j]) ? box.upper[j] - box.lower[j] : 1e6);
  }
  Vector lower(d + 1), upper(d + 1);
  lower << box.lower, 0.0;
  upper << box.upper, std::max(widest, 0.0);
  const std::optional<Vector> solution = solve(Vector::Unit(d + 1, d), rows, lower, upper);
  if (!solution) return std::nullopt;
  return Ball{solution->head(d), std::max(0.0, (*solution)[d])};
}

std::vector<Index> conflicting_constraints(const Domain& domain) {
  const Box box = relaxed_box(domain);
  const std::vector<Row> rows = rows_of(domain);
  if (rows_feasible(rows, box)) return {};
  // Deletion filter: what can go without making the rest feasible goes.
  std::vector<Index> kept;
  for (std::size_t i = 0; i < rows.size(); ++i) kept.push_back(static_cast<Index>(i));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<Row> rest;
    for (const Index k : kept) {
      if (k != static_cast<Index>(i)) rest.push_back(rows[static_cast<std::size_t>(k)]);
    }
    if (!rows_feasible(rest, box)) std::erase(kept, static_cast<Index>(i));
  }
  return kept;
}

std::optional<Matrix> sample_polytope(const Domain& domain, Index n, const util::Rng& rng) {
  const std::optional<Ball> ball = chebyshev_ball(domain);
  if (!ball) return std::nullopt;
  const Box box = relaxed_box(domain);
  const Matrix directions = free_directions(domain, box);
  Matrix points(n, domain.dim());
  util::Rng stream = rng.split("hit-and-run");
  Vector x = ball->center;
  const Index k = directions.cols();
  const Index thinning = 4 + 2 * k;
  const Index burn_in = 50 + 10 * k;
  for (Index step = 0, kept = 0; kept < n; ++step) {
    if (k > 0) {
      Vector coefficients(k);
      // Coordinate directions half of the time: they cross narrow polytopes that isotropic ones get stuck in.
      if (stream.uniform() < 0.5) {
        coefficients.setZero();
        coefficients[static_cast<Index>(stream.below(static_cast<std::uint64_t>(k)))] = 1.0;
      } else {
        for (Index j = 0; j < k; ++j) coefficients[j] = stream.normal();
      }
      const Vector v = (directions * coefficients).normalized();
      const auto [least, greatest] = step_range(x, v, domain, box);
      if (std::isfinite(least) && std::isfinite(greatest) && greatest > least) {
        x += (least + (greatest - least) * stream.uniform()) * v;
        x = x.cwiseMax(box.lower).cwiseMin(box.upper);
      }
    }
    if (step >= burn_in && (step - burn_in) % thinning == 0) points.row(kept++) = x.transpose();
  }
  return points;
}

std::optional<Vector> project(const Vector& x, const Domain& domain) {
  const Box box = relaxed_box(domain);
  const Vector clamped = x.cwiseMax(box.lower).cwiseMin(box.upper);
  Domain relaxed = domain;
  relaxed.discrete.clear();
  relaxed.lower = box.lower;
  relaxed.upper = box.upper;
  if (relaxed.contains(clamped, 1e-12)) return clamped;
  const std::optional<Ball> ball = chebyshev_ball(domain);
  if (!ball) return std::nullopt;
  const auto distance = [&x](const Vector& at, Vector* gradient) {
    if (gradient) *gradient = at - x;
    return 0.5 * (at - x).squaredNorm();
  };
  const MinimizeResult result = minimize_constrained(distance, ball->center, relaxed);
  return relaxed.contains(result.x, 1e-7) ? result.x : ball->center;
}

}  // namespace boa::optim
