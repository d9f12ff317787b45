#include "boa/template/template.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/testing/test_data.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::templates {
namespace {

using ::testing::HasSubstr;

Variables variables_of(const util::Node& mapping) {
  Variables variables;
  for (const auto& [name, value] : mapping.as_object()) variables.emplace_back(name, value);
  return variables;
}

std::string rendered(std::string_view text, const Variables& variables = {}) {
  return Template(text).render_text(variables);
}

/// `LINE:COLUMN: MESSAGE` of the error, or the text.
std::string refusal_of(std::string_view text) {
  try {
    return "accepted: " + rendered(text);
  } catch (const TemplateError& error) {
    return fmt::format("{}:{}: {} {}", error.line(), error.column(), error.what(), error.hint());
  }
}

TEST(Template, GivesWhatJinja2Gives) {
  const std::string file = testing::test_data("templates/jinja2.json").string();
  const util::Node cases = util::parse_json(util::read_file(file), file);
  ASSERT_GT(cases.size(), 700U);
  for (const util::Node& test_case : cases.as_array()) {
    const std::string& text = test_case.at("template").as_string();
    const util::Node* expected = test_case.find("text");
    try {
      const std::string result = rendered(text, variables_of(test_case.at("variables")));
      if (expected == nullptr) {
        ADD_FAILURE() << text << "\n  Jinja2 refuses: " << test_case.at("error").as_string() << "\n  ours: " << result;
      } else {
        EXPECT_EQ(result, expected->as_string()) << text;
      }
    } catch (const TemplateError& error) {
      if (expected != nullptr) ADD_FAILURE() << text << "\n  refused: " << error.what();
      const util::Node* line = test_case.find("line");
      if (expected == nullptr && line != nullptr) {
        EXPECT_EQ(error.line(), line->as_int()) << text;
      }
    }
  }
}

TEST(Template, ErrorsNameLineAndColumn) {
  EXPECT_THAT(refusal_of("a\n  {{ 1 / 0 }}"), HasSubstr("2:8: division by zero"));
  EXPECT_THAT(refusal_of("a\n{% for i in x %}"), HasSubstr("2:1: the block 'for' is never closed"));
  EXPECT_THAT(refusal_of("ä {{ x|uper }}"), HasSubstr("1:8: No filter named 'uper' Did you mean 'upper'?"));
  EXPECT_THAT(refusal_of("{{ a.b }}"), HasSubstr("1:5: 'a' is undefined"));
  EXPECT_THAT(refusal_of("x\n\n {% nope %}"), HasSubstr("3:2: unknown tag 'nope'"));
  EXPECT_THAT(refusal_of("{% include 'a.yaml' %}"), HasSubstr("no loader"));
  EXPECT_THAT(refusal_of("{{ x|urlize }}"), HasSubstr("the filter 'urlize' is not built yet"));
}

TEST(Template, APlainUndefinedNameStaysForASecondRendering) {
  const std::string once =
      rendered("run {{trial_dir}} {{ n }} {% raw %}{{ \"%.2f\"|format(x0) }}{% endraw %}", {{"n", util::Node(3)}});
  EXPECT_EQ(once, "run {{ trial_dir }} 3 {{ \"%.2f\"|format(x0) }}");
  EXPECT_EQ(rendered(once, {{"trial_dir", std::filesystem::path("/a b/1")}, {"x0", util::Node(0.125)}}),
            "run /a b/1 3 0.12");
}

TEST(Template, PathsAreTextWithParts) {
  const Variables config = config_variables("/p/my project/c.yaml.j2");
  EXPECT_EQ(rendered("{{ config_path }}|{{ config_dir }}|{{ config_dir_name }}|{{ config_file_name }}", config),
            "/p/my project/c.yaml.j2|/p/my project|my project|c.yaml.j2");
  EXPECT_EQ(rendered("{{ config_dir / 'data' / 'x.csv' }} {{ config_path.stem }} {{ config_dir.parent.name }}", config),
            "/p/my project/data/x.csv c.yaml p");
}

TEST(Template, WhatDoesNotEndIsStopped) {
  for (const char* text : {
           "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
           "{% for i in range(1000000000) %}{% endfor %}",
           "{% for i in range(1000000) %}{% for j in range(1000000) %}x{% endfor %}{% endfor %}",
           "{{ 'x' * 10 ** 12 }}",
           "{{ [1] * 10 ** 12 }}",
           "{{ range(1000000000)|list }}",
           "{{ 2 ** 10 ** 18 }}",
           "{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
           "{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l "
           "}}",
           "{% set l = [] %}{% do l.append(l) %}{{ l }}",
           "{% set l = [] %}{% do l.append(l) %}{{ l == [l] }}",
           "{% set d = {} %}{% do d.update(a=d) %}{{ d|tojson }}",
           "{% set t = ['a' * 1000000] * 1000 %}{{ t|join }}",
           "{{ 'a' * 1000000 | replace('a', 'b' * 1000000) }}",
           "{{ ('a' * 1000000)|replace('a', 'b' * 1000) }}",
           "{% set x %}{% for i in range(100000) %}{{ 'y' * 100000 }}{% endfor %}{% endset %}",
       }) {
    EXPECT_THAT(refusal_of(text), ::testing::Not(HasSubstr("accepted"))) << text;
  }
}

TEST(Template, WhatIsNestedTooDeeplyIsRefused) {
  const auto many = [](std::string_view part, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += part;
    return text;
  };
  for (const std::string& text :
       {"{{ " + many("(", 100'000), "{{ " + many("[", 5'000) + many("]", 5'000) + " }}",
        "{{ 1" + many(" + 1", 100'000) + " }}", "{{ " + many("-", 100'000) + "1 }}",
        "{{ " + many("not ", 100'000) + "1 }}", many("{% if 1 %}", 100'000), "{{ x" + many("|list", 100'000) + " }}",
        "{{ x" + many(".a", 100'000) + " }}", "{{ 1" + many(" if 1 else 1", 100'000) + " }}",
        "{% set " + many("(", 100'000), "{% for " + many("(", 100'000)}) {
    EXPECT_THAT(refusal_of(text), ::testing::Not(HasSubstr("accepted"))) << text.substr(0, 40);
  }
}

TEST(Template, FreeNamesAreThoseThatTheTemplateDoesNotSet) {
  const Template parsed(
      "{% set a = b %}{% for i in range(c) %}{{ i ~ loop.index }}{% endfor %}{% macro m(d) %}{{ d }}{% endmacro %}"
      "\n{{ m(e.f) }} {% raw %}{{ g }}{% endraw %}");
  std::vector<std::string> names;
  for (const auto& [name, place] : parsed.free_names())
    names.push_back(fmt::format("{}:{}:{}", name, place.line, place.column));
  EXPECT_THAT(names, ::testing::ElementsAre("b:1:12", "c:1:34", "e:2:6"));
}

TEST(Template, PiecesKnowWhereTheyCameFrom) {
  const std::vector<Piece> pieces =
      Template("ab\n{{ x }} {{ y }}{{ 'lit' }}").render({{"x", util::Node(1)}, {"y", util::Node("t")}});
  ASSERT_EQ(pieces.size(), 5U);
  EXPECT_EQ(pieces[0].text, "ab\n");
  EXPECT_FALSE(pieces[0].is_printed);
  EXPECT_EQ(pieces[1].offset, 3U);
  EXPECT_TRUE(pieces[1].is_printed);
  EXPECT_FALSE(pieces[1].holds_value);  // a number
  EXPECT_TRUE(pieces[3].holds_value);   // a text that was given
  EXPECT_FALSE(pieces[4].holds_value);  // a text of the template
}

TEST(Template, TextWithoutTagsIsPlain) {
  EXPECT_TRUE(Template("a { b } 'c'").is_plain());
  EXPECT_TRUE(Template("").is_plain());
  EXPECT_FALSE(Template("{{ a }}").is_plain());
  EXPECT_FALSE(Template("a{# b #}").is_plain());
}

}  // namespace
}  // namespace boa::templates
