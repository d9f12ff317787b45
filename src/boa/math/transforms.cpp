#include "boa/math/transforms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFence = 1.5;  // Tukey's, in distances between the quartiles

std::vector<double> sorted(const Vector& y) {
  BOA_CHECK(y.size() > 0, "there is nothing to cut off");
  std::vector<double> values(y.begin(), y.end());
  std::sort(values.begin(), values.end());
  return values;
}

struct Quartiles {
  double low;
  double high;
};
Quartiles quartiles(const std::vector<double>& values) {
  const double last = static_cast<double>(values.size() - 1);
  return {values[static_cast<std::size_t>(std::floor(0.25 * last))],
          values[static_cast<std::size_t>(std::ceil(0.75 * last))]};
}

/// Normal log-likelihood of the transformed values, up to constants.
double yeo_johnson_likelihood(const Vector& y, double lambda) {
  Vector z(y.size());
  double jacobian = 0.0;
  for (Index i = 0; i < y.size(); ++i) {
    z[i] = yeo_johnson(y[i], lambda);
    jacobian += std::copysign(std::log1p(std::abs(y[i])), y[i]);
  }
  const double n = static_cast<double>(y.size());
  const double variance = (z.array() - z.mean()).square().sum() / n;
  const double value = -0.5 * n * std::log(variance) + (lambda - 1.0) * jacobian;
  return std::isfinite(value) ? value : -kInfinity;
}

}  // namespace

Matrix AffineColumns::apply(const Matrix& X) const {
  return ((X.rowwise() - offset.transpose()).array().rowwise() / scale.transpose().array()).matrix();
}

Matrix AffineColumns::undo(const Matrix& X) const {
  return ((X.array().rowwise() * scale.transpose().array()).rowwise() + offset.transpose().array()).matrix();
}

AffineColumns learn_ranges(const Matrix& X, double min_range, double center) {
  AffineColumns result{X.colwise().minCoeff().transpose(),
                       (X.colwise().maxCoeff() - X.colwise().minCoeff()).transpose()};
  for (Index j = 0; j < X.cols(); ++j) {
    if (result.scale[j] < min_range) {
      result.scale[j] = 1.0;
      result.offset[j] = 0.0;
    }
  }
  result.offset += (0.5 - center) * result.scale;
  return result;
}

AffineColumns learn_moments(const Matrix& X, double min_std) {
  AffineColumns result = learn_outcome_moments(X, min_std);
  const Eigen::RowVectorXd mean = X.colwise().mean();
  for (Index j = 0; j < X.cols(); ++j) {
    const double square = (X.col(j).array() - mean[j]).square().sum();
    if (std::sqrt(square / std::max(1.0, static_cast<double>(X.rows() - 1))) < min_std) result.offset[j] = 0.0;
  }
  return result;
}

AffineColumns learn_outcome_moments(const Matrix& Y, double min_std) {
  AffineColumns result{Vector::Zero(Y.cols()), Vector::Ones(Y.cols())};
  for (Index j = 0; j < Y.cols(); ++j) {
    double sum = 0.0, count = 0.0, squares = 0.0;
    for (const double y : Y.col(j)) {
      if (!std::isnan(y)) sum += y, count += 1.0;
    }
    if (count == 0.0) continue;
    result.offset[j] = sum / count;
    for (const double y : Y.col(j)) {
      if (!std::isnan(y)) squares += (y - result.offset[j]) * (y - result.offset[j]);
    }
    const double deviation = count > 1.0 ? std::sqrt(squares / (count - 1.0)) : 0.0;
    if (Y.rows() > 1 && deviation >= min_std) result.scale[j] = deviation;
  }
  return result;
}

Warp kumaraswamy(double u, double a, double b, double eps) {
  const double raw = u * (1.0 - 2.0 * eps) + eps;
  const double x = std::clamp(raw, eps, 1.0 - eps);
  const double power = std::pow(x, b);
  const double rest = 1.0 - power;
  const double below = std::pow(rest, a);
  Warp result{1.0 - below, 0.0, -below * std::log(rest), a * std::pow(rest, a - 1.0) * power * std::log(x)};
  if (x == raw) result.slope = a * std::pow(rest, a - 1.0) * b * std::pow(x, b - 1.0) * (1.0 - 2.0 * eps);
  return result;
}

double kumaraswamy_value(double u, double a, double b, double eps) {
  const double x = std::clamp(u * (1.0 - 2.0 * eps) + eps, eps, 1.0 - eps);
  return 1.0 - std::pow(1.0 - std::pow(x, b), a);
}

double kumaraswamy_inverse(double v, double a, double b, double eps) {
  const double x = std::pow(1.0 - std::pow(1.0 - v, 1.0 / a), 1.0 / b);
  return (x - eps) / (1.0 - 2.0 * eps);
}

double round_half_even(double x) {
  const double below = std::floor(x), part = x - below;
  if (part != 0.5) return part < 0.5 ? below : below + 1.0;
  return std::fmod(below, 2.0) == 0.0 ? below : below + 1.0;
}

double round_smoothly(double x, double tau) {
  const double below = std::floor(x);
  return below + 0.5 * (std::tanh((x - below - 0.5) / tau) + 1.0);
}

Vector one_hot_of_largest(const Vector& block) {
  Index largest = 0;
  block.maxCoeff(&largest);
  return Vector::Unit(block.size(), largest);
}

double bilog(double y) { return std::copysign(std::log1p(std::abs(y)), y); }

double bilog_inverse(double z) { return std::copysign(std::expm1(std::abs(z)), z); }

double yeo_johnson(double x, double lambda) {
  if (x >= 0.0) return lambda == 0.0 ? std::log1p(x) : std::expm1(lambda * std::log1p(x)) / lambda;
  const double other = 2.0 - lambda;
  return other == 0.0 ? -std::log1p(-x) : -std::expm1(other * std::log1p(-x)) / other;
}

double fit_yeo_johnson(const Vector& y) {
  // A grid finds the right hill, golden sections its top.
  constexpr double kStep = 0.5;
  double best = 1.0;
  for (double lambda = -10.0; lambda <= 10.0; lambda += kStep) {
    if (yeo_johnson_likelihood(y, lambda) > yeo_johnson_likelihood(y, best)) best = lambda;
  }
  const double golden = 0.5 * (std::sqrt(5.0) - 1.0);
  double low = best - kStep, high = best + kStep;
  while (high - low > 1e-9) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);
    if (yeo_johnson_likelihood(y, left) > yeo_johnson_likelihood(y, right)) {
      high = right;
    } else {
      low = left;
    }
  }
  return 0.5 * (low + high);
}

Moments log_normal_moments(double mean, double variance) {
  return {std::exp(mean + 0.5 * variance), std::expm1(variance) * std::exp(2.0 * mean + variance)};
}

double matched_error(const std::function<double(double)>& f, double y, double error) {
  static const double k = normal_quantile(0.975);
  return (f(y + k * error) - f(y - k * error)) / (2.0 * k);
}

Cutoffs winsorize_objective(const Vector& y, bool minimize) {
  const Quartiles q = quartiles(sorted(y));
  const double reach = kFence * (q.high - q.low);
  return minimize ? Cutoffs{-kInfinity, q.high + reach} : Cutoffs{q.low - reach, kInfinity};
}

Cutoffs winsorize_constraint(const Vector& y, bool upper, double bound) {
  const Quartiles q = quartiles(sorted(y));
  if (upper) {
    const double edge = std::max(q.high, bound);
    return {-kInfinity, edge + kFence * (edge - q.low)};
  }
  const double edge = std::min(q.low, bound);
  return {edge - kFence * (q.high - edge), kInfinity};
}

Cutoffs winsorize_margins(const Vector& y, double lower_margin, double upper_margin,
                          std::optional<double> lower_boundary, std::optional<double> upper_boundary) {
  const std::vector<double> values = sorted(y);
  const double last = static_cast<double>(values.size() - 1);
  Cutoffs result{-kInfinity, kInfinity};
  if (lower_margin == -1.0) result.lower = winsorize_objective(y, false).lower;
  if (upper_margin == -1.0) result.upper = winsorize_objective(y, true).upper;
  if (lower_margin > 0.0) result.lower = values[static_cast<std::size_t>(std::floor(lower_margin * last))];
  if (upper_margin > 0.0) result.upper = values[static_cast<std::size_t>(std::ceil((1.0 - upper_margin) * last))];
  if (lower_boundary) result.lower = std::min(result.lower, *lower_boundary);
  if (upper_boundary) result.upper = std::max(result.upper, *upper_boundary);
  return result;
}

}  // namespace boa::math
