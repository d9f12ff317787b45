#include "boa/generation/thompson.hpp"

#include <algorithm>

#include "boa/acquisition/candidates.hpp"
#include "boa/generation/acquisition_choice.hpp"
#include "boa/generation/success_model.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/smooth.hpp"

namespace boa::generation {

namespace {

constexpr Index kMostListed = 1500;  // points of a discrete domain
constexpr Index kSpread = 768;
constexpr Index kCopies = 32;  // of each incumbent

/// One sample of the latent function at the candidates.
Vector sample_outcome(const gp::Model& model, const Matrix& candidates, util::Rng& stream) {
  gp::JointPosterior posterior;
  model.joint(candidates, posterior);
  Vector z(candidates.rows());
  for (double& value : z) value = stream.normal();
  const Matrix root = math::robust_cholesky(posterior.covariance).L;
  return posterior.mean + root.triangularView<Eigen::Lower>() * z;
}

}  // namespace

Matrix thompson_candidates(const optim::Domain& domain, const Matrix& incumbents, const util::Rng& rng) {
  Matrix all = acquisition::enumerate_points(domain, kMostListed);
  if (all.rows() > 0) return all;
  const Matrix spread = acquisition::spread_points(domain, kSpread, rng.split("thompson spread"));
  const Matrix near = acquisition::perturbed_points(domain, incumbents, kCopies, rng.split("thompson copies"));
  all.resize(spread.rows() + near.rows(), domain.lower.size());
  all << spread, near;
  return all;
}

std::vector<Index> thompson_order(const Surrogate& surrogate, const Matrix& candidates, double best,
                                  const Vector& log_weights, const util::Rng& rng) {
  Matrix samples(candidates.rows(), static_cast<Index>(surrogate.outcomes.size()));
  for (Index j = 0; j < samples.cols() && samples.rows() > 0; ++j) {
    util::Rng stream = rng.split("thompson sample", static_cast<std::uint64_t>(j));
    samples.col(j) = sample_outcome(*surrogate.outcomes[static_cast<std::size_t>(j)].model, candidates, stream);
  }
  Vector objective = samples.col(0);
  const double tau = gain_scale(surrogate);
  for (Index i = 0; i < log_weights.size(); ++i) {
    objective[i] = math::log_softplus(objective[i] - best, tau).value + log_weights[i];
  }
  return best_first(objective, surrogate.excess(samples));
}

std::optional<core::Parameterization> best_sampled_point(const GenerationRequest& request, const UnitSpace& space,
                                                         const Surrogate& surrogate, const Matrix& candidates,
                                                         double best, const PointSearch& search, const util::Rng& rng) {
  Vector log_weights;
  if (request.learn_failures && candidates.rows() > 0) {
    for (const auto& weight : success_weights(request.experiment, space, surrogate.outcomes[0].model, rng)) {
      if (log_weights.size() == 0) log_weights.setZero(candidates.rows());
      log_weights += weight->log_weights(candidates);
    }
  }
  for (const Index i : thompson_order(surrogate, candidates, best, log_weights, rng)) {
    std::optional<core::Parameterization> point = space.decode_feasible(candidates.row(i).transpose());
    if (point && search.is_new(*point)) return point;
  }
  return std::nullopt;
}

}  // namespace boa::generation
