#pragma once

#include <memory>

#include "boa/acquisition/fidelity.hpp"

namespace boa::acquisition {

/// log(E[max_j (a_j + b_j Z)] - max_j a_j), Z ~ N(0, 1), in closed form: the upper envelope of the k lines (Frazier,
/// Powell & Dayanik 2009, "The knowledge-gradient policy for correlated normal beliefs", section 4), summed in logs.
/// -inf if all b are equal. Overwrites the derivatives (k) where not null. Cost k log k.
double log_expected_gain(const Vector& a, const Vector& b, Vector* d_a, Vector* d_b);

/// Log of the knowledge gradient: by how much the best posterior mean, over the rows of `points` (k x d) and x itself,
/// is expected to grow when f(x) + noise is observed (Frazier et al. 2009; x among the points: Scott, Frazier & Powell
/// 2011). The expectation is exact, so that there are no fantasies: with points where a maximum may lie it is what the
/// one-shot form (make_one_shot_kg) estimates. For one x at a time; condition the model on pending points.
///
/// `targets`: the fidelity at which means count (`points` are there, x is carried there), while the observation is made
/// at x's own: the multi-fidelity knowledge gradient (Wu et al. 2020), cost apart. NumericalError if the points'
/// covariance cannot be factorised. Cost of a value: n^2 + k n.
std::unique_ptr<AcquisitionFunction> make_log_knowledge_gradient(std::shared_ptr<const gp::Model> model,
                                                                 const Matrix& points, TargetColumns targets = {});

}  // namespace boa::acquisition
