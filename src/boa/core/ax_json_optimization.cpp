#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/core/ax_json.hpp"
#include "boa/core/ax_json_fields.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

using util::Node;

const char* noise_name(NoiseKind noise) {
  switch (noise) {
    case NoiseKind::kUnset:
      return "unset";
    case NoiseKind::kUnknown:
      return "unknown";
    case NoiseKind::kKnown:
      return "known";
  }
  return "unset";
}

Node noise_sd_to_ax(const Metric& metric) {
  switch (metric.noise) {
    case NoiseKind::kUnset:
      return 0;
    case NoiseKind::kUnknown:
      return {};
    case NoiseKind::kKnown:
      return metric.noise_sd;
  }
  return {};
}

void read_noise(const Node& node, const std::string& path, Metric& metric) {
  const Node* noise_sd = ax::find_entry(node, "noise_sd");
  if (noise_sd != nullptr) metric.noise_sd = ax::need_double(node, "noise_sd", path);
  const std::string noise = ax::text(node, "noise", path);
  if (noise.empty()) {  // Ax's own file: 0 is what it writes when nothing was said
    metric.noise = metric.noise_sd != 0 ? NoiseKind::kKnown : NoiseKind::kUnset;
    if (node.contains("noise_sd") && noise_sd == nullptr) metric.noise = NoiseKind::kUnknown;
    return;
  }
  for (const NoiseKind kind : {NoiseKind::kUnset, NoiseKind::kUnknown, NoiseKind::kKnown}) {
    if (noise == noise_name(kind)) metric.noise = kind;
  }
}

const Metric& metric_named(const OptimizationConfig& config, const std::string& name) {
  const Metric* metric = config.find_metric(name);
  BOA_CHECK(metric != nullptr, name);
  return *metric;
}

Node single_to_ax(const OptimizationConfig& config, const std::string& metric, bool minimize) {
  return Node::object(
      {{"__type", "Objective"}, {"metric", metric_to_ax(metric_named(config, metric))}, {"minimize", minimize}});
}

Node objective_to_ax(const OptimizationConfig& config) {
  const Objective& objective = config.objective;
  if (objective.terms.empty()) return {};
  if (objective.kind == Objective::Kind::kSingle) {
    return single_to_ax(config, objective.terms.front().metric, objective.minimize);
  }
  util::NodeArray parts;
  util::NodeArray weights;
  for (const Objective::Term& term : objective.terms) {
    parts.push_back(objective.kind == Objective::Kind::kMulti ? single_to_ax(config, term.metric, term.minimize)
                                                              : metric_to_ax(metric_named(config, term.metric)));
    weights.emplace_back(term.weight);
  }
  if (objective.kind == Objective::Kind::kMulti) {
    return Node::object(
        {{"__type", "MultiObjective"}, {"objectives", Node(std::move(parts))}, {"weights", Node(std::move(weights))}});
  }
  return Node::object({{"__type", "ScalarizedObjective"},
                       {"metrics", Node(std::move(parts))},
                       {"weights", Node(std::move(weights))},
                       {"minimize", objective.minimize}});
}

/// OutcomeConstraint or ObjectiveThreshold of one metric; ScalarizedOutcomeConstraint of several or with a weight.
Node outcome_constraint_to_ax(const OptimizationConfig& config, const OutcomeConstraint& constraint, const char* type) {
  const bool plain = constraint.coefficients.size() == 1 && constraint.coefficients.front().second == 1;
  Node node = Node::object({{"__type", plain ? type : "ScalarizedOutcomeConstraint"}});
  if (plain) {
    node.set("metric", metric_to_ax(metric_named(config, constraint.coefficients.front().first)));
  } else {
    util::NodeArray metrics;
    util::NodeArray weights;
    for (const auto& [name, weight] : constraint.coefficients) {
      metrics.push_back(metric_to_ax(metric_named(config, name)));
      weights.emplace_back(weight);
    }
    node.set("metrics", Node(std::move(metrics)));
    node.set("weights", Node(std::move(weights)));
  }
  node.set("op", ax::enum_to_ax("ComparisonOp", constraint.op == OutcomeConstraint::Op::kLessEqual ? "LEQ" : "GEQ"));
  node.set("bound", constraint.bound);
  node.set("relative", false);
  node.set("text", constraint.text);
  return node;
}

Node constraints_to_ax(const OptimizationConfig& config, const std::vector<OutcomeConstraint>& constraints,
                       const char* type) {
  util::NodeArray list;
  for (const OutcomeConstraint& constraint : constraints) {
    list.push_back(outcome_constraint_to_ax(config, constraint, type));
  }
  return Node(std::move(list));
}

/// Reads a configuration and collects its metrics; the first description of a metric holds (Ax repeats it, shortened,
/// in constraints).
class ConfigReader {
 public:
  void objective(const Node& node, const std::string& path) {
    const std::string& type = ax::need_string(node, "__type", path);
    Objective& objective = config_.objective;
    if (type == "Objective") {
      objective.kind = Objective::Kind::kSingle;
      objective.minimize = ax::flag(node, "minimize", path);
      add_single(node, path);
    } else if (type == "MultiObjective") {
      objective.kind = Objective::Kind::kMulti;
      std::size_t i = 0;
      for (const Node& part : ax::need_array(node, "objectives", path)) {
        add_single(part, fmt::format("{}.objectives.{}", path, i++));
      }
    } else if (type == "ScalarizedObjective") {
      objective.kind = Objective::Kind::kScalarized;
      objective.minimize = ax::flag(node, "minimize", path);
      for (auto& [name, weight] : weighted_metrics(node, path)) {
        objective.terms.push_back({name, weight, config_.find_metric(name)->minimize});
      }
    } else {
      ax::fail_entry(path, fmt::format("is a '{}', which is no kind of objective", type));
    }
  }

  std::vector<OutcomeConstraint> constraints(const Node& node, const char* key, const std::string& path) {
    std::vector<OutcomeConstraint> list;
    if (ax::find_entry(node, key) == nullptr) return list;
    for (const Node& entry : ax::need_array(node, key, path)) {
      list.push_back(constraint(entry, fmt::format("{}.{}.{}", path, key, list.size())));
    }
    return list;
  }

  const std::string& add_metric(const Node& node, const std::string& path) {
    Metric metric = metric_from_ax(node, path);
    if (config_.find_metric(metric.name) == nullptr) config_.metrics.push_back(metric);
    return ax::need_string(node, "name", path);
  }

  void sort_metrics(const Node& order) {
    const auto rank = [&](const Metric& metric) {
      const auto it = std::find(order.as_array().begin(), order.as_array().end(), Node(metric.name));
      return it - order.as_array().begin();
    };
    std::stable_sort(config_.metrics.begin(), config_.metrics.end(),
                     [&](const Metric& a, const Metric& b) { return rank(a) < rank(b); });
  }

  OptimizationConfig& config() { return config_; }

 private:
  void add_single(const Node& node, const std::string& path) {
    const std::string& name = add_metric(ax::need(node, "metric", path), path + ".metric");
    config_.objective.terms.push_back({name, 1.0, ax::flag(node, "minimize", path)});
  }

  std::vector<std::pair<std::string, double>> weighted_metrics(const Node& node, const std::string& path) {
    const util::NodeArray& metrics = ax::need_array(node, "metrics", path);
    const util::NodeArray& weights = ax::need_array(node, "weights", path);
    if (metrics.size() != weights.size()) ax::fail_entry(path, "has not as many weights as metrics");
    std::vector<std::pair<std::string, double>> terms;
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (!weights[i].is_number()) ax::fail_entry(path + ".weights", "must hold numbers");
      terms.emplace_back(add_metric(metrics[i], fmt::format("{}.metrics.{}", path, i)), weights[i].as_double());
    }
    return terms;
  }

  OutcomeConstraint constraint(const Node& node, const std::string& path) {
    if (ax::flag(node, "relative", path)) {
      throw UnsupportedError(fmt::format("'{}' is relative to a status quo, which boa does not have", path));
    }
    OutcomeConstraint constraint;
    if (ax::find_entry(node, "metrics") != nullptr) {
      constraint.coefficients = weighted_metrics(node, path);
    } else {
      constraint.coefficients = {{add_metric(ax::need(node, "metric", path), path + ".metric"), 1.0}};
    }
    const std::string& op = ax::need_enum(node, "op", path);
    if (op != "LEQ" && op != "GEQ") ax::fail_entry(path + ".op", fmt::format("is '{}', not LEQ or GEQ", op));
    constraint.op = op == "LEQ" ? OutcomeConstraint::Op::kLessEqual : OutcomeConstraint::Op::kGreaterEqual;
    constraint.bound = ax::need_double(node, "bound", path);
    constraint.text = ax::text(node, "text", path);
    if (constraint.text.empty()) constraint.text = spell_out(constraint);
    return constraint;
  }

  static std::string spell_out(const OutcomeConstraint& constraint) {
    std::string text;
    for (const auto& [name, weight] : constraint.coefficients) {
      if (!text.empty()) text += " + ";
      text += weight == 1 ? name : fmt::format("{}*{}", util::python_repr(weight), name);
    }
    const char* op = constraint.op == OutcomeConstraint::Op::kLessEqual ? "<=" : ">=";
    return fmt::format("{} {} {}", text, op, util::python_repr(constraint.bound));
  }

  OptimizationConfig config_;
};

bool is_in_constraint(const OptimizationConfig& config, const std::string& metric) {
  const auto names_it = [&](const OutcomeConstraint& constraint) {
    return std::any_of(constraint.coefficients.begin(), constraint.coefficients.end(),
                       [&](const auto& term) { return term.first == metric; });
  };
  return std::any_of(config.outcome_constraints.begin(), config.outcome_constraints.end(), names_it) ||
         std::any_of(config.objective_thresholds.begin(), config.objective_thresholds.end(), names_it);
}

}  // namespace

Node metric_to_ax(const Metric& metric) {
  util::NodeArray names;
  for (const std::string& name : metric.param_names) names.emplace_back(name);
  const Node evaluated = metric.function_name.empty() ? Node("<lambda>") : Node(metric.function_name);
  return Node::object({{"__type", metric.function},
                       {"to_eval_name", evaluated},
                       {"metric_to_eval", evaluated},
                       {"name", metric.name},
                       {"lower_is_better", metric.minimize},
                       {"noise_sd", noise_sd_to_ax(metric)},
                       {"weight", metric.weight ? Node(*metric.weight) : Node()},
                       {"param_names", Node(std::move(names))},
                       {"properties", ax::or_empty(metric.properties)},
                       {"metric_func_kwargs", ax::or_empty(metric.function_kwargs)},
                       {"noise", noise_name(metric.noise)},
                       {"info_only", metric.info_only},
                       {"is_cost", metric.is_cost}});
}

Metric metric_from_ax(const Node& node, const std::string& path) {
  Metric metric;
  metric.name = ax::need_string(node, "name", path);
  const std::string& type = ax::need_string(node, "__type", path);
  if (type != "Metric") metric.function = type;  // Ax's plain metric of a constraint: the value is passed through
  if ((type == "BOASklearnMetric" || type == "ModularMetric") && ax::find_entry(node, "to_eval_name") != nullptr) {
    metric.function_name = ax::need_string(node, "to_eval_name", path);
  }
  if (ax::find_entry(node, "lower_is_better") != nullptr) metric.minimize = ax::flag(node, "lower_is_better", path);
  read_noise(node, path, metric);
  if (ax::find_entry(node, "weight") != nullptr) metric.weight = ax::need_double(node, "weight", path);
  if (ax::find_entry(node, "param_names") != nullptr) {
    for (const Node& name : ax::need_array(node, "param_names", path)) {
      if (!name.is_string()) ax::fail_entry(path + ".param_names", "must hold names");
      metric.param_names.push_back(name.as_string());
    }
  }
  metric.properties = ax::mapping(node, "properties");
  metric.function_kwargs = ax::mapping(node, "metric_func_kwargs");
  metric.info_only = ax::flag(node, "info_only", path);
  metric.is_cost = ax::flag(node, "is_cost", path);
  return metric;
}

Node optimization_config_to_ax(const OptimizationConfig& config) {
  const bool multi = config.objective.kind == Objective::Kind::kMulti;
  Node node = Node::object(
      {{"__type", multi ? "MultiObjectiveOptimizationConfig" : "OptimizationConfig"},
       {"objective", objective_to_ax(config)},
       {"outcome_constraints", constraints_to_ax(config, config.outcome_constraints, "OutcomeConstraint")}});
  if (multi || !config.objective_thresholds.empty()) {
    node.set("objective_thresholds", constraints_to_ax(config, config.objective_thresholds, "ObjectiveThreshold"));
  }
  node.set("risk_measure", Node());
  util::NodeArray order;
  for (const Metric& metric : config.metrics) order.emplace_back(metric.name);
  node.set("metric_order", Node(std::move(order)));
  return node;
}

Node tracking_metrics_to_ax(const OptimizationConfig& config) {
  util::NodeArray list;
  for (const Metric& metric : config.metrics) {
    const auto names_it = [&](const Objective::Term& term) { return term.metric == metric.name; };
    const auto& terms = config.objective.terms;
    if (std::any_of(terms.begin(), terms.end(), names_it) || is_in_constraint(config, metric.name)) continue;
    list.push_back(metric_to_ax(metric));
  }
  return Node(std::move(list));
}

OptimizationConfig optimization_config_from_ax(const Node& node, const Node& tracking_metrics,
                                               const std::string& path) {
  ConfigReader reader;
  if (ax::find_entry(node, "objective") != nullptr) reader.objective(node.at("objective"), path + ".objective");
  reader.config().outcome_constraints = reader.constraints(node, "outcome_constraints", path);
  reader.config().objective_thresholds = reader.constraints(node, "objective_thresholds", path);
  if (tracking_metrics.is_array()) {
    std::size_t i = 0;
    for (const Node& metric : tracking_metrics.as_array()) {
      const std::string& name = reader.add_metric(metric, fmt::format("tracking_metrics.{}", i++));
      for (Metric& known : reader.config().metrics) {
        if (known.name == name && !metric.contains("info_only")) known.info_only = true;
      }
    }
  }
  if (const Node* order = node.find("metric_order"); order != nullptr && order->is_array()) reader.sort_metrics(*order);
  return std::move(reader.config());
}

}  // namespace boa::core
