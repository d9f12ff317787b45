#include "boa/math/special.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "boa/math/smooth.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::math {
namespace {

using boa::testing::kClosedForm;
using boa::testing::kExact;

// Values to 15 digits by mpmath.
TEST(Erfcx, MatchesHighPrecision) {
  const double cases[][2] = {{-3.0, 16205.988853999586625}, {0.0, 1.0},
                             {0.5, 0.61569034419292587488}, {2.0, 0.25539567631050574387},
                             {7.9, 0.070857477367397131},   {8.1, 0.069133920177343152},
                             {1e3, 0.00056418930145338765}};
  for (const auto& c : cases) EXPECT_NEAR(erfcx(c[0]) / c[1], 1.0, kExact) << c[0];
}

TEST(Erfcx, BranchesAgreeWhereTheyMeet) { EXPECT_NEAR(erfcx(std::nextafter(8.0, 0.0)) / erfcx(8.0), 1.0, kExact); }

TEST(LogNormalCdf, IsAccurateFarLeft) {
  EXPECT_NEAR(log_normal_cdf(-10.0).value, -53.231285151252, 1e-9);
  EXPECT_NEAR(log_normal_cdf(-40.0).value, -804.608442013754, 1e-9);
  EXPECT_NEAR(log_normal_cdf(0.0).value, -kLog2, kExact);
}

TEST(LogImprovement, BranchesAgreeWhereTheyMeet) {
  for (const double u : {-1.0, -20.0}) {
    const ValueAndSlope below = log_improvement(std::nextafter(u, -30.0));
    const ValueAndSlope above = log_improvement(std::nextafter(u, 30.0));
    EXPECT_NEAR(below.value, above.value, 1e-11 * std::abs(above.value));
    EXPECT_NEAR(below.slope, above.slope, 1e-11 * std::abs(above.slope));
  }
}

TEST(LogImprovement, HasASlopeWhereExpectedImprovementUnderflows) {
  const ValueAndSlope v = log_improvement(-1e4);
  EXPECT_TRUE(std::isfinite(v.value));
  EXPECT_NEAR(v.slope, 1e4, 1.0);
  EXPECT_EQ(improvement(-1e4).value, 0.0);
}

TEST(NormalQuantile, InvertsTheCdf) {
  for (const double u : {-6.0, -1.5, 0.0, 0.3, 4.0}) EXPECT_NEAR(normal_quantile(normal_cdf(u)), u, kClosedForm);
  EXPECT_EQ(normal_quantile(0.0), -std::numeric_limits<double>::infinity());
}

TEST(LogNormalInterval, HandlesTailsAndOpenEnds) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(log_normal_interval(-infinity, infinity).value, 0.0);
  EXPECT_NEAR(log_normal_interval(-1.0, 1.0).value, std::log(std::erf(1.0 / kSqrt2)), kExact);
  EXPECT_NEAR(log_normal_interval(30.0, 31.0).value, log_normal_cdf(-30.0).value, 1e-12 * 454);
  EXPECT_NEAR(log_normal_interval(30.0, 31.0).value, log_normal_interval(-31.0, -30.0).value, kExact);
}

TEST(LogNormalInterval, GradientMatches) {
  const auto f = [](const std::vector<double>& x, std::vector<double>* g) {
    const LogInterval v = log_normal_interval(x[0], x[1]);
    if (g) *g = {v.slope_lower, v.slope_upper};
    return v.value;
  };
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>{-0.5, 0.7}));
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>{2.0, 2.5}));
  EXPECT_GRADIENT_MATCHES(f, (std::vector<double>{-4.0, -1.5}));
}

void expect_slope_matches(const std::function<ValueAndSlope(double)>& f) {
  for (const double x : {-30.0, -3.0, -0.4, 0.3, 2.0, 12.0}) {
    EXPECT_GRADIENT_MATCHES(([&f](const std::vector<double>& at, std::vector<double>* g) {
                              const ValueAndSlope v = f(at[0]);
                              if (g) *g = {v.slope};
                              return v.value;
                            }),
                            (std::vector<double>{x}));
  }
}

TEST(SmoothFunctions, SlopesMatch) {
  expect_slope_matches([](double x) { return log_normal_cdf(x); });
  expect_slope_matches([](double x) { return improvement(x); });
  expect_slope_matches([](double x) { return log_improvement(x); });
  expect_slope_matches([](double x) { return softplus(x); });
  expect_slope_matches([](double x) { return fatplus(x, 0.7); });
  expect_slope_matches([](double x) { return log_fatplus(x, 0.7); });
  expect_slope_matches([](double x) { return log_softplus(x, 0.7); });
  expect_slope_matches([](double x) { return sigmoid(x); });
  expect_slope_matches([](double x) { return logexpit(x); });
  expect_slope_matches([](double x) { return fatmoid(x); });
  expect_slope_matches([](double x) { return log_fatmoid(x); });
  expect_slope_matches(
      [](double x) { return log1mexp(-std::abs(x)).value < 0 && x < 0 ? log1mexp(x) : ValueAndSlope{0, 0}; });
}

TEST(SmoothMaximum, GradientsMatch) {
  using Smooth = double (*)(const double*, Index, double, double*);
  for (const Smooth smooth : {&fatmax, &fatmin, &smooth_amax}) {
    EXPECT_GRADIENT_MATCHES(([smooth](const std::vector<double>& x, std::vector<double>* g) {
                              return smooth(x.data(), static_cast<Index>(x.size()), 0.5, g ? g->data() : nullptr);
                            }),
                            (std::vector<double>{0.3, -1.2, 0.9, 0.85}));
  }
}

}  // namespace
}  // namespace boa::math
