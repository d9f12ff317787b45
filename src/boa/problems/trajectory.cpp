#include <algorithm>
#include <cmath>
#include <vector>

#include "boa/problems/formula.hpp"
#include "boa/util/error.hpp"

// BoTorch's TrajectoryPlanning: a way from one corner of the unit square to the other past a grid of obstacles. The
// coordinates bend the steps of the way; the value is 20 times the length of the way that lies in obstacles.
namespace boa::problems {
namespace {

using Points = Eigen::Matrix<double, Eigen::Dynamic, 2>;
using Point = Eigen::Vector2d;

constexpr double kStart = 0.05, kGoal = 0.95;
constexpr double kClose = 1e-6;   // points nearer to each other than this are the same
constexpr Index kSamples = 1000;  // points on the way at which obstacles are looked for
constexpr double kObstacleCost = 20.0;

Points points_of(const std::vector<Point>& points) {
  Points rows(static_cast<Index>(points.size()), 2);
  for (std::size_t i = 0; i < points.size(); ++i) rows.row(static_cast<Index>(i)) = points[i].transpose();
  return rows;
}

/// Start, the ends of the steps, and goal. Every step aims at the goal, is bent by two coordinates, and is at most one
/// and a half of the direct way's equal parts.
std::vector<Point> waypoints(const Vector& x) {
  const Index steps = x.size() / 2;
  const Point goal = Point::Constant(kGoal);
  Point here = Point::Constant(kStart);
  const double longest = 1.5 * (goal - here).norm() / static_cast<double>(steps);
  std::vector<Point> way = {here};
  for (Index i = 0; i < steps; ++i) {
    const Point to_goal = goal - here;
    const double distance = to_goal.norm();
    if (distance <= kClose) break;
    Point step = to_goal / distance * std::min(distance / static_cast<double>(steps - i), longest) +
                 2.0 * longest * (x.segment<2>(2 * i).array() - 0.5).matrix();
    if (step.norm() > longest) step *= longest / step.norm();
    here = (here + step).cwiseMax(0.0).cwiseMin(1.0);
    way.push_back(here);
  }
  way.push_back(goal);
  return way;
}

/// Second derivatives at the knots of the cubic spline through the values, with a continuous third derivative at the
/// second and the last but one ("not a knot"). At least four values.
Vector second_derivatives(const Vector& knots, const Vector& values) {
  const Index n = knots.size(), inner = n - 2;
  const Vector h = knots.tail(n - 1) - knots.head(n - 1);
  const Vector slope = (values.tail(n - 1) - values.head(n - 1)).cwiseQuotient(h);
  Vector below = h.head(inner), above = h.tail(inner);
  Vector diagonal = 2.0 * (below + above);
  Vector right = 6.0 * (slope.tail(inner) - slope.head(inner));
  // The ends follow from their two neighbours: M_0 = M_1 + first (M_1 - M_2), and so at the other end.
  const double first = h[0] / h[1], last = h[n - 2] / h[n - 3];
  diagonal[0] += h[0] * (1.0 + first);
  above[0] -= h[0] * first;
  diagonal[inner - 1] += h[n - 2] * (1.0 + last);
  below[inner - 1] -= h[n - 2] * last;
  for (Index k = 1; k < inner; ++k) {
    const double factor = below[k] / diagonal[k - 1];
    diagonal[k] -= factor * above[k - 1];
    right[k] -= factor * right[k - 1];
  }
  Vector M = Vector::Zero(n);
  M[inner] = right[inner - 1] / diagonal[inner - 1];
  for (Index k = inner - 2; k >= 0; --k) M[k + 1] = (right[k] - above[k] * M[k + 2]) / diagonal[k];
  M[0] = M[1] + first * (M[1] - M[2]);
  M[n - 1] = M[n - 2] + last * (M[n - 2] - M[n - 3]);
  return M;
}

/// The spline through the values at equal steps from the first knot, 0, to the last, 1.
Vector spline(const Vector& knots, const Vector& values) {
  const Index n = knots.size();
  const Vector M = second_derivatives(knots, values);
  Vector result(kSamples);
  Index i = 0;
  for (Index s = 0; s < kSamples; ++s) {
    const double t = static_cast<double>(s) / static_cast<double>(kSamples - 1);
    while (i + 2 < n && t > knots[i + 1]) ++i;
    const double h = knots[i + 1] - knots[i], a = (knots[i + 1] - t) / h, b = (t - knots[i]) / h;
    result[s] = a * values[i] + b * values[i + 1] + h * h / 6.0 * ((cube(a) - a) * M[i] + (cube(b) - b) * M[i + 1]);
  }
  return result;
}

/// The spline through the points, parametrized by the length of the straight lines between them.
Points smooth_way(const Points& points) {
  const Index n = points.rows();
  Vector knots = Vector::Zero(n);
  for (Index i = 1; i < n; ++i) knots[i] = knots[i - 1] + (points.row(i) - points.row(i - 1)).norm();
  knots /= knots[n - 1];
  Points way(kSamples, 2);
  for (Index j = 0; j < 2; ++j) way.col(j) = spline(knots, points.col(j)).cwiseMax(0.0).cwiseMin(1.0);
  return way;
}

/// Straight lines between the points, without the very last one.
Points straight_way(const Points& points) {
  const Index segments = points.rows() - 1, each = kSamples / segments - 1;
  Points way(segments * each, 2);
  for (Index i = 0; i < segments; ++i) {
    for (Index k = 0; k < each; ++k) {
      const double t = static_cast<double>(k) / static_cast<double>(each);
      way.row(i * each + k) = (1.0 - t) * points.row(i) + t * points.row(i + 1);
    }
  }
  return way;
}

/// Squares of the side 0.1 around the points of a grid of 6 by 6, but for those in the two corners of the way.
bool in_obstacle(const Point& p) {
  for (int i = 0; i < 6; ++i) {
    for (int k = 0; k < 6; ++k) {
      if (i == k && (i == 0 || i == 5)) continue;
      if (std::abs(p[0] - 0.2 * i) <= 0.05 && std::abs(p[1] - 0.2 * k) <= 0.05) return true;
    }
  }
  return false;
}

double trajectory_cost(const Vector& x) {
  const std::vector<Point> all = waypoints(x);
  std::vector<Point> distinct = {all.front()};
  for (std::size_t i = 1; i < all.size(); ++i) {
    if ((all[i] - all[i - 1]).norm() > kClose) distinct.push_back(all[i]);
  }
  const Points way = distinct.size() >= 4 ? smooth_way(points_of(distinct)) : straight_way(points_of(all));
  double cost = 0.0;
  for (Index i = 0; i + 1 < way.rows(); ++i) {
    const Point a = way.row(i).transpose(), b = way.row(i + 1).transpose();
    cost += (b - a).norm() * 0.5 * (static_cast<double>(in_obstacle(a)) + static_cast<double>(in_obstacle(b)));
  }
  return kObstacleCost * cost;
}

}  // namespace

void add_trajectory(TestFunctionRegistry& registry) {
  registry.add("TrajectoryPlanning", [](Index given, const util::Node&) {
    const Index d = dimension("TrajectoryPlanning", given, 30, 2, 1000);
    if (d % 2 != 0) throw UserInputError("TrajectoryPlanning's dimension must be even");
    return from_formula(single("TrajectoryPlanning", same_bounds(d, 0, 1), trajectory_cost, 0.0));
  });
}

}  // namespace boa::problems
