#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "boa/core/metric.hpp"
#include "boa/metrics/metric_function.hpp"

namespace boa::metrics {

/// Where the function of a metric comes from: BOA's own list, scikit-learn, or the test functions of Ax and BoTorch.
enum class MetricSource { kBoa, kSklearn, kSynthetic };

/// The function of that name; null for one of the spellings of PassThrough. UnsupportedError, with the nearest name and
/// the names that can be served, if there is none.
MetricFunctionPtr make_metric_function(MetricSource source, std::string_view name);

/// The function that a stored metric names; null if its value is passed through. UnsupportedError as above.
MetricFunctionPtr make_metric_function(const core::Metric& metric);

/// Sets a metric's function, in the spelling that is stored: BOA's class names. UnsupportedError as above.
void set_function(core::Metric& metric, MetricSource source, std::string_view name);

/// All names and spellings of one source, sorted as registered.
std::vector<std::string> metric_names(MetricSource source);

/// Is a larger value of this function the better one, by its nature (r2_score and other scores)?
bool is_score(MetricSource source, std::string_view name);

}  // namespace boa::metrics
