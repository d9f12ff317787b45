#include "boa/math/sobol.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "boa/util/error.hpp"

namespace boa::math {
namespace {

TEST(Sobol, FirstPointsAreTheKnownOnes) {
  const Matrix points = Sobol(2).draw(5);
  Matrix expected(5, 2);
  expected << 0, 0, 0.5, 0.5, 0.75, 0.25, 0.25, 0.75, 0.375, 0.375;
  EXPECT_EQ(points, expected);
}

TEST(Sobol, SkippingEqualsDrawing) {
  Sobol all(7), skipped(7);
  const Matrix points = all.draw(40);
  skipped.skip(13);
  EXPECT_EQ(skipped.draw(27), Matrix(points.bottomRows(27)));
  EXPECT_EQ(skipped.position(), 40u);
}

TEST(Sobol, ScrambledPointsStratifyEveryDimension) {
  const Index n = 64;
  const Matrix points = Sobol(1100, util::Rng(5)).draw(n);
  for (Index j = 0; j < points.cols(); ++j) {
    std::set<int> cells;
    for (Index i = 0; i < n; ++i) cells.insert(static_cast<int>(points(i, j) * n));
    ASSERT_EQ(cells.size(), static_cast<std::size_t>(n)) << "dimension " << j;
  }
  EXPECT_GT(points.minCoeff(), 0.0);
  EXPECT_LT(points.maxCoeff(), 1.0);
}

TEST(Sobol, ScramblingKeepsTwoDimensionalNets) {
  // The first two dimensions are a (0, 2)-sequence: 16 points fill every 4 x 4 cell once.
  const Matrix points = Sobol(2, util::Rng(11)).draw(16);
  std::set<int> cells;
  for (Index i = 0; i < 16; ++i)
    cells.insert(static_cast<int>(points(i, 0) * 4) * 4 + static_cast<int>(points(i, 1) * 4));
  EXPECT_EQ(cells.size(), 16u);
}

TEST(Sobol, SeedDecidesTheScrambling) {
  EXPECT_EQ(Sobol(3, util::Rng(1)).draw(8), Sobol(3, util::Rng(1)).draw(8));
  EXPECT_NE(Sobol(3, util::Rng(1)).draw(8), Sobol(3, util::Rng(2)).draw(8));
}

TEST(Sobol, ScrambledMeanConvergesFast) {
  const Matrix points = Sobol(6, util::Rng(3)).draw(1024);
  EXPECT_LT((points.colwise().mean().array() - 0.5).abs().maxCoeff(), 1.0 / 1024);
}

TEST(Sobol, TooManyDimensionsAreRefusedByName) { EXPECT_THROW(Sobol(4000), UnsupportedError); }

TEST(NormalFromUnit, IsFiniteAtTheEnds) {
  Matrix u(1, 3);
  u << 0.0, 0.5, 1.0;
  const Matrix z = normal_from_unit(u);
  EXPECT_TRUE(z.allFinite());
  EXPECT_EQ(z(0, 1), 0.0);
  EXPECT_LT(z(0, 0), -8.0);
}

}  // namespace
}  // namespace boa::math
