#include "boa/gp/mean_basis.hpp"

#include <utility>

#include "boa/math/cholesky.hpp"

namespace boa::gp {

namespace {

constexpr double kMiddle = 0.5;  // of the unit cube: there a slope says nothing about the level
constexpr double kSlopeVariance = 12.0;

}  // namespace

MeanBasis MeanBasis::constant(Index n) {
  MeanBasis basis(Matrix::Ones(n, 1), Vector::Zero(1));
  basis.belongs_ = {-1};
  return basis;
}

MeanBasis MeanBasis::of_tasks(const Matrix& X, const TaskColumn& tasks) {
  std::vector<Index> mean_of(static_cast<std::size_t>(tasks.num_tasks), -1);
  std::vector<Index> task_of;
  for (Index i = 0; i < X.rows(); ++i) {
    Index& mean = mean_of[static_cast<std::size_t>(task_at(X, i, tasks))];
    if (mean >= 0) continue;
    mean = static_cast<Index>(task_of.size());
    task_of.push_back(task_at(X, i, tasks));
  }
  const auto p = static_cast<Index>(task_of.size());
  MeanBasis basis(Matrix::Zero(X.rows(), p), Vector::Zero(p));
  for (Index i = 0; i < X.rows(); ++i) {
    basis.values_(i, mean_of[static_cast<std::size_t>(task_at(X, i, tasks))]) = 1;
  }
  basis.belongs_ = std::move(task_of);
  basis.count_ = tasks.num_tasks;
  return basis;
}

MeanBasis MeanBasis::linear(const Matrix& X, const std::vector<Index>& columns) {
  const auto p = static_cast<Index>(columns.size()) + 1;
  MeanBasis basis(Matrix::Ones(X.rows(), p), Vector::Constant(p, 1 / kSlopeVariance));
  basis.precision_[0] = 0;
  basis.belongs_ = {-1};
  for (const Index column : columns) {
    basis.values_.col(static_cast<Index>(basis.belongs_.size())) = X.col(column).array() - kMiddle;
    basis.belongs_.push_back(column);
  }
  basis.count_ = X.cols();
  return basis;
}

Vector MeanBasis::regress(const Matrix& W, const Vector& y) const {
  if (W.cols() == 1 && precision_.isZero()) return Vector::Constant(1, W.col(0).dot(y) / W.col(0).squaredNorm());
  Matrix normal = W.transpose() * W;
  normal.diagonal() += precision_;
  return math::cholesky_solve(math::robust_cholesky(normal).L, W.transpose() * y);
}

Vector MeanBasis::by_task(const Vector& c) const {
  const Vector rows = values_.colwise().sum().transpose();
  Vector means = Vector::Constant(count_, rows.size() == 0 ? 0.0 : rows.dot(c) / rows.sum());
  for (std::size_t k = 0; k < belongs_.size(); ++k) means[belongs_[k]] = c[static_cast<Index>(k)];
  return means;
}

Vector MeanBasis::slopes(const Vector& c) const {
  Vector slopes = Vector::Zero(count_);
  for (std::size_t k = 0; k < belongs_.size(); ++k) {
    if (belongs_[k] >= 0) slopes[belongs_[k]] = c[static_cast<Index>(k)];
  }
  return slopes;
}

double MeanBasis::constant_at_zero(const Vector& c) const { return c[0] - kMiddle * slopes(c).sum(); }

}  // namespace boa::gp
