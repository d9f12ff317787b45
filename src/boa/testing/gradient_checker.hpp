#pragma once

#include <functional>
#include <string>
#include <vector>

namespace boa::testing {

// Named tolerances: no test carries a bare number.
inline constexpr double kExact = 1e-12;       ///< the same computation in another order
inline constexpr double kClosedForm = 1e-10;  ///< against a closed form
inline constexpr double kGradient = 1e-5;     ///< against differences
inline constexpr double kFit = 1e-4;          ///< of a fitted quantity

/// Value at x; writes the gradient (same size as x) when asked.
using DifferentiableFunction = std::function<double(const std::vector<double>& x, std::vector<double>* gradient)>;

/// Compares the gradient of `f` at `x` with central differences (Richardson-extrapolated from two steps). Empty if
/// every coordinate agrees within `tolerance` relative to the largest one (at least 1); else a text that names the
/// worst.
std::string gradient_mismatch(const DifferentiableFunction& f, const std::vector<double>& x,
                              double tolerance = kGradient);

}  // namespace boa::testing

/// A GoogleTest assertion on gradient_mismatch: at each of several points.
#define EXPECT_GRADIENT_MATCHES(f, x) EXPECT_EQ(::boa::testing::gradient_mismatch((f), (x)), "")
#define EXPECT_GRADIENT_MATCHES_WITHIN(f, x, tolerance) \
  EXPECT_EQ(::boa::testing::gradient_mismatch((f), (x), (tolerance)), "")
