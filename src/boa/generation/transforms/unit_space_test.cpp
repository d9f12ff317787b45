#include "boa/generation/transforms/unit_space.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "boa/generation/transforms/feasible_list.hpp"
#include "boa/optim/feasible_points.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {
namespace unit_space_test {

using core::ChoiceParameter;
using core::FixedParameter;
using core::Parameter;
using core::ParameterConstraint;
using core::Parameterization;
using core::ParameterType;
using core::ParameterValue;
using core::RangeParameter;
using core::SearchSpace;

ParameterValue text(const char* value) { return std::string(value); }
ParameterValue whole(std::int64_t value) { return value; }

Vector vector(std::initializer_list<double> values) {
  Vector v(static_cast<Index>(values.size()));
  Index i = 0;
  for (const double value : values) v[i++] = value;
  return v;
}

/// A random space with constraints that are feasible by construction: each holds at a random member.
SearchSpace random_space(util::Rng& rng) {
  std::vector<Parameter> parameters;
  const std::uint64_t d = 1 + rng.below(6);
  for (std::uint64_t j = 0; j < d; ++j) {
    const std::string name = "x" + std::to_string(j);
    const double lower = std::round(20 * rng.uniform() - 10);
    switch (rng.below(6)) {
      case 0:
        parameters.push_back(RangeParameter{
            name, ParameterType::kInt, lower, lower + 1 + static_cast<double>(rng.below(200)), false, {}});
        break;
      case 1:
        parameters.push_back(
            RangeParameter{name, ParameterType::kFloat, lower, lower + 5 * rng.uniform() + 0.1, false, 2});
        break;
      case 2:
        parameters.push_back(RangeParameter{name, ParameterType::kFloat, 0.001, 10, true, {}});
        break;
      case 3:
        parameters.push_back(ChoiceParameter{name, ParameterType::kString, {text("a"), text("b"), text("c")}, false});
        break;
      default:
        parameters.push_back(RangeParameter{name, ParameterType::kFloat, lower, lower + 5, false, {}});
    }
  }
  const UnitSpace box{SearchSpace(parameters, {})};
  Vector u(box.dim());
  for (Index j = 0; j < u.size(); ++j) u[j] = rng.uniform();
  const Parameterization member = box.decode_sample(u);
  std::vector<ParameterConstraint> constraints;
  for (std::uint64_t k = rng.below(3); k > 0; --k) {
    ParameterConstraint constraint;
    for (const Parameter& parameter : parameters) {
      const auto* range = std::get_if<RangeParameter>(&parameter);
      if (range != nullptr && !range->log_scale && rng.uniform() < 0.7) {
        constraint.coefficients.emplace_back(range->name, std::round(10 * rng.uniform() - 5));
      }
    }
    constraint.bound = constraint.evaluate(member) + 0.5 * rng.uniform();
    constraints.push_back(constraint);
  }
  return {parameters, constraints};
}

TEST(UnitSpace, EveryPointOfTheDomainDecodesToAMemberOfTheSpace) {
  util::Rng rng(1);
  int repaired = 0;
  int points = 0;
  for (int problem = 0; problem < 200; ++problem) {
    const SearchSpace space = random_space(rng);
    const UnitSpace unit(space);
    const auto inside = optim::sample_domain(unit.cube(), 50, rng.split("points", static_cast<std::uint64_t>(problem)));
    ASSERT_TRUE(inside.has_value());
    for (Index i = 0; i < inside->rows(); ++i) {
      Vector x = inside->row(i).transpose();
      for (const Index j : unit.categorical_columns()) x[j] = std::floor(3 * x[j]);
      const auto values = unit.decode_feasible(x);
      ++points;
      if (!values) continue;
      ++repaired;
      ASSERT_EQ(space.why_not_member(*values), "");
    }
  }
  EXPECT_EQ(points, 10000);
  EXPECT_GT(repaired, 9900) << "nearly every point can be repaired";
}

// A model that takes sqrt(2 - a - b) must not get the root of -1e-11.
TEST(UnitSpace, InequalitiesOfFloatsAreKeptToTheLastBit) {
  const std::vector<Parameter> parameters{RangeParameter{"a", ParameterType::kFloat, 0, 3, false, {}},
                                          RangeParameter{"b", ParameterType::kFloat, 0.01, 7, true, {}},
                                          RangeParameter{"c", ParameterType::kFloat, -1, 1, false, {}}};
  const std::vector<std::string> names{"a", "b", "c"};
  const ParameterConstraint linear{{{"a", 0.3}, {"b", 0.7}, {"c", -0.1}}, 1.1, "0.3*a + 0.7*b - 0.1*c <= 1.1"};
  const auto ball = core::parse_nonlinear_constraint("a**2 + c**2 <= 0.3", names);
  const UnitSpace unit(SearchSpace(parameters, {linear}, {ball}));
  util::Rng rng(3);
  int outside = 0;
  for (int i = 0; i < 300; ++i) {
    const Vector x = Vector::NullaryExpr(3, [&rng] { return rng.uniform(); });
    const Parameterization before = unit.decode(x);
    outside += linear.violation(before) > 0 || ball.violation(before) > 0 ? 1 : 0;
    const auto values = unit.decode_feasible(x);
    ASSERT_TRUE(values.has_value());
    EXPECT_EQ(linear.violation(*values), 0.0);
    EXPECT_EQ(ball.violation(*values), 0.0);
  }
  EXPECT_GT(outside, 100) << "points that had to be moved onto a border";
}

// With parameters that do not exist everywhere too.
TEST(UnitSpace, InequalitiesOfConditionalFloatsAreKeptToTheLastBit) {
  const ChoiceParameter root{"m",
                             ParameterType::kString,
                             {std::string("r"), std::string("n")},
                             false,
                             {{std::string("r"), {"u"}}, {std::string("n"), {"w"}}}};
  const ParameterConstraint linear{{{"u", -0.7}}, -0.33, "0.7*u >= 0.33"};
  const auto cube = core::parse_nonlinear_constraint("w**3 >= 0.3", {"m", "u", "w"});
  const UnitSpace unit(SearchSpace({root, RangeParameter{"u", ParameterType::kFloat, 0, 1, false, {}},
                                    RangeParameter{"w", ParameterType::kFloat, 0, 1, false, {}}},
                                   {linear}, {cube}));
  const double u_border = 0.33 / 0.7;
  const double w_border = std::cbrt(0.3);
  for (const double below : {1e-16, 1e-13, 1e-11, 1e-10, 3e-10, 1e-6, 0.1}) {
    const auto with_u = unit.decode_feasible(Vector{{0.0, u_border - below, 0.5}});
    ASSERT_TRUE(with_u.has_value());
    ASSERT_EQ(with_u->size(), 2U);
    EXPECT_EQ(linear.violation(*with_u), 0.0) << below;
    EXPECT_NEAR(core::as_double((*with_u)[1].second), u_border, 1e-5);
    const auto with_w = unit.decode_feasible(Vector{{1.0, 0.5, w_border - below}});
    ASSERT_TRUE(with_w.has_value());
    ASSERT_EQ(with_w->size(), 2U);
    EXPECT_EQ(cube.violation(*with_w), 0.0) << below;
    EXPECT_NEAR(core::as_double((*with_w)[1].second), w_border, 1e-5);
  }
}

// 7a + 11b == 345 has 4 solutions among 10,201 pairs: as many steps as values of a column find them all.
TEST(UnitSpace, FewPointsOfAnEqualityAreListedInFewSteps) {
  ParameterConstraint sum{{{"a", 7}, {"b", 11}}, 345, "7*a + 11*b == 345"};
  sum.is_equality = true;
  const UnitSpace unit(SearchSpace({RangeParameter{"a", ParameterType::kInt, 0, 100, false, {}},
                                    RangeParameter{"b", ParameterType::kInt, 0, 100, false, {}}},
                                   {sum}));
  const auto points = list_feasible(unit, {.points = 4, .steps = 110});
  ASSERT_TRUE(points.has_value());
  std::vector<std::pair<double, double>> found;
  for (const Parameterization& p : *points)
    found.emplace_back(core::as_double(p[0].second), core::as_double(p[1].second));
  for (const auto& [a, b] : found) EXPECT_EQ(7 * a + 11 * b, 345);
  EXPECT_EQ(found.size(), 4U);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  EXPECT_FALSE(list_feasible(unit, {.points = 3}).has_value());
  EXPECT_FALSE(list_feasible(unit, {.points = 4, .steps = 20}).has_value());
}

// Narrowing the values loses no point: against a look at every point of the box.
TEST(UnitSpace, ListsAreComplete) {
  util::Rng rng(11);
  std::size_t total = 0;
  for (int problem = 0; problem < 300; ++problem) {
    std::vector<Parameter> parameters;
    parameters.emplace_back(
        RangeParameter{"i", ParameterType::kInt, -3, 2.0 + static_cast<double>(rng.below(5)), false, {}});
    parameters.emplace_back(RangeParameter{"x", ParameterType::kFloat, -0.3, 0.4, false, 1});
    parameters.emplace_back(ChoiceParameter{"c", ParameterType::kFloat, {4.0, 0.5, 1.0}, rng.below(2) == 0});
    parameters.emplace_back(RangeParameter{"n", ParameterType::kInt, 1, 6, true, {}});
    const UnitSpace box{SearchSpace(parameters, {})};
    const Parameterization member = box.decode_sample(Vector::NullaryExpr(box.dim(), [&rng] { return rng.uniform(); }));
    std::vector<ParameterConstraint> constraints;
    for (std::uint64_t k = 1 + rng.below(2); k > 0; --k) {
      ParameterConstraint constraint;
      for (const Parameter& parameter : parameters) {
        const double coefficient = static_cast<double>(rng.below(7)) - 3;
        if (coefficient != 0) constraint.coefficients.emplace_back(core::name_of(parameter), coefficient);
      }
      if (constraint.coefficients.empty()) continue;
      constraint.is_equality = rng.below(2) == 0;
      constraint.bound = constraint.evaluate(member);
      constraints.push_back(constraint);
    }
    const UnitSpace unit{SearchSpace(parameters, constraints)};
    std::vector<Parameterization> expected = box.enumerate();
    EXPECT_EQ(expected.size(), box.num_points());
    std::erase_if(expected, [&unit](const Parameterization& p) { return !unit.meets_constraints(p); });
    EXPECT_EQ(unit.enumerate(), expected);
    EXPECT_FALSE(expected.empty());
    total += expected.size();
  }
  EXPECT_GT(total, 10000U);
}

TEST(UnitSpace, EncodingUndoesDecoding) {
  util::Rng rng(2);
  for (int problem = 0; problem < 200; ++problem) {
    const UnitSpace unit(random_space(rng));
    for (int i = 0; i < 20; ++i) {
      Vector u(unit.dim());
      for (Index j = 0; j < u.size(); ++j) u[j] = rng.uniform();
      const Parameterization values = unit.decode_sample(u);
      const auto x = unit.encode(values);
      ASSERT_TRUE(x.has_value());
      for (Index j = 0; j < x->size(); ++j) {
        EXPECT_GE((*x)[j], unit.domain().lower[j] - testing::kExact);
        EXPECT_LE((*x)[j], unit.domain().upper[j] + testing::kExact);
      }
      const Parameterization again = unit.decode(*x);
      ASSERT_EQ(again.size(), values.size());
      for (std::size_t k = 0; k < values.size(); ++k) {
        if (std::holds_alternative<double>(values[k].second)) {
          EXPECT_NEAR(core::as_double(again[k].second), core::as_double(values[k].second), testing::kClosedForm * 10);
        } else {
          EXPECT_EQ(again[k].second, values[k].second);
        }
      }
    }
  }
}

TEST(UnitSpace, IntegersAreEquallyLikely) {
  const UnitSpace unit{SearchSpace({RangeParameter{"n", ParameterType::kInt, 1, 4, false, {}}}, {})};
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < 4000; ++i) {
    ++counts[std::get<std::int64_t>(unit.decode_sample(vector({(i + 0.5) / 4000}))[0].second)];
  }
  ASSERT_EQ(counts.size(), 4U);
  for (const auto& [value, count] : counts) EXPECT_EQ(count, 1000) << value;
}

TEST(UnitSpace, LogScaleIsUniformInTheLogarithm) {
  const UnitSpace unit{SearchSpace({RangeParameter{"r", ParameterType::kFloat, 0.01, 100, true, {}}}, {})};
  EXPECT_NEAR(core::as_double(unit.decode_sample(vector({0.5}))[0].second), 1.0, testing::kExact);
  EXPECT_EQ(unit.decode_sample(vector({0.0}))[0].second, ParameterValue(0.01));
  EXPECT_EQ(unit.decode_sample(vector({1.0}))[0].second, ParameterValue(100.0));
}

TEST(UnitSpace, DigitsGiveTheDecimalsThatAPersonWouldType) {
  const UnitSpace unit{SearchSpace({RangeParameter{"r", ParameterType::kFloat, 0.05, 0.75, false, 1}}, {})};
  std::set<double> seen;
  for (int i = 0; i <= 1000; ++i) seen.insert(core::as_double(unit.decode_sample(vector({i / 1000.0}))[0].second));
  EXPECT_THAT(seen, ::testing::ElementsAre(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7));
  EXPECT_EQ(unit.num_points(), 7U);
}

TEST(UnitSpace, ChoicesWithoutOrderAreCategoriesAndOthersPositions) {
  const UnitSpace unit{
      SearchSpace({ChoiceParameter{"c", ParameterType::kString, {text("r"), text("g"), text("b")}, false},
                   ChoiceParameter{"o", ParameterType::kInt, {whole(1), whole(10)}, true},
                   FixedParameter{"f", ParameterType::kString, text("z")}},
                  {})};
  EXPECT_EQ(unit.dim(), 2);
  EXPECT_THAT(unit.categorical_columns(), ::testing::ElementsAre(0));
  const Parameterization values = unit.decode(vector({2.0, 0.75}));
  EXPECT_EQ(values, (Parameterization{{"c", text("b")}, {"o", whole(10)}, {"f", text("z")}}));
  EXPECT_EQ(unit.num_points(), 6U);
  EXPECT_EQ(unit.enumerate().size(), 6U);
  EXPECT_FALSE(unit.encode({{"c", text("x")}, {"o", whole(1)}}).has_value());
}

TEST(UnitSpace, ConstraintsAreMappedWithTheWidthsOfTheParameters) {
  const UnitSpace unit{SearchSpace({RangeParameter{"a", ParameterType::kFloat, 10, 30, false, {}},
                                    RangeParameter{"b", ParameterType::kFloat, -1, 1, false, {}}},
                                   {{{{"a", 1}, {"b", -5}}, 20, "a - 5*b <= 20"}})};
  ASSERT_EQ(unit.domain().inequalities.size(), 1U);
  // On the constraint: a = 20, b = 0.
  const Vector x = vector({0.5, 0.5});
  EXPECT_NEAR(unit.domain().inequalities[0].a.dot(x), unit.domain().inequalities[0].b, testing::kExact);
}

TEST(UnitSpace, SpaceWithoutTunableParametersHasOnePoint) {
  const UnitSpace unit{SearchSpace({FixedParameter{"f", ParameterType::kInt, whole(3)}}, {})};
  EXPECT_EQ(unit.dim(), 0);
  EXPECT_EQ(unit.num_points(), 1U);
  EXPECT_EQ(unit.decode(Vector()), (Parameterization{{"f", whole(3)}}));
}

}  // namespace unit_space_test
}  // namespace boa::generation
