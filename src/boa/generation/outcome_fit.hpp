#pragma once

#include <memory>
#include <optional>
#include <string>

#include "boa/generation/model_data.hpp"
#include "boa/generation/remembered_fit.hpp"
#include "boa/generation/tasks.hpp"
#include "boa/gp/fit.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

/// A fitted outcome, on the scale that OutcomeTransform gives; where there are tasks, a multi-task model.
struct FittedOutcome {
  std::shared_ptr<const gp::GaussianProcess> model;
  TaskTransforms transforms;
  bool noisy = false;   ///< observations say less than the model's mean does
  std::string message;  ///< of the fit, if something was odd
  RememberedFit fit;    ///< what a later fit starts from
};

/// What the config says about the models.
struct SurrogateOptions {
  std::string kernel;           ///< a name of gp::make_ard; empty: the data decide between rbf and matern52
  bool leave_one_out = false;   ///< see gp::FitOptions
  bool infer_noise = true;      ///< false: observations without a standard error count as exact
  bool linear_mean = false;     ///< see gp::FitOptions
  bool warp_inputs = false;     ///< likewise
  bool has_fidelities = false;  ///< set by fit_surrogate: they have a kernel of their own
  int threads = 1;              ///< for the fits, which do not depend on it

  /// What tells these options from others; empty for the defaults.
  std::string text() const;
};

/// What an outcome is to the problem.
struct OutcomeRole {
  OutcomeTransform::Tail tail = OutcomeTransform::Tail::kNone;  ///< the bad side, which may be drawn in
  /// May it be drawn in from its best value on? That keeps the order of values and changes their distances, which
  /// volumes are made of.
  bool may_bend = true;
  std::optional<double> bound = std::nullopt;  ///< where it is constrained
};

/// How models of these columns are fitted, but for the kernel: priors, tasks, categories, noise that is known.
gp::FitOptions fit_options(const UnitSpace& space, const SurrogateOptions& options);

/// Fits a Gaussian process to one outcome: kernel, scale of the values and whether there is noise are chosen by the
/// data where `options` leave it open. `last`: a fit of earlier data to start from, or null. Deterministic in rng.
/// Never throws because data are odd.
FittedOutcome fit_outcome(const Outcome& outcome, const OutcomeRole& role, const UnitSpace& space, const util::Rng& rng,
                          const SurrogateOptions& options = {}, const RememberedFit* last = nullptr);

/// The model of `last`, a fit of the same data, again: one factorisation.
FittedOutcome repeat_fit(const Outcome& outcome, const OutcomeRole& role, const UnitSpace& space, const util::Rng& rng,
                         const SurrogateOptions& options, const RememberedFit& last);

}  // namespace boa::generation
