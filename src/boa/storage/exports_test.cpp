#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "boa/storage/export_writer.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/testing/fake_clock.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::storage {
namespace {

namespace fs = std::filesystem;
using boa::testing::FakeClock;
using boa::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::Node;

const util::TimePoint kExportTime = util::TimePoint{} + std::chrono::seconds(1795460000);

core::Metric export_metric(const std::string& name) {
  core::Metric metric;
  metric.name = name;
  return metric;
}

/// The problem of a recorded run of Python BOA: its parameters, in its config's order.
core::SearchSpace export_space() {
  return core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}},
                            core::RangeParameter{"y", core::ParameterType::kFloat, 0.1, 100, true, {}},
                            core::RangeParameter{"steps", core::ParameterType::kInt, 1, 20, false, {}},
                            core::ChoiceParameter{"method",
                                                  core::ParameterType::kString,
                                                  {std::string("euler"), std::string("rk4"), std::string("bdf")},
                                                  false},
                            core::ChoiceParameter{"level",
                                                  core::ParameterType::kInt,
                                                  {std::int64_t{1}, std::int64_t{2}, std::int64_t{4}, std::int64_t{8}},
                                                  true},
                            core::FixedParameter{"fixed_one", core::ParameterType::kFloat, 3.5}},
                           {});
}

core::Experiment export_experiment(bool thresholds = false) {
  core::OptimizationConfig config;
  config.metrics = {export_metric("loss"), export_metric("cost")};
  config.objective.terms = {{"loss", 1, true}};
  if (thresholds) {
    config.objective.kind = core::Objective::Kind::kMulti;
    config.objective.terms = {{"loss", 1, true}, {"cost", 1, true}};
    using Op = core::OutcomeConstraint::Op;
    config.objective_thresholds = {{{{"loss", 1.0}}, Op::kLessEqual, 1.5, "loss <= 1.5"},
                                   {{{"cost", 1.0}}, Op::kLessEqual, 30, "cost <= 30"}};
  }
  return core::Experiment("e", export_space(), config, kExportTime);
}

std::int64_t add_export_trial(core::Experiment& experiment, double x, double y, std::int64_t steps, std::int64_t level,
                              const char* method) {
  const core::Parameterization point = {
      {"x", x}, {"y", y}, {"steps", steps}, {"level", level}, {"method", std::string(method)}};
  return experiment.new_trial({point}, {"Sobol", 0, {}}, false, kExportTime).index;
}

void complete(core::Experiment& experiment, std::int64_t index, std::vector<core::DataRow> rows) {
  experiment.mark_running(index, kExportTime);
  experiment.attach_data(index, std::move(rows));
  experiment.mark_completed(index, kExportTime + std::chrono::seconds(1));
}

TEST(OptimizationCsv, IsWhatPythonBoaWrote) {
  core::Experiment experiment = export_experiment();
  add_export_trial(experiment, 0.4510132372379303, 85.44126811491651, 2, 8, "bdf");
  add_export_trial(experiment, 0.49989508651196957, 1.7269964988932296, 14, 1, "rk4");
  complete(experiment, 0, {{"0_0", "loss", 1.5623485709896539, std::nullopt}});
  complete(experiment, 1, {{"1_0", "loss", 0.39310512656049834, std::nullopt}});
  EXPECT_EQ(to_optimization_csv(experiment),
            "trial_index,arm_name,trial_status,generation_method,loss,x,y,steps,level,method,fixed_one\n"
            "0,0_0,COMPLETED,Sobol,1.5623485709896539,0.4510132372379303,85.44126811491651,2,8,bdf,3.5\n"
            "1,1_0,COMPLETED,Sobol,0.39310512656049834,0.49989508651196957,1.7269964988932296,14,1,rk4,3.5\n");
}

TEST(OptimizationCsv, WithThresholdsIsWhatPythonBoaWrote) {
  core::Experiment experiment = export_experiment(true);
  add_export_trial(experiment, 0.6048524379730225, 12.9526304248111, 9, 4, "euler");
  add_export_trial(experiment, 0.6170038925483823, 57.91100055854876, 11, 2, "euler");
  complete(experiment, 0, {{"0_0", "loss", 0.5538246224443514, {}}, {"0_0", "cost", 14.443671941757202, {}}});
  complete(experiment, 1, {{"1_0", "loss", 1.5421428961505996, {}}, {"1_0", "cost", 17.787042818032205, {}}});
  EXPECT_EQ(
      to_optimization_csv(experiment),
      "trial_index,arm_name,trial_status,generation_method,is_feasible,cost,loss,x,y,steps,level,method,fixed_one\n"
      "0,0_0,COMPLETED,Sobol,True,14.443671941757202,0.5538246224443514,0.6048524379730225,12.9526304248111,9,4,euler,"
      "3.5\n"
      "1,1_0,COMPLETED,Sobol,False,17.787042818032205,1.5421428961505996,0.6170038925483823,57.91100055854876,11,2,"
      "euler,3.5\n");
}

TEST(OptimizationCsv, WithoutTrialsIsTheLineOfPythonBoa) {
  EXPECT_EQ(to_optimization_csv(export_experiment()), "metric_name,arm_name,sem,mean\n");
}

TEST(OptimizationCsv, MissingValuesAreNaAndReasonsAreCut) {
  core::Experiment experiment = export_experiment(true);
  for (int i = 0; i < 3; ++i) add_export_trial(experiment, 0.25 * i, 1, 1, 1, "rk4");
  complete(experiment, 0, {{"0_0", "loss", std::numeric_limits<double>::quiet_NaN(), {}}});
  experiment.mark_failed(1, "exit \"1\", sorry\xC3\xA9 and more", kExportTime);
  EXPECT_EQ(
      to_optimization_csv(experiment),
      "trial_index,arm_name,trial_status,reason,generation_method,is_feasible,loss,x,y,steps,level,method,fixed_one\n"
      "0,0_0,COMPLETED,NA,Sobol,NA,NA,0.0,1.0,1,1,rk4,3.5\n"
      "1,1_0,FAILED,\"exit \"\"1\"\", sorry...\",Sobol,NA,NA,0.25,1.0,1,1,rk4,3.5\n"
      "2,2_0,CANDIDATE,NA,Sobol,NA,NA,0.5,1.0,1,1,rk4,3.5\n");
}

TEST(OptimizationCsv, ParametersThatATrialLacksHaveTheirColumn) {
  const core::ChoiceParameter method{"method",
                                     core::ParameterType::kString,
                                     {std::string("forest"), std::string("network")},
                                     false,
                                     {{std::string("forest"), {"trees"}}, {std::string("network"), {"rate"}}}};
  const core::SearchSpace space({method, core::RangeParameter{"trees", core::ParameterType::kInt, 10, 200, false, {}},
                                 core::RangeParameter{"rate", core::ParameterType::kFloat, 0, 1, false, {}}},
                                {});
  core::OptimizationConfig config;
  config.metrics = {export_metric("loss")};
  config.objective.terms = {{"loss", 1, true}};
  core::Experiment experiment("e", space, config, kExportTime);
  EXPECT_EQ(to_fillable_csv(experiment), "metric_name,arm_name,sem,mean\n");
  const core::Parameterization forest = {{"method", std::string("forest")}, {"trees", std::int64_t{20}}};
  experiment.new_trial({forest}, {"Sobol", 0, {}}, false, kExportTime);
  experiment.new_trial({{{"method", std::string("network")}, {"rate", 0.5}}}, {"Sobol", 0, {}}, false, kExportTime);
  EXPECT_EQ(to_optimization_csv(experiment),
            "trial_index,arm_name,trial_status,generation_method,trees,rate,method\n"
            "0,0_0,CANDIDATE,Sobol,20,NA,forest\n"
            "1,1_0,CANDIDATE,Sobol,NA,0.5,network\n");
  EXPECT_THAT(to_fillable_csv(experiment), HasSubstr("1,1_0,CANDIDATE,Sobol,NA,0.5,network,NA\n"));
}

TEST(OptimizationCsv, BatchTrialHasARowForEachArm) {
  core::Experiment experiment = export_experiment();
  const core::Parameterization a = {
      {"x", 0.0}, {"y", 1.0}, {"steps", std::int64_t{1}}, {"level", std::int64_t{1}}, {"method", std::string("rk4")}};
  core::Parameterization b = a;
  b[0].second = 1.0;
  experiment.new_trial({a, b}, {"BoTorch", 1, {}}, true, kExportTime);
  complete(experiment, 0, {{"0_1", "loss", 2, {}}, {"0_0", "loss", 1, {}}});
  EXPECT_EQ(to_optimization_csv(experiment),
            "trial_index,arm_name,trial_status,generation_method,loss,x,y,steps,level,method,fixed_one\n"
            "0,0_0,COMPLETED,BoTorch,1.0,0.0,1.0,1,1,rk4,3.5\n"
            "0,0_1,COMPLETED,BoTorch,2.0,1.0,1.0,1,1,rk4,3.5\n");
}

TEST(SchedulerJson, HasTheKeysOfPythonBoaAndFullPrecision) {
  core::Experiment experiment = export_experiment();
  complete(experiment, add_export_trial(experiment, 0.1 + 0.2, 1, 1, 1, "rk4"), {{"0_0", "loss", 1e-11, {}}});
  const Node options = Node::object({{"total_trials", 5}, {"trial_type", "TRIAL"}, {"logging_level", "20"}});
  const Node node = to_scheduler_json(experiment, {{"options", options}}, "/e", "1.2");
  for (const char* key : {"_type", "experiment", "generation_strategy", "options", "scheduler_filepath", "opt_csv",
                          "boa_version", "wrapper"}) {
    EXPECT_TRUE(node.contains(key)) << key;
  }
  EXPECT_EQ(node.at("_type").as_string(), "Scheduler");
  EXPECT_EQ(node.at("options").at("__type").as_string(), "SchedulerOptions");
  EXPECT_EQ(node.at("options").at("trial_type").at("__type").as_string(), "TrialType");
  EXPECT_EQ(node.at("options").at("trial_type").at("name").as_string(), "TRIAL");
  EXPECT_EQ(node.at("options").at("logging_level").as_int(), 20);
  EXPECT_EQ(node.at("opt_csv").at("pathsegments").at(0).as_string(), "/e/optimization.csv");
  const Node& entry = node.at("experiment").at("data_by_trial").at("0").at("value").at(0).at(1);
  const Node frame = util::parse_json(entry.at("df").at("value").as_string());
  std::vector<std::string> columns;
  for (const auto& [column, values] : frame.as_object()) columns.push_back(column);
  EXPECT_THAT(columns,
              ::testing::ElementsAre("arm_name", "metric_name", "mean", "sem", "trial_index", "n", "frac_nonnull"));
  EXPECT_EQ(frame.at("mean").at("0").as_double(), 1e-11);
  EXPECT_EQ(frame.at("frac_nonnull").at("0").as_double(), 1e-11);
  EXPECT_EQ(frame.at("n").at("0").as_int(), 10000);
}

TEST(SchedulerJson, ComesBackWithItsDocuments) {
  core::Experiment experiment = export_experiment(true);
  complete(experiment, add_export_trial(experiment, 0.3, 1, 1, 1, "rk4"), {{"0_0", "loss", 0.1, 0.5}});
  const Documents documents = {
      {"options", Node::object({{"total_trials", 5}, {"trial_type", "BATCH_TRIAL"}, {"logging_level", "20"}})},
      {"generation_strategy", Node::object({{"name", "Sobol"}})},
      {"wrapper", Node::object({{"__type", "ScriptWrapper"}})},
      {"run", Node::object({{"goal", 5}})},
      {"config", Node::object({{"text", "a: 1\n"}})}};
  const std::string text = util::write_json(to_scheduler_json(experiment, documents, "/e", "1.2"), 4);
  const Snapshot snapshot = from_scheduler_json(util::parse_json(text));
  EXPECT_EQ(snapshot.documents, documents);
  EXPECT_EQ(snapshot.experiment.search_space(), experiment.search_space());
  EXPECT_EQ(snapshot.experiment.trial(0).data.at(0).sem, 0.5);
  EXPECT_EQ(to_optimization_csv(snapshot.experiment), to_optimization_csv(experiment));
}

TEST(SchedulerJson, OfPythonBoaIsReadAsFarAsItIsTheSame) {
  const Node node = util::parse_json(R"({"_type": "Scheduler", "wrapper": {"config": {"a": 1}}, "experiment": {
    "__type": "Experiment", "name": "single", "time_created": {"__type": "datetime", "value": "2026-11-23 19:54:11.627285"},
    "search_space": {"__type": "SearchSpace", "parameter_constraints": [], "parameters": [
      {"__type": "RangeParameter", "name": "x", "parameter_type": {"__type": "ParameterType", "name": "FLOAT"},
       "lower": 0.0, "upper": 1.0, "log_scale": false, "logit_scale": false, "digits": null, "is_fidelity": false}]},
    "optimization_config": {"__type": "OptimizationConfig", "outcome_constraints": [], "objective": {"__type": "Objective",
      "minimize": true, "metric": {"__type": "PassThrough", "name": "loss", "lower_is_better": true, "noise_sd": 0,
      "weight": null, "param_names": [], "properties": {}, "metric_func_kwargs": {}}}},
    "tracking_metrics": [], "trials": {"0": {"__type": "Trial", "index": 0, "ttl_seconds": null,
      "status": {"__type": "TrialStatus", "name": "COMPLETED"}, "run_metadata": {"job_id": 0}, "stop_metadata": {},
      "time_created": {"__type": "datetime", "value": "2026-11-23 19:54:11.752806"}, "time_completed": null,
      "generator_run": {"__type": "GeneratorRun", "model_key": "Sobol", "generation_step_index": 0, "gen_metadata": {},
        "arms": [{"__type": "Arm", "parameters": {"x": 0.4510132372379303}, "name": "0_0"}]}, "properties": {}}},
    "data_by_trial": {"0": {"__type": "OrderedDict", "value": [[1795463655570, {"__type": "Data", "df":
      {"__type": "DataFrame", "value": "{\"arm_name\":{\"0\":\"0_0\"},\"metric_name\":{\"0\":\"loss\"},\"mean\":{\"0\":1.562348571},\"sem\":{\"0\":0.0},\"trial_index\":{\"0\":0}}"}}]]}}}})");
  const Snapshot snapshot = from_scheduler_json(node);
  EXPECT_FALSE(is_own_scheduler_json(node));
  EXPECT_EQ(snapshot.documents.at("config"), Node::object({{"a", 1}}));
  EXPECT_EQ(to_optimization_csv(snapshot.experiment),
            "trial_index,arm_name,trial_status,generation_method,loss,x\n"
            "0,0_0,COMPLETED,Sobol,1.562348571,0.4510132372379303\n");
  EXPECT_EQ(snapshot.experiment.trial(0).data.at(0).sem, std::nullopt);
}

TEST(SchedulerJson, ThatIsDamagedIsNamed) {
  const TemporaryFolder folder;
  util::write_file(folder.path() / kSchedulerJsonName, R"({"_type": "Scheduler", "experiment": {"name": "e"}})");
  try {
    load_scheduler_json(folder.path());
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("experiment.optimization_config"));
    EXPECT_THAT(error.what(), HasSubstr("scheduler.json is damaged"));
  }
}

/// A clock on which every look costs a moment, so that a write takes time.
class CostlyClock final : public util::Clock {
 public:
  util::TimePoint now() const override { return inner.now(); }
  util::SteadyTime steady() const override {
    inner.advance(cost);
    return inner.steady();
  }
  mutable FakeClock inner;
  std::chrono::milliseconds cost{0};
};

class ExportWriterTest : public ::testing::Test {
 protected:
  /// How often the table was written: a marker in its place is gone after a write.
  bool writes(ExportWriter& writer, bool now = false) {
    util::write_file(folder_.path() / kCsvName, "marker");
    writer.update(experiment_, documents_, now);
    return util::read_file(folder_.path() / kCsvName) != "marker";
  }
  void change() {
    add_export_trial(experiment_, 0.001 * static_cast<double>(experiment_.next_index()), 1, 1, 1, "rk4");
  }

  TemporaryFolder folder_;
  CostlyClock clock_;
  core::Experiment experiment_ = export_experiment();
  Documents documents_;
};

TEST_F(ExportWriterTest, WritesBothFilesFromTheStart) {
  ExportWriter writer(folder_.path(), clock_);
  EXPECT_FALSE(writer.update(experiment_, documents_, true).has_value());
  EXPECT_EQ(util::read_file(folder_.path() / kCsvName), to_optimization_csv(experiment_));
  EXPECT_EQ(load_scheduler_json(folder_.path()).experiment.name(), "e");
}

TEST_F(ExportWriterTest, WritesOnlyWhatHasChanged) {
  ExportWriter writer(folder_.path(), clock_);
  EXPECT_TRUE(writes(writer));
  clock_.inner.advance(std::chrono::seconds(1000));
  EXPECT_FALSE(writes(writer));
  change();
  EXPECT_TRUE(writes(writer));
  documents_["run"] = Node(1);
  EXPECT_TRUE(writes(writer));
  EXPECT_FALSE(writes(writer));
  EXPECT_TRUE(writes(writer, true));
}

TEST_F(ExportWriterTest, TakesAtMostOnePercentOfTheTime) {
  ExportWriter writer(folder_.path(), clock_);
  writes(writer);
  int written = 0;
  const util::SteadyTime start = clock_.inner.steady();
  for (int i = 0; i < 400; ++i) {
    change();
    clock_.cost = std::chrono::milliseconds(3);  // each look at the clock; a write spans one of them
    written += writes(writer) ? 1 : 0;
    clock_.cost = std::chrono::milliseconds(0);
    clock_.inner.advance(std::chrono::milliseconds(50));
  }
  const double spent = 0.003 * written;
  const double total = std::chrono::duration<double>(clock_.inner.steady() - start).count();
  EXPECT_GT(written, 5);
  EXPECT_LE(spent, 0.01 * total + 0.003);
}

TEST_F(ExportWriterTest, WritesAtTheLatestAMinuteAfterAChange) {
  ExportWriter writer(folder_.path(), clock_);
  clock_.cost = std::chrono::seconds(10);  // so slow that 1 % would mean a pause of many minutes
  EXPECT_TRUE(writes(writer));
  clock_.cost = std::chrono::seconds(0);
  change();
  EXPECT_FALSE(writes(writer));
  clock_.inner.advance(std::chrono::seconds(59));
  EXPECT_FALSE(writes(writer));
  clock_.inner.advance(std::chrono::seconds(1));
  EXPECT_TRUE(writes(writer));
}

TEST_F(ExportWriterTest, FailureIsOneWarningAndIsMadeUpForLater) {
  const fs::path missing = folder_.path() / "missing";
  ExportWriter writer(missing, clock_);
  const auto warning = writer.update(experiment_, documents_, false);
  ASSERT_TRUE(warning.has_value());
  EXPECT_THAT(*warning, HasSubstr("the run goes on"));
  clock_.inner.advance(std::chrono::seconds(2));
  EXPECT_FALSE(writer.update(experiment_, documents_, false).has_value());
  fs::create_directory(missing);
  clock_.inner.advance(std::chrono::seconds(2));
  EXPECT_FALSE(writer.update(experiment_, documents_, false).has_value());
  EXPECT_EQ(util::read_file(missing / kCsvName), to_optimization_csv(experiment_));
}

}  // namespace
}  // namespace boa::storage
