#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/app/experiment_session.hpp"
#include "boa/core/experiment.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// Where a run stands, as `boa status --json` and ask-tell's status say it:
/// `{"experiment_dir", "trials": {STATUS: count}, "goal", "generation_step", "next"}`; goal is null where there is
/// none.
struct StatusSummary {
  std::filesystem::path experiment_dir;
  std::optional<std::int64_t> goal;
  std::string generation_step;
  std::string next;
};
util::Node status_node(const core::Experiment& experiment, const StatusSummary& summary);

/// The same of an experiment that nobody may be working in.
util::Node status_of_view(const ExperimentView& view);

/// Every trial (of a batch: every arm), as `boa trials --json` says it; with outcome constraints also `feasible`, null
/// where data is missing.
util::Node trials_node(const core::Experiment& experiment);

/// `{"y": {"mean": 1.5, "sem": 0.5}}` of an arm, in the config's order; null for what is not a finite number, and for
/// the sem that neither the result nor noise_sd gives.
util::Node metrics_node(const core::Experiment& experiment, const core::Trial& trial, const std::string& arm);

/// The best trial, or the Pareto front: `[{"index", "parameters", "metrics", "feasible"}]`, of a batch trial with
/// `arm`; `[]` before any data. By
/// the model where the metrics are noisy; then `predicted`, `{"y": {"mean", "sem"}}`, and `probability_feasible` too.
/// With objective thresholds also `within_thresholds`, false of all entries where none is within them.
util::Node best_node(const core::Experiment& experiment);

/// `{"predictions": [{"y": {"mean", "sem"}}, ...]}` at these points, with `notes` if there are any; null for what is
/// too large for a number. UserInputError as analysis::predict.
util::Node predictions_node(const core::Experiment& experiment, const std::vector<core::Parameterization>& points);

}  // namespace boa::app
