#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "boa/gp/gaussian_process.hpp"
#include "boa/math/types.hpp"
#include "boa/util/node.hpp"

namespace boa::reference {

using math::Index;
using math::Matrix;
using math::Vector;
using util::Node;

/// Computes the expected keys of one kind of case from its inputs.
using Evaluator = std::function<Node(const Node& inputs)>;
using Evaluators = std::map<std::string, Evaluator>;

// One file of the reference format each.
void add_sobol(Evaluators& kinds);
void add_kernels(Evaluators& kinds);
void add_gp(Evaluators& kinds);
void add_gp_fit(Evaluators& kinds);
void add_acquisition_analytic(Evaluators& kinds);
void add_acquisition_mc(Evaluators& kinds);
void add_optimize(Evaluators& kinds);
void add_test_functions(Evaluators& kinds);
void add_metrics(Evaluators& kinds);
void add_saas(Evaluators& kinds);
void add_information(Evaluators& kinds);
void add_pareto(Evaluators& kinds);
void add_multi_objective(Evaluators& kinds);
void add_transforms(Evaluators& kinds);

// Numbers in and out; non-finite ones are the strings "inf", "-inf", "nan".
double number(const Node& node);
Vector vector(const Node& node);
Matrix matrix(const Node& node);
/// The matrix, or one without rows and `columns` columns for null.
Matrix matrix_or_empty(const Node& node, Index columns);
/// A list of matrices.
std::vector<Matrix> tensor(const Node& node);
std::vector<Index> indices(const Node& node);
/// S x q x m nested lists as m matrices S x q.
std::vector<Matrix> base_samples(const Node& node);
bool is_null(const Node& inputs, std::string_view key);

Node to_node(double value);
Node to_node(const Vector& values);
Node to_node(const Matrix& values);
Node to_node(const std::vector<Matrix>& values);

/// The models of a `gp` object, one an outcome.
std::vector<std::shared_ptr<const gp::GaussianProcess>> models_of(const Node& gp);
gp::ModelList model_list(const Node& gp);

}  // namespace boa::reference
