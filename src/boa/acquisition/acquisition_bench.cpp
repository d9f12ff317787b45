#include <benchmark/benchmark.h>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/gp/blas_bound_bench.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"

// Acquisition functions: a value with its gradient, as an ascent asks for it, and the values of many candidates.
// `bound` (gp/blas_bound_bench.hpp): the triangular solves with the model's factor that they cannot do without.
namespace boa::acquisition {
namespace {

constexpr Index kBatch = 4;
constexpr Index kSamples = 128;
constexpr Index kCandidates = 512;

std::shared_ptr<const gp::GaussianProcess> make_model(Index n, Index d) {
  gp::TrainingData data;
  data.X = math::Sobol(d, util::Rng(1)).draw(n);
  data.y = (3.0 * data.X.leftCols(2)).array().sin().rowwise().sum() + data.X.rowwise().mean().array();
  gp::GpParameters parameters;
  parameters.kernel = gp::make_scale(1.0, gp::make_matern(2.5, Vector::Ones(d)));
  parameters.noise_variance = 1e-3;
  const gp::OutcomeScale scale = gp::standardize(data.y);
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters), scale);
}

/// Solving with the factor, and its transpose, for `columns` right-hand sides.
void report_solves(benchmark::State& state, const gp::GaussianProcess& model, Index columns, bool transposed) {
  Matrix solved;
  gp::report_bound(state, [&] {
    solved = Matrix::Ones(model.factor().rows(), columns);
    math::solve_lower_in_place(model.factor(), solved);
    if (transposed) math::solve_lower_transposed_in_place(model.factor(), solved);
  });
}

void log_ei_and_gradient(benchmark::State& state) {
  const auto model = make_model(state.range(0), state.range(1));
  const auto function = make_log_ei({model}, {}, 1.0);
  const Matrix X = Matrix::Constant(1, state.range(1), 0.4);
  Matrix gradient;
  for (auto _ : state) benchmark::DoNotOptimize(function->value_and_gradient(X, &gradient));
  report_solves(state, *model, 1, true);
}

void log_ei_of_512_points(benchmark::State& state) {
  const auto model = make_model(state.range(0), state.range(1));
  const auto function = make_log_ei({model}, {}, 1.0);
  const Matrix X = math::Sobol(state.range(1), util::Rng(2)).draw(kCandidates);
  for (auto _ : state) benchmark::DoNotOptimize(function->values(X));
  report_solves(state, *model, kCandidates, false);
}

void qlogei_of_4_points_and_gradient(benchmark::State& state) {
  const auto model = make_model(state.range(0), state.range(1));
  MonteCarloSpec spec;
  spec.models = {model};
  spec.leading.resize(0, state.range(1));
  spec.trailing.resize(0, state.range(1));
  spec.base_samples = make_base_samples(kSamples, kBatch, 1, util::Rng(3));
  const auto function = make_qlogei(std::move(spec), 1.0);
  const Matrix X = math::Sobol(state.range(1), util::Rng(2)).draw(kBatch);
  Matrix gradient;
  for (auto _ : state) benchmark::DoNotOptimize(function->value_and_gradient(X, &gradient));
  report_solves(state, *model, kBatch, true);
}

BENCHMARK(log_ei_and_gradient)->Apply(gp::sizes);
BENCHMARK(log_ei_of_512_points)->Apply(gp::sizes);
BENCHMARK(qlogei_of_4_points_and_gradient)->Apply(gp::sizes);

}  // namespace
}  // namespace boa::acquisition
