#include "boa/core/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "boa/core/parameter_constraint.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kExpressionNames = {"x", "y", "exp", "log_k", "my var", "a-b", "x1", "sin(x)"};

/// The formula of `text`, as the left side of a relation.
Expression expression_of(const std::string& text) {
  return parse_relation(text + " <= 0", kExpressionNames).difference;
}

/// Its value where every name has the value that stands for it.
double value_of(const std::string& text, const std::vector<double>& values) {
  return expression_of(text).value(values);
}

TEST(Expression, PrecedenceAndSignsAreThoseOfPython) {
  EXPECT_EQ(value_of("-x**2", {3}), -9);
  EXPECT_EQ(value_of("2**-x", {1}), 0.5);
  EXPECT_EQ(value_of("x**3**2", {2}), 512);
  EXPECT_EQ(value_of("2 - x - y", {1, 5}), -4);
  EXPECT_EQ(value_of("8/x/y", {2, 4}), 1);
  EXPECT_EQ(value_of("2+3*x", {4}), 14);
  EXPECT_EQ(value_of("(2+3)*x", {4}), 20);
  EXPECT_EQ(value_of("x*-2", {4}), -8);
  EXPECT_EQ(value_of("- - x", {4}), 4);
  EXPECT_EQ(value_of("min(x, y, 2) + max(x, y)", {3, 5}), 7);
  EXPECT_EQ(value_of("abs(-x) + sqrt( y )", {3, 16}), 7);
}

TEST(Expression, NamesGoBeforeFunctionsAndOperators) {
  EXPECT_THAT(expression_of("exp(x) + exp").variables(), ElementsAre("x", "exp"));
  EXPECT_THAT(expression_of("sin(x) + a-b").variables(), ElementsAre("sin(x)", "a-b"));
  EXPECT_THAT(expression_of("sin( x )").variables(), ElementsAre("x"));
  EXPECT_THAT(expression_of("log_k*my var**2").variables(), ElementsAre("log_k", "my var"));
}

TEST(Expression, DerivativesMatchDifferences) {
  const std::string formulas[] = {"x**2 + y",       "x*y - x/y",       "x**y",           "2**x + x**-1.5",
                                  "exp(x)*log(y)",  "log10(x) + y**3", "sin(x)*cos(y)",  "tan(x/3) + abs(x - y)",
                                  "sqrt(x + y**2)", "min(x, y)*2",     "max(x, y, x*y)", "-(x - y)**2"};
  for (const std::string& formula : formulas) {
    const Expression expression = expression_of(formula);
    const auto function = [&](const std::vector<double>& x, std::vector<double>* gradient) {
      return gradient == nullptr ? expression.value(x) : expression.value_and_gradient(x, *gradient);
    };
    for (const std::vector<double>& x : {std::vector{0.7, 1.3}, {2.5, 0.4}, {1.1, 3.0}}) {
      std::vector<double> at = x;
      at.resize(expression.variables().size());
      EXPECT_GRADIENT_MATCHES(function, at) << formula;
    }
  }
}

TEST(Expression, RangesHoldEveryValue) {
  const std::string formulas[] = {"x**2 + y",      "x*y - x/y", "x**y",      "2**x",      "x**3",   "x**-2",
                                  "exp(x)*log(y)", "log10(x)",  "sin(x)",    "cos(x)*y",  "tan(x)", "abs(x - y)",
                                  "sqrt(x)",       "x**0.5",    "min(x, 1)", "max(x, y)", "x - x",  "1/(x - y)",
                                  "x**(y*2)",      "-x",        "y**-0.5"};
  util::Rng rng(5);
  for (const std::string& formula : formulas) {
    const Expression expression = expression_of(formula);
    for (int round = 0; round < 300; ++round) {
      std::vector<Interval> box;
      std::vector<double> x;
      for (std::size_t j = 0; j < expression.variables().size(); ++j) {
        const double lower = 8 * rng.uniform() - 3;
        box.push_back({lower, lower + 4 * rng.uniform()});
        x.push_back(lower + (box.back().upper - lower) * rng.uniform());
      }
      const double value = expression.value(x);
      if (std::isnan(value)) continue;
      const Interval range = expression.range(box);
      EXPECT_LE(range.lower, value) << formula;
      EXPECT_GE(range.upper, value) << formula;
    }
  }
}

TEST(Expression, RangesAreEmptyWhereNothingIsDefined) {
  EXPECT_TRUE(expression_of("sqrt(x)").range(std::vector<Interval>{{-3, -1}}).is_empty());
  EXPECT_TRUE(expression_of("1 + log(x)").range(std::vector<Interval>{{-3, -1}}).is_empty());
  const Interval square = expression_of("x**2").range(std::vector<Interval>{{-3, 1}});
  EXPECT_NEAR(square.lower, 0, testing::kExact);
  EXPECT_NEAR(square.upper, 9, 10 * testing::kExact);
}

TEST(Expression, LinearOnesAreRecognised) {
  const auto form = expression_of("2*(x - y)/4 + 3 - min(1, 2)").affine();
  ASSERT_TRUE(form.has_value());
  EXPECT_THAT(form->coefficients, ElementsAre(std::pair{std::size_t{0}, 0.5}, std::pair{std::size_t{1}, -0.5}));
  EXPECT_EQ(form->constant, 2);
  EXPECT_FALSE(expression_of("x*y").affine().has_value());
  EXPECT_FALSE(expression_of("abs(x)").affine().has_value());
}

TEST(Expression, SaysWhatIsNotUnderstood) {
  const std::pair<const char*, const char*> cases[] = {
      {"x^2 <= 1", "'^' at column 2"},
      {"sine(x) <= 1", "unknown function 'sine' (did you mean 'sin'?) at column 1"},
      {"sqrt(x, y) <= 1", "a second argument of 'sqrt'"},
      {"min(x) <= 1", "'min' with one argument"},
      {"(x + 1 <= 1", "'<= 1' where ')' should stand"},
      {"x + 1) <= 1", "') <= 1' where an operator or a comparison"},
      {"z**2 <= 1", "unknown name 'z' at column 1"},
      {"x <= 1 <= y", "a second comparison"},
      {"x ** <= 1", "'<= 1' where a name or a number should stand"},
      {"sqrt() <= 1", "') <= 1' where a name or a number should stand"},
  };
  for (const auto& [text, part] : cases) {
    try {
      parse_relation(text, kExpressionNames);
      ADD_FAILURE() << text;
    } catch (const UserInputError& error) {
      EXPECT_THAT(error.describe(), HasSubstr(part)) << text;
    }
  }
  EXPECT_THROW(parse_relation(std::string(5000, '(') + "x <= 1", kExpressionNames), UserInputError);
  EXPECT_THROW(parse_relation(std::string(5000, '-') + "x <= 1", kExpressionNames), UserInputError);
}

TEST(NonlinearConstraint, HoldsWhereItsFormulaIsDefinedAndMet) {
  const auto holds = [](const char* text, double x, double y) {
    return parse_nonlinear_constraint(text, kExpressionNames).is_satisfied({{"x", x}, {"y", y}});
  };
  EXPECT_TRUE(holds("x**2 + y <= 1", 0.5, 0.75));
  EXPECT_FALSE(holds("x**2 + y <= 1", 0.5, 0.7500001));
  EXPECT_TRUE(holds("y >= 1/x", 2, 0.5));
  EXPECT_FALSE(holds("y >= 1/x", 2, 0.4));
  EXPECT_FALSE(holds("sqrt(x) <= y", -1, 5));
  EXPECT_FALSE(holds("log(x) <= y", -1, 5));
  EXPECT_FALSE(holds("min(sqrt(x), 1) <= y", -1, 5));
  EXPECT_THROW(parse_nonlinear_constraint("x*y == 1", kExpressionNames), UserInputError);
}

}  // namespace
}  // namespace boa::core
