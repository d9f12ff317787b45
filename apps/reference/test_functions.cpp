#include "boa/problems/test_function.hpp"
#include "reference.hpp"

namespace boa::reference {

void add_test_functions(Evaluators& kinds) {
  kinds["test_function"] = [](const Node& in) {
    const auto function = problems::make_test_function(in.at("name").as_string(),
                                                       static_cast<Index>(in.at("dim").as_int()), in.at("params"));
    const Matrix X = matrix(in.at("X"));
    const Matrix value = function->evaluate(X);
    Node result = Node::object();
    result.set("value", value.cols() == 1 ? to_node(Vector(value.col(0))) : to_node(value));
    result.set("bounds", to_node(function->bounds()));
    if (function->num_constraints() > 0) result.set("slack", to_node(function->slack(X)));
    if (function->optimal_value()) result.set("optimal_value", *function->optimal_value());
    if (function->reference_point().size() > 0) result.set("ref_point", to_node(function->reference_point()));
    return result;
  };
}

}  // namespace boa::reference
