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
// Of the largest distance from a bound: smaller units would overflow.
constexpr double kLeastShare = 1e-290;
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

std::vector<double> finite_values(const Vector& y) {
  std::vector<double> values;
  for (const double v : y) {
    if (std::isfinite(v)) values.push_back(v);
  }
  return values;
}

}  // namespace

OutcomeTransform::OutcomeTransform(const Vector& y, Tail tail, Shape shape) {
  const std::vector<double> values = finite_values(y);
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
  fence_ = sign * fence;
  width_ = is_far ? kFence * spread : shape == Shape::kGentle ? kGentleWidth : kStrongWidth;
  standardise_again(values);
}

OutcomeTransform::OutcomeTransform(const Vector& y, double bound) : OutcomeTransform(y, Tail::kNone) {
  const std::vector<double> values = finite_values(y);
  if (values.empty()) return;
  std::vector<double> distances;
  for (const double v : values) distances.push_back(std::abs(v - bound));
  std::sort(distances.begin(), distances.end());
  const double width = std::max(quantile(distances, 0.5), kLeastShare * distances.back());
  if (!(width > 0) || !std::isfinite(width)) return;
  // Not in standard units: one huge value would leave no digits to the others.
  both_ = true;
  offset_ = bound;
  scale_ = width;
  standardise_again(values);
}

double OutcomeTransform::standard(double y) const {
  return both_ ? (y - offset_) / scale_ : y / scale_ - offset_ / scale_;
}

void OutcomeTransform::standardise_again(const std::vector<double>& values) {
  std::vector<double> drawn;
  for (const double v : values) drawn.push_back((*this)(v));
  const Moments again = moments_of(drawn);
  shift_ = again.mean;
  shrink_ = again.deviation > 0 ? again.deviation : 1;
}

double OutcomeTransform::beyond(double z, double& side) const {
  side = both_ ? (z < fence_ ? -1 : 1) : sign_;
  return side == 0 ? 0 : std::max(0.0, side * (z - fence_));
}

double OutcomeTransform::operator()(double y) const {
  double z = standard(y), side = 0;
  const double far = beyond(z, side);
  if (far > 0) z = fence_ + side * width_ * std::log1p(far / width_);
  return (z - shift_) / shrink_;
}

double OutcomeTransform::inverse(double transformed) const {
  double z = transformed * shrink_ + shift_, side = 0;
  const double far = beyond(z, side);
  if (far > 0) z = fence_ + side * width_ * std::expm1(far / width_);
  return both_ ? z * scale_ + offset_ : (z + offset_ / scale_) * scale_;
}

double OutcomeTransform::slope(double y) const {
  double side = 0;
  const double far = beyond(standard(y), side);
  return 1 / (1 + far / width_) / scale_ / shrink_;
}

}  // namespace boa::generation
