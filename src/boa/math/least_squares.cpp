#include "boa/math/least_squares.hpp"

#include <Eigen/QR>

namespace boa::math {

Vector shortest_solution(const Matrix& A, const Vector& b) {
  const Matrix products = A * A.transpose();
  return A.transpose() * products.completeOrthogonalDecomposition().solve(b);
}

}  // namespace boa::math
