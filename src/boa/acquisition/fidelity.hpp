#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "boa/acquisition/weighted.hpp"

namespace boa::acquisition {

/// Columns that are held at given values: the target fidelity, at which the objective counts.
using TargetColumns = std::vector<std::pair<Index, double>>;

/// X with the target columns at their values.
Matrix at_target(Matrix X, const TargetColumns& targets);

/// `function` of the points at the target fidelity, whatever theirs is: what would be gained by knowing them there. No
/// slope in the target columns.
std::unique_ptr<AcquisitionFunction> make_at_target(std::unique_ptr<AcquisitionFunction> function,
                                                    TargetColumns targets);

/// How much of an evaluation at the target fidelity one at x itself is worth: cov(f(x) + noise, f(x_t)) / sqrt((var
/// f(x) + noise) var f(x_t)), x_t being x at the target, all of the posterior: the correlation factor of Huang et al.
/// (2006), "Sequential kriging optimization using multiple-fidelity evaluations". 1 at the target of a model without
/// noise. Variances are floored at 1e-6 of the largest in `scale_at` (k x d, typical points), correlations at 1e-3. Of
/// several models, those of several objectives, the geometric mean: each fidelity tells something of all of them.
std::shared_ptr<const PointWeight> make_fidelity_correlation(const gp::ModelList& models, TargetColumns targets,
                                                             const Matrix& scale_at);

/// 1 / cost, the log of the cost being `scale` times the model's mean.
std::shared_ptr<const PointWeight> make_inverse_cost(std::shared_ptr<const gp::Model> log_cost, double scale = 1);

/// 1 / (fixed + sum over the target columns of 1 - |x - target|), in shares of columns that are 1 wide: the cost when
/// nothing is known of it but that it grows towards the target (BoTorch's AffineFidelityCostModel where the target is
/// 1).
std::shared_ptr<const PointWeight> make_inverse_affine_cost(TargetColumns targets, double fixed = 0.01);

}  // namespace boa::acquisition
