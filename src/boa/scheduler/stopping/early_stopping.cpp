#include "boa/scheduler/stopping/early_stopping.hpp"

#include <algorithm>
#include <limits>

#include "boa/scheduler/stopping/curve_strategies.hpp"
#include "boa/scheduler/stopping/making.hpp"

namespace boa::scheduler {

void LearningCurves::add(std::int64_t trial, const runner::ProgressUpdate& update) {
  if (update.restarted) curves_.erase(trial);
  for (const runner::ProgressPoint& point : update.points) {
    for (const auto& [metric, value] : point.metrics) curves_[trial][metric][point.step] = value;
  }
}

const LearningCurves::Curve* LearningCurves::find(std::int64_t trial, const std::string& metric) const {
  const auto its_curves = curves_.find(trial);
  if (its_curves == curves_.end()) return nullptr;
  const auto curve = its_curves->second.find(metric);
  return curve == its_curves->second.end() ? nullptr : &curve->second;
}

std::vector<core::DataRow> LearningCurves::last_values(const core::Trial& trial,
                                                       const core::OptimizationConfig& config) const {
  double last = -std::numeric_limits<double>::infinity();
  for (const core::Metric& metric : config.metrics) {
    if (const Curve* curve = find(trial.index, metric.name)) last = std::max(last, curve->rbegin()->first);
  }
  std::vector<core::DataRow> rows;
  for (const core::Metric& metric : config.metrics) {
    const Curve* curve = find(trial.index, metric.name);
    const auto value = curve == nullptr ? Curve::const_iterator{} : curve->find(last);
    const bool is_known = curve != nullptr && value != curve->end();
    if (is_known) rows.push_back({trial.arms.front().name, metric.name, value->second, std::nullopt});
    if (!is_known && config.is_needed(metric.name)) return {};
  }
  return rows;
}

const util::Registry<EarlyStoppingKind>& early_stopping_registry() {
  static const util::Registry<EarlyStoppingKind> registry = [] {
    util::Registry<EarlyStoppingKind> list("early stopping strategy");
    list.add("percentile", {make_percentile_stopping, percentile_stopping_options});
    list.add("PercentileEarlyStoppingStrategy", {make_percentile_stopping, percentile_stopping_options});
    list.add("threshold", {make_threshold_stopping, threshold_stopping_options});
    list.add("ThresholdEarlyStoppingStrategy", {make_threshold_stopping, threshold_stopping_options});
    list.add("and", {make_and_early_stopping, combined_early_stopping_options});
    list.add("AndEarlyStoppingStrategy", {make_and_early_stopping, combined_early_stopping_options});
    list.add("or", {make_or_early_stopping, combined_early_stopping_options});
    list.add("OrEarlyStoppingStrategy", {make_or_early_stopping, combined_early_stopping_options});
    return list;
  }();
  return registry;
}

util::Node early_stopping_schema() { return schema_by_type(early_stopping_registry()); }

std::unique_ptr<EarlyStoppingStrategy> make_early_stopping(const util::Node& node, const std::string& key_path,
                                                           util::Problems& problems) {
  return make_by_type<EarlyStoppingStrategy>(early_stopping_registry(), "early stopping strategy", node, key_path,
                                             problems);
}

}  // namespace boa::scheduler
