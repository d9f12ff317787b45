#include "boa/gp/kernels/loops.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace boa::gp::loops {
namespace {

using math::Vector;

/// r^2 from 0 to where the kernels vanish, in a number that no vector's width divides.
std::vector<double> squares() {
  std::vector<double> r2{0.0, 5e-324, 1e-300, 1e-18};
  for (int i = -150; i <= 60; ++i) r2.push_back(std::exp(0.1 * i));
  for (int i = 0; i < 1400; ++i) r2.push_back(i + 0.37);
  r2.push_back(1e5);
  return r2;
}

constexpr double kUnit = std::numeric_limits<double>::epsilon();

void expect_near(const std::vector<double>& values, long double (*exact)(long double), double units) {
  const std::vector<double> r2 = squares();
  for (std::size_t i = 0; i < r2.size(); ++i) {
    const auto wanted = static_cast<double>(exact(r2[i]));
    EXPECT_NEAR(values[i], wanted, units * kUnit * std::abs(wanted) + 1e-300) << "r^2 = " << r2[i];
  }
}

long double z_of(long double r2) { return sqrtl(5 * r2); }

TEST(KernelLoops, ExponentialsAreRightToTheLastBits) {
  std::vector<double> values = squares();
  rbf(values.data(), static_cast<Index>(values.size()));
  expect_near(values, [](long double r2) { return expl(-r2 / 2); }, 2);
  EXPECT_EQ(values[0], 1.0);
  EXPECT_EQ(values.back(), 0.0);
}

TEST(KernelLoops, MaternAndItsSlope) {
  // What z is rounded by is multiplied by z itself in e^-z.
  std::vector<double> values = squares(), slopes = squares(), both = squares(), both_slopes(both.size());
  const auto n = static_cast<Index>(values.size());
  matern52(values.data(), n);
  matern52_slope(slopes.data(), n);
  matern52_and_slope(both.data(), both_slopes.data(), n);
  expect_near(values, [](long double r2) { return (1 + z_of(r2) + z_of(r2) * z_of(r2) / 3) * expl(-z_of(r2)); }, 100);
  expect_near(slopes, [](long double r2) { return -(1 + z_of(r2)) * expl(-z_of(r2)) * 5 / 6; }, 100);
  for (std::size_t i = 0; i < both.size(); ++i) {
    EXPECT_NEAR(both[i], values[i], 2 * kUnit * values[i]);
    EXPECT_NEAR(both_slopes[i], slopes[i], 2 * kUnit * -slopes[i]);
  }
}

TEST(KernelLoops, NotANumberStaysOne) {
  std::vector<double> values(7, 1.0);
  values[2] = std::nan("");
  std::vector<double> again = values, slopes(7);
  rbf(values.data(), 7);
  matern52_and_slope(again.data(), slopes.data(), 7);
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(std::isnan(values[i]), i == 2);
    EXPECT_EQ(std::isnan(again[i]), i == 2);
    EXPECT_EQ(std::isnan(slopes[i]), i == 2);
  }
}

TEST(KernelLoops, SquaredDistancesOfAnyNumberOfColumns) {
  constexpr Index n = 11;
  for (const Index d : {0, 1, 2, 3, 6, 7}) {
    const Matrix X = Matrix::Random(n + 2, d), points = Matrix::Random(3, d);
    Vector r2(n);
    squared_distances(X, 2, n, points, 1, r2.data());
    for (Index i = 0; i < n; ++i) {
      EXPECT_NEAR(r2[i], (X.row(i + 2) - points.row(1)).squaredNorm(), 1e-14) << d << " columns, row " << i;
    }
  }
}

}  // namespace
}  // namespace boa::gp::loops
