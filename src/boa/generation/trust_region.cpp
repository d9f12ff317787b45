#include "boa/generation/trust_region.hpp"

#include <algorithm>
#include <cmath>

#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr double kLeastImprovement = 1e-3;  // of the best value's size
constexpr Index kLeastFailures = 4;

/// By SCBO's order, however little.
bool is_better(const Evaluation& a, const Evaluation& b) {
  if ((a.violation > 0) != (b.violation > 0)) return b.violation > 0;
  return a.violation > 0 ? a.violation < b.violation : a.objective > b.objective;
}

}  // namespace

TrustRegion::TrustRegion(TrustRegionRules rules, Index columns)
    : rules_(rules),
      failure_tolerance_(rules.failure_tolerance.value_or(static_cast<int>(std::max(kLeastFailures, columns)))),
      length_(rules.length_init) {
  BOA_CHECK(rules.length_min > 0 && rules.length_min <= rules.length_init && rules.length_init <= rules.length_max,
            rules.length_min, rules.length_init, rules.length_max);
  BOA_CHECK(rules.success_tolerance > 0 && failure_tolerance_ > 0, rules.success_tolerance, failure_tolerance_);
}

void TrustRegion::observe(const Evaluation& evaluation) {
  if (evaluation.has_value && (!best_ || is_better(evaluation, *best_))) best_ = evaluation;
}

bool TrustRegion::is_success(const Evaluation& evaluation) const {
  if (!evaluation.has_value) return false;
  if (!best_) return true;
  if (evaluation.violation > 0 || best_->violation > 0) return is_better(evaluation, *best_);
  return evaluation.objective > best_->objective + kLeastImprovement * std::abs(best_->objective);
}

void TrustRegion::update(const std::vector<Evaluation>& proposed) {
  if (has_ended() || proposed.empty()) return;
  const bool any_success = std::any_of(proposed.begin(), proposed.end(),
                                       [&](const Evaluation& evaluation) { return is_success(evaluation); });
  for (const Evaluation& evaluation : proposed) observe(evaluation);
  if (any_success) {
    ++successes_;
    failures_ = 0;
  } else {
    successes_ = 0;
    failures_ += static_cast<int>(proposed.size());
  }
  if (successes_ >= rules_.success_tolerance) {
    length_ = std::min(2 * length_, rules_.length_max);
    successes_ = 0;
  } else if (failures_ >= failure_tolerance_) {
    length_ /= 2;
    failures_ = 0;
  }
}

}  // namespace boa::generation
