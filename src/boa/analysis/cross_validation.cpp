#include "boa/analysis/cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace boa::analysis {

CrossValidation cross_validate(const MetricModel& model) {
  constexpr double kTwoSided95 = 1.959963984540054;
  const gp::LeaveOneOut left_out = model.fitted.model->leave_one_out();
  const Vector& y = model.data.y;
  CrossValidation result{model.metric, {}, std::nan(""), 0};
  double errors = 0, deviations = 0;
  // Each task has a transform, and a level, of its own.
  std::map<const generation::OutcomeTransform*, std::vector<double>> of_task;
  for (Index i = 0; i < y.size(); ++i) of_task[&model.fitted.transforms.of_row(model.data.X, i)].push_back(y[i]);
  std::map<const generation::OutcomeTransform*, double> center_of;
  for (const auto& [transform, values] : of_task) {
    for (const double v : values) center_of[transform] += v / static_cast<double>(values.size());
  }
  for (Index i = 0; i < y.size(); ++i) {
    const generation::OutcomeTransform& transform = model.fitted.transforms.of_row(model.data.X, i);
    const double mean = transform.inverse(left_out.mean[i]);
    const double sem = std::sqrt(std::max(left_out.variance_observed[i], 0.0)) / transform.slope(mean);
    result.points.push_back({y[i], mean, sem});
    // In units of the transform, so that squares of very large or small outcomes stay numbers.
    const double slope = transform.slope(mean);
    errors += std::pow((y[i] - mean) * slope, 2);
    deviations += std::pow((y[i] - center_of.at(&transform)) * slope, 2);
    if (std::abs(y[i] - mean) <= kTwoSided95 * sem) result.coverage += 1.0 / static_cast<double>(y.size());
  }
  if (deviations > 0) result.r_squared = 1 - errors / deviations;
  return result;
}

}  // namespace boa::analysis
