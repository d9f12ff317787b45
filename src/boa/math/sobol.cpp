#include "boa/math/sobol.hpp"

#include <fmt/core.h>

#include <bit>
#include <boost/random/detail/sobol_table.hpp>

#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::math {
namespace {

using Table = boost::random::detail::qrng_tables::sobol;
constexpr int kBits = 30;      // of the plain sequence
constexpr int kDeepBits = 52;  // of a scrambled coordinate

/// Direction numbers V[0..29] of one dimension, as 30-bit integers (Bratley & Fox 1988).
void direction_numbers(Index dimension, std::uint64_t* v) {
  if (dimension == 0) {
    for (int k = 0; k < kBits; ++k) v[k] = std::uint64_t{1} << (kBits - 1 - k);
    return;
  }
  const auto row = static_cast<std::size_t>(dimension - 1);
  const unsigned polynomial = Table::polynomial(row);
  const int degree = std::bit_width(polynomial) - 1;
  for (int k = 0; k < degree; ++k) {
    v[k] = static_cast<std::uint64_t>(Table::minit(row, static_cast<std::size_t>(k))) << (kBits - 1 - k);
  }
  for (int k = degree; k < kBits; ++k) {
    v[k] = v[k - degree] ^ (v[k - degree] >> degree);
    for (int j = 1; j < degree; ++j) {
      if ((polynomial >> (degree - j)) & 1U) v[k] ^= v[k - j];
    }
  }
}

/// Replaces the direction numbers of one dimension by those of the linearly scrambled sequence, kDeepBits wide: every
/// output bit is its own input bit plus a random combination of the higher ones.
void scramble_directions(std::uint64_t* v, util::Rng& rng) {
  std::uint64_t rows[kDeepBits];
  for (int bit = 0; bit < kDeepBits; ++bit) {
    const std::uint64_t random = rng() & ((std::uint64_t{1} << kBits) - 1);
    if (bit >= kBits) {
      rows[bit] = random;
      continue;
    }
    const std::uint64_t own = std::uint64_t{1} << (kBits - 1 - bit);
    const std::uint64_t higher = ~(2 * own - 1);  // input bits before this one
    rows[bit] = (random & higher & ((std::uint64_t{1} << kBits) - 1)) | own;
  }
  for (int k = 0; k < kBits; ++k) {
    std::uint64_t scrambled = 0;
    for (int bit = 0; bit < kDeepBits; ++bit) {
      scrambled = (scrambled << 1) | static_cast<std::uint64_t>(std::popcount(rows[bit] & v[k]) & 1);
    }
    v[k] = scrambled;
  }
}

}  // namespace

Sobol::Sobol(Index dimension) : dimension_(dimension) {
  BOA_CHECK(dimension > 0, dimension);
  if (dimension > kMaxDimension) {
    throw UnsupportedError(
        fmt::format("a Sobol sequence has at most {} dimensions, asked for {}", kMaxDimension, dimension));
  }
  directions_.resize(static_cast<std::size_t>(dimension) * kBits);
  for (Index j = 0; j < dimension; ++j) direction_numbers(j, directions_.data() + j * kBits);
  state_.assign(static_cast<std::size_t>(dimension), 0);
  shift_.assign(static_cast<std::size_t>(dimension), 0);
}

Sobol::Sobol(Index dimension, const util::Rng& rng) : Sobol(dimension) {
  scrambled_ = true;
  for (Index j = 0; j < dimension; ++j) {
    util::Rng stream = rng.split("sobol", static_cast<std::uint64_t>(j));
    scramble_directions(directions_.data() + j * kBits, stream);
    shift_[static_cast<std::size_t>(j)] = stream() >> (64 - kDeepBits);
  }
}

void Sobol::seek(std::uint64_t position) {
  if (position > kMaxPoints) throw UserInputError(fmt::format("a Sobol sequence has {} points", kMaxPoints));
  position_ = position;
  const std::uint64_t gray = position ^ (position >> 1);
  for (std::size_t j = 0; j < state_.size(); ++j) {
    std::uint64_t bits = 0;
    for (int k = 0; k < kBits; ++k) {
      if ((gray >> k) & 1U) bits ^= directions_[j * kBits + static_cast<std::size_t>(k)];
    }
    state_[j] = bits;
  }
}

Matrix Sobol::draw(Index n) {
  BOA_CHECK(n >= 0, n);
  if (position_ + static_cast<std::uint64_t>(n) > kMaxPoints) {
    throw UserInputError(fmt::format("the Sobol sequence is exhausted after {} points", kMaxPoints));
  }
  Matrix points(n, dimension_);
  const double scale = scrambled_ ? 0x1p-52 : 0x1p-30;
  const double half = scrambled_ ? 0x1p-53 : 0.0;  // never on the boundary
  for (Index j = 0; j < dimension_; ++j) {
    const auto dimension = static_cast<std::size_t>(j);
    const std::uint64_t* v = directions_.data() + dimension * kBits;
    std::uint64_t bits = state_[dimension];
    double* column = points.data() + j * n;
    for (Index i = 0; i < n; ++i) {
      column[i] = static_cast<double>(bits ^ shift_[dimension]) * scale + half;
      const int bit = std::countr_one(position_ + static_cast<std::uint64_t>(i));
      if (bit < kBits) bits ^= v[bit];
    }
    state_[dimension] = bits;
  }
  position_ += static_cast<std::uint64_t>(n);
  return points;
}

Matrix normal_from_unit(const Matrix& u) {
  return u.unaryExpr([](double x) { return normal_quantile(0.5 + (1.0 - 0x1p-52) * (x - 0.5)); });
}

Matrix sobol_normal(Index n, Index dimension, const util::Rng& rng) {
  Sobol sequence(dimension, rng);
  return normal_from_unit(sequence.draw(n));
}

}  // namespace boa::math
