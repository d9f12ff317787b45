#include "boa/generation/keep_distance.hpp"

#include <utility>

#include "boa/acquisition/weighted.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

// Pending points repel as far as they leave less than about this share of the model's variance. Where the model knows
// everything, the acquisition function alone lets a batch collapse into one point.
constexpr double kDistinguishable = 1e-3;

}  // namespace

std::unique_ptr<acquisition::AcquisitionFunction> keep_distance(
    std::unique_ptr<acquisition::AcquisitionFunction> function, bool in_logs, std::shared_ptr<const gp::Model> model,
    const math::Matrix& pending) {
  if (pending.rows() == 0) return function;
  std::shared_ptr<const acquisition::PointWeight> distance;
  try {
    distance = acquisition::make_remaining_variance(std::move(model), pending, kDistinguishable);
  } catch (const NumericalError&) {
    return function;
  }
  return acquisition::make_weighted(std::move(function), std::move(distance), in_logs);
}

}  // namespace boa::generation
