#include "boa/app/config_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "boa/testing/test_data.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::app {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::string shipped(const std::string& file) { return util::read_file(boa::testing::test_data("..") / ".." / file); }

TEST(ConfigSchema, TheShippedFileIsFresh) {
  EXPECT_TRUE(shipped("docs/config.schema.json") == config_schema_text())
      << "write it again: boa schema > docs/config.schema.json";
}

TEST(ConfigSchema, TheReferenceOfTheDocumentationIsFresh) {
  EXPECT_TRUE(shipped("docs/configuration-reference.md") == config_reference())
      << "write it again: boa schema --markdown > docs/configuration-reference.md";
}

TEST(ConfigSchema, EveryReferenceLeadsToADefinition) {
  const util::Node schema = config_schema();
  const std::string text = util::write_json(schema);
  const std::string mark = "\"#/definitions/";
  int count = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t start = at + mark.size();
    const std::string name = text.substr(start, text.find('"', start) - start);
    EXPECT_NE(schema.at("definitions").find(name), nullptr) << name;
    ++count;
  }
  EXPECT_GT(count, 5);
}

TEST(ConfigSchema, HoldsWhatTheReaderKnows) {
  const util::Node definitions = config_schema().at("definitions");
  const auto property = [&](const char* part, const char* key) {
    return definitions.at(part).at("properties").at(key);
  };
  EXPECT_EQ(property("scheduler", "tolerated_trial_failure_rate").at("exclusiveMaximum").as_int(), 1);
  EXPECT_EQ(property("scheduler", "max_pending_trials").at("default").as_int(), 10);
  EXPECT_EQ(property("script_options", "run_cmd").at("description").as_string(), "the same as run_model");
  EXPECT_THAT(property("metric", "metric_type").at("enum").as_array(), Contains(util::Node("sklearn_metric")));
  EXPECT_FALSE(definitions.at("metric").at("additionalProperties").as_bool());
  EXPECT_THAT(top_level_keys(), Contains("parameter_keys"));
}

TEST(ConfigSchema, TheReferenceSaysRangeAndDefault) {
  const std::string text = config_reference();
  EXPECT_THAT(text, HasSubstr("| `max_pending_trials` | integer, at least 1 | `10` |"));
  EXPECT_THAT(text, HasSubstr("| `objective` | [objective](#objective) |"));
}

}  // namespace
}  // namespace boa::app
