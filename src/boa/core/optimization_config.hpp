#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/core/metric.hpp"

namespace boa::core {

/// What is optimized. One metric; or one weighted sum of metrics; or several metrics (a Pareto front).
struct Objective {
  enum class Kind { kSingle, kScalarized, kMulti };
  struct Term {
    std::string metric;
    double weight = 1;     ///< of kScalarized; 1 else
    bool minimize = true;  ///< this metric's own direction
  };

  Kind kind = Kind::kSingle;
  std::vector<Term> terms;
  /// Direction of the single metric or of the weighted sum; unused for kMulti.
  bool minimize = true;
};

/// sum of coefficient * metric <= bound (or >=).
struct OutcomeConstraint {
  enum class Op { kLessEqual, kGreaterEqual };
  std::vector<std::pair<std::string, double>> coefficients;
  Op op = Op::kLessEqual;
  double bound = 0;
  std::string text;  ///< as the user wrote it
};

/// Objective, constraints on outcomes, and all metrics by name.
struct OptimizationConfig {
  Objective objective;
  std::vector<OutcomeConstraint> outcome_constraints;
  std::vector<OutcomeConstraint> objective_thresholds;  ///< of kMulti: one metric each
  std::vector<Metric> metrics;  ///< objective's, constraints', info_only; config order, constraint-only ones last

  const Metric* find_metric(std::string_view name) const;
  /// Without a value of this metric a trial is not complete: it is in the objective or in a constraint.
  bool is_needed(std::string_view metric) const;
  std::vector<std::string> needed_metrics() const;
  /// Does a metric say what an evaluation costs?
  bool has_cost() const;
};

}  // namespace boa::core
