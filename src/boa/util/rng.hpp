#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace boa::util {

/// A small, fast, seedable generator (xoshiro256**, Blackman & Vigna 2018) whose streams are split by name and index,
/// never by thread: the numbers that trial k sees depend on the seed and k alone. A UniformRandomBitGenerator.
class Rng {
 public:
  using result_type = std::uint64_t;

  explicit Rng(std::uint64_t seed = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Standard normal.
  double normal();
  /// Uniform integer in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);

  /// An independent stream for a purpose. Does not change this generator, and does not depend on how much was drawn.
  Rng split(std::string_view name, std::uint64_t index = 0) const;

  /// A seed from the operating system, for runs that were given none.
  static std::uint64_t entropy();

 private:
  std::uint64_t seed_;
  std::uint64_t state_[4];
};

}  // namespace boa::util
