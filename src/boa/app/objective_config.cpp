#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/app/objective_parts.hpp"
#include "boa/util/schema.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using util::Field;
using util::Node;

Node metrics_schema() { return util::schema_of_list(util::schema_reference("metric"), 1); }

struct ObjectiveFields {
  Node metrics;
  Node outcome_constraints;
  Node objective_thresholds;
  Node weights;
  std::optional<bool> minimize;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::FieldWithSchema{{.name = "metrics", .doc = "what is measured"}, metrics_schema}, self.metrics);
    field(util::FieldWithSchema{{.name = "outcome_constraints", .doc = "e.g. cost <= 3"}, util::schema_of_texts},
          self.outcome_constraints);
    field(
        util::FieldWithSchema{{.name = "objective_thresholds", .doc = "for several objectives"}, util::schema_of_texts},
        self.objective_thresholds);
    field(util::FieldWithSchema{{.name = "weights", .doc = "one for each metric: a weighted sum is optimized"},
                                [] { return util::schema_of_list(util::schema_of_type("number")); }},
          self.weights);
    field(Field{.name = "minimize", .doc = "direction of a weighted sum", .aliases = {"lower_is_better"}},
          self.minimize);
  }
};

class ObjectiveReader {
 public:
  ObjectiveReader(const Node& node, ConfigContext& context) : node_(node), context_(context) {}

  core::OptimizationConfig read() {
    const std::size_t before = context_.problems.list().size();
    if (!util::read_fields(node_, fields_, "objective", context_.problems)) return {};
    if (fields_.metrics.is_null()) {
      util::add_missing_key(problems(), node_, "objective", "metrics",
                            "Write at least one metric, e.g. metrics: [{name: loss}]");
      return {};
    }
    metrics_ = read_metrics(node_.at("metrics"), context_);
    if (context_.problems.list().size() != before) return {};
    read_weights();
    make_objective();
    for (const ReadMetric& read : metrics_) config_.metrics.push_back(read.metric);
    if (!fields_.outcome_constraints.is_null()) {
      read_outcome_constraints(node_.at("outcome_constraints"), config_, context_);
    }
    if (!fields_.objective_thresholds.is_null() && config_.objective.kind == core::Objective::Kind::kMulti) {
      read_objective_thresholds(node_.at("objective_thresholds"), config_, context_);
    }
    return std::move(config_);
  }

 private:
  util::Problems& problems() { return context_.problems; }

  void read_weights() {
    if (fields_.weights.is_null()) return;
    const Node& weights = node_.at("weights");
    const std::string path = "objective.weights";
    const bool numbers =
        weights.is_array() && std::all_of(weights.as_array().begin(), weights.as_array().end(), [](const Node& weight) {
          return weight.is_number() && std::isfinite(weight.as_double());
        });
    if (!numbers) {
      problems().add(weights, path, "expected a list of numbers, one for each metric");
      return;
    }
    if (weights.size() != metrics_.size()) {
      problems().add(
          weights, path,
          fmt::format("expected one weight for each metric ({}), found {}", metrics_.size(), weights.size()));
      return;
    }
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      if (metrics_[i].metric.weight) {
        problems().add(weights, path,
                       fmt::format("the metric '{}' has a 'weight' of its own; give weights in one place",
                                   metrics_[i].metric.name));
        return;
      }
      metrics_[i].metric.weight = weights.at(i).as_double();
    }
  }

  void make_objective() {
    std::vector<const ReadMetric*> optimized;
    for (const ReadMetric& read : metrics_) {
      if (!read.metric.info_only) optimized.push_back(&read);
    }
    if (optimized.empty()) {
      problems().add(node_.at("metrics"), "objective.metrics",
                     "all metrics are info_only: there is nothing to optimize");
      return;
    }
    const bool weighted = std::any_of(optimized.begin(), optimized.end(),
                                      [](const ReadMetric* read) { return read->metric.weight.value_or(0) != 0; });
    if (weighted) {
      make_scalarized(optimized);
    } else if (optimized.size() == 1) {
      make_single(*optimized.front());
    } else {
      make_multi(optimized);
      note_weights_of_zero(optimized);
    }
    check_thresholds(optimized.size());
  }

  void make_multi(const std::vector<const ReadMetric*>& optimized) {
    config_.objective.kind = core::Objective::Kind::kMulti;
    for (const ReadMetric* read : optimized) {
      config_.objective.terms.push_back({read->metric.name, 1, read->metric.minimize});
    }
    if (fields_.minimize) {
      context_.warn(node_.at(node_.contains("minimize") ? "minimize" : "lower_is_better"), "objective.minimize",
                    "has no effect without weights: each of the several metrics has its own 'minimize'");
    }
  }

  void note_weights_of_zero(const std::vector<const ReadMetric*>& optimized) {
    const bool any = std::any_of(optimized.begin(), optimized.end(),
                                 [](const auto* read) { return read->metric.weight.has_value(); });
    if (!any) return;
    context_.warn(fields_.weights.is_null() ? node_.at("metrics") : node_.at("weights"),
                  fields_.weights.is_null() ? "objective.metrics" : "objective.weights",
                  fmt::format("no weight differs from 0, so there is no weighted sum: the {} metrics are objectives of "
                              "their own, and the trade-offs between them are sought",
                              optimized.size()));
  }

  void make_single(const ReadMetric& read) {
    config_.objective.kind = core::Objective::Kind::kSingle;
    config_.objective.terms = {{read.metric.name, 1, read.metric.minimize}};
    config_.objective.minimize = read.metric.minimize;
    if (fields_.minimize && *fields_.minimize != read.metric.minimize) {
      context_.warn(node_.at(node_.contains("minimize") ? "minimize" : "lower_is_better"), "objective.minimize",
                    fmt::format("has no effect without weights: '{}' is {}", read.metric.name,
                                read.metric.minimize ? "minimized; set 'minimize: false' in the metric" : "maximized"));
    }
  }

  void make_scalarized(const std::vector<const ReadMetric*>& optimized) {
    config_.objective.kind = core::Objective::Kind::kScalarized;
    for (const ReadMetric* read : optimized) {
      if (!read->metric.weight) {
        problems().add(*read->node, read->path,
                       fmt::format("the metric '{}' has no weight, others have", read->metric.name),
                       "Give every metric a weight, or none.");
        return;
      }
    }
    const std::optional<bool> direction = scalarized_direction(optimized);
    if (!direction) return;
    config_.objective.minimize = *direction;
    for (const ReadMetric* read : optimized) {
      const double weight = *read->metric.weight;
      config_.objective.terms.push_back({read->metric.name, weight, (weight < 0) != *direction});
    }
    // A metric's own direction in the sum follows from the sign of its weight.
    for (ReadMetric& read : metrics_) {
      if (!read.metric.info_only) read.metric.minimize = (*read.metric.weight < 0) != *direction;
    }
  }

  /// The stated direction; else the one that all metrics agree on, given the signs of their weights. A metric that says
  /// nothing is minimized, but for a stated direction of the sum it follows that. Weights of 0 say nothing.
  std::optional<bool> scalarized_direction(const std::vector<const ReadMetric*>& optimized) {
    const auto implied = [](const ReadMetric& read) { return (*read.metric.weight < 0) != read.metric.minimize; };
    const auto says = [this](const ReadMetric* read) {
      return *read->metric.weight != 0 && (read->direction_given || !fields_.minimize);
    };
    const auto first = std::find_if(optimized.begin(), optimized.end(), says);
    const bool direction = fields_.minimize ? *fields_.minimize : implied(**first);
    const auto other = std::find_if(optimized.begin(), optimized.end(),
                                    [&](const ReadMetric* read) { return says(read) && implied(*read) != direction; });
    if (other == optimized.end()) return direction;
    const std::string verb = direction ? "minimizing" : "maximizing";
    problems().add(*(*other)->node, (*other)->path,
                   fmt::format("{}, which contradicts {} the weighted sum{}", direction_text(**other), verb,
                               fields_.minimize ? "" : ", as it must be where " + direction_text(**first)),
                   "Set objective.minimize, the metrics' minimize and the signs of the weights so that they agree.");
    return std::nullopt;
  }

  static std::string direction_text(const ReadMetric& read) {
    return fmt::format("the metric '{}' is to be {}{} and has the weight {}", read.metric.name,
                       read.metric.minimize ? "minimized" : "maximized",
                       read.direction_given ? "" : " (as every metric that does not say 'minimize: false')",
                       util::python_repr(*read.metric.weight));
  }

  void check_thresholds(std::size_t num_objectives) {
    if (fields_.objective_thresholds.is_null()) return;
    const Node& thresholds = node_.at("objective_thresholds");
    if (thresholds.is_array() && thresholds.size() == 0) return;
    const bool single = num_objectives < 2 || config_.objective.kind == core::Objective::Kind::kScalarized;
    if (single && !config_.objective.terms.empty()) {
      problems().add(thresholds, "objective.objective_thresholds", "thresholds need at least two objectives",
                     "A bound on a metric is an outcome constraint (outcome_constraints).");
    }
  }

  const Node& node_;
  ConfigContext& context_;
  ObjectiveFields fields_;
  std::vector<ReadMetric> metrics_;
  core::OptimizationConfig config_;
};

}  // namespace

Node objective_schema() {
  Node schema = util::schema_of<ObjectiveFields>();
  schema.set("required", Node::array({"metrics"}));
  return schema;
}

core::OptimizationConfig read_objective(const Node& node, ConfigContext& context) {
  return ObjectiveReader(node, context).read();
}

}  // namespace boa::app
