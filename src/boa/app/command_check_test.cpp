#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boa/app/wrapper_factory.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CommandCheckTest : public ::testing::Test {
 protected:
  CommandCheckTest() {
    std::string name = (fs::temp_directory_path() / "boa_commands_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~CommandCheckTest() override { fs::remove_all(root_); }

  std::string complaint(const std::string& command) {
    BoaConfig config;
    config.script.run_model = command;
    try {
      check_commands(config, root_);
    } catch (const ConfigError& e) {
      EXPECT_EQ(e.key_path(), "script_options.run_model");
      return e.describe();
    }
    return {};
  }

  fs::path root_;
};

TEST_F(CommandCheckTest, ProgramsInPathAndInTheWorkingFolderAreFound) {
  util::write_file(root_ / "model.sh", "#!/bin/sh\n");
  ::chmod((root_ / "model.sh").c_str(), 0755);
  EXPECT_EQ(complaint("sh -c 'true'"), "");
  EXPECT_EQ(complaint("/bin/sh model.sh"), "");
  EXPECT_EQ(complaint("./model.sh"), "");
}

TEST_F(CommandCheckTest, AMissingProgramIsNamed) {
  EXPECT_THAT(complaint("no-such-program-anywhere x"), HasSubstr("'no-such-program-anywhere' is not in PATH"));
  EXPECT_THAT(complaint("./model.sh"), HasSubstr("model.sh' does not exist"));
}

TEST_F(CommandCheckTest, HintsSayWhatWouldHelp) {
  util::write_file(root_ / "model.sh", "#!/bin/sh\n");
  EXPECT_THAT(complaint("model.sh"), HasSubstr("write ./model.sh"));
  EXPECT_THAT(complaint("./model.sh"), HasSubstr("chmod +x ./model.sh"));
}

TEST_F(CommandCheckTest, AProgramThatATrialNamesIsLeftToTheTrial) { EXPECT_EQ(complaint("{{ trial_dir }}/x"), ""); }

}  // namespace
}  // namespace boa::app
