#include "boa/util/rng.hpp"

#include <bit>
#include <cmath>
#include <numbers>
#include <random>

#include "boa/util/error.hpp"

namespace boa::util {

namespace {

// splitmix64, the seeder that the authors of xoshiro recommend.
std::uint64_t mix(std::uint64_t& x) {
  x += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = x;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

}  // namespace

Rng::Rng(std::uint64_t seed) : seed_(seed) {
  for (std::uint64_t& word : state_) word = mix(seed);
}

Rng::result_type Rng::operator()() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() { return static_cast<double>((*this)() >> 11U) * 0x1.0p-53; }

double Rng::normal() {
  // Box-Muller, one of the pair: no hidden state, so that a stream can be resumed anywhere.
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t Rng::below(std::uint64_t bound) {
  BOA_CHECK(bound > 0);
  // Rejection keeps it exactly uniform.
  const std::uint64_t limit = max() - max() % bound;
  std::uint64_t value = (*this)();
  while (value >= limit) value = (*this)();
  return value % bound;
}

Rng Rng::split(std::string_view name, std::uint64_t index) const {
  // FNV-1a over the name, then mixed with seed and index.
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  std::uint64_t state = seed_;
  std::uint64_t mixed = mix(state) ^ hash;
  mixed = mix(mixed) ^ index;
  return Rng(mix(mixed));
}

std::uint64_t Rng::entropy() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace boa::util
