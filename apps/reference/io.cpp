#include <cmath>
#include <limits>

#include "boa/util/error.hpp"
#include "reference.hpp"

namespace boa::reference {

double number(const Node& node) {
  if (node.is_number()) return node.as_double();
  if (node.is_bool()) return node.as_bool() ? 1.0 : 0.0;
  const std::string& text = node.as_string();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  BOA_CHECK(text == "nan", text);
  return std::nan("");
}

Vector vector(const Node& node) {
  Vector result(static_cast<Index>(node.size()));
  for (std::size_t i = 0; i < node.size(); ++i) result[static_cast<Index>(i)] = number(node.at(i));
  return result;
}

Matrix matrix(const Node& node) {
  const Index rows = static_cast<Index>(node.size());
  Matrix result(rows, rows > 0 ? static_cast<Index>(node.at(std::size_t{0}).size()) : 0);
  for (Index i = 0; i < rows; ++i) result.row(i) = vector(node.at(static_cast<std::size_t>(i))).transpose();
  return result;
}

Matrix matrix_or_empty(const Node& node, Index columns) {
  return node.is_null() || node.size() == 0 ? Matrix(0, columns) : matrix(node);
}

std::vector<Matrix> tensor(const Node& node) {
  std::vector<Matrix> result;
  for (const Node& item : node.as_array()) result.push_back(matrix(item));
  return result;
}

std::vector<Index> indices(const Node& node) {
  std::vector<Index> result;
  for (const Node& item : node.as_array()) result.push_back(static_cast<Index>(item.as_int()));
  return result;
}

std::vector<Matrix> base_samples(const Node& node) {
  const std::vector<Matrix> by_sample = tensor(node);
  const Index samples = static_cast<Index>(by_sample.size());
  std::vector<Matrix> result(static_cast<std::size_t>(by_sample[0].cols()), Matrix(samples, by_sample[0].rows()));
  for (Index s = 0; s < samples; ++s) {
    for (std::size_t j = 0; j < result.size(); ++j) {
      result[j].row(s) = by_sample[static_cast<std::size_t>(s)].col(static_cast<Index>(j)).transpose();
    }
  }
  return result;
}

bool is_null(const Node& inputs, std::string_view key) {
  const Node* node = inputs.find(key);
  return !node || node->is_null();
}

Node to_node(double value) {
  if (std::isfinite(value)) return Node(value);
  if (std::isnan(value)) return Node("nan");
  return Node(value > 0 ? "inf" : "-inf");
}

Node to_node(const Vector& values) {
  Node result = Node::array();
  for (const double v : values) result.push_back(to_node(v));
  return result;
}

Node to_node(const Matrix& values) {
  Node result = Node::array();
  for (Index i = 0; i < values.rows(); ++i) result.push_back(to_node(Vector(values.row(i).transpose())));
  return result;
}

Node to_node(const std::vector<Matrix>& values) {
  Node result = Node::array();
  for (const Matrix& v : values) result.push_back(to_node(v));
  return result;
}

std::vector<std::shared_ptr<const gp::GaussianProcess>> models_of(const Node& gp) {
  const Matrix X = matrix(gp.at("train_X"));
  const Matrix Y = matrix(gp.at("train_Y"));
  std::vector<std::shared_ptr<const gp::GaussianProcess>> models;
  for (Index j = 0; j < Y.cols(); ++j) {
    gp::TrainingData data{X, Y.col(j), {}};
    if (!is_null(gp, "train_Yvar")) data.y_var = matrix(gp.at("train_Yvar")).col(j);
    gp::OutcomeScale scale;
    if (!is_null(gp, "outcome_transform")) scale = gp::standardize(data.y);
    const Node& output = gp.at("outputs").at(static_cast<std::size_t>(j));
    gp::GpParameters parameters;
    parameters.mean_constant = number(output.at("mean_constant"));
    if (!is_null(output, "noise_variance")) parameters.noise_variance = number(output.at("noise_variance"));
    parameters.kernel = gp::make_kernel(output.at("kernel"));
    models.push_back(std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters), scale));
  }
  return models;
}

gp::ModelList model_list(const Node& gp) {
  const auto models = models_of(gp);
  return {models.begin(), models.end()};
}

}  // namespace boa::reference
