#include <cmath>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/smooth.hpp"
#include "boa/util/error.hpp"
#include "monte_carlo.hpp"
#include "reference.hpp"

namespace boa::reference {
namespace {

using acquisition::AcquisitionFunction;
using acquisition::MomentValue;

/// The model list with the sign of every outcome in the objective's weight.
acquisition::ScalarObjective signed_objective(const Node& in, std::size_t outcomes, Index objective = 0) {
  acquisition::ScalarObjective result;
  result.weights = Vector::Zero(static_cast<Index>(outcomes));
  const Node* maximize = in.find("maximize");
  result.weights[objective] = maximize && !maximize->as_bool() ? -1.0 : 1.0;
  return result;
}

double sign_of(const Node& in) {
  const Node* maximize = in.find("maximize");
  return maximize && !maximize->as_bool() ? -1.0 : 1.0;
}

/// Values and gradients of a single-point function at the rows of X.
Node at_points(const AcquisitionFunction& function, const Matrix& X) {
  Vector values(X.rows());
  Matrix gradients(X.rows(), X.cols()), gradient;
  for (Index i = 0; i < X.rows(); ++i) {
    values[i] = function.value_and_gradient(X.row(i), &gradient);
    gradients.row(i) = gradient;
  }
  const Vector batch = function.values(X);
  for (Index i = 0; i < X.rows(); ++i) {
    const double error = std::abs(batch[i] - values[i]);
    BOA_CHECK(!(error > 1e-6 * (1.0 + std::abs(values[i]))), batch[i], values[i]);
  }
  return Node::object({{"value", to_node(values)}, {"grad", to_node(gradients)}});
}

/// The same for sets of q points, b x q x d.
Node at_sets(const AcquisitionFunction& function, const std::vector<Matrix>& sets) {
  Vector values(static_cast<Index>(sets.size()));
  std::vector<Matrix> gradients(sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    values[static_cast<Index>(i)] = function.value_and_gradient(sets[i], &gradients[i]);
  }
  return Node::object({{"value", to_node(values)}, {"grad", to_node(gradients)}});
}

Node moments(const Node& in, MomentValue (*function)(double, double, double)) {
  const Vector mean = vector(in.at("mean")), sigma = vector(in.at("sigma"));
  Vector value(mean.size()), d_mean(mean.size()), d_sigma(mean.size());
  for (Index i = 0; i < mean.size(); ++i) {
    const MomentValue v = function(mean[i], sigma[i], number(in.at("best_f")));
    value[i] = v.value;
    d_mean[i] = v.d_mean;
    d_sigma[i] = v.d_sigma;
  }
  return Node::object({{"value", to_node(value)}, {"grad_mean", to_node(d_mean)}, {"grad_sigma", to_node(d_sigma)}});
}

using MakeWithBest = std::unique_ptr<AcquisitionFunction> (*)(gp::ModelList, acquisition::ScalarObjective, double);

Node with_best(const Node& in, MakeWithBest make) {
  gp::ModelList models = model_list(in.at("gp"));
  const auto objective = signed_objective(in, models.size());
  // -mu against -best_f where smaller is better.
  const double best_f = sign_of(in) * number(in.at("best_f"));
  return at_points(*make(std::move(models), objective, best_f), matrix(in.at("X")));
}

Node scalarized_posterior_mean(const Node& in) {
  const auto models = model_list(in.at("gp"));
  const Vector weights = vector(in.at("weights"));
  const auto mean = acquisition::make_posterior_mean(models, {});
  const std::vector<Matrix> sets = tensor(in.at("X"));
  Vector values = Vector::Zero(static_cast<Index>(sets.size()));
  std::vector<Matrix> gradients;
  for (std::size_t b = 0; b < sets.size(); ++b) {
    Matrix whole(sets[b].rows(), sets[b].cols()), gradient;
    for (Index i = 0; i < sets[b].rows(); ++i) {
      values[static_cast<Index>(b)] += weights[i] * mean->value_and_gradient(sets[b].row(i), &gradient);
      whole.row(i) = weights[i] * gradient;
    }
    gradients.push_back(whole);
  }
  return Node::object({{"value", to_node(values)}, {"grad", to_node(gradients)}});
}

std::vector<acquisition::OutcomeBound> bounds_of(const Node& list) {
  std::vector<acquisition::OutcomeBound> result;
  for (const Node& item : list.as_array()) {
    acquisition::OutcomeBound bound;
    bound.outcome = static_cast<Index>(item.at("outcome").as_int());
    if (!is_null(item, "lower")) bound.lower = number(item.at("lower"));
    if (!is_null(item, "upper")) bound.upper = number(item.at("upper"));
    result.push_back(bound);
  }
  return result;
}

Node constrained_ei(const Node& in, bool log) {
  gp::ModelList models = model_list(in.at("gp"));
  const auto objective = signed_objective(in, models.size(), static_cast<Index>(in.at("objective_index").as_int()));
  const double best_f = sign_of(in) * number(in.at("best_f"));
  const auto make = log ? acquisition::make_log_constrained_ei : acquisition::make_constrained_ei;
  return at_points(*make(std::move(models), objective, bounds_of(in.at("constraints")), best_f), matrix(in.at("X")));
}

Node noisy_ei(const Node& in, bool log) {
  const auto model = models_of(in.at("gp"))[0];
  const Matrix observed = matrix(in.at("X_observed"));
  const Matrix z = base_samples(in.at("base_samples"))[0];
  const auto function =
      acquisition::make_noisy_ei(*model, observed, z, number(in.at("fantasy_noise")), sign_of(in) > 0.0, log);
  return at_points(*function, matrix(in.at("X")));
}

math::ValueAndSlope unary(const std::string& name, double x, double tau) {
  if (name == "softplus") return math::softplus(x);
  if (name == "fatplus") return math::fatplus(x, tau);
  if (name == "log_fatplus") return math::log_fatplus(x, tau);
  if (name == "log_softplus") return math::log_softplus(x, tau);
  if (name == "sigmoid") return math::sigmoid(x / tau);
  if (name == "logexpit") return math::logexpit(x);
  if (name == "fatmoid") return math::fatmoid(x);
  if (name == "log_fatmoid") return math::log_fatmoid(x);
  throw UnsupportedError("no smooth function is called " + name);
}

Node safe_math_unary(const Node& in) {
  const Vector x = vector(in.at("x"));
  const double tau = is_null(in, "tau") ? 1.0 : number(in.at("tau"));
  Vector value(x.size()), slope(x.size());
  for (Index i = 0; i < x.size(); ++i) {
    const math::ValueAndSlope v = unary(in.at("function").as_string(), x[i], tau);
    value[i] = v.value;
    slope[i] = v.slope;
  }
  return Node::object({{"value", to_node(value)}, {"grad", to_node(slope)}});
}

Node safe_math_max(const Node& in) {
  const Matrix x = matrix(in.at("x"));
  const double tau = number(in.at("tau"));
  const std::string& name = in.at("function").as_string();
  const auto function = name == "fatmax" ? math::fatmax : name == "fatmin" ? math::fatmin : math::smooth_amax;
  Vector value(x.rows());
  Matrix slopes(x.rows(), x.cols());
  Vector row, slope(x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    row = x.row(i).transpose();
    value[i] = function(row.data(), row.size(), tau, slope.data());
    slopes.row(i) = slope.transpose();
  }
  return Node::object({{"value", to_node(value)}, {"grad", to_node(slopes)}});
}

}  // namespace

acquisition::MonteCarloSpec spec_of(const Node& in) {
  acquisition::MonteCarloSpec spec;
  spec.models = model_list(in.at("gp"));
  const Index d = spec.models[0]->dim();
  spec.base_samples = base_samples(in.at("base_samples"));
  spec.leading = Matrix(0, d);
  spec.trailing = is_null(in, "X_pending") ? Matrix(0, d) : matrix_or_empty(in.at("X_pending"), d);
  if (!is_null(in, "objective_weights")) spec.objective.weights = vector(in.at("objective_weights"));
  if (!is_null(in, "outcome_constraints")) {
    for (const Node& c : in.at("outcome_constraints").as_array()) {
      spec.constraints.push_back({vector(c.at("a")), number(c.at("b"))});
    }
  }
  if (!is_null(in, "fat")) spec.smoothing.fat = in.at("fat").as_bool();
  if (!is_null(in, "tau_max")) spec.smoothing.tau_max = number(in.at("tau_max"));
  if (!is_null(in, "tau_relu")) spec.smoothing.tau_relu = number(in.at("tau_relu"));
  if (!is_null(in, "eta")) spec.smoothing.eta = number(in.at("eta"));
  return spec;
}

acquisition::MonteCarloSpec noisy_spec_of(const Node& in) {
  acquisition::MonteCarloSpec spec = spec_of(in);
  const Matrix baseline = matrix(in.at("X_baseline"));
  const bool incremental = !is_null(in, "incremental") && in.at("incremental").as_bool();
  spec.leading = baseline;
  if (incremental && spec.trailing.rows() > 0) {
    spec.leading.resize(baseline.rows() + spec.trailing.rows(), baseline.cols());
    spec.leading << baseline, spec.trailing;
    spec.trailing.resize(0, baseline.cols());
  }
  return spec;
}

Node monte_carlo(const Node& in, const AcquisitionFunction& function) { return at_sets(function, tensor(in.at("X"))); }

namespace {

Node optimize(const Node& in) {
  const Node& acq = in.at("acquisition");
  const std::string& type = acq.at("type").as_string();
  gp::ModelList models = model_list(in.at("gp"));
  std::unique_ptr<AcquisitionFunction> function;
  if (type == "log_ei") function = acquisition::make_log_ei(models, {}, number(acq.at("best_f")));
  if (type == "ucb") function = acquisition::make_ucb(models, {}, number(acq.at("beta")));
  if (type == "posterior_mean") function = acquisition::make_posterior_mean(models, {});
  BOA_CHECK(function != nullptr, type);
  const Matrix bounds = matrix(in.at("bounds"));
  optim::Domain domain;
  domain.lower = bounds.row(0).transpose();
  domain.upper = bounds.row(1).transpose();
  const auto constraints = [](const Node& list) {
    std::vector<optim::LinearConstraint> result;
    for (const Node& c : list.as_array()) result.push_back({vector(c.at("a")), number(c.at("b"))});
    return result;
  };
  domain.inequalities = constraints(in.at("inequality_constraints"));
  domain.equalities = constraints(in.at("equality_constraints"));
  for (const Node& column : in.at("discrete").as_array()) {
    const Vector values = vector(column.at("values"));
    domain.discrete.push_back(
        {static_cast<Index>(column.at("dim").as_int()), {values.data(), values.data() + values.size()}, true});
  }
  acquisition::OptimizeAcqfOptions options;
  options.raw_samples = 1024;
  options.starts = 12;
  options.relative_tolerance = 1e-10;
  const acquisition::AcqfOptimum best = acquisition::optimize_acqf(*function, domain, options, util::Rng(0));
  return Node::object({{"best_value", best.value}, {"best_x", to_node(Vector(best.X.row(0).transpose()))}});
}

}  // namespace

void add_acquisition_analytic(Evaluators& kinds) {
  using namespace acquisition;
  kinds["ei_moments"] = [](const Node& in) { return moments(in, ei_of_moments); };
  kinds["log_ei_moments"] = [](const Node& in) { return moments(in, log_ei_of_moments); };
  kinds["log_pi_moments"] = [](const Node& in) { return moments(in, log_pi_of_moments); };
  kinds["ei"] = [](const Node& in) { return with_best(in, make_ei); };
  kinds["log_ei"] = [](const Node& in) { return with_best(in, make_log_ei); };
  kinds["pi"] = [](const Node& in) { return with_best(in, make_pi); };
  kinds["log_pi"] = [](const Node& in) { return with_best(in, make_log_pi); };
  kinds["ucb"] = [](const Node& in) {
    const auto models = model_list(in.at("gp"));
    return at_points(*make_ucb(models, signed_objective(in, models.size()), number(in.at("beta"))), matrix(in.at("X")));
  };
  kinds["posterior_mean"] = [](const Node& in) {
    const auto models = model_list(in.at("gp"));
    return at_points(*make_posterior_mean(models, signed_objective(in, models.size())), matrix(in.at("X")));
  };
  kinds["posterior_std"] = [](const Node& in) {
    return at_points(*make_posterior_std(model_list(in.at("gp")), {}), matrix(in.at("X")));
  };
  kinds["scalarized_posterior_mean"] = scalarized_posterior_mean;
  kinds["constrained_ei"] = [](const Node& in) { return constrained_ei(in, false); };
  kinds["log_constrained_ei"] = [](const Node& in) { return constrained_ei(in, true); };
  kinds["log_prob_feasibility"] = [](const Node& in) {
    return at_points(*make_log_probability_of_feasibility(model_list(in.at("gp")), bounds_of(in.at("constraints"))),
                     matrix(in.at("X")));
  };
  kinds["noisy_ei"] = [](const Node& in) { return noisy_ei(in, false); };
  kinds["log_noisy_ei"] = [](const Node& in) { return noisy_ei(in, true); };
}

void add_acquisition_mc(Evaluators& kinds) {
  using namespace acquisition;
  kinds["safe_math_unary"] = safe_math_unary;
  kinds["safe_math_max"] = safe_math_max;
  kinds["qei"] = [](const Node& in) { return monte_carlo(in, *make_qei(spec_of(in), number(in.at("best_f")))); };
  kinds["qei_constrained"] = kinds["qei"];
  kinds["qlogei"] = [](const Node& in) { return monte_carlo(in, *make_qlogei(spec_of(in), number(in.at("best_f")))); };
  kinds["qlogei_constrained"] = kinds["qlogei"];
  kinds["qpi"] = [](const Node& in) {
    return monte_carlo(in, *make_qpi(spec_of(in), number(in.at("best_f")), number(in.at("tau"))));
  };
  kinds["qsr"] = [](const Node& in) { return monte_carlo(in, *make_qsr(spec_of(in))); };
  kinds["qucb"] = [](const Node& in) { return monte_carlo(in, *make_qucb(spec_of(in), number(in.at("beta")))); };
  kinds["qlcb"] = [](const Node& in) { return monte_carlo(in, *make_qucb(spec_of(in), number(in.at("beta")), true)); };
  kinds["qnei"] = [](const Node& in) { return monte_carlo(in, *make_qnei(noisy_spec_of(in))); };
  kinds["qlognei"] = [](const Node& in) { return monte_carlo(in, *make_qlognei(noisy_spec_of(in))); };
  kinds["qlognei_constrained"] = kinds["qlognei"];
  kinds["qlog_prob_feasibility"] = [](const Node& in) {
    return monte_carlo(in, *make_qlog_probability_of_feasibility(spec_of(in)));
  };
}

void add_optimize(Evaluators& kinds) {
  for (const char* kind :
       {"optimize_box", "optimize_linear", "optimize_equality", "optimize_integer", "optimize_mixed"}) {
    kinds[kind] = optimize;
  }
}

}  // namespace boa::reference
