#include "boa/gp/kernels/kernels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/math/cholesky.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::gp {
namespace {

using boa::testing::kClosedForm;
using boa::testing::kExact;
using ::testing::HasSubstr;

/// One example of every registered kernel, for three columns of which the third holds task indices or categories.
const std::vector<std::pair<std::string, std::string>>& kernel_examples() {
  static const std::vector<std::pair<std::string, std::string>> examples = {
      {"categorical", R"({"type": "categorical", "lengthscale": [0.7], "active_dims": [2]})"},
      {"index",
       R"({"type": "index", "covar_factor": [[1.0], [0.4], [-0.3]], "var": [0.2, 0.3, 0.4], "active_dims": [2]})"},
      {"linear", R"({"type": "linear", "variance": [0.5, 1.5, 0.2]})"},
      {"matern", R"({"type": "matern", "nu": 2.5, "lengthscale": [0.4, 0.9], "active_dims": [1, 0]})"},
      {"periodic",
       R"({"type": "periodic", "lengthscale": [0.8, 0.9], "period_length": [0.7, 1.3], "active_dims": [0, 1]})"},
      {"positive_index",
       R"({"type": "positive_index", "covar_factor": [[1.0], [0.4], [-0.3]], "var": [0.2, 0.3, 0.4], "target_task_index": 1, "active_dims": [2]})"},
      {"product", R"({"type": "product", "factors": [{"type": "rbf", "lengthscale": [0.5], "active_dims": [0]},
          {"type": "linear", "variance": [0.5], "active_dims": [1]},
          {"type": "categorical", "lengthscale": [0.7], "active_dims": [2]}]})"},
      {"rbf", R"({"type": "rbf", "lengthscale": [0.5, 0.8, 2.0]})"},
      {"rq", R"({"type": "rq", "lengthscale": [0.5, 0.8, 2.0], "alpha": 1.7})"},
      {"scale",
       R"({"type": "scale", "outputscale": 2.5, "base": {"type": "matern", "nu": 1.5, "lengthscale": [0.5, 0.8, 2.0]}})"},
      {"sum", R"({"type": "sum", "terms": [{"type": "matern", "nu": 0.5, "lengthscale": [0.5, 0.5, 3.0]},
          {"type": "linear", "variance": [0.5], "active_dims": [1]}]})"},
      {"warp", R"({"type": "warp", "columns": [1, 0], "concentration1": [0.7, 1.6], "concentration0": [1.3, 0.8],
          "base": {"type": "product", "factors": [{"type": "rbf", "lengthscale": [0.5, 0.8, 2.0]},
          {"type": "linear", "variance": [0.5], "active_dims": [1]}]}})"},
  };
  return examples;
}

Matrix kernel_points(Index n, std::uint64_t seed) {
  Matrix X = math::Sobol(3, util::Rng(seed)).draw(n);
  for (Index i = 0; i < n; ++i) X(i, 2) = std::floor(3.0 * X(i, 2));
  return X;
}

bool has_continuous_columns(const std::string& name) {
  return name != "categorical" && name != "index" && name != "positive_index";
}

class KernelContract : public ::testing::TestWithParam<std::pair<std::string, std::string>> {
 protected:
  std::unique_ptr<Kernel> kernel_ = make_kernel(util::parse_json(GetParam().second));
};

TEST_P(KernelContract, IsSymmetricAndPositiveDefiniteAfterJitter) {
  const Matrix X = kernel_points(15, 1);
  const Matrix K = (*kernel_)(X, X);
  EXPECT_LT((K - K.transpose()).cwiseAbs().maxCoeff(), kExact);
  EXPECT_NO_THROW(math::robust_cholesky(K));
}

TEST_P(KernelContract, DiagonalAndGramAgreeWithTheMatrix) {
  const Matrix X = kernel_points(9, 2);
  const Matrix K = (*kernel_)(X, X);
  EXPECT_LT((K.diagonal() - kernel_->diagonal(X)).cwiseAbs().maxCoeff(), kExact);
  Matrix lower;
  kernel_->gram_lower(X, lower);
  for (Index j = 0; j < 9; ++j) EXPECT_LT((lower.col(j) - K.col(j)).tail(9 - j).cwiseAbs().maxCoeff(), kExact);
}

TEST_P(KernelContract, HyperparameterGradientMatches) {
  const Matrix X1 = kernel_points(6, 3), X2 = kernel_points(5, 4);
  const Matrix W = math::sobol_normal(6, 5, util::Rng(5));
  const auto f = [&](const std::vector<double>& values, std::vector<double>* g) {
    const auto copy = kernel_->clone();
    copy->set_values(Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size())));
    if (g) {
      Vector slopes = Vector::Zero(copy->num_hyperparameters());
      copy->add_gradient(X1, X2, W, &slopes, nullptr);
      g->assign(slopes.begin(), slopes.end());
    }
    return W.cwiseProduct((*copy)(X1, X2)).sum();
  };
  const Vector values = kernel_->values();
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>(values.begin(), values.end())));
}

TEST_P(KernelContract, GramGradientEqualsTheGeneralOne) {
  const Matrix X = kernel_points(8, 6);
  Matrix W = math::sobol_normal(8, 8, util::Rng(7));
  W = (W + W.transpose()).eval();
  Vector general = Vector::Zero(kernel_->num_hyperparameters()), gram = general;
  kernel_->add_gradient(X, X, W, &general, nullptr);
  // What stands above the diagonal must not be read.
  for (Index j = 1; j < 8; ++j) W.col(j).head(j).setConstant(std::nan(""));
  kernel_->add_gram_gradient(X, W, gram);
  EXPECT_LT((general - gram).cwiseAbs().maxCoeff(), kClosedForm * (1.0 + general.cwiseAbs().maxCoeff()));
}

TEST_P(KernelContract, CachedGramAndGradientEqualThePlainOnes) {
  const Matrix X = kernel_points(9, 13);
  Matrix W = math::sobol_normal(9, 9, util::Rng(14));
  W = (W + W.transpose()).eval();
  Matrix plain, cached;
  Vector expected = Vector::Zero(kernel_->num_hyperparameters()), gradient = expected;
  kernel_->gram_lower(X, plain);
  kernel_->add_gram_gradient(X, W, expected);
  GramCache cache;
  // Twice: what the first call leaves in the cache must not matter.
  for (int call = 0; call < 2; ++call) {
    gradient.setZero();
    kernel_->gram_lower(X, cached, cache);
    kernel_->add_gram_gradient(X, W, cache, gradient);
  }
  for (Index j = 0; j < 9; ++j) EXPECT_LT((plain.col(j) - cached.col(j)).tail(9 - j).cwiseAbs().maxCoeff(), kExact);
  EXPECT_LT((expected - gradient).cwiseAbs().maxCoeff(), kClosedForm * (1.0 + expected.cwiseAbs().maxCoeff()));
}

TEST_P(KernelContract, PointGradientMatches) {
  const Matrix X1 = kernel_points(4, 8), X2 = kernel_points(5, 9);
  const Matrix W = math::sobol_normal(4, 5, util::Rng(10));
  if (!has_continuous_columns(GetParam().first)) {
    Matrix gradient = Matrix::Zero(4, 3);
    kernel_->add_gradient(X1, X2, W, nullptr, &gradient);
    EXPECT_EQ(gradient, Matrix::Zero(4, 3));
    return;
  }
  const Vector w = W.col(0);
  std::vector<double> start;
  for (Index i = 0; i < 4; ++i) start.insert(start.end(), {X1(i, 0), X1(i, 1)});
  const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
    Matrix moved = X1;
    for (Index i = 0; i < 4; ++i)
      moved.row(i).head(2) << x[static_cast<std::size_t>(2 * i)], x[static_cast<std::size_t>(2 * i + 1)];
    if (g) {
      Matrix gradient = Matrix::Zero(4, 3);
      kernel_->add_gradient(moved, X2, W, nullptr, &gradient);
      kernel_->add_diagonal_gradient(moved, w, gradient);
      for (Index i = 0; i < 4; ++i) {
        (*g)[static_cast<std::size_t>(2 * i)] = gradient(i, 0);
        (*g)[static_cast<std::size_t>(2 * i + 1)] = gradient(i, 1);
      }
    }
    return W.cwiseProduct((*kernel_)(moved, X2)).sum() + w.dot(kernel_->diagonal(moved));
  };
  EXPECT_GRADIENT_MATCHES(f, start);
}

TEST_P(KernelContract, CloneIsEqualAndIndependent) {
  const Matrix X = kernel_points(5, 11);
  const Matrix K = (*kernel_)(X, X);
  const auto copy = kernel_->clone();
  EXPECT_EQ((*copy)(X, X), K);
  copy->set_values(copy->values() * 1.5);
  EXPECT_EQ((*kernel_)(X, X), K);
}

TEST_P(KernelContract, DescriptionMakesTheSameKernel) {
  const Matrix X = kernel_points(5, 12);
  const auto again = make_kernel(kernel_->to_node());
  EXPECT_EQ((*again)(X, X), (*kernel_)(X, X));
  EXPECT_EQ(again->to_node(), kernel_->to_node());
}

INSTANTIATE_TEST_SUITE_P(Builtin, KernelContract, ::testing::ValuesIn(kernel_examples()),
                         [](const auto& example) { return example.param.first; });

TEST(KernelRegistry, EveryKernelHasAnExampleInTheContract) {
  std::vector<std::string> names;
  for (const auto& example : kernel_examples()) names.push_back(example.first);
  EXPECT_EQ(kernel_registry().names(), names);
}

TEST(KernelRegistry, UnknownTypeIsRefusedWithTheNearestName) {
  try {
    make_kernel(util::parse_json(R"({"type": "matren", "lengthscale": [1.0]})"));
    FAIL() << "accepted";
  } catch (const UnsupportedError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'matern'"));
  }
}

TEST(KernelRegistry, ImpossibleFieldsAreRefused) {
  EXPECT_THROW(make_kernel(util::parse_json(R"({"type": "rbf"})")), UserInputError);
  EXPECT_THROW(make_kernel(util::parse_json(R"({"type": "rbf", "lengthscale": [-1.0]})")), UserInputError);
  EXPECT_THROW(make_kernel(util::parse_json(R"({"type": "matern", "nu": 2.0, "lengthscale": [1.0]})")),
               UnsupportedError);
}

TEST(MixedKernel, SeesBothKindsOfColumns) {
  const auto kernel = make_mixed("rbf", {0, 1}, {2});
  Matrix X(3, 3);
  X << 0.1, 0.2, 0.0, 0.1, 0.2, 1.0, 0.4, 0.2, 0.0;
  const Matrix K = (*kernel)(X, X);
  EXPECT_LT(K(0, 1), K(0, 0));
  EXPECT_LT(K(0, 2), K(0, 0));
  EXPECT_GT(K(0, 1), 0.0);
}

}  // namespace
}  // namespace boa::gp
