#pragma once

#include <array>
#include <span>

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

/// Deviations of perturbed copies, in shares of the box.
inline constexpr std::array kCopyWidths = {0.1, 0.02};
/// The same where constraints may leave little room around a good point.
inline constexpr std::array kFineCopyWidths = {0.1, 0.02, 0.002, 0.0002};

/// `copies` perturbed copies of each row of `centers` (k x d): normal steps in some of the columns (all of them below
/// 20), their deviations from `widths` in turn, discrete columns sometimes at another value; moved onto linear
/// equalities; only those inside the domain are kept.
Matrix perturbed_points(const optim::Domain& domain, const Matrix& centers, Index copies, const util::Rng& rng,
                        std::span<const double> widths = kCopyWidths);

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
