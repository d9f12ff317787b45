#include "boa/optim/projected_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <vector>

#include "boa/math/cholesky.hpp"

namespace boa::optim {

namespace {

constexpr double kMet = 1e-10;  // of a constraint with a unit normal
constexpr int kNewtonSteps = 30;
constexpr double kRidge = 1e-12;
// Of the line search: how many values may lie above the present one, sufficient decrease, shortest and longest step.
constexpr std::size_t kMemory = 10;
constexpr double kDecrease = 1e-4;
constexpr double kShortest = 1e-10;
constexpr double kLongest = 1e10;
constexpr int kMostHalvings = 30;

/// One run of the method.
class Run {
 public:
  Run(const Function& f, const LinearProjection& project, const MinimizeOptions& options)
      : f_(f), project_(project), options_(options) {}

  MinimizeResult minimize(Vector x) {
    gradient_.resize(x.size());
    double value = evaluate(x);
    double step = 1.0 / std::max(gradient_.cwiseAbs().maxCoeff(), 1e-3);
    result_.reason = StopReason::kEvaluations;
    while (result_.evaluations < options_.max_evaluations) {
      recent_.push_back(value);
      if (recent_.size() > kMemory) recent_.pop_front();
      const std::optional<Vector> target = project_(x - step * gradient_);
      if (!target) break;
      const Vector direction = *target - x;
      if (direction.cwiseAbs().maxCoeff() <= std::max(options_.absolute_x_tolerance, kShortest) || is_flat()) {
        result_.reason = StopReason::kConverged;
        break;
      }
      const Vector before = x, slope = gradient_;
      if (!advance(direction, x, value)) break;
      const Vector s = x - before;
      const double curvature = s.dot(gradient_ - slope);
      step = curvature > 0 ? std::clamp(s.squaredNorm() / curvature, kShortest, kLongest) : kLongest;
    }
    return std::move(result_);
  }

 private:
  double evaluate(const Vector& x) {
    double value = f_(x, &gradient_);
    if (!std::isfinite(value) || !gradient_.allFinite()) value = std::numeric_limits<double>::infinity();
    ++result_.evaluations;
    if (result_.evaluations == 1 || value < result_.value) {
      result_.value = value;
      result_.x = x;
    }
    return value;
  }

  /// Has the best value hardly changed for as long as worse ones are tolerated?
  bool is_flat() {
    bests_.push_back(result_.value);
    if (bests_.size() <= kMemory) return false;
    const double gain = bests_.front() - bests_.back();
    bests_.pop_front();
    return gain <= std::max(options_.absolute_f_tolerance, options_.relative_f_tolerance * std::abs(result_.value));
  }

  /// Backtracks along the direction; false if no step is good enough.
  bool advance(const Vector& direction, Vector& x, double& value) {
    const double worst = *std::max_element(recent_.begin(), recent_.end());
    const double slope = gradient_.dot(direction);
    const Vector from = x;
    double share = 1.0;
    for (int k = 0; k < kMostHalvings && result_.evaluations < options_.max_evaluations; ++k) {
      x = from + share * direction;
      const double next = evaluate(x);
      if (next <= worst + kDecrease * share * slope) {
        value = next;
        return true;
      }
      const double curvature = next - value - share * slope;
      const double best = std::isfinite(next) && curvature > 0 ? -0.5 * share * share * slope / curvature : 0.0;
      share = std::clamp(best, 0.1 * share, 0.5 * share);
    }
    return false;
  }

  const Function& f_;
  const LinearProjection& project_;
  const MinimizeOptions& options_;
  Vector gradient_;
  std::deque<double> recent_, bests_;
  MinimizeResult result_;
};

}  // namespace

LinearProjection::LinearProjection(const Domain& domain)
    : lower_(domain.lower), upper_(domain.upper), equalities_(static_cast<Index>(domain.equalities.size())) {
  std::vector<const LinearConstraint*> all;
  for (const LinearConstraint& c : domain.equalities) all.push_back(&c);
  for (const LinearConstraint& c : domain.inequalities) all.push_back(&c);
  A_.setZero(static_cast<Index>(all.size()), domain.dim());
  b_.setZero(A_.rows());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double norm = std::max(all[i]->a.norm(), std::numeric_limits<double>::min());
    A_.row(static_cast<Index>(i)) = all[i]->a.transpose() / norm;
    b_[static_cast<Index>(i)] = all[i]->b / norm;
  }
}

Vector LinearProjection::at(const Vector& y, const Vector& multipliers) const {
  return (y - A_.transpose() * multipliers).cwiseMax(lower_).cwiseMin(upper_);
}

bool LinearProjection::is_met(const Vector& residual) const {
  for (Index i = 0; i < residual.size(); ++i) {
    if ((i < equalities_ ? std::abs(residual[i]) : residual[i]) > kMet) return false;
  }
  return true;
}

/// Multipliers near the optimum of the dual, which is concave and has a continuous slope.
Vector LinearProjection::search(const Vector& y) const {
  const Function negative = [&](const Vector& multipliers, Vector* gradient) {
    const Vector x = at(y, multipliers);
    const Vector residual = A_ * x - b_;
    if (gradient) *gradient = -residual;
    return -0.5 * (x - y).squaredNorm() - multipliers.dot(residual);
  };
  Vector least = Vector::Zero(b_.size());
  least.head(equalities_).setConstant(-std::numeric_limits<double>::infinity());
  const Vector most = Vector::Constant(b_.size(), std::numeric_limits<double>::infinity());
  return minimize(negative, Vector::Zero(b_.size()), least, most, {.relative_f_tolerance = 1e-14}).x;
}

/// Newton's method on the constraints that hold with equality; the slopes are those of the columns between their
/// bounds.
void LinearProjection::refine(const Vector& y, Vector& multipliers) const {
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Vector x = at(y, multipliers);
    const Vector residual = A_ * x - b_;
    std::vector<Index> active;
    for (Index i = 0; i < residual.size(); ++i) {
      if (i < equalities_ || multipliers[i] > 0 || residual[i] > 0) active.push_back(i);
    }
    const Vector off = residual(active);
    if (active.empty() || off.cwiseAbs().maxCoeff() <= 0.1 * kMet) return;
    Matrix free = A_(active, Eigen::all);
    for (Index j = 0; j < x.size(); ++j) {
      if (x[j] <= lower_[j] || x[j] >= upper_[j]) free.col(j).setZero();
    }
    Matrix H = kRidge * Matrix::Identity(off.size(), off.size());
    H.noalias() += free * free.transpose();
    if (!math::cholesky_in_place(H)) return;
    Vector change = off;
    math::solve_lower_in_place(H, change);
    math::solve_lower_transposed_in_place(H, change);
    if (!change.allFinite()) return;
    for (std::size_t k = 0; k < active.size(); ++k) {
      double& multiplier = multipliers[active[k]];
      multiplier += change[static_cast<Index>(k)];
      if (active[k] >= equalities_) multiplier = std::max(multiplier, 0.0);
    }
  }
}

std::optional<Vector> LinearProjection::operator()(const Vector& y) const {
  if (b_.size() == 0) return y.cwiseMax(lower_).cwiseMin(upper_);
  Vector multipliers = Vector::Zero(b_.size());
  if (is_met(A_ * at(y, multipliers) - b_)) return at(y, multipliers);
  // Near the domain Newton's method alone gets there.
  refine(y, multipliers);
  if (!is_met(A_ * at(y, multipliers) - b_)) {
    multipliers = search(y);
    refine(y, multipliers);
  }
  Vector x = at(y, multipliers);
  if (!is_met(A_ * x - b_)) return std::nullopt;
  return x;
}

std::optional<MinimizeResult> minimize_projected(const Function& f, const Vector& start, const Domain& domain,
                                                 const MinimizeOptions& options) {
  const LinearProjection project(domain);
  const std::optional<Vector> inside = project(start);
  if (!inside) return std::nullopt;
  return Run(f, project, options).minimize(*inside);
}

}  // namespace boa::optim
