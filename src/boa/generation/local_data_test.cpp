#include "boa/generation/local_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "boa/generation/model_data_test.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/math/sobol.hpp"

namespace boa::generation {
namespace local_data_test {

using ::testing::ElementsAre;

ModelData data_of(Index n) {
  const Matrix X = math::Sobol(2, util::Rng(3)).draw(n);
  return model_data_test::data_of(X, -(X.rowwise() - Eigen::RowVector2d(0.2, 0.6)).rowwise().squaredNorm());
}

TEST(LocalRows, AllWhereThereAreFew) {
  EXPECT_THAT(local_rows(Matrix::Random(3, 2), Vector::Zero(2), 3), ElementsAre(0, 1, 2));
}

TEST(LocalRows, HalfIsNearAndHalfIsSpread) {
  Matrix X(8, 1);
  X << 0.90, 0.01, 0.50, 0.02, 0.91, 0.03, 0.51, 0.00;
  // Near 0: rows 7 and 1. Then the farthest, 0.91, and what is farthest from both ends, 0.50.
  EXPECT_THAT(local_rows(X, Vector::Zero(1), 4), ElementsAre(1, 2, 4, 7));
}

TEST(LocalRows, EqualPointsAreChosenOnceEach) {
  const std::vector<Index> rows = local_rows(Matrix::Constant(10, 2, 0.5), Vector::Constant(2, 0.5), 6);
  EXPECT_EQ(std::set<Index>(rows.begin(), rows.end()).size(), 6u);
}

TEST(KeepLocal, KeepsTheSameRowsOfOutcomesThatWereObservedTogether) {
  ModelData data = data_of(300);
  data.outcomes.push_back(data.outcomes[0]);
  data.outcomes[1].y = data.outcomes[0].X.col(0);
  const Vector best = best_observed(data);
  EXPECT_TRUE(keep_local(data, 100));
  EXPECT_EQ(data.outcomes[0].y.size(), 100);
  EXPECT_EQ(data.outcomes[0].X, data.outcomes[1].X);
  EXPECT_EQ(data.outcomes[1].y, data.outcomes[1].X.col(0));
  EXPECT_EQ(best_observed(data), best);
  EXPECT_FALSE(keep_local(data, 100));
}

TEST(BestObserved, IsFeasibleIfAnyIs) {
  ModelData data = data_of(50);
  data.outcomes.push_back(data.outcomes[0]);
  data.outcomes[1].y = data.outcomes[0].X.col(0);
  data.intervals = {{1, 0.5, 1.0}};
  EXPECT_GE(best_observed(data)[0], 0.5);
  data.intervals = {{1, 2.0, 3.0}};
  EXPECT_LT(best_observed(data)[0], 0.5);
}

UnitSpace unit_square() {
  return UnitSpace(
      core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, std::nullopt},
                         core::RangeParameter{"y", core::ParameterType::kFloat, 0, 1, false, std::nullopt}},
                        {}));
}

/// The worst of a fit's predictions at other points.
double worst_error(const Surrogate& surrogate) {
  const ModelData fresh = data_of(kMostForFit + 300);
  Vector mean, variance;
  surrogate.outcomes[0].model->marginals(fresh.outcomes[0].X, mean, variance);
  double worst = 0.0;
  for (Index i = 0; i < mean.size(); ++i) {
    worst =
        std::max(worst, std::abs(surrogate.outcomes[0].transforms.target().inverse(mean[i]) - fresh.outcomes[0].y[i]));
  }
  return worst;
}

TEST(FitSurrogate, ManyPointsAreModelledByAllWithHyperparametersFromAPart) {
  const ModelData data = data_of(kMostForFit + 200);
  // From somewhere near, so that the test is quick.
  const RememberedFit near{"rbf", OutcomeTransform::Shape::kFar, true, {1e-4, Vector{{1.0, 1.0, 1.0}}}};
  const Surrogate surrogate = fit_surrogate(data, unit_square(), util::Rng(1), RememberedFits{0, {near}});
  EXPECT_EQ(surrogate.outcomes[0].model->num_data(), kMostForFit + 200);
  EXPECT_LT(worst_error(surrogate), 1e-2);
}

TEST(FitSurrogate, TheFirstFitOfManyPointsFindsTheOptimum) {
  const ModelData data = data_of(450);
  const Surrogate first = fit_surrogate(data, unit_square(), util::Rng(1));
  EXPECT_LT(worst_error(first), 1e-2);
  // A refit from there, of other data by its fingerprint, has little left to move.
  const Surrogate again = fit_surrogate(data, unit_square(), util::Rng(1), RememberedFits{0, {first.outcomes[0].fit}});
  const Vector moved = again.outcomes[0].fit.hyperparameters.kernel.array().log() -
                       first.outcomes[0].fit.hyperparameters.kernel.array().log();
  EXPECT_LT(moved.cwiseAbs().maxCoeff(), 0.1) << first.outcomes[0].fit.hyperparameters.kernel.transpose();
}

}  // namespace local_data_test
}  // namespace boa::generation
