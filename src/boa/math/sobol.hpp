#pragma once

#include <cstdint>
#include <vector>

#include "boa/math/types.hpp"
#include "boa/util/rng.hpp"

namespace boa::math {

/// Sobol sequence in up to `kMaxDimension` dimensions with the direction numbers of Joe and Kuo (2008, new-joe-kuo-6).
///
/// Unscrambled, point 0 is the origin and coordinates are multiples of 2^-30 (Gray-code order, as BoTorch's engine
/// before its first-point skip). Scrambled, each dimension gets a random lower triangular binary matrix and a random
/// digital shift (Matousek 1998; Owen-style variance, exact equidistribution in elementary intervals), 52 bits deep;
/// points lie strictly inside the unit cube.
class Sobol {
 public:
  static constexpr Index kMaxDimension = 3667;
  static constexpr std::uint64_t kMaxPoints = std::uint64_t{1} << 30;

  /// The plain sequence. UnsupportedError if `dimension` is above kMaxDimension.
  explicit Sobol(Index dimension);
  /// The sequence scrambled by `rng`'s stream "sobol"; `rng` itself is not advanced.
  Sobol(Index dimension, const util::Rng& rng);

  Index dimension() const { return dimension_; }
  /// Index of the next point.
  std::uint64_t position() const { return position_; }

  /// The next `n` points, n x d. Cost: n*d. UserInputError when the sequence is exhausted.
  Matrix draw(Index n);
  /// Leaves out the next `n` points. Cost: d.
  void skip(std::uint64_t n) { seek(position_ + n); }
  /// Makes `position` the index of the next point. Cost: d.
  void seek(std::uint64_t position);

 private:
  Index dimension_;
  bool scrambled_ = false;
  std::uint64_t position_ = 0;
  std::vector<std::uint64_t> directions_;  // dimension x 30
  std::vector<std::uint64_t> shift_;       // dimension
  std::vector<std::uint64_t> state_;       // dimension: the next point's bits
};

/// Scrambled quasi-random standard normals, n x d: `normal_from_unit` of the scrambled sequence.
Matrix sobol_normal(Index n, Index dimension, const util::Rng& rng);

/// Phi^-1(0.5 + (1 - 2^-52)(u - 0.5)) of every entry of `u` in [0, 1]: finite for 0 and 1 too (BoTorch's
/// NormalQMCEngine).
Matrix normal_from_unit(const Matrix& u);

}  // namespace boa::math
