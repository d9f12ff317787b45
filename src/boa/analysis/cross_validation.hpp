#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "boa/analysis/metric_models.hpp"

namespace boa::analysis {

/// One observation beside what the model says of it when it has not seen it, in the metric's own units.
struct LeftOut {
  double observed = 0;
  double mean = 0;
  double sem = 0;  ///< of a new observation: the model's uncertainty and the noise together
};

/// Leave-one-out cross-validation of a metric's model at its fitted hyperparameters (Rasmussen & Williams 2006, section
/// 5.4.2): no refits, cost n^3 once.
struct CrossValidation {
  std::string metric;
  std::vector<LeftOut> points;  ///< in the order of the model's data
  /// 1 - sum of squared errors / sum of squared deviations from the mean: 1 is perfect, 0 no better than the mean. NaN
  /// for constant observations.
  double r_squared = 0;
  /// Share of observations within 1.96 standard errors: about 0.95 where the model knows how sure it may be.
  double coverage = 0;
};

CrossValidation cross_validate(const MetricModel& model);

}  // namespace boa::analysis
