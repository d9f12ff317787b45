#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "boa/metrics/metric_function.hpp"

namespace boa::metrics {

/// A test function of Ax or BoTorch, by the name of BOA's, Ax's or BoTorch's function or class, in its default
/// dimension. UnsupportedError for an unknown name and for a function of several objectives.
MetricFunctionPtr make_synthetic_function(std::string_view name);

/// Names that make_synthetic_function takes.
std::vector<std::string> synthetic_names();

}  // namespace boa::metrics
