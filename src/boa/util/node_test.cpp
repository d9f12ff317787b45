#include "boa/util/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/registry.hpp"

namespace boa::util {
namespace {

using ::testing::HasSubstr;

TEST(Node, MappingsKeepTheOrderOfTheirKeys) {
  Node node;
  node.set("z", 1);
  node.set("a", "text");
  node.set("z", 2.5);
  EXPECT_EQ(write_json(node), R"({"z": 2.5, "a": "text"})");
  EXPECT_TRUE(node.erase("z"));
  EXPECT_FALSE(node.erase("z"));
  EXPECT_EQ(node.find("z"), nullptr);
  EXPECT_EQ(node.at("a").as_string(), "text");
  EXPECT_EQ(node.size(), 1U);
}

TEST(Node, ArraysGrow) {
  Node node;
  node.push_back(1);
  node.push_back(Node::object({{"a", true}}));
  EXPECT_EQ(write_json(node), R"([1, {"a": true}])");
  EXPECT_EQ(node.size(), 2U);
  EXPECT_EQ(node.find("a"), nullptr);
}

TEST(Node, IntegersAndFloatsStayApart) {
  EXPECT_FALSE(Node(1) == Node(1.0));
  EXPECT_EQ(Node(1).as_double(), 1.0);
  EXPECT_EQ(Node(std::numeric_limits<double>::quiet_NaN()), Node(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(Node(true).is_number());
  EXPECT_FALSE(Node(true) == Node(1));
  EXPECT_EQ(Node::array({1, 2.0}), Node::array({1, 2.0}));
}

TEST(Node, AskingForAnotherTypeIsABug) {
  EXPECT_THROW(Node("x").as_int(), InternalError);
  EXPECT_THROW(Node(1.5).as_int(), InternalError);
  EXPECT_THROW(Node(1).as_string(), InternalError);
  EXPECT_THROW(Node().as_bool(), InternalError);
  EXPECT_THROW(Node(1).at("a"), InternalError);
  EXPECT_THROW(Node::array({1}).at(1), InternalError);
  EXPECT_THROW(Node(1).as_array(), InternalError);
  EXPECT_THROW(Node(1).as_object(), InternalError);
  EXPECT_THROW(Node(1).set("a", 1), InternalError);
}

TEST(Node, DescribesItselfInWords) {
  EXPECT_EQ(Node().describe(), "nothing (null)");
  EXPECT_EQ(Node(true).describe(), "true");
  EXPECT_EQ(Node(3).describe(), "the integer 3");
  EXPECT_EQ(Node(0.5).describe(), "the number 0.5");
  EXPECT_EQ(Node("abc").describe(), "the text 'abc'");
  EXPECT_EQ(Node::array({1, 2}).describe(), "a list of 2");
  EXPECT_EQ(Node::object().describe(), "a mapping");
}

TEST(Node, PositionsDoNotCountInComparisons) {
  Node a(1);
  a.set_position(3, 4);
  EXPECT_EQ(a, Node(1));
  EXPECT_EQ(a.key_line(), 3);
  a.set_key_position(2, 1);
  EXPECT_EQ(a.key_line(), 2);
  EXPECT_EQ(a.key_column(), 1);
  EXPECT_EQ(a.line(), 3);
}

TEST(Registry, FindsByNameAndNamesTheNearest) {
  Registry<int> registry("kernel");
  registry.add("matern", 1);
  registry.add("rbf", 2);
  EXPECT_EQ(registry.get("rbf"), 2);
  EXPECT_EQ(registry.find("none"), nullptr);
  EXPECT_EQ(registry.names(), (std::vector<std::string>{"matern", "rbf"}));
  EXPECT_THROW(registry.add("rbf", 3), InternalError);
  try {
    registry.get("matren");
    FAIL();
  } catch (const UnsupportedError& error) {
    EXPECT_THAT(error.describe(),
                HasSubstr("no kernel is called 'matren'; did you mean 'matern'?\n  Known: matern, rbf"));
  }
}

}  // namespace
}  // namespace boa::util
