#include <cmath>

#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"
#include "reference.hpp"

namespace boa::reference {
namespace {

Node sobol_points(const Node& in) {
  math::Sobol sequence(static_cast<Index>(in.at("d").as_int()));
  sequence.skip(static_cast<std::uint64_t>(in.at("skip").as_int()));
  return Node::object({{"points", to_node(sequence.draw(static_cast<Index>(in.at("n").as_int())))}});
}

Node kernel_matrix(const Node& in) {
  const auto kernel = gp::make_kernel(in.at("kernel"));
  return Node::object({{"K", to_node((*kernel)(matrix(in.at("X1")), matrix(in.at("X2"))))}});
}

Node kernel_matrix_grad(const Node& in) {
  const auto kernel = gp::make_kernel(in.at("kernel"));
  const Matrix X1 = matrix(in.at("X1")), X2 = matrix(in.at("X2"));
  Vector slopes = Vector::Zero(kernel->num_hyperparameters());
  Matrix gradient = Matrix::Zero(X1.rows(), X1.cols());
  kernel->add_gradient(X1, X2, matrix(in.at("W")), &slopes, &gradient);
  return Node::object(
      {{"K", to_node((*kernel)(X1, X2))}, {"grad_kernel", kernel->to_node(slopes)}, {"grad_X1", to_node(gradient)}});
}

Matrix diagonals(const std::vector<Matrix>& covariances) {
  Matrix result(covariances[0].rows(), static_cast<Index>(covariances.size()));
  for (std::size_t j = 0; j < covariances.size(); ++j) result.col(static_cast<Index>(j)) = covariances[j].diagonal();
  return result;
}

Node gp_posterior(const Node& in) {
  const auto models = models_of(in.at("gp"));
  const Matrix X = matrix(in.at("X_test"));
  Matrix mean(X.rows(), static_cast<Index>(models.size())), observed(mean);
  std::vector<Matrix> covariance;
  for (std::size_t j = 0; j < models.size(); ++j) {
    gp::JointPosterior posterior;
    models[j]->joint(X, posterior);
    mean.col(static_cast<Index>(j)) = posterior.mean;
    observed.col(static_cast<Index>(j)) = posterior.covariance.diagonal() + models[j]->observation_noise(X);
    covariance.push_back(posterior.covariance);
  }
  return Node::object({{"mean", to_node(mean)},
                       {"variance", to_node(diagonals(covariance))},
                       {"covariance", to_node(covariance)},
                       {"variance_observed", to_node(observed)}});
}

Node gp_posterior_samples(const Node& in) {
  const auto models = models_of(in.at("gp"));
  const Matrix X = matrix(in.at("X_test"));
  const std::vector<Matrix> z = base_samples(in.at("base_samples"));
  std::vector<Matrix> samples(static_cast<std::size_t>(z[0].rows()), Matrix(X.rows(), static_cast<Index>(z.size())));
  for (std::size_t j = 0; j < models.size(); ++j) {
    gp::JointPosterior posterior;
    models[j]->joint(X, posterior);
    const Matrix root = math::psd_safe_cholesky(posterior.covariance).L;
    for (std::size_t s = 0; s < samples.size(); ++s) {
      samples[s].col(static_cast<Index>(j)) = posterior.mean + root * z[j].row(static_cast<Index>(s)).transpose();
    }
  }
  return Node::object({{"samples", to_node(samples)}});
}

Node mtgp_posterior(const Node& in) {
  gp::GpParameters parameters;
  const Index task = static_cast<Index>(in.at("task_column").as_int());
  const Matrix X = matrix(in.at("train_X")), X_test = matrix(in.at("X_test"));
  std::vector<Index> others;
  for (Index j = 0; j < X.cols(); ++j) {
    if (j != task) others.push_back(j);
  }
  std::vector<std::unique_ptr<gp::Kernel>> factors;
  factors.push_back(gp::make_kernel(in.at("data_kernel")));
  factors.push_back(gp::make_positive_index(matrix(in.at("task_covar_factor")), vector(in.at("task_var")),
                                            static_cast<Index>(in.at("target_task_index").as_int())));
  factors[0]->set_active_dims(others);
  factors[1]->set_active_dims({task});
  parameters.kernel = gp::make_product(std::move(factors));
  parameters.task_column = task;
  parameters.task_means = vector(in.at("task_means"));
  parameters.task_noise = vector(in.at("task_noise_variances"));
  const gp::GaussianProcess model({X, matrix(in.at("train_Y")).col(0), {}}, parameters);
  gp::JointPosterior posterior;
  model.joint(X_test, posterior);
  const Vector observed = posterior.covariance.diagonal() + model.observation_noise(X_test);
  return Node::object({{"mean", to_node(Matrix(posterior.mean))},
                       {"covariance", to_node(posterior.covariance)},
                       {"variance_observed", to_node(Matrix(observed))}});
}

gp::PriorSet priors_of(const Node& node) {
  gp::PriorSet priors;
  if (!is_null(node, "lengthscale")) priors.lengthscale = gp::make_prior(node.at("lengthscale"));
  priors.periodic_lengthscale = priors.lengthscale;
  if (!is_null(node, "outputscale")) priors.outputscale = gp::make_prior(node.at("outputscale"));
  if (!is_null(node, "noise")) priors.noise = gp::make_prior(node.at("noise"));
  return priors;
}

using LikelihoodFunction = gp::Likelihood (*)(const Matrix&, const Vector&, const gp::Kernel&, double, double,
                                              const Vector&);

Node likelihood(const Node& in, const std::string& key, LikelihoodFunction function) {
  const auto kernel = gp::make_kernel(in.at("kernel"));
  const double noise = number(in.at("noise_variance"));
  gp::Likelihood value =
      function(matrix(in.at("X")), matrix(in.at("Y")).col(0), *kernel, noise, number(in.at("mean_constant")), {});
  Node result = Node::object();
  if (!is_null(in, "priors")) {
    const gp::Likelihood prior = gp::log_prior(*kernel, noise, priors_of(in.at("priors")));
    result.set("log_marginal_likelihood", value.value);
    result.set("log_prior", prior.value);
    value.value += prior.value;
    value.d_kernel += prior.d_kernel;
    value.d_noise += prior.d_noise;
  }
  result.set(key, value.value);
  result.set("grad_kernel", kernel->to_node(value.d_kernel));
  result.set("grad_noise_variance", value.d_noise);
  result.set("grad_mean_constant", value.d_mean);
  return result;
}

Node gp_loo_cv(const Node& in) {
  const gp::LeaveOneOut loo = models_of(in.at("gp"))[0]->leave_one_out();
  return Node::object({{"loo_mean", to_node(loo.mean)},
                       {"loo_variance_observed", to_node(loo.variance_observed)},
                       {"loo_variance", to_node(loo.variance)}});
}

Node gp_condition(const Node& in) {
  const auto model = models_of(in.at("gp"))[0];
  Vector y_var;
  if (!is_null(in, "Yvar_new")) y_var = matrix(in.at("Yvar_new")).col(0);
  const auto updated = model->condition_on(matrix(in.at("X_new")), matrix(in.at("Y_new")).col(0), y_var);
  gp::JointPosterior posterior;
  updated->joint(matrix(in.at("X_test")), posterior);
  return Node::object(
      {{"mean", to_node(Matrix(posterior.mean))}, {"covariance", to_node(std::vector<Matrix>{posterior.covariance})}});
}

Node gp_fantasize(const Node& in) {
  const auto model = models_of(in.at("gp"))[0];
  std::vector<Matrix> means, variances;
  for (const auto& fantasy : model->fantasize(matrix(in.at("X_fantasy")), base_samples(in.at("base_samples"))[0])) {
    Vector mean, variance;
    fantasy->marginals(matrix(in.at("X_test")), mean, variance);
    means.emplace_back(mean);
    variances.emplace_back(variance);
  }
  return Node::object({{"mean", to_node(means)}, {"variance", to_node(variances)}});
}

Node psd_safe_cholesky(const Node& in) {
  const math::CholeskyFactor factor = math::psd_safe_cholesky(matrix(in.at("A")));
  return Node::object(
      {{"jitter", factor.jitter}, {"L_times_L_transposed", to_node(Matrix(factor.L * factor.L.transpose()))}});
}

Node gp_map_fit(const Node& in) {
  gp::FitOptions options;
  options.kernel = in.at("kernel_type").as_string();
  options.scaled = in.at("scaled").as_bool();
  options.standardize = false;
  options.lengthscale_min = number(in.at("lengthscale_min"));
  options.noise_min = number(in.at("noise_min"));
  options.priors = priors_of(in.at("priors"));
  options.starts = 10;
  options.raw_starts = 64;
  options.max_evaluations = 1000;
  options.relative_tolerance = 1e-10;
  const gp::FitResult fit = gp::fit_gp({matrix(in.at("X")), matrix(in.at("Y")).col(0), {}}, options, util::Rng(0));
  const gp::GpParameters& parameters = fit.model->parameters();
  const Vector values = parameters.kernel->values();
  Vector mean, variance;
  fit.model->marginals(matrix(in.at("X_test")), mean, variance);
  const Index scaled = options.scaled ? 1 : 0;
  Node result = Node::object({{"map_objective", fit.summary.map_objective},
                              {"mean_constant", parameters.mean_constant},
                              {"noise_variance", parameters.noise_variance},
                              {"lengthscale", to_node(Vector(values.tail(values.size() - scaled)))},
                              {"posterior_mean", to_node(mean)},
                              {"posterior_variance", to_node(variance)}});
  if (options.scaled) result.set("outputscale", values[0]);
  return result;
}

}  // namespace

void add_sobol(Evaluators& kinds) {
  kinds["sobol_points"] = sobol_points;
  kinds["normal_qmc_transform"] = [](const Node& in) {
    return Node::object({{"z", to_node(math::normal_from_unit(matrix(in.at("u"))))}});
  };
}

void add_kernels(Evaluators& kinds) {
  kinds["kernel_matrix"] = kernel_matrix;
  kinds["mixed_kernel_matrix"] = kernel_matrix;
  kinds["kernel_matrix_grad"] = kernel_matrix_grad;
  kinds["mixed_kernel_matrix_grad"] = kernel_matrix_grad;
  kinds["icm_kernel_matrix_grad"] = kernel_matrix_grad;
}

void add_gp(Evaluators& kinds) {
  for (const char* kind : {"gp_posterior", "gp_posterior_mixed", "gp_posterior_fixed_noise", "gp_posterior_standardize",
                           "gp_posterior_standardize_fixed_noise"}) {
    kinds[kind] = gp_posterior;
  }
  kinds["gp_posterior_samples"] = gp_posterior_samples;
  kinds["mtgp_posterior"] = mtgp_posterior;
  kinds["gp_mll"] = [](const Node& in) {
    return likelihood(in, "log_marginal_likelihood", gp::log_marginal_likelihood);
  };
  kinds["gp_map_objective"] = [](const Node& in) {
    return likelihood(in, "map_objective", gp::log_marginal_likelihood);
  };
  kinds["gp_loo_pseudo_likelihood"] = [](const Node& in) {
    return likelihood(in, "loo_pseudo_likelihood", gp::loo_pseudo_likelihood);
  };
  kinds["gp_loo_cv"] = gp_loo_cv;
  kinds["gp_condition"] = gp_condition;
  kinds["gp_fantasize"] = gp_fantasize;
  kinds["psd_safe_cholesky"] = psd_safe_cholesky;
}

void add_gp_fit(Evaluators& kinds) { kinds["gp_map_fit"] = gp_map_fit; }

}  // namespace boa::reference
