#pragma once

#include <Eigen/Core>

namespace boa::math {

/// Dense real matrix, stored by columns. Points are rows: `X: n x d`.
using Matrix = Eigen::MatrixXd;
/// Dense real column vector.
using Vector = Eigen::VectorXd;
/// Index into matrices; signed, as in Eigen.
using Index = Eigen::Index;

}  // namespace boa::math
