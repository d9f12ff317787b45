#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/acquisition/multi_objective/pareto.hpp"
#include "boa/core/observations.hpp"
#include "boa/scheduler/stopping/making.hpp"
#include "boa/scheduler/stopping/quantile.hpp"
#include "boa/scheduler/stopping/strategies.hpp"
#include "boa/util/text.hpp"

namespace boa::scheduler {

namespace {

using acquisition::Index;
using acquisition::Matrix;
using acquisition::Vector;
using util::Field;

constexpr double kWorst = std::numeric_limits<double>::infinity();

struct ImprovementOptions {
  std::optional<std::int64_t> min_trials;
  std::int64_t window_size = 5;
  double improvement_bar = 0.1;
  bool inactive_when_pending_trials = true;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "min_trials", .doc = "completed trials before it may stop", .at_least = 0}, self.min_trials);
    field(Field{.name = "window_size", .doc = "trials over which the improvement is taken", .at_least = 1},
          self.window_size);
    field(Field{.name = "improvement_bar", .doc = "stop below this relative improvement", .at_least = 0},
          self.improvement_bar);
    field(Field{.name = "inactive_when_pending_trials", .doc = "not while trials run"},
          self.inactive_when_pending_trials);
  }
};

/// What was observed of one arm at the target task and fidelity.
struct Observed {
  std::vector<double> costs;
  bool feasible = false;
};

std::vector<Observed> observed_arms(const core::Experiment& experiment) {
  std::vector<Observed> arms;
  for (const std::int64_t index : experiment.with_status(core::TrialStatus::kCompleted)) {
    const core::Trial& trial = experiment.trial(index);
    for (const core::Arm& arm : trial.arms) {
      if (!experiment.search_space().is_at_target(arm.parameters)) continue;
      Observed seen{core::observed_costs(experiment.optimization_config(), trial, arm.name), false};
      seen.feasible =
          !seen.costs.empty() && core::is_feasible(experiment.optimization_config(), trial, arm.name).value_or(false);
      arms.push_back(std::move(seen));
    }
  }
  return arms;
}

/// |best now - best then| over the interquartile range of the feasible values; NaN where that says nothing.
double relative_improvement(const std::vector<Observed>& arms, std::size_t window) {
  std::vector<double> feasible;
  double best = kWorst;
  double best_then = kWorst;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    if (arms[i].feasible) {
      feasible.push_back(arms[i].costs.front());
      best = std::min(best, arms[i].costs.front());
    }
    if (i == arms.size() - window) best_then = best;
  }
  if (feasible.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  std::sort(feasible.begin(), feasible.end());
  return std::abs(best - best_then) / (quantile(feasible, 0.75) - quantile(feasible, 0.25));
}

/// Values to be maximized of the first `count` arms' feasible ones.
Matrix feasible_outcomes(const std::vector<Observed>& arms, std::size_t count, Index num_objectives) {
  std::vector<const Observed*> rows;
  for (std::size_t i = 0; i < count; ++i) {
    if (arms[i].feasible) rows.push_back(&arms[i]);
  }
  Matrix Y(static_cast<Index>(rows.size()), num_objectives);
  for (Index i = 0; i < Y.rows(); ++i) {
    for (Index j = 0; j < Y.cols(); ++j) {
      Y(i, j) = -rows[static_cast<std::size_t>(i)]->costs[static_cast<std::size_t>(j)];
    }
  }
  return Y;
}

/// The thresholds, to be maximized; NaN where an objective has none.
Vector thresholds_of(const core::OptimizationConfig& config) {
  const auto& terms = config.objective.terms;
  Vector bounds = Vector::Constant(static_cast<Index>(terms.size()), std::numeric_limits<double>::quiet_NaN());
  for (const core::OutcomeConstraint& threshold : config.objective_thresholds) {
    for (std::size_t k = 0; k < terms.size(); ++k) {
      if (threshold.coefficients.front().first != terms[k].metric) continue;
      bounds[static_cast<Index>(k)] = terms[k].minimize ? -threshold.bound : threshold.bound;
    }
  }
  return bounds;
}

/// (volume now - volume then) / volume then; NaN where there was none.
double relative_volume_gain(const core::OptimizationConfig& config, const std::vector<Observed>& arms,
                            std::size_t window) {
  const auto m = static_cast<Index>(config.objective.terms.size());
  const Matrix now = feasible_outcomes(arms, arms.size(), m);
  const Matrix then = feasible_outcomes(arms, arms.size() - window + 1, m);
  if (then.rows() == 0) return std::numeric_limits<double>::quiet_NaN();
  Vector reference = thresholds_of(config);
  if (reference.array().isNaN().any()) {
    reference = acquisition::infer_reference_point(acquisition::pareto_front(now), reference);
  }
  const double before = acquisition::hypervolume(then, reference);
  if (!(before > 0)) return std::numeric_limits<double>::quiet_NaN();
  return (acquisition::hypervolume(now, reference) - before) / before;
}

class ImprovementStopping final : public GlobalStoppingStrategy {
 public:
  explicit ImprovementStopping(ImprovementOptions options) : options_(options) {}

  std::string why_stop(const StoppingState& state) const override {
    const core::Experiment& experiment = state.experiment;
    const bool pending = experiment.count(core::TrialStatus::kRunning) > 0;
    if (options_.inactive_when_pending_trials && pending) return {};
    const auto least = static_cast<std::size_t>(std::max(*options_.min_trials, options_.window_size));
    if (experiment.count(core::TrialStatus::kCompleted) < least) return {};
    const std::vector<Observed> arms = observed_arms(experiment);
    if (arms.size() < least) return {};
    const auto window = static_cast<std::size_t>(options_.window_size);
    const bool is_multi = experiment.optimization_config().objective.kind == core::Objective::Kind::kMulti;
    const double gain = is_multi ? relative_volume_gain(experiment.optimization_config(), arms, window)
                                 : relative_improvement(arms, window);
    if (!(gain < options_.improvement_bar)) return {};
    return fmt::format("the improvement over the last {} trials, {} {}, is below the bar of {}", options_.window_size,
                       util::python_repr(gain), is_multi ? "of the hypervolume" : "interquartile ranges",
                       util::python_repr(options_.improvement_bar));
  }

  bool waits_for_running() const override { return options_.inactive_when_pending_trials; }

 private:
  ImprovementOptions options_;
};

}  // namespace

std::unique_ptr<GlobalStoppingStrategy> make_improvement_stopping(const util::Node& node, const std::string& path,
                                                                  util::Problems& problems) {
  ImprovementOptions options;
  if (!util::read_fields(node, options, path, problems)) return nullptr;
  if (!is_given(options.min_trials, "min_trials", node, path, problems,
                "So many trials must be completed before the run may stop.")) {
    return nullptr;
  }
  return std::make_unique<ImprovementStopping>(options);
}

util::Node improvement_stopping_options() { return schema_with<ImprovementOptions>({"min_trials"}); }

}  // namespace boa::scheduler
