#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/core/ax_json.hpp"
#include "boa/core/search_space.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::core {
namespace hierarchy_test {

using ::testing::HasSubstr;

RangeParameter unit_range(const char* name) { return {name, ParameterType::kFloat, 0, 1, false, {}}; }

/// method = adam: rate; method = sgd: rate2, nested = true: momentum.
SearchSpace tree() {
  const ParameterValue adam = std::string("adam");
  const ParameterValue sgd = std::string("sgd");
  return SearchSpace({ChoiceParameter{"method",
                                      ParameterType::kString,
                                      {adam, sgd},
                                      false,
                                      {{adam, {"rate"}}, {sgd, {"rate2", "nested", "note"}}}},
                      unit_range("rate"), unit_range("rate2"),
                      ChoiceParameter{"nested", ParameterType::kBool, {false, true}, true, {{true, {"momentum"}}}},
                      unit_range("momentum"), FixedParameter{"note", ParameterType::kString, std::string("n")}},
                     {{{{"rate2", 1}, {"momentum", 1}}, 1, "rate2 + momentum <= 1"}});
}

const Parameterization kAdam = {{"method", std::string("adam")}, {"rate", 0.5}};
const Parameterization kSgd = {{"method", std::string("sgd")}, {"rate2", 0.9}, {"nested", false}};

TEST(SearchSpaceHierarchy, ParametersExistForTheValuesThatNameThem) {
  const SearchSpace space = tree();
  EXPECT_EQ(space.why_no_tree(), "");
  EXPECT_EQ(space.why_not_member(kAdam), "");
  EXPECT_EQ(space.why_not_member(kSgd), "");
  EXPECT_EQ(space.why_not_complete(kSgd), "");
  EXPECT_THAT(space.why_not_member({{"method", std::string("sgd")}, {"rate", 0.5}}),
              HasSubstr("'rate' does not exist"));
  EXPECT_THAT(space.why_not_member({{"method", std::string("sgd")}, {"rate2", 0.5}}), HasSubstr("'nested' is missing"));
  EXPECT_EQ(space.in_config_order(kAdam), kAdam);
  Parameterization whole = kSgd;
  whole.insert(whole.end(), {{"momentum", 0.3}, {"rate", 0.1}});
  Parameterization expected = kSgd;
  expected.emplace_back("note", std::string("n"));
  EXPECT_EQ(space.in_config_order(whole), expected);
}

TEST(SearchSpaceHierarchy, ConstraintsHoldWhereAllTheirParametersExist) {
  const SearchSpace space = tree();
  EXPECT_TRUE(space.meets_constraints(kAdam));
  EXPECT_TRUE(space.meets_constraints(kSgd));
  const Parameterization nested = {{"method", std::string("sgd")}, {"rate2", 0.9}, {"nested", true}, {"momentum", 0.5}};
  EXPECT_FALSE(space.meets_constraints(nested));
  EXPECT_THAT(space.why_not_member(nested), HasSubstr("'rate2 + momentum <= 1' is not met"));
}

TEST(SearchSpaceHierarchy, SaysWhatIsNoTree) {
  const auto why = [](std::vector<Parameter> parameters) {
    return SearchSpace(std::move(parameters), {}).why_no_tree();
  };
  const ParameterValue one = std::int64_t{1};
  const ParameterValue two = std::int64_t{2};
  const auto choice = [&](const char* name, Dependents dependents) {
    return ChoiceParameter{name, ParameterType::kInt, {one, two}, true, std::move(dependents)};
  };
  EXPECT_THAT(why({choice("a", {{one, {"rete"}}}), unit_range("rate")}),
              HasSubstr("'a' names 'rete', and there is no such parameter; did you mean 'rate'?"));
  EXPECT_THAT(why({choice("a", {{one, {"b"}}}), unit_range("b"), unit_range("c")}), HasSubstr("'a', 'c' depend on no"));
  EXPECT_THAT(why({choice("a", {{one, {"b"}}}), choice("b", {{one, {"a"}}})}), HasSubstr("none to begin with"));
  EXPECT_THAT(why({choice("r", {}), choice("a", {{one, {"b"}}}), choice("b", {{one, {"a"}}})}), HasSubstr("on itself"));
  EXPECT_THAT(why({choice("r", {{one, {"a", "b"}}}), choice("a", {{one, {"b"}}}), unit_range("b")}),
              HasSubstr("'b' depends on more than one parameter"));
  EXPECT_EQ(why({choice("r", {{one, {"a"}}, {two, {"a"}}}), unit_range("a")}), "");
}

TEST(SearchSpaceHierarchy, SurvivesItsJson) {
  const SearchSpace space = tree();
  const util::Node node = search_space_to_ax(space);
  EXPECT_EQ(node.at("__type").as_string(), "HierarchicalSearchSpace");
  const util::Node read = util::parse_json(util::write_json(node), "space");
  EXPECT_TRUE(search_space_from_ax(read, "space") == space);
}

}  // namespace hierarchy_test
}  // namespace boa::core
