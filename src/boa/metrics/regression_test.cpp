#include "boa/metrics/regression.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/util/error.hpp"

namespace boa::metrics {
namespace {

TEST(Regression, PerfectPredictionsScoreBest) {
  const std::vector<double> y{1.0, 2.0, 4.0};
  EXPECT_EQ(mean_squared_error(y, y), 0.0);
  EXPECT_EQ(r2_score(y, y), 1.0);
}

TEST(Regression, ConstantTruthScoresOneOrZero) {
  EXPECT_EQ(r2_score({2.0, 2.0}, {2.0, 2.0}), 1.0);
  EXPECT_EQ(r2_score({2.0, 2.0}, {2.0, 3.0}), 0.0);
}

TEST(Regression, WeightsCountRepetitions) {
  EXPECT_DOUBLE_EQ(mean_squared_error({1.0, 2.0}, {0.0, 0.0}, {2.0, 1.0}),
                   mean_squared_error({1.0, 1.0, 2.0}, {0.0, 0.0, 0.0}));
}

TEST(Regression, NormalizersUseThePredictions) {
  const std::vector<double> y{0.0, 0.0, 0.0, 0.0, 0.0}, p{1.0, 2.0, 3.0, 4.0, 5.0};
  const double rmse = std::sqrt(11.0);
  EXPECT_DOUBLE_EQ(normalized_root_mean_squared_error(y, p, Normalizer::kRange), rmse / 4.0);
  EXPECT_DOUBLE_EQ(normalized_root_mean_squared_error(y, p, Normalizer::kIqr), rmse / 2.0);
  EXPECT_DOUBLE_EQ(normalized_root_mean_squared_error(y, p, Normalizer::kMean), rmse / 3.0);
}

TEST(Regression, WrongLengthsAndUnknownNamesAreRefused) {
  EXPECT_THROW(mean_squared_error({1.0}, {1.0, 2.0}), UserInputError);
  EXPECT_THROW(mean({}), UserInputError);
  EXPECT_THROW(mean_squared_error({1.0}, {1.0}, {0.0}), UserInputError);
  EXPECT_THROW(normalizer_of("iqd"), UnsupportedError);
}

}  // namespace
}  // namespace boa::metrics
