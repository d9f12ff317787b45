#include "boa/template/command_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "boa/util/error.hpp"

namespace boa::templates {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kNames = {"x0", "learning_rate", "cn2.hru", "trial_dir"};

std::vector<std::string> render(std::string_view command, const std::map<std::string, std::string>& values) {
  return CommandTemplate(command, kNames).render([&](std::string_view name) -> std::optional<std::string> {
    const auto it = values.find(std::string(name));
    return it == values.end() ? std::nullopt : std::optional(it->second);
  });
}

template <typename Exception>
std::string refusal(std::string_view command) {
  try {
    const CommandTemplate parsed(command, kNames);
  } catch (const Exception& e) {
    return std::string(e.what()) + " / " + e.hint();
  }
  return "accepted";
}

TEST(CommandTemplate, SplitsLikeAShell) {
  EXPECT_THAT(render("sh -c 'echo \"a b\"' c\\ d", {}), ElementsAre("sh", "-c", "echo \"a b\"", "c d"));
}

TEST(CommandTemplate, AValueStaysInsideItsWord) {
  EXPECT_THAT(render("run --dir={{ trial_dir }}/out {{x0}}", {{"trial_dir", "/a b/'c\" $HOME"}, {"x0", "1; rm -rf"}}),
              ElementsAre("run", "--dir=/a b/'c\" $HOME/out", "1; rm -rf"));
}

TEST(CommandTemplate, AnEmptyValueIsAnEmptyWord) {
  EXPECT_THAT(render("run {{ x0 }}", {{"x0", ""}}), ElementsAre("run", ""));
}

TEST(CommandTemplate, AValueIsNotRenderedAgain) {
  EXPECT_THAT(render("run {{ x0 }}", {{"x0", "{{ trial_dir }}"}}), ElementsAre("run", "{{ trial_dir }}"));
}

TEST(CommandTemplate, ValuesStandInsideQuotes) {
  EXPECT_THAT(render("sh -c 'model {{ x0 }} {{ x0 }}'", {{"x0", "2.5"}}), ElementsAre("sh", "-c", "model 2.5 2.5"));
}

TEST(CommandTemplate, ANameWithADotIsFound) {
  EXPECT_THAT(render("run {{ cn2.hru }}", {{"cn2.hru", "7"}}), ElementsAre("run", "7"));
}

TEST(CommandTemplate, SingleBracesAreText) {
  EXPECT_THAT(render("run {config_path}", {}), ElementsAre("run", "{config_path}"));
}

TEST(CommandTemplate, AnUnknownNameIsAnErrorWithTheNearest) {
  EXPECT_THAT(refusal<UserInputError>("run {{ lerning_rate }}"),
              testing::AllOf(HasSubstr("unknown name 'lerning_rate'"), HasSubstr("did you mean 'learning_rate'?"),
                             HasSubstr("x0, learning_rate, cn2.hru, trial_dir")));
}

TEST(CommandTemplate, ExpressionsAndStatementsAreRefusedByName) {
  EXPECT_THAT(refusal<UnsupportedError>("run {{ x0 | int }}"), HasSubstr("{{ x0 | int }}"));
  EXPECT_THAT(refusal<UnsupportedError>("run {{ x0 + 1 }}"), HasSubstr("{{ x0 + 1 }}"));
  EXPECT_THAT(refusal<UnsupportedError>("run {% if x0 %}a{% endif %}"), HasSubstr("{% if x0 %}"));
  EXPECT_THAT(refusal<UnsupportedError>("run {# note #}"), HasSubstr("{# note #}"));
}

TEST(CommandTemplate, BracesAndQuotesMustBeClosed) {
  EXPECT_THAT(refusal<UserInputError>("run {{ x0"), HasSubstr("never closed"));
  EXPECT_THAT(refusal<UserInputError>("run 'abc"), testing::Not(HasSubstr("accepted")));
  EXPECT_THAT(refusal<UserInputError>("  "), HasSubstr("empty"));
}

TEST(CommandTemplate, TheProgramIsKnownUnlessItIsAVariable) {
  EXPECT_EQ(CommandTemplate("./model.sh {{ x0 }}", kNames).program(), "./model.sh");
  EXPECT_EQ(CommandTemplate("{{ trial_dir }}/model.sh", kNames).program(), std::nullopt);
}

}  // namespace
}  // namespace boa::templates
