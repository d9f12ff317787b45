#include "boa/acquisition/multi_objective/multi_objective.hpp"

#include "monte_carlo.hpp"
#include "reference.hpp"

namespace boa::reference {
namespace {

/// Every outcome, or those in `objective_outcomes`.
acquisition::MultiObjective objectives_of(const Node& in) {
  acquisition::MultiObjective result;
  if (is_null(in, "objective_outcomes")) return result;
  const std::vector<Index> outcomes = indices(in.at("objective_outcomes"));
  const Index m = static_cast<Index>(in.at("gp").at("outputs").size());
  result.weights = Matrix::Zero(static_cast<Index>(outcomes.size()), m);
  for (std::size_t j = 0; j < outcomes.size(); ++j) result.weights(static_cast<Index>(j), outcomes[j]) = 1.0;
  return result;
}

/// [X_baseline; X_pending; X].
acquisition::MonteCarloSpec spec_with_front(const Node& in) {
  acquisition::MonteCarloSpec spec = noisy_spec_of(in);
  Matrix leading(spec.leading.rows() + spec.trailing.rows(), spec.leading.cols());
  leading << spec.leading, spec.trailing;
  spec.leading = leading;
  spec.trailing.resize(0, leading.cols());
  return spec;
}

acquisition::Boxes boxes_of(const Node& in) { return {matrix(in.at("lower")), matrix(in.at("upper"))}; }

Node chebyshev(const Node& in) {
  const Vector weights = vector(in.at("weights"));
  const acquisition::ChebyshevScalarization scalarization(weights, matrix_or_empty(in.at("Y"), weights.size()),
                                                          number(in.at("alpha")));
  const Matrix Y = matrix(in.at("Y_eval"));
  Vector value(Y.rows());
  for (Index i = 0; i < Y.rows(); ++i) value[i] = scalarization.evaluate(Y.row(i).transpose());
  return Node::object({{"value", to_node(value)}});
}

Node ehvi(const Node& in) {
  const Vector ref = vector(in.at("ref_point"));
  const Matrix X = matrix(in.at("X"));
  const auto function =
      acquisition::make_ehvi(model_list(in.at("gp")), {}, ref, matrix_or_empty(in.at("pareto_Y"), ref.size()));
  Vector value(X.rows());
  Matrix slopes(X.rows(), X.cols()), gradient;
  for (Index i = 0; i < X.rows(); ++i) {
    value[i] = function->value_and_gradient(X.row(i), &gradient);
    slopes.row(i) = gradient;
  }
  return Node::object({{"value", to_node(value)}, {"grad", to_node(slopes)}});
}

Node qehvi(const Node& in) {
  const Vector ref = vector(in.at("ref_point"));
  return monte_carlo(in, *acquisition::make_qehvi(spec_of(in), objectives_of(in), ref,
                                                  matrix_or_empty(in.at("pareto_Y"), ref.size())));
}

Node qnehvi(const Node& in) {
  return monte_carlo(in, *acquisition::make_qnehvi(spec_with_front(in), objectives_of(in), vector(in.at("ref_point"))));
}

Node qlogehvi(const Node& in) {
  return monte_carlo(in,
                     *acquisition::make_qlogehvi_of_cells(spec_of(in), objectives_of(in), {boxes_of(in.at("cells"))}));
}

Node qlognehvi(const Node& in) {
  std::vector<acquisition::Boxes> cells;
  for (const Node& one : in.at("cells").as_array()) cells.push_back(boxes_of(one));
  return monte_carlo(in, *acquisition::make_qlogehvi_of_cells(spec_with_front(in), objectives_of(in), cells));
}

Node qlognparego(const Node& in) {
  const Index baseline = matrix(in.at("X_baseline")).rows();
  return monte_carlo(in, *acquisition::make_qlognparego(spec_with_front(in), baseline, {}, vector(in.at("weights")),
                                                        number(in.at("alpha"))));
}

}  // namespace

void add_multi_objective(Evaluators& kinds) {
  kinds["chebyshev_scalarization"] = chebyshev;
  kinds["ehvi_analytic"] = ehvi;
  kinds["qehvi"] = qehvi;
  kinds["qehvi_constrained"] = qehvi;
  kinds["qnehvi"] = qnehvi;
  kinds["qnehvi_constrained"] = qnehvi;
  kinds["qlogehvi"] = qlogehvi;
  kinds["qlogehvi_constrained"] = qlogehvi;
  kinds["qlognehvi"] = qlognehvi;
  kinds["qlognehvi_constrained"] = qlognehvi;
  kinds["qlognparego"] = qlognparego;
}

}  // namespace boa::reference
