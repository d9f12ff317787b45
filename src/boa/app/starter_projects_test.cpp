#include "boa/app/starter_projects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "boa/app/boa_config.hpp"
#include "boa/app/config_schema.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::app {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;

class StarterProjectTest : public ::testing::TestWithParam<std::string> {
 protected:
  StarterProjectTest() {
    std::string name = (fs::temp_directory_path() / "boa_starter_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~StarterProjectTest() override { fs::remove_all(root_); }
  fs::path root_;
};

TEST_P(StarterProjectTest, ItsConfigIsValidAndCanRun) {
  make_starter_project(root_ / "a" / "b", GetParam());
  const BoaConfig config = read_config(root_ / "a" / "b" / "config.yaml");
  EXPECT_NO_THROW(require_runnable(config));
  EXPECT_TRUE(config.warnings.empty());
  // Editors find the schema beside the config.
  EXPECT_TRUE(config.source_text.starts_with("# yaml-language-server: $schema=config.schema.json\n"));
  EXPECT_EQ(util::read_file(root_ / "a" / "b" / "config.schema.json"), config_schema_text());
}

TEST_P(StarterProjectTest, AFolderThatHoldsAnythingIsRefused) {
  util::write_file(root_ / "config.yaml", "mine");
  EXPECT_THROW(make_starter_project(root_, GetParam()), UserInputError);
  EXPECT_EQ(util::read_file(root_ / "config.yaml"), "mine");
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), fs::directory_iterator()), 1);
}

INSTANTIATE_TEST_SUITE_P(Languages, StarterProjectTest,
                         ::testing::ValuesIn(std::vector<std::string>(starter_languages().begin(),
                                                                      starter_languages().end())));

TEST(StarterLanguages, AreTheOnesOfTheManual) {
  EXPECT_THAT(std::vector<std::string>(starter_languages().begin(), starter_languages().end()),
              ::testing::ElementsAre("r", "python", "shell", "cpp", "fortran", "julia", "octave"));
}

TEST(StarterLanguages, AnUnknownOneIsAnsweredWithTheNearest) {
  try {
    make_starter_project("/nowhere", "pyton");
    FAIL();
  } catch (const UserInputError& e) {
    EXPECT_THAT(e.what(), HasSubstr("did you mean 'python'?"));
    EXPECT_THAT(e.hint(), HasSubstr("fortran"));
  }
}

}  // namespace
}  // namespace boa::app
