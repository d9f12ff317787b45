#include "boa/analysis/metric_models.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::analysis {

namespace {

using generation::OutcomeTransform;

// One observation says nothing about scale or spread.
constexpr Index kLeastPoints = 2;
// Of more observations the latest ones are taken: who looks waits for the fit, which grows with the cube.
constexpr Index kMostPoints = 1000;

void keep_latest(generation::Outcome& outcome) {
  const Index n = outcome.y.size();
  if (n <= kMostPoints) return;
  outcome.X = Matrix(outcome.X.bottomRows(kMostPoints));
  outcome.y = Vector(outcome.y.tail(kMostPoints));
  outcome.y_var = Vector(outcome.y_var.tail(kMostPoints));
}

/// The point, and the target values of fidelities and of the task that it lacks.
core::Parameterization with_targets(const core::SearchSpace& space, core::Parameterization point) {
  for (const core::Parameter& parameter : space.parameters()) {
    const std::string& name = core::name_of(parameter);
    if (core::find_value(point, name) != nullptr || !space.is_active(name, point)) continue;
    const auto* range = std::get_if<core::RangeParameter>(&parameter);
    const auto* choice = std::get_if<core::ChoiceParameter>(&parameter);
    if (range != nullptr && range->fidelity_target) {
      point.emplace_back(name, core::cast_to(parameter, *range->fidelity_target));
    } else if (choice != nullptr && choice->target_task) {
      point.emplace_back(name, *choice->target_task);
    }
  }
  return point;
}

/// The point in model coordinates; throws where there are none, notes what lies outside.
Vector locate(const generation::UnitSpace& space, const core::Parameterization& given, const std::string& where,
              std::vector<std::string>& notes) {
  const core::Parameterization point = with_targets(space.space(), given);
  const std::string incomplete = space.space().why_not_complete(point);
  if (!incomplete.empty()) throw UserInputError(where + incomplete);
  for (const auto& [name, value] : point) {
    const core::Parameter& parameter = *space.space().find(name);
    const std::string why = core::why_not_allowed(parameter, value);
    if (!why.empty() && core::is_fixed(parameter))
      throw UserInputError(fmt::format("{}parameter '{}': {}", where, name, why));
  }
  const core::Parameterization complete = space.space().in_config_order(point);
  const std::string why = space.space().why_not_member(complete);
  std::optional<Vector> x = space.encode(complete);
  if (!x) throw UserInputError(fmt::format("{}the model cannot see this point: {}", where, why));
  if (!why.empty()) notes.push_back(fmt::format("{}outside of the search space: {}", where, why));
  return *std::move(x);
}

}  // namespace

std::vector<Prediction> MetricModel::predict(const Matrix& X) const {
  Vector mean, variance;
  fitted.model->marginals(X, mean, variance);
  std::vector<Prediction> predictions(static_cast<std::size_t>(X.rows()));
  for (Index i = 0; i < X.rows(); ++i) {
    const OutcomeTransform& transform = fitted.transforms.of_row(X, i);
    const double center = transform.inverse(mean[i]);
    predictions[static_cast<std::size_t>(i)] = {center,
                                                std::sqrt(std::max(variance[i], 0.0)) / transform.slope(center)};
  }
  return predictions;
}

MetricModels::MetricModels(const core::Experiment& experiment)
    : space_(std::make_shared<const generation::UnitSpace>(experiment.search_space())) {
  if (space_->dim() == 0) throw UserInputError("every parameter is fixed: there is nothing for a model to tell apart");
  const core::OptimizationConfig& config = experiment.optimization_config();
  generation::ModelData data = generation::make_metric_data(experiment, *space_);
  for (std::size_t m = 0; m < data.outcomes.size(); ++m) {
    generation::Outcome& outcome = data.outcomes[m];
    const std::string& metric = config.metrics[m].name;
    if (outcome.y.size() < kLeastPoints) {
      if (!config.is_needed(metric)) continue;
      throw UserInputError(
          fmt::format("too little data for a model: the metric '{}' has {} of at least {} observations", metric,
                      outcome.y.size(), kLeastPoints));
    }
    keep_latest(outcome);
    generation::FittedOutcome fitted = generation::fit_outcome(outcome, {}, *space_, util::Rng(0).split("metric", m));
    models_.push_back({metric, std::move(outcome), std::move(fitted)});
  }
}

std::optional<MetricModels> MetricModels::make_if_possible(const core::Experiment& experiment) {
  try {
    return MetricModels(experiment);
  } catch (const UserInputError&) {
    return std::nullopt;
  }
}

const MetricModel* MetricModels::find(std::string_view metric) const {
  const auto it =
      std::find_if(models_.begin(), models_.end(), [&](const auto& model) { return model.metric == metric; });
  return it == models_.end() ? nullptr : &*it;
}

Predictions predict(const core::Experiment& experiment, const std::vector<core::Parameterization>& points) {
  Predictions result;
  const generation::UnitSpace space(experiment.search_space());
  Matrix X(static_cast<Index>(points.size()), space.dim());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string where = points.size() > 1 ? fmt::format("point {}: ", i) : "";
    X.row(static_cast<Index>(i)) = locate(space, points[i], where, result.notes).transpose();
  }
  const MetricModels models(experiment);
  result.points.resize(points.size());
  for (const MetricModel& model : models.models()) {
    result.metrics.push_back(model.metric);
    const std::vector<Prediction> predictions = model.predict(X);
    for (std::size_t i = 0; i < points.size(); ++i) result.points[i].push_back(predictions[i]);
  }
  return result;
}

}  // namespace boa::analysis
