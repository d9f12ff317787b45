#include "boa/template/command_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/error.hpp"

namespace boa::templates {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using util::Node;

const std::vector<std::string> kNames = {"x0", "learning_rate", "cn2.hru", "trial_dir"};

std::vector<std::string> command_words(std::string_view command, const Variables& variables = {}) {
  return CommandTemplate(command, kNames).render(variables);
}

std::string command_refusal(std::string_view command) {
  try {
    command_words(command);
  } catch (const UserInputError& e) {
    return std::string(e.what()) + " / " + e.hint();
  }
  return "accepted";
}

TEST(CommandTemplate, SplitsLikeAShell) {
  EXPECT_THAT(command_words("sh -c 'echo \"a b\"' c\\ d"), ElementsAre("sh", "-c", "echo \"a b\"", "c d"));
}

TEST(CommandTemplate, AValueStaysInsideItsWord) {
  EXPECT_THAT(command_words("run --dir={{ trial_dir }}/out {{x0}}",
                            {{"trial_dir", std::filesystem::path("/a b/'c\" $HOME")}, {"x0", Node("1; rm -rf")}}),
              ElementsAre("run", "--dir=/a b/'c\" $HOME/out", "1; rm -rf"));
  EXPECT_THAT(command_words("run {{ '--name ' ~ x0 }} {{ x0|upper }}", {{"x0", Node("a 'b")}}),
              ElementsAre("run", "--name a 'b", "A 'B"));
  EXPECT_THAT(command_words("run {% for part in x0.split() %}-{{ part }} {% endfor %}", {{"x0", Node("a' b")}}),
              ElementsAre("run", "-a'", "-b"));
  EXPECT_THAT(command_words("run {% set y = x0 %}{{ y }}", {{"x0", Node("a b")}}), ElementsAre("run", "a b"));
}

TEST(CommandTemplate, TextOfTheTemplateIsSplit) {
  EXPECT_THAT(command_words("run {{ '--fast --deep' if x0 > 1 }} a", {{"x0", Node(2)}}),
              ElementsAre("run", "--fast", "--deep", "a"));
  EXPECT_THAT(command_words("run {{ '--fast' if x0 > 1 }} a", {{"x0", Node(0.5)}}), ElementsAre("run", "a"));
  EXPECT_THAT(command_words("run {% if x0 > 1 %}--fast{% else %}--slow 1{% endif %}", {{"x0", Node(0)}}),
              ElementsAre("run", "--slow", "1"));
}

TEST(CommandTemplate, NumbersPrintAsInPython) {
  EXPECT_THAT(command_words("run {{ x0 }} {{ '%.3f'|format(x0) }} {{ learning_rate * 2 }} {{ (x0 * 100)|round|int }}",
                            {{"x0", Node(0.12345)}, {"learning_rate", Node(1e-5)}}),
              ElementsAre("run", "0.12345", "0.123", "2e-05", "12"));
}

TEST(CommandTemplate, AnEmptyValueIsAnEmptyWord) {
  EXPECT_THAT(command_words("run {{ x0 }}", {{"x0", Node("")}}), ElementsAre("run", ""));
}

TEST(CommandTemplate, ANameWithoutAValuePrintsAnEmptyWord) {
  EXPECT_THAT(command_words("run {{ x0 }} --rate={{ learning_rate }} {{ trial_dir }}", {{"trial_dir", Node("t")}}),
              ElementsAre("run", "", "--rate=", "t"));
  EXPECT_THAT(command_words("run{% if x0 is defined %} {{ x0 }}{% endif %}"), ElementsAre("run"));
}

TEST(CommandTemplate, AValueIsNotRenderedAgain) {
  EXPECT_THAT(command_words("run {{ x0 }}", {{"x0", Node("{{ trial_dir }}")}}), ElementsAre("run", "{{ trial_dir }}"));
}

TEST(CommandTemplate, ValuesStandInsideQuotes) {
  EXPECT_THAT(command_words("sh -c 'model {{ x0 }} {{ x0 }}'", {{"x0", Node(2.5)}}),
              ElementsAre("sh", "-c", "model 2.5 2.5"));
}

TEST(CommandTemplate, ANameWithADotIsFound) {
  EXPECT_THAT(command_words("run {{ cn2.hru + 1 }}", {{"cn2.hru", Node(7)}}), ElementsAre("run", "8"));
}

TEST(CommandTemplate, SingleBracesAreText) {
  EXPECT_THAT(command_words("run {config_path}"), ElementsAre("run", "{config_path}"));
}

TEST(CommandTemplate, AnUnknownNameIsAnErrorWithTheNearest) {
  EXPECT_THAT(command_refusal("run {{ lerning_rate }}"),
              testing::AllOf(HasSubstr("unknown name 'lerning_rate'"), HasSubstr("did you mean 'learning_rate'?"),
                             HasSubstr("x0, learning_rate, cn2.hru, trial_dir")));
  EXPECT_THAT(command_refusal("run {{ y|default(3) }}"), HasSubstr("unknown name 'y'"));
  EXPECT_THAT(command_refusal("run {% if y %}{% endif %}"), HasSubstr("unknown name 'y'"));
  EXPECT_THAT(command_refusal("run {{ trial_index }}"), HasSubstr("unknown name 'trial_index'"));
}

TEST(CommandTemplate, WhatIsNoTemplateIsRefused) {
  EXPECT_THAT(command_refusal("run {{ x0"), HasSubstr("never closed"));
  EXPECT_THAT(command_refusal("run {{ x0|upr }}"),
              HasSubstr("No filter named 'upr' in the command 'run {{ x0|upr }}' (line 1, column 11)"));
  EXPECT_THAT(command_refusal("run {{ 1 / 0 }}"), HasSubstr("division by zero"));
  EXPECT_THAT(command_refusal("run 'abc"), testing::Not(HasSubstr("accepted")));
  EXPECT_THAT(command_refusal("run 'abc {{ x0 }}"), testing::Not(HasSubstr("accepted")));
  EXPECT_THAT(command_refusal("  "), HasSubstr("empty"));
}

TEST(CommandTemplate, TheProgramIsKnownUnlessATagDecides) {
  EXPECT_EQ(CommandTemplate("./model.sh {{ x0 }}", kNames).program(), "./model.sh");
  EXPECT_EQ(CommandTemplate("'my model' {% if x0 %}a{% endif %}", kNames).program(), "my model");
  EXPECT_EQ(CommandTemplate("{{ trial_dir }}/model.sh", kNames).program(), std::nullopt);
  EXPECT_EQ(CommandTemplate("./model{{ x0 }} a", kNames).program(), std::nullopt);
}

TEST(CommandTemplate, ShowsItsWords) {
  EXPECT_THAT(CommandTemplate("sh m.sh 'a b' --d={{ trial_dir }}/{{x0 | round(2)}}", kNames).shown_words(),
              ElementsAre("sh", "m.sh", "a b", "--d={{trial_dir}}/{{x0 | round(2)}}"));
}

TEST(CommandTemplate, LoadPyIsKnownByItsCall) {
  EXPECT_TRUE(needs_python("{{ load_py('math').pi }}"));
  EXPECT_FALSE(needs_python("{% raw %}{{ load_py('math').pi }}{% endraw %} load_py {# load_py #}"));
  EXPECT_TRUE(CommandTemplate("run {{ load_py('math').floor(x0) }}", kNames).calls_python());
}

}  // namespace
}  // namespace boa::templates
