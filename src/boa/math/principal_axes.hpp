#pragma once

#include "boa/math/types.hpp"

namespace boa::math {

/// The axes along which points spread, and how far.
struct PrincipalAxes {
  Matrix axes;   ///< d x d, orthonormal columns
  Vector sizes;  ///< standard deviations along them, ascending, d
};

/// Of n points, n x d, n >= 1: eigenvectors of their covariance (divided by n). Sizes below about 1e-8 of the largest
/// are lost in rounding.
PrincipalAxes principal_axes(const Matrix& points);

}  // namespace boa::math
