#pragma once

#include <string>
#include <vector>

#include "boa/analysis/metric_models.hpp"

namespace boa::analysis {

/// A metric along one parameter, the others held at a base point.
struct Slice {
  std::string metric;
  std::string parameter;
  std::vector<core::ParameterValue> values;  ///< ascending
  std::vector<Prediction> predictions;       ///< one each
};

/// At `count` values of a range, evenly spaced in the parameter's scale (as many as there are, if fewer), or at every
/// value of a choice. `base` is complete. UserInputError for an unknown or fixed parameter, or an incomplete base.
Slice slice(const MetricModels& models, const MetricModel& model, const std::string& parameter,
            const core::Parameterization& base, Index count = 50);

/// A metric over two parameters, the others held at a base point.
struct Contour {
  std::string metric;
  std::string x, y;                             ///< the two parameters
  std::vector<core::ParameterValue> x_values;   ///< ascending
  std::vector<core::ParameterValue> y_values;   ///< ascending
  std::vector<std::vector<Prediction>> values;  ///< [y][x]
};

/// As slice, on a grid. UserInputError if both parameters are the same.
Contour contour(const MetricModels& models, const MetricModel& model, const std::string& x, const std::string& y,
                const core::Parameterization& base, Index count = 25);

}  // namespace boa::analysis
