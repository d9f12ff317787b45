#pragma once

#include <memory>
#include <vector>

#include "boa/acquisition/weighted.hpp"
#include "boa/core/experiment.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

/// Which trials gave a result, by their points.
struct TrialEnds {
  Matrix X;        ///< n x d, model coordinates; each point once
  Vector success;  ///< n: +1 for a result, -1 for none
  Index num_failed() const { return (success.array() < 0).count(); }
};

/// Ends of COMPLETED and EARLY_STOPPED trials, and of FAILED ones with one arm (which arm of a batch failed nobody
/// knows). A point that ever gave a result counts as a success: its failures passed. Of many points the latest are
/// kept.
TrialEnds collect_ends(const core::Experiment& experiment, const UnitSpace& space);

/// The probability that a trial at a point gives a result, learnt from which points failed: probit Gaussian-process
/// classifiers of several lengthscales and amplitudes, and the belief that failures have nothing to do with the
/// parameters (a constant), averaged by their evidence. So a few failures at scattered points change next to nothing,
/// and failures that lie together are learnt after two or three.
class SuccessModel : public acquisition::PointWeight {
 public:
  /// P(success) at the rows of X (b x d).
  virtual Vector probability(const Matrix& X) const = 0;
  /// Posterior probability that failures depend on the parameters.
  virtual double belief_in_region() const = 0;
};

/// Null when nothing failed, or nothing else happened.
std::shared_ptr<const SuccessModel> learn_success(const TrialEnds& ends, const UnitSpace& space, const util::Rng& rng);

/// The failed points where the model expects a failure rather than a result: nothing is to be had there.
Matrix likely_failures(const TrialEnds& ends, const SuccessModel& model);

/// What gains are multiplied by where failures were learnt: the probability of success, and how far points are from
/// likely failures as `model`, that of the objective, can tell. Empty where nothing is to be learnt.
std::vector<std::shared_ptr<const acquisition::PointWeight>> success_weights(const core::Experiment& experiment,
                                                                             const UnitSpace& space,
                                                                             std::shared_ptr<const gp::Model> model,
                                                                             const util::Rng& rng);

/// `function` (with values in logs, or never negative) times these weights.
std::unique_ptr<acquisition::AcquisitionFunction> weigh_by_success(
    std::unique_ptr<acquisition::AcquisitionFunction> function, bool in_logs, const core::Experiment& experiment,
    const UnitSpace& space, std::shared_ptr<const gp::Model> model, const util::Rng& rng);

}  // namespace boa::generation
