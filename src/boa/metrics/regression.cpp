#include "boa/metrics/regression.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "boa/util/error.hpp"

namespace boa::metrics {
namespace {

using Values = std::vector<double>;

void check_lengths(const Values& y_true, const Values& y_pred, const Values& weights) {
  if (y_true.empty()) throw UserInputError("a metric needs at least one value");
  if (y_true.size() != y_pred.size()) {
    throw UserInputError(fmt::format("there are {} true values but {} predictions", y_true.size(), y_pred.size()));
  }
  if (!weights.empty() && weights.size() != y_true.size()) {
    throw UserInputError(fmt::format("there are {} values but {} weights", y_true.size(), weights.size()));
  }
}

double weight(const Values& weights, std::size_t i) { return weights.empty() ? 1.0 : weights[i]; }

/// sum w f(i) / sum w.
template <typename F>
double weighted_mean(std::size_t n, const Values& weights, F&& f) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += weight(weights, i) * f(i);
    total += weight(weights, i);
  }
  if (total == 0.0) throw UserInputError("the weights of a metric sum to 0");
  return sum / total;
}

/// Linear interpolation between order statistics at share (n-1).
double percentile(Values sorted, double share) {
  std::sort(sorted.begin(), sorted.end());
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double standard_deviation(const Values& values) {
  const double center = mean(values);
  double squares = 0.0;
  for (const double v : values) squares += (v - center) * (v - center);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double norm(const Values& values, Normalizer normalizer) {
  switch (normalizer) {
    case Normalizer::kIqr:
      return percentile(values, 0.75) - percentile(values, 0.25);
    case Normalizer::kStd:
      return standard_deviation(values);
    case Normalizer::kMean:
      return mean(values);
    case Normalizer::kRange: {
      const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
      return *greatest - *least;
    }
  }
  return 1.0;
}

}  // namespace

double mean(const Values& values) {
  if (values.empty()) throw UserInputError("a metric needs at least one value");
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double mean_squared_error(const Values& y_true, const Values& y_pred, const Values& weights) {
  check_lengths(y_true, y_pred, weights);
  return weighted_mean(y_true.size(), weights, [&](std::size_t i) {
    const double error = y_true[i] - y_pred[i];
    return error * error;
  });
}

double root_mean_squared_error(const Values& y_true, const Values& y_pred, const Values& weights) {
  return std::sqrt(mean_squared_error(y_true, y_pred, weights));
}

double mean_absolute_error(const Values& y_true, const Values& y_pred, const Values& weights) {
  check_lengths(y_true, y_pred, weights);
  return weighted_mean(y_true.size(), weights, [&](std::size_t i) { return std::abs(y_true[i] - y_pred[i]); });
}

double r2_score(const Values& y_true, const Values& y_pred, const Values& weights) {
  const double unexplained = mean_squared_error(y_true, y_pred, weights);
  const double center = weighted_mean(y_true.size(), weights, [&](std::size_t i) { return y_true[i]; });
  const double total = mean_squared_error(y_true, Values(y_true.size(), center), weights);
  if (total == 0.0) return unexplained == 0.0 ? 1.0 : 0.0;
  return 1.0 - unexplained / total;
}

Normalizer normalizer_of(const std::string& name) {
  if (name == "iqr") return Normalizer::kIqr;
  if (name == "std") return Normalizer::kStd;
  if (name == "mean") return Normalizer::kMean;
  if (name == "range") return Normalizer::kRange;
  throw UnsupportedError(fmt::format("no normalizer is called '{}'", name), "Known: iqr, mean, range, std");
}

double normalized_root_mean_squared_error(const Values& y_true, const Values& y_pred, Normalizer normalizer,
                                          const Values& weights) {
  return root_mean_squared_error(y_true, y_pred, weights) / norm(y_pred, normalizer);
}

}  // namespace boa::metrics
