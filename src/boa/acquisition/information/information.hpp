#pragma once

#include <memory>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/optim/domain.hpp"
#include "boa/util/rng.hpp"

namespace boa::acquisition {

/// One outcome and its direction: `sign` 1 maximizes it, -1 minimizes it.
struct SignedModel {
  std::shared_ptr<const gp::Model> model;
  double sign = 1.0;
};

/// One-shot knowledge gradient (Balandat et al. 2020). A set holds q candidates, then f fantasy points (q + f rows, f =
/// rows of base_samples): the mean over i of the posterior mean at fantasy point i after observing (with noise) fantasy
/// i at the candidates, minus current_value. base_samples: f x q_max, columns as needed. The candidates are the first q
/// rows of the optimum.
std::unique_ptr<AcquisitionFunction> make_one_shot_kg(SignedModel model, Matrix base_samples,
                                                      double current_value = 0.0);

/// Noisy max-value entropy search (Takeno et al. 2020; BoTorch's qMaxValueEntropy) for q = 1: the information that an
/// observation at x gives about the maximum, estimated with `max_values` (M samples of the maximum of the latent
/// function) and base samples (S).
std::unique_ptr<AcquisitionFunction> make_qmes(SignedModel model, Vector max_values, Vector base_samples);

/// GIBBON (Moss et al. 2021): a lower bound of the same information in closed form, with the repulsion of pending
/// points (p x d, may be empty). Honours with_pending.
std::unique_ptr<AcquisitionFunction> make_gibbon(SignedModel model, Vector max_values, const Matrix& X_pending = {});

/// `count` samples of the maximum of the latent function, each over the rows of `candidates` (k x d; cost k^3), of
/// `sign` times it.
Vector sample_max_values(const SignedModel& model, const Matrix& candidates, Index count, const util::Rng& rng);

}  // namespace boa::acquisition
