#include "boa/optim/feasible_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "boa/optim/linear_program.hpp"
#include "boa/optim/minimize.hpp"
#include "boa/optim/projected_gradient.hpp"

namespace boa::optim {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr Index kTrials = 128;      // points that are looked at before any is improved
constexpr std::size_t kStarts = 6;  // of them improved
constexpr int kMostShrinks = 60;
constexpr Index kManyDirections = 50;
/// How far inside of the nonlinear constraints a start is wanted; less where that fails.
constexpr double kMargins[] = {1e-2, 1e-4, 1e-6, 0.0};

/// Steps t with x + t v inside of box and linear inequalities.
std::pair<double, double> step_range(const Vector& x, const Vector& v, const Domain& domain) {
  double least = -kInf, greatest = kInf;
  const auto limit = [&](double slope, double room) {  // slope * t <= room
    if (slope > 1e-14) greatest = std::min(greatest, std::max(room, 0.0) / slope);
    if (slope < -1e-14) least = std::max(least, std::max(room, 0.0) / slope);
  };
  for (Index j = 0; j < x.size(); ++j) {
    limit(v[j], domain.upper[j] - x[j]);
    limit(-v[j], x[j] - domain.lower[j]);
  }
  for (const LinearConstraint& c : domain.inequalities) limit(c.a.dot(v), c.b - c.a.dot(x));
  return {least, greatest};
}

bool meets_inequalities(const Domain& domain, const Vector& x) {
  return std::all_of(domain.nonlinear.begin(), domain.nonlinear.end(),
                     [&x](const NonlinearConstraint& c) { return c.is_equality || c.f(x, nullptr) <= 0; });
}

/// A Markov chain over the frame's box, linear constraints and nonlinear inequalities.
class HitAndRun {
 public:
  HitAndRun(const WalkFrame& frame, Vector start, const util::Rng& rng)
      : domain_(frame.domain),
        directions_(frame.directions),
        x_(std::move(start)),
        stream_(rng.split("hit-and-run")),
        curved_(!frame.domain.nonlinear.empty()) {}

  Index burn_in() const { return 50 + 10 * directions_.cols(); }
  Index thinning() const { return 4 + 2 * std::min(directions_.cols(), kManyDirections); }

  const Vector& advance(Index steps) {
    for (Index i = 0; i < steps && directions_.cols() > 0; ++i) step();
    return x_;
  }

 private:
  void step() {
    const Index k = directions_.cols();
    // Basis directions half of the time: they cross narrow polytopes that isotropic ones get stuck in. In many
    // columns more often, as they cost a column instead of all of them.
    Vector v;
    if (stream_.uniform() < (k < kManyDirections ? 0.5 : 0.9)) {
      v = directions_.col(static_cast<Index>(stream_.below(static_cast<std::uint64_t>(k))));
    } else {
      Vector coefficients(k);
      for (Index j = 0; j < k; ++j) coefficients[j] = stream_.normal();
      v = (directions_ * coefficients).normalized();
    }
    auto [least, greatest] = step_range(x_, v, domain_);
    if (!std::isfinite(least) || !std::isfinite(greatest)) return;
    for (int shrink = 0; shrink < kMostShrinks && greatest > least; ++shrink) {
      const double t = least + (greatest - least) * stream_.uniform();
      const Vector there = (x_ + t * v).cwiseMax(domain_.lower).cwiseMin(domain_.upper);
      if (!curved_ || meets_inequalities(domain_, there)) {
        x_ = there;
        return;
      }
      (t < 0 ? least : greatest) = t;
    }
  }

  const Domain& domain_;
  const Matrix& directions_;
  Vector x_;
  util::Rng stream_;
  bool curved_;
};

/// Sum of squares of what the nonlinear constraints are missed by.
double miss(const Domain& domain, const Vector& x, double margin, Vector* gradient) {
  double sum = 0;
  if (gradient) gradient->setZero();
  Vector slope(x.size());
  for (const NonlinearConstraint& c : domain.nonlinear) {
    const double value = c.f(x, gradient ? &slope : nullptr);
    if (!std::isfinite(value)) return kInf;
    const double excess = c.is_equality ? value : std::max(0.0, value + margin);
    sum += excess * excess;
    if (gradient && excess != 0) *gradient += 2 * excess * slope;
  }
  return sum;
}

/// A point near `start`, inside by the margin, or nothing.
std::optional<Vector> improve(const Domain& domain, const Vector& start, double margin) {
  Domain linear = domain;
  linear.nonlinear.clear();
  const auto f = [&](const Vector& x, Vector* gradient) { return miss(domain, x, margin, gradient); };
  const MinimizeOptions stop{.relative_f_tolerance = 0.0, .absolute_x_tolerance = 1e-12};
  const MinimizeResult result = linear.has_constraints() ? minimize_constrained(f, start, linear, stop)
                                                         : minimize(f, start, linear.lower, linear.upper, stop);
  if (domain.contains(result.x) && meets_inequalities(domain, result.x)) return result.x;
  return std::nullopt;
}

/// A point of the domain whose frame this is.
std::optional<Vector> find_feasible(const Domain& domain, const WalkFrame& frame, const util::Rng& rng) {
  if (domain.nonlinear.empty()) return frame.center;
  const Domain box = domain.relaxed();
  WalkFrame linear = frame;
  linear.domain.nonlinear.clear();
  HitAndRun chain(linear, linear.center, rng);
  std::vector<std::pair<double, Vector>> trials{{miss(box, linear.center, 0, nullptr), linear.center}};
  while (trials.back().first != 0 && static_cast<Index>(trials.size()) < kTrials) {
    const Vector x = chain.advance(chain.thinning());
    trials.emplace_back(miss(box, x, 0, nullptr), x);
  }
  if (trials.back().first == 0) return trials.back().second;
  std::stable_sort(trials.begin(), trials.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const double margin : kMargins) {
    for (std::size_t i = 0; i < std::min(kStarts, trials.size()); ++i) {
      if (auto found = improve(box, trials[i].second, margin)) return found;
    }
  }
  for (std::size_t i = 0; i < std::min(kStarts, trials.size()); ++i) {
    if (auto found = project(trials[i].second, box)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Vector> find_feasible(const Domain& domain, const util::Rng& rng) {
  if (!domain.nonlinear.empty()) {
    const std::optional<WalkFrame> frame = walk_frame(domain);
    return frame ? find_feasible(domain, *frame, rng) : std::nullopt;
  }
  const std::optional<Ball> ball = chebyshev_ball(domain);
  return ball ? std::optional<Vector>(ball->center) : std::nullopt;
}

DomainSampler::DomainSampler(const Domain& domain) {
  Domain open = domain.relaxed();
  std::erase_if(open.nonlinear, [](const NonlinearConstraint& c) { return c.is_equality; });
  frame_ = walk_frame(open);
  open_ = std::move(open);
}

std::optional<Matrix> DomainSampler::sample(Index n, const util::Rng& rng) const {
  if (!frame_) return std::nullopt;
  std::optional<Vector> start = find_feasible(open_, *frame_, rng.split("start"));
  if (!start) return std::nullopt;
  HitAndRun chain(*frame_, std::move(*start), rng);
  chain.advance(chain.burn_in());
  Matrix points(n, open_.dim());
  for (Index i = 0; i < n; ++i) points.row(i) = chain.advance(chain.thinning()).transpose();
  return points;
}

std::optional<Matrix> sample_domain(const Domain& domain, Index n, const util::Rng& rng) {
  return DomainSampler(domain).sample(n, rng);
}

std::optional<Vector> project(const Vector& x, const Domain& domain) {
  const Domain box = domain.relaxed();
  Vector clamped = x.cwiseMax(box.lower).cwiseMin(box.upper);
  if (box.contains(clamped, 1e-12)) return clamped;
  if (box.nonlinear.empty()) {
    const std::optional<Vector> nearest = LinearProjection(box)(x);
    if (nearest && box.contains(*nearest)) return nearest;
  }
  const std::optional<Ball> ball = chebyshev_ball(box);
  if (!ball) return std::nullopt;
  const auto distance = [&x](const Vector& at, Vector* gradient) {
    if (gradient) *gradient = at - x;
    return 0.5 * (at - x).squaredNorm();
  };
  // Nonlinear constraints bend: from near by the nearest point is found, from the middle perhaps another.
  if (!box.nonlinear.empty()) {
    const MinimizeResult near = minimize_constrained(distance, clamped, box);
    if (box.contains(near.x, 1e-7)) return near.x;
  }
  const MinimizeResult result = minimize_constrained(distance, ball->center, box);
  if (box.contains(result.x, 1e-7)) return result.x;
  return box.nonlinear.empty() ? std::optional<Vector>(ball->center) : std::nullopt;
}

}  // namespace boa::optim
