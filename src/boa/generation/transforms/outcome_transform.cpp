#include "boa/generation/transforms/outcome_transform.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace boa::generation {

namespace {

// Deviations below this share of the largest value are rounding, not signal.
constexpr double kLeastSpread = 1e-12;
// Tukey's far fence: values beyond it are outliers for a bell curve.
constexpr double kFence = 3.0;
constexpr double kGentleWidth = 2.0;
constexpr double kStrongWidth = 0.2;
constexpr std::size_t kFewestForQuartiles = 4;

double quantile(const std::vector<double>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = position - static_cast<double>(below);
  return sorted[below] * (1 - share) + sorted[above] * share;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

// Divided by the largest value first, so that squares do not overflow.
Moments moments_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double v : values) largest = std::max(largest, std::abs(v));
  if (values.empty() || largest == 0) return {};
  const double n = static_cast<double>(values.size());
  double mean = 0;
  for (const double v : values) mean += v / largest / n;
  double squares = 0;
  for (const double v : values) squares += (v / largest - mean) * (v / largest - mean);
  const double deviation = values.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  return {mean * largest, deviation > kLeastSpread ? deviation * largest : 0};
}

}  // namespace

OutcomeTransform::OutcomeTransform(const Vector& y, Tail tail, Shape shape) : sign_(0) {
  std::vector<double> values;
  for (const double v : y) {
    if (std::isfinite(v)) values.push_back(v);
  }
  const Moments moments = moments_of(values);
  offset_ = moments.mean;
  scale_ = moments.deviation > 0 ? moments.deviation : 1;
  if (tail == Tail::kNone || values.size() < kFewestForQuartiles || moments.deviation == 0) return;

  // On the tail's side: quartiles of what is far out in the bad direction.
  const double sign = tail == Tail::kHigh ? 1 : -1;
  std::vector<double> sorted;
  for (const double v : values) sorted.push_back(sign * (v / scale_ - offset_ / scale_));
  std::sort(sorted.begin(), sorted.end());
  const double spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const bool is_far = shape == Shape::kFar;
  const double fence = is_far ? quantile(sorted, 0.75) + kFence * spread : sorted.front();
  if (spread <= 0 || sorted.back() <= fence) return;
  sign_ = sign;
  fence_ = fence;
  width_ = is_far ? kFence * spread : shape == Shape::kGentle ? kGentleWidth : kStrongWidth;
  std::vector<double> drawn;
  for (const double v : values) drawn.push_back((*this)(v));
  const Moments again = moments_of(drawn);
  shift_ = again.mean;
  shrink_ = again.deviation > 0 ? again.deviation : 1;
}

double OutcomeTransform::operator()(double y) const {
  double z = y / scale_ - offset_ / scale_;
  if (sign_ != 0 && sign_ * z > fence_) z = sign_ * (fence_ + width_ * std::log1p((sign_ * z - fence_) / width_));
  return (z - shift_) / shrink_;
}

double OutcomeTransform::inverse(double transformed) const {
  double z = transformed * shrink_ + shift_;
  if (sign_ != 0 && sign_ * z > fence_) z = sign_ * (fence_ + width_ * std::expm1((sign_ * z - fence_) / width_));
  return (z + offset_ / scale_) * scale_;
}

double OutcomeTransform::slope(double y) const {
  const double z = y / scale_ - offset_ / scale_;
  const double tail = sign_ != 0 && sign_ * z > fence_ ? 1 / (1 + (sign_ * z - fence_) / width_) : 1;
  return tail / scale_ / shrink_;
}

}  // namespace boa::generation
