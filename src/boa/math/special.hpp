#pragma once

#include "boa/math/types.hpp"

namespace boa::math {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kLog2 = 0.69314718055994530942;
inline constexpr double kLogSqrt2Pi = 0.91893853320467274178;
inline constexpr double kSqrt2 = 1.41421356237309504880;

/// A function's value and its derivative at one point.
struct ValueAndSlope {
  double value;
  double slope;
};

/// exp(x^2) erfc(x), without overflow for large positive x; inf below about -26.6. Relative error below 1e-14.
double erfcx(double x);

/// Standard normal density.
double normal_pdf(double u);
/// Log of the standard normal density.
double log_normal_pdf(double u);
/// Standard normal distribution function Phi.
double normal_cdf(double u);
/// log Phi(u), accurate in the far left tail, with its derivative phi/Phi.
ValueAndSlope log_normal_cdf(double u);
/// Phi^-1(p), p in (0, 1); -inf at 0, inf at 1.
double normal_quantile(double p);
/// Phi(u) / phi(u) for u <= 0, without under- or overflow.
double mills_ratio(double u);

/// h(u) = phi(u) + u Phi(u) (expected improvement in units of sigma), with its derivative Phi(u).
ValueAndSlope improvement(double u);
/// log h(u), accurate for every u (Ament et al. 2023), with its derivative Phi/h.
ValueAndSlope log_improvement(double u);
/// phi(u) / h(u): how fast log EI grows with log sigma.
double density_over_improvement(double u);

/// log(1 - exp(w)) for w < 0, with its derivative.
ValueAndSlope log1mexp(double w);
/// log(Phi(upper) - Phi(lower)) for lower < upper, either may be infinite, with the derivatives in both.
struct LogInterval {
  double value;
  double slope_lower;
  double slope_upper;
};
LogInterval log_normal_interval(double lower, double upper);

/// log of the mean of exp(v_i); -inf for all -inf.
double log_mean_exp(const Vector& v);

}  // namespace boa::math
