#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "boa/storage/storage.hpp"

/// An experiment with awkward names and values, and comparisons, for the tests of storages.
namespace boa::storage {

inline util::TimePoint storage_test_time(int seconds = 0) {
  return util::TimePoint{} + std::chrono::seconds(1795460000 + seconds) + std::chrono::microseconds(123456);
}

inline core::Experiment storage_test_experiment() {
  core::SearchSpace space(
      {core::RangeParameter{"x 'q' \"d\"\n\xC3\xA9", core::ParameterType::kFloat, -1e300, 1e300, false, {}},
       core::RangeParameter{"n", core::ParameterType::kInt, 0, 1000000, false, {}}},
      {});
  core::OptimizationConfig config;
  core::Metric metric;
  metric.name = "y";
  config.metrics = {metric};
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment("an 'experiment'", space, config, storage_test_time());
  experiment.properties() = util::Node::object({{"k", "v"}});
  return experiment;
}

inline void add_storage_trial(core::Experiment& experiment, double x) {
  experiment.new_trial({{{"x 'q' \"d\"\n\xC3\xA9", x}, {"n", experiment.next_index()}}}, {"Sobol", 0, {}}, false,
                       storage_test_time());
}

inline Changes everything(const core::Experiment& experiment, const Documents& documents = {}) {
  Changes changes;
  changes.experiment = &experiment;
  changes.documents = documents;
  for (const auto& [index, trial] : experiment.trials()) changes.trials.push_back(&trial);
  return changes;
}

inline void expect_same_data(const std::vector<core::DataRow>& a, const std::vector<core::DataRow>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].arm_name, b[i].arm_name);
    EXPECT_EQ(a[i].metric, b[i].metric);
    // Bit for bit, the sign of zero included; NaN equals NaN.
    EXPECT_TRUE((std::isnan(a[i].mean) && std::isnan(b[i].mean)) ||
                std::bit_cast<std::uint64_t>(a[i].mean) == std::bit_cast<std::uint64_t>(b[i].mean))
        << a[i].mean << " " << b[i].mean;
    EXPECT_EQ(util::Node(a[i].sem.value_or(-7)), util::Node(b[i].sem.value_or(-7)));
  }
}

inline void expect_same_trial(const core::Trial& a, const core::Trial& b) {
  EXPECT_EQ(a.index, b.index);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.is_batch, b.is_batch);
  ASSERT_EQ(a.arms.size(), b.arms.size());
  for (std::size_t i = 0; i < a.arms.size(); ++i) {
    EXPECT_EQ(a.arms[i].name, b.arms[i].name);
    EXPECT_EQ(a.arms[i].parameters, b.arms[i].parameters);
  }
  EXPECT_EQ(a.generator_run.model_key, b.generator_run.model_key);
  EXPECT_EQ(a.generator_run.generation_step_index, b.generator_run.generation_step_index);
  EXPECT_EQ(a.generator_run.gen_metadata, b.generator_run.gen_metadata);
  EXPECT_EQ(a.time_created, b.time_created);
  EXPECT_EQ(a.time_staged, b.time_staged);
  EXPECT_EQ(a.time_run_started, b.time_run_started);
  EXPECT_EQ(a.time_completed, b.time_completed);
  EXPECT_EQ(a.ttl_seconds, b.ttl_seconds);
  EXPECT_EQ(a.failed_reason, b.failed_reason);
  EXPECT_EQ(a.abandoned_reason, b.abandoned_reason);
  EXPECT_EQ(a.run_metadata, b.run_metadata);
  EXPECT_EQ(a.stop_metadata, b.stop_metadata);
  EXPECT_EQ(a.properties, b.properties);
  expect_same_data(a.data, b.data);
}

inline void expect_same_snapshot(const Snapshot& snapshot, const core::Experiment& experiment,
                                 const Documents& documents) {
  EXPECT_EQ(snapshot.experiment.name(), experiment.name());
  EXPECT_EQ(snapshot.experiment.search_space(), experiment.search_space());
  EXPECT_EQ(snapshot.experiment.time_created(), experiment.time_created());
  EXPECT_EQ(snapshot.experiment.properties(), experiment.properties());
  EXPECT_EQ(snapshot.experiment.next_index(), experiment.next_index());
  EXPECT_EQ(snapshot.documents, documents);
  ASSERT_EQ(snapshot.experiment.num_trials(), experiment.num_trials());
  for (const auto& [index, trial] : experiment.trials()) expect_same_trial(snapshot.experiment.trial(index), trial);
}

inline std::string storage_error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const StorageError& error) {
    return error.describe();
  }
  return "no StorageError";
}

inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

/// A store with `trials` trials, closed.
inline core::Experiment make_store(const std::filesystem::path& folder, int trials = 3) {
  core::Experiment experiment = storage_test_experiment();
  for (int i = 0; i < trials; ++i) add_storage_trial(experiment, i + 0.5);
  open_sqlite(folder, OpenMode::kCreate)->commit(everything(experiment));
  return experiment;
}

}  // namespace boa::storage
