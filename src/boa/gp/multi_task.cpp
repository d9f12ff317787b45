#include "boa/gp/multi_task.hpp"

#include <cmath>
#include <utility>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

// Sum of squares of a task's row of B, and its v: a correlation of 0.8.
constexpr double kTypicalFactor = 0.8;
constexpr double kTypicalVariance = 0.16;
// Standard deviations of the logarithms. The variance is the wide one: a task that has nothing to do with the others
// is one with a large v.
constexpr double kFactorSpread = 0.5;
constexpr double kVarianceSpread = 1.5;
// Share of the second column at the start; alternating, for columns that are alike would stay so.
constexpr double kSecondLarge = 0.5;
constexpr double kSecondSmall = 0.2;
constexpr Index kMostForRankOne = 3;

/// The density of x itself is greatest at `mode`.
std::unique_ptr<Prior> log_normal_with_mode(double mode, double spread) {
  return make_log_normal(std::log(mode) + spread * spread, spread);
}

}  // namespace

Index task_at(const Matrix& X, Index row, const TaskColumn& tasks) {
  const auto task = static_cast<Index>(std::lround(X(row, tasks.column)));
  BOA_CHECK(task >= 0 && task < tasks.num_tasks, task, tasks.num_tasks);
  return task;
}

Index task_rank(Index num_tasks) { return num_tasks <= kMostForRankOne ? 1 : 2; }

std::unique_ptr<Kernel> make_task_kernel(const TaskColumn& tasks) {
  const Index rank = task_rank(tasks.num_tasks);
  Matrix B = Matrix::Constant(tasks.num_tasks, rank, kTypicalFactor);
  for (Index t = 0; rank > 1 && t < tasks.num_tasks; ++t) {
    const double second = t % 2 == 0 ? kSecondLarge : kSecondSmall;
    B(t, 1) = kTypicalFactor * second;
    B(t, 0) = kTypicalFactor * std::sqrt(1 - second * second);
  }
  auto kernel = make_positive_index(B, Vector::Constant(tasks.num_tasks, kTypicalVariance), tasks.target);
  kernel->set_active_dims({tasks.column});
  return kernel;
}

std::unique_ptr<Kernel> make_multi_task(std::unique_ptr<Kernel> data, const TaskColumn& tasks) {
  std::vector<std::unique_ptr<Kernel>> factors;
  factors.push_back(std::move(data));
  factors.push_back(make_task_kernel(tasks));
  return make_product(std::move(factors));
}

std::shared_ptr<const Prior> task_factor_prior(Index num_tasks) {
  const auto rank = static_cast<double>(task_rank(num_tasks));
  return log_normal_with_mode(kTypicalFactor / std::sqrt(rank), kFactorSpread);
}

std::shared_ptr<const Prior> task_variance_prior() { return log_normal_with_mode(kTypicalVariance, kVarianceSpread); }

}  // namespace boa::gp
