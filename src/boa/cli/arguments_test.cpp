#include "boa/cli/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/error.hpp"
#include "boa/util/version.hpp"

namespace boa::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string usage_error_of(const std::vector<std::string>& arguments) {
  try {
    parse_arguments(arguments);
  } catch (const UserInputError& e) {
    return e.describe();
  }
  return "no error";
}

TEST(TranslateShortFlags, TwoLetterFlagsBecomeLongNames) {
  EXPECT_THAT(translate_short_flags({"-sp", "a", "-wp", "b", "-wn", "c", "-td"}),
              ElementsAre("--scheduler-path", "a", "--wrapper-path", "b", "--wrapper-name", "c", "--temporary-dir"));
}

TEST(TranslateShortFlags, ValuesMayFollowAnEqualsSign) {
  EXPECT_THAT(translate_short_flags({"-sp=x/y"}), ElementsAre("--scheduler-path=x/y"));
}

TEST(TranslateShortFlags, OthersStayAsTheyAre) {
  EXPECT_THAT(translate_short_flags({"-c", "-spx", "sp", "--", "-sp"}), ElementsAre("-c", "-spx", "sp", "--", "-sp"));
}

TEST(ParseArguments, ConfigsAreMigratedAndDescribed) {
  EXPECT_EQ(parse_arguments({"migrate", "old.yaml"}).command, Command::kMigrate);
  EXPECT_EQ(parse_arguments({"migrate", "old.yaml"}).target, "old.yaml");
  EXPECT_EQ(parse_arguments({"schema"}).command, Command::kSchema);
  EXPECT_TRUE(parse_arguments({"schema", "--markdown"}).markdown);
}

TEST(ParseArguments, BoasFlagsRunAConfig) {
  const Invocation invocation =
      parse_arguments({"-c", "my config.yaml", "-td", "--rel-to-here", "-wp", "w.py", "-wn", "Mine"});
  EXPECT_EQ(invocation.command, Command::kRun);
  EXPECT_EQ(invocation.target, "my config.yaml");
  EXPECT_TRUE(invocation.temporary_dir);
  EXPECT_EQ(invocation.rel_to_config, false);
  EXPECT_EQ(invocation.wrapper_path, "w.py");
  EXPECT_EQ(invocation.wrapper_name, "Mine");
  EXPECT_THROW(parse_arguments({"-c", "c.yaml", "-wn", "Mine"}), UnsupportedError);
}

TEST(ParseArguments, SchedulerPathResumesAndConfigComesAlong) {
  const Invocation invocation = parse_arguments({"-sp", "exp/scheduler.json", "-c", "c.yaml"});
  EXPECT_EQ(invocation.command, Command::kResume);
  EXPECT_EQ(invocation.target, "exp/scheduler.json");
  EXPECT_EQ(invocation.config, "c.yaml");
}

TEST(ParseArguments, RunCommandIsTheSameAsTheFlag) {
  const Invocation invocation = parse_arguments({"run", "c.yaml", "--seed", "7"});
  EXPECT_EQ(invocation.command, Command::kRun);
  EXPECT_EQ(invocation.target, "c.yaml");
  EXPECT_EQ(invocation.seed, 7);
}

TEST(ParseArguments, ResumeCommandTakesMoreTrials) {
  const Invocation invocation = parse_arguments({"resume", "exp", "--trials", "20"});
  EXPECT_EQ(invocation.command, Command::kResume);
  EXPECT_EQ(invocation.trials, 20);
  EXPECT_FALSE(invocation.config.has_value());
}

TEST(ParseArguments, LookingCommandsKnowJson) {
  EXPECT_EQ(parse_arguments({"status", "exp", "--json"}).command, Command::kStatus);
  EXPECT_TRUE(parse_arguments({"best", "exp", "--json"}).json);
  EXPECT_FALSE(parse_arguments({"trials", "exp"}).json);
}

TEST(ParseArguments, PredictTakesPoints) {
  const Invocation invocation =
      parse_arguments({"predict", "exp", "--at", R"({"x": 1, "y": 2})", "--at", R"({"x": [1]})", "--json"});
  EXPECT_EQ(invocation.command, Command::kPredict);
  EXPECT_EQ(invocation.at, (std::vector<std::string>{R"({"x": 1, "y": 2})", R"({"x": [1]})"}));
  EXPECT_TRUE(invocation.json);
  EXPECT_EQ(parse_arguments({"predict", "--at", "{}", "exp"}).target, "exp");
  EXPECT_THAT(usage_error_of({"predict", "exp"}), HasSubstr("--at"));
}

TEST(ParseArguments, InitNeedsALanguage) {
  EXPECT_EQ(parse_arguments({"init", "d", "--lang", "r"}).lang, "r");
  EXPECT_THAT(usage_error_of({"init", "d"}), AllOf(HasSubstr("--lang"), HasSubstr("fortran"), HasSubstr("python")));
}

TEST(ParseArguments, VersionAndHelpArePrinted) {
  EXPECT_EQ(parse_arguments({"--version"}).text, std::string("boa ") + util::kVersion + "\n");
  const Invocation help = parse_arguments({"--help"});
  EXPECT_EQ(help.command, Command::kPrint);
  EXPECT_THAT(help.text, HasSubstr("boa init my-project --lang r"));
  EXPECT_THAT(help.text, HasSubstr("  -sp,--scheduler-path PATH   Resume"));
  EXPECT_THAT(parse_arguments({"resume", "--help"}).text, HasSubstr("--trials"));
  EXPECT_EQ(parse_arguments({"help"}).text, help.text);
  EXPECT_EQ(parse_arguments({"help", "resume"}).text, parse_arguments({"resume", "--help"}).text);
}

TEST(ParseArguments, CommandsToComeAreRefusedByName) {
  for (const char* command : {"report", "dashboard", "export", "import"}) {
    try {
      parse_arguments({command, "x"});
      ADD_FAILURE() << command << " was accepted";
    } catch (const UnsupportedError& e) {
      EXPECT_EQ(std::string(e.what()), "boa " + std::string(command) + " is not built yet");
    }
  }
}

TEST(ParseArguments, AsyncTakesAConfigOrAnExperimentAndANumberOfPoints) {
  const Invocation made = parse_arguments({"async", "-c", "c.yaml", "-n", "4", "-td"});
  EXPECT_EQ(made.command, Command::kAsync);
  EXPECT_EQ(made.config, "c.yaml");
  EXPECT_TRUE(made.target.empty());
  EXPECT_EQ(made.num_trials, 4);
  EXPECT_TRUE(made.temporary_dir);
  const Invocation continued = parse_arguments({"async", "-sp", "EXP/scheduler.json", "--num-trials", "0"});
  EXPECT_EQ(continued.target, "EXP/scheduler.json");
  EXPECT_EQ(continued.num_trials, 0);
  EXPECT_THROW(parse_arguments({"async", "-n", "4"}), UserInputError);
  EXPECT_THROW(parse_arguments({"async", "-c", "c.yaml", "-n", "-1"}), UserInputError);
}

TEST(ParseArguments, NothingToDoIsAUsageError) {
  EXPECT_THAT(usage_error_of({}), HasSubstr("-c FILE"));
  EXPECT_THAT(usage_error_of({"-td"}), HasSubstr("-c FILE"));
}

TEST(ParseArguments, WrongUseIsAUsageErrorThatPointsToTheHelp) {
  EXPECT_THAT(usage_error_of({"frobnicate"}), HasSubstr("boa --help"));
  EXPECT_THAT(usage_error_of({"runn", "c.yaml"}), StartsWith("not understood: runn c.yaml; did you mean run?"));
  EXPECT_THAT(usage_error_of({"resume", "exp", "--trials", "none"}), HasSubstr("boa resume --help"));
  EXPECT_THAT(usage_error_of({"resume", "exp", "--trials", "0"}),
              HasSubstr("--trials: expected a whole number of at least 1, found '0'"));
  EXPECT_THAT(usage_error_of({"run", "c.yaml", "--seed", "99999999999999999999"}), HasSubstr("--seed: expected"));
  EXPECT_THAT(usage_error_of({"run", "c.yaml", "--rel-to-config", "--rel-to-here"}), HasSubstr("exclude each other"));
  EXPECT_THAT(usage_error_of({"run"}), HasSubstr("FILE"));
}

TEST(ParseArguments, AnUnknownOptionIsAnsweredWithTheNearest) {
  EXPECT_THAT(usage_error_of({"run", "c.yaml", "--sede", "4"}),
              StartsWith("not understood: --sede 4; did you mean --seed?"));
}

TEST(ParseArguments, FlagsThatDoNotGoTogetherAreRefused) {
  EXPECT_THAT(usage_error_of({"-c", "c.yaml", "--trials", "3"}), StartsWith("--trials goes with -sp"));
  EXPECT_THAT(usage_error_of({"-sp", "exp", "--seed", "3"}), StartsWith("--seed goes with a new run"));
  EXPECT_THAT(usage_error_of({"-sp", "exp", "-td"}), StartsWith("-td goes with a new run"));
}

}  // namespace
}  // namespace boa::cli
