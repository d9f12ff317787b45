#pragma once

#include <optional>
#include <vector>

#include "boa/optim/domain.hpp"

namespace boa::optim {

/// Does any x satisfy box and linear constraints? Discrete columns count as continuous between their least and greatest
/// value. (Clp.)
bool is_feasible(const Domain& domain);

/// Centre and radius of the largest ball inside the polytope (in the affine space of the equalities and of coordinates
/// with equal bounds); empty if there is no feasible point. Radius 0: the polytope has no interior.
struct Ball {
  Vector center;
  double radius = 0.0;
};
std::optional<Ball> chebyshev_ball(const Domain& domain);

/// The x in the domain that maximizes c . x; empty if infeasible or unbounded.
std::optional<Vector> maximize_linear(const Vector& c, const Domain& domain);

/// For each column c of `directions` (d x m) the x in the domain that maximizes c . x, then that which minimizes it:
/// 2m x d. Empty if some program is infeasible or unbounded.
std::optional<Matrix> extreme_points(const Matrix& directions, const Domain& domain);

/// Directions that keep every linear equality and every coordinate with equal bounds: orthonormal columns, d x k.
Matrix free_directions(const Domain& domain);

}  // namespace boa::optim
