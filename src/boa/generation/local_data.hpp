#pragma once

#include <vector>

#include "boa/generation/model_data.hpp"
#include "boa/generation/tasks.hpp"

namespace boa::generation {

/// With more observations than this the model is local: exact, but of a part of them.
inline constexpr Index kMostExact = 4000;
/// With more than this the hyperparameters come from a part of them; the model has all.
inline constexpr Index kMostForFit = 1000;

/// At most `limit` rows of X (n x d), ascending: one half those nearest to `center`, the other half spread over the
/// rest, each the farthest from what was taken before it (Gonzalez 1985), so that no explored region looks unexplored.
/// Cost n limit d.
std::vector<Index> local_rows(const Matrix& X, const Vector& center, Index limit);

/// The same rows of an outcome.
Outcome select_rows(const Outcome& outcome, const std::vector<Index>& rows);

/// The best observation of the (first) objective, among those that meet all intervals if there are any (d numbers).
Vector best_observed(const ModelData& data);

/// Keeps at most `limit` rows of each outcome, around the best observation, of the target task if there are tasks.
/// False if none had more.
bool keep_local(ModelData& data, Index limit, const Tasks& tasks = {});

}  // namespace boa::generation
