#pragma once

#include <vector>

#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/generation/acquisition_choice.hpp"
#include "boa/generation/surrogate.hpp"

namespace boa::generation {

/// Rows of `values` (n x M, larger is better; M > 1) in the order in which they are worth searching around: those with
/// less `excess` (n; 0: feasible) first, of the feasible ones the non-dominated before the others, and among these the
/// extremes first and then always the one farthest from those before it.
std::vector<Index> pareto_order(const Matrix& values, const Vector& excess);

/// Each of the first outcomes is an objective, with the weight 1.
acquisition::MultiObjective objectives_of(const Surrogate& surrogate);

/// What lies below counts nothing: the thresholds where all are given, else what BoTorch infers from the feasible
/// points and the thresholds that are given, moved down where the front is short beside all that was observed.
/// Maximized, on the transformed scale. At least one point must be feasible unless all thresholds are given.
Vector reference_point(const Surrogate& surrogate, const Incumbents& incumbents);

/// For several objectives: LogEHVI for one point with exact outcomes and nothing pending; qLogEHVI with pending points,
/// qLogNEHVI where outcomes are noisy; qLogNParEGO where the front has too many cells (six and more objectives, or a
/// large front of four or five); the probability of feasibility alone while no point is feasible.
ChosenAcquisition choose_multi_objective(const Surrogate& surrogate, const Incumbents& incumbents,
                                         const Matrix& pending, Index batch, const util::Rng& rng);

}  // namespace boa::generation
