#include "boa/gp/fit_input.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/gp/map_problem.hpp"

namespace boa::gp {

namespace {

TrainingData finite_rows(const TrainingData& data) {
  std::vector<Index> kept;
  for (Index i = 0; i < data.X.rows(); ++i) {
    if (data.X.row(i).allFinite() && std::isfinite(data.y[i])) kept.push_back(i);
  }
  if (static_cast<Index>(kept.size()) == data.X.rows()) return data;
  return {data.X(kept, Eigen::all), data.y(kept), data.y_var.size() > 0 ? Vector(data.y_var(kept)) : Vector()};
}

/// Noise variances after scaling, at least `least`; NaN where unknown. Infinite or negative ones count as unknown.
Vector scaled_noise(const TrainingData& data, const OutcomeScale& scale, double least) {
  Vector result = data.y_var;
  for (double& v : result) {
    v = std::isfinite(v) && v >= 0.0 ? std::max(v / (scale.scale * scale.scale), least) : std::nan("");
  }
  return result;
}

bool is_fidelity(Index column, const FitOptions& options) {
  const std::vector<Index>& columns = options.fidelity_columns;
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// Of the columns but those of tasks and fidelities; null if there are none.
std::unique_ptr<Kernel> data_kernel(Index d, const FitOptions& options) {
  std::vector<Index> categorical;
  for (const Index j : options.categorical_columns) {
    if (!(options.tasks && j == options.tasks->column)) categorical.push_back(j);
  }
  std::vector<Index> continuous = number_columns(d, options);
  std::erase_if(continuous, [&](Index j) { return is_fidelity(j, options); });
  if (continuous.empty() && categorical.empty()) return nullptr;
  std::unique_ptr<Kernel> kernel;
  if (categorical.empty()) {
    kernel = make_ard(options.kernel, static_cast<Index>(continuous.size()));
    if (static_cast<Index>(continuous.size()) < d) kernel->set_active_dims(continuous);
    if (options.kernel == "linear") return kernel;
  } else if (continuous.empty()) {
    kernel = make_categorical(Vector::Ones(static_cast<Index>(categorical.size())));
    if (static_cast<Index>(categorical.size()) < d) kernel->set_active_dims(categorical);
  } else {
    return make_mixed(options.kernel, continuous, categorical);
  }
  return options.scaled ? make_scale(1.0, std::move(kernel)) : std::move(kernel);
}

}  // namespace

FitInput make_fit_input(const TrainingData& given, const FitOptions& options) {
  FitInput input{finite_rows(given), {}, {}, {}, options.priors};
  if (options.standardize) input.scale = standardize(input.data.y);
  input.noise = scaled_noise(input.data, input.scale, options.fixed_noise_min);
  for (Index i = 0; i < input.noise.size(); ++i) {
    if (std::isnan(input.noise[i])) input.data.y_var[i] = input.noise[i];
  }
  input.y = (input.data.y.array() - input.scale.offset) / input.scale.scale;
  PriorSet& priors = input.priors;
  if (!priors.lengthscale && !priors.outputscale && !priors.noise) {
    priors = default_priors(given.X.cols() - (options.tasks ? 1 : 0));
  }
  if (options.tasks && !priors.covar_factor) priors.covar_factor = task_factor_prior(options.tasks->num_tasks);
  if (options.tasks && !priors.var) priors.var = task_variance_prior();
  if (!options.fidelity_columns.empty() && !priors.fidelity_lengthscale) priors.fidelity_lengthscale = fidelity_prior();
  if (options.warp_inputs && !priors.concentration) priors.concentration = make_log_normal(0.0, std::sqrt(0.75));
  return input;
}

std::vector<Index> number_columns(Index d, const FitOptions& options) {
  const std::vector<Index>& codes = options.categorical_columns;
  std::vector<Index> columns;
  for (Index j = 0; j < d; ++j) {
    if (std::find(codes.begin(), codes.end(), j) == codes.end() && !(options.tasks && j == options.tasks->column))
      columns.push_back(j);
  }
  return columns;
}

std::unique_ptr<Kernel> default_kernel(Index d, const FitOptions& options) {
  std::unique_ptr<Kernel> data = data_kernel(d, options);
  if (!options.fidelity_columns.empty()) {
    std::vector<std::unique_ptr<Kernel>> factors;
    if (data) factors.push_back(std::move(data));
    const bool needs_scale = !data && options.scaled;
    factors.push_back(make_fidelity_kernel(options.fidelity_columns));
    data = make_product(std::move(factors));
    if (needs_scale) data = make_scale(1.0, std::move(data));
  }
  const std::vector<Index> numbers = number_columns(d, options);
  if (options.warp_inputs && !numbers.empty()) {
    const Vector unwarped = Vector::Ones(static_cast<Index>(numbers.size()));
    data = make_warp(numbers, unwarped, unwarped, std::move(data));
  }
  if (!options.tasks) return data ? std::move(data) : make_ard(options.kernel, 0);
  return data ? make_multi_task(std::move(data), *options.tasks) : make_task_kernel(*options.tasks);
}

ModelAt model_at(const Hyperparameters& hyperparameters, MapProblem& problem, const FitInput& input,
                 const Kernel& kernel, const FitOptions& options) {
  ModelAt result;
  if (input.y.size() > 0) result.objective = problem.evaluate(hyperparameters);
  const bool is_factorised = input.y.size() > 0 && std::isfinite(result.objective);
  GpParameters parameters;
  parameters.noise_variance = hyperparameters.noise_variance;
  parameters.fixed_noise_min = options.fixed_noise_min;
  std::unique_ptr<Kernel> own = kernel.clone();
  own->set_values(hyperparameters.kernel);
  parameters.kernel = std::move(own);
  problem.write_mean(parameters, is_factorised);
  if (options.tasks) {
    parameters.task_column = options.tasks->column;
    parameters.task_noise = Vector::Constant(options.tasks->num_tasks, parameters.noise_variance);
  }
  result.model = std::make_shared<const GaussianProcess>(input.data, std::move(parameters), input.scale,
                                                         is_factorised ? problem.take_factor() : Matrix());
  return result;
}

}  // namespace boa::gp
