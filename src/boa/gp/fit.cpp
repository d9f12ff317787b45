#include "boa/gp/fit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/special.hpp"
#include "boa/optim/minimize.hpp"
#include "boa/util/error.hpp"
#include "boa/util/parallel.hpp"

namespace boa::gp {
namespace {

constexpr double kMaxNoise = 1e2;  // in units of the outcome's variance

/// To six digits, by way of text: the decimal number that is remembered is the one that is used.
double rounded(double x) { return std::strtod(fmt::format("{:.6g}", x).c_str(), nullptr); }

/// The columns that hold numbers, neither categories nor tasks.
std::vector<Index> number_columns(Index d, const FitOptions& options) {
  const std::set<Index> codes(options.categorical_columns.begin(), options.categorical_columns.end());
  std::vector<Index> columns;
  for (Index j = 0; j < d; ++j) {
    if (!codes.contains(j) && !(options.tasks && j == options.tasks->column)) columns.push_back(j);
  }
  return columns;
}

MeanBasis mean_basis(const Matrix& X, const FitOptions& options) {
  BOA_CHECK(!options.tasks || !options.linear_mean, "tasks have means of their own");
  if (options.tasks) return MeanBasis::of_tasks(X, *options.tasks);
  if (options.linear_mean) return MeanBasis::linear(X, number_columns(X.cols(), options));
  return MeanBasis::constant(X.rows());
}

/// Maximizes the MAP objective over theta = (log noise, kernel hyperparameters in logs where positive). The optimum of
/// the mean given the rest is in closed form (generalized least squares): it is profiled out.
class MapProblem {
 public:
  MapProblem(const Matrix& X, const Vector& y, const Vector& fixed_noise, const Kernel& kernel,
             const FitOptions& options, const PriorSet& priors)
      : X_(X),
        y_(y),
        fixed_noise_(fixed_noise),
        kernel_(kernel.clone()),
        options_(options),
        priors_(priors),
        mean_(mean_basis(X, options)) {
    infer_noise_ = fixed_noise.size() == 0 || fixed_noise.array().isNaN().any();
    for (const Hyperparameter& h : kernel.hyperparameters()) {
      parameters_.push_back(h);
      if (h.name == "lengthscale") parameters_.back().lower = std::max(h.lower, options.lengthscale_min);
      if (options.tasks && h.name == "covar_factor")
        parameters_.back() = {h.name, h.value, kMinTaskFactor, kMaxTaskFactor, true};
    }
    leave_one_out_ = options.leave_one_out;
    noise_min_ = options.noise_min;
    const Index size = static_cast<Index>(parameters_.size()) + 1;
    lower_.resize(size);
    upper_.resize(size);
    lower_[0] = std::log(noise_min_);
    upper_[0] = std::log(kMaxNoise);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Hyperparameter& h = parameters_[i];
      const Index k = static_cast<Index>(i) + 1;
      lower_[k] = h.positive ? std::log(h.lower) : h.lower;
      upper_[k] = h.positive ? std::log(h.upper) : h.upper;
    }
    // Noise that is known everywhere leaves its coordinate at rest.
    if (!infer_noise_) upper_[0] = lower_[0];
  }

  const Vector& lower() const { return lower_; }
  const Vector& upper() const { return upper_; }
  int evaluations() const { return evaluations_; }
  void add_evaluations(int more) { evaluations_ += more; }

  /// The same problem with storage of its own.
  std::unique_ptr<MapProblem> fresh() const {
    return std::make_unique<MapProblem>(X_, y_, fixed_noise_, *kernel_, options_, priors_);
  }

  Vector encode(double noise, const Vector& kernel_values) const {
    Vector theta = Vector::Constant(lower_.size(), std::log(noise));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Index k = static_cast<Index>(i);
      theta[k + 1] = parameters_[i].positive ? std::log(kernel_values[k]) : kernel_values[k];
    }
    return theta.cwiseMax(lower_).cwiseMin(upper_);
  }

  Vector decode(const Vector& theta) const {
    Vector values(static_cast<Index>(parameters_.size()));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Index k = static_cast<Index>(i);
      values[k] = parameters_[i].positive ? std::exp(theta[k + 1]) : theta[k + 1];
    }
    return values;
  }

  /// A start at the typical values of the priors (`rng` null), or a draw from them.
  Vector start(util::Rng* rng) const {
    const auto pick = [rng](const Prior* prior, double fallback) {
      if (!prior) return rng ? fallback * std::exp(rng->normal()) : fallback;
      return rng ? prior->sample(*rng) : prior->mode_in_log();
    };
    Vector values(static_cast<Index>(parameters_.size()));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Hyperparameter& h = parameters_[i];
      // Of tasks the kernel has the typical values.
      const bool is_of_tasks = h.name == "covar_factor" || h.name == "var";
      const Prior* prior = is_of_tasks && !rng ? nullptr : priors_.find(h.name);
      values[static_cast<Index>(i)] = h.positive ? pick(prior, h.value) : (rng ? h.value + rng->normal() : h.value);
    }
    return encode(std::max(pick(priors_.noise.get(), 1e-2), noise_min_), values);
  }

  /// Negative MAP objective and its gradient in theta.
  double operator()(const Vector& theta, Vector* gradient) {
    ++evaluations_;
    const double noise = std::exp(theta[0]);
    const Vector values = decode(theta);
    kernel_->set_values(values);
    if (leave_one_out_) return pseudo_objective(noise, values, gradient);
    if (!factorise(noise, gradient != nullptr)) return std::numeric_limits<double>::infinity();
    const Index n = y_.size();
    const double likelihood = log_likelihood();
    const Likelihood prior = log_prior(*kernel_, noise, infer_noise_ ? priors_ : without_noise());
    if (gradient) {
      math::cholesky_inverse_lower_in_place(A_);
      double d_noise = 0.0;
      for (Index j = 0; j < n; ++j) {
        A_.col(j).tail(n - j) = 0.5 * (alpha_[j] * alpha_.tail(n - j) - A_.col(j).tail(n - j));
        if (fixed_noise_.size() == 0 || std::isnan(fixed_noise_[j])) d_noise += A_(j, j);
      }
      d_kernel_ = prior.d_kernel;
      kernel_->add_gram_gradient(X_, A_, cache_, d_kernel_);
      write_gradient(d_noise + prior.d_noise, d_kernel_, noise, values, *gradient);
    }
    return -(likelihood + prior.value);
  }

  Hyperparameters hyperparameters_at(const Vector& theta) const {
    Hyperparameters result{rounded(std::exp(theta[0])), decode(theta)};
    for (double& value : result.kernel) value = rounded(value);
    return result;
  }

  /// MAP objective there; leaves mean() and factor() behind. Minus infinity if A cannot be factorised.
  double evaluate(const Hyperparameters& at) {
    ++evaluations_;
    kernel_->set_values(at.kernel);
    if (!factorise(at.noise_variance, false)) return -std::numeric_limits<double>::infinity();
    if (leave_one_out_) return -pseudo_objective(at.noise_variance, at.kernel, nullptr);
    return log_likelihood() + log_prior(*kernel_, at.noise_variance, infer_noise_ ? priors_ : without_noise()).value;
  }

  /// Sets the mean as it is where it was evaluated last; nothing of it is known if that failed.
  void write_mean(GpParameters& parameters, bool is_known) const {
    if (options_.tasks) {
      parameters.task_means = mean_.by_task(is_known ? coefficients_ : Vector::Zero(mean_.values().cols()));
    } else if (options_.linear_mean && is_known) {
      parameters.mean_slopes = mean_.slopes(coefficients_);
      parameters.mean_constant = mean_.constant_at_zero(coefficients_);
    } else if (is_known) {
      parameters.mean_constant = coefficients_[0];
    }
  }
  /// Cholesky factor of K + noise where it was evaluated last, without gradient; what stands above the diagonal is
  /// unspecified.
  Matrix&& take_factor() { return std::move(A_); }

 private:
  /// Of the negative objective in theta, from that of the objective in natural scale.
  void write_gradient(double d_noise, const Vector& d_kernel, double noise, const Vector& values,
                      Vector& gradient) const {
    gradient[0] = infer_noise_ ? -noise * d_noise : 0.0;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Index k = static_cast<Index>(i);
      gradient[k + 1] = -d_kernel[k] * (parameters_[i].positive ? values[k] : 1.0);
    }
  }

  /// Negative MAP objective by leaving one out; the mean is at its optimum, so that it adds nothing to the gradient.
  double pseudo_objective(double noise, const Vector& values, Vector* gradient) {
    try {
      coefficients_ = loo_means(X_, y_, *kernel_, noise, mean_, fixed_noise_);
      const Vector residual = y_ - mean_.values() * coefficients_;
      const Likelihood loo = loo_pseudo_likelihood(X_, residual, *kernel_, noise, 0.0, fixed_noise_);
      const Likelihood prior = log_prior(*kernel_, noise, infer_noise_ ? priors_ : without_noise());
      if (gradient)
        write_gradient(loo.d_noise + prior.d_noise, loo.d_kernel + prior.d_kernel, noise, values, *gradient);
      if (std::isfinite(loo.value)) return -(loo.value + prior.value);
    } catch (const NumericalError&) {  // as bad as can be
    }
    return std::numeric_limits<double>::infinity();
  }

  /// With the prior of the mean.
  double log_likelihood() const {
    return -0.5 * residual_.dot(alpha_) - 0.5 * math::cholesky_log_determinant(A_) -
           static_cast<double>(y_.size()) * math::kLogSqrt2Pi + mean_.log_prior(coefficients_);
  }

  bool factorise(double noise, bool with_cache) {
    const Index n = y_.size();
    if (with_cache) {
      kernel_->gram_lower(X_, A_, cache_);
    } else {
      kernel_->gram_lower(X_, A_);
    }
    for (Index i = 0; i < n; ++i) {
      A_(i, i) += fixed_noise_.size() > 0 && !std::isnan(fixed_noise_[i]) ? fixed_noise_[i] : noise;
    }
    if (!math::cholesky_in_place(A_)) return false;
    basis_ = mean_.values();
    math::solve_lower_in_place(A_, basis_);
    alpha_ = y_;
    math::solve_lower_in_place(A_, alpha_);
    if (!basis_.allFinite()) return false;
    coefficients_ = mean_.regress(basis_, alpha_);
    residual_ = y_;
    for (Index k = 0; k < basis_.cols(); ++k) {
      alpha_ -= coefficients_[k] * basis_.col(k);
      residual_ -= coefficients_[k] * mean_.values().col(k);
    }
    math::solve_lower_transposed_in_place(A_, alpha_);
    return coefficients_.allFinite();
  }

  PriorSet without_noise() const {
    PriorSet rest = priors_;
    rest.noise = nullptr;
    return rest;
  }

  const Matrix& X_;
  const Vector& y_;
  const Vector& fixed_noise_;
  std::unique_ptr<Kernel> kernel_;
  const FitOptions& options_;
  const PriorSet& priors_;
  std::vector<Hyperparameter> parameters_;
  bool infer_noise_ = true;
  bool leave_one_out_ = false;
  double noise_min_;
  Vector lower_, upper_;
  int evaluations_ = 0;
  Matrix A_;
  GramCache cache_;
  MeanBasis mean_;
  Matrix basis_;  // of the mean, solved by the factor of A
  Vector alpha_, residual_, d_kernel_;
  Vector coefficients_;  // of the mean
};

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
