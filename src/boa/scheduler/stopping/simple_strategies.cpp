// Strategies of one condition, and their combinations.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/analysis/improvement.hpp"
#include "boa/core/observations.hpp"
#include "boa/scheduler/stopping/making.hpp"
#include "boa/scheduler/stopping/strategies.hpp"
#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"
#include "boa/util/text.hpp"

namespace boa::scheduler {

namespace {

using util::Field;
using util::Node;
using util::python_repr;

std::string why_not_for_several(const core::OptimizationConfig& config) {
  return config.objective.kind == core::Objective::Kind::kMulti ? "it needs a single objective, there are several" : "";
}

struct TargetOptions {
  std::optional<double> value;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "value", .doc = "stop once the best feasible value is as good as this"}, self.value);
  }
};

class TargetStopping final : public GlobalStoppingStrategy {
 public:
  explicit TargetStopping(double target) : target_(target) {}

  std::string why_stop(const StoppingState& state) const override {
    const core::OptimizationConfig& config = state.experiment.optimization_config();
    const double sign = config.objective.minimize ? 1 : -1;
    for (const std::int64_t index : state.experiment.with_status(core::TrialStatus::kCompleted)) {
      const core::Trial& trial = state.experiment.trial(index);
      for (const core::Arm& arm : trial.arms) {
        if (!state.experiment.search_space().is_at_target_task(arm.parameters)) continue;
        const std::vector<double> costs = core::observed_costs(config, trial, arm.name);
        if (costs.empty() || costs.front() > sign * target_) continue;
        if (!core::is_feasible(config, trial, arm.name).value_or(false)) continue;
        return fmt::format("trial {} has reached the target of {} with {}", index, python_repr(target_),
                           python_repr(sign * costs.front()));
      }
    }
    return {};
  }
  std::string why_not_for(const core::OptimizationConfig& config) const override { return why_not_for_several(config); }

 private:
  double target_;
};

struct BarOptions {
  std::optional<double> bar;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(
        Field{.name = "bar", .doc = "stop when less is expected to be gained, in the objective's units", .at_least = 0},
        self.bar);
  }
};

/// Nothing while there is no model of the observations.
std::optional<double> expected_gain(const core::Experiment& experiment) {
  try {
    const auto left = analysis::improvement_left(experiment, util::Rng(experiment.num_trials()));
    return left ? std::optional(left->expected) : std::nullopt;
  } catch (const UserInputError&) {
    return std::nullopt;
  } catch (const NumericalError&) {
    return std::nullopt;
  }
}

class ExpectedImprovementStopping final : public GlobalStoppingStrategy {
 public:
  explicit ExpectedImprovementStopping(double bar) : bar_(bar) {}

  std::string why_stop(const StoppingState& state) const override {
    const std::optional<double> gain = expected_gain(state.experiment);
    if (!gain || !(*gain < bar_)) return {};
    return fmt::format("the best next point is expected to gain {}, below the bar of {}", python_repr(*gain),
                       python_repr(bar_));
  }
  std::string why_not_for(const core::OptimizationConfig& config) const override {
    for (const core::OutcomeConstraint& constraint : config.outcome_constraints) {
      if (constraint.coefficients.size() > 1) return "it cannot deal with an outcome constraint on a sum of metrics";
    }
    return why_not_for_several(config);
  }

 private:
  double bar_;
};

struct HoursOptions {
  std::optional<double> hours;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "hours", .doc = "stop after this time of the run, interruptions left out", .at_least = 0},
          self.hours);
  }
};

class WallClockStopping final : public GlobalStoppingStrategy {
 public:
  explicit WallClockStopping(double hours) : hours_(hours) {}

  std::string why_stop(const StoppingState& state) const override {
    return state.elapsed_hours < hours_ ? "" : fmt::format("the run has lasted {} h", python_repr(hours_));
  }
  std::optional<double> due_hours() const override { return hours_; }

 private:
  double hours_;
};

Node global_strategy() { return util::schema_reference("global_stopping_strategy"); }
using CombinedOptions = PairOptions<global_strategy>;

class CombinedStopping final : public Combined<GlobalStoppingStrategy> {
 public:
  using Combined::Combined;

  bool waits_for_running() const override {
    const bool first = left().waits_for_running();
    const bool second = right().waits_for_running();
    return is_and() ? first || second : first && second;
  }
  std::optional<double> due_hours() const override {
    const std::optional<double> first = left().due_hours();
    const std::optional<double> second = right().due_hours();
    return first && second ? std::min(*first, *second) : first ? first : second;
  }
};

}  // namespace

std::unique_ptr<GlobalStoppingStrategy> make_target_stopping(const Node& node, const std::string& path,
                                                             util::Problems& problems) {
  TargetOptions options;
  if (!util::read_fields(node, options, path, problems)) return nullptr;
  if (!is_given(options.value, "value", node, path, problems)) return nullptr;
  return std::make_unique<TargetStopping>(*options.value);
}

std::unique_ptr<GlobalStoppingStrategy> make_expected_improvement_stopping(const Node& node, const std::string& path,
                                                                           util::Problems& problems) {
  BarOptions options;
  if (!util::read_fields(node, options, path, problems)) return nullptr;
  if (!is_given(options.bar, "bar", node, path, problems)) return nullptr;
  return std::make_unique<ExpectedImprovementStopping>(*options.bar);
}

std::unique_ptr<GlobalStoppingStrategy> make_wall_clock_stopping(const Node& node, const std::string& path,
                                                                 util::Problems& problems) {
  HoursOptions options;
  if (!util::read_fields(node, options, path, problems)) return nullptr;
  if (!is_given(options.hours, "hours", node, path, problems)) return nullptr;
  return std::make_unique<WallClockStopping>(*options.hours);
}

std::unique_ptr<GlobalStoppingStrategy> make_and_stopping(const Node& node, const std::string& path,
                                                          util::Problems& problems) {
  return make_combined<CombinedStopping, CombinedOptions>(node, path, problems, true, make_global_stopping);
}

std::unique_ptr<GlobalStoppingStrategy> make_or_stopping(const Node& node, const std::string& path,
                                                         util::Problems& problems) {
  return make_combined<CombinedStopping, CombinedOptions>(node, path, problems, false, make_global_stopping);
}

Node target_stopping_options() { return schema_with<TargetOptions>({"value"}); }
Node expected_improvement_stopping_options() { return schema_with<BarOptions>({"bar"}); }
Node wall_clock_stopping_options() { return schema_with<HoursOptions>({"hours"}); }
Node combined_stopping_options() { return schema_with<CombinedOptions>({"left", "right"}); }

}  // namespace boa::scheduler
