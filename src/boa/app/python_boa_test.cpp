// Folders that the real BOA 0.11 has written (tests/data/boa-files), gone on with.
#include "boa/app/python_boa.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/app/experiment_session.hpp"
#include "boa/app/summaries.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/testing/test_data.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::app {
namespace {

namespace fs = std::filesystem;
using core::TrialStatus;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::Node;

class PythonBoaTest : public ::testing::Test {
 protected:
  PythonBoaTest() { fs::copy(::boa::testing::test_data("boa-files"), root_, fs::copy_options::recursive); }

  fs::path folder(const std::string& name) const { return root_ / (name + "-run"); }
  ExperimentSession open(const std::string& name, const std::optional<fs::path>& config = std::nullopt,
                         OpenFor purpose = OpenFor::kRun) const {
    return open_session(folder(name), config, root_, {}, purpose);
  }
  /// Changes scheduler.json as a text.
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = util::read_file(folder(name) / "scheduler.json");
    ASSERT_NE(text.find(from), std::string::npos) << from;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
    util::write_file(folder(name) / "scheduler.json", text);
  }
  void change(const std::string& name, const std::function<void(Node&)>& edit) const {
    Node json = util::parse_json(util::read_file(folder(name) / "scheduler.json"));
    edit(json);
    util::write_file(folder(name) / "scheduler.json", util::write_json(json));
  }
  void expect_nothing_made(const std::string& name) const {
    for (const char* made : {"boa.sqlite", "scheduler.boa.json", "optimization.boa.csv"}) {
      EXPECT_FALSE(fs::exists(folder(name) / made)) << made;
    }
  }

  ::boa::testing::TemporaryFolder temporary_;
  fs::path root_ = temporary_.path() / "project";
};

TEST_F(PythonBoaTest, LookingGivesTheTableThatBoaWroteAndChangesNothing) {
  for (const char* name : {"single", "interrupted", "moo"}) {
    const ExperimentView view = open_view(folder(name));
    EXPECT_EQ(storage::to_optimization_csv(view.snapshot.experiment),
              util::read_file(folder(name) / "optimization.csv"))
        << name;
    expect_nothing_made(name);
  }
  EXPECT_EQ(open_view(folder("single")).goal, 12);
  EXPECT_EQ(open_view(folder("interrupted")).goal, 12);
  const ExperimentView async = open_view(folder("async"));
  EXPECT_EQ(async.goal, std::nullopt);
  EXPECT_EQ(async.snapshot.experiment.count(TrialStatus::kRunning), 2U);
}

TEST_F(PythonBoaTest, TheStatusNamesWhatAResumeBeginsWith) {
  const auto next = [this](const char* name) { return status_of_view(open_view(folder(name))).at("next").as_string(); };
  EXPECT_EQ(next("interrupted"),
            "a resume takes over 3 trial folders that scheduler.json does not know (000006, 000007, 000008): boa -sp " +
                folder("interrupted").string());
  EXPECT_EQ(next("single"), "nothing: the goal of 12 trials is reached");
  EXPECT_THAT(next("async"), HasSubstr("trial 6"));
  change("single", [](Node& json) {
    json.find("experiment")->find("trials")->find("5")->find("status")->set("name", "RUNNING");
  });
  EXPECT_THAT(next("single"), HasSubstr("takes over 1 trial without an end"));
  EXPECT_EQ(open_view(folder("single")).notice, "read from the scheduler.json of Python BOA");
}

TEST_F(PythonBoaTest, ValuesAreTakenUnrounded) {
  EXPECT_EQ(open("single").experiment.trial(0).find_data("loss", "0_0")->mean, 1.5623485709896539);
  // Where nothing is remembered the value holds that pandas has rounded.
  replace("interrupted", "0.2614120141029119", "NaN");
  fs::remove(folder("interrupted") / "000005" / "output.json");
  EXPECT_EQ(open("interrupted").experiment.trial(5).find_data("loss", "5_0")->mean, 0.2614120141);
}

TEST_F(PythonBoaTest, ConstraintsOfAllKindsAreRead) {
  change("single", [](Node& json) {
    json.find("experiment")->find("search_space")->find("parameter_constraints")->as_array() = {
        Node::object({{"__type", "OrderConstraint"}, {"lower_name", "x"}, {"upper_name", "y"}}),
        Node::object({{"__type", "SumConstraint"},
                      {"parameter_names", Node::array({"x", "y"})},
                      {"is_upper_bound", false},
                      {"bound", 0.25}}),
        Node::object({{"__type", "ParameterConstraint"},
                      {"constraint_dict", Node::object({{"x", 2.0}, {"steps", -1.0}})},
                      {"bound", 30}})};
  });
  const ExperimentView view = open_view(folder("single"));
  std::vector<std::string> texts;
  for (const auto& constraint : view.snapshot.experiment.search_space().constraints()) texts.push_back(constraint.text);
  EXPECT_THAT(texts, ElementsAre("x <= y", "-1.0*x + -1.0*y <= -0.25", "2.0*x + -1.0*steps <= 30.0"));
  // The space that the trials came from holds, not what the config says.
  EXPECT_THAT(open("single").notices, Contains(HasSubstr("differs from its stored config")));
}

TEST_F(PythonBoaTest, AFinishedRunGetsAsManyTrialsAgain) {
  const ExperimentSession session = open("single");
  EXPECT_EQ(session.experiment.count(TrialStatus::kCompleted), 12U);
  EXPECT_EQ(session.trials_in_file, 12);
  ASSERT_TRUE(session.last_goal);
  EXPECT_EQ(scheduler::next_goal(session.config.scheduler, 12, 0, session.last_goal, std::nullopt).total, 24);
  EXPECT_EQ(session.paths.config, root_ / "single.yaml");
  EXPECT_EQ(session.paths.working_dir, root_);
  EXPECT_EQ(session.config.script.run_model, "python3 model.py");
}

TEST_F(PythonBoaTest, ItsFilesAreKept) {
  const std::string json = util::read_file(folder("interrupted") / "scheduler.json");
  const std::string csv = util::read_file(folder("interrupted") / "optimization.csv");
  EXPECT_THAT(open("interrupted").notices, Contains(HasSubstr("kept as scheduler.boa.json")));
  EXPECT_EQ(util::read_file(folder("interrupted") / "scheduler.boa.json"), json);
  EXPECT_EQ(util::read_file(folder("interrupted") / "optimization.boa.csv"), csv);
}

TEST_F(PythonBoaTest, SeveralObjectivesAndTheirThresholdsComeOver) {
  const ExperimentView view = open_view(folder("moo"));
  const core::OptimizationConfig& config = view.snapshot.experiment.optimization_config();
  EXPECT_EQ(config.objective.kind, core::Objective::Kind::kMulti);
  ASSERT_EQ(config.objective_thresholds.size(), 2U);
  EXPECT_EQ(config.objective_thresholds[1].bound, 30);
}

TEST_F(PythonBoaTest, TheStrategyGoesOnWhereItWas) {
  ExperimentSession session = open("interrupted");
  ASSERT_EQ(session.strategy.steps.size(), 2U);
  EXPECT_EQ(session.strategy.steps[0].num_trials, 6);
  generation::GenerationStrategy strategy = session.strategy.make();
  EXPECT_EQ(strategy.current_step(session.experiment), 1U);
  // The sequence is not begun again: BOA had drawn ten points, rejected ones among them.
  EXPECT_EQ(session.experiment.trial(5).generator_run.gen_metadata.at("next_position"), Node(10));
}

TEST_F(PythonBoaTest, AnAutomaticStrategyKeepsTheStepsThatBoaChose) {
  // The steps of an automatic choice, as BOA stored it with all of Ax's arguments.
  const Node automatic = util::parse_json(util::read_file(folder("moo") / "scheduler.json"));
  change("interrupted", [&](Node& json) {
    json.find("wrapper")->find("config")->erase("generation_strategy");
    json.set("generation_strategy", automatic.at("generation_strategy"));
  });
  const ExperimentSession session = open("interrupted");
  ASSERT_EQ(session.strategy.steps.size(), 2U);
  EXPECT_EQ(session.strategy.steps[0].num_trials, 10);
  EXPECT_EQ(session.strategy.steps[0].min_trials_observed, 5);
  EXPECT_EQ(session.strategy.steps[1].max_parallelism, 3);
  EXPECT_EQ(session.strategy.name, "Sobol+BoTorch");
}

TEST_F(PythonBoaTest, FoldersOfTrialsAfterTheLastSaveBecomeTrials) {
  fs::remove(folder("interrupted") / "000007" / "output.json");
  fs::remove(folder("interrupted") / "000007" / "trial.json");
  fs::remove(folder("interrupted") / "000008" / "parameters.json");
  fs::create_directory(folder("interrupted") / "123");  // no trial's folder
  const ExperimentSession session = open("interrupted");
  EXPECT_EQ(session.trials_in_file, 6);
  ASSERT_EQ(session.experiment.num_trials(), 8U);
  const core::Trial& done = session.experiment.trial(6);
  EXPECT_EQ(done.status, TrialStatus::kCompleted);
  EXPECT_EQ(done.find_data("loss", "6_0")->mean, 0.9514442693276186);
  EXPECT_EQ(done.generator_run.model_key, "GPEI");
  EXPECT_EQ(done.generator_run.generation_step_index, 1);
  const core::Trial& lost = session.experiment.trial(7);
  EXPECT_EQ(lost.status, TrialStatus::kFailed);
  EXPECT_THAT(lost.failed_reason, HasSubstr("left no result"));
  EXPECT_EQ(lost.generator_run.model_key, "Manual");
  EXPECT_THAT(session.notices, Contains(HasSubstr("000008 is not in scheduler.json and stays as it is")));
  EXPECT_EQ(scheduler::next_goal(session.config.scheduler, *session.trials_in_file, 0, session.last_goal, {}).total,
            12);
}

TEST_F(PythonBoaTest, ALeftoverPointOutsideTheSpaceIsNoTrial) {
  util::write_file(folder("interrupted") / "000006" / "parameters.json", R"({"x": 7.0, "y": 1.0, "steps": 2,
      "level": 2, "method": "euler", "fixed_one": 3.5})");
  const ExperimentSession session = open("interrupted");
  EXPECT_EQ(session.experiment.find_trial(6), nullptr);
  EXPECT_THAT(session.notices, Contains(HasSubstr("its number is skipped: parameter 'x'")));
}

TEST_F(PythonBoaTest, ARunningTrialIsWorkLeftBehind) {
  change("interrupted", [](Node& json) {
    json.find("experiment")->find("trials")->find("5")->find("status")->set("name", "RUNNING");
  });
  const ExperimentSession session = open("interrupted");
  const core::Trial& trial = session.experiment.trial(5);
  EXPECT_EQ(trial.status, TrialStatus::kRunning);
  EXPECT_EQ(trial.properties.at(runner::kLeftBehindKey), Node(true));
}

TEST_F(PythonBoaTest, ACompletedTrialWhoseDataWereNotFetchedGetsThem) {
  change("interrupted", [](Node& json) {
    Node& experiment = *json.find("experiment");
    experiment.find("data_by_trial")->erase("5");
    experiment.find("optimization_config")->find("objective")->find("metric")->find("trial_data_cache")->erase("5");
  });
  EXPECT_EQ(open("interrupted").experiment.trial(5).find_data("loss", "5_0")->mean, 0.2614120141029119);
}

TEST_F(PythonBoaTest, TheRestOfAResumeIsThatOfAnyExperiment) {
  { open("interrupted"); }
  const ExperimentSession session = open("interrupted");
  EXPECT_EQ(session.experiment.num_trials(), 9U);
  EXPECT_EQ(session.config.scheduler.n_trials, 12);
  EXPECT_EQ(session.config.source_path, root_ / "interrupted.yaml");
  EXPECT_EQ(session.last_goal->total, 12);
  EXPECT_TRUE(session.notices.empty());
  EXPECT_EQ(status_of_view(open_view(folder("interrupted"))).at("goal"), Node(12));
}

TEST_F(PythonBoaTest, WithoutTheProjectTheCopyOfTheConfigIsTheConfig) {
  fs::create_directories(root_ / "elsewhere");
  fs::rename(folder("single"), root_ / "elsewhere" / "single-run");
  const ExperimentSession session = open_session(root_ / "elsewhere" / "single-run", std::nullopt, root_, {});
  EXPECT_EQ(session.paths.config, root_ / "elsewhere" / "single-run" / "single.yaml");
  EXPECT_EQ(session.paths.working_dir, root_ / "elsewhere");
}

TEST_F(PythonBoaTest, PathsOfWindowsAreUnderstood) {
  replace("single", R"("PosixPath")", R"("WindowsPath")");
  replace("single", "/home/user/project/single.yaml", R"(C:\\Users\\u\\project\\single.yaml)");
  replace("single", "/home/user/project/single_20261123T195411", R"(C:\\Users\\u\\project\\single_20261123T195411)");
  EXPECT_EQ(open("single").paths.config, root_ / "single.yaml");
}

TEST_F(PythonBoaTest, FilesOfOlderVersionsMayLackKeys) {
  change("single", [](Node& json) {
    Node& experiment = *json.find("experiment");
    for (const char* key : {"time_created", "tracking_metrics", "properties", "runner", "is_test"}) {
      experiment.erase(key);
    }
    json.erase("generation_strategy");
    json.erase("options");
    json.erase("boa_version");
    json.find("wrapper")->erase("experiment_dir");
    json.find("wrapper")->erase("config_path");
  });
  const ExperimentSession session = open("single");
  EXPECT_EQ(session.experiment.num_trials(), 12U);
  EXPECT_EQ(session.strategy.steps.size(), 2U);
}

TEST_F(PythonBoaTest, ThePythonWrapperOfAnExperimentIsRefusedByNameUnlessTheConfigIsGiven) {
  replace("single", R"("ScriptWrapper")", R"("MyWrapper")");
  try {
    open("single");
    FAIL();
  } catch (const UnsupportedError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the Python wrapper 'MyWrapper'"));
  }
  expect_nothing_made("single");
  EXPECT_EQ(open_view(folder("single")).snapshot.experiment.num_trials(), 12U);
  EXPECT_EQ(open("single", root_ / "single.yaml").experiment.num_trials(), 12U);
}

TEST_F(PythonBoaTest, AnotherProblemInTheGivenConfigIsRefused) {
  std::string text = util::read_file(root_ / "single.yaml");
  text.replace(text.find("[1, 20]"), 7, "[1, 30]");
  util::write_file(root_ / "other.yaml", text);
  EXPECT_THROW(open("single", root_ / "other.yaml"), UserInputError);
}

TEST_F(PythonBoaTest, AnAsynchronousExperimentIsForBoaAsync) {
  try {
    open("async");
    FAIL();
  } catch (const UserInputError& error) {
    EXPECT_THAT(error.describe(), HasSubstr("boa async -sp"));
  }
  expect_nothing_made("async");
  EXPECT_THROW(open("single", std::nullopt, OpenFor::kAsync), UserInputError);
  expect_nothing_made("single");
  const ExperimentSession session = open("async", std::nullopt, OpenFor::kAsync);
  EXPECT_EQ(session.experiment.count(TrialStatus::kRunning), 2U);
  EXPECT_FALSE(session.experiment.trial(4).properties.contains(runner::kLeftBehindKey));
}

TEST_F(PythonBoaTest, ADamagedFileIsNamedAndNothingIsMade) {
  const std::string text = util::read_file(folder("single") / "scheduler.json");
  util::write_file(folder("single") / "scheduler.json", text.substr(0, text.size() / 2));
  EXPECT_THROW(open("single"), StorageError);
  util::write_file(folder("single") / "scheduler.json", "");
  EXPECT_THROW(open("single"), StorageError);
  util::write_file(folder("single") / "scheduler.json", text);
  change("single", [](Node& json) { json.find("wrapper")->erase("config"); });
  try {
    open("single");
    FAIL();
  } catch (const UserInputError& error) {
    EXPECT_THAT(error.describe(), HasSubstr("-c FILE"));
  }
  expect_nothing_made("single");
}

TEST_F(PythonBoaTest, AConfigThatIsRefusedIsRefusedByTheLineOfTheFile) {
  replace("single", R"("n_trials": 12)", R"("n_trials": -12)");
  try {
    open("single");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("scheduler.json"));
    EXPECT_THAT(error.what(), HasSubstr("n_trials"));
    EXPECT_GT(error.where().line, 1);
  }
  expect_nothing_made("single");
}

TEST(PlainData, DecodesPathsAndEnums) {
  const Node node = util::parse_json(R"({"a": {"__type": "PosixPath", "pathsegments": ["/", "home", "u"]},
      "b": [{"__type": "MetricType", "name": "METRIC"}], "c": {"name": "x", "value": 1}})");
  EXPECT_EQ(plain_data(node), util::parse_json(R"({"a": "/home/u", "b": ["METRIC"], "c": {"name": "x", "value": 1}})"));
}

}  // namespace
}  // namespace boa::app
