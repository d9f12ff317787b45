#pragma once

#include <string>
#include <vector>

#include "boa/analysis/metric_models.hpp"
#include "boa/util/rng.hpp"

namespace boa::analysis {

/// How much one parameter matters for a metric, by its model's mean.
struct ParameterImportance {
  std::string parameter;
  double first_order = 0;  ///< share of the variance that this parameter explains alone, Sobol's S_i
  double total = 0;        ///< share that goes where it is held, interactions included, Sobol's T_i
  double lengthscale = 0;  ///< of the model, in widths of the parameter's range; NaN where there is no single one
};

/// Sobol' indices of the posterior mean over the box of the search space (parameter constraints not counted, each value
/// equally likely, log-scaled ranges uniform in the logarithm), with Saltelli's estimator for S_i and Jansen's for T_i
/// (Saltelli et al. 2010) on `samples` quasi-random points: (d + 2) `samples` evaluations of the mean. Shares lie in
/// [0, 1] up to their Monte Carlo error, which is clamped away. A mean that does not vary has zeros. Config order.
std::vector<ParameterImportance> parameter_importance(const MetricModels& models, const MetricModel& model,
                                                      const util::Rng& rng, Index samples = 2048);

}  // namespace boa::analysis
