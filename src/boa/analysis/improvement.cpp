#include "boa/analysis/improvement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/fidelity.hpp"
#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/acquisition/weighted.hpp"
#include "boa/analysis/best_point.hpp"
#include "boa/analysis/metric_models.hpp"
#include "boa/generation/fidelity.hpp"
#include "boa/generation/imputed_acquisition.hpp"
#include "boa/util/error.hpp"

namespace boa::analysis {

namespace {

using acquisition::AcquisitionFunction;

// A gain below this share of the range of objectives is none.
constexpr double kNotable = 1e-3;

/// A function with values in logs as a weight.
class FunctionWeight final : public acquisition::PointWeight {
 public:
  explicit FunctionWeight(std::unique_ptr<AcquisitionFunction> function) : function_(std::move(function)) {}
  Vector log_weights(const Matrix& X) const override { return function_->values(X); }
  double log_weight(const Vector& x, Vector* gradient) const override {
    Matrix slopes;
    const double value = function_->value_and_gradient(x.transpose(), gradient ? &slopes : nullptr);
    if (gradient) *gradient = slopes.row(0).transpose();
    return value;
  }

 private:
  std::unique_ptr<AcquisitionFunction> function_;
};

/// The objective, the larger the better, as a combination of outcomes on their models' scales, divided by `scale` so
/// that its numbers are of ordinary size.
struct Combination {
  acquisition::ScalarObjective objective;
  double scale = 1;
};

std::size_t index_of(const MetricModels& models, const std::string& metric) {
  const MetricModel* model = models.find(metric);
  BOA_CHECK(model != nullptr, metric);
  return static_cast<std::size_t>(model - models.models().data());
}

Combination combine(const core::Objective& objective, const MetricModels& models) {
  Combination result{{Vector::Zero(static_cast<Index>(models.models().size())), 0}, 0};
  for (const core::Objective::Term& term : objective.terms) {
    const generation::OutcomeTransform& transform = models.find(term.metric)->fitted.transforms.target();
    result.scale += std::abs(term.weight) / transform.slope(0);
  }
  if (!(result.scale > 0) || !std::isfinite(result.scale)) result.scale = 1;
  for (const core::Objective::Term& term : objective.terms) {
    const std::size_t m = index_of(models, term.metric);
    const generation::OutcomeTransform& transform = models.models()[m].fitted.transforms.target();
    const double weight = (objective.minimize ? -term.weight : term.weight) / result.scale;
    result.objective.weights[static_cast<Index>(m)] += weight / transform.slope(0);
    result.objective.offset += weight * transform.inverse(0);
  }
  return result;
}

std::vector<acquisition::OutcomeBound> bounds_of(const core::OptimizationConfig& config, const MetricModels& models) {
  constexpr double kOpen = std::numeric_limits<double>::infinity();
  std::vector<acquisition::OutcomeBound> bounds;  // one an outcome: two bounds of one are not independent
  for (const core::OutcomeConstraint& constraint : config.outcome_constraints) {
    if (constraint.coefficients.size() != 1) {
      throw UnsupportedError("the improvement left is not computed under a constraint on several metrics: '" +
                             constraint.text + "'");
    }
    const auto& [metric, coefficient] = constraint.coefficients[0];
    const std::size_t m = index_of(models, metric);
    const double bound = models.models()[m].fitted.transforms.target()(constraint.bound / coefficient);
    const bool is_upper = (constraint.op == core::OutcomeConstraint::Op::kLessEqual) == (coefficient > 0);
    const auto outcome = static_cast<Index>(m);
    auto own = std::find_if(bounds.begin(), bounds.end(), [=](const auto& b) { return b.outcome == outcome; });
    if (own == bounds.end()) own = bounds.insert(own, {outcome, -kOpen, kOpen});
    (is_upper ? own->upper : own->lower) = is_upper ? std::min(own->upper, bound) : std::max(own->lower, bound);
  }
  return bounds;
}

}  // namespace

std::optional<ImprovementLeft> improvement_left(const core::Experiment& experiment, const util::Rng& rng) {
  const core::OptimizationConfig& config = experiment.optimization_config();
  if (config.objective.kind == core::Objective::Kind::kMulti) {
    throw UnsupportedError("the improvement left is not computed for several objectives");
  }
  const MetricModels models(experiment);
  const std::vector<acquisition::OutcomeBound> bounds = bounds_of(config, models);
  const FeasiblePoints feasible = feasible_points(experiment, models);
  if (feasible.points.empty()) return std::nullopt;
  const double best = feasible.objectives.col(0).maxCoeff();
  const Combination combination = combine(config.objective, models);
  gp::ModelList list;
  for (const MetricModel& model : models.models()) list.push_back(model.fitted.model);
  const auto feasibility =
      std::make_shared<FunctionWeight>(acquisition::make_log_probability_of_feasibility(list, bounds));
  acquisition::OptimizeAcqfOptions options;
  const Vector none = Vector::Zero(feasible.X.rows());
  options.incumbents = feasible.X(generation::best_first(feasible.objectives.col(0), none), Eigen::all);
  const auto largest = [&](std::unique_ptr<AcquisitionFunction> function, const char* name) {
    if (!bounds.empty()) function = acquisition::make_weighted(std::move(function), feasibility);
    function = acquisition::make_at_target(std::move(function), generation::target_columns(models.space()));
    const generation::ImputedAcquisition imputed(*function, models.space());
    return std::exp(acquisition::optimize_acqf(imputed, models.space().domain(), options, rng.split(name)).value);
  };
  const double worst = feasible.objectives.col(0).minCoeff();
  const double threshold = best / combination.scale;
  const double notable = threshold + kNotable * (best / combination.scale - worst / combination.scale);
  ImprovementLeft left;
  left.best = config.objective.minimize ? -best : best;
  left.probability = largest(acquisition::make_log_pi(list, combination.objective, notable), "probability");
  left.expected =
      combination.scale * largest(acquisition::make_log_ei(list, combination.objective, threshold), "expected");
  return left;
}

}  // namespace boa::analysis
