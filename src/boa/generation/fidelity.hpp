#pragma once

#include <memory>
#include <string>
#include <vector>

#include "boa/acquisition/fidelity.hpp"
#include "boa/core/experiment.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

/// The columns of fidelity parameters, with the coordinates of their targets; empty if there are none.
acquisition::TargetColumns target_columns(const UnitSpace& space);

/// Points seen at the target fidelity: each once, ranked by the models' means there, whatever was observed.
Incumbents rank_at_target(ModelData data, Surrogate surrogate, const acquisition::TargetColumns& targets);

/// Observed points for what is to come: as observed without fidelity and task parameters; see rank_at_target for
/// fidelities; with tasks those of the target, or while it has no data all points as the models see them there.
Incumbents rank_for_target(const ModelData& data, const Surrogate& surrogate, const UnitSpace& space);

/// Has nothing been observed at what counts, so that seen_from_target() is what an acquisition function needs?
bool is_seen_from_afar(const ModelData& data, const UnitSpace& space);

/// The models as an acquisition function at the target needs them: observations are of other fidelities or tasks, so
/// that only the models' means count.
Surrogate seen_from_target(Surrogate surrogate);

/// What the model expects of the cost: log cost is `scale` times the model's mean, but for a constant.
struct CostModel {
  std::shared_ptr<const gp::Model> model;  ///< null: nothing is known of the cost
  double scale = 1;
};

/// Fitted to the logarithm of the sum of the metrics that are costs. Nothing is known without such a metric, or with
/// fewer than two costs; costs that are not positive are left out.
CostModel fit_cost(const core::Experiment& experiment, const UnitSpace& space, const util::Rng& rng);

/// The first trial whose cost is not positive, so that fit_cost() leaves it out, and its cost; empty if there is none.
std::string why_costs_left_out(const core::Experiment& experiment);

/// `function`, with values in logs or never negative, of an evaluation at the target, as that of one at a point's own
/// fidelity: multiplied by how much it says of one at the target (Huang et al. 2006). `function` itself without
/// fidelities. `objectives`: their models, observed at the rows of `observed`.
std::unique_ptr<acquisition::AcquisitionFunction> at_own_fidelity(
    std::unique_ptr<acquisition::AcquisitionFunction> function, bool in_logs, const acquisition::TargetColumns& targets,
    const gp::ModelList& objectives, const Matrix& observed);

/// `function`, with values in logs or never negative, divided by the expected cost (expected improvement per second,
/// Snoek et al. 2012), or with fidelities and no cost metric by one that grows towards the target.
std::unique_ptr<acquisition::AcquisitionFunction> per_cost(std::unique_ptr<acquisition::AcquisitionFunction> function,
                                                           bool in_logs, const acquisition::TargetColumns& targets,
                                                           const CostModel& cost);

}  // namespace boa::generation
