#include "boa/acquisition/information/information.hpp"
#include "boa/acquisition/multi_objective/pareto.hpp"
#include "reference.hpp"

namespace boa::reference {
namespace {

Node point_by_point(const acquisition::AcquisitionFunction& function, const Matrix& X) {
  Vector value(X.rows());
  Matrix slopes(X.rows(), X.cols()), gradient;
  for (Index i = 0; i < X.rows(); ++i) {
    value[i] = function.value_and_gradient(X.row(i), &gradient);
    slopes.row(i) = gradient;
  }
  return Node::object({{"value", to_node(value)}, {"grad", to_node(slopes)}});
}

Node qkg_one_shot(const Node& in) {
  const Matrix X = matrix(in.at("X")), fantasies = matrix(in.at("X_fantasies"));
  const double current = is_null(in, "current_value") ? 0.0 : number(in.at("current_value"));
  const auto function =
      acquisition::make_one_shot_kg({models_of(in.at("gp"))[0], 1.0}, base_samples(in.at("base_samples"))[0], current);
  Matrix all(X.rows() + fantasies.rows(), X.cols()), gradient;
  all << X, fantasies;
  const double value = function->value_and_gradient(all, &gradient);
  return Node::object({{"value", to_node(Vector::Constant(1, value).eval())},
                       {"grad_X", to_node(Matrix(gradient.topRows(X.rows())))},
                       {"grad_X_fantasies", to_node(Matrix(gradient.bottomRows(fantasies.rows())))}});
}

Node qmes(const Node& in) {
  const Matrix z = base_samples(in.at("base_samples"))[0];
  const auto function = acquisition::make_qmes({models_of(in.at("gp"))[0], 1.0}, vector(in.at("max_values")), z.col(0));
  return point_by_point(*function, matrix(in.at("X")));
}

Node gibbon(const Node& in) {
  const Matrix X = matrix(in.at("X"));
  const Matrix pending = is_null(in, "X_pending") ? Matrix(0, X.cols()) : matrix_or_empty(in.at("X_pending"), X.cols());
  return point_by_point(
      *acquisition::make_gibbon({models_of(in.at("gp"))[0], 1.0}, vector(in.at("max_values")), pending), X);
}

Node is_non_dominated(const Node& in) {
  const double sign = in.at("maximize").as_bool() ? 1.0 : -1.0;
  Node mask = Node::array();
  for (const bool keep : acquisition::is_non_dominated(sign * matrix(in.at("Y")), in.at("deduplicate").as_bool())) {
    mask.push_back(keep);
  }
  return Node::object({{"mask", mask}});
}

Node partitioning(const Node& in) {
  const Vector ref = vector(in.at("ref_point")), top = vector(in.at("box_upper"));
  const Matrix Y = matrix_or_empty(in.at("Y"), ref.size());
  const acquisition::Boxes boxes = acquisition::non_dominated_boxes(Y, ref);
  double volume = 0.0;
  for (Index c = 0; c < boxes.size(); ++c) {
    volume += (boxes.upper.row(c).cwiseMin(top.transpose()) - boxes.lower.row(c)).cwiseMax(0.0).prod();
  }
  return Node::object({{"hypervolume", to_node(acquisition::hypervolume(Y, ref))},
                       {"num_pareto", Node(static_cast<std::int64_t>(acquisition::pareto_front_above(Y, ref).rows()))},
                       {"non_dominated_volume_in_box", to_node(volume)},
                       {"cells_lower", to_node(boxes.lower)},
                       {"cells_upper", to_node(boxes.upper)}});
}

Node infer_reference_point(const Node& in) {
  const Vector most = is_null(in, "max_ref_point") ? Vector() : vector(in.at("max_ref_point"));
  const Matrix Y = matrix_or_empty(in.at("pareto_Y"), most.size());
  return Node::object({{"ref_point", to_node(acquisition::infer_reference_point(
                                         Y, most, number(in.at("scale")), in.at("scale_max_ref_point").as_bool()))}});
}

}  // namespace

void add_information(Evaluators& kinds) {
  kinds["qkg_one_shot"] = qkg_one_shot;
  kinds["qmes"] = qmes;
  kinds["gibbon"] = gibbon;
}

void add_pareto(Evaluators& kinds) {
  kinds["is_non_dominated"] = is_non_dominated;
  kinds["hypervolume"] = [](const Node& in) {
    const Vector ref = vector(in.at("ref_point"));
    return Node::object(
        {{"hypervolume", to_node(acquisition::hypervolume(matrix_or_empty(in.at("pareto_Y"), ref.size()), ref))}});
  };
  kinds["non_dominated_partitioning"] = partitioning;
  kinds["infer_reference_point"] = infer_reference_point;
}

}  // namespace boa::reference
