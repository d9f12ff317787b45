#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/math/types.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"

namespace boa::gp {

using math::Index;
using math::Matrix;
using math::Vector;

/// One number of a kernel that a fit may change, in natural scale.
struct Hyperparameter {
  std::string name;  ///< `lengthscale`, `outputscale`, `alpha`, ...: which prior it gets
  double value = 1.0;
  double lower = 1e-6;
  double upper = 1e6;
  bool positive = true;  ///< optimised in logs
};

/// What a Gram matrix leaves for its gradient at the same X and hyperparameters, so that distances and exponentials are
/// computed once. Keep one for many calls: its storage is reused.
struct GramCache {
  Matrix scaled;                 ///< n x d: X in lengthscales
  Matrix values;                 ///< n x n, lower triangle: a part's own Gram matrix
  Matrix slopes;                 ///< n x n, lower triangle: dk/d(r^2)
  std::vector<GramCache> parts;  ///< of a composite kernel
};

/// Covariance function k(x, x'). Values come as whole matrices; hyperparameters as one flat vector in natural scale, a
/// composite's being those of its parts in order. Columns of X are selected by `active_dims` where given.
///
/// Public functions check shapes, private virtual ones compute on the selected columns.
class Kernel {
 public:
  virtual ~Kernel() = default;
  Kernel(const Kernel&) = default;
  Kernel& operator=(const Kernel&) = delete;

  /// K(X1, X2): n1 x n2, written to `K` (resized without allocation when it fits).
  void evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const;
  Matrix operator()(const Matrix& X1, const Matrix& X2) const;
  /// Lower triangle (with diagonal) of K(X, X); what stands above the diagonal is unspecified.
  void gram_lower(const Matrix& X, Matrix& K) const;
  /// The same, and what add_gram_gradient needs of it.
  void gram_lower(const Matrix& X, Matrix& K, GramCache& cache) const;
  /// Diagonal of K(X, X): n.
  Vector diagonal(const Matrix& X) const;

  /// Gradients of L = sum(W .* K(X1, X2)), added to what is there: in the hyperparameters (natural scale) and in X1 at
  /// fixed X2. Either may be null. W: n1 x n2, gradient_X1: n1 x d.
  void add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, Vector* hyperparameters,
                    Matrix* gradient_X1) const;
  /// Gradient of sum(W .* K(X, X)) in the hyperparameters, for symmetric W of which only the lower triangle is read;
  /// added.
  void add_gram_gradient(const Matrix& X, const Matrix& W, Vector& hyperparameters) const;
  /// The same after gram_lower(X, K, cache), at a fraction of the cost. Uses the cache up.
  void add_gram_gradient(const Matrix& X, const Matrix& W, GramCache& cache, Vector& hyperparameters) const;
  /// Gradient of sum_i w_i k(x_i, x_i) in X, added. Zero for stationary kernels.
  void add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const;

  /// What a fit may change, with bounds, in the order of the flat vector.
  virtual std::vector<Hyperparameter> hyperparameters() const = 0;
  Index num_hyperparameters() const { return static_cast<Index>(hyperparameters().size()); }
  /// The flat vector.
  Vector values() const;
  /// Replaces all hyperparameters; the bounds are not enforced.
  void set_values(const Vector& values);

  /// A copy that shares nothing.
  virtual std::unique_ptr<Kernel> clone() const = 0;
  /// The kernel as a tree in the form that make_kernel reads.
  util::Node to_node() const;
  /// That tree with each hyperparameter replaced by the matching entry of `values` (gradients, standard errors).
  util::Node to_node(const Vector& values) const;

  const std::vector<Index>& active_dims() const { return active_dims_; }
  void set_active_dims(std::vector<Index> active_dims) { active_dims_ = std::move(active_dims); }

 protected:
  Kernel() = default;

  virtual void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const = 0;
  virtual void do_gram_lower(const Matrix& X, Matrix& K) const { do_evaluate(X, X, K); }
  /// A kernel that caches overrides both of these, else neither.
  virtual void do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache&) const { do_gram_lower(X, K); }
  virtual void do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache&,
                                           double* hyperparameters) const {
    do_add_gram_gradient(X, W, hyperparameters);
  }
  virtual void do_diagonal(const Matrix& X, Vector& diagonal) const = 0;
  virtual void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                               Matrix* gradient_X1) const = 0;
  virtual void do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const;
  virtual void do_add_diagonal_gradient(const Matrix& X, const Vector& w, Matrix& gradient_X) const;
  /// Reads this kernel's hyperparameters from `values` on, returns the first that is not its own.
  virtual const double* do_set_values(const double* values) = 0;
  /// Writes type and fields with hyperparameters from `values` on.
  virtual const double* do_to_node(const double* values, util::Node& node) const = 0;

 private:
  std::vector<Index> active_dims_;  // empty: all columns
};

/// Makes a kernel from its description `{type: ..., ...}` (fields as in docs; `active_dims` optional in each node).
/// UnsupportedError for an unknown type, UserInputError for missing or impossible fields.
std::unique_ptr<Kernel> make_kernel(const util::Node& description);

/// The kernels by name: categorical, index, linear, matern, periodic, positive_index, product, rbf, rq, scale, sum,
/// warp.
using KernelFactory = std::function<std::unique_ptr<Kernel>(const util::Node&)>;
const util::Registry<KernelFactory>& kernel_registry();

}  // namespace boa::gp
