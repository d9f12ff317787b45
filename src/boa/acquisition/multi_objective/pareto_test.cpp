#include "boa/acquisition/multi_objective/pareto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

using boa::testing::kClosedForm;
using ::testing::ElementsAre;

Matrix pareto_points(Index n, Index m, std::uint64_t seed) { return math::Sobol(m, util::Rng(seed)).draw(n); }

/// Share of a fine quasi-random sample of the unit cube that is dominated.
double sampled_volume(const Matrix& Y, Index m) {
  const Matrix at = pareto_points(1 << 13, m, 99);
  Index inside = 0;
  for (Index i = 0; i < at.rows(); ++i) {
    for (Index k = 0; k < Y.rows(); ++k) {
      if ((Y.row(k).array() >= at.row(i).array()).all()) {
        ++inside;
        break;
      }
    }
  }
  return static_cast<double>(inside) / static_cast<double>(at.rows());
}

TEST(IsNonDominated, KeepsTheFirstOfEqualRows) {
  const Matrix Y{{1.0, 2.0}, {1.0, 2.0}, {2.0, 1.0}, {0.5, 2.0}, {2.0, 0.5}};
  EXPECT_THAT(is_non_dominated(Y), ElementsAre(true, false, true, false, false));
  EXPECT_THAT(is_non_dominated(Y, false), ElementsAre(true, true, true, false, false));
}

TEST(IsNonDominated, ARowWithNanIsOut) {
  EXPECT_THAT(is_non_dominated(Matrix{{std::nan(""), 9.0}, {1.0, 1.0}}), ElementsAre(false, true));
}

TEST(Hypervolume, OfOnePointIsItsBox) {
  EXPECT_NEAR(hypervolume(Matrix{{2.0, 3.0, 4.0}}, Vector{{1.0, 1.0, 1.0}}), 6.0, kClosedForm);
}

TEST(Hypervolume, PointsNotAboveTheReferenceAddNothing) {
  EXPECT_EQ(hypervolume(Matrix{{2.0, 1.0}, {0.0, 5.0}}, Vector{{1.0, 1.0}}), 0.0);
  EXPECT_EQ(hypervolume(Matrix(0, 2), Vector{{1.0, 1.0}}), 0.0);
}

TEST(Hypervolume, AgreesWithCountingInUpToFiveOutcomes) {
  for (Index m = 2; m <= 5; ++m) {
    const Matrix Y = pareto_points(12, m, 5);
    EXPECT_NEAR(hypervolume(Y, Vector::Zero(m)), sampled_volume(Y, m), 5e-3) << m;
  }
}

TEST(NonDominatedBoxes, FillWhatTheFrontLeavesAndDoNotOverlap) {
  for (Index m = 2; m <= 5; ++m) {
    const Matrix Y = pareto_points(10, m, 7);
    const Boxes boxes = non_dominated_boxes(Y, Vector::Zero(m));
    double volume = 0.0;
    for (Index c = 0; c < boxes.size(); ++c) {
      volume += (boxes.upper.row(c).cwiseMin(1.0) - boxes.lower.row(c)).cwiseMax(0.0).prod();
      for (Index k = 0; k < c; ++k) {
        const auto low = boxes.lower.row(c).cwiseMax(boxes.lower.row(k));
        const auto high = boxes.upper.row(c).cwiseMin(boxes.upper.row(k));
        EXPECT_TRUE((low.array() >= high.array()).any());
      }
    }
    EXPECT_NEAR(volume, 1.0 - hypervolume(Y, Vector::Zero(m)), kClosedForm) << m;
  }
}

TEST(NonDominatedBoxes, AreNotMadeWhereThereAreTooMany) {
  for (Index m = 3; m <= 5; ++m) {
    const Matrix Y = pareto_points(20, m, 7);
    const Vector reference = Vector::Zero(m);
    const Index count = non_dominated_boxes(Y, reference).size();
    const std::optional<Boxes> all = boxes_if_few(Y, reference, count);
    ASSERT_TRUE(all) << m;
    EXPECT_EQ(all->size(), count);
    EXPECT_FALSE(boxes_if_few(Y, reference, 5)) << m;
  }
}

TEST(NonDominatedBoxes, WithoutAFrontOneBoxHoldsEverything) {
  const Boxes boxes = non_dominated_boxes(Matrix(0, 3), Vector{{1.0, 2.0, 3.0}});
  ASSERT_EQ(boxes.size(), 1);
  EXPECT_EQ(boxes.lower(0, 2), 3.0);
  EXPECT_TRUE(std::isinf(boxes.upper(0, 0)));
}

TEST(NonDominatedBoxes, SurviveTies) {
  const Matrix Y{{1.0, 1.0, 2.0}, {1.0, 2.0, 1.0}, {2.0, 1.0, 1.0}, {1.0, 1.0, 2.0}};
  const Boxes boxes = non_dominated_boxes(Y, Vector::Zero(3));
  double volume = 0.0;
  for (Index c = 0; c < boxes.size(); ++c) {
    volume += (boxes.upper.row(c).cwiseMin(2.0) - boxes.lower.row(c)).cwiseMax(0.0).prod();
  }
  EXPECT_NEAR(volume, 8.0 - hypervolume(Y, Vector::Zero(3)), kClosedForm);
}

TEST(InferReferencePoint, LiesATenthOfTheRangeBelowTheNadir) {
  const Vector ref = infer_reference_point(Matrix{{0.0, 10.0}, {5.0, 0.0}});
  EXPECT_NEAR(ref[0], -0.5, kClosedForm);
  EXPECT_NEAR(ref[1], -1.0, kClosedForm);
}

TEST(InferReferencePoint, KeepsThresholdsThatAPointBeats) {
  EXPECT_EQ(infer_reference_point(Matrix{{0.0, 10.0}, {5.0, 5.0}}, Vector{{-1.0, 1.0}})[0], -1.0);
}

TEST(InferReferencePoint, NeedsAFrontOrThresholds) {
  EXPECT_THROW(infer_reference_point(Matrix(0, 2)), UserInputError);
}

}  // namespace
}  // namespace boa::acquisition
