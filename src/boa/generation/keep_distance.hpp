#pragma once

#include <memory>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/gp/model.hpp"

namespace boa::generation {

/// More pending points than this, and those of abandoned trials are forgotten by acquisition functions.
inline constexpr math::Index kMostPending = 64;

/// `function`, away from points that the model cannot tell from `pending` ones (p x d). `in_logs`: its values are
/// logarithms.
std::unique_ptr<acquisition::AcquisitionFunction> keep_distance(
    std::unique_ptr<acquisition::AcquisitionFunction> function, bool in_logs, std::shared_ptr<const gp::Model> model,
    const math::Matrix& pending);

}  // namespace boa::generation
