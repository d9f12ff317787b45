#pragma once

#include "boa/math/types.hpp"

namespace boa::math {

/// The shortest x with A x = b; where the rows contradict each other, the shortest of those that come nearest in the
/// least-squares sense of A A' y = b. x = A' (A A')^+ b, so it is exactly 0 where a column of A is. A: m x n, b: m.
Vector shortest_solution(const Matrix& A, const Vector& b);

}  // namespace boa::math
