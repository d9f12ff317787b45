#include "boa/generation/model_data.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "boa/core/linear_expression.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::generation {

namespace {

// Values that differ by less, relative to their size, agree: the last digits depend on the order of sums.
constexpr double kAgreement = 1e-9;
// A metric's value beyond this is cut, so that sums of a few of them stay finite.
constexpr double kLargest = 1e300;

const OutcomeInterval& narrow(std::vector<OutcomeInterval>& intervals, std::size_t outcome, double lower,
                              double upper) {
  for (OutcomeInterval& interval : intervals) {
    if (interval.outcome != outcome) continue;
    interval.lower = std::max(interval.lower, lower);
    interval.upper = std::min(interval.upper, upper);
    return interval;
  }
  return intervals.emplace_back(OutcomeInterval{outcome, lower, upper});
}

void add_constraint(const core::OutcomeConstraint& constraint, ModelData& data) {
  std::optional<double> factor;
  std::size_t k = 0;
  for (; k < data.outcomes.size(); ++k) {
    factor = core::multiple_of(data.outcomes[k].coefficients, constraint.coefficients);
    if (factor) break;
  }
  if (!factor) {
    Outcome outcome;
    outcome.coefficients = constraint.coefficients;
    data.outcomes.push_back(std::move(outcome));
    factor = 1;
  }
  constexpr double kOpen = std::numeric_limits<double>::infinity();
  const double bound = constraint.bound / *factor;
  const bool is_upper = (constraint.op == core::OutcomeConstraint::Op::kLessEqual) == (*factor > 0);
  const OutcomeInterval& narrowed = narrow(data.intervals, k, is_upper ? -kOpen : bound, is_upper ? bound : kOpen);
  if (narrowed.lower < narrowed.upper) return;
  throw UserInputError(fmt::format("the outcome constraint '{}' leaves nothing of what others allow", constraint.text));
}

void set_thresholds(const core::OptimizationConfig& config, ModelData& data) {
  data.thresholds.setConstant(static_cast<Index>(data.num_objectives), std::numeric_limits<double>::quiet_NaN());
  for (const core::OutcomeConstraint& threshold : config.objective_thresholds) {
    for (std::size_t k = 0; k < data.num_objectives; ++k) {
      const std::optional<double> factor = core::multiple_of(data.outcomes[k].coefficients, threshold.coefficients);
      if (factor) data.thresholds[static_cast<Index>(k)] = threshold.bound / *factor;
    }
  }
}

/// Variance of one value as far as it is known: NaN is unknown; `said` tells whether the user said anything.
struct Variance {
  double value = std::numeric_limits<double>::quiet_NaN();
  bool said = false;
};

Variance variance_of(const core::DataRow& row, const core::Metric* metric) {
  if (row.sem) return {*row.sem >= 0 ? *row.sem * *row.sem : std::numeric_limits<double>::quiet_NaN(), true};
  if (metric == nullptr || metric->noise == core::NoiseKind::kUnset) return {};
  if (metric->noise == core::NoiseKind::kUnknown) return {std::numeric_limits<double>::quiet_NaN(), true};
  return {metric->noise_sd * metric->noise_sd, true};
}

/// Collects the rows of one outcome.
class OutcomeRows {
 public:
  OutcomeRows(const core::OptimizationConfig& config, const UnitSpace& space) : config_(config), space_(space) {}

  void add(const core::Trial& trial, const core::Arm& arm, const Vector& x, Outcome& outcome) {
    double sum = 0;
    double variance = 0;
    bool declared_noisy = false;
    bool declared_exact = true;
    for (const auto& [metric, coefficient] : outcome.coefficients) {
      const core::DataRow* row = trial.find_data(metric, arm.name);
      if (row == nullptr || std::isnan(row->mean)) return;
      const Variance known = variance_of(*row, config_.find_metric(metric));
      sum += coefficient * std::clamp(row->mean, -kLargest, kLargest);
      variance += coefficient * coefficient * known.value;
      declared_noisy = declared_noisy || (known.said && !(known.value == 0));
      declared_exact = declared_exact && known.said && known.value == 0;
    }
    rows_.push_back({&x, std::clamp(sum, -kLargest, kLargest), variance});
    any_noisy_ = any_noisy_ || declared_noisy;
    all_exact_ = all_exact_ && declared_exact;
    double& first = first_value_.try_emplace(signature_of(arm.parameters), rows_.back().y).first->second;
    const double size = std::max(std::abs(first), std::abs(rows_.back().y));
    contradicts_ = contradicts_ || std::abs(first - rows_.back().y) > kAgreement * size;
  }

  void finish(Outcome& outcome, std::vector<std::string>& notices) const {
    const auto n = static_cast<Index>(rows_.size());
    outcome.X.resize(n, space_.dim());
    outcome.y.resize(n);
    outcome.y_var.resize(n);
    for (Index i = 0; i < n; ++i) {
      const Row& row = rows_[static_cast<std::size_t>(i)];
      outcome.X.row(i) = row.x->transpose();
      outcome.y[i] = row.y;
      outcome.y_var[i] = row.variance;
      // Said to be exact, but the data say otherwise.
      if (contradicts_ && row.variance == 0) outcome.y_var[i] = std::numeric_limits<double>::quiet_NaN();
    }
    outcome.noise = any_noisy_ || contradicts_ ? OutcomeNoise::kNoisy
                    : all_exact_ && n > 0      ? OutcomeNoise::kExact
                                               : OutcomeNoise::kUnsaid;
    if (!contradicts_ || any_noisy_ || !all_exact_) return;
    std::vector<std::string> names;
    for (const auto& [metric, coefficient] : outcome.coefficients) names.push_back("'" + metric + "'");
    notices.push_back(
        fmt::format("{} is said to be exact, but repeated points gave different values: its noise is inferred",
                    util::join(names, ", ")));
  }

 private:
  struct Row {
    const Vector* x;
    double y;
    double variance;
  };
  const core::OptimizationConfig& config_;
  const UnitSpace& space_;
  std::vector<Row> rows_;
  std::map<std::string, double> first_value_;
  bool any_noisy_ = false;
  bool all_exact_ = true;
  bool contradicts_ = false;
};

/// Fills the rows of every outcome of `data`.
void observe(const core::Experiment& experiment, const UnitSpace& space, ModelData& data) {
  std::vector<OutcomeRows> rows(data.outcomes.size(), OutcomeRows(experiment.optimization_config(), space));
  std::map<std::pair<std::int64_t, std::size_t>, Vector> coordinates;
  for (const auto& [index, trial] : experiment.trials()) {
    if (!core::has_data(trial.status)) continue;
    for (std::size_t k = 0; k < trial.arms.size(); ++k) {
      std::optional<Vector> x = space.encode(trial.arms[k].parameters);
      if (!x) continue;
      const Vector& kept = coordinates.emplace(std::pair(index, k), std::move(*x)).first->second;
      for (std::size_t m = 0; m < rows.size(); ++m) rows[m].add(trial, trial.arms[k], kept, data.outcomes[m]);
    }
  }
  for (std::size_t m = 0; m < rows.size(); ++m) rows[m].finish(data.outcomes[m], data.notices);
}

Matrix pending_points(const core::Experiment& experiment, const UnitSpace& space,
                      const std::vector<core::Parameterization>& also_pending) {
  std::vector<Vector> points;
  std::set<std::string> seen;
  const auto add = [&](const core::Parameterization& parameters) {
    std::optional<Vector> x = space.encode(parameters);
    if (x && seen.insert(signature_of(parameters)).second) points.push_back(std::move(*x));
  };
  for (const core::TrialStatus status :
       {core::TrialStatus::kFailed, core::TrialStatus::kAbandoned, core::TrialStatus::kCandidate,
        core::TrialStatus::kStaged, core::TrialStatus::kRunning}) {
    for (const std::int64_t index : experiment.with_status(status)) {
      const std::vector<core::Arm>& arms = experiment.trial(index).arms;
      if (status == core::TrialStatus::kFailed && arms.size() == 1) continue;
      for (const core::Arm& arm : arms) add(arm.parameters);
    }
  }
  for (const core::Parameterization& parameters : also_pending) add(parameters);
  Matrix X(static_cast<Index>(points.size()), space.dim());
  for (std::size_t i = 0; i < points.size(); ++i) X.row(static_cast<Index>(i)) = points[i].transpose();
  return X;
}

}  // namespace

std::vector<core::Coefficients> objectives_to_maximize(const core::OptimizationConfig& config) {
  const core::Objective& objective = config.objective;
  std::vector<core::Coefficients> objectives;
  if (objective.kind == core::Objective::Kind::kMulti) {
    for (const core::Objective::Term& term : objective.terms) {
      objectives.push_back({{term.metric, term.minimize ? -1.0 : 1.0}});
    }
  } else {
    core::Coefficients& sum = objectives.emplace_back();
    for (const core::Objective::Term& term : objective.terms) {
      sum.emplace_back(term.metric, objective.minimize ? -term.weight : term.weight);
    }
  }
  BOA_CHECK(!objectives.empty() && !objectives[0].empty());
  return objectives;
}

bool ModelData::is_noisy() const {
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& outcome) { return outcome.noise == OutcomeNoise::kNoisy; });
}

ModelData make_model_data(const core::Experiment& experiment, const UnitSpace& space,
                          const std::vector<core::Parameterization>& also_pending) {
  const core::OptimizationConfig& config = experiment.optimization_config();
  ModelData data;
  for (core::Coefficients& coefficients : objectives_to_maximize(config)) {
    data.outcomes.emplace_back().coefficients = std::move(coefficients);
  }
  data.num_objectives = data.outcomes.size();
  if (data.num_objectives > 1) set_thresholds(config, data);
  for (const core::OutcomeConstraint& constraint : config.outcome_constraints) add_constraint(constraint, data);
  observe(experiment, space, data);
  data.pending = pending_points(experiment, space, also_pending);
  return data;
}

Outcome make_outcome(const core::Experiment& experiment, const UnitSpace& space,
                     const std::vector<std::pair<std::string, double>>& coefficients) {
  ModelData data;
  data.outcomes.emplace_back().coefficients = coefficients;
  observe(experiment, space, data);
  return std::move(data.outcomes[0]);
}

ModelData make_metric_data(const core::Experiment& experiment, const UnitSpace& space) {
  ModelData data;
  for (const core::Metric& metric : experiment.optimization_config().metrics) {
    data.outcomes.emplace_back().coefficients = {{metric.name, 1.0}};
  }
  observe(experiment, space, data);
  data.pending.resize(0, space.dim());
  return data;
}

}  // namespace boa::generation
