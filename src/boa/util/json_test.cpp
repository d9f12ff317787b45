#include "boa/util/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::util {
namespace {

using ::testing::HasSubstr;

std::string json_error(std::string_view text) {
  try {
    parse_json(text, "c.json");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Json, WhatWasWrittenIsReadBack) {
  const char* text =
      R"({"z": 1, "a": [1.0, -2.5e-07, true, false, null, "x\n\"\\é\u0001"], "e": {}, "l": [], "n": NaN, "i": -Infinity, "big": 9223372036854775807})";
  const Node node = parse_json(text);
  EXPECT_EQ(write_json(node), text);
  EXPECT_EQ(parse_json(write_json(node, 4)), node);
  EXPECT_TRUE(std::isnan(node.at("n").as_double()));
  EXPECT_TRUE(node.at("a").at(0).is_float());
  EXPECT_TRUE(node.at("z").is_int());
}

TEST(Json, IndentationIsPythons) {
  EXPECT_EQ(write_json(parse_json(R"({"a": [1, {"b": 2}], "c": {}, "d": []})"), 2),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

TEST(Json, ReadsEscapesAndWideNumbers) {
  EXPECT_EQ(parse_json(R"("\u00e9\ud83d\ude00\/")").as_string(), "é😀/");
  EXPECT_EQ(parse_json("18446744073709551615").as_double(), 18446744073709551615.0);
  EXPECT_EQ(parse_json("\xEF\xBB\xBF[1]").size(), 1U);
  EXPECT_EQ(parse_json("Infinity").as_double(), INFINITY);
}

TEST(Json, KnowsWhereKeysAndValuesStand) {
  const Node node = parse_json("{\"a\": 1,\n  \"b\\\"é\": [true, \"x\\n\\\\\", -1.5, {}],\n\"c\": null}");
  EXPECT_EQ(node.at("a").column(), 7);
  const Node& list = node.at("b\"é");
  EXPECT_EQ(list.key_line(), 2);
  EXPECT_EQ(list.key_column(), 3);
  EXPECT_EQ(list.column(), 12);
  EXPECT_EQ(list.at(0).column(), 13);
  EXPECT_EQ(list.at(1).column(), 19);
  EXPECT_EQ(list.at(2).column(), 28);
  EXPECT_EQ(list.at(3).column(), 34);
  EXPECT_EQ(node.at("c").line(), 3);
}

TEST(Json, RefusesWhatIsMalformedWithItsPosition) {
  const std::pair<std::string_view, const char*> cases[] = {
      {"{\"a\": 1,\n\"a\": 2}", "c.json:2:1: the key 'a' occurs twice"},
      {"{\"a\": }", "c.json:1:7: this is not valid JSON"},
      {"[1, 2", "this is not valid JSON"},
      {"[1] x", "c.json:1:5: this is not valid JSON"},
      {"", "this is not valid JSON"},
      {"[1,]", "this is not valid JSON"},
      {"\"\xFF\"", "this is not valid JSON"},
      {"'a'", "this is not valid JSON"},
      {"{\"a NaNx\": NaNe3}", "c.json:1:12: this is not valid JSON: unknown word 'NaNe3'"},
      {"-Infinity.5", "unknown word"},
      {"[1e400]", "c.json:1:2: this is not valid JSON: Number too big"},
      {std::string_view("1\0x", 3), "c.json:1:2: this is not valid JSON: the control character 0x00"},
  };
  for (const auto& [text, part] : cases) EXPECT_THAT(json_error(text), HasSubstr(part)) << text;
  EXPECT_THAT(json_error(std::string(100'000, '[')), HasSubstr("nested deeper than 1000 levels"));
  EXPECT_EQ(json_error(std::string(1000, '[') + std::string(1000, ']')), "no error");
}

TEST(Json, AnyBytesAreReadOrRefused) {
  const std::string pieces[] = {"{",  "}",  "[",    "]",   "\"a\"", ":",  ",", "1",   "-",
                                ".5", "e3", "null", "NaN", "\\u12", "\"", " ", "\xC3"};
  Rng rng(9);
  int read = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint64_t k = rng.below(12); k > 0; --k) text += pieces[rng.below(std::size(pieces))];
    try {
      const Node node = parse_json(text);
      EXPECT_EQ(parse_json(write_json(node)), node) << text;
      ++read;
    } catch (const ConfigError&) {
    }
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 5000);
}

}  // namespace
}  // namespace boa::util
