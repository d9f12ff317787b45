#pragma once

#include "boa/math/types.hpp"

namespace boa::math {

/// Lower triangular Cholesky factor and what was added to the diagonal to get it.
struct CholeskyFactor {
  Matrix L;             ///< lower triangular, zeros above
  double jitter = 0.0;  ///< added to every diagonal entry
};

/// Replaces the lower triangle of symmetric A (only the lower triangle is read) by its Cholesky factor; the upper
/// triangle is left as it is. False if A is not positive definite, then A is spoilt. Cost n^3/3.
[[nodiscard]] bool cholesky_in_place(Matrix& A);

/// Plain Cholesky; if it fails adds 1e-8, then 1e-7, then 1e-6 (totals) to the diagonal (GPyTorch's psd_safe_cholesky).
/// NumericalError if all fail or A holds a non-finite number.
CholeskyFactor psd_safe_cholesky(const Matrix& A);

/// Cholesky for the product: jitter relative to the mean of the diagonal, 0, 1e-12, 1e-11, ... 1e-4 of it.
/// NumericalError names the row that keeps failing.
CholeskyFactor robust_cholesky(const Matrix& A);

/// B <- L^-1 B. L: n x n lower triangular, B: n x k.
void solve_lower_in_place(const Matrix& L, Eigen::Ref<Matrix> B);
/// B <- L^-T B.
void solve_lower_transposed_in_place(const Matrix& L, Eigen::Ref<Matrix> B);
/// A^-1 B for A = L L'.
Matrix cholesky_solve(const Matrix& L, const Matrix& B);
/// Replaces the lower triangle of `L` by that of (L L')^-1. Cost 2/3 n^3.
void cholesky_inverse_lower_in_place(Matrix& L);
/// Copies the lower triangle of a square matrix to the upper one.
void mirror_lower(Matrix& A);
/// (L L')^-1, full and symmetric.
Matrix cholesky_inverse(const Matrix& L);
/// log det of L L'.
double cholesky_log_determinant(const Matrix& L);

/// Factor of [A, B'; B, C] from the factor of A: the block update when points are added. B: k x n, C: k x k.
/// Falls back on jitter for the new block: 0, then from 1e-14 to 1e-4 of the mean of C's diagonal.
Matrix cholesky_append(const Matrix& L, const Matrix& B, const Matrix& C);

/// Adjoint of the factorisation (Murray 2016): given dF/dL (lower triangle used), the symmetric G with dF = sum(G .*
/// dA) for symmetric dA. Cost k^3.
Matrix cholesky_adjoint(const Matrix& L, const Matrix& L_bar);

}  // namespace boa::math
