#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "boa/storage/export_writer.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/files.hpp"

namespace boa::storage {
namespace {

namespace fs = std::filesystem;

core::Experiment bench_experiment(std::int64_t trials) {
  std::vector<core::Parameter> parameters;
  for (int i = 0; i < 6; ++i) {
    parameters.emplace_back(
        core::RangeParameter{"x" + std::to_string(i), core::ParameterType::kFloat, 0, 1e9, false, {}});
  }
  core::OptimizationConfig config;
  core::Metric metric;
  metric.name = "y";
  config.metrics = {metric};
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment("bench", core::SearchSpace(std::move(parameters), {}), config, util::SystemClock().now());
  const util::TimePoint now = util::SystemClock().now();
  for (std::int64_t i = 0; i < trials; ++i) {
    core::Parameterization point;
    for (int k = 0; k < 6; ++k) point.emplace_back("x" + std::to_string(k), static_cast<double>(i) + 0.1 * k);
    const std::int64_t index = experiment.new_trial({point}, {"Sobol", 0, {}}, false, now).index;
    experiment.mark_running(index, now);
    experiment.attach_data(index, {{std::to_string(index) + "_0", "y", 1.0 / static_cast<double>(i + 1), {}}});
    experiment.mark_completed(index, now);
  }
  return experiment;
}

/// Where benchmarks write: BOA_BENCH_DIR, else the folder it is run in. A temporary folder is often not a real disk.
class BenchFolder {
 public:
  BenchFolder() {
    const char* given = std::getenv("BOA_BENCH_DIR");
    path_ = fs::absolute(given != nullptr ? given : ".") / "boa-storage-bench";
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  ~BenchFolder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void commit_everything(Storage& storage, const core::Experiment& experiment) {
  Changes changes;
  changes.experiment = &experiment;
  for (const auto& [index, trial] : experiment.trials()) changes.trials.push_back(&trial);
  storage.commit(changes);
}

// The fsync that a durable commit cannot be faster than.
void BM_Fsync(benchmark::State& state) {
  const BenchFolder folder;
  for (auto _ : state) util::sync_folder(folder.path());
}
BENCHMARK(BM_Fsync)->Unit(benchmark::kMicrosecond)->UseRealTime();

// One trial's end and data, with so many trials in the store: must not depend on their number.
void BM_CommitOneTrial(benchmark::State& state) {
  const BenchFolder folder;
  const core::Experiment experiment = bench_experiment(state.range(0));
  const auto storage = open_sqlite(folder.path(), OpenMode::kCreate);
  commit_everything(*storage, experiment);
  std::int64_t next = 0;
  for (auto _ : state) {
    Changes changes;
    changes.trials = {&experiment.trial(next)};
    storage->commit(changes);
    next = (next + 1) % state.range(0);
  }
}
BENCHMARK(BM_CommitOneTrial)->Arg(10)->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond)->UseRealTime();

void BM_Load(benchmark::State& state) {
  const BenchFolder folder;
  commit_everything(*open_sqlite(folder.path(), OpenMode::kCreate), bench_experiment(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(open_sqlite(folder.path(), OpenMode::kReadOnly)->load());
}
BENCHMARK(BM_Load)->Arg(100)->Arg(10000)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_Export(benchmark::State& state) {
  const BenchFolder folder;
  const core::Experiment experiment = bench_experiment(state.range(0));
  ExportWriter writer(folder.path());
  for (auto _ : state) benchmark::DoNotOptimize(writer.update(experiment, {}, true));
}
BENCHMARK(BM_Export)->Arg(100)->Arg(10000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace boa::storage
