#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "boa/math/types.hpp"

namespace boa::regret {

/// Noiseless functions after BBOB (Hansen, Finck, Ros & Auger 2009) on [-5, 5]^d, least value 0: `sphere`, `ellipsoid`
/// (f10), `rosenbrock` (f9), `sharp_ridge` (f13), `rastrigin` (f15), `gallagher` (f21). Optimum, rotations and peaks
/// are drawn by the seed, so that no default can be fitted to a place; these are not BBOB's own numbered instances.
std::vector<std::string> bbob_names();
std::function<double(const math::Vector&)> make_bbob(const std::string& name, math::Index d, std::uint64_t seed);

}  // namespace boa::regret
