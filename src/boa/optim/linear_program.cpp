#include "boa/optim/linear_program.hpp"

#include <algorithm>
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <limits>

#include "boa/util/error.hpp"

namespace boa::optim {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

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

/// Sets the model up to maximize c . x over rows and box.
void load(ClpSimplex& model, const Vector& c, const std::vector<Row>& rows, const Vector& lower, const Vector& upper) {
  const int d = static_cast<int>(c.size());
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
}

/// Empty if infeasible or unbounded.
std::optional<Vector> solution_of(ClpSimplex& model) {
  model.primal();
  if (!model.isProvenOptimal()) return std::nullopt;
  return Vector(Eigen::Map<const Vector>(model.getColSolution(), model.getNumCols()));
}

/// maximize c . x over rows and box; empty if infeasible or unbounded.
std::optional<Vector> solve(const Vector& c, const std::vector<Row>& rows, const Vector& lower, const Vector& upper) {
  if ((lower.array() > upper.array()).any()) return std::nullopt;
  ClpSimplex model;
  load(model, c, rows, lower, upper);
  return solution_of(model);
}

bool rows_feasible(const std::vector<Row>& rows, const Domain& box) {
  return solve(Vector::Zero(box.lower.size()), rows, box.lower, box.upper).has_value();
}

}  // namespace

Matrix free_directions(const Domain& domain) {
  const Domain box = domain.relaxed();
  const Index d = domain.dim();
  std::vector<Vector> basis;  // by modified Gram-Schmidt, twice
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

bool is_feasible(const Domain& domain) { return rows_feasible(rows_of(domain), domain.relaxed()); }

std::optional<Vector> maximize_linear(const Vector& c, const Domain& domain) {
  const Domain box = domain.relaxed();
  return solve(c, rows_of(domain), box.lower, box.upper);
}

std::optional<Matrix> extreme_points(const Matrix& directions, const Domain& domain) {
  const Domain box = domain.relaxed();
  if ((box.lower.array() > box.upper.array()).any()) return std::nullopt;
  ClpSimplex model;
  load(model, Vector::Zero(domain.dim()), rows_of(domain), box.lower, box.upper);
  Matrix points(2 * directions.cols(), domain.dim());
  for (Index i = 0; i < points.rows(); ++i) {  // each program starts from the last one's basis
    const double sign = i % 2 == 0 ? 1.0 : -1.0;
    for (Index j = 0; j < domain.dim(); ++j) {
      model.setObjectiveCoefficient(static_cast<int>(j), sign * directions(j, i / 2));
    }
    const std::optional<Vector> x = solution_of(model);
    if (!x) return std::nullopt;
    points.row(i) = x->transpose();
  }
  return points;
}

std::optional<Ball> chebyshev_ball(const Domain& domain) {
  const Index d = domain.dim();
  const Domain box = domain.relaxed();
  const Matrix directions = free_directions(domain);
  // Variables: x and the radius r; every face keeps a distance of r measured inside the free directions: `length` of
  // its normal lies in their span.
  std::vector<Row> rows;
  const auto add = [&](const Vector& a, double b, double length) {
    Row row{Vector(d + 1), -kInf, b};
    row.a << a, length;
    rows.push_back(std::move(row));
  };
  for (const LinearConstraint& c : domain.inequalities) add(c.a, c.b, (directions.transpose() * c.a).norm());
  const Vector lengths = directions.rowwise().norm();  // of the unit vectors
  for (const LinearConstraint& c : domain.equalities) {
    Row row{Vector(d + 1), c.b, c.b};
    row.a << c.a, 0.0;
    rows.push_back(std::move(row));
  }
  double widest = 0.0;
  for (Index j = 0; j < d; ++j) {
    if (box.upper[j] < kInf) add(Vector::Unit(d, j), box.upper[j], lengths[j]);
    if (box.lower[j] > -kInf) add(-Vector::Unit(d, j), -box.lower[j], lengths[j]);
    widest = std::max(widest, std::isfinite(box.upper[j] - box.lower[j]) ? box.upper[j] - box.lower[j] : 1e6);
  }
  Vector lower(d + 1), upper(d + 1);
  lower << box.lower, 0.0;
  upper << box.upper, std::max(widest, 0.0);
  const std::optional<Vector> solution = solve(Vector::Unit(d + 1, d), rows, lower, upper);
  if (!solution) return std::nullopt;
  return Ball{solution->head(d), std::max(0.0, (*solution)[d])};
}

}  // namespace boa::optim
