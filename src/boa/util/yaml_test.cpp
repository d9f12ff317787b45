#include "boa/util/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/rng.hpp"

namespace boa::util {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// The document as one line of JSON, which tells types apart.
std::string yaml_as_json(std::string_view text) { return write_json(parse_yaml(text)); }

std::string yaml_error(std::string_view text) {
  try {
    parse_yaml(text, "c.yaml");
  } catch (const ConfigError& error) {
    return error.describe();
  }
  return "no error";
}

TEST(Yaml, ScalarsHaveTheTypesOfYaml12) {
  const std::pair<const char*, const char*> cases[] = {
      {"yes", "\"yes\""},
      {"no", "\"no\""},
      {"on", "\"on\""},
      {"off", "\"off\""},
      {"1e-3", "0.001"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1_000", "1000"},
      {"0x1F", "31"},
      {"0o10", "8"},
      {"010", "10"},
      {"0b11", "3"},
      {"true", "true"},
      {"True", "true"},
      {"TRUE", "true"},
      {"false", "false"},
      {"tRUE", "\"tRUE\""},
      {"~", "null"},
      {"null", "null"},
      {"Null", "null"},
      {"", "null"},
      {".inf", "Infinity"},
      {"-.inf", "-Infinity"},
      {"+.INF", "Infinity"},
      {".nan", "NaN"},
      {"NaN", "\"NaN\""},
      {"NA", "\"NA\""},
      {"nan", "\"nan\""},
      {"-3", "-3"},
      {"+3", "3"},
      {"1.5e+3", "1500.0"},
      {"1e5", "100000.0"},
      {"-.5", "-0.5"},
      {"1_0.5", "10.5"},
      {"'5'", "\"5\""},
      {"\"true\"", "\"true\""},
      {"-", "[null]"},
      {"\"-\"", "\"-\""},
      {".", "\".\""},
      {"1.2.3", "\"1.2.3\""},
      {"0x", "\"0x\""},
      {"12abc", "\"12abc\""},
      {"1e", "\"1e\""},
      {"_1", "\"_1\""},
      {"1:30", "\"1:30\""},
      {"!!str 5", "\"5\""},
      {"!!float 5", "5.0"},
      {"99999999999999999999", "1e+20"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"1e999", "Infinity"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(yaml_as_json(text), json) << text;
}

TEST(Yaml, UnquotedDatesAreTextThatIsMarked) {
  for (const char* text : {"2013-01-01", "2013-1-1 10:00:00", "2001-12-14t21:59:43.10-05:00"}) {
    const Node node = parse_yaml(text);
    EXPECT_TRUE(node.is_string() && node.is_unquoted_date()) << text;
  }
  for (const char* text : {"'2013-01-01'", "2013-1-1", "2013-01", "2013-01-01x"}) {
    EXPECT_FALSE(parse_yaml(text).is_unquoted_date()) << text;
  }
}

TEST(Yaml, KeepsTheOrderOfKeysAndNestsInBothStyles) {
  EXPECT_EQ(yaml_as_json("z: 1\na: {y: [1, 2.0, x], b: }\nm:\n  - 1\n  -\n    - 2\n"),
            R"({"z": 1, "a": {"y": [1, 2.0, "x"], "b": null}, "m": [1, [2]]})");
  EXPECT_EQ(yaml_as_json("a: |\n  x\n  y\nb: >-\n  x\n  y\n"), R"({"a": "x\ny\n", "b": "x y"})");
  EXPECT_EQ(yaml_as_json("\xEF\xBB\xBF"
                         "a: é\r\nb: 2\r\n"),
            "{\"a\": \"é\", \"b\": 2}");
}

TEST(Yaml, KnowsWhereKeysAndValuesStand) {
  const Node node = parse_yaml("a: 1\nlonger:\n  inner: [x, yy]\n");
  EXPECT_EQ(node.at("a").line(), 1);
  EXPECT_EQ(node.at("a").column(), 4);
  const Node& inner = node.at("longer").at("inner");
  EXPECT_EQ(inner.key_line(), 3);
  EXPECT_EQ(inner.key_column(), 3);
  EXPECT_EQ(inner.at(1).line(), 3);
  EXPECT_EQ(inner.at(1).column(), 14);
}

TEST(Yaml, KeysThatAreNoTextAreMarked) {
  const Node node = parse_yaml("1: a\n'2': b\ntrue: c\nx: d\n");
  EXPECT_TRUE(node.at("1").has_non_text_key());
  EXPECT_FALSE(node.at("2").has_non_text_key());
  EXPECT_TRUE(node.at("true").has_non_text_key());
  EXPECT_FALSE(node.at("x").has_non_text_key());
}

TEST(Yaml, AliasesAreCopiesAndMergeKeysComeFirst) {
  EXPECT_EQ(yaml_as_json("a: &r {x: 1, y: 2}\nb: *r\nc: {<<: *r, y: 3, z: 4}\n"),
            R"({"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "c": {"x": 1, "y": 3, "z": 4}})");
  EXPECT_EQ(yaml_as_json("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  z: 0\n  <<: [*a, *b]\n"),
            R"({"a": {"x": 1}, "b": {"x": 2, "y": 2}, "c": {"x": 1, "y": 2, "z": 0}})");
  EXPECT_EQ(yaml_as_json("a: &k name\n*k : 1\n"), R"({"a": "name", "name": 1})");
}

TEST(Yaml, RefusesWhatIsMalformedWithItsPosition) {
  EXPECT_THAT(yaml_error("a: 1\nb: 2\na: 3\n"), AllOf(HasSubstr("c.yaml:3:1"), HasSubstr("'a' occurs twice")));
  EXPECT_THAT(yaml_error("a: {b: 1, b: 2}"), HasSubstr("c.yaml:1:11: the key 'b' occurs twice"));
  EXPECT_THAT(yaml_error("a:\n\tb: 1\n"), AllOf(HasSubstr("c.yaml:2"), HasSubstr("no tabs")));
  EXPECT_THAT(yaml_error("a:\n  b: 1\n\tc: 2\n"), AllOf(HasSubstr("c.yaml:3"), HasSubstr("no tabs")));
  EXPECT_THAT(yaml_error("a: [1, 2\nb: 3\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(yaml_error("a: 'x\n"), HasSubstr("c.yaml:1:4: this is not valid YAML: the quote"));
  EXPECT_THAT(yaml_error("a: é\nb: &q \"x\\\"\n\n"), HasSubstr("c.yaml:2:4: this is not valid YAML: the quote"));
  EXPECT_THAT(yaml_error("a: &q 'it''s'\nb: \"\\\\\"\n"), "no error");
  EXPECT_THAT(yaml_error("a: b: c\n"), HasSubstr("c.yaml:1:5: this is not valid YAML"));
  EXPECT_THAT(yaml_error("a: \xFF\n"), HasSubstr("c.yaml:1:4: the byte 0xff is not valid UTF-8"));
  EXPECT_THAT(yaml_error("a: \xC0\x80\n"), HasSubstr("UTF-8"));
  EXPECT_THAT(yaml_error(std::string_view("a\0b", 3)), HasSubstr("control character 0x00"));
  EXPECT_THAT(yaml_error("a: 1\n---\nb: 2\n"), HasSubstr("c.yaml:2:1: the document has ended before this place"));
  EXPECT_THAT(yaml_error("- a\nb: 1\n"), HasSubstr("c.yaml:2:1: the document has ended"));
  EXPECT_THAT(yaml_error("{a: 1\n"), HasSubstr("Is a bracket or brace never closed?"));
  EXPECT_THAT(yaml_error("a: [1, 2\nb: 3\n"), HasSubstr("a '[' before this place is never closed"));
  EXPECT_THAT(yaml_error("? [1, 2]\n: 3\n"), HasSubstr("a key must be a plain value"));
  EXPECT_THAT(yaml_error("a: !!python/object x\n"), HasSubstr("is not understood"));
  EXPECT_THAT(yaml_error("a: *nothing\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(yaml_error("a: &a [*a]\n"), HasSubstr("refers to the value that it stands in"));
  EXPECT_THAT(yaml_error("a: {<<: 3}\n"), HasSubstr("'<<' takes a mapping"));
  EXPECT_THAT(yaml_error("a: {{ x }}\n"), HasSubstr("c.yaml:1:"));
}

TEST(Yaml, DeepNestingAndAliasBombsAreErrors) {
  EXPECT_THAT(yaml_error("a: 'it''s ['\nb: {c: [" + std::string(100'000, '[')),
              HasSubstr("c.yaml:2:507: nested deeper"));
  std::string deep, braces, indented;
  for (int i = 0; i < 5000; ++i) {
    deep += "- ";
    braces += "{a: ";
    indented += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  }
  for (const std::string& text : {deep + "x", braces + std::string(5000, '}'), indented}) {
    EXPECT_THAT(yaml_error(text), HasSubstr("nested deeper than 500 levels"));
  }
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THAT(yaml_error(bomb), HasSubstr("anchors and aliases copy more than"));
}

TEST(Yaml, BracketsInTextsAndCommentsNestNothing) {
  const std::string open(2000, '[');
  for (const std::string& text : {"a: \"" + open + "\\\"\"\n", "a: '" + open + "'\n", "a: 1  # " + open + "\n"}) {
    EXPECT_EQ(yaml_error(text), "no error");
  }
  std::string faces;
  for (int i = 0; i < 2000; ++i) faces += "k" + std::to_string(i) + ": sad :[\n";
  EXPECT_EQ(yaml_error(faces), "no error");
}

TEST(Yaml, AnEmptyTextIsNull) {
  EXPECT_TRUE(parse_yaml("").is_null());
  EXPECT_TRUE(parse_yaml("# nothing\n").is_null());
}

TEST(Yaml, AnyBytesAreReadOrRefused) {
  const std::string pieces[] = {"a",  ": ", "\n", "  ", "- ", "[",      "]",   "{", "}",  "&x ",   "*x", "<<", "'",
                                "\"", "|",  ">",  "#",  "\t", "!!int ", "1e3", ",", "? ", "---\n", "%",  "\\", "é"};
  Rng rng(7);
  int read = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint64_t k = rng.below(30); k > 0; --k) text += pieces[rng.below(std::size(pieces))];
    try {
      parse_yaml(text);
      ++read;
    } catch (const ConfigError&) {
    }
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 3000);
}

}  // namespace
}  // namespace boa::util
