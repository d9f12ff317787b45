#pragma once

#include <optional>

#include "boa/optim/domain.hpp"

namespace boa::optim {

/// What a random walk over box and linear constraints needs so that it crosses thin sets as fast as round ones.
struct WalkFrame {
  Domain domain;      ///< relaxed, what is flat (thinner than about 1e-6 of its widest side) an equality
  Vector center;      ///< a point away from the borders, d
  Matrix directions;  ///< d x k, a basis of the steps that keep all equalities; steps with independent standard normal
                      ///< coefficients are about as long in each direction, measured by how far the set reaches there
};

/// The frame of a domain whose linear constraints have a point; empty if they have none. Nonlinear constraints are
/// passed on and not looked at. Where a ball fits inside that is not far smaller than a simplex holds, its center is
/// taken and the directions are orthonormal; else they are the principal axes, and the center is the mean, of the
/// points that linear programs find to be extreme in k orthonormal directions, then in the axes of these: a rounding
/// (after Lovasz and Vempala 2006, with vertices in place of sampled points).
std::optional<WalkFrame> walk_frame(const Domain& domain);

}  // namespace boa::optim
