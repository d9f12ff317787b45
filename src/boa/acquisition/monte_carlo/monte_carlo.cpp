#include "boa/acquisition/monte_carlo/monte_carlo.hpp"

#include <algorithm>
#include <cmath>

#include "boa/acquisition/workspaces.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

/// Per outcome: what does not change from call to call.
struct OutcomeCache {
  gp::FixedPoints fixed;   // leading points, r of them
  Matrix leading_samples;  // S x r
};

/// Per outcome: one call's factorisation, kept for the way back.
struct OutcomeState {
  gp::JointPosterior posterior;  // of [X; trailing]
  Matrix cross_root;             // k x r: rows of L in front of the points' own block
  Matrix root;                   // k x k lower triangular
  bool degenerate = false;       // the points are known exactly: no gradient through the root
};

/// One call's storage, reused.
struct Workspace {
  std::vector<OutcomeState> states;
  Samples samples;
  Samples d_samples;
  Matrix whole;  // gradient at X and trailing points
  void prepare(std::size_t m) {
    states.resize(m);
    samples.resize(m);
    d_samples.resize(m);
  }
};

/// Points whose posteriors are computed together: large enough for matrix products, small enough for their joint
/// covariance.
constexpr Index kBlock = 64;

Matrix stack(const Matrix& top, const Matrix& bottom) {
  Matrix result(top.rows() + bottom.rows(), std::max(top.cols(), bottom.cols()));
  if (top.rows() > 0) result.topRows(top.rows()) = top;
  if (bottom.rows() > 0) result.bottomRows(bottom.rows()) = bottom;
  return result;
}

class MonteCarloAcquisition final : public AcquisitionFunction {
 public:
  MonteCarloAcquisition(MonteCarloSpec spec, UtilityFactory make_utility)
      : spec_(std::move(spec)), make_utility_(std::move(make_utility)) {
    BOA_CHECK(!spec_.models.empty() && spec_.base_samples.size() == spec_.models.size(), spec_.models.size(),
              spec_.base_samples.size());
    const Index r = spec_.leading.rows();
    caches_.resize(spec_.models.size());
    Samples leading;
    for (std::size_t j = 0; j < spec_.models.size(); ++j) {
      const Matrix& z = spec_.base_samples[j];
      BOA_CHECK(z.cols() >= r + spec_.trailing.rows(), z.cols(), r);
      if (r > 0) {
        caches_[j].fixed = spec_.models[j]->fix_points(spec_.leading);
        caches_[j].leading_samples =
            (z.leftCols(r) * caches_[j].fixed.root.transpose()).rowwise() + caches_[j].fixed.mean.transpose();
      } else {
        caches_[j].leading_samples.resize(z.rows(), 0);
      }
      leading.push_back(caches_[j].leading_samples);
    }
    utility_ = make_utility_(leading);
  }

  bool single_point() const override { return false; }
  bool has_rough_values() const override { return utility_->rough_samples() < num_samples(); }

 private:
  Index do_dim() const override { return spec_.models[0]->dim(); }
  Index num_samples() const { return spec_.base_samples[0].rows(); }

  void do_rough_values(const Matrix& X, Index q, Vector& values) const override {
    if (q > 1 || spec_.trailing.rows() > 0) return do_values(X, q, values);
    values_of_single_points(X, utility_->rough_samples(), values);
  }

  void do_values(const Matrix& X, Index q, Vector& values) const override {
    if (q == 1 && spec_.trailing.rows() == 0) {
      values_of_single_points(X, num_samples(), values);
      return;
    }
    const auto space = workspaces_.take();
    space->prepare(spec_.models.size());
    for (Index i = 0; i < values.size(); ++i) {
      sample(X.middleRows(i * q, q), space->states, space->samples);
      values[i] = utility_->evaluate(space->samples, nullptr);
    }
  }

  /// Sets of one point each, in blocks: the last row of each point's root is all it needs, [L21, l22] with
  /// L21 = S21 L11^-T, l22^2 = s22 - |L21|^2. Of the first `num` samples.
  void values_of_single_points(const Matrix& X, Index num, Vector& values) const {
    const std::size_t m = spec_.models.size();
    const Index r = spec_.leading.rows();
    std::vector<Matrix> blocks(m);  // S x points of the block
    Samples samples(m);
    gp::JointPosterior posterior;
    Matrix cross, row;
    Vector mean, variance;
    for (Index from = 0; from < X.rows(); from += kBlock) {
      const Index count = std::min(kBlock, X.rows() - from);
      for (std::size_t j = 0; j < m; ++j) {
        const auto z = spec_.base_samples[j].topRows(num);
        if (r == 0) {
          spec_.models[j]->marginals(X.middleRows(from, count), mean, variance);
          blocks[j].setZero(num, count);
        } else {
          spec_.models[j]->joint(X.middleRows(from, count), posterior);
          spec_.models[j]->cross_covariance(posterior, caches_[j].fixed, cross);
          row = cross.transpose();
          math::solve_lower_in_place(caches_[j].fixed.root, row);  // r x count
          mean = posterior.mean;
          variance = posterior.covariance.diagonal() - row.colwise().squaredNorm().transpose();
          blocks[j].noalias() = z.leftCols(r) * row;
        }
        blocks[j].noalias() += z.col(r) * variance.cwiseMax(0.0).cwiseSqrt().transpose();
        blocks[j].rowwise() += mean.transpose();
      }
      for (Index i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < m; ++j) samples[j] = blocks[j].col(i);
        values[from + i] = utility_->evaluate(samples, nullptr);
      }
    }
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const auto space = workspaces_.take();
    space->prepare(spec_.models.size());
    sample(X, space->states, space->samples);
    if (!gradient) return utility_->evaluate(space->samples, nullptr);
    const double value = utility_->evaluate(space->samples, &space->d_samples);
    space->whole.setZero(X.rows() + spec_.trailing.rows(), X.cols());
    for (std::size_t j = 0; j < space->samples.size(); ++j) {
      backward(j, space->states[j], space->d_samples[j], space->whole);
    }
    *gradient = space->whole.topRows(X.rows());
    return value;
  }

  void sample(const Matrix& X, std::vector<OutcomeState>& states, Samples& samples) const {
    const Index r = spec_.leading.rows();
    const Matrix points = spec_.trailing.rows() > 0 ? stack(X, spec_.trailing) : X;
    const Index k = points.rows();
    for (std::size_t j = 0; j < samples.size(); ++j) {
      OutcomeState& state = states[j];
      const Matrix& z = spec_.base_samples[j];
      BOA_CHECK(z.cols() >= r + k, z.cols(), r + k);
      spec_.models[j]->joint(points, state.posterior);
      Matrix schur = state.posterior.covariance;
      if (r > 0) {
        spec_.models[j]->cross_covariance(state.posterior, caches_[j].fixed, state.cross_root);
        Matrix transposed = state.cross_root.transpose();
        math::solve_lower_in_place(caches_[j].fixed.root, transposed);  // L21' = L11^-1 S12
        state.cross_root = transposed.transpose();
        schur.noalias() -= state.cross_root * transposed;
      }
      factorise(schur, state);
      samples[j].noalias() = z.middleCols(r, k) * state.root.transpose();
      if (r > 0) samples[j].noalias() += z.leftCols(r) * state.cross_root.transpose();
      samples[j].rowwise() += state.posterior.mean.transpose();
    }
  }

  /// The points' own block of the root. Points that coincide with known ones leave a block that is zero but for
  /// rounding.
  static void factorise(const Matrix& schur, OutcomeState& state) {
    const double prior = state.posterior.covariance.diagonal().cwiseAbs().maxCoeff();
    state.root = schur;
    state.degenerate = false;
    if (math::cholesky_in_place(state.root)) {
      state.root = Matrix(state.root.triangularView<Eigen::Lower>());
      return;
    }
    for (double share = 1e-12; share < 1.0; share *= 10.0) {
      state.root = schur;
      state.root.diagonal().array() += share * std::max(prior, 1e-300);
      if (!math::cholesky_in_place(state.root)) continue;
      state.root = Matrix(state.root.triangularView<Eigen::Lower>());
      state.degenerate = schur.diagonal().minCoeff() <= 0.0;
      return;
    }
    state.root = Matrix::Zero(schur.rows(), schur.cols());
    state.degenerate = true;
  }

  /// Adjoint of sample(): d_samples (S x k) -> gradient of the points (k x d), added.
  void backward(std::size_t j, OutcomeState& state, const Matrix& d_samples, Matrix& gradient) const {
    const Index r = spec_.leading.rows();
    const Index k = d_samples.cols();
    const Matrix& z = spec_.base_samples[j];
    const Vector d_mean = d_samples.colwise().sum().transpose();
    Matrix d_covariance = Matrix::Zero(k, k);
    if (!state.degenerate) {
      const Matrix d_root = d_samples.transpose() * z.middleCols(r, k);
      d_covariance = math::cholesky_adjoint(state.root, d_root);
    }
    if (r > 0) {
      Matrix d_cross = d_samples.transpose() * z.leftCols(r);  // of L21, k x r
      d_cross.noalias() -= 2.0 * d_covariance * state.cross_root;
      Matrix transposed = d_cross.transpose();
      math::solve_lower_transposed_in_place(caches_[j].fixed.root, transposed);  // L21 = S21 L11^-T
      d_cross = transposed.transpose();
      spec_.models[j]->cross_backward(state.posterior, caches_[j].fixed, d_cross, gradient);
    }
    spec_.models[j]->joint_backward(state.posterior, d_mean, d_covariance, gradient);
  }

  std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const override {
    MonteCarloSpec spec = spec_;
    spec.leading = stack(spec_.leading, X_pending);
    const Index spare = spec.base_samples[0].cols() - spec.trailing.rows() - spec.leading.rows();
    if (spare < 1) throw UserInputError("there are not enough base samples for the pending points");
    return std::make_unique<MonteCarloAcquisition>(std::move(spec), make_utility_);
  }

  MonteCarloSpec spec_;
  UtilityFactory make_utility_;
  std::vector<OutcomeCache> caches_;
  std::unique_ptr<const SampleUtility> utility_;
  Workspaces<Workspace> workspaces_;
};

}  // namespace

std::vector<Matrix> make_base_samples(Index num_samples, Index points, Index outcomes, const util::Rng& rng) {
  // One sequence over all outcomes: sequences of the same dimensions, however scrambled, would depend on each other. A
  // point's outcomes stand together, so that more points leave the first columns as they are.
  const Index quasi = std::min(points * outcomes, math::Sobol::kMaxDimension);
  const Matrix z = math::sobol_normal(num_samples, quasi, rng.split("base samples"));
  util::Rng beyond = rng.split("base samples beyond");
  std::vector<Matrix> result(static_cast<std::size_t>(outcomes), Matrix(num_samples, points));
  for (Index k = 0; k < points * outcomes; ++k) {
    auto column = result[static_cast<std::size_t>(k % outcomes)].col(k / outcomes);
    if (k < quasi) {
      column = z.col(k);
    } else {
      for (Index s = 0; s < num_samples; ++s) column[s] = beyond.normal();
    }
  }
  return result;
}

std::unique_ptr<AcquisitionFunction> make_monte_carlo(MonteCarloSpec spec, UtilityFactory make_utility) {
  return std::make_unique<MonteCarloAcquisition>(std::move(spec), std::move(make_utility));
}

}  // namespace boa::acquisition
