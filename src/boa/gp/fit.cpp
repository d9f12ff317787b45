#include "boa/gp/fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/gp/map_problem.hpp"
#include "boa/optim/minimize.hpp"
#include "boa/util/parallel.hpp"

namespace boa::gp {

namespace {

TrainingData finite_rows(const TrainingData& data) {
  std::vector<Index> kept;
  for (Index i = 0; i < data.X.rows(); ++i) {
    if (data.X.row(i).allFinite() && std::isfinite(data.y[i])) kept.push_back(i);
  }
  if (static_cast<Index>(kept.size()) == data.X.rows()) return data;
  TrainingData result;
  const Index n = static_cast<Index>(kept.size());
  result.X.resize(n, data.X.cols());
  result.y.resize(n);
  if (data.y_var.size() > 0) result.y_var.resize(n);
  for (Index i = 0; i < n; ++i) {
    const Index from = kept[static_cast<std::size_t>(i)];
    result.X.row(i) = data.X.row(from);
    result.y[i] = data.y[from];
    if (data.y_var.size() > 0) result.y_var[i] = data.y_var[from];
  }
  return result;
}

/// Noise variances after scaling, at least `least`; NaN where unknown. Infinite or negative ones count as unknown.
Vector scaled_noise(const TrainingData& data, const OutcomeScale& scale, double least) {
  Vector result = data.y_var;
  for (double& v : result) {
    v = std::isfinite(v) && v >= 0.0 ? std::max(v / (scale.scale * scale.scale), least) : std::nan("");
  }
  return result;
}

std::vector<Vector> make_starts(MapProblem& problem, const FitOptions& options, const util::Rng& rng) {
  std::vector<Vector> starts;
  const Vector typical = problem.start(nullptr);
  if (options.warm_start && options.warm_start->kernel.size() + 1 == typical.size()) {
    starts.push_back(problem.encode(options.warm_start->noise_variance, options.warm_start->kernel));
  }
  if (options.starts <= 0 && !starts.empty()) return starts;
  // The typical values of the priors, and the best of some draws from them; where one search is wanted, the best of
  // all.
  const bool typical_competes = options.starts == 1 && options.raw_starts > 0;
  if (!typical_competes) starts.push_back(typical);
  if (options.starts <= 1 && !typical_competes) return starts;
  std::vector<std::pair<double, Vector>> draws;
  if (typical_competes) draws.emplace_back(problem(typical, nullptr), typical);
  for (int k = 0; k < options.raw_starts; ++k) {
    util::Rng stream = rng.split("fit start", static_cast<std::uint64_t>(k));
    const Vector theta = problem.start(&stream);
    draws.emplace_back(problem(theta, nullptr), theta);
  }
  std::stable_sort(draws.begin(), draws.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const int wanted = typical_competes ? 1 : options.starts - 1;
  for (int k = 0; k < std::min(wanted, static_cast<int>(draws.size())); ++k) {
    const auto& [value, theta] = draws[static_cast<std::size_t>(k)];
    if (std::isfinite(value)) starts.push_back(theta);
  }
  return starts;
}

/// Of the columns but that of tasks; null if there are none.
std::unique_ptr<Kernel> data_kernel(Index d, const FitOptions& options) {
  std::vector<Index> categorical;
  for (const Index j : options.categorical_columns) {
    if (!(options.tasks && j == options.tasks->column)) categorical.push_back(j);
  }
  const std::vector<Index> continuous = number_columns(d, options);
  if (continuous.empty() && categorical.empty()) return nullptr;
  std::unique_ptr<Kernel> kernel;
  if (categorical.empty()) {
    kernel = make_ard(options.kernel, static_cast<Index>(continuous.size()));
    if (options.tasks) kernel->set_active_dims(continuous);
    if (options.kernel == "linear") return kernel;
  } else if (continuous.empty()) {
    kernel = make_categorical(Vector::Ones(static_cast<Index>(categorical.size())));
    if (options.tasks) kernel->set_active_dims(categorical);
  } else {
    return make_mixed(options.kernel, continuous, categorical);
  }
  return options.scaled ? make_scale(1.0, std::move(kernel)) : std::move(kernel);
}

std::unique_ptr<Kernel> default_kernel(Index d, const FitOptions& options) {
  std::unique_ptr<Kernel> data = data_kernel(d, options);
  const std::vector<Index> numbers = number_columns(d, options);
  if (options.warp_inputs && !numbers.empty()) {
    const Vector unwarped = Vector::Ones(static_cast<Index>(numbers.size()));
    data = make_warp(numbers, unwarped, unwarped, std::move(data));
  }
  if (!options.tasks) return data ? std::move(data) : make_ard(options.kernel, 0);
  return data ? make_multi_task(std::move(data), *options.tasks) : make_task_kernel(*options.tasks);
}

/// Local searches from every start; the best end. Typical hyperparameters, with a message, where none can be
/// factorised.
Vector search(MapProblem& problem, const FitOptions& options, const util::Rng& rng, FitSummary& summary) {
  const std::vector<Vector> starts = make_starts(problem, options, rng);
  if (options.max_evaluations == 0) return starts.front();
  Vector best = problem.start(nullptr);
  double best_value = std::numeric_limits<double>::infinity();
  std::vector<optim::MinimizeResult> ends(starts.size());
  const auto search_from = [&](std::size_t k, MapProblem& own) {
    const auto objective = [&own](const Vector& theta, Vector* gradient) { return own(theta, gradient); };
    ends[k] = optim::minimize(objective, starts[k], own.lower(), own.upper(),
                              {.max_evaluations = options.max_evaluations,
                               .relative_f_tolerance = options.relative_tolerance,
                               .absolute_f_tolerance = options.absolute_tolerance});
  };
  if (options.threads > 1 && starts.size() > 1) {
    // A problem holds what an evaluation needs: each search has its own.
    std::vector<std::unique_ptr<MapProblem>> problems;
    for (std::size_t k = 0; k < starts.size(); ++k) problems.push_back(problem.fresh());
    util::parallel_for(starts.size(), options.threads, [&](std::size_t k) { search_from(k, *problems[k]); });
    for (const auto& own : problems) problem.add_evaluations(own->evaluations());
  } else {
    for (std::size_t k = 0; k < starts.size(); ++k) search_from(k, problem);
  }
  for (const optim::MinimizeResult& local : ends) {
    ++summary.starts;
    if (!(local.value < best_value)) continue;
    best_value = local.value;
    best = local.x;
    summary.converged = local.converged();
  }
  if (best_value < 1e99) return best;
  summary.message = "no hyperparameters could be fitted; typical ones are used";
  return problem.start(nullptr);
}

}  // namespace

FitResult fit_gp(const TrainingData& data, const FitOptions& options, const util::Rng& rng) {
  return fit_gp(data, *default_kernel(data.X.cols(), options), options, rng);
}

FitResult fit_gp(const TrainingData& given, const Kernel& kernel, const FitOptions& options, const util::Rng& rng) {
  TrainingData data = finite_rows(given);
  const OutcomeScale scale = options.standardize ? standardize(data.y) : OutcomeScale{};
  const Vector noise = scaled_noise(data, scale, options.fixed_noise_min);
  for (Index i = 0; i < noise.size(); ++i) {
    if (std::isnan(noise[i])) data.y_var[i] = noise[i];
  }
  const bool own_priors = options.priors.lengthscale || options.priors.outputscale || options.priors.noise;
  PriorSet priors = own_priors ? options.priors : default_priors(data.X.cols() - (options.tasks ? 1 : 0));
  if (options.tasks && !priors.covar_factor) priors.covar_factor = task_factor_prior(options.tasks->num_tasks);
  if (options.tasks && !priors.var) priors.var = task_variance_prior();
  if (options.warp_inputs && !priors.concentration) priors.concentration = make_log_normal(0.0, std::sqrt(0.75));
  const Vector y = (data.y.array() - scale.offset) / scale.scale;

  FitResult result;
  MapProblem problem(data.X, y, noise, kernel, options, priors);
  const Vector theta = y.size() > 0 ? search(problem, options, rng, result.summary) : problem.start(nullptr);
  if (y.size() == 0) result.summary.message = "there are no observations to fit to";
  result.hyperparameters = problem.hyperparameters_at(theta);
  GpParameters parameters;
  parameters.noise_variance = result.hyperparameters.noise_variance;
  parameters.fixed_noise_min = options.fixed_noise_min;
  std::unique_ptr<Kernel> fitted = kernel.clone();
  fitted->set_values(result.hyperparameters.kernel);
  parameters.kernel = std::move(fitted);
  if (y.size() > 0) result.summary.map_objective = problem.evaluate(result.hyperparameters);
  result.summary.evaluations = problem.evaluations();
  const bool is_factorised = y.size() > 0 && std::isfinite(result.summary.map_objective);
  problem.write_mean(parameters, is_factorised);
  if (options.tasks) {
    parameters.task_column = options.tasks->column;
    parameters.task_noise = Vector::Constant(options.tasks->num_tasks, parameters.noise_variance);
  }
  result.model = std::make_shared<const GaussianProcess>(std::move(data), std::move(parameters), scale,
                                                         is_factorised ? problem.take_factor() : Matrix());
  return result;
}

}  // namespace boa::gp
