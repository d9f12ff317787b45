#include "boa/gp/kernels/loops.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

// Compiled twice and chosen when the program is loaded; the sanitizers' runtimes are not ready by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__gnu_linux__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define BOA_FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define BOA_FOR_EACH_PROCESSOR
#endif

namespace boa::gp::loops {
namespace {

/// e^x for x <= 0, without a branch: x = k log 2 + r with an integer k and |r| <= log(2) / 2, e^r by Taylor's series to
/// r^13 (4e-18 are left), 2^k by its bits.
[[gnu::always_inline]] inline double exp_of_negative(double x) {
  constexpr double kSmallest = -708.0;     // about where 2^k can't be written as a normal number
  constexpr double kToInteger = 0x1.8p52;  // adding it rounds to an integer, which is in the last bits of the sum
  constexpr double kLog2High = 0x1.62e42feep-1, kLog2Low = 1.90821492927058770002e-10;  // k kLog2High is exact
  const double shifted = x * 1.4426950408889634074 + kToInteger;
  const double k = shifted - kToInteger;
  const double r = (x - k * kLog2High) - k * kLog2Low;
  double sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const auto power = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52);
  return x < kSmallest ? 0.0 : sum * power;
}

}  // namespace

/// Two columns a pass: half as many loads and stores of the sum.
BOA_FOR_EACH_PROCESSOR void squared_distances(const Matrix& X1, Index from, Index n, const Matrix& X2, Index k,
                                              double* __restrict r2) {
  const Index d = X1.cols(), stride1 = X1.rows(), stride2 = X2.rows();
  const double *x1 = X1.data() + from, *x2 = X2.data() + k;
  const bool is_odd = d % 2 == 1;
  for (Index i = 0; i < n; ++i) r2[i] = is_odd ? (x1[i] - x2[0]) * (x1[i] - x2[0]) : 0.0;
  for (Index j = is_odd ? 1 : 0; j < d; j += 2) {
    const double *a = x1 + j * stride1, *b = a + stride1;
    const double at_a = x2[j * stride2], at_b = x2[(j + 1) * stride2];
    for (Index i = 0; i < n; ++i) r2[i] += (a[i] - at_a) * (a[i] - at_a) + (b[i] - at_b) * (b[i] - at_b);
  }
}

BOA_FOR_EACH_PROCESSOR void rbf(double* r2, Index n) {
  for (Index i = 0; i < n; ++i) r2[i] = exp_of_negative(-0.5 * r2[i]);
}

BOA_FOR_EACH_PROCESSOR void matern52(double* r2, Index n) {
  for (Index i = 0; i < n; ++i) {
    const double z = std::sqrt(5.0 * r2[i]);
    r2[i] = (1.0 + z + z * z * (1.0 / 3.0)) * exp_of_negative(-z);
  }
}

BOA_FOR_EACH_PROCESSOR void matern52_slope(double* r2, Index n) {
  for (Index i = 0; i < n; ++i) {
    const double z = std::sqrt(5.0 * r2[i]);
    r2[i] = (-5.0 / 6.0) * (1.0 + z) * exp_of_negative(-z);
  }
}

BOA_FOR_EACH_PROCESSOR void matern52_and_slope(double* __restrict r2, double* __restrict slope, Index n) {
  for (Index i = 0; i < n; ++i) {
    const double z = std::sqrt(5.0 * r2[i]);
    const double e = exp_of_negative(-z);
    r2[i] = (1.0 + z + z * z * (1.0 / 3.0)) * e;
    slope[i] = (-5.0 / 6.0) * (1.0 + z) * e;
  }
}

}  // namespace boa::gp::loops
