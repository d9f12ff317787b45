#include "boa/app/config_rendering.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

namespace boa::app {
namespace {

/// Where the first `part` of the rendered text is, and where the map leads from there: `LINE:COLUMN -> LINE:COLUMN`.
std::string way_of(const std::string& source, const std::string& part) {
  const RenderedConfig rendered = render_config(source, "/p/c.yaml", {});
  const templates::TextPlace at = templates::place_in_text(rendered.text, rendered.text.find(part));
  const templates::TextPlace from = rendered.places(at.line, at.column);
  return fmt::format("{}:{} -> {}:{}", at.line, at.column, from.line, from.column);
}

TEST(RenderedConfig, PlacesLeadBackToTheTemplate) {
  EXPECT_EQ(way_of("{% set a = 1 %}\nx: 1\ny: 2\n", "y"), "3:1 -> 3:1");
  EXPECT_EQ(way_of("{% set a = 1 -%}\nx: 1\ny: 2\n", "y"), "2:1 -> 3:1");
  EXPECT_EQ(way_of("a: {{ 12345 }}, b\n", "b"), "1:11 -> 1:17");
  EXPECT_EQ(way_of("a: {{ 'longtext' }}\n", "text"), "1:8 -> 1:4");
  EXPECT_EQ(way_of("{% for i in range(9) %}\n- k{{ i }}: v\n{%- endfor %}", "k5"), "7:3 -> 2:3");
}

TEST(LikelyWorkingDir, IsFoundInATextThatIsNoYamlYet) {
  const auto found = [](const std::string& text) { return likely_working_dir(text, "/p/c.yaml", "/launch").string(); };
  EXPECT_EQ(found("a: 1\n"), "/p");
  EXPECT_EQ(found("script_options:\n  working_dir: data/in  # here\n"), "/p/data/in");
  EXPECT_EQ(found("{% set a %}\nworking_dir : 'data'\n"), "/p/data");
  EXPECT_EQ(found(R"({"script_options": {"working_dir": "data", "rel_to_launch": true}})"), "/launch/data");
  EXPECT_EQ(found("{rel_to_launch: false, working_dir: ../x}"), "/x");
  EXPECT_EQ(found("my_working_dir: data\nworking_dirs: data\n# no working_dir: data\n"), "/p");
  EXPECT_EQ(found("working_dir:\n  {{ 1 }}\n"), "/p");
  EXPECT_EQ(found("working_dir"), "/p");
  // A pattern of std::regex overflows the stack here.
  EXPECT_EQ(found(std::string(3'000'000, ' ') + "working_dir: " + std::string(3'000'000, ' ') + "data"), "/p/data");
}

TEST(RenderedConfig, ATextWithoutTagsStaysAsItIs) {
  const std::string text = "a: {b: 1}\r\n\n";
  const RenderedConfig rendered = render_config(text, "/p/c.yaml", {});
  EXPECT_EQ(rendered.text, text);
  EXPECT_EQ(rendered.places(7, 3).line, 7);
  EXPECT_EQ(rendered.places(7, 3).column, 3);
}

TEST(RenderedConfig, ErrorsAndTreesAreMoved) {
  const RenderedConfig rendered = render_config("{% set a = 1 -%}\n\n\nx: 1", "/p/c.yaml", {});
  const ConfigError moved = rendered.places.apply(ConfigError({"/p/c.yaml", 1, 3}, "", "wrong", "a hint"));
  EXPECT_STREQ(moved.what(), "/p/c.yaml:4:3: wrong");
  EXPECT_EQ(moved.hint(), "a hint");
  util::Node tree = util::Node::object({{"x", 1}});
  tree.set_position(1, 1);
  tree.find("x")->set_position(1, 4);
  tree.find("x")->set_key_position(1, 1);
  rendered.places.apply(tree);
  EXPECT_EQ(tree.line(), 4);
  EXPECT_EQ(tree.at("x").column(), 4);
  EXPECT_EQ(tree.at("x").key_line(), 4);
  EXPECT_EQ(tree.at("x").key_column(), 1);
}

}  // namespace
}  // namespace boa::app
