#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "boa/app/config_test_texts.hpp"
#include "boa/util/json.hpp"

namespace boa::app {
namespace {

using namespace config_texts;
using core::ParameterType;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

template <typename Kind>
Kind parameter_of(const std::string& definition) {
  const BoaConfig config = config_of(with_parameters("  x: " + definition));
  return std::get<Kind>(config.search_space.parameters().at(0));
}

TEST(ParametersConfig, RangesFollowTheTypesOfTheirBounds) {
  struct Case {
    const char* definition;
    ParameterType type;
    double lower, upper;
  };
  const Case cases[] = {
      {"{type: range, bounds: [0, 1]}", ParameterType::kInt, 0, 1},
      {"{type: range, bounds: [0, 1.5]}", ParameterType::kFloat, 0, 1.5},
      {"{type: range, bounds: [0.0, 1.0]}", ParameterType::kFloat, 0, 1},
      {"{type: range, bounds: [0, 1], value_type: float}", ParameterType::kFloat, 0, 1},
      {"{type: range, bounds: [1.0, 10.0], value_type: int}", ParameterType::kInt, 1, 10},
      {"{type: range, bounds: [-5, 1e2], value: 7}", ParameterType::kFloat, -5, 100},
  };
  for (const Case& expected : cases) {
    const auto range = parameter_of<core::RangeParameter>(expected.definition);
    EXPECT_EQ(range.type, expected.type) << expected.definition;
    EXPECT_EQ(range.lower, expected.lower) << expected.definition;
    EXPECT_EQ(range.upper, expected.upper) << expected.definition;
  }
  EXPECT_TRUE(parameter_of<core::RangeParameter>("{type: range, bounds: [0.1, 10.0], log_scale: true}").log_scale);
  EXPECT_EQ(parameter_of<core::RangeParameter>("{type: range, bounds: [0.1, 10.0], digits: 2}").digits, 2);
  EXPECT_THAT(warnings_of(config_of(with_parameters("  x: {type: range, bounds: [0, 1]}"))),
              AllOf(HasSubstr("c.yaml:3:20"), HasSubstr("parameters.x.bounds"), HasSubstr("takes whole numbers only")));
  EXPECT_THAT(config_of(with_parameters("  x: {type: range, bounds: [0, 1], value_type: int}")).warnings, IsEmpty());
}

TEST(ParametersConfig, ChoicesAreSortedAndTyped) {
  const auto numbers = parameter_of<core::ChoiceParameter>("{type: choice, values: [8, 1, 4]}");
  EXPECT_THAT(numbers.values, ElementsAre(std::int64_t{1}, std::int64_t{4}, std::int64_t{8}));
  EXPECT_TRUE(numbers.is_ordered);
  const auto unordered = parameter_of<core::ChoiceParameter>("{type: choice, values: [2.5, 1], is_ordered: false}");
  EXPECT_THAT(unordered.values, ElementsAre(1.0, 2.5));
  EXPECT_FALSE(unordered.is_ordered);
  const auto texts = parameter_of<core::ChoiceParameter>("{type: choice, values: [b, a, yes]}");
  EXPECT_THAT(texts.values, ElementsAre(std::string("b"), std::string("a"), std::string("yes")));
  EXPECT_FALSE(texts.is_ordered);
  EXPECT_EQ(parameter_of<core::ChoiceParameter>("{type: choice, values: [true, false]}").type, ParameterType::kBool);
  const auto cast = parameter_of<core::ChoiceParameter>("{type: choice, values: [1, a, 2.5], value_type: str}");
  EXPECT_THAT(cast.values, ElementsAre(std::string("1"), std::string("a"), std::string("2.5")));
  EXPECT_EQ(parameter_of<core::FixedParameter>("{type: choice, values: [7]}").value,
            core::ParameterValue(std::int64_t{7}));
}

TEST(ParametersConfig, FixedParametersTakeAnyScalar) {
  EXPECT_EQ(parameter_of<core::FixedParameter>("3.5").value, core::ParameterValue(3.5));
  EXPECT_EQ(parameter_of<core::FixedParameter>("abc").value, core::ParameterValue(std::string("abc")));
  EXPECT_EQ(parameter_of<core::FixedParameter>("true").value, core::ParameterValue(true));
  EXPECT_EQ(parameter_of<core::FixedParameter>("'2013-01-01'").value, core::ParameterValue(std::string("2013-01-01")));
  EXPECT_EQ(parameter_of<core::FixedParameter>("{type: fixed, value: 3, value_type: float}").value,
            core::ParameterValue(3.0));
  EXPECT_EQ(parameter_of<core::FixedParameter>("{type: fixed, value: 3, bounds: [1, 2]}").value,
            core::ParameterValue(std::int64_t{3}));
}

TEST(ParametersConfig, ParametersMayBeAListAndAliasesAreCopies) {
  const BoaConfig list = config_of(
      with_parameters("  - {name: x, type: range, bounds: [0.0, 1.0]}\n  - {name: y, type: fixed, value: 1}"));
  EXPECT_EQ(list.search_space.parameters().size(), 2U);
  const BoaConfig aliases = config_of(with_parameters("  x: &r {type: range, bounds: [0.0, 1.0]}\n  y: *r"));
  EXPECT_EQ(core::name_of(aliases.search_space.parameters()[0]), "x");
  EXPECT_EQ(core::name_of(aliases.search_space.parameters()[1]), "y");
  EXPECT_TRUE(config_of("objective: {metrics: [{name: a}]}\nparameters: {}\n").search_space.parameters().empty());
}

TEST(ParametersConfig, WrongParametersAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"  x: {type: range, bounds: [1.0, 0.0]}",
       "/p/c.yaml:3:28: parameters.x.bounds: the lower bound 1.0 is not below the upper bound 0.0"},
      {"  x: {type: range, bounds: [1.0, 0.0]}", "Are they reversed?"},
      {"  x: {type: range, bounds: [1, 1]}", "write 'type: fixed'"},
      {"  x: {type: range, bounds: [0, 1e-6]}", "narrower than 1.5e-05"},
      {"  x: {type: range, bounds: ['0', 1]}",
       "expected two numbers [LOWER, UPPER], found the text '0' and the integer 1"},
      {"  x: {type: range, bounds: [0, 1, 2]}", "expected two numbers"},
      {"  x: {type: range, bounds: 3}", "expected two numbers [LOWER, UPPER], found the integer 3"},
      {"  x: {type: range, bounds: [true, 2]}", "expected two numbers"},
      {"  x: {type: range, bounds: [0, .inf]}", "must be finite"},
      {"  x: {type: range, bounds: [-1e308, 1e308]}", "are too far apart: their difference must be finite too"},
      {"  x: {type: range, bounds: [0, 9223372036854775807]}",
       "must be whole numbers from -9007199254740992 to 9007199254740992"},
      {"  x: {type: range}", "'bounds' is missing"},
      {"  x: {type: range, bounds: [0.5, 3], value_type: int}", "must be whole numbers"},
      {"  x: {type: range, bounds: [0, 1], value_type: str}", "a range is int or float, found 'str'"},
      {"  x: {type: range, bounds: [0, 1], value_type: integer}", "expected int, float, bool or str, found 'integer'"},
      {"  x: {type: range, bounds: [0.0, 1.0], log_scale: true}",
       "with log_scale the lower bound must be above 0, found 0.0"},
      {"  x: {type: range, bounds: [2000000000000000, 2000000000000001], log_scale: true}",
       "c.yaml:3:28: parameters.x.bounds: with log_scale the bounds [2000000000000000, 2000000000000001] are too "
       "close"},
      {"  x: {type: range, bounds: [1.0e+14, 100000000000000.5], log_scale: true}",
       "less than 1e-09\n  Leave log_scale out"},
      {"  x: {type: range, bounds: [0.12, 0.18], digits: 1}", "no number with 1 decimals"},
      {"  x: {type: rnage, bounds: [0, 1]}",
       "expected one of range, choice, fixed, found the text 'rnage'; did you mean 'range'?"},
      {"  x: {bounds: [0, 1]}", "'type' is missing\n  Allowed: range, choice, fixed; with bounds it is 'type: range'"},
      {"  x: {type: range, bound: [0, 1]}", "unknown key 'bound'; did you mean 'bounds'?"},
      {"  x: {type: range, bounds: [0, 1], parameter_type: int}", "the key is called 'type'"},
      {"  x: {type: choice, values: []}", "the list of values is empty"},
      {"  x: {type: choice}", "'values' is missing"},
      {"  x: {type: choice, values: [1, a]}", "the values have different types"},
      {"  x: {type: choice, values: [1.5, 2], value_type: int}", "'1.5' is no value of type int"},
      {"  x: {type: choice, values: [1, null]}", "expected a number, text, true or false, found nothing (null)"},
      {"  x: {type: choice, values: [a, b], sort_values: true}", "unknown key 'sort_values'"},
      {"  x: {type: fixed}", "'value' is missing"},
      {"  x: {type: fixed, value: [1]}", "found a list of 1"},
      {"  x: {type: fixed, value: null}", "found nothing (null)"},
      {"  x: 2013-01-01", "Put it in quotes: \"2013-01-01\""},
      {"  x: {type: fixed, value: 2013-01-01}", "is a date in YAML"},
      {"  x: [0, 1]", "A range is written {type: range"},
      {"  x:", "found nothing (null)"},
      {"  1: {type: range, bounds: [0, 1]}", "c.yaml:3:3: parameters: a parameter's name must be text, found 1"},
      {"  - {type: range, bounds: [0, 1]}", "c.yaml:3:5: parameters[0]: 'name' is missing"},
      {"  - {nmae: x, type: range, bounds: [0, 1]}",
       "c.yaml:3:6: parameters[0]: unknown key 'nmae'; did you mean 'name'?"},
      {"  - 3", "expected a mapping with 'name' and 'type', found the integer 3"},
      {"  - {name: x, type: fixed, value: 1}\n  - {name: x, type: fixed, value: 1}",
       "c.yaml:4:12: parameters[1]: the parameter 'x' occurs twice"},
      {"  x: {type: choice, values: [1, 2], is_fidelity: true, target_value: 2}",
       "parameters.x.is_fidelity: a fidelity parameter that is not a range is not built yet"},
      {"  x: {type: range, bounds: [0.0, 1.0], is_fidelity: true}", "a fidelity parameter needs 'target_value'"},
      {"  x: {type: range, bounds: [0.0, 1.0], is_fidelity: true, target_value: high}", "expected a number"},
      {"  x: {type: range, bounds: [0.0, 1.0], is_fidelity: true, target_value: 2}",
       "c.yaml:3:73: parameters.x.target_value: 2 is outside of [0.0, 1.0]"},
      {"  x: {type: choice, values: [1, 2], is_task: true}",
       "c.yaml:3:46: parameters.x.is_task: a task parameter needs 'target_value'"},
      {"  x: {type: choice, values: [1, 2], is_task: true, target_value: 3}",
       "c.yaml:3:66: parameters.x.target_value: '3' is no value of 'x'"},
      {"  x: {type: choice, values: [1], is_task: true, target_value: 1}", "needs two values or more"},
      {"  x: {type: range, bounds: [0.0, 1.0], is_task: true, target_value: 1}",
       "c.yaml:3:49: parameters.x.is_task: a task parameter is a choice"},
      {"  x: {type: fixed, value: 1, is_task: true}", "not a fixed parameter"},
      {"  x: {type: choice, values: [1, 2], is_task: true, target_value: 2}\n"
       "  y: {type: choice, values: [a, b], is_task: true, target_value: b}",
       "c.yaml:4:6: parameters.y: there is one task parameter at most, and 'x' is one already"},
      {"  x: {type: choice, values: [1, 2], is_task: true, target_value: 2}\n"
       "  y: {type: range, bounds: [0.0, 1.0], is_fidelity: true, target_value: 1}",
       "UNSUPPORTED /p/c.yaml:4:3: parameters.y: a fidelity parameter ('y') beside a task parameter ('x')"},
      {"  x: {type: choice, values: [1, 2], is_task: true, target_value: 2}\n"
       "  y: {type: range, bounds: [0, 5]}\nparameter_constraints: [x + y <= 4]",
       "c.yaml:3:6: parameters.x: a task parameter is not constrained, but 'x + y <= 4' names it"},
      {"  x: {type: choice, values: [1, 2], dependents: {3: [y]}}\n  y: 1.0",
       "c.yaml:3:50: parameters.x.dependents: '3' is no value of 'x'"},
      {"  x: {type: choice, values: [a, b], dependents: {'': [y]}}\n  y: 1.0",
       "c.yaml:3:50: parameters.x.dependents: '' is no value of 'x'\n  Its values: a, b"},
      {"  x: {type: choice, values: [a, b], dependents: {a: [y], ~: []}}\n  y: 1.0",
       "c.yaml:3:58: parameters.x.dependents: 'null' is no value of 'x'"},
      {"  x: {type: choice, values: [1, 2], dependents: {1: y}}\n  y: 1.0",
       "parameters.x.dependents: under '1': expected a list of names"},
      {"  x: {type: choice, values: [1, 2], dependents: {1: [z]}}\n  y: 1.0",
       "c.yaml:2:1: parameters: dependents: 'x' names 'z', and there is no such parameter"},
      {"  x: {type: fixed, value: true, dependents: {true: [y]}}\n  y: 1.0\n  z: 2.0",
       "dependents: 'x', 'z' depend on no parameter; only one may"},
  };
  for (const auto& [parameters, part] : cases)
    EXPECT_THAT(error_of(with_parameters(parameters)), HasSubstr(part)) << parameters;
}

TEST(ParametersConfig, DependentsOfTextsThatYamlReadsOtherwise) {
  const auto choice = parameter_of<core::ChoiceParameter>(
      "{type: choice, values: [a, 'null', '1', ''], dependents: {'null': [y], '1': [z], '': [w]}}\n"
      "  y: {type: range, bounds: [0.0, 1.0]}\n  z: {type: range, bounds: [0.0, 1.0]}\n"
      "  w: {type: range, bounds: [0.0, 1.0]}");
  ASSERT_EQ(choice.dependents.size(), 3U);
  EXPECT_EQ(choice.dependents[0].first, core::ParameterValue(std::string("null")));
  EXPECT_THAT(choice.dependents[0].second, ElementsAre("y"));
  EXPECT_EQ(choice.dependents[1].first, core::ParameterValue(std::string("1")));
  EXPECT_EQ(choice.dependents[2].first, core::ParameterValue(std::string("")));
}

TEST(ParametersConfig, NarrowRangesKeepTheirLogScale) {
  for (const char* bounds : {"[200000000, 200000001]", "[1.0, 1.001]", "[1.0e-300, 1.0e+300]"}) {
    EXPECT_EQ(error_of(with_parameters(fmt::format("  x: {{type: range, bounds: {}, log_scale: true}}", bounds))),
              "no error")
        << bounds;
  }
}

TEST(ParametersConfig, OptionsOfAnotherKindOfParameterAreWarnedAbout) {
  EXPECT_THAT(warnings_of(config_of(with_parameters("  x: {type: choice, values: [a, b], log_scale: true}"))),
              HasSubstr("parameters.x.log_scale: has no effect on a choice parameter"));
  EXPECT_THAT(warnings_of(config_of(with_parameters("  x: {type: range, bounds: [1, 9], value_type: int, digits: 2}"))),
              HasSubstr("has no effect on whole numbers"));
}

TEST(ParametersConfig, ParameterConstraintsAreReadOrNamed) {
  const std::string parameters =
      "  a: {type: range, bounds: [0.0, 1.0]}\n  b: {type: range, bounds: [0.0, 1.0]}\n  l: {type: range, bounds: "
      "[1.0, 9.0], log_scale: true}\n"
      "  o: {type: choice, values: [1, 2]}\n  t: text\n  f: 2\nparameter_constraints:\n";
  const auto read = [&](const std::string& constraint) {
    return config_of(with_parameters(parameters + "  - " + constraint));
  };
  const auto constraint_of = [&](const std::string& text) { return read(text).search_space.constraints().at(0); };
  EXPECT_THAT(constraint_of("a <= b").coefficients, ElementsAre(Pair("a", 1), Pair("b", -1)));
  EXPECT_THAT(constraint_of("a + b >= 0.5").coefficients, ElementsAre(Pair("a", -1), Pair("b", -1)));
  EXPECT_EQ(constraint_of("a + b >= 0.5").bound, -0.5);
  EXPECT_EQ(constraint_of("a + .5*f <= 1.5").bound, 0.5);
  EXPECT_EQ(constraint_of("a + b >= 0.5").text, "a + b >= 0.5");
  EXPECT_TRUE(constraint_of("a == b").is_equality);
  EXPECT_THAT(constraint_of("l + a >= o").coefficients, ElementsAre(Pair("l", -1), Pair("a", -1), Pair("o", 1)));
  EXPECT_THAT(warnings_of(read("a + b + a <= 1")), HasSubstr("'a' occurs more than once"));
  EXPECT_THAT(warnings_of(read("f <= 3")), HasSubstr("all its parameters are fixed"));
  const std::pair<const char*, const char*> cases[] = {
      {"a + c <= 1",
       "c.yaml:10:5: parameter_constraints[0]: 'a + c <= 1' is not understood: unknown name 'c' at column 5"},
      {"a*b <= 1", "'a*b <= 1' is not linear: a product of 'a' and 'b'"},
      {"t <= 3", "the parameter 't' is text, not a number"},
      {"f <= 1", "all its parameters are fixed, and their values do not meet it"},
      {"3", "expected text such as 'x1 <= x2', found the integer 3"},
      {"a + b >= 2.5", "no point within the bounds of the parameters meets 'a + b >= 2.5'"},
  };
  for (const auto& [constraint, part] : cases) {
    EXPECT_THAT(error_of(with_parameters(parameters + "  - " + constraint)), HasSubstr(part)) << constraint;
  }
  EXPECT_THAT(error_of(with_lines("parameter_constraints: x <= 1")), HasSubstr("expected a list of texts"));
  EXPECT_TRUE(config_of(with_lines("parameter_constraints:")).search_space.constraints().empty());
}

TEST(ParametersConfig, NonlinearConstraintsAreReadOrNamed) {
  const auto text = [](const std::string& constraints) {
    return with_parameters(
        "  a: {type: range, bounds: [0.0, 1.0]}\n  b: {type: range, bounds: [0.0, 1.0]}\n"
        "  n: {type: range, bounds: [1, 9], value_type: int}\n  f: 2\nnonlinear_constraints: [" +
        constraints + "]");
  };
  const core::SearchSpace space = config_of(text("a**2 + b <= 1, n*a >= b/f, 2*a <= b + 1")).search_space;
  ASSERT_EQ(space.nonlinear_constraints().size(), 2U);
  EXPECT_EQ(space.nonlinear_constraints()[1].text, "n*a >= b/f");
  ASSERT_EQ(space.constraints().size(), 1U) << "what is linear becomes linear";
  EXPECT_EQ(space.constraints()[0].text, "2*a <= b + 1");
  EXPECT_THAT(warnings_of(config_of(text("f**2 <= 5"))), HasSubstr("all its parameters are fixed"));
  const std::pair<const char*, const char*> cases[] = {
      {"a**2 + c <= 1", "c.yaml:7:25: nonlinear_constraints[0]: 'a**2 + c <= 1' is not understood: unknown name 'c'"},
      {"a*b == 1", "an equality that is not linear"},
      {"f**2 <= 3", "all its parameters are fixed, and their values do not meet it"},
      {"a**2 + b**2 >= 2.5", "no point within the bounds of the parameters meets 'a**2 + b**2 >= 2.5'"},
      {"a*b >= 0.5, a <= 0.9, b <= a**3 - 0.4",
       "no point within the bounds of the parameters meets all of 'a <= 0.9', 'a*b >= 0.5', 'b <= a**3 - 0.4'"},
      {"exp(n) <= 20, n**2 >= 8.5, a*b <= 3", "meets all of 'exp(n) <= 20', 'n**2 >= 8.5'"},
      {"sqrt(a - 2) <= b", "meets 'sqrt(a - 2) <= b'"},
      {"a*b - b*a >= 0.00001, a*b <= 1", "was found by a search, though there may be one"},
  };
  for (const auto& [constraint, part] : cases) EXPECT_THAT(error_of(text(constraint)), HasSubstr(part)) << constraint;
  for (const char* possible :
       {"a*b >= 0.999999", "a**2 + b**2 >= 1.99", "n**2 >= 80, n*a <= 0.001", "sin(a*20) >= 0.9999"}) {
    EXPECT_EQ(error_of(text(possible)), "no error") << possible;
  }
}

TEST(ParametersConfig, InfeasibleSpacesNameTheConstraintsThatConflict) {
  const auto infeasible = [](const std::string& constraints) {
    return error_of(
        with_parameters("  a: {type: range, bounds: [0.0, 1.0]}\n  b: {type: range, bounds: [0.0, 1.0]}\n"
                        "  n: {type: range, bounds: [0, 9], value_type: int}\n"
                        "  m: {type: range, bounds: [0, 9], value_type: int}\nparameter_constraints: [" +
                        constraints + "]"));
  };
  EXPECT_THAT(infeasible("a + b >= 1.5, a <= 0.9, a <= 0.4, n <= 5"),
              HasSubstr("/p/c.yaml:7:24: parameter_constraints: no point within the bounds of the parameters meets all "
                        "of 'a + b >= 1.5', 'a <= 0.4'"));
  EXPECT_THAT(infeasible("n >= 2.2, n <= 2.8"), HasSubstr("no point with whole numbers for the int parameters"));
  EXPECT_THAT(infeasible("4*n + 6*m == 21, a <= 0.5"), HasSubstr("for the int parameters meets '4*n + 6*m == 21'"));
  EXPECT_THAT(infeasible("2*n - 2*m >= 0.5, 2*n - 2*m <= 1.5"), HasSubstr("no point with whole numbers"));
  for (const char* feasible : {"a + b <= 1, a + b >= 1", "n >= 2, n <= 2", "n + m <= 17.9, n + m >= 17",
                               "a <= 0, a + 0.1*n >= 0.9", "a <= b, b <= a", "3*n + 5*m == 47", "a + 0.3*n == 2.9"}) {
    EXPECT_EQ(infeasible(feasible), "no error") << feasible;
  }
}

TEST(ParametersConfig, EqualitiesOfWholeNumbersThatNoneDividesAreFoundInRangesOfAnySize) {
  const auto infeasible = [](const std::string& constraints) {
    return error_of(with_parameters(
        "  x: {type: range, bounds: [0, 1000000]}\n  y: {type: range, bounds: [1, 1000000], log_scale: true}\n"
        "  z: {type: range, bounds: [0, 1000000]}\n  o: {type: choice, values: [2, 4, 8]}\n"
        "  h: {type: choice, values: [0.5, 1.5, 2.5]}\n  f: 3\n  r: {type: range, bounds: [0.0, 1.0]}\n"
        "parameter_constraints: [" +
        constraints + "]"));
  };
  const std::string why = "parameter_constraints: no point with whole numbers for the int parameters meets '";
  for (const std::string impossible :
       {"2*x - 2*y == 7", "30*x + 42*y + 70*z == 1000001", "0.5*x + 0.25*y == 1000.1", "4*x + 6*y == 1000*f + 1",
        "x - y == 0.5", "2*x + 4*y + o == 1001", "x + y + h == 1000", "0.1*x + 0.3*y + 0.2*z == 1000.05"}) {
    EXPECT_THAT(infeasible(impossible), HasSubstr(why + impossible + "'")) << impossible;
    EXPECT_THAT(infeasible("x + y <= 1500000, " + impossible + ", r <= 0.5"), HasSubstr(why + impossible + "'"));
  }
  for (const char* possible :
       {"2*x - 2*y == 8", "30*x + 42*y + 70*z == 1000002", "0.5*x + 0.25*y == 1000.25", "4*x + 6*y + f == 1001",
        "2*x + 4*y + o == 1000", "2*x + 2*h == 1001", "0.1*x + 0.3*y + 0.2*z == 1000.3", "2*x - 2*y + r == 7.5"}) {
    EXPECT_EQ(infeasible(possible), "no error") << possible;
  }
}

TEST(ParametersConfig, ConstraintsMustLeaveAPointWithTheFidelitiesAtTheirTargets) {
  const auto at_target = [](const std::string& lists) {
    return error_of(with_parameters(
        "  x: {type: range, bounds: [0.0, 1.0]}\n"
        "  n: {type: range, bounds: [0, 9], value_type: int}\n"
        "  grid: {type: range, bounds: [10, 200], value_type: int, is_fidelity: true, target_value: 200}\n" +
        lists));
  };
  EXPECT_THAT(at_target("parameter_constraints: [grid <= 100]"),
              HasSubstr("/p/c.yaml:6:24: parameter_constraints: with 'grid' at its target 200, where the objective "
                        "counts, no point meets 'grid <= 100'"));
  EXPECT_THAT(at_target("parameter_constraints: [n <= 8, x + 0.005*grid <= 0.9]"),
              HasSubstr("counts, no point within the bounds of the parameters meets 'x + 0.005*grid <= 0.9'"));
  EXPECT_THAT(at_target("parameter_constraints: [30*n - grid == 20]"),
              HasSubstr("with 'grid' at its target 200, where the objective counts, no point with whole numbers for "
                        "the int parameters meets '30*n - grid == 20'"));
  EXPECT_THAT(at_target("parameter_constraints: [200*n - grid >= 50, 200*n - grid <= 100]"),
              HasSubstr("counts, no point with whole numbers for the int parameters meets all of"));
  EXPECT_THAT(at_target("nonlinear_constraints: [grid**2 <= 100*grid]"),
              HasSubstr("nonlinear_constraints: with 'grid' at its target 200, where the objective counts, no point "
                        "meets 'grid**2 <= 100*grid'"));
  EXPECT_THAT(at_target("nonlinear_constraints: [x*grid >= 50 + grid]"), HasSubstr("no point within the bounds"));
  for (const char* possible :
       {"parameter_constraints: [x + 0.005*grid <= 1.1]", "parameter_constraints: [grid <= 200, grid >= 20]",
        "nonlinear_constraints: [x*grid >= 190]", "parameter_constraints: [x + 0.005*grid == 1]",
        "parameter_constraints: [x <= 0.5]\nnonlinear_constraints: [grid**2 <= 40000]"}) {
    EXPECT_EQ(at_target(possible), "no error") << possible;
  }
}

TEST(ParametersConfig, InfeasibleSpacesAreShownWhereAConstraintInvolvedStands) {
  EXPECT_THAT(
      error_of(with_parameters("  a: {type: range, bounds: [0.0, 1.0]}\n  b: {type: range, bounds: [0.0, 1.0]}\n"
                               "parameter_constraints: [a - b <= 0.2]\n"
                               "nonlinear_constraints: [a**2 + b**2 <= 1, a*b >= 0.6, exp(a) <= 3]")),
      HasSubstr("/p/c.yaml:6:24: nonlinear_constraints: no point within the bounds of the parameters meets all "
                "of 'a**2 + b**2 <= 1', 'a*b >= 0.6'"));
}

TEST(ParametersConfig, ParameterKeysFlattenNestedParameters) {
  const std::string rest =
      "objective: {metrics: [{name: a}]}\nparams: {x: {type: range, bounds: [0.0, 1.0]}, y: 3}\nparams2: [{a: {x1: "
      "1}}, {a: {x1: 2}}]\n";
  const BoaConfig config = config_of(rest + "parameter_keys: [params, [params2, 0, a], [params2, 1, a]]\n");
  std::vector<std::string> names;
  core::Parameterization values;
  for (const auto& parameter : config.search_space.parameters()) {
    names.push_back(core::name_of(parameter));
    values.emplace_back(names.back(), core::ParameterValue(static_cast<std::int64_t>(names.size())));
  }
  EXPECT_THAT(names, ElementsAre("params_x", "params_y", "params2_0_a_x1", "params2_1_a_x1"));
  EXPECT_EQ(util::write_json(nested_parameters(config.parameter_origins, values)),
            R"({"params": {"x": 1, "y": 2}, "params2": [{"a": {"x1": 3}}, {"a": {"x1": 4}}]})");
  const BoaConfig single = config_of("objective: {metrics: [{name: a}]}\nparams: {x: 1}\nparameter_keys: params\n");
  EXPECT_EQ(core::name_of(single.search_space.parameters().at(0)), "params_x");
  EXPECT_EQ(error_of(with_parameters("  x: 1\n") + "parameter_keys: []\n"), "no error");
  EXPECT_THAT(error_of(rest + "parameter_keys: [nothing]\n"),
              HasSubstr("'nothing' leads to nothing, not to a mapping"));
  EXPECT_THAT(error_of(rest + "parameter_keys: [[params2, 5, a]]\n"), HasSubstr("leads to nothing"));
  EXPECT_THAT(error_of(rest + "parameter_keys: 3\n"), HasSubstr("expected a key or a list"));
  EXPECT_THAT(error_of(rest + "parameter_keys: [params]\n"), HasSubstr("unknown key 'params2'"));
}

TEST(ParametersConfig, EqualFlatNamesGetANumber) {
  const BoaConfig config =
      config_of("objective: {metrics: [{name: a}]}\na: {b_c: 1}\na_b: {c: 2}\nparameter_keys: [a, a_b]\n");
  EXPECT_EQ(core::name_of(config.search_space.parameters().at(0)), "a_b_c");
  EXPECT_EQ(core::name_of(config.search_space.parameters().at(1)), "a_b_c_0");
}

}  // namespace
}  // namespace boa::app
