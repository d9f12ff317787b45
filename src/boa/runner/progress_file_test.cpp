#include "boa/runner/progress_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "boa/testing/temporary_folder.hpp"

namespace boa::runner {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class ProgressFileTest : public ::testing::Test {
 protected:
  void append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  std::vector<double> steps(const ProgressUpdate& update) const {
    std::vector<double> found;
    for (const ProgressPoint& point : update.points) found.push_back(point.step);
    return found;
  }

  boa::testing::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / kProgressFile;
  ProgressFile file_{folder_.path()};
};

TEST_F(ProgressFileTest, LinesAreHandedOnOnce) {
  EXPECT_THAT(file_.read(false).points, IsEmpty());  // no file yet
  append(R"({"step": 1, "metrics": {"y": 1.5, "z": 2}})"
         "\n");
  const ProgressUpdate first = file_.read(false);
  ASSERT_EQ(first.points.size(), 1U);
  EXPECT_EQ(first.points[0].step, 1);
  EXPECT_THAT(first.points[0].metrics, ElementsAre(Pair("y", 1.5), Pair("z", 2.0)));
  EXPECT_THAT(file_.read(false).points, IsEmpty());
  append("{\"step\": 2.5, \"metrics\": {\"y\": 1}}\n{\"step\": 3, \"metrics\": {\"y\": 1}}\r\n");
  EXPECT_THAT(steps(file_.read(false)), ElementsAre(2.5, 3));
}

TEST_F(ProgressFileTest, ATornLastLineIsLeftUntilItIsWhole) {
  append(R"({"step": 1, "metr)");
  const ProgressUpdate torn = file_.read(false);
  EXPECT_THAT(torn.points, IsEmpty());
  EXPECT_EQ(torn.complaint, "");
  append("ics\": {\"y\": 1}}\n{\"step\": 2, \"metrics\": {\"y\": 1}}");
  EXPECT_THAT(steps(file_.read(false)), ElementsAre(1));
  EXPECT_THAT(steps(file_.read(true)), ElementsAre(2));  // its writer has ended
}

TEST_F(ProgressFileTest, StepsWithoutAFiniteValueSayNothing) {
  append("{\"step\": 1, \"metrics\": {\"y\": NaN}}\n{\"step\": 2, \"metrics\": {\"y\": null, \"z\": -Infinity}}\n\n");
  append("{\"step\": 3, \"metrics\": {\"y\": NaN, \"z\": 1}}\n");
  const ProgressUpdate update = file_.read(false);
  EXPECT_EQ(update.complaint, "");
  ASSERT_EQ(update.points.size(), 1U);
  EXPECT_THAT(update.points[0].metrics, ElementsAre(Pair("z", 1.0)));
}

TEST_F(ProgressFileTest, TheFirstBadLineIsNamedAndAllAreLeftOut) {
  append("{\"step\": 1, \"metrics\": {\"y\": 1}}\nstep 2\n{\"step\": 3}\n{\"step\": 4, \"metrics\": {\"y\": 1}}\n");
  const ProgressUpdate update = file_.read(false);
  EXPECT_THAT(update.complaint, HasSubstr("line 2 of " + path_.string() + " is left out"));
  EXPECT_THAT(steps(update), ElementsAre(1, 4));
  append("nonsense\n");
  EXPECT_EQ(file_.read(false).complaint, "");
}

TEST_F(ProgressFileTest, WhatIsWrongWithALineIsSaid) {
  const auto complaint = [&](const std::string& line) {
    std::ofstream(path_) << line << "\n";
    return ProgressFile(folder_.path()).read(false).complaint;
  };
  EXPECT_THAT(complaint("[1]"), HasSubstr("expected a mapping"));
  EXPECT_THAT(complaint(R"({"metrics": {"y": 1}})"), HasSubstr("'step' is no number"));
  EXPECT_THAT(complaint(R"({"step": NaN, "metrics": {"y": 1}})"), HasSubstr("'step' is no number"));
  EXPECT_THAT(complaint(R"({"step": 1, "metrics": [1]})"), HasSubstr("'metrics' is no mapping"));
  EXPECT_THAT(complaint(R"({"step": 1, "metrics": {"y": "1"}})"), HasSubstr("'y' is no number"));
}

TEST_F(ProgressFileTest, AFileThatIsWrittenAnewBeginsAgain) {
  append("{\"step\": 1, \"metrics\": {\"y\": 1}}\n{\"step\": 2, \"metrics\": {\"y\": 1}}\n");
  EXPECT_FALSE(file_.read(false).restarted);
  std::ofstream(path_) << "{\"step\": 1, \"metrics\": {\"y\": 7}}\n";
  const ProgressUpdate update = file_.read(false);
  EXPECT_TRUE(update.restarted);
  EXPECT_THAT(steps(update), ElementsAre(1));
}

}  // namespace
}  // namespace boa::runner
