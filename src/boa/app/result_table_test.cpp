#include "boa/app/result_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "boa/storage/optimization_csv.hpp"
#include "boa/util/rng.hpp"

namespace boa::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

core::Metric table_metric(const std::string& name, bool info_only = false) {
  core::Metric metric;
  metric.name = name;
  metric.info_only = info_only;
  return metric;
}

/// Trials 0 (COMPLETED, y = 1), 1 and 2 (RUNNING), 3 (FAILED).
core::Experiment table_experiment() {
  core::OptimizationConfig config;
  config.objective.terms = {{"y", 1, true}};
  config.metrics = {table_metric("y"), table_metric("extra", true)};
  core::Experiment experiment("e",
                              core::SearchSpace({core::RangeParameter{.name = "x", .digits = std::nullopt},
                                                 core::FixedParameter{"on", core::ParameterType::kBool, true}},
                                                {}),
                              config, {});
  for (int i = 0; i < 4; ++i) {
    experiment.new_trial({{{"x", 0.123456789 + 0.1 * i}}}, {}, false, {});
    experiment.mark_running(i, {});
  }
  experiment.attach_data(0, {{"0_0", "y", 1.0, std::nullopt}});
  experiment.mark_completed(0, {});
  experiment.mark_failed(3, "broken", {});
  return experiment;
}

ResultTable read(const std::string& text) { return read_result_table(text, table_experiment()); }

TEST(ResultTable, TheTableAsItWasWrittenSaysNothingNew) {
  const ResultTable table = read(storage::to_fillable_csv(table_experiment()));
  EXPECT_TRUE(table.values.empty());
  EXPECT_THAT(table.not_understood, ElementsAre());
}

TEST(ResultTable, RowsBelongToTrialsByTheirNumberInAnyOrderAndNumber) {
  const ResultTable table = read("y,trial_index,note\n 2.5 ,2,hello\n,1\n1.5,0\n");
  ASSERT_EQ(table.values.size(), 2U);
  EXPECT_EQ(table.values[0].trial, 2);
  ASSERT_EQ(table.values[0].metrics.size(), 1U);
  EXPECT_EQ(table.values[0].metrics[0].mean, 2.5);
  EXPECT_EQ(table.values[1].trial, 0);  // a correction
  EXPECT_THAT(table.not_understood, ElementsAre());
}

TEST(ResultTable, WhatIsUnknownStaysOpen) {
  for (const char* unknown : {"", "NA", "nan", "None", " null "}) {
    EXPECT_TRUE(read(std::string("trial_index,y\n1,") + unknown + "\n").values.empty()) << unknown;
  }
}

TEST(ResultTable, ValuesOfTrackedMetricsAloneAreTakenToo) {
  const ResultTable table = read("trial_index,extra,y\n1,7,NA\n0,1e-3,1.0\n");
  ASSERT_EQ(table.values.size(), 2U);
  EXPECT_EQ(table.values[0].metrics[0].metric, "extra");
  EXPECT_EQ(table.values[1].metrics[0].mean, 1e-3);
}

TEST(ResultTable, RowsThatAreNotUnderstoodAreNamedAndLeftOut) {
  const struct {
    const char* row;
    const char* why;
  } cases[] = {
      {"one,2", "line 2: trial_index is 'one', which is no whole number"},
      {"1.5,2", "no whole number"},
      {",2", "no whole number"},
      {"9,2", "there is no trial 9"},
      {"-1,2", "there is no trial -1"},
      {"1,abc", "trial 1: 'abc' in column 'y' is no finite number"},
      {"1,1 000", "is no finite number"},
      {"1,inf", "is no finite number"},
      {"1,1e999", "is no finite number"},
      {"1,2,3", "3 fields where the header has 2"},
      {"3,2", "trial 3: it is FAILED and takes no value"},
  };
  for (const auto& c : cases) {
    const ResultTable table = read(std::string("trial_index,y\n") + c.row + "\n2,5\n");
    EXPECT_THAT(table.not_understood, ElementsAre(HasSubstr(c.why))) << c.row;
    ASSERT_EQ(table.values.size(), 1U) << c.row;
    EXPECT_EQ(table.values[0].trial, 2) << c.row;
  }
  EXPECT_THAT(read("trial_index,y\n1,2\n1,3\n").not_understood, ElementsAre(HasSubstr("a second row of trial 1")));
  EXPECT_THAT(read("index,y\n1,2\n").not_understood, ElementsAre(HasSubstr("no column 'trial_index'")));
  EXPECT_THAT(read("trial_index,Y\n1,2\n").not_understood, ElementsAre(HasSubstr("no column for the metric 'y'")));
}

TEST(ResultTable, AValueForAnotherPointIsNotTaken) {
  EXPECT_EQ(read("trial_index,x,on,y\n1,0.22345679,TRUE,2\n").values.size(), 1U);  // as a spreadsheet writes it
  const ResultTable table = read("trial_index,x,on,y\n1,0.3,True,2\n2,0.323456789,False,3\n");
  EXPECT_TRUE(table.values.empty());
  EXPECT_THAT(table.not_understood, ElementsAre(HasSubstr("its parameter 'x' is 0.223456789, the table has '0.3'"),
                                                HasSubstr("its parameter 'on' is True")));
  EXPECT_TRUE(read("trial_index,x,y\n1,0.3,\n").not_understood.empty());  // nothing to take
  const ResultTable closing = read("trial_index,trial_status,x,y\n1,FAILED,0.3,\n2,ABANDONED,0.323456789,\n");
  EXPECT_THAT(closing.failed, ElementsAre());
  EXPECT_THAT(closing.abandoned, ElementsAre(2));
  EXPECT_THAT(closing.not_understood, ElementsAre(HasSubstr("the table has '0.3'")));
}

TEST(ResultTable, ARunningTrialMayBeMarkedAsFailedOrAbandoned) {
  const ResultTable table = read("trial_index,trial_status,y\n0,FAILED,1\n1,failed,NA\n2,ABANDONED,NA\n");
  EXPECT_THAT(table.failed, ElementsAre(1));
  EXPECT_THAT(table.abandoned, ElementsAre(2));
  EXPECT_TRUE(table.values.empty());
}

TEST(ResultTable, AnyTextIsReadOrNamed) {
  const std::string whole = storage::to_fillable_csv(table_experiment());
  const core::Experiment experiment = table_experiment();
  util::Rng rng(3);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(rng.uniform() * static_cast<double>(n)); };
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (std::size_t k = pick(6); k > 0; --k) text[pick(text.size())] = "\",\n\r0e-.\xff"[pick(9)];
    for (const scheduler::Revision& revision : read_result_table(text, experiment).values) {
      EXPECT_NE(experiment.find_trial(revision.trial), nullptr);
    }
  }
}

}  // namespace
}  // namespace boa::app
