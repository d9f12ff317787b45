#pragma once

#include "boa/math/types.hpp"
#include "boa/optim/domain.hpp"
#include "boa/util/rng.hpp"

namespace boa::acquisition {

using math::Index;
using math::Matrix;
using math::Vector;

/// About `n` points spread over the domain (rows, d columns), all inside it: scrambled Sobol points, where
/// constraints leave too few of them hit-and-run samples, discrete columns at allowed values. Fewer rows, possibly
/// none, if the domain is hard to meet.
Matrix spread_points(const optim::Domain& domain, Index n, const util::Rng& rng);

/// `copies` perturbed copies of each row of `centers` (k x d): steps of a tenth of the box in some of the columns (all
/// of them below 20), discrete columns sometimes at another value; only those inside the domain are kept.
Matrix perturbed_points(const optim::Domain& domain, const Matrix& centers, Index copies, const util::Rng& rng);

/// Every combination of the discrete columns (which must be all columns, or those with equal bounds are kept) inside
/// the domain, if there are at most `limit`; else no rows.
Matrix enumerate_points(const optim::Domain& domain, Index limit);

/// Is x within `distance` (share of the box's width, largest coordinate difference) of a row of `points`?
bool is_near_any(const optim::Domain& domain, const Vector& x, const Matrix& points, double distance);

/// x with its continuous columns moved so that box and constraints hold at its discrete values; false if they
/// cannot.
bool repair(const optim::Domain& domain, Vector& x);

/// The domain with the discrete columns fixed at the values of x, nothing else discrete.
optim::Domain slice_at(const optim::Domain& domain, const Vector& x);

}  // namespace boa::acquisition
