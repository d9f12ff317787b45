#pragma once

#include <optional>
#include <vector>

#include "boa/math/types.hpp"

namespace boa::generation {

using math::Index;

/// Constants of a trust region; lengths are sides of its box in shares of the unit cube.
struct TrustRegionRules {
  double length_init = 0.8;
  double length_min = 0.0078125;  ///< 2^-7; a region that would become smaller has ended
  double length_max = 1.6;
  int success_tolerance = 3;  ///< successes in a row that double the length (the paper; BoTorch's tutorial: 10)
  /// Points in a row without success that halve it; absent: max(4, columns).
  std::optional<int> failure_tolerance = {};
};

/// What came of one point.
struct Evaluation {
  bool has_value = false;  ///< false: it failed
  double objective = 0;    ///< the larger the better
  double violation = 0;    ///< of all outcome constraints together; 0 where they are met
};

/// The state of TuRBO-1's trust region (Eriksson et al. 2019), with SCBO's order of points (Eriksson & Poloczek 2021):
/// a feasible one is better than one that is not, among the latter the smaller violation. Pure: it follows from the
/// rules and the evaluations in the order in which they were told.
///
/// Failures are counted in points, successes in calls: ceil(max(4/q, d/q)) batches of q points without success, as the
/// paper has it, are max(4, d) points.
class TrustRegion {
 public:
  TrustRegion(TrustRegionRules rules, Index columns);

  /// Points of the initial design, or from elsewhere: may be the best, and count neither as success nor as failure.
  void observe(const Evaluation& evaluation);
  /// Points that were proposed together inside of the region: a success if any is better than the best before by more
  /// than 1e-3 of its size, else so many failures. Nothing once the region has ended.
  void update(const std::vector<Evaluation>& proposed);

  double length() const { return length_; }
  int successes() const { return successes_; }
  int failures() const { return failures_; }
  /// Failures that halve the length.
  int failure_tolerance() const { return failure_tolerance_; }
  /// Is the length below the least one? Then another region is to be started elsewhere.
  bool has_ended() const { return length_ < rules_.length_min; }
  /// The best point told so far; nothing while none has a value.
  const std::optional<Evaluation>& best() const { return best_; }

 private:
  bool is_success(const Evaluation& evaluation) const;

  TrustRegionRules rules_;
  int failure_tolerance_;
  double length_;
  int successes_ = 0;
  int failures_ = 0;
  std::optional<Evaluation> best_;
};

}  // namespace boa::generation
