#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/transforms/outcome_transform.hpp"
#include "boa/generation/transforms/unit_space.hpp"

namespace boa::generation {

/// What is known about the noise of an outcome's observations.
enum class OutcomeNoise {
  kExact,   ///< declared to be exact, and repeated points agree
  kUnsaid,  ///< nothing was said: most often exact, the model finds out
  kNoisy,   ///< declared to be noisy (a sem, noise_sd, or unknown), or repeated points differ
};

/// A linear combination of metrics that is modelled as one quantity.
struct Outcome {
  std::vector<std::pair<std::string, double>> coefficients;
  Matrix X;      ///< n x d, model coordinates
  Vector y;      ///< n, in the combination's own units; larger is better for the objective
  Vector y_var;  ///< n, variances where known, else NaN
  OutcomeNoise noise = OutcomeNoise::kUnsaid;
};

/// lower <= outcome <= upper must hold.
struct OutcomeInterval {
  std::size_t outcome = 0;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

/// An experiment's observations as matrices.
struct ModelData {
  std::vector<Outcome> outcomes;   ///< the objectives first (to be maximized), then what constraints need
  std::size_t num_objectives = 1;  ///< the first outcomes
  Vector thresholds;               ///< of several objectives: values worse than these count nothing; NaN: unknown
  std::vector<OutcomeInterval> intervals;  ///< constraints; one entry for each outcome that has bounds
  Matrix pending;                    ///< p x d: of FAILED batches, ABANDONED trials, open ones, and `also_pending`
  std::vector<std::string> notices;  ///< e.g. a metric said to be exact that is not

  /// May the same point give another value of some outcome?
  bool is_noisy() const;
};

/// Data of COMPLETED and EARLY_STOPPED trials, of each arm that has all metrics of an outcome. Points without
/// coordinates (values that the space does not know) are left out. `also_pending`: points beside those of open trials.
///
/// FAILED and ABANDONED trials give no data. Points of ABANDONED trials and of failed batches count as pending, so that
/// the model does not come back to a spot where nothing can be measured, whose expected gain no observation ever
/// lowers. For what a failed trial says of its point see SuccessModel.
ModelData make_model_data(const core::Experiment& experiment, const UnitSpace& space,
                          const std::vector<core::Parameterization>& also_pending);

/// The observations of one combination of metrics.
Outcome make_outcome(const core::Experiment& experiment, const UnitSpace& space,
                     const std::vector<std::pair<std::string, double>>& coefficients);

/// The observations of every metric on its own, in the config's order, as its values came; no constraints, no pending
/// points. For looking at a metric: what `make_model_data` combines for the search, the larger the better, is here
/// apart.
ModelData make_metric_data(const core::Experiment& experiment, const UnitSpace& space);

/// The coefficients of each objective, the larger the better: one, or several for a Pareto front.
std::vector<std::vector<std::pair<std::string, double>>> objectives_to_maximize(const core::OptimizationConfig& config);

}  // namespace boa::generation
