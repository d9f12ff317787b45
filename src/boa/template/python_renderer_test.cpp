#include "boa/template/python_renderer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/template/command_template.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::templates {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The tests say what python3 with jinja2 does; without it there is only its refusal.
class PythonRendererTest : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      python_.start();
    } catch (const UserInputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("load_py"));
      GTEST_SKIP() << error.what();
    }
  }

  std::string text_of(std::string_view text) {
    const PythonRenderer::Reply reply = python_.render(text, {{"x", util::Node(0.5)}}, folder_.path());
    return reply.error.empty() ? reply.text : "error: " + reply.error;
  }

  boa::testing::TemporaryFolder folder_;
  PythonRenderer python_;
};

TEST_F(PythonRendererTest, ImportsModules) {
  EXPECT_EQ(text_of("{{ load_py('math').floor(x * 5) }} {{ load_py('datetime').timedelta(seconds=70200) }}"),
            "2 19:30:00");
  EXPECT_EQ(text_of("{{ load_py('datetime').timedelta(days=1, hours=2) }}"), "1 day, 2:00:00");
  EXPECT_EQ(text_of("{{ foo }} {{ foo.bar }}"), "error: UndefinedError: 'foo' is undefined");
  EXPECT_EQ(text_of("{{ foo }} ä"), "{{ foo }} ä");
}

TEST_F(PythonRendererTest, ReadsFilesInItsFolderAndSaysWhenOneIsMissing) {
  util::write_file(folder_.path() / "names.txt", "a 1\nb 2\n");
  const char* text =
      "{% for line in load_py('builtins').open('names.txt') %}{% set n, v = line.split() %}{{ n }}={{ v }};{% endfor "
      "%}";
  EXPECT_EQ(text_of(text), "a=1;b=2;");
  std::filesystem::remove(folder_.path() / "names.txt");
  const PythonRenderer::Reply reply = python_.render(std::string("\n\n") + text, {}, folder_.path());
  EXPECT_TRUE(reply.lacks_file);
  EXPECT_EQ(reply.line, 3);
}

TEST_F(PythonRendererTest, GoesOnAfterAnError) {
  EXPECT_THAT(text_of("{% for %}"), HasSubstr("error: "));
  EXPECT_THAT(text_of("{{ load_py('no_such_module') }}"), HasSubstr("No module named 'no_such_module'"));
  EXPECT_EQ(text_of("{{ x }}"), "0.5");
  EXPECT_EQ(text_of("{{ load_py('builtins').print('on standard error') }}{{ load_py('sys').stdin.read() }}."), "None.");
}

TEST_F(PythonRendererTest, AProcessThatEndsIsAnError) {
  EXPECT_THROW(python_.render("{{ load_py('os')._exit(3) }}", {}, folder_.path()), UserInputError);
  EXPECT_EQ(text_of("{{ x }}"), "0.5");  // in a new one
}

TEST_F(PythonRendererTest, CommandsKeepValuesInTheirWords) {
  const std::vector<std::string> names = {"x", "name", "trial_dir"};
  const CommandTemplate command("run {{ load_py('math').floor(x * 10) }} --d={{ trial_dir }}/a '{{ name }} b'", names);
  const Variables variables = {
      {"x", util::Node(0.52)}, {"name", util::Node("it's")}, {"trial_dir", std::filesystem::path("/a b/c")}};
  EXPECT_THAT(command.render(variables, &python_, folder_.path()), ElementsAre("run", "5", "--d=/a b/c/a", "it's b"));
  EXPECT_THROW(command.render(variables, nullptr, folder_.path()), UserInputError);
}

}  // namespace
}  // namespace boa::templates
