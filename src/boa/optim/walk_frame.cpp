#include "boa/optim/walk_frame.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "boa/math/principal_axes.hpp"
#include "boa/optim/linear_program.hpp"

namespace boa::optim {
namespace {

/// Shares of the widest side: thinner sets are flat, as the tolerance of linear programs (1e-9) blurs their faces.
constexpr double kFlat = 1e-6;
/// Of the largest ball that a standard simplex of that side holds; with a smaller one a set is thin.
constexpr double kThin = 0.1;
/// Least ratio of two axes.
constexpr double kLeastAxis = 1e-8;

/// Of what is bounded; 1 where nothing is.
double widest_side(const Domain& domain) {
  double widest = 0;
  for (Index j = 0; j < domain.dim(); ++j) {
    const double side = domain.upper[j] - domain.lower[j];
    if (std::isfinite(side)) widest = std::max(widest, side);
  }
  return widest > 0 ? widest : 1.0;
}

/// Does the domain reach less than `thickness` from a . x <= b inwards? `length` is the normal's in the free
/// directions.
bool is_flat(const Domain& domain, const LinearConstraint& c, double length, const Vector& center, double thickness) {
  if (length <= 1e-9 * c.a.norm() || c.b - c.a.dot(center) > thickness * length) return false;
  const std::optional<Vector> farthest = maximize_linear(-c.a, domain);
  return farthest && c.b - c.a.dot(*farthest) <= thickness * length;
}

/// Turns each inequality and bound that the whole domain is next to into an equality through the center. True: some.
bool flatten(Domain& domain, const Vector& center, const Matrix& directions, double thickness) {
  Domain flat = domain;
  std::erase_if(flat.inequalities, [&](const LinearConstraint& c) {
    if (!is_flat(domain, c, (directions.transpose() * c.a).norm(), center, thickness)) return false;
    flat.equalities.push_back({c.a, c.a.dot(center)});
    return true;
  });
  bool any = flat.inequalities.size() < domain.inequalities.size();
  for (Index j = 0; j < domain.dim(); ++j) {
    if (!(domain.upper[j] > domain.lower[j])) continue;
    const double length = directions.row(j).norm();
    const Vector axis = Vector::Unit(domain.dim(), j);
    if (!is_flat(domain, {axis, domain.upper[j]}, length, center, thickness) &&
        !is_flat(domain, {-axis, -domain.lower[j]}, length, center, thickness)) {
      continue;
    }
    flat.lower[j] = flat.upper[j] = std::clamp(center[j], domain.lower[j], domain.upper[j]);
    any = true;
  }
  domain = std::move(flat);
  return any;
}

/// To the principal axes of the domain's extreme points and their mean, which unlike a ball that fits in many places
/// is far from most faces. As it is where those are not found.
void round(WalkFrame& frame) {
  const Matrix free = frame.directions;
  const Index k = free.cols();
  Vector sum = Vector::Zero(frame.domain.dim());
  Matrix axes = Matrix::Identity(k, k);
  Matrix points(0, k);
  Vector sizes = Vector::Ones(k);
  for (int pass = 0; pass < 2; ++pass) {
    const std::optional<Matrix> extremes = extreme_points(free * axes, frame.domain);
    if (!extremes) return;
    sum += extremes->colwise().sum().transpose();
    const Index before = points.rows();
    points.conservativeResize(before + extremes->rows(), k);
    points.bottomRows(extremes->rows()) = *extremes * free;
    math::PrincipalAxes found = math::principal_axes(points);
    axes = std::move(found.axes);
    sizes = std::move(found.sizes);
  }
  const double largest = sizes.maxCoeff();
  if (!(largest > 0)) return;
  frame.center = sum / static_cast<double>(points.rows());
  frame.directions = free * axes * sizes.cwiseMax(kLeastAxis * largest).asDiagonal();
}

}  // namespace

std::optional<WalkFrame> walk_frame(const Domain& domain) {
  WalkFrame frame{domain.relaxed(), {}, {}};
  std::optional<Ball> ball = chebyshev_ball(frame.domain);
  if (!ball) return std::nullopt;
  frame.center = ball->center;
  frame.directions = free_directions(frame.domain);
  const double side = widest_side(frame.domain);
  // A ball of radius r is the largest of k directions: some face has the whole set within (k + 1) r.
  while (frame.directions.cols() > 0 && ball->radius < kFlat * side) {
    const double thickness = kFlat * side * static_cast<double>(frame.directions.cols() + 1);
    if (!flatten(frame.domain, frame.center, frame.directions, thickness)) break;
    frame.directions = free_directions(frame.domain);
    ball = chebyshev_ball(frame.domain);
    if (!ball) break;
    frame.center = ball->center;
  }
  const auto k = static_cast<double>(frame.directions.cols());
  if (k > 1 && ball && ball->radius * (k + std::sqrt(k)) < kThin * side) {
    round(frame);
  }
  return frame;
}

}  // namespace boa::optim
