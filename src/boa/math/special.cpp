#include "boa/math/special.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>

namespace boa::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSqrtPi = 1.77245385090551602730;
constexpr double kSqrtHalfPi = 1.25331413731550025121;
constexpr double kInvSqrt2Pi = 0.39894228040143267794;

// Below this u the alternating series of Phi/phi and h/phi are exact to rounding.
constexpr double kTail = -20.0;

/// 1 - 1/u^2 + 3/u^4 - 15/u^6 + ... : |u| Phi(u)/phi(u) for u <= kTail.
double tail_cdf_series(double u) {
  const double x = 1.0 / (u * u);
  double sum = 1.0, term = 1.0;
  for (int k = 1; k < 20; ++k) {
    term *= -x * (2 * k - 1);
    sum += term;
    if (std::abs(term) < 1e-17) break;
  }
  return sum;
}

/// 1 - 3/u^2 + 15/u^4 - ... : u^2 h(u)/phi(u) for u <= kTail.
double tail_improvement_series(double u) {
  const double x = 1.0 / (u * u);
  double sum = 1.0, term = 1.0;
  for (int k = 1; k < 20; ++k) {
    term *= -x * (2 * k + 1);
    sum += term;
    if (std::abs(term) < 1e-17) break;
  }
  return sum;
}

}  // namespace

double erfcx(double x) {
  if (std::isnan(x)) return x;
  if (x < -26.7) return kInfinity;
  if (x < 8.0) {
    // exp(x^2) with the rounding error of x^2 put back.
    const double square = x * x;
    const double error = std::fma(x, x, -square);
    return std::exp(square) * (1.0 + error) * std::erfc(x);
  }
  if (x > 1e8) return 1.0 / (kSqrtPi * x);
  const double t = 1.0 / (2.0 * x * x);
  double sum = 1.0, term = 1.0;
  for (int k = 1; k < 30; ++k) {
    term *= -t * (2 * k - 1);
    sum += term;
    if (std::abs(term) < 1e-17) break;
  }
  return sum / (kSqrtPi * x);
}

double normal_pdf(double u) { return kInvSqrt2Pi * std::exp(-0.5 * u * u); }

double log_normal_pdf(double u) { return -0.5 * u * u - kLogSqrt2Pi; }

double normal_cdf(double u) { return 0.5 * std::erfc(-u / kSqrt2); }

double mills_ratio(double u) {
  if (u < kTail) return -tail_cdf_series(u) / u;
  return kSqrtHalfPi * erfcx(-u / kSqrt2);
}

ValueAndSlope log_normal_cdf(double u) {
  if (u == -kInfinity) return {-kInfinity, kInfinity};
  if (u < 0.0) {
    const double ratio = mills_ratio(u);
    return {std::log(ratio) + log_normal_pdf(u), 1.0 / ratio};
  }
  const double cdf = normal_cdf(u);
  return {std::log1p(-0.5 * std::erfc(u / kSqrt2)), normal_pdf(u) / cdf};
}

double normal_quantile(double p) {
  if (p <= 0.0) return -kInfinity;
  if (p >= 1.0) return kInfinity;
  using namespace boost::math::policies;
  using Fast = policy<promote_double<false>, domain_error<ignore_error>, overflow_error<ignore_error>>;
  return -kSqrt2 * boost::math::erfc_inv(2.0 * p, Fast());
}

ValueAndSlope improvement(double u) {
  const double cdf = normal_cdf(u);
  if (u >= -1.0) return {normal_pdf(u) + u * cdf, cdf};
  return {std::exp(log_improvement(u).value), cdf};
}

ValueAndSlope log_improvement(double u) {
  if (u > -1.0) {
    const double cdf = normal_cdf(u);
    const double h = normal_pdf(u) + u * cdf;
    return {std::log(h), cdf / h};
  }
  if (u == -kInfinity) return {-kInfinity, kInfinity};
  if (u < kTail) {
    const double series = tail_improvement_series(u);
    return {log_normal_pdf(u) - 2.0 * std::log(-u) + std::log(series), -u * tail_cdf_series(u) / series};
  }
  const double ratio = mills_ratio(u);
  const double scaled = 1.0 + u * ratio;  // h / phi
  return {log_normal_pdf(u) + std::log(scaled), ratio / scaled};
}

double density_over_improvement(double u) {
  if (u > -1.0) return normal_pdf(u) / (normal_pdf(u) + u * normal_cdf(u));
  if (u < kTail) return u * u / tail_improvement_series(u);
  return 1.0 / (1.0 + u * mills_ratio(u));
}

ValueAndSlope log1mexp(double w) {
  const double value = w > -kLog2 ? std::log(-std::expm1(w)) : std::log1p(-std::exp(w));
  return {value, 1.0 / std::expm1(-w) * -1.0};
}

LogInterval log_normal_interval(double lower, double upper) {
  if (lower == -kInfinity && upper == kInfinity) return {0.0, 0.0, 0.0};
  if (lower == -kInfinity) {
    const ValueAndSlope v = log_normal_cdf(upper);
    return {v.value, 0.0, v.slope};
  }
  if (upper == kInfinity) {
    const ValueAndSlope v = log_normal_cdf(-lower);
    return {v.value, -v.slope, 0.0};
  }
  // By symmetry work on the side where both ends are small.
  const bool mirrored = std::abs(upper) > std::abs(lower);
  const double a = mirrored ? -upper : lower;
  const double b = mirrored ? -lower : upper;
  const ValueAndSlope at_a = log_normal_cdf(a);
  const ValueAndSlope at_b = log_normal_cdf(b);
  const ValueAndSlope rest = log1mexp(at_a.value - at_b.value);
  const double slope_a = rest.slope * at_a.slope;
  const double slope_b = at_b.slope * (1.0 - rest.slope);
  const double value = at_b.value + rest.value;
  return mirrored ? LogInterval{value, -slope_b, -slope_a} : LogInterval{value, slope_a, slope_b};
}

double log_mean_exp(const Vector& v) {
  const double top = v.maxCoeff();
  if (!std::isfinite(top)) return top;
  return top + std::log((v.array() - top).exp().mean());
}

}  // namespace boa::math
