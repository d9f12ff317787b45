#include <utility>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/cholesky.hpp"
#include "boa/math/transforms.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

// Beyond, the unit interval is bent into a corner.
constexpr double kMinConcentration = 0.1;
constexpr double kMaxConcentration = 10.0;

/// Points with some columns warped, and by how much these move: n x (number of warped columns).
struct WarpedPoints {
  Matrix X;
  Matrix slope;
  Matrix slope0;  // in concentration0
  Matrix slope1;  // in concentration1
};

class WarpKernel final : public Kernel {
 public:
  WarpKernel(std::vector<Index> columns, Vector concentration1, Vector concentration0, std::unique_ptr<Kernel> base)
      : columns_(std::move(columns)),
        concentration1_(std::move(concentration1)),
        concentration0_(std::move(concentration0)),
        base_(std::move(base)) {
    BOA_CHECK(concentration1_.size() == count() && concentration0_.size() == count(), columns_.size());
  }
  WarpKernel(const WarpKernel& other)
      : Kernel(other),
        columns_(other.columns_),
        concentration1_(other.concentration1_),
        concentration0_(other.concentration0_),
        base_(other.base_->clone()) {}
  std::unique_ptr<Kernel> clone() const override { return std::make_unique<WarpKernel>(*this); }

  std::vector<Hyperparameter> hyperparameters() const override {
    std::vector<Hyperparameter> result;
    for (const double c : concentration1_)
      result.push_back({"concentration1", c, kMinConcentration, kMaxConcentration, true});
    for (const double c : concentration0_)
      result.push_back({"concentration0", c, kMinConcentration, kMaxConcentration, true});
    const std::vector<Hyperparameter> own = base_->hyperparameters();
    result.insert(result.end(), own.begin(), own.end());
    return result;
  }

 private:
  Index count() const { return static_cast<Index>(columns_.size()); }

  WarpedPoints warp(const Matrix& X) const {
    WarpedPoints points{X, Matrix(X.rows(), count()), Matrix(X.rows(), count()), Matrix(X.rows(), count())};
    for (Index k = 0; k < count(); ++k) {
      const Index column = columns_[static_cast<std::size_t>(k)];
      BOA_CHECK(column >= 0 && column < X.cols(), column, X.cols());
      for (Index i = 0; i < X.rows(); ++i) {
        const math::Warp w = math::kumaraswamy(X(i, column), concentration0_[k], concentration1_[k]);
        points.X(i, column) = w.value;
        points.slope(i, k) = w.slope;
        points.slope0(i, k) = w.slope_a;
        points.slope1(i, k) = w.slope_b;
      }
    }
    return points;
  }
  /// The points alone.
  Matrix warped(Matrix X) const {
    for (Index k = 0; k < count(); ++k) {
      for (double& u : X.col(columns_[static_cast<std::size_t>(k)])) {
        u = math::kumaraswamy_value(u, concentration0_[k], concentration1_[k]);
      }
    }
    return X;
  }
  /// What a gradient in warped points says of the concentrations.
  void add_to_concentrations(const WarpedPoints& points, const Matrix& gradient, double factor,
                             double* hyperparameters) const {
    for (Index k = 0; k < count(); ++k) {
      const auto column = gradient.col(columns_[static_cast<std::size_t>(k)]);
      hyperparameters[k] += factor * column.dot(points.slope1.col(k));
      hyperparameters[count() + k] += factor * column.dot(points.slope0.col(k));
    }
  }
  /// The gradient in the points themselves.
  Matrix unwarped(const WarpedPoints& points, Matrix gradient) const {
    for (Index k = 0; k < count(); ++k) {
      gradient.col(columns_[static_cast<std::size_t>(k)]).array() *= points.slope.col(k).array();
    }
    return gradient;
  }

  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override {
    base_->evaluate(warped(X1), warped(X2), K);
  }
  void do_gram_lower(const Matrix& X, Matrix& K) const override { base_->gram_lower(warped(X), K); }
  void do_diagonal(const Matrix& X, Vector& diagonal) const override { diagonal = base_->diagonal(warped(X)); }
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override {
    const WarpedPoints first = warp(X1);
    Matrix in_first = Matrix::Zero(X1.rows(), X1.cols());
    if (hyperparameters) {
      const WarpedPoints second = warp(X2);
      Vector own = Vector::Zero(base_->num_hyperparameters());
      base_->add_gradient(first.X, second.X, W, &own, &in_first);
      Eigen::Map<Vector>(hyperparameters + 2 * count(), own.size()) += own;
      Matrix in_second = Matrix::Zero(X2.rows(), X2.cols());
      base_->add_gradient(second.X, first.X, W.transpose(), nullptr, &in_second);
      add_to_concentrations(first, in_first, 1.0, hyperparameters);
      add_to_concentrations(second, in_second, 1.0, hyperparameters);
    } else {
      base_->add_gradient(first.X, warped(X2), W, nullptr, &in_first);
    }
    if (gradient_X1) *gradient_X1 += unwarped(first, std::move(in_first));
  }
  void do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const override {
    const WarpedPoints points = warp(X);
    Matrix full = W;
    math::mirror_lower(full);
    Vector own = Vector::Zero(base_->num_hyperparameters());
    Matrix gradient = Matrix::Zero(X.rows(), X.cols());
    base_->add_gradient(points.X, points.X, full, &own, &gradient);
    Eigen::Map<Vector>(hyperparameters + 2 * count(), own.size()) += own;
    add_to_concentrations(points, gradient, 2.0, hyperparameters);  // as the first argument and as the second
  }
  void do_add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const override {
    const WarpedPoints points = warp(X);
    Matrix gradient = Matrix::Zero(X.rows(), X.cols());
    base_->add_diagonal_gradient(points.X, w, gradient);
    gradient_X += unwarped(points, std::move(gradient));
  }
  const double* do_set_values(const double* values) override {
    concentration1_ = Eigen::Map<const Vector>(values, count());
    concentration0_ = Eigen::Map<const Vector>(values + count(), count());
    values += 2 * count();
    const Index own = base_->num_hyperparameters();
    base_->set_values(Eigen::Map<const Vector>(values, own));
    return values + own;
  }
  const double* do_to_node(const double* values, util::Node& node) const override {
    util::Node columns = util::Node::array(), first = util::Node::array(), zeroth = util::Node::array();
    for (Index k = 0; k < count(); ++k) {
      columns.push_back(static_cast<std::int64_t>(columns_[static_cast<std::size_t>(k)]));
      first.push_back(values[k]);
      zeroth.push_back(values[count() + k]);
    }
    node.set("type", "warp");
    node.set("columns", std::move(columns));
    node.set("concentration1", std::move(first));
    node.set("concentration0", std::move(zeroth));
    values += 2 * count();
    const Index own = base_->num_hyperparameters();
    node.set("base", base_->to_node(Eigen::Map<const Vector>(values, own)));
    return values + own;
  }

  std::vector<Index> columns_;
  Vector concentration1_, concentration0_;
  std::unique_ptr<Kernel> base_;
};

}  // namespace

std::unique_ptr<Kernel> make_warp(std::vector<Index> columns, const Vector& concentration1,
                                  const Vector& concentration0, std::unique_ptr<Kernel> base) {
  return std::make_unique<WarpKernel>(std::move(columns), concentration1, concentration0, std::move(base));
}

}  // namespace boa::gp
