#pragma once

#include <functional>
#include <optional>

#include "boa/math/types.hpp"

namespace boa::math {

// Maps of inputs and outcomes, as formulas; what is learnt from data is a value that the caller keeps.

/// Column-wise (x - offset) / scale.
struct AffineColumns {
  Vector offset;  ///< d
  Vector scale;   ///< d
  Matrix apply(const Matrix& X) const;
  Matrix undo(const Matrix& X) const;
};
/// To [0, 1] by the columns' ranges in X; a column whose range is below `min_range` keeps its scale from 0. `center`:
/// where the middle goes.
AffineColumns learn_ranges(const Matrix& X, double min_range = 1e-8, double center = 0.5);
/// To mean 0, standard deviation 1 (divisor n-1); a column below `min_std` is left as it is.
AffineColumns learn_moments(const Matrix& X, double min_std = 1e-8);
/// The same for outcomes: entries that are NaN do not count, and a column of one value or of a deviation below
/// `min_std` still loses its mean.
AffineColumns learn_outcome_moments(const Matrix& Y, double min_std = 1e-8);

/// 1 - (1 - u^b)^a, u = clamp(u(1 - 2 eps) + eps): Kumaraswamy's distribution function, which warps a unit input.
struct Warp {
  double value;
  double slope;    ///< in u
  double slope_a;  ///< in a (concentration0)
  double slope_b;  ///< in b (concentration1)
};
Warp kumaraswamy(double u, double a, double b, double eps = 1e-7);
/// Its value alone, at half the cost.
double kumaraswamy_value(double u, double a, double b, double eps = 1e-7);
/// Its inverse.
double kumaraswamy_inverse(double v, double a, double b, double eps = 1e-7);

/// Half to even, as Python rounds.
double round_half_even(double x);
/// floor(x) + (tanh((x - floor(x) - 0.5)/tau) + 1)/2: a smooth stand-in.
double round_smoothly(double x, double tau);
/// One where the largest entry stands (the first of equal ones), else 0.
Vector one_hot_of_largest(const Vector& block);

/// sign(y) log(1 + |y|), and its inverse.
double bilog(double y);
double bilog_inverse(double z);
/// Yeo & Johnson's power transformation (2000).
double yeo_johnson(double x, double lambda);
/// The lambda of largest normal likelihood; the search ends at about -10 and 10.
double fit_yeo_johnson(const Vector& y);

/// A normal (mean, variance) of log y as mean and variance of y.
struct Moments {
  double mean;
  double variance;
};
Moments log_normal_moments(double mean, double variance);

/// Standard error of f(y) by matching the 95% interval of y under increasing f: (f(y + k e) - f(y - k e))/(2 k), k =
/// Phi^-1(0.975).
double matched_error(const std::function<double(double)>& f, double y, double error);

/// Where values are cut off; infinite on a side that is not.
struct Cutoffs {
  double lower;
  double upper;
};
// Ax's rules (Tukey's fences on quartiles without interpolation).
/// Only the bad side of an objective is cut.
Cutoffs winsorize_objective(const Vector& y, bool minimize);
/// The infeasible side of y <= bound (`upper` true) or y >= bound, never inside of the bound.
Cutoffs winsorize_constraint(const Vector& y, bool upper, double bound);
/// By quantile margins: 0 cuts nothing, -1 stands for the objective's rule on that side; boundaries only widen.
Cutoffs winsorize_margins(const Vector& y, double lower_margin, double upper_margin,
                          std::optional<double> lower_boundary, std::optional<double> upper_boundary);

}  // namespace boa::math
