#include "boa/generation/transforms/unit_column.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/math/transforms.hpp"
#include "boa/util/error.hpp"
#include "boa/util/number_text.hpp"

namespace boa::generation {

namespace {

// Integers are searched in their range widened by this on both sides, so that each is equally likely.
constexpr double kHalf = 0.5;
// Above, neighbouring integers are not told apart by a double any more.
constexpr double kMostValues = 4503599627370496.0;  // 2^52

double power_of_ten(int digits) { return std::pow(10.0, digits); }

}  // namespace

UnitColumn::UnitColumn(const core::Parameter& parameter) : parameter_(parameter) {
  BOA_CHECK(!core::is_fixed(parameter), core::name_of(parameter));
  if (const auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) {
    choice_ = *choice;
    num_values_ = choice->values.size();
    categorical_ = choice->target_task || (!choice->is_ordered && num_values_ > 2);
    return;
  }
  range_ = std::get<core::RangeParameter>(parameter);
  double lower = range_->lower;
  double upper = range_->upper;
  if (range_->type == core::ParameterType::kInt) {
    const double count = upper - lower + 1;
    if (count <= kMostValues) num_values_ = static_cast<std::uint64_t>(count);
    lower -= kHalf;
    upper += kHalf;
  } else if (range_->digits) {
    const double scale = power_of_ten(*range_->digits);
    // Bounds that lie on the grid in decimals may miss it by an ulp in binary.
    const double slack = 1e-9 * std::max(1.0, std::max(std::abs(lower), std::abs(upper)) * scale);
    grid_first_ = std::ceil(lower * scale - std::min(slack, 1e-3));
    const double last = std::floor(upper * scale + std::min(slack, 1e-3));
    on_grid_ = last >= grid_first_;
    if (on_grid_ && last - grid_first_ < kMostValues) num_values_ = static_cast<std::uint64_t>(last - grid_first_) + 1;
  }
  if (range_->log_scale) {
    lower = std::log10(lower);
    upper = std::log10(upper);
  }
  origin_ = lower;
  width_ = upper - lower;
}

double UnitColumn::upper() const { return categorical_ ? static_cast<double>(num_values_ - 1) : 1.0; }

double UnitColumn::round_to_digits(double value) const {
  const int digits = range_->digits.value_or(0);
  if (digits < 0) return math::round_half_even(value * power_of_ten(digits)) / power_of_ten(digits);
  // Through decimal text, so that the result is the double that a person would type.
  return util::strtod_c(fmt::format("{:.{}f}", value, digits).c_str());
}

core::ParameterValue UnitColumn::finish(double value) const {
  if (range_->type == core::ParameterType::kInt) {
    const double rounded = std::clamp(math::round_half_even(value), range_->lower, range_->upper);
    return static_cast<std::int64_t>(rounded);
  }
  if (on_grid_) {
    value = round_to_digits(value);
    if (value < range_->lower || value > range_->upper) {
      const double step = value < range_->lower ? grid_first_ : grid_first_ + static_cast<double>(num_values_ - 1);
      value = round_to_digits(step / power_of_ten(*range_->digits));
    }
  }
  return std::clamp(value, range_->lower, range_->upper);
}

core::ParameterValue UnitColumn::value_at(std::uint64_t i) const {
  BOA_CHECK(i < num_values_ && num_values_ != kInfinite, i);
  if (!range_) return choice_.values[i];
  if (range_->type == core::ParameterType::kInt) {
    return static_cast<std::int64_t>(range_->lower) + static_cast<std::int64_t>(i);
  }
  return finish((grid_first_ + static_cast<double>(i)) / power_of_ten(*range_->digits));
}

core::ParameterValue UnitColumn::decode(double x) const {
  if (categorical_) {
    const double code = std::clamp(std::round(x), 0.0, upper());
    return choice_.values[static_cast<std::size_t>(code)];
  }
  return decode_sample(x);
}

core::ParameterValue UnitColumn::decode_sample(double u) const {
  u = std::clamp(u, 0.0, 1.0);
  if (!range_) {
    const double k = static_cast<double>(num_values_);
    return choice_.values[static_cast<std::size_t>(std::min(std::floor(u * k), k - 1))];
  }
  const double value = origin_ + width_ * u;
  return finish(range_->log_scale ? std::pow(10.0, value) : value);
}

core::ParameterValue UnitColumn::value_near(double number) const {
  if (range_) return finish(number);
  return *std::min_element(choice_.values.begin(), choice_.values.end(), [number](const auto& a, const auto& b) {
    return std::abs(core::as_double(a) - number) < std::abs(core::as_double(b) - number);
  });
}

std::pair<double, double> UnitColumn::number_at(double x) const {
  if (range_) {
    const double value = origin_ + width_ * x;
    if (!range_->log_scale) return {value, width_};
    const double power = std::pow(10.0, value);
    return {power, power * width_ * std::log(10.0)};
  }
  const double last = static_cast<double>(num_values_ - 1);
  const double slope = categorical_ ? 1.0 : static_cast<double>(num_values_);
  const double position = std::clamp(categorical_ ? x : x * slope - kHalf, 0.0, last);
  const auto below = static_cast<std::size_t>(std::min(std::floor(position), last - 1));
  const double low = core::as_double(choice_.values[below]);
  const double high = core::as_double(choice_.values[below + 1]);
  return {low + (high - low) * (position - static_cast<double>(below)), (high - low) * slope};
}

std::optional<double> UnitColumn::encode(const core::ParameterValue& value) const {
  if (!range_) {
    const core::ParameterValue wanted = core::cast_to(parameter_, value);
    for (std::size_t i = 0; i < choice_.values.size(); ++i) {
      if (choice_.values[i] != wanted) continue;
      const double position = static_cast<double>(i);
      return categorical_ ? position : (position + kHalf) / static_cast<double>(num_values_);
    }
    return std::nullopt;
  }
  if (std::holds_alternative<std::string>(value) || std::holds_alternative<bool>(value)) return std::nullopt;
  double number = core::as_double(value);
  if (range_->log_scale) {
    if (number <= 0) return std::nullopt;
    number = std::log10(number);
  }
  const double x = (number - origin_) / width_;
  return std::isfinite(x) ? std::optional<double>(x) : std::nullopt;
}

}  // namespace boa::generation
