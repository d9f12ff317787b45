#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"

namespace boa::app {

/// The best of what was observed, without any model: kept up with each trial that ends, at a cost that does not grow
/// with the number of trials. One trial, or the Pareto front of several objectives; only feasible ones. What is beyond
/// an objective threshold is on the front only while nothing is within all of them.
class BestSoFar {
 public:
  BestSoFar() = default;
  explicit BestSoFar(const core::Experiment& experiment);

  struct Entry {
    std::int64_t trial = 0;
    std::string arm;
    /// What is optimized, the smaller the better, one for each objective.
    std::vector<double> costs;
    /// metric -> mean, as observed, in the config's order.
    std::vector<std::pair<std::string, double>> means;
    bool is_within_thresholds = true;  ///< the same of all entries
  };

  /// Looks at a trial; one that is not COMPLETED, lacks data, or is not at the target fidelity and task does not count.
  void add(const core::Experiment& experiment, const core::Trial& trial);
  const std::vector<Entry>& entries() const { return entries_; }

  /// The value of the single or scalarized objective, as observed; nothing for several objectives or no entry.
  std::optional<double> value(const core::OptimizationConfig& config) const;
  /// `{3: {'y': 1.5}}`, as BOA's log says it.
  std::string describe() const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace boa::app
