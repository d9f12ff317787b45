#include "boa/util/schema.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/util/json.hpp"

namespace boa::util {
namespace {

enum class Shade { kRed, kBlue };
constexpr std::array<std::pair<std::string_view, Shade>, 2> field_names(Shade) {
  return {{{"red", Shade::kRed}, {"blue", Shade::kBlue}}};
}

struct Wall {
  Shade shade = Shade::kBlue;
  std::optional<int> coats;
  double share = 0.5;
  std::string name = "plain";
  std::vector<std::string> tags;
  Node anything;
  Node sizes;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "shade", .doc = "which", .aliases = {"tint"}}, self.shade);
    field(Field{.name = "coats", .doc = "how many", .at_least = 1}, self.coats);
    field(Field{.name = "share", .doc = "part", .at_least = 0, .at_most = 1, .below = true}, self.share);
    field(Field{.name = "name", .doc = "a|b", .not_empty = true}, self.name);
    field(Field{.name = "tags", .doc = ""}, self.tags);
    field(Field{.name = "anything", .doc = ""}, self.anything);
    field(
        util::FieldWithSchema{{.name = "sizes", .doc = ""}, [] { return schema_of_list(schema_of_type("number"), 2); }},
        self.sizes);
  }
};

std::string property(const char* name) { return write_json(schema_of<Wall>().at("properties").at(name)); }

TEST(Schema, SaysTypeRangeDefaultAndNull) {
  EXPECT_EQ(property("shade"), R"({"description": "which", "default": "blue", "enum": ["red", "blue", null]})");
  EXPECT_EQ(property("tint"),
            R"({"description": "the same as shade", "default": "blue", "enum": ["red", "blue", null]})");
  EXPECT_EQ(property("coats"), R"({"description": "how many", "type": ["integer", "null"], "minimum": 1})");
  EXPECT_EQ(property("share"), R"({"description": "part", "default": 0.5, "type": ["number", "null"], "minimum": 0, )"
                               R"("exclusiveMaximum": 1})");
  EXPECT_EQ(property("name"), R"({"description": "a|b", "default": "plain", "type": ["string", "number", "null"], )"
                              R"("minLength": 1})");
  EXPECT_EQ(property("tags"),
            R"({"description": "", "default": [], "type": ["array", "null"], "items": {"type": "string"}})");
  EXPECT_EQ(property("anything"), R"({"description": ""})");
  EXPECT_EQ(property("sizes"),
            R"({"description": "", "type": ["array", "null"], "items": {"type": "number"}, "minItems": 2})");
  EXPECT_FALSE(schema_of<Wall>().at("additionalProperties").as_bool());
}

TEST(Schema, ATableIsMarkdown) {
  const std::string table = schema_table(schema_of<Wall>());
  EXPECT_NE(table.find("| `shade` | `red`, `blue` | `blue` | which |\n"), std::string::npos) << table;
  EXPECT_NE(table.find("| `share` | number, at least 0, below 1 | `0.5` | part |\n"), std::string::npos) << table;
  EXPECT_NE(table.find("| `name` | text | `plain` | a\\|b |\n"), std::string::npos) << table;
  EXPECT_NE(table.find("| `sizes` | list of number |  |  |\n"), std::string::npos) << table;
}

}  // namespace
}  // namespace boa::util
