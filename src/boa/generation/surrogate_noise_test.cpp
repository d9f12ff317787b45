#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <random>

#include "boa/generation/model_data_test.hpp"
#include "boa/generation/remembered_fit.hpp"
#include "boa/generation/surrogate.hpp"

// Observations whose noise nothing is said of.
namespace boa::generation {
namespace surrogate_noise_test {

double truth(double x) { return -10 * (x - 0.4) * (x - 0.4); }

/// n observations at random points, the same first ones for every n.
ModelData observations(Index n, double noise_sd, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  Matrix X(n, 1);
  Vector y(n);
  for (Index i = 0; i < n; ++i) {
    X(i, 0) = std::uniform_real_distribution<double>()(engine);
    y[i] = truth(X(i, 0)) + noise_sd * normal(engine);
  }
  return model_data_test::data_of(X, y);
}

UnitSpace line() {
  return UnitSpace(
      core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, std::nullopt}}, {}));
}

/// Root mean square of the mean's distance from the truth.
double error_of(const Surrogate& surrogate) {
  const Vector at = Vector::LinSpaced(21, 0, 1);
  Vector mean, variance;
  surrogate.outcomes[0].model->marginals(at, mean, variance);
  double sum = 0;
  for (Index i = 0; i < at.size(); ++i) {
    const double value = surrogate.outcomes[0].transforms.target().inverse(mean[i]);
    sum += (value - truth(at[i])) * (value - truth(at[i]));
  }
  return std::sqrt(sum / static_cast<double>(at.size()));
}

class UnsaidNoise : public ::testing::TestWithParam<Index> {};

TEST_P(UnsaidNoise, HidesNoFunction) {
  constexpr double kNoise = 0.5;
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    const Surrogate surrogate = fit_surrogate(observations(GetParam(), kNoise, seed), line(), util::Rng(1));
    EXPECT_LT(error_of(surrogate), 0.8 * kNoise) << "seed " << seed;
    EXPECT_TRUE(surrogate.outcomes[0].noisy) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, UnsaidNoise, ::testing::Values(60, 80, 100, 101, 150, 250, 450));

TEST(UnsaidNoiseRefits, FollowTheFunctionPointByPoint) {
  constexpr double kNoise = 0.5;
  std::optional<RememberedFits> last;
  for (Index n = 60; n <= 140; n += 4) {
    const ModelData data = observations(n, kNoise, 5);
    const Surrogate surrogate = fit_surrogate(data, line(), util::Rng(1), last);
    EXPECT_LT(error_of(surrogate), 0.8 * kNoise) << n;
    EXPECT_TRUE(surrogate.outcomes[0].noisy) << n;
    last = remember(data, surrogate);
  }
}

TEST(UnsaidNoiseRefits, WhatAFewPointsHidManyShow) {
  // With so much noise a dozen points say nothing of the function.
  const ModelData few = observations(12, 1.5, 6), many = observations(300, 1.5, 6);
  const RememberedFits last = remember(few, fit_surrogate(few, line(), util::Rng(1)));
  EXPECT_LT(error_of(fit_surrogate(many, line(), util::Rng(1), last)), 0.6);
}

TEST(UnsaidNoiseRefits, ExactObservationsStayExact) {
  std::optional<RememberedFits> last;
  for (Index n = 90; n <= 130; n += 5) {
    const ModelData data = observations(n, 0, 7);
    const Surrogate surrogate = fit_surrogate(data, line(), util::Rng(1), last);
    EXPECT_FALSE(surrogate.outcomes[0].noisy) << n;
    EXPECT_LT(error_of(surrogate), 1e-3) << n;
    last = remember(data, surrogate);
  }
}

}  // namespace surrogate_noise_test
}  // namespace boa::generation
