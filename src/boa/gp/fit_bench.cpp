#include <benchmark/benchmark.h>

#include "boa/gp/blas_bound_bench.hpp"
#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"

// The inner loops of the models; `bound`: blas_bound_bench.hpp. A likelihood with its gradient needs one factorisation
// and one inverse, marginals one triangular solve.
namespace boa::gp {
namespace {

TrainingData make_data(Index n, Index d) {
  TrainingData data;
  data.X = math::Sobol(d, util::Rng(1)).draw(n);
  data.y = (3.0 * data.X.leftCols(2)).array().sin().rowwise().sum() + data.X.rowwise().mean().array();
  return data;
}

std::unique_ptr<Kernel> make_kernel_for(Index d) { return make_scale(1.0, make_matern(2.5, Vector::Ones(d))); }

Matrix covariance(const TrainingData& data) {
  Matrix A = (*make_kernel_for(data.X.cols()))(data.X, data.X);
  A.diagonal().array() += 1e-3;
  return A;
}

void likelihood_and_gradient(benchmark::State& state) {
  const TrainingData data = make_data(state.range(0), state.range(1));
  const auto kernel = make_kernel_for(data.X.cols());
  for (auto _ : state) benchmark::DoNotOptimize(log_marginal_likelihood(data.X, data.y, *kernel, 1e-3, 0.0));
  const Matrix A = covariance(data);
  Matrix L;
  report_bound(state, [&] {
    L = A;
    if (math::cholesky_in_place(L)) math::cholesky_inverse_lower_in_place(L);
  });
}

void fit(benchmark::State& state) {
  const TrainingData data = make_data(state.range(0), state.range(1));
  FitOptions options;
  options.kernel = "matern52";
  options.scaled = true;
  int evaluations = 0;
  for (auto _ : state) evaluations = fit_gp(data, options, util::Rng(1)).summary.evaluations;
  state.counters["evaluations"] = evaluations;
}

GaussianProcess make_model(const TrainingData& data) {
  GpParameters parameters;
  parameters.kernel = make_kernel_for(data.X.cols());
  return {data, parameters, standardize(data.y)};
}

void marginals_of_512_points(benchmark::State& state) {
  const TrainingData data = make_data(state.range(0), state.range(1));
  const GaussianProcess model = make_model(data);
  const Matrix X = math::Sobol(data.X.cols(), util::Rng(2)).draw(512);
  Vector mean, variance;
  for (auto _ : state) model.marginals(X, mean, variance);
  const Matrix K = (*make_kernel_for(data.X.cols()))(data.X, X);
  Matrix solved;
  report_bound(state, [&] {
    solved = K;
    math::solve_lower_in_place(model.factor(), solved);
  });
}

void joint_and_gradient(benchmark::State& state) {
  const TrainingData data = make_data(state.range(0), state.range(1));
  const GaussianProcess model = make_model(data);
  const Matrix X = Matrix::Constant(1, data.X.cols(), 0.4);
  Matrix gradient = Matrix::Zero(1, data.X.cols());
  JointPosterior posterior;
  for (auto _ : state) {
    model.joint(X, posterior);
    model.joint_backward(posterior, Vector::Ones(1), Matrix::Ones(1, 1), gradient);
  }
  Matrix v = Matrix::Ones(data.X.rows(), 1);
  report_bound(state, [&] {
    v.setOnes();
    math::solve_lower_in_place(model.factor(), v);
    math::solve_lower_transposed_in_place(model.factor(), v);
  });
}

BENCHMARK(likelihood_and_gradient)->Apply(sizes);
BENCHMARK(marginals_of_512_points)->Apply(sizes);
BENCHMARK(joint_and_gradient)->Apply(sizes);
BENCHMARK(fit)->Apply(sizes);

}  // namespace
}  // namespace boa::gp
