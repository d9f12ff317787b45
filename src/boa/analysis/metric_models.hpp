#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/generation/transforms/unit_space.hpp"

namespace boa::analysis {

using generation::Index;
using generation::Matrix;
using generation::Vector;

/// What the model says of a metric at a point, in the metric's own units: the posterior mean of its true value and the
/// standard deviation of that, to which the noise of a new observation would add.
struct Prediction {
  double mean = 0;
  double sem = 0;
};

/// A Gaussian process of one metric.
struct MetricModel {
  std::string metric;
  generation::Outcome data;  ///< what it was fitted to, in the metric's own units
  generation::FittedOutcome fitted;

  /// At the rows of X (model coordinates).
  std::vector<Prediction> predict(const Matrix& X) const;
};

/// The models for looking at an experiment: one of each metric that has data. Outcomes are standardised and nothing
/// else, so that means and standard errors go back to the metric's units exactly; the search may draw in bad outcomes.
/// Nothing is executed or changed. Deterministic. Cost: a fit each metric.
class MetricModels {
 public:
  /// UserInputError when a metric of the objective or of a constraint has fewer than two observations, or when every
  /// parameter is fixed. A metric for information that has fewer is left out.
  explicit MetricModels(const core::Experiment& experiment);

  /// Nothing where the constructor would throw UserInputError.
  static std::optional<MetricModels> make_if_possible(const core::Experiment& experiment);

  const generation::UnitSpace& space() const { return *space_; }
  /// In the config's order.
  const std::vector<MetricModel>& models() const { return models_; }
  /// Null if there is no model of this metric.
  const MetricModel* find(std::string_view metric) const;

 private:
  std::shared_ptr<const generation::UnitSpace> space_;
  std::vector<MetricModel> models_;
};

/// Predictions at some points, and what is to be known about them.
struct Predictions {
  std::vector<std::string> metrics;
  std::vector<std::vector<Prediction>> points;  ///< for each point, in the order of `metrics`
  std::vector<std::string> notes;               ///< values outside of the search space
};

/// A fidelity or task parameter that a point lacks has its target value. UserInputError for a point that is not
/// complete or that the model has no coordinate for (an unlisted value of a choice, another value of a fixed
/// parameter), and as MetricModels. A range's bounds and the parameter constraints may be left: a note says so.
Predictions predict(const core::Experiment& experiment, const std::vector<core::Parameterization>& points);

}  // namespace boa::analysis
