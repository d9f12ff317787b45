#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/app/objective_parts.hpp"
#include "boa/metrics/metrics.hpp"
#include "boa/util/error.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/schema.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using util::Field;
using util::Node;

enum class MetricType { kMetric, kBoaMetric, kSklearn, kSynthetic, kPassThrough };
constexpr std::array<std::pair<std::string_view, MetricType>, 5> field_names(MetricType) {
  return {{{"metric", MetricType::kMetric},
           {"boa_metric", MetricType::kBoaMetric},
           {"sklearn_metric", MetricType::kSklearn},
           {"synthetic_metric", MetricType::kSynthetic},
           {"pass_through", MetricType::kPassThrough}}};
}

/// Names of measures that are better when larger.
constexpr std::array<std::string_view, 11> kScoreWords = {
    "r2", "accuracy", "score", "nse", "kge", "auc", "rsquared", "r_squared", "likelihood", "correlation", "efficiency"};

struct MetricFields {
  std::optional<std::string> metric;
  std::optional<std::string> name;
  MetricType metric_type = MetricType::kMetric;
  std::optional<bool> minimize;
  Node noise_sd;
  bool info_only = false;
  bool is_cost = false;
  std::optional<double> weight;
  Node properties;
  Node metric_func_kwargs;
  std::vector<std::string> param_names;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "metric", .doc = "function that makes the number from a result", .not_empty = true},
          self.metric);
    field(Field{.name = "name", .doc = "name in results, tables and constraints", .not_empty = true}, self.name);
    field(Field{.name = "metric_type", .doc = "where the function comes from"}, self.metric_type);
    field(Field{.name = "minimize", .doc = "direction (default true)", .aliases = {"lower_is_better"}}, self.minimize);
    field(util::FieldWithSchema{{.name = "noise_sd",
                                 .doc = "known standard error of its values; 0: exact; null: unknown"},
                                [] {
                                  Node schema = util::schema_of_type("number");
                                  schema.set("minimum", 0);
                                  return schema;
                                }},
          self.noise_sd);
    field(Field{.name = "info_only", .doc = "reported, not optimized"}, self.info_only);
    field(Field{.name = "is_cost", .doc = "what an evaluation costs; suggestions are the best for their cost"},
          self.is_cost);
    field(Field{.name = "weight", .doc = "in a weighted sum"}, self.weight);
    field(util::FieldWithSchema{{.name = "properties", .doc = "handed to fetch_trial_data"}, util::schema_of_mapping},
          self.properties);
    field(util::FieldWithSchema{{.name = "metric_func_kwargs", .doc = "arguments of the function"},
                                util::schema_of_mapping},
          self.metric_func_kwargs);
    field(Field{.name = "param_names", .doc = "parameters that it is about"}, self.param_names);
  }
};

class MetricsReader {
 public:
  explicit MetricsReader(ConfigContext& context) : context_(context) {}

  std::vector<ReadMetric> read(const Node& list) {
    if (!list.is_array() || list.size() == 0) {
      problems().add(list, "objective.metrics", fmt::format("expected a list of metrics, found {}", list.describe()));
      return {};
    }
    for (std::size_t i = 0; i < list.size(); ++i) read_metric(list.at(i), fmt::format("objective.metrics[{}]", i));
    return std::move(metrics_);
  }

 private:
  util::Problems& problems() { return context_.problems; }

  void read_metric(const Node& node, const std::string& path) {
    const Node* type = node.find("metric_type");
    if (type != nullptr && type->is_string() && type->as_string() == "instantiated") {
      problems().add_unsupported(*type, path + ".metric_type", "a metric of type 'instantiated'",
                                 "It is a Python object; name the function with 'metric' and another 'metric_type'.");
      return;
    }
    MetricFields fields;
    const std::size_t before = problems().list().size();
    if (!util::read_fields(node, fields, path, problems())) return;
    if (problems().list().size() != before) return;
    ReadMetric read;
    read.node = &node;
    read.path = path;
    read.direction_given = fields.minimize.has_value();
    if (!read_function(fields, node, path, read.metric)) return;
    read.metric.name = fields.name ? *fields.name : *fields.metric;
    read.metric.minimize = fields.minimize.value_or(true);
    // A cost is not an objective of its own.
    read.metric.info_only = fields.info_only || fields.is_cost;
    read.metric.is_cost = fields.is_cost;
    read.metric.weight = fields.weight;
    read.metric.param_names = fields.param_names;
    if (!read_noise(node, path, read.metric)) return;
    if (!fields.properties.is_null() && !fields.properties.is_object()) {
      problems().add(fields.properties, path + ".properties",
                     fmt::format("expected a mapping, found {}", fields.properties.describe()));
      return;
    }
    read.metric.properties = fields.properties;
    warn_about_scores(read, fields);
    add_metric(std::move(read));
  }

  /// The default direction is right for losses only.
  void warn_about_scores(const ReadMetric& read, const MetricFields& fields) {
    const std::string name = util::to_lower(read.metric.name);
    const bool computes_score = fields.metric && metrics::is_score(source_of(fields.metric_type), *fields.metric);
    const bool is_score =
        computes_score || std::any_of(kScoreWords.begin(), kScoreWords.end(), [&](std::string_view word) {
          return name == word || (word.size() > 4 && name.find(word) != std::string::npos);
        });
    if (!is_score || read.direction_given || read.metric.info_only) return;
    context_.warn(*read.node, read.path,
                  fmt::format("'{}' is minimized, as every metric is by default; if larger is better write "
                              "'minimize: false'",
                              read.metric.name));
  }

  void add_metric(ReadMetric read) {
    for (ReadMetric& known : metrics_) {
      if (known.metric.name != read.metric.name) continue;
      context_.warn(*read.node, read.path,
                    fmt::format("a second metric called '{}' replaces the first", read.metric.name));
      known = std::move(read);
      return;
    }
    metrics_.push_back(std::move(read));
  }

  static metrics::MetricSource source_of(MetricType type) {
    if (type == MetricType::kSklearn) return metrics::MetricSource::kSklearn;
    return type == MetricType::kSynthetic ? metrics::MetricSource::kSynthetic : metrics::MetricSource::kBoa;
  }

  bool read_function(const MetricFields& fields, const Node& node, const std::string& path, core::Metric& metric) {
    if (!fields.metric && !fields.name) {
      problems().add(node, path, "a metric needs a 'name' (or a 'metric')");
      return false;
    }
    const bool is_passed_through = fields.metric_type == MetricType::kPassThrough || !fields.metric;
    if (is_passed_through && !check_named(fields, node, path)) return false;
    if (!is_passed_through && !set_function(fields, node, path, metric)) return false;
    return read_arguments(fields, path, metric);
  }

  /// scikit-learn's metrics and test functions are chosen by 'metric'.
  bool check_named(const MetricFields& fields, const Node& node, const std::string& path) {
    if (fields.metric_type != MetricType::kSklearn && fields.metric_type != MetricType::kSynthetic) return true;
    problems().add(node, path,
                   fmt::format("a metric of type '{}' needs 'metric', the name of the function",
                               node.at("metric_type").as_string()));
    return false;
  }

  bool set_function(const MetricFields& fields, const Node& node, const std::string& path, core::Metric& metric) {
    try {
      metrics::set_function(metric, source_of(fields.metric_type), *fields.metric);
      return true;
    } catch (const UnsupportedError& error) {
      const bool own = source_of(fields.metric_type) == metrics::MetricSource::kBoa;
      problems().add(
          node.at("metric"), path + ".metric", error.what() + other_source(fields),
          own ? error.hint() + ". For a number that the model returns, write only its 'name'." : error.hint());
      return false;
    }
  }

  /// Where a name that this source lacks is known.
  static std::string other_source(const MetricFields& fields) {
    constexpr std::array<MetricType, 3> kTypes = {MetricType::kMetric, MetricType::kSklearn, MetricType::kSynthetic};
    for (const MetricType type : kTypes) {
      const std::vector<std::string> names = metrics::metric_names(source_of(type));
      if (source_of(type) == source_of(fields.metric_type)) continue;
      if (std::find(names.begin(), names.end(), *fields.metric) == names.end()) continue;
      for (const auto& [name, value] : field_names(type)) {
        if (value == type) return fmt::format("; it is one of 'metric_type: {}'", name);
      }
    }
    return "";
  }

  /// Arguments that the config fixes: they win over those in the results.
  bool read_arguments(const MetricFields& fields, const std::string& path, core::Metric& metric) {
    const Node& arguments = fields.metric_func_kwargs;
    if (arguments.is_null() || (arguments.is_object() && arguments.size() == 0)) return true;
    const std::string key = path + ".metric_func_kwargs";
    if (!arguments.is_object()) {
      problems().add(arguments, key, fmt::format("expected a mapping, found {}", arguments.describe()));
      return false;
    }
    const metrics::MetricFunctionPtr function = metrics::make_metric_function(metric);
    if (function == nullptr) {
      context_.warn(arguments, key, "has no effect on a pass-through metric");
      return true;
    }
    const std::size_t before = problems().list().size();
    function->check_fixed_arguments(arguments, key, problems());
    metric.function_kwargs = arguments;
    return problems().list().size() == before;
  }

  bool read_noise(const Node& node, const std::string& path, core::Metric& metric) {
    const Node* noise = node.find("noise_sd");
    if (noise == nullptr) return true;
    if (noise->is_null()) {
      metric.noise = core::NoiseKind::kUnknown;
      return true;
    }
    if (!noise->is_number() || !std::isfinite(noise->as_double()) || noise->as_double() < 0) {
      problems().add(*noise, path + ".noise_sd",
                     fmt::format("expected a number of at least 0, or null, found {}", noise->describe()));
      return false;
    }
    if (std::isinf(noise->as_double() * noise->as_double())) {
      problems().add(*noise, path + ".noise_sd",
                     fmt::format("expected a number with a finite square, found {}", noise->describe()));
      return false;
    }
    metric.noise = core::NoiseKind::kKnown;
    metric.noise_sd = noise->as_double();
    return true;
  }

  ConfigContext& context_;
  std::vector<ReadMetric> metrics_;
};

}  // namespace

Node metric_schema() {
  Node schema = util::schema_of<MetricFields>();
  schema.set("anyOf", Node::array({Node::object({{"required", Node::array({"name"})}}),
                                   Node::object({{"required", Node::array({"metric"})}})}));
  return schema;
}

std::vector<ReadMetric> read_metrics(const Node& list, ConfigContext& context) {
  return MetricsReader(context).read(list);
}

}  // namespace boa::app
