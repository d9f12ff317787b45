#include "boa/math/cholesky.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"

namespace boa::math {
namespace {

using boa::testing::kClosedForm;

Matrix random_spd(Index n, double ridge = 0.5) {
  const Matrix root = sobol_normal(n, n, util::Rng(17));
  Matrix A = root * root.transpose() / static_cast<double>(n);
  A.diagonal().array() += ridge;
  return A;
}

TEST(Cholesky, FactorReproducesTheMatrix) {
  const Matrix A = random_spd(20);
  const CholeskyFactor factor = psd_safe_cholesky(A);
  EXPECT_EQ(factor.jitter, 0.0);
  EXPECT_LT((factor.L * factor.L.transpose() - A).cwiseAbs().maxCoeff(), kClosedForm);
  EXPECT_EQ(factor.L(0, 5), 0.0);
}

TEST(Cholesky, SingularMatrixTakesTheFirstStepThatWorks) {
  const Matrix ones = Matrix::Constant(3, 3, 1.0) * 2.0;
  Matrix A = ones;
  A(0, 0) -= 3e-8;
  EXPECT_GT(psd_safe_cholesky(A).jitter, 0.0);
  EXPECT_LE(psd_safe_cholesky(A).jitter, 1e-7);
}

TEST(Cholesky, IndefiniteMatrixIsAnError) {
  Matrix A = Matrix::Identity(3, 3);
  A(1, 1) = -1.0;
  EXPECT_THROW(psd_safe_cholesky(A), NumericalError);
  EXPECT_THROW(robust_cholesky(A), NumericalError);
  A(1, 1) = std::nan("");
  EXPECT_THROW(robust_cholesky(A), NumericalError);
}

TEST(RobustCholesky, WorksAtEveryScale) {
  for (const double scale : {1e-12, 1.0, 1e12}) {
    const Matrix A = Matrix::Constant(4, 4, scale);
    const CholeskyFactor factor = robust_cholesky(A);
    EXPECT_LT((factor.L * factor.L.transpose() - A).cwiseAbs().maxCoeff(), 1e-6 * scale);
  }
  EXPECT_NO_THROW(robust_cholesky(Matrix::Zero(2, 2)));
}

TEST(Cholesky, SolvesAndInverts) {
  const Matrix A = random_spd(9);
  const Matrix L = psd_safe_cholesky(A).L;
  const Matrix B = sobol_normal(9, 3, util::Rng(1));
  EXPECT_LT((A * cholesky_solve(L, B) - B).cwiseAbs().maxCoeff(), kClosedForm);
  EXPECT_LT((A * cholesky_inverse(L) - Matrix::Identity(9, 9)).cwiseAbs().maxCoeff(), kClosedForm);
  EXPECT_LT((A * cholesky_solve(L, B.col(0)) - B.col(0)).cwiseAbs().maxCoeff(), kClosedForm);
}

TEST(Cholesky, InvertsEverySize) {
  for (const Index n : {1, 2, 7, 23, 24, 25, 31, 48, 49, 100, 333}) {
    const Matrix A = random_spd(n);
    Matrix inverse = psd_safe_cholesky(A).L;
    // What stands above the diagonal is neither read nor written.
    for (Index j = 1; j < n; ++j) inverse.col(j).head(j).setConstant(std::nan(""));
    cholesky_inverse_lower_in_place(inverse);
    for (Index j = 1; j < n; ++j) {
      EXPECT_TRUE(inverse.col(j).head(j).array().isNaN().all()) << n;
      inverse.col(j).head(j) = inverse.row(j).head(j).transpose();
    }
    EXPECT_LT((A * inverse - Matrix::Identity(n, n)).cwiseAbs().maxCoeff(), kClosedForm) << n;
  }
  Matrix singular = Matrix::Identity(3, 3);
  singular(1, 1) = 0;
  EXPECT_THROW(cholesky_inverse_lower_in_place(singular), NumericalError);
}

TEST(Cholesky, AppendedBlockEqualsTheWholeFactor) {
  const Matrix A = random_spd(12);
  const Matrix whole = psd_safe_cholesky(A).L;
  const Matrix first = psd_safe_cholesky(A.topLeftCorner(8, 8)).L;
  const Matrix appended = cholesky_append(first, A.bottomLeftCorner(4, 8), A.bottomRightCorner(4, 4));
  EXPECT_LT((appended - whole).cwiseAbs().maxCoeff(), kClosedForm);
}

TEST(Cholesky, AdjointMatchesDifferences) {
  const Index k = 4;
  const Matrix weights = sobol_normal(k, k, util::Rng(2));
  const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
    Matrix A = random_spd(k);
    Index next = 0;
    for (Index j = 0; j < k; ++j) {
      for (Index i = j; i < k; ++i) {
        const double delta = x[static_cast<std::size_t>(next++)];
        A(i, j) += delta;
        if (i != j) A(j, i) += delta;
      }
    }
    const Matrix L = psd_safe_cholesky(A).L;
    if (g) {
      const Matrix G = cholesky_adjoint(L, weights);
      next = 0;
      for (Index j = 0; j < k; ++j) {
        for (Index i = j; i < k; ++i) (*g)[static_cast<std::size_t>(next++)] = i == j ? G(i, j) : 2.0 * G(i, j);
      }
    }
    return L.cwiseProduct(weights).sum();
  };
  EXPECT_GRADIENT_MATCHES(f, std::vector<double>(10, 0.0));
}

}  // namespace
}  // namespace boa::math
