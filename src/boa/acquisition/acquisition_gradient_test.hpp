#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::acquisition {

/// The gradient at q points of two columns against differences, and the value with it against the value without.
inline void expect_gradient(const AcquisitionFunction& function, Index q) {
  const auto f = [&](const std::vector<double>& x, std::vector<double>* gradient) {
    const Matrix X = Eigen::Map<const Matrix>(x.data(), 2, q).transpose();
    Matrix slopes;
    const double value = function.value_and_gradient(X, gradient ? &slopes : nullptr);
    EXPECT_NEAR(value, function.values(X, q)[0], testing::kClosedForm * std::max(1.0, std::abs(value)));
    if (gradient) {
      const Matrix transposed = slopes.transpose();
      gradient->assign(transposed.data(), transposed.data() + transposed.size());
    }
    return value;
  };
  const Matrix X = math::Sobol(2, util::Rng(7)).draw(q).transpose();
  EXPECT_GRADIENT_MATCHES(f, std::vector<double>(X.data(), X.data() + X.size()));
}

}  // namespace boa::acquisition
