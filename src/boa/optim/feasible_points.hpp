#pragma once

#include <optional>

#include "boa/optim/domain.hpp"
#include "boa/optim/walk_frame.hpp"
#include "boa/util/rng.hpp"

namespace boa::optim {

/// A point of box and constraints, discrete columns continuous between their least and greatest value; away from the
/// constraints' boundaries where that is possible. Empty: none was found, which proves nothing if there are nonlinear
/// constraints.
std::optional<Vector> find_feasible(const Domain& domain, const util::Rng& rng);

/// Draws points of box and constraints, uniform by hit-and-run (Smith 1984) in the affine space of the linear
/// equalities, thinned; in thin sets along a rounding of them (see WalkFrame); where there are nonlinear inequalities
/// the step is drawn by shrinkage (Neal 2003). Discrete columns are not rounded, and nonlinear equalities not looked
/// at: the caller moves the points there. Immutable.
class DomainSampler {
 public:
  explicit DomainSampler(const Domain& domain);

  /// n points, n x d; they depend on rng alone. Empty if no feasible point was found.
  std::optional<Matrix> sample(Index n, const util::Rng& rng) const;

 private:
  Domain open_;
  std::optional<WalkFrame> frame_;
};

/// The same for one time.
std::optional<Matrix> sample_domain(const Domain& domain, Index n, const util::Rng& rng);

/// The point of box and constraints nearest to x (Euclidean; with nonlinear constraints a local search); discrete
/// columns as above. Empty if none was found.
std::optional<Vector> project(const Vector& x, const Domain& domain);

}  // namespace boa::optim
