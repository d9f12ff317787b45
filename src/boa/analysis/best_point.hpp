#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "boa/core/experiment.hpp"

namespace boa::analysis {

/// An arm of a trial.
struct BestPoint {
  std::int64_t trial = 0;
  std::string arm;
};

/// The recommendation where outcomes are noisy: the feasible evaluated point with the best posterior mean, so that a
/// lucky observation does not win (the rule of Ax's best_point with use_model_predictions).
///
/// Nothing where observations say more than a model or a fit would take too long: exact outcomes, fewer than three or
/// more than 500 of them, several objectives, no feasible point by the model. Cost of one fit.
std::optional<BestPoint> best_by_model(const core::Experiment& experiment);

}  // namespace boa::analysis
