#include "boa/optim/domain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace boa::optim {
namespace {

/// Size of a constraint's numbers, against which its violation is measured.
double constraint_scale(const LinearConstraint& c) {
  return std::max({c.a.cwiseAbs().maxCoeff(), std::abs(c.b), 1e-300});
}

double nearest_value(const std::vector<double>& values, double x) {
  double best = values.front();
  for (const double v : values) {
    if (std::abs(v - x) < std::abs(best - x)) best = v;
  }
  return best;
}

}  // namespace

bool Domain::contains(const Vector& x, double tolerance) const {
  for (Index j = 0; j < dim(); ++j) {
    const double slack = tolerance * std::max(1.0, std::abs(x[j]));
    if (!(x[j] >= lower[j] - slack && x[j] <= upper[j] + slack)) return false;
  }
  for (const LinearConstraint& c : inequalities) {
    if (c.a.dot(x) - c.b > tolerance * constraint_scale(c)) return false;
  }
  for (const LinearConstraint& c : equalities) {
    if (std::abs(c.a.dot(x) - c.b) > tolerance * constraint_scale(c)) return false;
  }
  for (const NonlinearConstraint& c : nonlinear) {
    const double value = c.f(x, nullptr);
    if (!((c.is_equality ? std::abs(value) : value) <= tolerance)) return false;
  }
  for (const DiscreteDimension& column : discrete) {
    if (std::abs(nearest_value(column.values, x[column.column]) - x[column.column]) > tolerance) return false;
  }
  return true;
}

Domain Domain::relaxed() const {
  Domain result = *this;
  for (const DiscreteDimension& column : discrete) {
    if (column.values.empty()) continue;
    const auto [least, greatest] = std::minmax_element(column.values.begin(), column.values.end());
    result.lower[column.column] = std::max(lower[column.column], *least);
    result.upper[column.column] = std::min(upper[column.column], *greatest);
  }
  result.discrete.clear();
  return result;
}

Vector Domain::clamp(const Vector& x) const {
  Vector inside = x.cwiseMax(lower).cwiseMin(upper);
  for (const DiscreteDimension& column : discrete) {
    inside[column.column] = nearest_value(column.values, inside[column.column]);
  }
  return inside;
}

Domain unit_cube(Index d) {
  Domain domain;
  domain.lower = Vector::Zero(d);
  domain.upper = Vector::Ones(d);
  return domain;
}

}  // namespace boa::optim
