#include "boa/math/least_squares.hpp"

#include <gtest/gtest.h>

#include "boa/testing/gradient_checker.hpp"

namespace boa::math {
namespace {

using boa::testing::kClosedForm;

TEST(LeastSquares, TheShortestSolutionMeetsTheRows) {
  Matrix A(2, 3);
  A << 1, 1, 1, 1, -1, 0;
  const Vector b{{3, 1}};
  const Vector x = shortest_solution(A, b);
  EXPECT_LT((A * x - b).norm(), kClosedForm);
  // Shorter than every other: it has no share along the direction that A does not see.
  EXPECT_NEAR(x.dot(Vector{{1, 1, -2}}), 0, kClosedForm);
}

TEST(LeastSquares, AColumnOfZerosGetsExactlyZero) {
  Matrix A(1, 3);
  A << 0.3, 0, 0.7;
  const Vector x = shortest_solution(A, Vector{{0.1}});
  EXPECT_EQ(x[1], 0.0);
  EXPECT_NEAR(A.row(0).dot(x), 0.1, kClosedForm);
}

TEST(LeastSquares, RowsThatSayTheSameTwiceAreNoTrouble) {
  Matrix A(3, 2);
  A << 1, 2, 2, 4, 0, 0;
  const Vector x = shortest_solution(A, Vector{{5, 10, 0}});
  EXPECT_LT((x - Vector{{1, 2}}).norm(), kClosedForm);
}

}  // namespace
}  // namespace boa::math
