#pragma once

#include <string>
#include <vector>

#include "boa/gp/kernel.hpp"

namespace boa::gp {

/// Base of kernels that are a profile of r^2 = sum_j (delta_j / l_j)^2 with one lengthscale a column. Distances are
/// formed from differences, exactly 0 at coinciding points.
class StationaryKernel : public Kernel {
 public:
  std::vector<Hyperparameter> hyperparameters() const override;

 protected:
  explicit StationaryKernel(const Vector& lengthscale, std::string lengthscale_name = "lengthscale");

  void do_evaluate(const Matrix& X1, const Matrix& X2, Matrix& K) const override;
  void do_gram_lower(const Matrix& X, Matrix& K) const override;
  void do_gram_lower_cached(const Matrix& X, Matrix& K, GramCache& cache) const override;
  void do_add_gram_gradient_cached(const Matrix& X, const Matrix& W, GramCache& cache,
                                   double* hyperparameters) const override;
  void do_diagonal(const Matrix& X, Vector& diagonal) const override;
  void do_add_gradient(const Matrix& X1, const Matrix& X2, const Matrix& W, double* hyperparameters,
                       Matrix* gradient_X1) const override;
  void do_add_gram_gradient(const Matrix& X, const Matrix& W, double* hyperparameters) const override;
  const double* do_set_values(const double* values) override;
  const double* do_to_node(const double* values, util::Node& node) const override;

  /// Replaces each of the n squared distances at `r2` by the kernel's value.
  virtual void profile(double* r2, Index n) const = 0;
  /// Replaces each squared distance r2 by w dk/d(r2), w from `weights`; where that is infinite at r2 = 0 it counts as 0
  /// (the difference it multiplies is 0). Adds sum w dk/d(extra) to `extra` for a kernel with a further hyperparameter.
  virtual void weighted_slope(double* r2, const double* weights, Index n, double* extra) const = 0;
  /// Replaces each squared distance by the kernel's value and writes dk/d(r2) to `slope` (0 where it is infinite).
  virtual void profile_and_slope(double* r2, double* slope, Index n) const;
  /// Further hyperparameter after the lengthscales, if any.
  virtual double* extra() { return nullptr; }
  const double* extra() const { return const_cast<StationaryKernel*>(this)->extra(); }
  virtual std::string extra_name() const { return {}; }
  virtual void describe(util::Node& node) const = 0;

  Vector lengthscale_;

 private:
  std::string lengthscale_name_;

  void gradient_columns(const Matrix& X1, const Matrix& X2, const Matrix& W, bool symmetric, double* hyperparameters,
                        Matrix* gradient_X1) const;
};

}  // namespace boa::gp
