#pragma once

#include <memory>
#include <vector>

#include "boa/gp/fit.hpp"

namespace boa::gp {

class MapProblem;

/// What a fit works on: finite rows, outcomes and known noise in the space after OutcomeScale, and the priors in force.
struct FitInput {
  TrainingData data;
  OutcomeScale scale;
  Vector y;      ///< n
  Vector noise;  ///< n variances, NaN where they are inferred; empty: everywhere
  PriorSet priors;
};
FitInput make_fit_input(const TrainingData& given, const FitOptions& options);

/// The columns of X that hold numbers, neither categories nor tasks.
std::vector<Index> number_columns(Index d, const FitOptions& options);

/// The kernel of d columns that the options ask for, at typical values.
std::unique_ptr<Kernel> default_kernel(Index d, const FitOptions& options);

/// A model, and the MAP objective at its hyperparameters: minus infinity where nothing could be factorised.
struct ModelAt {
  std::shared_ptr<const GaussianProcess> model;
  double objective = 0.0;
};
/// The model of these hyperparameters of `kernel`; mean and factor are those of `problem`, which is of the same input.
ModelAt model_at(const Hyperparameters& hyperparameters, MapProblem& problem, const FitInput& input,
                 const Kernel& kernel, const FitOptions& options);

}  // namespace boa::gp
