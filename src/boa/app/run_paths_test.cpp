#include "boa/app/run_paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "boa/util/error.hpp"

namespace boa::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A project folder and a launch folder that vanish with the test.
class RunPathsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "boa_paths_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = fs::canonical(name);
    project_ = root_ / "project";
    launch_ = root_ / "launch";
    for (const fs::path& folder : {project_ / "work", project_ / "out", launch_ / "out"})
      fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(root_); }

  BoaConfig config(const std::string& script) const {
    return read_config_text("objective: {metrics: [{name: a}]}\nparameters: {x: 1}\nscript_options: " + script + "\n",
                            project_ / "c.yaml");
  }
  RunPaths resolve(const std::string& script, const PathFlags& flags = {}) const {
    return resolve_paths(config(script), launch_, flags);
  }
  std::string error(const std::string& script, const PathFlags& flags = {}) const {
    try {
      resolve(script, flags);
    } catch (const Error& found) {
      return found.what();
    }
    return "no error";
  }

  fs::path root_, project_, launch_;
};

TEST_F(RunPathsTest, PathsAreRelativeToTheConfigUnlessToldOtherwise) {
  EXPECT_EQ(resolve("{working_dir: work}").working_dir, project_ / "work");
  EXPECT_EQ(resolve("{}").working_dir, project_);
  EXPECT_EQ(resolve("{rel_to_launch: true, working_dir: out}").working_dir, launch_ / "out");
  EXPECT_EQ(resolve("{rel_to_config: false, working_dir: work}").working_dir, project_ / "work");
  EXPECT_EQ(resolve("{rel_to_launch: true, working_dir: work}", {.rel_to_config = true}).working_dir,
            project_ / "work");
  EXPECT_EQ(resolve("{working_dir: out}", {.rel_to_config = false}).working_dir, launch_ / "out");
}

TEST_F(RunPathsTest, TheExperimentsFolderFollowsTheKeys) {
  EXPECT_EQ(resolve("{}").parent, project_);
  EXPECT_EQ(resolve("{}").name, "boa_runs");
  EXPECT_EQ(resolve("{working_dir: work, output_dir: ../out, exp_name: e}").parent, project_ / "out");
  const RunPaths given = resolve("{experiment_dir: out/e2, output_dir: nowhere, exp_name: e}");
  EXPECT_EQ(given.parent, project_ / "out");
  EXPECT_EQ(given.name, "e2");
  EXPECT_EQ(resolve("{experiment_dir: out/e2}", {.temporary_dir = root_ / "tmp"}).parent, root_ / "tmp");
  setenv("HOME", launch_.c_str(), 1);
  EXPECT_EQ(resolve("{output_dir: ~/out}").parent, launch_ / "out");
}

TEST_F(RunPathsTest, FoldersThatAreMissingAreNamed) {
  EXPECT_THAT(error("{working_dir: nowhere}"),
              HasSubstr("c.yaml:3:31: script_options.working_dir: the working folder"));
  EXPECT_THAT(error("{output_dir: nowhere}"), HasSubstr("script_options.output_dir: the output folder"));
  EXPECT_THAT(error("{experiment_dir: nowhere/e}"), HasSubstr("script_options.experiment_dir: the parent folder"));
  std::ofstream(project_ / "file") << "x";
  EXPECT_THAT(error("{working_dir: file}"), HasSubstr("is not a folder"));
}

TEST_F(RunPathsTest, APythonWrapperThatWouldBeUsedIsRefused) {
  EXPECT_EQ(error("{run_model: m, wrapper_path: other.py}"), "no error");
  EXPECT_THAT(error("{wrapper_path: other.py}"), HasSubstr("other.py' does not exist, and there is no command"));
  EXPECT_THAT(error("{run_model: m}", {.wrapper_path = "w.py"}), HasSubstr("w.py' does not exist"));
  std::ofstream(project_ / "wrapper.py") << "class Wrapper: pass\n";
  EXPECT_THROW(resolve("{run_model: m}"), UnsupportedError);
  EXPECT_THAT(error("{run_model: m}"), HasSubstr("wrapper.py': Python wrappers are not built yet"));
  EXPECT_EQ(error("{run_model: m, rel_to_launch: true}"), "no error");
}

TEST_F(RunPathsTest, NewFoldersGetTimeAndTheFirstFreeNumber) {
  RunPaths paths;
  paths.parent = "/r";
  paths.name = "e";
  paths.append_timestamp = false;
  std::set<fs::path> there;
  const auto exists = [&](const fs::path& path) { return there.contains(path); };
  EXPECT_EQ(new_experiment_folder(paths, {}, exists), "/r/e");
  there = {"/r/e", "/r/e.1"};
  EXPECT_EQ(new_experiment_folder(paths, {}, exists), "/r/e.2");
  paths.append_timestamp = true;
  const std::string stamp = util::timestamp_for_names({});
  EXPECT_EQ(new_experiment_folder(paths, {}, exists), "/r/e_" + stamp);
  there.insert("/r/e_" + stamp);
  EXPECT_EQ(new_experiment_folder(paths, {}, exists), "/r/e_" + stamp + ".1");
}

}  // namespace
}  // namespace boa::app
