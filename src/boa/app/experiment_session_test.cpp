#include "boa/app/experiment_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "boa/app/ask_tell_server.hpp"
#include "boa/app/signals.hpp"
#include "boa/app/summaries.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::app {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kSessionConfig = R"(
objective: {metrics: [{name: y}]}
parameters:
  b: {type: range, bounds: [0.0, 1.0]}
  a: {type: choice, values: [u, v]}
n_trials: 4
script_options: {run_model: "true", append_timestamp: false, exp_name: e}
)";

class ExperimentSessionTest : public ::testing::Test {
 protected:
  ExperimentSessionTest() {
    std::string name = (fs::temp_directory_path() / "boa_session_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    write("c.yaml", kSessionConfig);
  }
  ~ExperimentSessionTest() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const { util::write_file(root_ / name, text); }
  ExperimentSession create() const {
    BoaConfig config = read_config(root_ / "c.yaml");
    const RunPaths paths = resolve_paths(config, root_);
    ChosenStrategy strategy = choose_strategy(config, 7);
    return create_session(std::move(config), paths, std::move(strategy));
  }
  ExperimentSession reopen(const fs::path& path, const std::optional<fs::path>& config = std::nullopt) const {
    return open_session(path, config, root_, {});
  }
  /// What ask-tell answers to these lines.
  std::string serve(const fs::path& target, const std::string& lines) const {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    EXPECT_EQ(::pipe(in.data()), 0);
    EXPECT_EQ(::pipe(out.data()), 0);
    EXPECT_EQ(::write(in[1], lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
    ::close(in[1]);
    AskTellRequest request{target, root_, {}, std::nullopt, in[0], out[1]};
    EXPECT_EQ(serve_ask_tell(request), 0);
    ::close(out[1]);
    std::string text(65536, '\0');
    const ssize_t n = ::read(out[0], text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    ::close(in[0]);
    ::close(out[0]);
    return text;
  }

  fs::path root_;
};

TEST_F(ExperimentSessionTest, ANewFolderAppearsWithEverythingInside) {
  const ExperimentSession session = create();
  EXPECT_EQ(session.folder, root_ / "e");
  for (const char* name : {"boa.sqlite", "scheduler.json", "optimization.csv", "c.yaml"}) {
    EXPECT_TRUE(fs::exists(root_ / "e" / name)) << name;
  }
  EXPECT_EQ(util::read_file(root_ / "e" / "c.yaml"), kSessionConfig);
}

TEST_F(ExperimentSessionTest, ANameThatIsTakenGetsANumberAndIsStored) {
  fs::create_directories(root_ / "e");
  create();
  const ExperimentSession session = reopen(root_ / "e.1");
  EXPECT_EQ(StoredConfig::from_node(session.documents.at("config")).experiment_dir, root_ / "e.1");
}

TEST_F(ExperimentSessionTest, ComesBackAsItWasMade) {
  const util::Node made = create().strategy.to_node();
  const ExperimentSession session = reopen(root_ / "e" / "scheduler.json");
  EXPECT_EQ(session.strategy.to_node(), made);
  EXPECT_EQ(session.strategy.seed, 7U);
  EXPECT_EQ(session.config.scheduler.n_trials, 4);
  EXPECT_EQ(session.paths.config, root_ / "c.yaml");
  EXPECT_EQ(session.paths.working_dir, root_);
}

TEST_F(ExperimentSessionTest, TheStoredConfigHoldsWhateverTheFileSaysNow) {
  create();
  write("c.yaml", "nonsense: [");
  EXPECT_EQ(reopen(root_ / "e").config.scheduler.n_trials, 4);
}

TEST_F(ExperimentSessionTest, AGivenConfigMayChangeOptionsButNotTheProblem) {
  create();
  std::string text = kSessionConfig;
  text.replace(text.find("n_trials: 4"), 11, "n_trials: 9");
  write("more.yaml", text);
  EXPECT_EQ(reopen(root_ / "e", root_ / "more.yaml").config.scheduler.n_trials, 9);
  text.replace(text.find("[u, v]"), 6, "[u, w]");
  write("other.yaml", text);
  try {
    reopen(root_ / "e", root_ / "other.yaml");
    FAIL();
  } catch (const UserInputError& e) {
    EXPECT_THAT(e.what(), HasSubstr("parameter 'a': str choice of u, v in the experiment"));
  }
}

TEST_F(ExperimentSessionTest, OtherGenerationStepsAreNotIgnoredInSilence) {
  create();
  const auto notices_of = [&](const std::string& lines) {
    write("new.yaml", kSessionConfig + lines);
    return reopen(root_ / "e", root_ / "new.yaml").notices;
  };
  EXPECT_THAT(notices_of("scheduler: {tolerated_trial_failure_rate: 0.9}\n"), IsEmpty());
  EXPECT_THAT(notices_of("generation_strategy: {}\n"), IsEmpty()) << "the same as none";
  EXPECT_THAT(notices_of("generation_strategy: {steps: [{model: SOBOL, num_trials: -1}]}\n"),
              ElementsAre(HasSubstr("new.yaml is not that of this experiment, and is not used")));
}

TEST_F(ExperimentSessionTest, OneBoaAtATimeAndLookingIsAlwaysPossible) {
  const ExperimentSession session = create();
  EXPECT_THROW(reopen(root_ / "e"), storage::InUseError);
  EXPECT_EQ(open_view(root_ / "e").snapshot.experiment.name(), "e");
}

TEST_F(ExperimentSessionTest, AMovedProjectWorksAtItsNewPlace) {
  create();
  fs::create_directories(root_ / "new");
  fs::rename(root_ / "e", root_ / "new" / "e");
  fs::rename(root_ / "c.yaml", root_ / "new" / "c.yaml");
  ExperimentSession session = reopen(root_ / "new" / "e");
  EXPECT_EQ(session.folder, root_ / "new" / "e");
  EXPECT_EQ(session.paths.config, root_ / "new" / "c.yaml");
  EXPECT_EQ(session.paths.working_dir, root_ / "new");
  store_documents(session);
  session.storage.reset();
  EXPECT_EQ(StoredConfig::from_node(reopen(root_ / "new" / "e").documents.at("config")).experiment_dir,
            root_ / "new" / "e");
}

TEST_F(ExperimentSessionTest, ALostStoreIsMadeAgainFromSchedulerJson) {
  create();
  fs::remove(root_ / "e" / "boa.sqlite");
  EXPECT_THAT(open_view(root_ / "e").notice, HasSubstr("scheduler.json"));
  EXPECT_FALSE(fs::exists(root_ / "e" / "boa.sqlite"));
  const ExperimentSession session = reopen(root_ / "e");
  EXPECT_THAT(session.notices, ElementsAre(HasSubstr("scheduler.json")));
  EXPECT_EQ(session.strategy.seed, 7U);
  EXPECT_TRUE(fs::exists(root_ / "e" / "boa.sqlite"));
}

TEST_F(ExperimentSessionTest, AChangedConfigIsNotTakenInSilence) {
  create();
  EXPECT_THAT(reopen(root_ / "e").notices, IsEmpty());
  write("c.yaml", std::string(kSessionConfig) + "# changed\n");
  EXPECT_THAT(reopen(root_ / "e").notices, ElementsAre(HasSubstr("c.yaml has changed since the run began")));
  fs::remove(root_ / "c.yaml");
  EXPECT_THAT(reopen(root_ / "e").notices, IsEmpty());
}

TEST_F(ExperimentSessionTest, AskTellNeedsNoCommandAndPendingPointsSurvive) {
  std::string text = kSessionConfig;
  text.erase(text.find("run_model: \"true\", "), 19);
  write("c.yaml", text);
  const std::string first =
      serve(root_ / "c.yaml", "{\"ask\": {\"n\": 2}}\n{\"tell\": {\"index\": 0, \"metrics\": {\"y\": 1}}}\n");
  EXPECT_THAT(first, HasSubstr("{\"ok\": true}\n"));
  const std::string second = serve(
      root_ / "e", "{\"status\": {}}\n{\"tell\": {\"index\": 1, \"metrics\": {\"y\": 2}}}\n{\"ask\": {\"n\": 9}}");
  EXPECT_THAT(second, HasSubstr(R"("trials": {"RUNNING": 1, "COMPLETED": 1}, "goal": 4)"));
  EXPECT_THAT(second, HasSubstr("the budget of 4 trials is used up"));
  const ExperimentView view = open_view(root_ / "e");
  EXPECT_EQ(view.snapshot.experiment.count(core::TrialStatus::kCompleted), 2U);
  EXPECT_EQ(view.goal, 4);
  EXPECT_THAT(util::read_file(root_ / "e" / "optimization.csv"), HasSubstr("\n3,3_0,RUNNING"));
  EXPECT_EQ(status_of_view(view).at("goal").as_int(), 4);
}

TEST_F(ExperimentSessionTest, AnAskTellExperimentIsNotRunByCommands) {
  serve(root_ / "c.yaml", "{\"ask\": {}}\n");
  try {
    reopen(root_ / "e");
    FAIL() << "the trial that was asked for would be run";
  } catch (const UserInputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("is an ask-tell experiment"));
    EXPECT_THAT(error.hint(), HasSubstr("boa ask-tell"));
  }
  EXPECT_THAT(serve(root_ / "e", "{\"tell\": {\"index\": 0, \"metrics\": {\"y\": 1}}}\n"), HasSubstr("ok"));
}

TEST(SignalGuard, HandsSignalsOnAndRestoresWhatWas) {
  struct sigaction before {};
  ::sigaction(SIGTERM, nullptr, &before);
  int interrupts = 0;
  int terminations = 0;
  {
    const SignalGuard guard([&](bool terminate) { ++(terminate ? terminations : interrupts); });
    ::raise(SIGINT);
    ::raise(SIGTERM);
    ::raise(SIGTERM);
    ::raise(SIGPIPE);
  }
  EXPECT_EQ(interrupts, 1);
  EXPECT_EQ(terminations, 2);
  struct sigaction after {};
  ::sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
}

}  // namespace
}  // namespace boa::app
