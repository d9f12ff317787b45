#include "boa/util/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "boa/util/error.hpp"

namespace boa::util {
namespace {

constexpr int kDraws = 20000;
/// Of a mean over kDraws draws with standard deviation sd: five standard errors.
double mean_tolerance(double sd) { return 5 * sd / std::sqrt(static_cast<double>(kDraws)); }

TEST(Rng, TheSeedDeterminesTheStream) {
  Rng a(42), b(42), c(43);
  EXPECT_EQ(a(), b());
  EXPECT_NE(a(), c());
}

TEST(Rng, StreamsAreSplitByNameAndIndexNotByWhatWasDrawn) {
  Rng a(1);
  const std::uint64_t before = a.split("sobol", 3)();
  for (int i = 0; i < 10; ++i) a();
  EXPECT_EQ(a.split("sobol", 3)(), before);
  std::set<std::uint64_t> first_numbers;
  for (std::uint64_t index = 0; index < 100; ++index) {
    first_numbers.insert(a.split("sobol", index)());
    first_numbers.insert(a.split("restart", index)());
    first_numbers.insert(Rng(2).split("sobol", index)());
  }
  EXPECT_EQ(first_numbers.size(), 300U);
}

TEST(Rng, UniformNumbersFillTheUnitInterval) {
  Rng rng(3);
  double sum = 0, least = 1, most = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = rng.uniform();
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  EXPECT_GE(least, 0);
  EXPECT_LT(most, 1);
  EXPECT_LT(least, 0.01);
  EXPECT_GT(most, 0.99);
  EXPECT_NEAR(sum / kDraws, 0.5, mean_tolerance(std::sqrt(1.0 / 12)));
}

TEST(Rng, NormalNumbersHaveMeanZeroAndVarianceOne) {
  Rng rng(4);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = rng.normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0, mean_tolerance(1));
  EXPECT_NEAR(squares / kDraws, 1, mean_tolerance(std::sqrt(2.0)));
}

TEST(Rng, IntegersBelowABoundAreUniform) {
  Rng rng(5);
  std::array<int, 7> counts{};
  for (int i = 0; i < kDraws; ++i) ++counts.at(rng.below(7));
  const double expected = kDraws / 7.0;
  for (const int count : counts) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
  EXPECT_EQ(rng.below(1), 0U);
  EXPECT_THROW(rng.below(0), InternalError);
}

TEST(Rng, TheSystemGivesDifferentSeeds) { EXPECT_NE(Rng::entropy(), Rng::entropy()); }

}  // namespace
}  // namespace boa::util
