#pragma once

#include <memory>

#include "boa/gp/kernel.hpp"
#include "boa/gp/prior.hpp"

namespace boa::gp {

/// The column of X that says by an index 0 .. num_tasks - 1 which of several related functions a row belongs to.
struct TaskColumn {
  Index column = 0;
  Index num_tasks = 2;
  Index target = 0;  ///< the task that is aimed at

  friend bool operator==(const TaskColumn&, const TaskColumn&) = default;
};

/// The task of a row of X.
Index task_at(const Matrix& X, Index row, const TaskColumn& tasks);

// Intrinsic coregionalisation (Bonilla, Chai & Williams 2007; BoTorch's MultiTaskGP):
//   cov(f_t(x), f_u(x')) = k_data(x, x') C[t, u] / C[target, target],  C = B B' + diag(v).
// Decisions, made for few data:
//   - B >= 0, as in BoTorch's PositiveIndexKernel: tasks are related or they are not. With a handful of points of the
//     target a negative correlation is more often chance than truth, and then worse than no other task at all.
//   - Rank 1 for up to three tasks: one factor and the diagonal reach every correlation of two tasks, nearly all of
//     three, and the target's correlations with any number of others. Four and more may fall into groups: rank 2. A
//     further column would be as many hyperparameters as there are tasks, that few observations can decide.
//   - Each task has a mean of its own (see MeanBasis), for tasks differ in their level first of all.
//   - One noise variance: outcomes come standardised task by task, so that it is the same share of each one's variance.

/// Columns of B.
Index task_rank(Index num_tasks);

/// The kernel of the tasks with typical values, correlations of about 0.8: a priori a task is worth looking at.
std::unique_ptr<Kernel> make_task_kernel(const TaskColumn& tasks);

/// data kernel x task kernel.
std::unique_ptr<Kernel> make_multi_task(std::unique_ptr<Kernel> data, const TaskColumn& tasks);

/// Priors on the entries of B and of v. They fix the size of C, which the normalisation leaves open, and hold a task
/// that has no data at typical values.
std::shared_ptr<const Prior> task_factor_prior(Index num_tasks);
std::shared_ptr<const Prior> task_variance_prior();

/// Least and greatest entry of B in a fit.
inline constexpr double kMinTaskFactor = 1e-3;
inline constexpr double kMaxTaskFactor = 1e2;

}  // namespace boa::gp
