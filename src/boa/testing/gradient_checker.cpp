#include "boa/testing/gradient_checker.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace boa::testing {
namespace {

double central_difference(const DifferentiableFunction& f, std::vector<double> x, std::size_t i, double step) {
  const double at = x[i];
  x[i] = at + step;
  const double above = f(x, nullptr);
  x[i] = at - step;
  const double below = f(x, nullptr);
  return (above - below) / (2.0 * step);
}

}  // namespace

std::string gradient_mismatch(const DifferentiableFunction& f, const std::vector<double>& x, double tolerance) {
  std::vector<double> gradient(x.size(), std::nan(""));
  const double value = f(x, &gradient);
  const double plain = f(x, nullptr);
  if (!(std::abs(value - plain) <= kClosedForm * std::max(1.0, std::abs(plain)))) {
    return fmt::format("value with gradient {} differs from value alone {}", value, plain);
  }
  std::vector<double> expected(x.size());
  double scale = 1.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double step = 2e-4 * std::max(1.0, std::abs(x[i]));
    const double coarse = central_difference(f, x, i, step);
    const double fine = central_difference(f, x, i, step / 2);
    expected[i] = (4.0 * fine - coarse) / 3.0;
    scale = std::max(scale, std::abs(expected[i]));
  }
  std::size_t worst = 0;
  double error = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = std::abs(gradient[i] - expected[i]);
    if (!(difference <= error)) {
      error = difference;
      worst = i;
    }
  }
  if (error <= tolerance * scale) return {};
  return fmt::format("gradient coordinate {} is {}, differences say {} (scale {})", worst, gradient[worst],
                     expected[worst], scale);
}

}  // namespace boa::testing
