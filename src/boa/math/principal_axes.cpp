#include "boa/math/principal_axes.hpp"

#include <Eigen/Eigenvalues>

namespace boa::math {

PrincipalAxes principal_axes(const Matrix& points) {
  const Matrix centered = points.rowwise() - points.colwise().mean();
  const Matrix covariance = centered.transpose() * centered / static_cast<double>(points.rows());
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(covariance);
  return {eigen.eigenvectors(), eigen.eigenvalues().cwiseMax(0.0).cwiseSqrt()};
}

}  // namespace boa::math
