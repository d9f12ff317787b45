#include "boa/math/cholesky.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstddef>

#include "boa/util/error.hpp"

// LAPACK and BLAS by their Fortran names: Eigen's decompositions cost seconds of compile time and gain nothing here.
extern "C" {
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void dlauum_(const char* uplo, const int* n, double* a, const int* lda, int* info);
}

namespace boa::math {
namespace {

/// 0 when it worked, else 1 + the row that failed.
int factorise(Matrix& A) {
  BOA_CHECK(A.rows() == A.cols(), A.rows(), A.cols());
  const int n = static_cast<int>(A.rows());
  if (n == 0) return 0;
  int info = 0;
  dpotrf_("L", &n, A.data(), &n, &info);
  // LAPACK lets NaN pass through: a NaN anywhere reaches the last pivot or one before it.
  if (info == 0 && !A.diagonal().allFinite()) info = n;
  return info;
}

void clear_above_diagonal(Matrix& L) {
  for (Index j = 1; j < L.cols(); ++j) L.col(j).head(j).setZero();
}

void triangular_solve(const Matrix& L, Eigen::Ref<Matrix>& B, const char* trans) {
  BOA_CHECK(L.rows() == B.rows(), L.rows(), B.rows());
  const int n = static_cast<int>(L.rows());
  const int k = static_cast<int>(B.cols());
  if (n == 0 || k == 0) return;
  const int lda = static_cast<int>(L.outerStride());
  const int ldb = static_cast<int>(B.outerStride());
  if (k == 1) {
    const int one = 1;
    dtrsv_("L", trans, "N", &n, L.data(), &lda, B.data(), &one);
    return;
  }
  const double unit = 1.0;
  dtrsm_("L", "L", trans, "N", &n, &k, &unit, L.data(), &lda, B.data(), &ldb);
}

// Up to so many rows a triangle is inverted column by column.
constexpr int kSmallTriangle = 24;

/// The inverse of a lower triangle in its place; `lda`: doubles from column to column. By halves, [A 0; B C]^-1 = [A^-1
/// 0; -C^-1 B A^-1 C^-1], all but the small ones in products of matrices: two to three times as fast as OpenBLAS's
/// dtrtri up to 200 rows, which a likelihood's gradient needs at each evaluation.
void invert_lower(double* L, int n, int lda) {
  const auto at = [=](int i, int j) -> double& { return L[i + static_cast<std::ptrdiff_t>(j) * lda]; };
  if (n > kSmallTriangle) {
    const int left = (n / 2 + 7) / 8 * 8;  // whole vector registers
    const int right = n - left;
    invert_lower(L, left, lda);
    invert_lower(&at(left, left), right, lda);
    const double minus = -1.0, unit = 1.0;
    dtrmm_("L", "L", "N", "N", &right, &left, &minus, &at(left, left), &lda, &at(left, 0), &lda);
    dtrmm_("R", "L", "N", "N", &right, &left, &unit, L, &lda, &at(left, 0), &lda);
    return;
  }
  for (int j = n - 1; j >= 0; --j) {
    const double pivot = 1.0 / at(j, j);
    at(j, j) = pivot;
    // What is right of column j is inverted already.
    for (int k = n - 1; k > j; --k) {
      const double factor = -pivot * at(k, j);
      at(k, j) = factor * at(k, k);
      for (int i = k + 1; i < n; ++i) at(i, j) += factor * at(i, k);
    }
  }
}

}  // namespace

bool cholesky_in_place(Matrix& A) { return factorise(A) == 0; }

CholeskyFactor psd_safe_cholesky(const Matrix& A) {
  if (!A.allFinite()) throw NumericalError("a matrix to be factorised holds a number that is not finite");
  for (const double jitter : {0.0, 1e-8, 1e-7, 1e-6}) {
    CholeskyFactor factor{A, jitter};
    factor.L.diagonal().array() += jitter;
    if (cholesky_in_place(factor.L)) {
      clear_above_diagonal(factor.L);
      return factor;
    }
  }
  throw NumericalError(
      fmt::format("a {0} x {0} matrix is not positive definite, even with 1e-6 on its diagonal", A.rows()));
}

CholeskyFactor robust_cholesky(const Matrix& A) {
  if (!A.allFinite()) throw NumericalError("a matrix to be factorised holds a number that is not finite");
  const Index n = A.rows();
  const double scale = n > 0 ? A.diagonal().cwiseAbs().mean() : 0.0;
  int failed = 0;
  for (double share = 0.0; share < 2e-4; share = share == 0.0 ? 1e-12 : share * 10.0) {
    // A zero matrix (points where everything is known) still needs a root.
    CholeskyFactor factor{A, scale > 0.0 ? share * scale : share};
    factor.L.diagonal().array() += factor.jitter;
    failed = factorise(factor.L);
    if (failed == 0) {
      clear_above_diagonal(factor.L);
      return factor;
    }
  }
  throw NumericalError(fmt::format(
      "a {0} x {0} covariance matrix is not positive definite at row {1}, even with jitter", n, failed - 1));
}

void solve_lower_in_place(const Matrix& L, Eigen::Ref<Matrix> B) { triangular_solve(L, B, "N"); }

void solve_lower_transposed_in_place(const Matrix& L, Eigen::Ref<Matrix> B) { triangular_solve(L, B, "T"); }

Matrix cholesky_solve(const Matrix& L, const Matrix& B) {
  Matrix X = B;
  solve_lower_in_place(L, X);
  solve_lower_transposed_in_place(L, X);
  return X;
}

void cholesky_inverse_lower_in_place(Matrix& L) {
  const int n = static_cast<int>(L.rows());
  if (n == 0) return;
  for (int i = 0; i < n; ++i) {
    if (L(i, i) == 0.0) throw NumericalError(fmt::format("a Cholesky factor is singular at row {}", i));
  }
  invert_lower(L.data(), n, n);
  int info = 0;
  dlauum_("L", &n, L.data(), &n, &info);
}

void mirror_lower(Matrix& A) {
  for (Index j = 1; j < A.cols(); ++j) A.col(j).head(j) = A.row(j).head(j).transpose();
}

Matrix cholesky_inverse(const Matrix& L) {
  Matrix inverse = L;
  cholesky_inverse_lower_in_place(inverse);
  mirror_lower(inverse);
  return inverse;
}

double cholesky_log_determinant(const Matrix& L) { return 2.0 * L.diagonal().array().log().sum(); }

Matrix cholesky_append(const Matrix& L, const Matrix& B, const Matrix& C) {
  const Index n = L.rows();
  const Index k = C.rows();
  BOA_CHECK(B.rows() == k && B.cols() == n, B.rows(), B.cols());
  Matrix off = B.transpose();
  solve_lower_in_place(L, off);
  Matrix schur = C;
  schur.noalias() -= off.transpose() * off;
  Matrix result = Matrix::Zero(n + k, n + k);
  result.topLeftCorner(n, n) = L;
  result.bottomLeftCorner(k, n) = off.transpose();
  // The jitter is relative to what was there before the subtraction, whose rounding errors it has to cover.
  const double scale = C.diagonal().cwiseAbs().mean();
  for (double share = 0.0; share < 2e-4; share = share == 0.0 ? 1e-14 : share * 10.0) {
    Matrix corner = schur;
    corner.diagonal().array() += share * scale;
    if (cholesky_in_place(corner)) {
      clear_above_diagonal(corner);
      result.bottomRightCorner(k, k) = corner;
      return result;
    }
  }
  throw NumericalError("a covariance matrix is not positive definite after points were added");
}

Matrix cholesky_adjoint(const Matrix& L, const Matrix& L_bar) {
  const Index k = L.rows();
  Matrix lower = L_bar.triangularView<Eigen::Lower>();
  Matrix P = L.transpose() * lower;
  for (Index j = 0; j < k; ++j) {
    P.col(j).head(j).setZero();
    P(j, j) *= 0.5;
  }
  solve_lower_transposed_in_place(L, P);  // L^-T P
  Matrix S = P.transpose();
  solve_lower_transposed_in_place(L, S);  // (L^-T P L^-1)'
  return 0.5 * (S + S.transpose());
}

}  // namespace boa::math
