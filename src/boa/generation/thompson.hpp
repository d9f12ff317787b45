#pragma once

#include <optional>
#include <vector>

#include "boa/generation/generator.hpp"
#include "boa/generation/point_search.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/optim/domain.hpp"

namespace boa::generation {

/// Where a Thompson sample is looked at: every point of a discrete domain if there are few enough, else points spread
/// over it and copies of the `incumbents` (k x d, best first) moved a little. Inside the domain; d columns.
Matrix thompson_candidates(const optim::Domain& domain, const Matrix& incumbents, const util::Rng& rng);

/// The rows of `candidates` (k x d), best first in one joint sample of all outcomes from the posterior (Thompson 1933):
/// those that meet the bounds by the sampled objective, then the others by how little they miss them. `log_weights`
/// (k; empty: none): what counts are these weights of what the sample gains over `best` (see
/// acquisition::make_log_gain). Cost k^3.
std::vector<Index> thompson_order(const Surrogate& surrogate, const Matrix& candidates, double best,
                                  const Vector& log_weights, const util::Rng& rng);

/// The first of these candidates in that order, what was learnt of failures reckoned in if the step learns them, that
/// is a member of the space and new to `search`; nothing if there is none.
std::optional<core::Parameterization> best_sampled_point(const GenerationRequest& request, const UnitSpace& space,
                                                         const Surrogate& surrogate, const Matrix& candidates,
                                                         double best, const PointSearch& search, const util::Rng& rng);

}  // namespace boa::generation
