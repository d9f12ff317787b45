#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "boa/gp/kernel.hpp"

namespace boa::gp {

// With delta_j = x_j - x'_j and r^2 = sum_j (delta_j / l_j)^2 over the columns that a kernel sees.

/// exp(-r^2/2).
std::unique_ptr<Kernel> make_rbf(const Vector& lengthscale);
/// RBF over the columns of fidelities, lengthscales 1: a factor of its own, whose hyperparameters are called
/// `fidelity_lengthscale`, so that they get another prior.
std::unique_ptr<Kernel> make_fidelity_kernel(const std::vector<Index>& columns);
/// nu = 0.5: exp(-z); 1.5: (1+z) exp(-z); 2.5: (1+z+z^2/3) exp(-z), z = sqrt(2 nu) r. UnsupportedError for other nu.
std::unique_ptr<Kernel> make_matern(double nu, const Vector& lengthscale);
/// (1 + r^2/(2 alpha))^-alpha.
std::unique_ptr<Kernel> make_rational_quadratic(const Vector& lengthscale, double alpha);
/// exp(-2 sum_j sin^2(pi delta_j/p_j)/l_j); l is not squared (GPyTorch).
std::unique_ptr<Kernel> make_periodic(const Vector& lengthscale, const Vector& period_length);
/// sum_j v_j x_j x'_j.
std::unique_ptr<Kernel> make_linear(const Vector& variance);
/// exp(-mean_j [x_j != x'_j]/l_j): distance of Hamming, for category codes.
std::unique_ptr<Kernel> make_categorical(const Vector& lengthscale);
/// C[x, x'] with C = B B' + diag(v), x one column of task indices. B: t x rank, v: t.
std::unique_ptr<Kernel> make_index(const Matrix& covar_factor, const Vector& var);
/// C[x, x'] / C[target, target].
std::unique_ptr<Kernel> make_positive_index(const Matrix& covar_factor, const Vector& var, Index target_task_index);
/// s k(x, x').
std::unique_ptr<Kernel> make_scale(double outputscale, std::unique_ptr<Kernel> base);
/// k_1 + k_2 + ...
std::unique_ptr<Kernel> make_sum(std::vector<std::unique_ptr<Kernel>> terms);
/// k_1 k_2 ...
std::unique_ptr<Kernel> make_product(std::vector<std::unique_ptr<Kernel>> factors);

/// k(w(x), w(x')): w is Kumaraswamy's distribution function with these concentrations in each of `columns`, which hold
/// numbers from 0 to 1 (Snoek et al. 2014; BoTorch's Warp). Concentrations of 1 leave a column as it is.
std::unique_ptr<Kernel> make_warp(std::vector<Index> columns, const Vector& concentration1,
                                  const Vector& concentration0, std::unique_ptr<Kernel> base);

/// A kernel that a fit takes by name, every column with hyperparameters of its own, all of them 1 (period, variance and
/// alpha too): rbf, matern12, matern32, matern52, rq, periodic, linear. UnsupportedError for another name.
std::unique_ptr<Kernel> make_ard(const std::string& name, Index d);
bool is_ard_kernel(std::string_view name);

/// The mixed kernel of BoTorch's MixedSingleTaskGP: s1 (k_cont + s2 k_cat) + s3 (k'_cont k'_cat) with separate
/// lengthscales, for ordinal columns `continuous` and category columns `categorical` (neither empty). `base`: a name
/// of make_ard.
std::unique_ptr<Kernel> make_mixed(const std::string& base, const std::vector<Index>& continuous,
                                   const std::vector<Index>& categorical);

}  // namespace boa::gp
