#include "boa/analysis/best_point.hpp"

#include "boa/generation/model_data.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/util/rng.hpp"

namespace boa::analysis {

namespace {

constexpr generation::Index kLeastPoints = 3;
// A fit from scratch takes a second or so at this size and grows with the cube; who asks for the best waits for it.
constexpr generation::Index kMostPoints = 500;

}  // namespace

std::optional<BestPoint> best_by_model(const core::Experiment& experiment) {
  if (experiment.optimization_config().objective.kind == core::Objective::Kind::kMulti) return std::nullopt;
  const generation::UnitSpace space(experiment.search_space());
  const generation::ModelData data = generation::make_model_data(experiment, space, {});
  if (data.outcomes.empty()) return std::nullopt;
  const generation::Index n = data.outcomes.front().X.rows();
  if (n < kLeastPoints || n > kMostPoints) return std::nullopt;
  const generation::Surrogate surrogate = generation::fit_surrogate(data, space, util::Rng(0));
  if (!surrogate.noisy()) return std::nullopt;
  const generation::Incumbents ranked = generation::rank_observed(data, surrogate);
  if (ranked.num_feasible == 0) return std::nullopt;

  // Of several trials at that point the first one stands for it.
  for (const auto& [index, trial] : experiment.trials()) {
    if (trial.status != core::TrialStatus::kCompleted && trial.status != core::TrialStatus::kEarlyStopped) continue;
    for (const core::Arm& arm : trial.arms) {
      const auto point = space.encode(arm.parameters);
      if (point.has_value() && *point == ranked.X.row(0).transpose()) return BestPoint{index, arm.name};
    }
  }
  return std::nullopt;
}

}  // namespace boa::analysis
