#include "boa/math/transforms.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::math {
namespace {

using boa::testing::kClosedForm;

TEST(AffineColumns, UndoGivesTheInputBack) {
  const Matrix X = Sobol(3, util::Rng(1)).draw(6);
  for (const AffineColumns& map : {learn_ranges(X), learn_moments(X), learn_outcome_moments(X)}) {
    EXPECT_LT((map.undo(map.apply(X)) - X).cwiseAbs().maxCoeff(), kClosedForm);
  }
}

TEST(AffineColumns, ConstantColumnsKeepTheirScale) {
  const Matrix X = Matrix::Constant(4, 1, 7.0);
  EXPECT_EQ(learn_ranges(X).apply(X), X);
  EXPECT_EQ(learn_moments(X).apply(X), X);
  EXPECT_EQ(learn_outcome_moments(X).apply(X), Matrix::Zero(4, 1));
}

TEST(Kumaraswamy, SlopesMatchAndTheInverseInverts) {
  const auto f = [](const std::vector<double>& x, std::vector<double>* g) {
    const Warp w = kumaraswamy(x[0], x[1], x[2]);
    if (g) *g = {w.slope, w.slope_a, w.slope_b};
    return w.value;
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>{0.3, 1.7, 0.8}));
  EXPECT_EQ(kumaraswamy_value(0.3, 1.7, 0.8), kumaraswamy(0.3, 1.7, 0.8).value);
  EXPECT_NEAR(kumaraswamy_inverse(kumaraswamy(0.3, 1.7, 0.8).value, 1.7, 0.8), 0.3, kClosedForm);
}

TEST(Rounding, HalvesGoToTheEvenNeighbour) {
  EXPECT_EQ(round_half_even(0.5), 0.0);
  EXPECT_EQ(round_half_even(1.5), 2.0);
  EXPECT_EQ(round_half_even(-2.5), -2.0);
  EXPECT_EQ(round_half_even(2.4), 2.0);
  EXPECT_NEAR(round_smoothly(2.9, 1e-3), 3.0, kClosedForm);
}

TEST(YeoJohnson, LambdaOneChangesNothing) {
  for (const double x : {-3.0, 0.0, 2.5}) EXPECT_NEAR(yeo_johnson(x, 1.0), x, kClosedForm);
}

TEST(YeoJohnson, FitFindsTheExponentThatMakesDataNormal) {
  Vector y = sobol_normal(256, 1, util::Rng(1)).col(0);
  y = (y.array() + 4.0).exp() - 1.0;  // positive: log(1 + y) is normal
  EXPECT_NEAR(fit_yeo_johnson(y), 0, 0.05);
}

TEST(Bilog, InverseInverts) {
  for (const double y : {-30.0, -0.1, 0.0, 4.0}) EXPECT_NEAR(bilog_inverse(bilog(y)), y, kClosedForm);
}

TEST(Winsorize, CutsOnlyTheBadSide) {
  const Vector y{{0.0, 1.0, 2.0, 3.0, 100.0}};
  EXPECT_EQ(winsorize_objective(y, true).lower, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(winsorize_objective(y, true).upper, 6.0);
  EXPECT_EQ(winsorize_objective(y, false).upper, std::numeric_limits<double>::infinity());
  EXPECT_GE(winsorize_constraint(y, true, 50.0).upper, 50.0);
}

TEST(MatchedError, IsExactForLinearMaps) {
  EXPECT_NEAR(matched_error([](double y) { return 3.0 * y - 1.0; }, 0.4, 0.2), 0.6, kClosedForm);
}

}  // namespace
}  // namespace boa::math
