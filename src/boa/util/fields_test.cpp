#include "boa/util/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/json.hpp"
#include "boa/util/yaml.hpp"

namespace boa::util {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

enum class Colour { kRed, kGreen };
constexpr std::array<std::pair<std::string_view, Colour>, 2> field_names(Colour) {
  return {{{"red", Colour::kRed}, {"green", Colour::kGreen}}};
}

struct FieldsExample {
  std::int64_t count = 3;
  std::optional<double> rate;
  bool minimize = true;
  std::string name = "n";
  Colour colour = Colour::kRed;
  std::vector<std::string> list;
  Node free;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "count", .doc = "how many", .at_least = 1}, self.count);
    field(Field{.name = "rate", .doc = "a rate", .at_least = 0, .at_most = 1, .below = true}, self.rate);
    field(Field{.name = "minimize", .doc = "direction", .aliases = {"lower_is_better"}}, self.minimize);
    field(Field{.name = "name", .doc = "a name", .not_empty = true}, self.name);
    field(Field{.name = "colour", .doc = "a colour"}, self.colour);
    field(Field{.name = "list", .doc = "texts"}, self.list);
    field(Field{.name = "free", .doc = "anything"}, self.free);
  }
};

FieldsExample read_example(const char* yaml) { return options_from_node<FieldsExample>(parse_yaml(yaml), "f.yaml"); }

std::string example_error(const char* yaml) {
  try {
    read_example(yaml);
  } catch (const ConfigError& error) {
    return error.describe();
  }
  return "no error";
}

TEST(Fields, ReadEveryTypeAndKeepDefaults) {
  const FieldsExample read = read_example(
      "{count: 7, rate: 0.25, lower_is_better: false, name: 2024, colour: green, list: [a, b], free: {x: 1}}");
  EXPECT_EQ(read.count, 7);
  EXPECT_EQ(read.rate, 0.25);
  EXPECT_FALSE(read.minimize);
  EXPECT_EQ(read.name, "2024");
  EXPECT_EQ(read.colour, Colour::kGreen);
  EXPECT_THAT(read.list, testing::ElementsAre("a", "b"));
  EXPECT_EQ(read.free.at("x").as_int(), 1);
  const FieldsExample defaults = read_example("{count: , rate: null}");
  EXPECT_EQ(defaults.count, 3);
  EXPECT_FALSE(defaults.rate.has_value());
  EXPECT_EQ(read_example("{count: 4.0}").count, 4);
}

TEST(Fields, MessagesNameFileLineKeyFoundAndAllowed) {
  const std::pair<const char*, std::vector<const char*>> cases[] = {
      {"name: x\nminimise: true\n",
       {"f.yaml:2:1: unknown key 'minimise'; did you mean 'minimize'?",
        "Allowed: count, rate, minimize, lower_is_better"}},
      {"zzzzzz: true\n", {"unknown key 'zzzzzz'\n"}},
      {"count: many\n", {"f.yaml:1:8: count: expected a whole number, found the text 'many'"}},
      {"count: 3.5\n", {"expected a whole number, found the number 3.5"}},
      {"count: 0\n", {"count: must be at least 1, found 0"}},
      {"rate: 1\n", {"rate: must be at least 0 and below 1, found 1"}},
      {"rate: .nan\n", {"expected a number"}},
      {"minimize: yes\n", {"expected true or false, found the text 'yes'"}},
      {"minimize: true\nlower_is_better: true\n", {"f.yaml:2:1", "'minimize' and 'lower_is_better' mean the same"}},
      {"name: ''\n", {"must not be empty"}},
      {"colour: gren\n", {"expected one of red, green, found the text 'gren'; did you mean 'green'?"}},
      {"list: [a, 1]\n", {"expected a list of texts, found the integer 1"}},
      {"[1, 2]\n", {"expected a mapping, found a list of 2"}},
  };
  for (const auto& [yaml, parts] : cases) {
    for (const char* part : parts) EXPECT_THAT(example_error(yaml), HasSubstr(part)) << yaml;
  }
}

TEST(Fields, ReadingStopsAfterSoManyProblems) {
  Problems problems("f.yaml", 2);
  const Node node = 1;
  problems.add(node, "a", "first");
  problems.add_unsupported(node, "b", "second");
  try {
    problems.add(node, "c", "third");
    FAIL() << "took a third";
  } catch (const ConfigErrors& errors) {
    ASSERT_EQ(errors.problems().size(), 3U);
    EXPECT_EQ(errors.problems().front().message, "first");
    EXPECT_EQ(errors.problems().back().message, "reading stopped after 2 problems");
  }
}

TEST(Fields, SeveralProblemsAreShownAtOnce) {
  EXPECT_THAT(example_error("count: 0\nnme: x\n"),
              AllOf(HasSubstr("f.yaml:1:8: count"), HasSubstr("f.yaml:2:1: unknown key 'nme'; did you mean 'name'?")));
  try {
    read_example("count: 0\nnme: x\n");
    FAIL();
  } catch (const ConfigErrors& errors) {
    EXPECT_EQ(errors.problems().size(), 2U);
  }
}

TEST(Fields, AMissingKeyIsNotReportedBesideItsMisspelling) {
  const auto messages = [](const char* yaml, const char* path) {
    Problems problems("f.yaml");
    const Node node = parse_yaml(yaml);
    FieldsExample example;
    read_fields(node, example, "a", problems);
    add_missing_key(problems, node, path, "name", "Write one.");
    std::vector<std::string> list;
    for (const Problem& problem : problems.list()) list.push_back(problem.message);
    return list;
  };
  EXPECT_THAT(messages("nmae: x\n", "a"), testing::ElementsAre("unknown key 'nmae'; did you mean 'name'?"));
  EXPECT_THAT(messages("nmae: x\n", "b"), testing::ElementsAre(HasSubstr("nmae"), "'name' is missing"));
  EXPECT_THAT(messages("cuont: 2\n", "a"), testing::ElementsAre(HasSubstr("'count'"), "'name' is missing"));
  EXPECT_THAT(messages("{}\n", "a"), testing::ElementsAre("'name' is missing"));
}

TEST(Fields, WhatIsNotBuiltYetComesAfterWhatIsWrong) {
  Problems problems("f.yaml");
  const Node node = parse_yaml("a: 1\n");
  problems.add_unsupported(node.at("a"), "a", "the thing 'a'");
  EXPECT_THROW(problems.throw_if_any(), UnsupportedError);
  problems.add(node.at("a"), "a", "is wrong");
  try {
    problems.throw_if_any();
    FAIL();
  } catch (const ConfigErrors& errors) {
    EXPECT_THAT(errors.what(), HasSubstr("f.yaml:1:4: a: is wrong"));
    EXPECT_THAT(errors.hint(), HasSubstr("f.yaml:1:1: a: the thing 'a' is not built yet"));
  }
}

TEST(Fields, WritingGivesBackWhatWasRead) {
  const Node node = write_fields(read_example("{rate: 0.25, colour: green, list: [a]}"));
  EXPECT_EQ(
      write_json(node),
      R"({"count": 3, "rate": 0.25, "minimize": true, "name": "n", "colour": "green", "list": ["a"], "free": null})");
  EXPECT_EQ(write_fields(options_from_node<FieldsExample>(node)), node);
}

TEST(Fields, TheListForTheReferenceHasTypeRangeAndDefault) {
  const std::vector<FieldDescription> list = list_fields<FieldsExample>();
  ASSERT_EQ(list.size(), 7U);
  EXPECT_EQ(list[0].type, "a whole number");
  EXPECT_EQ(list[0].allowed, "at least 1");
  EXPECT_EQ(list[0].default_value, Node(3));
  EXPECT_EQ(list[1].allowed, "at least 0 and below 1");
  EXPECT_EQ(list[2].aliases, std::vector<std::string>{"lower_is_better"});
  EXPECT_EQ(list[4].type, "red | green");
}

}  // namespace
}  // namespace boa::util
