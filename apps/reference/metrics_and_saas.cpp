#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/gp/saas.hpp"
#include "boa/metrics/metrics.hpp"
#include "reference.hpp"

namespace boa::reference {
namespace {

Node value_of(metrics::MetricSource source, const char* function, const Node& arguments) {
  return to_node(metrics::make_metric_function(source, function)->evaluate(arguments));
}

Evaluator score(metrics::MetricSource source, const char* function) {
  return [=](const Node& in) {
    Node plain = in;
    plain.erase("sample_weight");
    return Node::object({{"value", value_of(source, function, plain)}, {"weighted", value_of(source, function, in)}});
  };
}

Vector known_noise(const Node& in) { return is_null(in, "Yvar") ? Vector() : Vector(matrix(in.at("Yvar")).col(0)); }

Node saas_log_density(const Node& in) {
  const Node& given = in.at("parameters");
  gp::SaasParameters p;
  p.mean = number(given.at("mean"));
  if (!is_null(given, "noise")) p.noise = number(given.at("noise"));
  p.outputscale = number(given.at("outputscale"));
  p.tausq = number(given.at("tausq"));
  p.inv_length_sq = vector(given.at("inv_length_sq"));
  const Vector y_var = known_noise(in);
  const gp::SaasDensity density = gp::saas_log_density(matrix(in.at("X")), matrix(in.at("Y")).col(0), y_var, p);
  const Vector& g = density.gradient;
  const Node gradient = Node::object({{"mean", to_node(g[0])},
                                      {"log_noise", y_var.size() > 0 ? Node() : to_node(g[1])},
                                      {"log_outputscale", to_node(g[2])},
                                      {"log_tausq", to_node(g[3])},
                                      {"log_inv_length_sq", to_node(Vector(g.tail(g.size() - 4)))}});
  return Node::object({{"log_joint", to_node(density.log_joint)},
                       {"log_joint_unconstrained", to_node(density.log_joint_unconstrained)},
                       {"grad_unconstrained", gradient}});
}

std::vector<std::shared_ptr<const gp::GaussianProcess>> saas_models(const Node& in) {
  const Node& given = in.at("samples");
  const Vector mean = vector(given.at("mean")), outputscale = vector(given.at("outputscale"));
  const Matrix lengthscale = matrix(given.at("lengthscale"));
  std::vector<gp::SaasSample> samples;
  for (Index i = 0; i < mean.size(); ++i) {
    gp::SaasSample sample{mean[i], 0.0, outputscale[i], lengthscale.row(i).transpose()};
    if (!is_null(given, "noise")) sample.noise = vector(given.at("noise"))[i];
    samples.push_back(std::move(sample));
  }
  return gp::saas_models(matrix(in.at("X")), matrix(in.at("Y")).col(0), known_noise(in), samples);
}

Node saas_posterior_mixture(const Node& in) {
  const gp::MixturePosterior mixture = gp::mixture_posterior(saas_models(in), matrix(in.at("X_test")));
  return Node::object({{"sample_means", to_node(mixture.sample_means)},
                       {"sample_variances", to_node(mixture.sample_variances)},
                       {"mixture_mean", to_node(mixture.mean)},
                       {"mixture_variance", to_node(Vector(mixture.covariance.diagonal()))},
                       {"mixture_covariance", to_node(mixture.covariance)}});
}

Node saas_log_ei(const Node& in) {
  const auto models = saas_models(in);
  const Vector best = Vector::Constant(static_cast<Index>(models.size()), number(in.at("best_f")));
  const auto function = acquisition::make_averaged_ei({models.begin(), models.end()}, best, true);
  const Matrix X = matrix(in.at("X_test"));
  Vector value(X.rows());
  Matrix slopes(X.rows(), X.cols()), gradient;
  for (Index i = 0; i < X.rows(); ++i) {
    value[i] = function->value_and_gradient(X.row(i), &gradient);
    slopes.row(i) = gradient;
  }
  return Node::object({{"value", to_node(value)}, {"grad", to_node(slopes)}});
}

}  // namespace

void add_metrics(Evaluators& kinds) {
  using Source = metrics::MetricSource;
  for (const char* name : {"mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "r2_score"}) {
    kinds[name] = score(Source::kSklearn, name);
  }
  kinds["mean"] = [](const Node& in) {
    return Node::object({{"value", value_of(Source::kBoa, "Mean", Node::object({{"a", in.at("values")}}))}});
  };
  kinds["normalized_root_mean_squared_error"] = [](const Node& in) {
    return Node::object({{"value", value_of(Source::kBoa, "NRMSE", in)}});
  };
}

void add_saas(Evaluators& kinds) {
  kinds["saas_log_density"] = saas_log_density;
  kinds["saas_posterior_mixture"] = saas_posterior_mixture;
  kinds["saas_log_ei"] = saas_log_ei;
}

}  // namespace boa::reference
