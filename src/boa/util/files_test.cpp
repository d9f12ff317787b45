#include "boa/util/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/log.hpp"

namespace boa::util {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "boa_files_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
    return names;
  }

  fs::path folder_;
};

TEST_F(FilesTest, WhatIsWrittenIsReadBack) {
  const std::string text = std::string("a\0b\n", 4) + std::string(200'000, 'x');
  write_file_atomically(folder_ / "f", text);
  EXPECT_EQ(read_file(folder_ / "f"), text);
  write_file_atomically(folder_ / "f", "", false);
  EXPECT_EQ(read_file(folder_ / "f"), "");
  write_file(folder_ / "f", "short");
  EXPECT_EQ(read_file(folder_ / "f"), "short");
  EXPECT_THAT(names(), ElementsAre("f"));
}

TEST_F(FilesTest, AFailedReplacementKeepsTheOldFileAndLeavesNoRest) {
  fs::create_directory(folder_ / "target");
  write_file(folder_ / "target" / "inside", "x");
  EXPECT_THROW(write_file_atomically(folder_ / "target", "text"), StorageError);
  EXPECT_EQ(read_file(folder_ / "target" / "inside"), "x");
  EXPECT_THAT(names(), ElementsAre("target"));
}

TEST_F(FilesTest, ErrorsNameTheFileAndTheReason) {
  try {
    read_file(folder_ / "nothing");
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr((folder_ / "nothing").string()));
    EXPECT_THAT(error.what(), HasSubstr("No such file"));
  }
  EXPECT_THROW(read_file(folder_), StorageError);
  EXPECT_THROW(write_file(folder_ / "no" / "f", "x"), StorageError);
  EXPECT_THROW(write_file_atomically(folder_ / "no" / "f", "x"), StorageError);
  EXPECT_THROW(sync_folder(folder_ / "no"), StorageError);
}

TEST_F(FilesTest, TheTemporaryFolderIsNoNetworkFolder) {
  EXPECT_FALSE(is_network_file_system("/proc"));
  EXPECT_FALSE(is_network_file_system(folder_ / "nothing"));
}

TEST_F(FilesTest, TheLogGoesToFilesAndListeners) {
  Log log;
  std::vector<std::string> heard;
  log.add_listener(LogLevel::kWarning, [&](const LogRecord& record) { heard.emplace_back(record.text); });
  log.add_file(folder_ / "log");
  log.debug("hidden");
  log.info("one");
  log.write(LogLevel::kWarning, "two {not a format}", "model");
  log.close_files();
  log.error("three");
  EXPECT_THAT(heard, ElementsAre("two {not a format}", "three"));
  const std::string text = read_file(folder_ / "log");
  EXPECT_THAT(text, testing::MatchesRegex(
                        "\\[INFO [-0-9]* [:0-9]*,[0-9]* MainProcess MainThread \\{files_test.cpp:[0-9]+\\}\\] boa: "
                        "one\n\\[[^]]*\\] model: two \\{not a format\\}\n"));
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
  EXPECT_THROW(log.add_file(folder_), StorageError);
}

}  // namespace
}  // namespace boa::util
