#include <cmath>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

util::Node list_of(const double*& values, Index count) {
  util::Node list = util::Node::array();
  for (Index j = 0; j < count; ++j) list.push_back(*values++);
  return list;
}

class PeriodicKernel final : public Kernel {
 public:
  PeriodicKernel(const Vector& lengthscale, const Vector& period) : lengthscale_(lengthscale), period_(period) {
    BOA_CHECK(lengthscale.size() == period.size(), lengthscale.size(), period.size());
  }
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<PeriodicKernel>(*this); }
  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result;
    for (const double l : lengthscale_) result.push_back({"periodic_lengthscale", l, 1e-4, 1e6, true});
    for (const double p : period_) result.push_back({"period_length", p, 1e-4, 1e6, true});
    return result;
  }

 private:
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    K.setZero();
    for (Index k = 0; k < X2.rows(); ++k) {
      for (Index j = 0; j < X1.cols(); ++j) {
        K.col(k).array() += (math::kPi / period_[j] * (X1.col(j).array() - X2(k, j))).sin().square() / lengthscale_[j];
      }
    }
    K = (-2.0 * K.array()).exp().matrix();
  }
  void do_diagonal(const Matrix&, Vector& diagonal) const override { diagonal.setOnes(); }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override {
    const Index d = X1.cols();
    Matrix weighted(X1.rows(), X2.rows());
    do_evaluate(X1, X2, weighted);
    weighted.array() *= W.array();
    for (Index k = 0; k < X2.rows(); ++k) {
      for (Index j = 0; j < d; ++j) {
        const double l = lengthscale_[j], p = period_[j];
        const Eigen::ArrayXd delta = X1.col(j).array() - X2(k, j);
        const Eigen::ArrayXd angle = math::kPi / p * delta;
        const Eigen::ArrayXd twice = (2.0 * angle).sin();  // d sin^2 = sin(2 angle) d angle
        const auto w = weighted.col(k).array();
        if (hyperparameters) {
          hyperparameters[j] += 2.0 / (l * l) * (w * angle.sin().square()).sum();
          hyperparameters[d + j] += 2.0 / (l * p) * (w * twice * angle).sum();
        }
        if (gradient_X1) gradient_X1->col(j).array() -= 2.0 * math::kPi / (l * p) * w * twice;
      }
    }
  }
  const double* do_set_values(const double* values) override {
    for (double& l : lengthscale_) l = *values++;
    for (double& p : period_) p = *values++;
    return values;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", "periodic");
    node.set("lengthscale", list_of(values, lengthscale_.size()));
    node.set("period_length", list_of(values, period_.size()));
    return values;
  }

  Vector lengthscale_;
  Vector period_;
};

class LinearKernel final : public Kernel {
 public:
  explicit LinearKernel(const Vector& variance) : variance_(variance) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<LinearKernel>(*this); }
  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result;
    for (const double v : variance_) result.push_back({"variance", v, 1e-6, 1e6, true});
    return result;
  }

 private:
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    K.noalias() = X1 * variance_.asDiagonal() * X2.transpose();
  }
  void do_diagonal(const Matrix& X, Vector& diagonal) const override {
    diagonal = X.array().square().matrix() * variance_;
  }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override {
    const Matrix weighted = W * X2;  // n1 x d
    if (hyperparameters) {
      Eigen::Map<Vector>(hyperparameters, variance_.size()) += X1.cwiseProduct(weighted).colwise().sum().transpose();
    }
    if (gradient_X1) *gradient_X1 += weighted * variance_.asDiagonal();
  }
  void do_add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const override {
    gradient_X += 2.0 * (w.asDiagonal() * X * variance_.asDiagonal());
  }
  const double* do_set_values(const double* values) override {
    for (double& v : variance_) v = *values++;
    return values;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", "linear");
    node.set("variance", list_of(values, variance_.size()));
    return values;
  }

  Vector variance_;
};

class CategoricalKernel final : public Kernel {
 public:
  explicit CategoricalKernel(const Vector& lengthscale) : lengthscale_(lengthscale) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<CategoricalKernel>(*this); }
  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result;
    // Codes differ by 0 or 1 whatever the scaling of X: below 0.05 all categories are unrelated.
    for (const double l : lengthscale_) result.push_back({"lengthscale", l, 1e-2, 1e6, true});
    return result;
  }

 private:
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    for (Index k = 0; k < X2.rows(); ++k) write_distances(X1, 0, X2, k, K.data() + k * K.rows());
    K = (-K.array()).exp().matrix();
  }
  void do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache& cache) const override {
    cache.values.resize(K.rows(), K.cols());
    for (Index k = 0; k < X.rows(); ++k) {
      write_distances(X, k, X, k, K.data() + k * K.rows() + k);
      auto below = K.col(k).tail(K.rows() - k);
      below = (-below.array()).exp().matrix();
      cache.values.col(k).tail(below.size()) = below;
    }
  }
  void do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache& cache,
                                   double* hyperparameters) const override {
    for (Index k = 0; k < X.rows(); ++k) {
      cache.values.col(k).tail(X.rows() - k).array() *= 2.0 * W.col(k).tail(X.rows() - k).array();
    }
    for (Index j = 0; j < X.cols(); ++j) {
      double sum = 0.0;
      for (Index k = 0; k < X.rows(); ++k) {
        sum += weight_of_others(X, k + 1, j, X(k, j), cache.values.data() + k * X.rows());
      }
      hyperparameters[j] += sum * share() / (lengthscale_[j] * lengthscale_[j]);
    }
  }
  void do_diagonal(const Matrix&, Vector& diagonal) const override { diagonal.setOnes(); }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix*) const override {
    if (!hyperparameters) return;
    Matrix weighted(X1.rows(), X2.rows());
    do_evaluate(X1, X2, weighted);
    weighted.array() *= W.array();
    for (Index k = 0; k < X2.rows(); ++k) {
      for (Index j = 0; j < X1.cols(); ++j) {
        const double sum = weight_of_others(X1, 0, j, X2(k, j), weighted.data() + k * X1.rows());
        hyperparameters[j] += sum * share() / (lengthscale_[j] * lengthscale_[j]);
      }
    }
  }
  double share() const { return 1.0 / static_cast<double>(lengthscale_.size()); }
  /// distance[i - from] = sum of share/l_j over the columns in which rows i of X1 (from `from` on) and k of X2 differ.
  void write_distances(const Matrix& X1, Index from, const Matrix& X2, Index k, double* distance) const {
    for (Index j = 0; j < X1.cols(); ++j) {
      const double* column = X1.data() + j * X1.rows();
      const double other = X2(k, j), step = share() / lengthscale_[j];
      for (Index i = from; i < X1.rows(); ++i) {
        distance[i - from] = (j == 0 ? 0.0 : distance[i - from]) + (column[i] != other ? step : 0.0);
      }
    }
  }
  /// Sum of weights[i] over the rows from `from` on whose column j is not `code`.
  static double weight_of_others(const Matrix& X, Index from, Index j, double code, const double* weights) {
    const double* column = X.data() + j * X.rows();
    double sum = 0.0;
    for (Index i = from; i < X.rows(); ++i) sum += column[i] != code ? weights[i] : 0.0;
    return sum;
  }
  const double* do_set_values(const double* values) override {
    for (double& l : lengthscale_) l = *values++;
    return values;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", "categorical");
    node.set("lengthscale", list_of(values, lengthscale_.size()));
    return values;
  }

  Vector lengthscale_;
};

/// C = B B' + diag(v) at task indices, divided by C[target, target] if there is a target.
class IndexKernel final : public Kernel {
 public:
  IndexKernel(const Matrix& factor, const Vector& var, Index target) : factor_(factor), var_(var), target_(target) {
    BOA_CHECK(factor.rows() == var.size() && target < var.size(), factor.rows(), var.size(), target);
  }
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<IndexKernel>(*this); }
  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result;
    for (Index i = 0; i < factor_.rows(); ++i) {
      for (Index r = 0; r < factor_.cols(); ++r) result.push_back({"covar_factor", factor_(i, r), -1e3, 1e3, false});
    }
    for (const double v : var_) result.push_back({"var", v, 1e-6, 1e6, true});
    return result;
  }

 private:
  Matrix covariance() const {
    Matrix C = factor_ * factor_.transpose();
    C.diagonal() += var_;
    return target_ >= 0 ? Matrix(C / C(target_, target_)) : C;
  }
  Index task(double x) const {
    const auto index = static_cast<Index>(std::lround(x));
    BOA_CHECK(index >= 0 && index < var_.size(), index, var_.size());
    return index;
  }
  std::vector<Index> tasks_of(const Matrix& X) const {
    std::vector<Index> tasks(static_cast<std::size_t>(X.rows()));
    for (Index i = 0; i < X.rows(); ++i) tasks[static_cast<std::size_t>(i)] = task(X(i, 0));
    return tasks;
  }
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    const Matrix C = covariance();
    const std::vector<Index> rows = tasks_of(X1);
    for (Index k = 0; k < X2.rows(); ++k) {
      const double* column = C.data() + task(X2(k, 0)) * C.rows();
      for (Index i = 0; i < X1.rows(); ++i) K(i, k) = column[rows[static_cast<std::size_t>(i)]];
    }
  }
  void do_diagonal(const Matrix& X, Vector& diagonal) const override {
    const Matrix C = covariance();
    for (Index i = 0; i < X.rows(); ++i) diagonal[i] = C(task(X(i, 0)), task(X(i, 0)));
  }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix*) const override {
    if (!hyperparameters) return;
    const Index t = var_.size();
    Matrix G = Matrix::Zero(t, t);
    const std::vector<Index> rows = tasks_of(X1);
    for (Index k = 0; k < X2.rows(); ++k) {
      double* column = G.data() + task(X2(k, 0)) * t;
      for (Index i = 0; i < X1.rows(); ++i) column[rows[static_cast<std::size_t>(i)]] += W(i, k);
    }
    if (target_ >= 0) {
      const Matrix ratio = covariance();
      const double denominator = factor_.row(target_).squaredNorm() + var_[target_];
      const double total = G.cwiseProduct(ratio).sum();
      G /= denominator;
      G(target_, target_) -= total / denominator;
    }
    const Matrix d_factor = (G + G.transpose()) * factor_;
    for (Index i = 0; i < t; ++i) {
      for (Index r = 0; r < factor_.cols(); ++r) *hyperparameters++ += d_factor(i, r);
    }
    for (Index i = 0; i < t; ++i) *hyperparameters++ += G(i, i);
  }
  const double* do_set_values(const double* values) override {
    for (Index i = 0; i < factor_.rows(); ++i) {
      for (Index r = 0; r < factor_.cols(); ++r) factor_(i, r) = *values++;
    }
    for (double& v : var_) v = *values++;
    return values;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", target_ >= 0 ? "positive_index" : "index");
    util::Node rows = util::Node::array();
    for (Index i = 0; i < factor_.rows(); ++i) rows.push_back(list_of(values, factor_.cols()));
    node.set("covar_factor", std::move(rows));
    node.set("var", list_of(values, var_.size()));
    if (target_ >= 0) node.set("target_task_index", static_cast<std::int64_t>(target_));
    return values;
  }

  Matrix factor_;
  Vector var_;
  Index target_;  // -1: none
};

}  // namespace

std::unique_ptr<Kernel> make_periodic(const Vector& lengthscale, const Vector& period_length) {
  return std::make_unique<PeriodicKernel>(lengthscale, period_length);
}

std::unique_ptr<Kernel> make_linear(const Vector& variance) { return std::make_unique<LinearKernel>(variance); }

std::unique_ptr<Kernel> make_categorical(const Vector& lengthscale) {
  return std::make_unique<CategoricalKernel>(lengthscale);
}

std::unique_ptr<Kernel> make_index(const Matrix& covar_factor, const Vector& var) {
  return std::make_unique<IndexKernel>(covar_factor, var, -1);
}

std::unique_ptr<Kernel> make_positive_index(const Matrix& covar_factor, const Vector& var, Index target_task_index) {
  return std::make_unique<IndexKernel>(covar_factor, var, target_task_index);
}

}  // namespace boa::gp
