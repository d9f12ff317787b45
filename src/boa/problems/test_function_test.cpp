#include "boa/problems/test_function.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::problems {
namespace {

using ::testing::HasSubstr;

constexpr double kPublished = 1e-3;  // optima are printed with few digits

TEST(TestFunction, PublishedOptimizersReachThePublishedOptimum) {
  const std::vector<std::pair<std::string, Vector>> cases = {
      {"Ackley", Vector::Zero(3)},
      {"Branin", Vector{{9.42478, 2.475}}},
      {"Hartmann", Vector{{0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573}}},
      {"Hartmann", Vector{{0.114614, 0.555649, 0.852547}}},
      {"Levy", Vector::Ones(4)},
      {"Rosenbrock", Vector::Ones(5)},
      {"AugmentedRosenbrock", Vector::Ones(6)},
  };
  for (const auto& [name, x] : cases) {
    const auto f = make_test_function(name, x.size());
    EXPECT_NEAR((*f)(x), f->optimal_value().value(), kPublished) << name;
  }
}

class EveryTestFunction : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryTestFunction, IsFiniteInsideItsBounds) {
  const auto f = make_test_function(GetParam());
  EXPECT_EQ(f->name(), GetParam());
  EXPECT_TRUE((f->bounds().row(0).array() < f->bounds().row(1).array()).all());
  for (const double share : {0.1, 0.37, 0.8}) {
    const Matrix X = f->bounds().row(0) + share * (f->bounds().row(1) - f->bounds().row(0));
    EXPECT_TRUE(f->evaluate(X).allFinite());
    EXPECT_EQ(f->evaluate(X).cols(), f->num_objectives());
    EXPECT_EQ(f->slack(X).cols(), f->num_constraints());
  }
  EXPECT_EQ(f->reference_point().size(), f->num_objectives() > 1 ? f->num_objectives() : 0);
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryTestFunction, ::testing::ValuesIn(test_function_registry().names()),
                         [](const auto& example) { return example.param; });

TEST(TestFunction, UnknownNameIsRefusedWithTheNearest) {
  try {
    make_test_function("Brannin");
    FAIL() << "accepted";
  } catch (const UnsupportedError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'Branin'"));
  }
}

TEST(TestFunction, ImpossibleDimensionsAreRefused) {
  EXPECT_THROW(make_test_function("Branin", 3), UserInputError);
  EXPECT_THROW(make_test_function("Hartmann", 5), UserInputError);
  EXPECT_THROW(make_test_function("Powell", 6), UserInputError);
  EXPECT_THROW(make_test_function("Gsobol", 7), UserInputError);
  EXPECT_THROW(make_test_function("TrajectoryPlanning", 7), UserInputError);
  EXPECT_THROW(make_test_function("DH3", 2), UserInputError);
  EXPECT_THROW(make_test_function("BNH", 3), UserInputError);
}

TEST(TestFunction, ParametersOfAFunctionAreChecked) {
  const util::Node five = util::parse_json(R"({"num_objectives": 5})", "test");
  EXPECT_THROW(make_test_function("GMM", 0, five), UserInputError);
  const util::Node three = util::parse_json(R"({"num_objectives": 3})", "test");
  EXPECT_EQ(make_test_function("GMM", 0, three)->num_objectives(), 3);
  EXPECT_EQ(make_test_function("GMM", 0, three)->reference_point().size(), 3);
}

TEST(TestFunction, TheDirectWayOfTwoStepsHasNoBends) {
  // From corner to corner along the diagonal: 20 times the length of four squares' diagonals, to the steps' fineness.
  const auto f = make_test_function("TrajectoryPlanning", 2);
  EXPECT_NEAR((*f)(Vector{{0.5, 0.5}}), 20.0 * 4.0 * 0.1 * std::sqrt(2.0), 0.1);
}

}  // namespace
}  // namespace boa::problems
