#pragma once

#include <vector>

#include "boa/math/types.hpp"

namespace boa::generation {

using math::Index;
using math::Vector;

/// An increasing map of an outcome to a scale on which a Gaussian process fits well: standardised, with its bad side
/// drawn in by a logarithm where that is wanted, or what is far from a bound. Works for every finite number, 1e300 as
/// well as constants.
class OutcomeTransform {
 public:
  /// Which tail may be drawn in, because nothing interesting happens there.
  enum class Tail { kNone, kLow, kHigh };

  /// How the tail is drawn in: z -> fence + width log(1 + (z - fence)/width) beyond a fence.
  enum class Shape {
    kFar,     ///< beyond Tukey's far fence, three times the quartiles' distance outside of them; often nothing at all
    kGentle,  ///< from the best value on, over two standard deviations
    kStrong,  ///< from the best value on, over a fifth of a standard deviation
    kBilog,   ///< away from a bound on both sides, see the constructor from a bound
  };

  OutcomeTransform() = default;
  /// Fits to the finite values of y.
  OutcomeTransform(const Vector& y, Tail tail, Shape shape = Shape::kFar);
  /// kBilog: z -> b + width sign(z - b) log(1 + |z - b|/width) around the bound b, width being the median of |z - b|.
  /// For outcomes that are constrained: on which side of the bound a point lies is what matters (Eriksson & Poloczek
  /// 2021, who take a width of 1).
  OutcomeTransform(const Vector& y, double bound);

  /// Finite for finite y; infinities stay.
  double operator()(double y) const;
  /// The y behind a value of the scale.
  double inverse(double transformed) const;
  /// Its derivative, by which standard deviations at y are scaled.
  double slope(double y) const;

 private:
  /// Of the drawn-in values: standardised again.
  void standardise_again(const std::vector<double>& values);
  /// On the scale that is drawn in: standardised, or from the bound in widths.
  double standard(double y) const;
  /// How far z, in standard units, lies in what is drawn in; and on which side.
  double beyond(double z, double& side) const;

  double offset_ = 0;
  double scale_ = 1;
  double sign_ = 0;  // of the tail: +1 high, -1 low, 0 none or both
  bool both_ = false;
  double fence_ = 0;  // in standard units: where the tail begins, or the bound
  double width_ = 1;  // of the logarithm beyond the fence
  double shift_ = 0;  // standardises again after the tail was drawn in
  double shrink_ = 1;
};

}  // namespace boa::generation
