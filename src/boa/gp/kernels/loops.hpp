#pragma once

#include "boa/math/types.hpp"

/// The inner loops of the usual kernels, in plain C++ that a compiler turns into vector instructions: on x86-64 for
/// AVX2 too, which is chosen where the processor has it. Results differ between processors in the last bits, as those
/// of OpenBLAS do. Exponentials are right to about one unit in the last place; below e^-708 they are 0.
namespace boa::gp::loops {

using math::Index;
using math::Matrix;

/// r2[i] = sum_j (x1(from + i, j) - x2(k, j))^2 for n rows of X1 from `from` on.
void squared_distances(const Matrix& X1, Index from, Index n, const Matrix& X2, Index k, double* r2);

/// Each replaces n squared distances r^2 >= 0. With z = sqrt(5 r^2):
void rbf(double* r2, Index n);                                ///< exp(-r^2 / 2)
void matern52(double* r2, Index n);                           ///< (1 + z + z^2 / 3) e^-z
void matern52_slope(double* r2, Index n);                     ///< its derivative by r^2: -5/6 (1 + z) e^-z
void matern52_and_slope(double* r2, double* slope, Index n);  ///< both; the slopes are written to `slope`

}  // namespace boa::gp::loops
