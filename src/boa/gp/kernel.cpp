#include "boa/gp/kernel.hpp"

#include "boa/math/cholesky.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

/// X itself when every column is seen, else the selected columns in `storage`.
const Matrix& select(const Matrix& X, const std::vector<Index>& dims, Matrix& storage) {
  if (dims.empty()) return X;
  storage.resize(X.rows(), static_cast<Index>(dims.size()));
  for (std::size_t k = 0; k < dims.size(); ++k) {
    BOA_CHECK(dims[k] >= 0 && dims[k] < X.cols(), dims[k], X.cols());
    storage.col(static_cast<Index>(k)) = X.col(dims[k]);
  }
  return storage;
}

void scatter_add(const Matrix& part, const std::vector<Index>& dims, Matrix& whole) {
  for (std::size_t k = 0; k < dims.size(); ++k) whole.col(dims[k]) += part.col(static_cast<Index>(k));
}

}  // namespace

void Kernel::evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const {
  BOA_CHECK(X1.cols() == X2.cols(), X1.cols(), X2.cols());
  K.resize(X1.rows(), X2.rows());
  Matrix first, second;
  do_evaluate(select(X1, active_dims_, first), select(X2, active_dims_, second), K);
}

Matrix Kernel::operator()(const Matrix& X1, const Matrix& X2) const {
  Matrix K;
  evaluate(X1, X2, K);
  return K;
}

void Kernel::gram_lower(const Matrix& X, Matrix& K) const {
  K.resize(X.rows(), X.rows());
  Matrix selected;
  do_gram_lower(select(X, active_dims_, selected), K);
}

void Kernel::gram_lower(const Matrix& X, Matrix& K, GramCache& cache) const {
  K.resize(X.rows(), X.rows());
  Matrix selected;
  do_gram_lower_cached(select(X, active_dims_, selected), K, cache);
}

Vector Kernel::diagonal(const Matrix& X) const {
  Vector result(X.rows());
  Matrix selected;
  do_diagonal(select(X, active_dims_, selected), result);
  return result;
}

void Kernel::add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, Vector* hyperparameters,
                          Matrix* gradient_X1) const {
  BOA_CHECK(W.rows() == X1.rows() && W.cols() == X2.rows(), W.rows(), W.cols());
  double* flat = hyperparameters ? hyperparameters->data() : nullptr;
  if (active_dims_.empty()) {
    do_add_gradient(X1, X2, W, flat, gradient_X1);
    return;
  }
  Matrix first, second;
  select(X1, active_dims_, first);
  select(X2, active_dims_, second);
  if (!gradient_X1) {
    do_add_gradient(first, second, W, flat, nullptr);
    return;
  }
  Matrix part = Matrix::Zero(first.rows(), first.cols());
  do_add_gradient(first, second, W, flat, &part);
  scatter_add(part, active_dims_, *gradient_X1);
}

void Kernel::add_gram_gradient(const Matrix& X, const Matrix& W, Vector& hyperparameters) const {
  BOA_CHECK(W.rows() == X.rows() && W.cols() == X.rows(), W.rows(), W.cols());
  Matrix selected;
  do_add_gram_gradient(select(X, active_dims_, selected), W, hyperparameters.data());
}

void Kernel::add_gram_gradient(const Matrix& X, const Matrix& W, GramCache& cache, Vector& hyperparameters) const {
  BOA_CHECK(W.rows() == X.rows() && W.cols() == X.rows(), W.rows(), W.cols());
  Matrix selected;
  do_add_gram_gradient_cached(select(X, active_dims_, selected), W, cache, hyperparameters.data());
}

void Kernel::add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const {
  if (active_dims_.empty()) {
    do_add_diagonal_gradient(X, w, gradient_X);
    return;
  }
  Matrix selected;
  select(X, active_dims_, selected);
  Matrix part = Matrix::Zero(selected.rows(), selected.cols());
  do_add_diagonal_gradient(selected, w, part);
  scatter_add(part, active_dims_, gradient_X);
}

void Kernel::do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const {
  Matrix full = W;
  math::mirror_lower(full);
  do_add_gradient(X, X, full, hyperparameters, nullptr);
}

void Kernel::do_add_diagonal_gradient(const Matrix&, const Vector&, Matrix&) const {}

Vector Kernel::values() const {
  const std::vector<Hyperparameter> all = hyperparameters();
  Vector result(static_cast<Index>(all.size()));
  for (std::size_t i = 0; i < all.size(); ++i) result[static_cast<Index>(i)] = all[i].value;
  return result;
}

void Kernel::set_values(const Vector& values) {
  const double* end = do_set_values(values.data());
  BOA_CHECK(end - values.data() == values.size(), values.size());
}

util::Node Kernel::to_node() const { return to_node(values()); }

util::Node Kernel::to_node(const Vector& values) const {
  util::Node node;
  const double* end = do_to_node(values.data(), node);
  BOA_CHECK(end - values.data() == values.size(), values.size());
  if (!active_dims_.empty()) {
    util::Node dims = util::Node::array();
    for (const Index j : active_dims_) dims.push_back(static_cast<std::int64_t>(j));
    node.set("active_dims", std::move(dims));
  }
  return node;
}

}  // namespace boa::gp
