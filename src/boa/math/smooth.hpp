#pragma once

#include "boa/math/special.hpp"
#include "boa/math/types.hpp"

namespace boa::math {

// Smooth stand-ins for max, min and step functions. The "fat" ones decay polynomially, so that gradients never vanish
// far from the point of interest (Ament et al. 2023; BoTorch's safe_math).

/// log(1 + exp(z)).
ValueAndSlope softplus(double z);
inline constexpr double kFatPlusWeight = 0.1;
/// tau [softplus(x/tau) + kFatPlusWeight/(1+(x/tau)^2)].
ValueAndSlope fatplus(double x, double tau);
/// log of fatplus.
ValueAndSlope log_fatplus(double x, double tau);
/// log(tau softplus(x/tau)).
ValueAndSlope log_softplus(double x, double tau);
/// 1 / (1 + exp(-z)).
ValueAndSlope sigmoid(double z);
/// log of sigmoid.
ValueAndSlope logexpit(double z);
/// A step from 0 to 1 with polynomial tails.
ValueAndSlope fatmoid(double z);
/// log of fatmoid(z).
ValueAndSlope log_fatmoid(double z);

/// Smooth maximum of the k numbers at `x`; writes the k derivatives to `slopes` if not null. M + tau log sum
/// 2/(2+2t+t^2).
double fatmax(const double* x, Index k, double tau, double* slopes);
/// -fatmax(-x).
double fatmin(const double* x, Index k, double tau, double* slopes);
/// tau log sum exp(x/tau).
double smooth_amax(const double* x, Index k, double tau, double* slopes);

}  // namespace boa::math
