#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "boa/metrics/metric_function.hpp"
#include "boa/metrics/metrics.hpp"
#include "boa/util/registry.hpp"

namespace boa::metrics {

using MetricFunctionFactory = std::function<MetricFunctionPtr()>;
using MetricFunctionRegistry = util::Registry<MetricFunctionFactory>;

/// The registries that a metric's file fills.
struct MetricRegistries {
  MetricFunctionRegistry boa{"metric"};
  MetricFunctionRegistry sklearn{"metric of scikit-learn"};
  /// BOA's own: spelling -> class name.
  std::vector<std::pair<std::string, std::string>> classes;

  /// Adds one of BOA's own under its class name and further spellings.
  void add_boa(const std::string& name, std::initializer_list<const char*> aliases, const MetricFunctionFactory& make);
};

/// A factory of FunctionOf.
template <typename Arguments>
MetricFunctionFactory function_of(double (*formula)(const Arguments&),
                                  std::vector<std::string> required = {"y_true", "y_pred"}) {
  return [=] { return std::make_unique<const FunctionOf<Arguments>>(formula, required); };
}

// One file each; builtin.cpp lists them.
void add_absolute_errors(MetricRegistries& all);
void add_deviances(MetricRegistries& all);
void add_explained_variance(MetricRegistries& all);
void add_mean(MetricRegistries& all);
void add_normalized_error(MetricRegistries& all);
void add_pinball(MetricRegistries& all);
void add_squared_errors(MetricRegistries& all);

}  // namespace boa::metrics
