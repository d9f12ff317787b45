#include <cmath>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

using Parts = std::vector<std::unique_ptr<Kernel>>;

Parts clone_parts(const Parts& parts) {
  Parts copies;
  for (const auto& part : parts) copies.push_back(part->clone());
  return copies;
}

/// sum(A .* B) of symmetric matrices of which the lower triangles are there.
double dot_of_symmetric(const Matrix& A, const Matrix& B) {
  double sum = 0.0;
  for (Index j = 0; j < A.cols(); ++j) {
    const Index below = A.rows() - j - 1;
    sum += A(j, j) * B(j, j) + 2.0 * A.col(j).tail(below).dot(B.col(j).tail(below));
  }
  return sum;
}

/// Sums and products keep their parts' hyperparameters one after the other.
class CompositeKernel : public Kernel {
 public:
  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result;
    for (const auto& part : parts_) {
      const std::vector<Hyperparameter> own = part->hyperparameters();
      result.insert(result.end(), own.begin(), own.end());
    }
    return result;
  }

 protected:
  explicit CompositeKernel(Parts parts) : parts_(std::move(parts)) {
    BOA_CHECK(!parts_.empty(), "a sum or product of kernels needs at least one");
    for (const auto& part : parts_) counts_.push_back(part->num_hyperparameters());
  }
  CompositeKernel(const CompositeKernel& other)
      : Kernel(other), parts_(clone_parts(other.parts_)), counts_(other.counts_) {}

  const double* do_set_values(const double* values) override {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i]->set_values(Eigen::Map<const Vector>(values, counts_[i]));
      values += counts_[i];
    }
    return values;
  }
  const double* parts_to_node(const double* values, const char* key, util::Node& node) const {
    util::Node list = util::Node::array();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      list.push_back(parts_[i]->to_node(Eigen::Map<const Vector>(values, counts_[i])));
      values += counts_[i];
    }
    node.set(key, std::move(list));
    return values;
  }
  /// Adds the gradient of part `i` under weights W.
  void add_part_gradient(std::size_t i, const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                         Matrix* gradient_X1) const {
    if (!hyperparameters) {
      parts_[i]->add_gradient(X1, X2, W, nullptr, gradient_X1);
      return;
    }
    Vector own = Vector::Zero(counts_[i]);
    parts_[i]->add_gradient(X1, X2, W, &own, gradient_X1);
    Eigen::Map<Vector>(hyperparameters + offset(i), counts_[i]) += own;
  }
  void add_part_gram_gradient(std::size_t i, const Matrix& X, const Matrix& W, double* hyperparameters) const {
    Vector own = Vector::Zero(counts_[i]);
    parts_[i]->add_gram_gradient(X, W, own);
    Eigen::Map<Vector>(hyperparameters + offset(i), counts_[i]) += own;
  }
  /// The same with the cache of its Gram matrix.
  void add_part_gram_gradient(std::size_t i, const Matrix& X, const Matrix& W, GramCache& cache,
                              double* hyperparameters) const {
    Vector own = Vector::Zero(counts_[i]);
    parts_[i]->add_gram_gradient(X, W, cache, own);
    Eigen::Map<Vector>(hyperparameters + offset(i), counts_[i]) += own;
  }
  Index offset(std::size_t i) const {
    Index sum = 0;
    for (std::size_t k = 0; k < i; ++k) sum += counts_[k];
    return sum;
  }

  Parts parts_;
  std::vector<Index> counts_;
};

class SumKernel final : public CompositeKernel {
 public:
  explicit SumKernel(Parts parts) : CompositeKernel(std::move(parts)) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<SumKernel>(*this); }

 private:
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    parts_[0]->evaluate(X1, X2, K);
    for (std::size_t i = 1; i < parts_.size(); ++i) K += (*parts_[i])(X1, X2);
  }
  void do_gram_lower(const Matrix& X, Matrix& K) const override {
    parts_[0]->gram_lower(X, K);
    Matrix other;
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      parts_[i]->gram_lower(X, other);
      K.triangularView<Eigen::Lower>() += other;
    }
  }
  void do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache& cache) const override {
    cache.parts.resize(parts_.size());
    parts_[0]->gram_lower(X, K, cache.parts[0]);
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      parts_[i]->gram_lower(X, cache.values, cache.parts[i]);
      K.triangularView<Eigen::Lower>() += cache.values;
    }
  }
  void do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache& cache,
                                   double* hyperparameters) const override {
    for (std::size_t i = 0; i < parts_.size(); ++i) add_part_gram_gradient(i, X, W, cache.parts[i], hyperparameters);
  }
  void do_diagonal(const Matrix& X, Vector& diagonal) const override {
    diagonal.setZero();
    for (const auto& part : parts_) diagonal += part->diagonal(X);
  }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override {
    for (std::size_t i = 0; i < parts_.size(); ++i) add_part_gradient(i, X1, X2, W, hyperparameters, gradient_X1);
  }
  void do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const override {
    for (std::size_t i = 0; i < parts_.size(); ++i) add_part_gram_gradient(i, X, W, hyperparameters);
  }
  void do_add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const override {
    for (const auto& part : parts_) part->add_diagonal_gradient(X, w, gradient_X);
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", "sum");
    return parts_to_node(values, "terms", node);
  }
};

class ProductKernel final : public CompositeKernel {
 public:
  explicit ProductKernel(Parts parts) : CompositeKernel(std::move(parts)) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<ProductKernel>(*this); }

 private:
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    parts_[0]->evaluate(X1, X2, K);
    for (std::size_t i = 1; i < parts_.size(); ++i) K.array() *= (*parts_[i])(X1, X2).array();
  }
  void do_gram_lower(const Matrix& X, Matrix& K) const override {
    parts_[0]->gram_lower(X, K);
    Matrix other;
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      parts_[i]->gram_lower(X, other);
      for (Index j = 0; j < K.cols(); ++j)
        K.col(j).tail(K.rows() - j).array() *= other.col(j).tail(K.rows() - j).array();
    }
  }
  /// parts[i] is the cache of part i, parts[count + i].values its Gram matrix.
  void do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache& cache) const override {
    const std::size_t count = parts_.size();
    cache.parts.resize(2 * count);
    for (std::size_t i = 0; i < count; ++i) {
      Matrix& own = cache.parts[count + i].values;
      parts_[i]->gram_lower(X, own, cache.parts[i]);
      for (Index j = 0; j < K.cols(); ++j) {
        const Index rest = K.rows() - j;
        if (i == 0) K.col(j).tail(rest) = own.col(j).tail(rest);
        if (i > 0) K.col(j).tail(rest).array() *= own.col(j).tail(rest).array();
      }
    }
  }
  void do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache& cache,
                                   double* hyperparameters) const override {
    const std::size_t count = parts_.size();
    for (std::size_t i = 0; i < count; ++i) {
      cache.values.resize(W.rows(), W.cols());
      for (Index j = 0; j < W.cols(); ++j) {
        const Index rest = W.rows() - j;
        cache.values.col(j).tail(rest) = W.col(j).tail(rest);
        for (std::size_t k = 0; k < count; ++k) {
          if (k != i) cache.values.col(j).tail(rest).array() *= cache.parts[count + k].values.col(j).tail(rest).array();
        }
      }
      add_part_gram_gradient(i, X, cache.values, cache.parts[i], hyperparameters);
    }
  }
  void do_diagonal(const Matrix& X, Vector& diagonal) const override {
    diagonal.setOnes();
    for (const auto& part : parts_) diagonal.array() *= part->diagonal(X).array();
  }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override {
    std::vector<Matrix> values;
    for (const auto& part : parts_) values.push_back((*part)(X1, X2));
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      add_part_gradient(i, X1, X2, times_others(values, i, W), hyperparameters, gradient_X1);
    }
  }
  void do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const override {
    std::vector<Matrix> values(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i]->gram_lower(X, values[i]);
      // What is above the diagonal is not specified, and must not be NaN times zero.
      for (Index j = 1; j < values[i].cols(); ++j) values[i].col(j).head(j).setZero();
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      add_part_gram_gradient(i, X, times_others(values, i, W), hyperparameters);
    }
  }
  void do_add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const override {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      Vector weights = w;
      for (std::size_t k = 0; k < parts_.size(); ++k) {
        if (k != i) weights.array() *= parts_[k]->diagonal(X).array();
      }
      parts_[i]->add_diagonal_gradient(X, weights, gradient_X);
    }
  }
  static Matrix times_others(const std::vector<Matrix>& values, std::size_t i, const Matrix& W) {
    Matrix weights = W;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (k != i) weights.array() *= values[k].array();
    }
    return weights;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", "product");
    return parts_to_node(values, "factors", node);
  }
};

class ScaleKernel final : public Kernel {
 public:
  ScaleKernel(double outputscale, std::unique_ptr<Kernel> base) : outputscale_(outputscale), base_(std::move(base)) {}
  ScaleKernel(const ScaleKernel& other)
      : Kernel(other), outputscale_(other.outputscale_), base_(other.base_->clone()) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<ScaleKernel>(*this); }
  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result{{"outputscale", outputscale_, 1e-4, 1e5, true}};
    const std::vector<Hyperparameter> own = base_->hyperparameters();
    result.insert(result.end(), own.begin(), own.end());
    return result;
  }

 private:
  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    base_->evaluate(X1, X2, K);
    K *= outputscale_;
  }
  void do_gram_lower(const Matrix& X, Matrix& K) const override {
    base_->gram_lower(X, K);
    for (Index j = 0; j < K.cols(); ++j) K.col(j).tail(K.rows() - j) *= outputscale_;
  }
  void do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache& cache) const override {
    cache.parts.resize(1);
    base_->gram_lower(X, K, cache.parts[0]);
    cache.values.resize(K.rows(), K.cols());
    for (Index j = 0; j < K.cols(); ++j) {
      const Index rest = K.rows() - j;
      cache.values.col(j).tail(rest) = K.col(j).tail(rest);
      K.col(j).tail(rest) *= outputscale_;
    }
  }
  void do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache& cache,
                                   double* hyperparameters) const override {
    hyperparameters[0] += dot_of_symmetric(W, cache.values);
    Vector own = Vector::Zero(base_->num_hyperparameters());
    base_->add_gram_gradient(X, W, cache.parts[0], own);
    Eigen::Map<Vector>(hyperparameters + 1, own.size()) += outputscale_ * own;
  }
  void do_diagonal(const Matrix& X, Vector& diagonal) const override { diagonal = outputscale_ * base_->diagonal(X); }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override {
    const Matrix scaled = outputscale_ * W;
    if (!hyperparameters) {
      base_->add_gradient(X1, X2, scaled, nullptr, gradient_X1);
      return;
    }
    Vector own = Vector::Zero(base_->num_hyperparameters());
    base_->add_gradient(X1, X2, scaled, &own, gradient_X1);
    hyperparameters[0] += W.cwiseProduct((*base_)(X1, X2)).sum();
    Eigen::Map<Vector>(hyperparameters + 1, own.size()) += own;
  }
  void do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const override {
    Vector own = Vector::Zero(base_->num_hyperparameters());
    base_->add_gram_gradient(X, outputscale_ * W, own);
    Matrix K;
    base_->gram_lower(X, K);
    hyperparameters[0] += dot_of_symmetric(W, K);
    Eigen::Map<Vector>(hyperparameters + 1, own.size()) += own;
  }
  void do_add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const override {
    base_->add_diagonal_gradient(X, outputscale_ * w, gradient_X);
  }
  const double* do_set_values(const double* values) override {
    outputscale_ = *values++;
    const Index count = base_->num_hyperparameters();
    base_->set_values(Eigen::Map<const Vector>(values, count));
    return values + count;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    node.set("type", "scale");
    node.set("outputscale", *values++);
    const Index count = base_->num_hyperparameters();
    node.set("base", base_->to_node(Eigen::Map<const Vector>(values, count)));
    return values + count;
  }

  double outputscale_;
  std::unique_ptr<Kernel> base_;
};

}  // namespace

std::unique_ptr<Kernel> make_scale(double outputscale, std::unique_ptr<Kernel> base) {
  return std::make_unique<ScaleKernel>(outputscale, std::move(base));
}

std::unique_ptr<Kernel> make_sum(std::vector<std::unique_ptr<Kernel>> terms) {
  return std::make_unique<SumKernel>(std::move(terms));
}

std::unique_ptr<Kernel> make_product(std::vector<std::unique_ptr<Kernel>> factors) {
  return std::make_unique<ProductKernel>(std::move(factors));
}

std::unique_ptr<Kernel> make_mixed(const std::string& base, const std::vector<Index>& continuous,
                                   const std::vector<Index>& categorical) {
  const auto ordinal = [&] {
    auto kernel = make_ard(base, static_cast<Index>(continuous.size()));
    kernel->set_active_dims(continuous);
    return kernel;
  };
  const auto category = [&] {
    auto kernel = make_categorical(Vector::Ones(static_cast<Index>(categorical.size())));
    kernel->set_active_dims(categorical);
    return kernel;
  };
  std::vector<std::unique_ptr<Kernel>> inner;
  inner.push_back(ordinal());
  inner.push_back(make_scale(1.0, category()));
  std::vector<std::unique_ptr<Kernel>> both;
  both.push_back(ordinal());
  both.push_back(category());
  std::vector<std::unique_ptr<Kernel>> terms;
  terms.push_back(make_scale(0.5, make_sum(std::move(inner))));
  terms.push_back(make_scale(0.5, make_product(std::move(both))));
  return make_sum(std::move(terms));
}

}  // namespace boa::gp
