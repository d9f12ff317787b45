#include "boa/generation/trust_region.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "boa/util/error.hpp"

namespace boa::generation {
namespace trust_region_test {

Evaluation value(double objective, double violation = 0) { return {true, objective, violation}; }
Evaluation failed() { return {}; }

/// Of 10 columns: 3 successes double, 10 failures halve; the best value is 1.
TrustRegion region() {
  TrustRegion region({}, 10);
  region.observe(value(1));
  return region;
}

void fail(TrustRegion& region, int times) {
  for (int i = 0; i < times; ++i) region.update({value(0)});
}

TEST(TrustRegion, StartsAtItsFirstLengthAndObservedPointsOnlyMoveTheBest) {
  TrustRegion fresh({}, 10);
  EXPECT_FALSE(fresh.best().has_value());
  fresh.observe(failed());
  EXPECT_FALSE(fresh.best().has_value());
  for (const double y : {1.0, 5.0, 3.0}) fresh.observe(value(y));
  EXPECT_EQ(fresh.best()->objective, 5);
  EXPECT_EQ(fresh.length(), 0.8);
  EXPECT_EQ(fresh.successes(), 0);
  EXPECT_EQ(fresh.failures(), 0);
}

TEST(TrustRegion, GrowsAfterSuccessesInARowUpToItsLargestLength) {
  TrustRegion grown = region();
  grown.update({value(2)});
  grown.update({value(3)});
  EXPECT_EQ(grown.successes(), 2);
  EXPECT_EQ(grown.length(), 0.8);
  grown.update({value(4)});
  EXPECT_EQ(grown.successes(), 0);
  EXPECT_EQ(grown.length(), 1.6);
  for (const double y : {5.0, 6.0, 7.0}) grown.update({value(y)});
  EXPECT_EQ(grown.length(), 1.6);
}

TEST(TrustRegion, AFailureEndsARowOfSuccessesAndTheOtherWayRound) {
  TrustRegion mixed = region();
  mixed.update({value(2)});
  mixed.update({value(3)});
  mixed.update({value(0)});
  EXPECT_EQ(mixed.successes(), 0);
  EXPECT_EQ(mixed.failures(), 1);
  mixed.update({value(4)});
  EXPECT_EQ(mixed.successes(), 1);
  EXPECT_EQ(mixed.failures(), 0);
  EXPECT_EQ(mixed.length(), 0.8);
}

TEST(TrustRegion, ASuccessGainsAThousandthOfTheBestValue) {
  TrustRegion close({}, 10);
  close.observe(value(-100));
  close.update({value(-99.95)});
  EXPECT_EQ(close.failures(), 1);
  EXPECT_EQ(close.best()->objective, -99.95) << "the center moves all the same";
  close.update({value(-99.8)});
  EXPECT_EQ(close.successes(), 1);
}

TEST(TrustRegion, ShrinksAfterAsManyFailuresAsColumnsAndEndsBelowItsLeastLength) {
  TrustRegion shrunk = region();
  EXPECT_EQ(shrunk.failure_tolerance(), 10);
  fail(shrunk, 9);
  EXPECT_EQ(shrunk.length(), 0.8);
  fail(shrunk, 1);
  EXPECT_EQ(shrunk.length(), 0.4);
  EXPECT_EQ(shrunk.failures(), 0);
  fail(shrunk, 50);
  EXPECT_EQ(shrunk.length(), 0.0125);
  EXPECT_FALSE(shrunk.has_ended());
  fail(shrunk, 10);
  EXPECT_TRUE(shrunk.has_ended());
  const double length = shrunk.length();
  for (const double y : {8.0, 9.0, 10.0}) shrunk.update({value(y)});
  EXPECT_EQ(shrunk.length(), length) << "late results of a region that has ended change nothing";
}

TEST(TrustRegion, AtTheLeastLengthItselfItGoesOn) {
  TrustRegion region({.length_init = 0.5, .length_min = 0.25, .failure_tolerance = 1}, 3);
  region.update({failed()});
  EXPECT_EQ(region.length(), 0.25);
  EXPECT_FALSE(region.has_ended());
  region.update({failed()});
  EXPECT_TRUE(region.has_ended());
}

TEST(TrustRegion, FailuresOfABatchCountItsPoints) {
  // The paper's ceil(max(4/q, d/q)) batches: 3 of four points for ten columns, 1 for three.
  TrustRegion ten = region();
  for (int batch = 0; batch < 2; ++batch) ten.update({value(0), failed(), value(0.5), value(0)});
  EXPECT_EQ(ten.length(), 0.8);
  ten.update({value(0), value(0), value(0), value(0)});
  EXPECT_EQ(ten.length(), 0.4);
  TrustRegion three({}, 3);
  three.observe(value(1));
  EXPECT_EQ(three.failure_tolerance(), 4);
  three.update({value(0), value(0), value(0), value(0)});
  EXPECT_EQ(three.length(), 0.4);
}

TEST(TrustRegion, OneGoodPointMakesABatchASuccess) {
  TrustRegion batch = region();
  batch.update({value(0), value(2), value(3), failed()});
  EXPECT_EQ(batch.successes(), 1);
  EXPECT_EQ(batch.failures(), 0);
  EXPECT_EQ(batch.best()->objective, 3);
}

TEST(TrustRegion, FailedPointsAreFailures) {
  TrustRegion broken = region();
  for (int i = 0; i < 10; ++i) broken.update({failed()});
  EXPECT_EQ(broken.length(), 0.4);
  EXPECT_EQ(broken.best()->objective, 1);
}

TEST(TrustRegion, FeasiblePointsBeatOthersWhateverTheirValues) {
  TrustRegion constrained({}, 10);
  constrained.observe(value(100, 3.0));
  constrained.update({value(50, 2.0)});  // misses the bounds by less
  EXPECT_EQ(constrained.successes(), 1);
  constrained.update({value(500, 2.5)});
  EXPECT_EQ(constrained.failures(), 1);
  constrained.update({value(-10)});  // the first feasible one
  EXPECT_EQ(constrained.successes(), 1);
  EXPECT_EQ(constrained.best()->objective, -10);
  constrained.update({value(1000, 0.1)});
  EXPECT_EQ(constrained.failures(), 1);
  EXPECT_EQ(constrained.best()->objective, -10);
  constrained.update({value(-9)});
  EXPECT_EQ(constrained.successes(), 1);
}

TEST(TrustRegion, AnyValueIsASuccessWhereThereWasNone) {
  TrustRegion empty({}, 10);
  empty.update({failed()});
  EXPECT_EQ(empty.failures(), 1);
  empty.update({value(-1e300, std::numeric_limits<double>::infinity())});
  EXPECT_EQ(empty.successes(), 1);
}

TEST(TrustRegion, ImpossibleRulesAreOurOwnMistake) {
  EXPECT_THROW(TrustRegion({.length_init = 2}, 3), InternalError);
  EXPECT_THROW(TrustRegion({.length_min = 1}, 3), InternalError);
  EXPECT_THROW(TrustRegion({.success_tolerance = 0}, 3), InternalError);
}

}  // namespace trust_region_test
}  // namespace boa::generation
