#include "boa/core/linear_expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using Op = LinearRelation::Op;

const std::vector<std::string> kRelationNames = {
    "x0", "x1", "e", "snomelt_min.hru", "snomelt_max.hru", "a-b", "a", "b", "my var", "2nd", "x*y", "x"};

using Terms = std::vector<std::pair<std::string, double>>;

struct RelationCase {
  const char* text;
  Terms terms;
  Op op;
  double bound;
};

TEST(LinearExpression, ReadsSumsOnBothSides) {
  const RelationCase cases[] = {
      {"x0 <= x1", {{"x0", 1}, {"x1", -1}}, Op::kLessEqual, 0},
      {"x0 + x1 - a <= .5", {{"x0", 1}, {"x1", 1}, {"a", -1}}, Op::kLessEqual, 0.5},
      {".5*x1 + x0 <= 1.5", {{"x1", 0.5}, {"x0", 1}}, Op::kLessEqual, 1.5},
      {"-2*x0 >= -3", {{"x0", -2}}, Op::kGreaterEqual, -3},
      {"x0+x1<=1", {{"x0", 1}, {"x1", 1}}, Op::kLessEqual, 1},
      {"2 * x0 + x1 < 1", {{"x0", 2}, {"x1", 1}}, Op::kLessEqual, 1},
      {"x0*2 > 1", {{"x0", 2}}, Op::kGreaterEqual, 1},
      {"3 >= x0 + 1", {{"x0", -1}}, Op::kGreaterEqual, -2},
      {"x0 + -x1 == 1e-1", {{"x0", 1}, {"x1", -1}}, Op::kEqual, 0.1},
      {"x0 + 2*3*x1*-1 <= 1_000", {{"x0", 1}, {"x1", -6}}, Op::kLessEqual, 1000},
      {"(x0 + x1)/2 <= 3*(a - 2**2)", {{"x0", 0.5}, {"x1", 0.5}, {"a", -3}}, Op::kLessEqual, -12},
      {"snomelt_min.hru <= snomelt_max.hru", {{"snomelt_min.hru", 1}, {"snomelt_max.hru", -1}}, Op::kLessEqual, 0},
  };
  for (const RelationCase& expected : cases) {
    const LinearRelation relation = parse_linear_relation(expected.text, kRelationNames);
    EXPECT_EQ(relation.coefficients, expected.terms) << expected.text;
    EXPECT_EQ(relation.op, expected.op) << expected.text;
    EXPECT_DOUBLE_EQ(relation.bound, expected.bound) << expected.text;
    EXPECT_TRUE(relation.repeated.empty()) << expected.text;
  }
}

TEST(LinearExpression, NamesAreMatchedLongestFirstAtTokenBoundaries) {
  // `e` is not found inside a number, `x` not inside `x0`, `a-b` goes before `a` and `b`.
  EXPECT_THAT(parse_linear_relation("e + x0 <= 1e-3", kRelationNames).coefficients,
              ElementsAre(Pair("e", 1), Pair("x0", 1)));
  EXPECT_DOUBLE_EQ(parse_linear_relation("e + x0 <= 1e-3", kRelationNames).bound, 1e-3);
  EXPECT_THAT(parse_linear_relation("1e-3*e <= 1", kRelationNames).coefficients, ElementsAre(Pair("e", 1e-3)));
  EXPECT_THAT(parse_linear_relation("a-b <= 1", kRelationNames).coefficients, ElementsAre(Pair("a-b", 1)));
  EXPECT_THAT(parse_linear_relation("a - b <= 1", kRelationNames).coefficients,
              ElementsAre(Pair("a", 1), Pair("b", -1)));
  EXPECT_THAT(parse_linear_relation("2*my var - x*y <= 1", kRelationNames).coefficients,
              ElementsAre(Pair("my var", 2), Pair("x*y", -1)));
  EXPECT_THAT(parse_linear_relation("2nd+2*x <= 1", kRelationNames).coefficients,
              ElementsAre(Pair("2nd", 1), Pair("x", 2)));
}

TEST(LinearExpression, WhatReadsAsANumberStaysOne) {
  const std::vector<std::string> names = {"1", "1e-3", "x"};
  const LinearRelation relation = parse_linear_relation("x <= 1", names);
  EXPECT_THAT(relation.coefficients, ElementsAre(Pair("x", 1)));
  EXPECT_DOUBLE_EQ(relation.bound, 1);
}

TEST(LinearExpression, RepeatedNamesAreSummedAndNamed) {
  const LinearRelation relation = parse_linear_relation("x0 + x1 + .6*x0 <= x1 + .6", kRelationNames);
  EXPECT_THAT(relation.coefficients, ElementsAre(Pair("x0", 1.6)));
  EXPECT_THAT(relation.repeated, ElementsAre("x0", "x1"));
}

TEST(LinearExpression, SaysWhatIsNotUnderstood) {
  const std::pair<const char*, const char*> cases[] = {
      {"x0 + y <= 1", "unknown name 'y' at column 6"},
      {"snomelt_min.hr <= 1", "unknown name 'snomelt_min.hr' (did you mean 'snomelt_min.hru'?) at column 1"},
      {"x0 <= ", "nothing where a name or a number should stand at column 7"},
      {"x0 + x1", "nothing where a comparison"},
      {"", "nothing where a name or a number should stand"},
      {"x0 => 1", "Write it as '>='"},
      {"x0 = 1", "'= 1' where an operator or a comparison"},
      {"0 <= x0 <= 1", "a second comparison at column 9"},
      {"x0*x1 <= 1", "not linear: a product of 'x0' and 'x1'"},
      {"1/x0 <= 1", "not linear: a division by 'x0'"},
      {"x0**2 <= 1", "not linear: a power of 'x0'"},
      {"1 >= min(x0, x1)", "not linear: a function of 'x0'"},
      {"x0 x1 <= 1", "'x1 <= 1' where an operator or a comparison (<=, >=) should stand at column 4"},
      {"1 <= 2", "names nothing that could be constrained"},
      {"x0 <= x0 + 1", "cancels out"},
      {"2x <= 1", "unknown name '2x'"},
      {"x0 <= 10%", "unknown name '10%'"},
      {"x0 + * 2 <= 1", "'* 2 <= 1' where a name or a number should stand"},
      {"x0 + 1e999*x1 <= 1e999", "are too large"},
      {"x0/0 <= 1", "undefined, as 1/0 is"},
  };
  for (const auto& [text, part] : cases) {
    try {
      parse_linear_relation(text, kRelationNames);
      ADD_FAILURE() << text;
    } catch (const UserInputError& error) {
      EXPECT_THAT(error.describe(), HasSubstr(part)) << text;
    }
  }
}

TEST(LinearExpression, AnyTextIsReadOrRefused) {
  const std::string pieces[] = {
      "x0", "x1", "e", "1e-3", "+", "-", "*", "<=", ">=", " ", "1", ".", "=", "(", "a-b", "%", "é"};
  util::Rng rng(3);
  int read = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint64_t k = rng.below(9); k > 0; --k) text += pieces[rng.below(std::size(pieces))];
    try {
      parse_linear_relation(text, kRelationNames);
      ++read;
    } catch (const UserInputError&) {
    }
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 5000);
}

}  // namespace
}  // namespace boa::core
