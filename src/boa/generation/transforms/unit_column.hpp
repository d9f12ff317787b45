#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "boa/core/parameter.hpp"

namespace boa::generation {

/// One tunable parameter as a number that a sampler or a model can work with.
///
/// Numbers lie in [0, 1], uniform where the parameter is sampled uniformly: log-scaled ranges in log10, integers in
/// their range widened by 0.5 on both sides and rounded half to even (each integer equally likely), ordered choices and
/// choices of two values by position. The other choices, and tasks, are categories: their number is the position
/// itself, 0 .. k-1.
class UnitColumn {
 public:
  /// A column with more values than this, or with a float among them, has no list of values.
  static constexpr std::uint64_t kInfinite = std::numeric_limits<std::uint64_t>::max();

  /// `parameter` must not be fixed.
  explicit UnitColumn(const core::Parameter& parameter);

  bool is_categorical() const { return categorical_; }
  /// How many values there are; kInfinite for floats without `digits`.
  std::uint64_t num_values() const { return num_values_; }
  /// The i-th value, ascending.
  core::ParameterValue value_at(std::uint64_t i) const;

  /// The value at a model coordinate; any number is moved to the nearest value.
  core::ParameterValue decode(double x) const;
  /// The value at a number of the unit interval, where categories are equally wide intervals.
  core::ParameterValue decode_sample(double u) const;
  /// Model coordinate of a value, outside [0, 1] for a value outside of the bounds; nothing if it has none.
  std::optional<double> encode(const core::ParameterValue& value) const;

  /// The allowed value nearest to a number in the parameter's own units. Numeric parameters only.
  core::ParameterValue value_near(double number) const;
  /// The number at a model coordinate before any rounding, and its derivative: smooth for ranges, linear between the
  /// values of a numeric choice.
  std::pair<double, double> number_at(double x) const;

  /// Model coordinate: value = origin + width * x, for ranges that are not log-scaled (before rounding).
  bool is_linear() const { return range_.has_value() && !range_->log_scale; }
  double origin() const { return origin_; }
  double width() const { return width_; }
  /// Upper end of the model coordinate: 1, or k-1 for k categories.
  double upper() const;

 private:
  double round_to_digits(double value) const;
  core::ParameterValue finish(double value) const;

  core::Parameter parameter_;
  std::optional<core::RangeParameter> range_;
  core::ChoiceParameter choice_;
  bool categorical_ = false;
  bool on_grid_ = false;
  double origin_ = 0;
  double width_ = 1;
  double grid_first_ = 0;  // of `digits`: the first value, in steps of 10^-digits
  std::uint64_t num_values_ = kInfinite;
};

}  // namespace boa::generation
