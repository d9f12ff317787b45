#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace boa::scheduler {

/// numpy's percentile, linear between the order statistics, of ascending values, at least one; q from 0 to 1.
inline double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace boa::scheduler
