#include "boa/analysis/best_point.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "boa/acquisition/multi_objective/pareto.hpp"
#include "boa/core/observations.hpp"
#include "boa/generation/fidelity.hpp"
#include "boa/math/special.hpp"

namespace boa::analysis {

namespace {

using Predicted = std::vector<std::pair<std::string, Prediction>>;
using Coefficients = std::vector<std::pair<std::string, double>>;

constexpr std::size_t kLeastPoints = 3;
// Standard deviations that count against a point where fidelities differ: none recommends points that nothing is known
// of (augmented Branin after 21 trials, 10 seeds: regrets up to 20, with half of one up to 11), one misses good ones.
constexpr double kDoubt = 0.5;

const Prediction* find(const Predicted& predicted, const std::string& metric) {
  const auto it = std::find_if(predicted.begin(), predicted.end(), [&](const auto& p) { return p.first == metric; });
  return it == predicted.end() ? nullptr : &it->second;
}

/// A weighted sum of independent metrics; nothing if one is missing.
std::optional<Prediction> combine(const Coefficients& coefficients, const Predicted& predicted) {
  Prediction sum;
  for (const auto& [metric, coefficient] : coefficients) {
    const Prediction* term = find(predicted, metric);
    if (term == nullptr) return std::nullopt;
    sum.mean += coefficient * term->mean;
    sum.sem = std::hypot(sum.sem, coefficient * term->sem);
  }
  return sum;
}

/// One row of objectives, the larger the better.
std::optional<Vector> objectives_of(const core::Objective& objective, const Predicted& predicted) {
  Vector values(static_cast<Index>(objective.kind == core::Objective::Kind::kMulti ? objective.terms.size() : 1));
  values.setZero();
  for (std::size_t k = 0; k < objective.terms.size(); ++k) {
    const core::Objective::Term& term = objective.terms[k];
    const Prediction* metric = find(predicted, term.metric);
    if (metric == nullptr) return std::nullopt;
    if (objective.kind == core::Objective::Kind::kMulti) {
      values[static_cast<Index>(k)] = term.minimize ? -metric->mean : metric->mean;
    } else {
      values[0] += (objective.minimize ? -term.weight : term.weight) * metric->mean;
    }
  }
  return values;
}

/// Outcome constraints or objective thresholds, by the means.
bool are_met(const std::vector<core::OutcomeConstraint>& constraints, const Predicted& predicted) {
  return std::all_of(constraints.begin(), constraints.end(), [&](const auto& constraint) {
    const std::optional<Prediction> sum = combine(constraint.coefficients, predicted);
    return sum && core::is_met(constraint, sum->mean);
  });
}

/// What is within the thresholds is dominated by nothing beyond them: it makes no difference which is looked at first.
void keep_within_thresholds(std::vector<BestPoint>& front) {
  const auto is_within = [](const BestPoint& point) { return point.is_within_thresholds; };
  if (std::any_of(front.begin(), front.end(), is_within)) std::erase_if(front, std::not_fn(is_within));
}

/// The same point with every fidelity at its target.
core::Parameterization moved_to_target(core::Parameterization parameters, const core::SearchSpace& space) {
  for (auto& [name, value] : parameters) {
    const core::Parameter* parameter = space.find(name);
    const auto* range = parameter == nullptr ? nullptr : std::get_if<core::RangeParameter>(parameter);
    if (range == nullptr || !range->fidelity_target) continue;
    value = core::cast_to(*parameter, core::ParameterValue(*range->fidelity_target));
  }
  return parameters;
}

/// An arm with data.
struct EvaluatedArm {
  BestPoint point;
  Vector coordinates;
  bool is_allowed = true;  ///< by the constraints on parameters, at the target fidelity
};

/// Arms of the target task with data that differ in more than their fidelity: of those that don't, the one at the
/// target, or else the first. Without those that are not allowed, unless that is all.
std::vector<EvaluatedArm> different_arms(const core::Experiment& experiment, const MetricModels& models) {
  const core::SearchSpace& space = experiment.search_space();
  const bool may_be_forbidden = space.fidelity_parameter() != nullptr && space.has_constraints();
  const acquisition::TargetColumns targets = generation::target_columns(models.space());
  std::vector<EvaluatedArm> arms;
  std::map<std::vector<double>, std::size_t> seen;  // by coordinates at the target
  for (const auto& [index, trial] : experiment.trials()) {
    if (!core::has_data(trial.status)) continue;
    for (const core::Arm& arm : trial.arms) {
      if (!space.is_at_target_task(arm.parameters)) continue;
      const std::optional<Vector> x = models.space().encode(arm.parameters);
      if (!x) continue;
      const Matrix at_target = acquisition::at_target(x->transpose(), targets);
      const auto [it, is_new] = seen.try_emplace({at_target.data(), at_target.data() + at_target.size()}, arms.size());
      if (is_new) {
        arms.emplace_back();
      } else if (arms[it->second].coordinates.transpose() == at_target || x->transpose() != at_target) {
        continue;
      }
      arms[it->second] = {{index, arm.name, {}, 1, true}, *x};
      if (!may_be_forbidden) continue;
      arms[it->second].is_allowed =
          space.meets_constraints(space.in_config_order(moved_to_target(arm.parameters, space)));
    }
  }
  const auto is_allowed = [](const EvaluatedArm& arm) { return arm.is_allowed; };
  if (std::any_of(arms.begin(), arms.end(), is_allowed)) std::erase_if(arms, std::not_fn(is_allowed));
  return arms;
}

/// Different arms with data, as the models see them at the target. `predicted`: metrics without noise as observed. With
/// their coordinates.
std::pair<std::vector<BestPoint>, Matrix> evaluated_points(const core::Experiment& experiment,
                                                           const MetricModels& models) {
  const std::vector<EvaluatedArm> arms = different_arms(experiment, models);
  std::vector<BestPoint> points;
  Matrix X(static_cast<Index>(arms.size()), models.space().dim());
  for (const EvaluatedArm& arm : arms) {
    X.row(static_cast<Index>(points.size())) = arm.coordinates.transpose();
    points.push_back(arm.point);
  }
  // What was observed at another fidelity is no observation of what counts.
  const Matrix at_target = acquisition::at_target(X, generation::target_columns(models.space()));
  for (const MetricModel& model : models.models()) {
    const std::vector<Prediction> predictions = model.predict(at_target);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool is_at_target = at_target.row(static_cast<Index>(i)) == X.row(static_cast<Index>(i));
      const core::DataRow* row = experiment.trial(points[i].trial).find_data(model.metric, points[i].arm);
      const bool is_known = is_at_target && !model.fitted.noisy && row != nullptr && std::isfinite(row->mean);
      points[i].predicted.emplace_back(model.metric, is_known ? Prediction{row->mean, 0} : predictions[i]);
    }
  }
  return {std::move(points), std::move(X)};
}

/// Standard deviations of one objective. Where fidelities differ they count against a point: of one that cheap
/// evaluations alone speak of the target may be known hardly at all.
Vector uncertainty(const core::Objective& objective, const std::vector<BestPoint>& points) {
  Coefficients coefficients;
  for (const core::Objective::Term& term : objective.terms) coefficients.emplace_back(term.metric, term.weight);
  Vector sems(static_cast<Index>(points.size()));
  for (std::size_t i = 0; i < points.size(); ++i) {
    sems[static_cast<Index>(i)] = combine(coefficients, points[i].predicted).value().sem;
  }
  return sems;
}

bool is_any_noisy(const core::OptimizationConfig& config, const MetricModels& models) {
  return std::any_of(models.models().begin(), models.models().end(),
                     [&](const MetricModel& model) { return model.fitted.noisy && config.is_needed(model.metric); });
}

bool has_enough_data(const core::Experiment& experiment) {
  return experiment.search_space().num_tunable() > 0 &&
         experiment.count(core::TrialStatus::kCompleted) + experiment.count(core::TrialStatus::kEarlyStopped) >=
             kLeastPoints;
}

}  // namespace

double probability_of_feasibility(const core::OptimizationConfig& config, const Predicted& predicted) {
  constexpr double kOpen = std::numeric_limits<double>::infinity();
  std::map<Coefficients, std::pair<double, double>> intervals;
  for (const core::OutcomeConstraint& constraint : config.outcome_constraints) {
    Coefficients key = constraint.coefficients;
    std::sort(key.begin(), key.end());
    auto& [lower, upper] = intervals.try_emplace(std::move(key), -kOpen, kOpen).first->second;
    if (constraint.op == core::OutcomeConstraint::Op::kLessEqual) {
      upper = std::min(upper, constraint.bound);
    } else {
      lower = std::max(lower, constraint.bound);
    }
  }
  double probability = 1;
  for (const auto& [coefficients, interval] : intervals) {
    const std::optional<Prediction> sum = combine(coefficients, predicted);
    if (!sum) return std::nan("");
    const auto& [lower, upper] = interval;
    if (sum->sem > 0) {
      probability *= std::max(
          0.0, math::normal_cdf((upper - sum->mean) / sum->sem) - math::normal_cdf((lower - sum->mean) / sum->sem));
    } else if (!(sum->mean >= lower && sum->mean <= upper)) {
      probability = 0;
    }
  }
  return probability;
}

FeasiblePoints feasible_points(const core::Experiment& experiment, const MetricModels& models) {
  const core::OptimizationConfig& config = experiment.optimization_config();
  FeasiblePoints feasible;
  auto [points, X] = evaluated_points(experiment, models);
  std::vector<Index> kept;
  for (std::size_t i = 0; i < points.size(); ++i) {
    BestPoint& point = points[i];
    const std::optional<Vector> row = objectives_of(config.objective, point.predicted);
    if (!row || !are_met(config.outcome_constraints, point.predicted)) continue;
    feasible.objectives.conservativeResize(feasible.objectives.rows() + 1, row->size());
    feasible.objectives.bottomRows(1) = row->transpose();
    point.probability_feasible = probability_of_feasibility(config, point.predicted);
    point.is_within_thresholds = are_met(config.objective_thresholds, point.predicted);
    feasible.points.push_back(std::move(point));
    kept.push_back(static_cast<Index>(i));
  }
  feasible.X = X(kept, Eigen::all);
  return feasible;
}

std::vector<BestPoint> best_by_model(const core::Experiment& experiment) {
  if (!has_enough_data(experiment)) return {};
  const std::optional<MetricModels> models = MetricModels::make_if_possible(experiment);
  if (!models) return {};
  const bool has_fidelity = !generation::target_columns(models->space()).empty();
  const core::OptimizationConfig& config = experiment.optimization_config();
  if (!has_fidelity && !is_any_noisy(config, *models)) return {};
  FeasiblePoints feasible = feasible_points(experiment, *models);
  if (feasible.points.empty()) return {};
  if (config.objective.kind != core::Objective::Kind::kMulti) {
    Vector objective = feasible.objectives.col(0);
    if (has_fidelity) objective -= kDoubt * uncertainty(config.objective, feasible.points);
    Index best = 0;
    objective.maxCoeff(&best);
    return {feasible.points[static_cast<std::size_t>(best)]};
  }
  const std::vector<bool> is_on_front = acquisition::is_non_dominated(feasible.objectives);
  std::vector<BestPoint> front;
  for (std::size_t i = 0; i < feasible.points.size(); ++i) {
    if (is_on_front[i]) front.push_back(std::move(feasible.points[i]));
  }
  keep_within_thresholds(front);
  return front;
}

}  // namespace boa::analysis
