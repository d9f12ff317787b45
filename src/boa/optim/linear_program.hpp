#pragma once

#include <optional>
#include <vector>

#include "boa/optim/domain.hpp"
#include "boa/util/rng.hpp"

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

/// A smallest (irreducible) set of linear constraints that cannot hold together in the box: indices into
/// `inequalities`, then `equalities` (counted on: index - inequalities.size()). Empty if the domain is feasible.
/// Removing any one of them makes the rest feasible.
std::vector<Index> conflicting_constraints(const Domain& domain);

/// The x in the domain that maximizes c . x; empty if infeasible or unbounded.
std::optional<Vector> maximize_linear(const Vector& c, const Domain& domain);

/// Uniform points of the polytope, n x d, by hit-and-run from the Chebyshev centre, thinned; discrete columns are not
/// rounded. Empty if infeasible.
std::optional<Matrix> sample_polytope(const Domain& domain, Index n, const util::Rng& rng);

/// The point of box and linear constraints nearest to x (Euclidean); empty if infeasible.
std::optional<Vector> project(const Vector& x, const Domain& domain);

}  // namespace boa::optim
