#include "boa/core/ax_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::Node;

util::TimePoint ax_test_time() { return util::parse_ax_datetime("2026-11-23 19:59:13.123456"); }

SearchSpace ax_test_space() {
  return SearchSpace(
      {RangeParameter{"x.\"1\"", ParameterType::kFloat, 0.1, 100, true, 3},
       ChoiceParameter{"method", ParameterType::kString, {std::string("euler"), std::string("rk4")}, false},
       RangeParameter{"n", ParameterType::kInt, 1, 20, false, std::nullopt},
       ChoiceParameter{"level", ParameterType::kInt, {std::int64_t{1}, std::int64_t{2}}, true},
       FixedParameter{"on", ParameterType::kBool, true}},
      {{{{"x.\"1\"", 1.0}, {"n", -0.05}}, 1.2, "x.\"1\" - .05*n <= 1.2"}});
}

Metric ax_test_metric(const std::string& name) {
  Metric metric;
  metric.name = name;
  return metric;
}

OptimizationConfig ax_test_config() {
  OptimizationConfig config;
  Metric known = ax_test_metric("known");
  known.noise = NoiseKind::kKnown;
  known.noise_sd = 0;
  known.minimize = false;
  known.weight = 2.5;
  known.param_names = {"n", "level"};
  known.properties = Node::object({{"a", 1}});
  Metric unknown = ax_test_metric("unknown");
  unknown.noise = NoiseKind::kUnknown;
  Metric info = ax_test_metric("info");
  info.info_only = true;
  info.is_cost = true;
  config.metrics = {info, known, unknown, ax_test_metric("extra")};
  config.objective.kind = Objective::Kind::kScalarized;
  config.objective.minimize = false;
  config.objective.terms = {{"unknown", 0.5, true}, {"known", 2.5, false}};
  config.outcome_constraints = {
      {{{"extra", 1.0}}, OutcomeConstraint::Op::kGreaterEqual, -0.25, "extra >= -.25"},
      {{{"extra", 2.0}, {"known", -1.0}}, OutcomeConstraint::Op::kLessEqual, 7, "2*extra - known <= 7"}};
  return config;
}

void expect_same_metric(const Metric& a, const Metric& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.function, b.function);
  EXPECT_EQ(a.minimize, b.minimize);
  EXPECT_EQ(a.noise, b.noise);
  EXPECT_EQ(a.noise_sd, b.noise_sd);
  EXPECT_EQ(a.info_only, b.info_only);
  EXPECT_EQ(a.is_cost, b.is_cost);
  EXPECT_EQ(a.weight, b.weight);
  EXPECT_EQ(a.param_names, b.param_names);
  EXPECT_EQ(a.properties, b.properties);
}

/// Through text, as a file does.
Node ax_reread(const Node& node) { return util::parse_json(util::write_json(node, 4)); }

TEST(AxJson, SearchSpaceComesBackUnchanged) {
  const SearchSpace space = ax_test_space();
  EXPECT_EQ(search_space_from_ax(ax_reread(search_space_to_ax(space))), space);
}

TEST(AxJson, BoundsOfIntegerParametersAreIntegers) {
  const Node node = search_space_to_ax(ax_test_space());
  EXPECT_EQ(node.at("parameters").at(2).at("lower"), Node(1));
  EXPECT_EQ(node.at("parameters").at(0).at("upper"), Node(100.0));
}

TEST(AxJson, ConfigurationComesBackWithTheOrderOfItsMetrics) {
  const OptimizationConfig config = ax_test_config();
  const OptimizationConfig again = optimization_config_from_ax(ax_reread(optimization_config_to_ax(config)),
                                                               ax_reread(tracking_metrics_to_ax(config)));
  ASSERT_EQ(again.metrics.size(), config.metrics.size());
  for (std::size_t i = 0; i < config.metrics.size(); ++i) expect_same_metric(again.metrics[i], config.metrics[i]);
  EXPECT_EQ(again.objective.kind, config.objective.kind);
  EXPECT_EQ(again.objective.minimize, config.objective.minimize);
  ASSERT_EQ(again.objective.terms.size(), 2U);
  EXPECT_EQ(again.objective.terms[1].metric, "known");
  EXPECT_EQ(again.objective.terms[1].weight, 2.5);
  EXPECT_FALSE(again.objective.terms[1].minimize);
  ASSERT_EQ(again.outcome_constraints.size(), 2U);
  EXPECT_EQ(again.outcome_constraints[0].op, OutcomeConstraint::Op::kGreaterEqual);
  EXPECT_EQ(again.outcome_constraints[0].bound, -0.25);
  EXPECT_EQ(again.outcome_constraints[1].coefficients, config.outcome_constraints[1].coefficients);
  EXPECT_EQ(again.outcome_constraints[1].text, "2*extra - known <= 7");
}

TEST(AxJson, SeveralObjectivesKeepTheirDirectionsAndThresholds) {
  OptimizationConfig config;
  config.metrics = {ax_test_metric("loss"), ax_test_metric("gain")};
  config.objective.kind = Objective::Kind::kMulti;
  config.objective.terms = {{"loss", 1, true}, {"gain", 1, false}};
  config.objective_thresholds = {{{{"gain", 1.0}}, OutcomeConstraint::Op::kGreaterEqual, 3, "gain >= 3"}};
  const Node node = ax_reread(optimization_config_to_ax(config));
  EXPECT_EQ(node.at("__type").as_string(), "MultiObjectiveOptimizationConfig");
  const OptimizationConfig again = optimization_config_from_ax(node, Node());
  EXPECT_TRUE(again.objective.terms[0].minimize);
  EXPECT_FALSE(again.objective.terms[1].minimize);
  ASSERT_EQ(again.objective_thresholds.size(), 1U);
  EXPECT_EQ(again.objective_thresholds[0].text, "gain >= 3");
}

Trial ax_test_trial() {
  Trial trial;
  trial.index = 3;
  trial.status = TrialStatus::kFailed;
  trial.arms = {{"3_0",
                 {{"x.\"1\"", 0.5},
                  {"method", std::string("rk4")},
                  {"n", std::int64_t{2}},
                  {"level", std::int64_t{1}},
                  {"on", true}}}};
  trial.generator_run = {"Sobol", 0, Node::object({{"position", 4}})};
  trial.time_created = ax_test_time();
  trial.time_completed = ax_test_time() + std::chrono::seconds(5);
  trial.ttl_seconds = 60;
  trial.failed_reason = "the model said \"no\"\nand left";
  trial.run_metadata = Node::object({{"job_id", 3}});
  return trial;
}

TEST(AxJson, TrialComesBackUnchanged) {
  const Trial trial = ax_test_trial();
  const Trial again = trial_from_ax(ax_reread(trial_to_ax(trial)));
  EXPECT_EQ(again.index, 3);
  EXPECT_EQ(again.status, TrialStatus::kFailed);
  EXPECT_FALSE(again.is_batch);
  ASSERT_EQ(again.arms.size(), 1U);
  EXPECT_EQ(again.arms[0].name, "3_0");
  EXPECT_EQ(again.arms[0].parameters, trial.arms[0].parameters);
  EXPECT_EQ(again.generator_run.model_key, "Sobol");
  EXPECT_EQ(again.generator_run.generation_step_index, 0);
  EXPECT_EQ(again.generator_run.gen_metadata, trial.generator_run.gen_metadata);
  EXPECT_EQ(again.time_created, trial.time_created);
  EXPECT_EQ(again.time_staged, std::nullopt);
  EXPECT_EQ(again.time_completed, trial.time_completed);
  EXPECT_EQ(again.ttl_seconds, 60);
  EXPECT_EQ(again.failed_reason, trial.failed_reason);
  EXPECT_EQ(again.run_metadata, trial.run_metadata);
  EXPECT_TRUE(again.stop_metadata.is_null());
}

TEST(AxJson, BatchTrialKeepsAllItsArms) {
  Trial trial = ax_test_trial();
  trial.is_batch = true;
  trial.arms.push_back({"3_1", {{"n", std::int64_t{7}}}});
  const Node node = ax_reread(trial_to_ax(trial));
  EXPECT_EQ(node.at("__type").as_string(), "BatchTrial");
  const Trial again = trial_from_ax(node);
  EXPECT_TRUE(again.is_batch);
  ASSERT_EQ(again.arms.size(), 2U);
  EXPECT_EQ(again.arms[1].name, "3_1");
  EXPECT_EQ(again.generator_run.model_key, "Sobol");
}

TEST(AxJson, TrialFileHasParametersInFileOrder) {
  const Node node = trial_to_ax(ax_test_trial(), ax_test_space());
  std::vector<std::string> names;
  for (const auto& [name, value] : node.at("generator_run").at("arms").at(0).at("parameters").as_object()) {
    names.push_back(name);
  }
  EXPECT_THAT(names, ElementsAre("x.\"1\"", "n", "level", "method", "on"));
}

TEST(AxJson, ReasonThatIsNoUtf8CanStillBeRead) {
  Trial trial = ax_test_trial();
  trial.failed_reason = "caf\xE9 \xC3\xA9";
  EXPECT_EQ(trial_from_ax(ax_reread(trial_to_ax(trial))).failed_reason, "caf\xEF\xBF\xBD \xC3\xA9");
}

TEST(AxJson, DataKeepsEveryNumberAndWhetherTheSemWasGiven) {
  const OptimizationConfig config = ax_test_config();
  Trial trial = ax_test_trial();
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  trial.data = {{"3_0", "known", 0.1 + 0.2, 0.0},
                {"3_0", "extra", -inf, std::nullopt},
                {"3_0", "unknown", nan, std::nullopt},
                {"3_0", "info", 5e-324, 1e300}};
  const std::vector<DataRow> rows = data_from_ax(ax_reread(data_to_ax(trial, config)), config, "data");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].mean, 0.1 + 0.2);
  EXPECT_EQ(rows[0].sem, 0.0);
  EXPECT_EQ(rows[1].mean, -inf);
  EXPECT_EQ(rows[1].sem, std::nullopt);
  EXPECT_TRUE(std::isnan(rows[2].mean));
  EXPECT_EQ(rows[2].sem, std::nullopt);
  EXPECT_EQ(rows[3].mean, 5e-324);
  EXPECT_EQ(rows[3].sem, 1e300);
}

TEST(AxJson, NewestDataCounts) {
  const Node node = util::parse_json(R"({"__type": "OrderedDict", "value": [
    [200, {"__type": "Data", "df": {"__type": "DataFrame", "value":
      "{\"arm_name\":{\"0\":\"1_0\"},\"metric_name\":{\"0\":\"y\"},\"mean\":{\"0\":2.0},\"sem\":{\"0\":null}}"}}],
    [100, {"__type": "Data", "df": {"__type": "DataFrame", "value":
      "{\"arm_name\":{\"0\":\"1_0\"},\"metric_name\":{\"0\":\"y\"},\"mean\":{\"0\":1.0},\"sem\":{\"0\":0.5}}"}}]]})");
  const std::vector<DataRow> rows = data_from_ax(node, {}, "data");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].mean, 2.0);
  ASSERT_TRUE(rows[0].sem.has_value());
  EXPECT_TRUE(std::isnan(*rows[0].sem));
}

TEST(AxJson, ConstraintsOfAxAreReadAsLinearOnes) {
  const Node node = util::parse_json(R"({"parameters": [], "parameter_constraints": [
    {"__type": "OrderConstraint", "lower_name": "a", "upper_name": "b"},
    {"__type": "SumConstraint", "parameter_names": ["a", "b"], "is_upper_bound": true, "bound": 3.0},
    {"__type": "SumConstraint", "parameter_names": ["a", "b"], "is_upper_bound": false, "bound": 2.0}]})");
  const SearchSpace space = search_space_from_ax(node);
  const Parameterization point = {{"a", 1.5}, {"b", 1.0}};
  ASSERT_EQ(space.constraints().size(), 3U);
  EXPECT_FALSE(space.constraints()[0].is_satisfied(point));
  EXPECT_TRUE(space.constraints()[1].is_satisfied(point));
  EXPECT_TRUE(space.constraints()[2].is_satisfied(point));
  EXPECT_FALSE(space.constraints()[2].is_satisfied({{"a", 0.5}, {"b", 1.0}}));
}

TEST(AxJson, WhatIsMissingIsNamedWithItsPath) {
  Node node = search_space_to_ax(ax_test_space());
  node.find("parameters")->as_array()[2].erase("upper");
  try {
    search_space_from_ax(node);
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("search_space.parameters.2.upper"));
  }
}

TEST(AxJson, TaskParameterComesBack) {
  ChoiceParameter site{"site", ParameterType::kInt, {std::int64_t{1}, std::int64_t{2}}, true};
  site.target_task = ParameterValue(std::int64_t{2});
  const SearchSpace space({site, RangeParameter{"x", ParameterType::kFloat, 0, 1, false, {}}}, {});
  Node node = search_space_to_ax(space);
  EXPECT_TRUE(node.find("parameters")->as_array()[0].at("is_task").as_bool());
  EXPECT_EQ(node.find("parameters")->as_array()[0].at("target_value").as_int(), 2);
  EXPECT_EQ(search_space_from_ax(ax_reread(node)), space);
  node.find("parameters")->as_array()[0].set("target_value", 3);
  EXPECT_THROW(search_space_from_ax(node), StorageError);
  ChoiceParameter other = site;
  other.name = "season";
  EXPECT_THROW(search_space_from_ax(search_space_to_ax(SearchSpace({site, other}, {}))), StorageError);
}

TEST(AxJson, WhatBoaDoesNotServeIsRefusedByName) {
  Node node = search_space_to_ax(ax_test_space());
  node.find("parameters")->as_array()[1].set("is_fidelity", true);
  EXPECT_THROW(search_space_from_ax(node), UnsupportedError);
}

TEST(AxJson, ExperimentKeepsItsNextNumber) {
  Experiment experiment("e", ax_test_space(), ax_test_config(), ax_test_time());
  experiment.new_trial(
      {{{"x.\"1\"", 0.5}, {"method", std::string("rk4")}, {"n", std::int64_t{2}}, {"level", std::int64_t{1}}}}, {},
      false, ax_test_time());
  experiment.attach_data(0, {{"0_0", "extra", 1.5, std::nullopt}});
  experiment.skip_to(12);
  const Experiment again = experiment_from_ax(ax_reread(experiment_to_ax(experiment)));
  EXPECT_EQ(again.name(), "e");
  EXPECT_EQ(again.next_index(), 12);
  EXPECT_EQ(again.search_space(), experiment.search_space());
  EXPECT_EQ(again.trial(0).data.at(0).mean, 1.5);
  EXPECT_EQ(again.trial(0).arms.at(0).parameters, experiment.trial(0).arms.at(0).parameters);
}

}  // namespace
}  // namespace boa::core
