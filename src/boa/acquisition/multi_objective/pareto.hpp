#pragma once

#include <optional>
#include <vector>

#include "boa/math/types.hpp"

namespace boa::acquisition {

using math::Index;
using math::Matrix;
using math::Vector;

// Sets of outcomes, one a row, n x m. Everything is maximized.

/// Is row i dominated by no other row (>= everywhere, > somewhere)? `deduplicate`: of equal rows only the first counts.
/// A row with a NaN is dominated and dominates nothing. Cost n^2 m.
std::vector<bool> is_non_dominated(const Matrix& Y, bool deduplicate = true);

/// The non-dominated rows of Y, duplicates removed, in the order they stand.
Matrix pareto_front(const Matrix& Y);
/// Those above ref_point in every outcome.
Matrix pareto_front_above(const Matrix& Y, const Vector& ref_point);

/// Volume dominated by the rows of Y and above ref_point (m): exact, by sweeping for m = 2, else by WFG's exclusive
/// volumes (While et al. 2012).
double hypervolume(const Matrix& Y, const Vector& ref_point);

/// Disjoint boxes [lower, upper), c x m each; upper may be infinite.
struct Boxes {
  Matrix lower;
  Matrix upper;
  Index size() const { return lower.rows(); }
};

/// Partition of what lies above ref_point and is dominated by no row of Y. m = 2: a staircase from the smallest first
/// outcome on; else by local upper bounds (Lacour, Klamroth & Fonseca 2017), applied twice. Without a point above
/// ref_point: one box.
Boxes non_dominated_boxes(const Matrix& Y, const Vector& ref_point);
/// The same, or nothing, at a fraction of the cost, where the corners alone show that there are more than `most`.
std::optional<Boxes> boxes_if_few(const Matrix& Y, const Vector& ref_point, Index most);

/// The reference point that BoTorch infers from a front (its infer_reference_point): `max_ref_point` where known (NaN
/// entries unknown, empty: none), else `scale` times the front's range below its nadir. UserInputError if there is
/// neither a front nor max_ref_point. Y: n x m Pareto front, m columns even without rows.
Vector infer_reference_point(const Matrix& pareto_Y, const Vector& max_ref_point = {}, double scale = 0.1,
                             bool scale_max_ref_point = false);

}  // namespace boa::acquisition
