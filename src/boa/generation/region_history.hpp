#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/trust_region.hpp"

namespace boa::generation {

/// Key of gen_metadata under which a point remembers its trust region: `{number, length}`, the length of the box that
/// it was chosen in; without one it belongs to a region's initial points.
inline constexpr const char* kRegionKey = "trust_region";
util::Node region_node(std::int64_t number, std::optional<double> length);

/// The trust region that the next point belongs to.
struct RegionState {
  TrustRegion region;
  std::int64_t number = 0;             ///< how many regions ended before it
  std::set<std::int64_t> trials = {};  ///< whose data count in it
  std::int64_t made = 0;   ///< their points and those of `also_pending`, without failed and abandoned trials
  bool has_value = false;  ///< has any of them a result?
};

/// Replays the experiment's trials in order of their numbers, whenever they ended: open ones say nothing yet, failed
/// ones (and those without a value) are failures, abandoned ones were not tried. A trial counts in the region that it
/// was proposed in, however late it ends; one from elsewhere in that of the trials before it. Once a region has ended
/// the next one begins, and has begun for good with its first trial.
///
/// A function of experiment, rules and `also_pending` alone: nothing is remembered, so that a resumed run goes on with
/// the same region.
RegionState replay_regions(const core::Experiment& experiment, const TrustRegionRules& rules, Index columns,
                           const std::vector<Suggestion>& also_pending);

/// The experiment with the data of these trials alone; trials without data stay, for they may be pending.
core::Experiment part_of(const core::Experiment& experiment, const std::set<std::int64_t>& trials);

/// What came of the trial's arms, for one objective: violation is the sum over the outcome constraints of log(1 +
/// excess), SCBO's bilog of what it is beyond the bound. Failed trials have no value.
std::vector<Evaluation> evaluations_of(const core::Trial& trial, const core::OptimizationConfig& config);

}  // namespace boa::generation
