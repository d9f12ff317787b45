#include "boa/runner/result_values.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/metrics/metrics.hpp"
#include "boa/util/error.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/result.hpp"
#include "boa/util/rng.hpp"
#include "boa/util/text.hpp"

namespace boa::runner {

namespace {

using util::Node;

bool means_missing(const Node& value) {
  if (value.is_null()) return true;
  if (value.is_float() && std::isnan(value.as_double())) return true;
  if (!value.is_string()) return false;
  const std::string lower = util::to_lower(util::trim(value.as_string()));
  return lower == "nan" || lower == "na";
}

constexpr const char* kMissing = "NaNs in Results: it is missing (NaN, NA or null)";

/// The number of a pass-through metric, or why it is none.
util::Result<double, std::string> number_from(const Node& written) {
  const Node& value = unwrap_scalar(written);
  if (means_missing(value) || (value.is_object() && value.size() == 0)) return util::failure(std::string(kMissing));
  if (value.is_bool()) return value.as_bool() ? 1.0 : 0.0;
  if (value.is_number()) {
    if (std::isfinite(value.as_double())) return value.as_double();
    return util::failure(std::string("it is infinite"));
  }
  if (value.is_string() && util::number_from_text<double>(util::trim(value.as_string()))) {
    return util::failure(
        fmt::format("it is the text '{}': the quotes are the trouble, write it without them", value.as_string()));
  }
  return util::failure(fmt::format("it must be a number, not {}", value.describe()));
}

struct Observation {
  double mean = 0;
  std::optional<double> sem;
};

/// Takes `sem` out of a metric's mapping; why it cannot be one, or an empty text.
std::string take_sem(Node& mapping, Observation& observation) {
  const Node* sem = mapping.find("sem");
  if (sem == nullptr) return {};
  const Node number = unwrap_scalar(*sem);
  if (number.is_number() && number.as_double() >= 0) {
    observation.sem = number.as_double();
    if (std::isinf(*observation.sem * *observation.sem)) {
      return fmt::format("its sem must have a finite square, not {}", number.describe());
    }
  } else if (means_missing(number)) {
    observation.sem = std::nan("");
  } else {
    return fmt::format("its sem must be a number >= 0, not {}", number.describe());
  }
  mapping.erase("sem");
  return {};
}

util::Result<Observation, std::string> passed_through(const Node& written) {
  Node value = unwrap_scalar(written);
  Observation observation;
  if (value.is_object() && value.contains("wrapper_args")) {
    const std::string wrong = take_sem(value, observation);
    if (!wrong.empty()) return util::failure(wrong);
    value = Node(value.at("wrapper_args"));
  }
  const auto number = number_from(value);
  if (!number) return util::failure(number.error());
  observation.mean = *number;
  return observation;
}

/// A list as the mapping of arguments that it stands for: by their order, or as coordinates.
Node named_arguments(const metrics::MetricFunction& function, const Node& list) {
  const std::vector<std::string> names = function.argument_names();
  if (!names.empty() && list.size() > names.size()) {
    throw UserInputError(fmt::format("a list gives the arguments ({}) one by one, and this one has {} items",
                                     util::join(names, ", "), list.size()));
  }
  Node arguments = Node::object();
  for (std::size_t i = 0; i < list.size(); ++i) {
    arguments.set(names.empty() ? fmt::format("{}", i) : names[i], list.at(i));
  }
  return arguments;
}

/// What a result and the config together give a metric's function; the config wins.
Node arguments_from(const core::Metric& metric, const metrics::MetricFunction& function, const Node& written,
                    Observation& observation) {
  if (!written.is_object() && !written.is_array()) {
    throw UserInputError(means_missing(written) ? kMissing
                                                : fmt::format("it is computed from a mapping of arguments, not from {}",
                                                              written.describe()));
  }
  const bool is_mapping = unwrap_scalar(written).is_object();
  Node arguments = is_mapping ? unwrap_scalar(written) : named_arguments(function, written);
  const std::string wrong = take_sem(arguments, observation);
  if (!wrong.empty()) throw UserInputError(wrong);
  for (const auto& [name, value] : arguments.as_object()) {
    if (means_missing(unwrap_scalar(value)))
      throw UserInputError(fmt::format("NaNs in Results: '{}' is missing", name));
  }
  if (metric.function_kwargs.is_object()) {
    for (const auto& [name, value] : metric.function_kwargs.as_object()) arguments.set(name, value);
  }
  return arguments;
}

/// Noise is simulated for test functions only; for everything else noise_sd is what is known about the values.
double simulated_noise(const core::Metric& metric, const metrics::MetricFunction& function, const std::string& arm_name,
                       std::uint64_t seed) {
  if (!function.is_synthetic() || metric.noise != core::NoiseKind::kKnown || metric.noise_sd == 0) return 0;
  return metric.noise_sd * util::Rng(seed).split(metric.name).split(arm_name).normal();
}

util::Result<Observation, std::string> computed(const core::Metric& metric, const metrics::MetricFunction& function,
                                                const Node& written, const std::string& arm_name, std::uint64_t seed) {
  Observation observation;
  try {
    observation.mean = function.evaluate(arguments_from(metric, function, written, observation)) +
                       simulated_noise(metric, function, arm_name, seed);
  } catch (const UserInputError& error) {
    return util::failure(std::string(error.what()));
  }
  if (std::isfinite(observation.mean)) return observation;
  return util::failure(fmt::format("its value is {}", util::python_repr(observation.mean)));
}

/// The part of a result that is one metric's: what stands under its name, else the whole result where that can be its
/// arguments. Null if there is none.
Node share_of(const core::Metric& metric, const metrics::MetricFunction* function, const Node& mapping,
              const core::OptimizationConfig& config) {
  if (const Node* own = mapping.find(metric.name)) return Node::object({{"value", *own}});
  if (function == nullptr) return mapping.contains("wrapper_args") ? Node::object({{"value", mapping}}) : Node();
  Node arguments = Node::object();
  const std::vector<std::string> names = function->argument_names();
  for (const auto& [key, value] : mapping.as_object()) {
    const bool is_known = names.empty() ? config.find_metric(key) == nullptr
                                        : key == "sem" || std::find(names.begin(), names.end(), key) != names.end();
    if (is_known) arguments.set(key, value);
  }
  if (names.empty()) return arguments.size() > 0 ? Node::object({{"value", arguments}}) : Node();
  for (const std::string& name : function->required_arguments()) {
    const bool is_fixed = metric.function_kwargs.contains(name);
    if (!is_fixed && !arguments.contains(name)) return {};
  }
  return Node::object({{"value", arguments}});
}

/// The first outcome constraint that names a metric which is no objective; null if there is none.
const core::OutcomeConstraint* find_constraint_alone(const core::OptimizationConfig& config,
                                                     const std::string& metric) {
  for (const core::Objective::Term& term : config.objective.terms) {
    if (term.metric == metric) return nullptr;
  }
  for (const core::OutcomeConstraint& constraint : config.outcome_constraints) {
    for (const auto& [name, coefficient] : constraint.coefficients) {
      if (name == metric) return &constraint;
    }
  }
  return nullptr;
}

/// `constraint`: what asks for a metric that is no objective; may be null.
std::string missing_reason(const std::string& metric, const metrics::MetricFunction* function, const Node& mapping,
                           const std::string& file, const core::OutcomeConstraint* constraint) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : mapping.as_object()) keys.push_back(key);
  const std::string nearest = util::nearest_name(metric, keys);
  std::string wanted;
  if (function != nullptr && !function->required_arguments().empty()) {
    wanted = fmt::format(" (nor its arguments {})", util::join(function->required_arguments(), ", "));
  }
  if (constraint != nullptr) wanted += fmt::format(", which the outcome constraint '{}' names", constraint->text);
  return fmt::format("{} has no value of the metric '{}'{}; it has: {}{}", file, metric, wanted, util::join(keys, ", "),
                     nearest.empty() ? "" : fmt::format(" (is '{}' meant?)", nearest));
}

/// Keys of a result that are neither a metric nor among the arguments that a metric took.
void find_unknown(const Node& mapping, const std::vector<std::string>& taken, const core::OptimizationConfig& config,
                  ModelReport& report) {
  for (const auto& [key, value] : mapping.as_object()) {
    if (config.find_metric(key) == nullptr && std::find(taken.begin(), taken.end(), key) == taken.end()) {
      report.unknown_metrics.push_back(key);
    }
  }
}

class ValueReader {
 public:
  ValueReader(const Node& mapping, std::string file, const ArmData& arm, const core::OptimizationConfig& config,
              ModelReport& report)
      : mapping_(mapping), file_(std::move(file)), arm_(arm), config_(config), report_(report) {}

  void read() {
    report_.result = ModelReport::Result::kComplete;
    for (const core::Metric& metric : config_.metrics) {
      if (!read_metric(metric)) return;
    }
    find_unknown(mapping_, taken_, config_, report_);
  }

 private:
  /// False if the result is incomplete.
  bool read_metric(const core::Metric& metric) {
    const metrics::MetricFunctionPtr function = metrics::make_metric_function(metric);
    const bool needed = config_.is_needed(metric.name);
    const Node share = share_of(metric, function.get(), mapping_, config_);
    if (share.is_null()) {
      if (!needed) return true;
      report_.result = ModelReport::Result::kIncomplete;
      const core::OutcomeConstraint* constraint = find_constraint_alone(config_, metric.name);
      report_.reason = missing_reason(metric.name, function.get(), mapping_, file_, constraint);
      report_.only_constrained_missing = constraint != nullptr && has_all_objectives();
      find_unknown(mapping_, taken_, config_, report_);
      return false;
    }
    const Node& value = share.at("value");
    if (!mapping_.contains(metric.name)) {
      for (const auto& [key, argument] : value.as_object()) taken_.push_back(key);
    }
    const auto observation =
        function ? computed(metric, *function, value, arm_.name, arm_.noise_seed) : passed_through(value);
    if (observation) {
      report_.rows.push_back({arm_.name, metric.name, observation->mean, observation->sem});
    } else {
      reject(fmt::format("{}: metric '{}': {}", file_, metric.name, observation.error()), needed);
    }
    return true;
  }

  bool has_all_objectives() const {
    const auto is_read = [this](const core::Objective::Term& term) {
      return std::any_of(report_.rows.begin(), report_.rows.end(),
                         [&](const core::DataRow& row) { return row.metric == term.metric; });
    };
    return std::all_of(config_.objective.terms.begin(), config_.objective.terms.end(), is_read);
  }

  void reject(const std::string& problem, bool needed) {
    if (!needed) {
      report_.remarks.push_back(problem);
    } else if (report_.result == ModelReport::Result::kComplete) {
      report_.result = ModelReport::Result::kRejected;
      report_.reason = problem;
    }
  }

  const Node& mapping_;
  std::string file_;
  const ArmData& arm_;
  const core::OptimizationConfig& config_;
  ModelReport& report_;
  std::vector<std::string> taken_;
};

}  // namespace

const Node& unwrap_scalar(const Node& node) {
  return node.is_array() && node.size() == 1 ? node.at(std::size_t{0}) : node;
}

void read_values(const Node& mapping, const std::string& file, const ArmData& arm,
                 const core::OptimizationConfig& config, ModelReport& report) {
  ValueReader(mapping, file, arm, config, report).read();
}

}  // namespace boa::runner
