#pragma once

#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/util/node.hpp"

namespace boa::cli {

/// What `boa status`, `boa best` and `boa trials` print for people; from the same nodes that `--json` prints.
std::string status_text(const core::Experiment& experiment, const util::Node& status);
std::string best_text(const core::Experiment& experiment, const util::Node& best);
std::string trials_text(const core::Experiment& experiment, const util::Node& trials);
/// `boa predict`: the metrics under each of the points.
std::string predictions_text(const std::vector<core::Parameterization>& points, const util::Node& predictions);

}  // namespace boa::cli
