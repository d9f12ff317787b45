#include "boa/math/smooth.hpp"

#include <algorithm>
#include <cmath>

namespace boa::math {
namespace {

const double kFatmoidShift = std::sqrt(1.0 / 3.0);

/// exp(-|z|); the C library takes long to say 0.
double decay(double z) { return std::abs(z) > 746.0 ? 0.0 : std::exp(-std::abs(z)); }

}  // namespace

ValueAndSlope sigmoid(double z) {
  const double e = decay(z);
  const double value = (z >= 0.0 ? 1.0 : e) / (1.0 + e);
  return {value, value * ((z >= 0.0 ? e : 1.0) / (1.0 + e))};
}

ValueAndSlope softplus(double z) {
  const double e = decay(z);
  return {std::max(z, 0.0) + std::log1p(e), (z >= 0.0 ? 1.0 : e) / (1.0 + e)};
}

ValueAndSlope fatplus(double x, double tau) {
  const double z = x / tau;
  const ValueAndSlope soft = softplus(z);
  const double cauchy = 1.0 / (1.0 + z * z);
  return {tau * (soft.value + kFatPlusWeight * cauchy), soft.slope - 2.0 * kFatPlusWeight * z * cauchy * cauchy};
}

ValueAndSlope log_fatplus(double x, double tau) {
  const ValueAndSlope f = fatplus(x, tau);
  return {std::log(f.value), f.slope / f.value};
}

ValueAndSlope log_softplus(double x, double tau) {
  const double z = x / tau;
  if (z <= -35.0) return {z + std::log(tau), 1.0 / tau};
  const ValueAndSlope soft = softplus(z);
  return {std::log(soft.value) + std::log(tau), soft.slope / soft.value / tau};
}

ValueAndSlope logexpit(double z) { return {-softplus(-z).value, sigmoid(-z).value}; }

ValueAndSlope fatmoid(double z) {
  const bool left = z < 0.0;
  const double t = left ? z - kFatmoidShift : z + kFatmoidShift;
  const double cauchy = 1.0 / (1.0 + t * t);
  const double part = 2.0 / 3.0 * cauchy;
  const double slope = 4.0 / 3.0 * t * cauchy * cauchy;
  return left ? ValueAndSlope{part, -slope} : ValueAndSlope{1.0 - part, slope};
}

ValueAndSlope log_fatmoid(double z) {
  const ValueAndSlope f = fatmoid(z);
  return {std::log(f.value), f.slope / f.value};
}

double fatmax(const double* x, Index k, double tau, double* slopes) {
  const double top = *std::max_element(x, x + k);
  if (!std::isfinite(top)) {
    if (slopes) std::fill(slopes, slopes + k, 1.0 / static_cast<double>(k));
    return top;
  }
  double sum = 0.0;
  double weighted = 0.0;  // sum of d term / d t
  for (Index i = 0; i < k; ++i) {
    const double t = (top - x[i]) / tau;
    const double denominator = 2.0 + 2.0 * t + t * t;
    sum += 2.0 / denominator;
    if (slopes) {
      const double d = std::isfinite(denominator) ? -2.0 * (2.0 + 2.0 * t) / (denominator * denominator) : 0.0;
      slopes[i] = -d;
      weighted += d;
    }
  }
  if (slopes) {
    // Numbers that tie for the top share what it adds: a subgradient that prefers none of them.
    const double share = (1.0 + weighted / sum) / static_cast<double>(std::count(x, x + k, top));
    for (Index i = 0; i < k; ++i) slopes[i] = slopes[i] / sum + (x[i] == top ? share : 0.0);
  }
  return top + tau * std::log(sum);
}

double fatmin(const double* x, Index k, double tau, double* slopes) {
  constexpr Index kSmall = 16;
  double buffer[kSmall];
  Vector large;
  double* negated = buffer;
  if (k > kSmall) {
    large.resize(k);
    negated = large.data();
  }
  for (Index i = 0; i < k; ++i) negated[i] = -x[i];
  return -fatmax(negated, k, tau, slopes);
}

double smooth_amax(const double* x, Index k, double tau, double* slopes) {
  const double top = *std::max_element(x, x + k);
  if (!std::isfinite(top)) {
    if (slopes) std::fill(slopes, slopes + k, 1.0 / static_cast<double>(k));
    return top;
  }
  double sum = 0.0;
  for (Index i = 0; i < k; ++i) {
    const double term = std::exp((x[i] - top) / tau);
    if (slopes) slopes[i] = term;
    sum += term;
  }
  if (slopes) {
    for (Index i = 0; i < k; ++i) slopes[i] /= sum;
  }
  return top + tau * std::log(sum);
}

}  // namespace boa::math
