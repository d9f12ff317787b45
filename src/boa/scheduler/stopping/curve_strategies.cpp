// Strategies that judge a trial by the curve of one metric.
#include "boa/scheduler/stopping/curve_strategies.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "boa/scheduler/stopping/making.hpp"
#include "boa/scheduler/stopping/quantile.hpp"
#include "boa/util/text.hpp"

namespace boa::scheduler {

namespace {

using Curve = LearningCurves::Curve;
using util::Field;
using util::Node;
using util::python_repr;

Node one_text_schema() {
  Node list = util::schema_of_list(util::schema_of_type("string"), 1);
  list.set("maxItems", 1);
  return list;
}

Node early_strategy() { return util::schema_reference("early_stopping_strategy"); }
using CombinedOptions = PairOptions<early_strategy>;

/// Options that Ax's early stopping strategies share, with its defaults.
struct CurveOptions {
  std::optional<std::vector<std::string>> metric_names;
  std::optional<double> min_progression = 10;
  std::optional<double> max_progression;
  std::optional<std::int64_t> min_curves = 5;
  std::optional<Node> trial_indices_to_ignore;
  bool normalize_progressions = false;
  std::optional<double> seconds_between_polls;

  std::set<std::int64_t> ignored;  ///< of trial_indices_to_ignore

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::FieldWithSchema{{.name = "metric_names", .doc = "a list of one metric, the objective by itself"},
                                one_text_schema},
          self.metric_names);
    field(Field{.name = "min_progression", .doc = "no trial is stopped before this step"}, self.min_progression);
    field(Field{.name = "max_progression", .doc = "no trial is stopped after this step"}, self.max_progression);
    field(Field{.name = "min_curves", .doc = "completed trials with a curve before one is stopped", .at_least = 0},
          self.min_curves);
    field(util::FieldWithSchema{{.name = "trial_indices_to_ignore", .doc = "trials that are not stopped"},
                                [] { return util::schema_of_list(util::schema_of_type("integer")); }},
          self.trial_indices_to_ignore);
    field(util::FieldWithSchema{{.name = "normalize_progressions",
                                 .doc = "steps as parts of the longest curve; not built"},
                                [] { return Node::object({{"enum", Node::array({false})}}); }},
          self.normalize_progressions);
    field(Field{.name = "seconds_between_polls", .doc = "accepted; files are looked at every 2 s", .at_least = 0},
          self.seconds_between_polls);
  }
};

struct PercentileOptions : CurveOptions {
  double percentile_threshold = 50;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    CurveOptions::visit(self, field);
    field(Field{.name = "percentile_threshold", .doc = "this part of the trials is bad", .at_least = 0, .at_most = 100},
          self.percentile_threshold);
  }
};

struct ThresholdOptions : CurveOptions {
  double metric_threshold = 0.2;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    CurveOptions::visit(self, field);
    field(Field{.name = "metric_threshold", .doc = "a worse value is bad"}, self.metric_threshold);
  }
};

bool is_null_in(const Node& node, const char* key) {
  const Node* value = node.find(key);
  return value != nullptr && value->is_null();
}

void read_ignored(const std::string& path, CurveOptions& options, util::Problems& problems) {
  if (!options.trial_indices_to_ignore) return;
  const Node& list = *options.trial_indices_to_ignore;
  const std::string key = util::join_key(path, "trial_indices_to_ignore");
  if (!list.is_array()) {
    return problems.add(list, key, fmt::format("expected a list of whole numbers, found {}", list.describe()));
  }
  for (const Node& item : list.as_array()) {
    if (item.is_int()) {
      options.ignored.insert(item.as_int());
    } else {
      problems.add(item, key, fmt::format("expected a whole number, found {}", item.describe()));
    }
  }
}

template <typename Options>
bool read_options(const Node& node, Options& options, const std::string& path, util::Problems& problems) {
  const std::size_t before = problems.list().size();
  if (!util::read_fields(node, options, path, problems)) return false;
  // In Ax a null turns these off.
  if (is_null_in(node, "min_progression")) options.min_progression.reset();
  if (is_null_in(node, "min_curves")) options.min_curves.reset();
  read_ignored(path, options, problems);
  if (options.normalize_progressions) {
    problems.add_unsupported(node.at("normalize_progressions"), util::join_key(path, "normalize_progressions"),
                             "'normalize_progressions: true'", "Give min_progression and max_progression as steps.");
  }
  if (options.metric_names && options.metric_names->size() != 1) {
    problems.add(node.at("metric_names"), util::join_key(path, "metric_names"),
                 fmt::format("expected one metric, found {}", options.metric_names->size()),
                 "Combine strategies of one metric each by 'and' and 'or'.");
  }
  return problems.list().size() == before;
}

/// The value at a step, between two points on their straight line; nothing outside of the curve.
std::optional<double> value_at(const Curve& curve, double step) {
  const auto after = curve.lower_bound(step);
  if (after == curve.end()) return std::nullopt;
  if (after->first == step) return after->second;
  if (after == curve.begin()) return std::nullopt;
  const auto before = std::prev(after);
  const double part = (step - before->first) / (after->first - before->first);
  return before->second + part * (after->second - before->second);
}

class CurveStopping : public EarlyStoppingStrategy {
 public:
  explicit CurveStopping(const CurveOptions& options) : options_(options) {}

  std::string why_stop(const EarlyStoppingState& state) const final {
    if (options_.ignored.contains(state.trial)) return {};
    const core::OptimizationConfig& config = state.experiment.optimization_config();
    const std::string metric = metric_of(config);
    const Curve* curve = state.curves.find(state.trial, metric);
    if (curve == nullptr) return {};
    const auto& [step, value] = *curve->rbegin();
    if (options_.min_progression && step < *options_.min_progression) return {};
    if (options_.max_progression && step > *options_.max_progression) return {};
    if (options_.min_curves && num_completed(state, metric) < *options_.min_curves) return {};
    const std::string than = worse_than(state, metric, step, value, minimizes(config, metric));
    if (than.empty()) return {};
    return fmt::format("'{}' is {} at step {}, worse than {}", metric, python_repr(value), python_repr(step), than);
  }

  std::string why_not_for(const core::OptimizationConfig& config) const final {
    if (!options_.metric_names && config.objective.kind == core::Objective::Kind::kScalarized) {
      return "it needs 'metric_names', a list of one metric: the objective is a weighted sum";
    }
    const std::string metric = metric_of(config);
    if (config.find_metric(metric) != nullptr) return {};
    std::vector<std::string> known;
    for (const core::Metric& each : config.metrics) known.push_back(each.name);
    return fmt::format("there is no metric '{}'; there are {}", metric, util::join(known, ", "));
  }

 protected:
  /// What the value at the trial's last step is worse than; empty if it is not.
  virtual std::string worse_than(const EarlyStoppingState& state, const std::string& metric, double step, double value,
                                 bool minimize) const = 0;
  const CurveOptions& options() const { return options_; }

 private:
  std::string metric_of(const core::OptimizationConfig& config) const {
    return options_.metric_names ? options_.metric_names->front() : config.objective.terms.front().metric;
  }

  static bool minimizes(const core::OptimizationConfig& config, const std::string& metric) {
    const core::Objective& objective = config.objective;
    for (const core::Objective::Term& term : objective.terms) {
      if (term.metric != metric) continue;
      if (objective.kind == core::Objective::Kind::kMulti) return term.minimize;
      return term.weight < 0 ? !objective.minimize : objective.minimize;
    }
    return config.find_metric(metric)->minimize;
  }

  static std::int64_t num_completed(const EarlyStoppingState& state, const std::string& metric) {
    const auto& completed = state.experiment.with_status(core::TrialStatus::kCompleted);
    return std::count_if(completed.begin(), completed.end(),
                         [&](std::int64_t index) { return state.curves.find(index, metric) != nullptr; });
  }

  CurveOptions options_;
};

class PercentileStopping final : public CurveStopping {
 public:
  explicit PercentileStopping(const PercentileOptions& options)
      : CurveStopping(options), percentile_(options.percentile_threshold) {}

 private:
  std::string worse_than(const EarlyStoppingState& state, const std::string& metric, double step, double value,
                         bool minimize) const override {
    std::vector<double> values;
    for (const auto& [index, its_curves] : state.curves.by_trial()) {
      const Curve* curve = state.curves.find(index, metric);
      const std::optional<double> its_value = curve == nullptr ? std::nullopt : value_at(*curve, step);
      if (its_value) values.push_back(*its_value);
    }
    if (static_cast<std::int64_t>(values.size()) < options().min_curves.value_or(0)) return {};
    std::sort(values.begin(), values.end());
    const double percentile = minimize ? 100 - percentile_ : percentile_;
    const double bound = quantile(values, percentile / 100);
    if (minimize ? value <= bound : value >= bound) return {};
    return fmt::format("{}, the {}-th percentile of {} trials", python_repr(bound), python_repr(percentile),
                       values.size());
  }

  double percentile_;
};

class ThresholdStopping final : public CurveStopping {
 public:
  explicit ThresholdStopping(const ThresholdOptions& options)
      : CurveStopping(options), threshold_(options.metric_threshold) {}

 private:
  std::string worse_than(const EarlyStoppingState&, const std::string&, double, double value,
                         bool minimize) const override {
    if (minimize ? value <= threshold_ : value >= threshold_) return {};
    return fmt::format("the threshold of {}", python_repr(threshold_));
  }

  double threshold_;
};

}  // namespace

std::unique_ptr<EarlyStoppingStrategy> make_percentile_stopping(const Node& node, const std::string& path,
                                                                util::Problems& problems) {
  PercentileOptions options;
  if (!read_options(node, options, path, problems)) return nullptr;
  return std::make_unique<PercentileStopping>(options);
}

std::unique_ptr<EarlyStoppingStrategy> make_threshold_stopping(const Node& node, const std::string& path,
                                                               util::Problems& problems) {
  ThresholdOptions options;
  if (!read_options(node, options, path, problems)) return nullptr;
  return std::make_unique<ThresholdStopping>(options);
}

std::unique_ptr<EarlyStoppingStrategy> make_and_early_stopping(const Node& node, const std::string& path,
                                                               util::Problems& problems) {
  return make_combined<Combined<EarlyStoppingStrategy>, CombinedOptions>(node, path, problems, true,
                                                                         make_early_stopping);
}

std::unique_ptr<EarlyStoppingStrategy> make_or_early_stopping(const Node& node, const std::string& path,
                                                              util::Problems& problems) {
  return make_combined<Combined<EarlyStoppingStrategy>, CombinedOptions>(node, path, problems, false,
                                                                         make_early_stopping);
}

Node percentile_stopping_options() { return util::schema_of<PercentileOptions>(); }
Node threshold_stopping_options() { return util::schema_of<ThresholdOptions>(); }
Node combined_early_stopping_options() { return schema_with<CombinedOptions>({"left", "right"}); }

}  // namespace boa::scheduler
