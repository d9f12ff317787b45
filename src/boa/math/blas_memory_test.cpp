#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"

namespace boa::math {
namespace {

/// Products and factorisations, of sizes that need the library's buffers.
double work(const Matrix& A) {
  Matrix K = Matrix::Identity(A.rows(), A.rows());
  K.noalias() += A * A.transpose();
  EXPECT_TRUE(cholesky_in_place(K));
  Matrix solved = A;
  solve_lower_in_place(K, solved);
  return (solved * solved.transpose()).sum();
}

TEST(Blas, ThreadsDoNotShareBuffers) {
  // Without the lock of blas_memory.cpp some of these come out wrong.
  constexpr std::size_t kThreads = 4;
  constexpr int kRounds = 600;
  std::vector<Matrix> inputs(kThreads);
  std::vector<double> expected(kThreads);
  for (std::size_t t = 0; t < kThreads; ++t) {
    inputs[t] = Sobol(40, util::Rng(t)).draw(64);
    expected[t] = work(inputs[t]);
  }
  std::vector<int> wrong(kThreads, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int round = 0; round < kRounds; ++round) wrong[t] += work(inputs[t]) == expected[t] ? 0 : 1;
      });
    }
  }
  EXPECT_EQ(wrong, std::vector<int>(kThreads, 0));
}

}  // namespace
}  // namespace boa::math
