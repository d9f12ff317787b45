#pragma once

#include "boa/generation/transforms/unit_space.hpp"
#include "boa/gp/kernel.hpp"
#include "boa/optim/domain.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

/// How long the sides of a trust region's box are beside each other: w = l / mean(l), then of geometric mean 1, for the
/// lengthscales l of the columns with an order (d numbers; 1 for categories, and where the kernel has no lengthscale;
/// the geometric mean where a column has several).
Vector side_weights(const gp::Kernel& kernel, const UnitSpace& space);

/// The part of the space's domain in the box around `center` (d), sides length * weights, clipped to the domain.
/// Constraints stay. Columns with values keep the center's and at least the next one on either side; categories, which
/// no box divides, keep all.
optim::Domain region_box(const UnitSpace& space, const Vector& center, const Vector& weights, double length);

/// About n points of the box (rows, d columns), inside its constraints: the center with some of its columns taken from
/// a scrambled Sobol sequence, each with probability min(20/d, 1), one at least; categories with at most
/// `category_change`. Points that break a constraint move towards the center, those that still do are left out. With
/// equalities, which no column meets alone: points spread over all of the box.
Matrix region_candidates(const optim::Domain& box, const Vector& center, Index n, double category_change,
                         const util::Rng& rng);

}  // namespace boa::generation
