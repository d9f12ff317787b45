#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "boa/generation/generation_strategy.hpp"
#include "boa/util/rng.hpp"

// One whole suggestion through the public interface, as a run asks for it: matrices from trials, fits of all variants,
// maximization. `cold` sees an experiment whose trials remember no fit, `warm` one that a model has been asked before.
namespace boa::generation {
namespace {

using core::Experiment;
using core::Parameterization;

enum class Kind { kContinuous, kMixed };

core::SearchSpace make_space(int d, Kind kind) {
  std::vector<core::Parameter> parameters;
  for (int j = 0; j < d; ++j) {
    const std::string name = "x" + std::to_string(j);
    if (kind == Kind::kMixed && j == 0) {
      core::ChoiceParameter choice;
      choice.name = name;
      choice.type = core::ParameterType::kString;
      choice.values = {std::string("a"), std::string("b"), std::string("c")};
      choice.is_ordered = false;
      parameters.emplace_back(choice);
    } else if (kind == Kind::kMixed && j == 1) {
      parameters.emplace_back(core::RangeParameter{name, core::ParameterType::kInt, 0, 9, false, std::nullopt});
    } else {
      parameters.emplace_back(core::RangeParameter{name, core::ParameterType::kFloat, 0, 1, false, std::nullopt});
    }
  }
  return {parameters, {}};
}

/// Smooth, with several valleys, not separable; only the first six parameters count.
double objective(const Parameterization& point) {
  double sum = 0.0, last = 0.5;
  int j = 0;
  for (const auto& [name, value] : point) {
    if (j == 6) break;
    const auto* text = std::get_if<std::string>(&value);
    const double x = text ? ((*text)[0] - 'a') / 2.0 : core::as_double(value) / (core::as_double(value) > 1 ? 9 : 1);
    sum += std::pow(x - 0.3 - 0.05 * j, 2) + 0.3 * std::cos(4.0 * x + 2.0 * last);
    last = x;
    ++j;
  }
  return sum;
}

/// Metric k of m: the objective with the parameters in another order.
std::string metric_name(int k) { return "y" + std::to_string(k); }

/// `noise`: the standard deviation of what is added to each metric.
void complete(Experiment& experiment, const Suggestion& suggestion, int metrics, double noise) {
  const core::Trial& trial = experiment.new_trial({suggestion.parameters}, suggestion.generator_run, false, {});
  experiment.mark_running(trial.index, {});
  Parameterization point = trial.arms[0].parameters;
  util::Rng rng = util::Rng(5).split("noise", static_cast<std::uint64_t>(trial.index));
  for (int k = 0; k < metrics; ++k) {
    const double value = objective(point) + noise * rng.normal();
    experiment.attach_data(trial.index, {{trial.arms[0].name, metric_name(k), value, std::nullopt}});
    std::rotate(point.begin(), point.begin() + 1, point.end());
  }
  experiment.mark_completed(trial.index, {});
}

GenerationStrategy make_strategy(int initial, const char* model, int threads = 1) {
  GenerationStep first, second;
  first.num_trials = initial;
  second.model = model;
  return {"Sobol+BoTorch", {first, second}, 7, threads};
}

struct Case {
  Kind kind = Kind::kContinuous;
  int by_model = 0;  ///< the last trials, which the model made
  int q = 1;
  int objectives = 1;
  double noise = 0;
  const char* model = "BOTORCH_MODULAR";
  int threads = 1;
};

/// n completed trials: quasi-random ones, the last by the model.
Experiment make_experiment(int n, int d, const Case& what) {
  core::OptimizationConfig config;
  for (int k = 0; k < what.objectives; ++k) {
    core::Metric& metric = config.metrics.emplace_back();
    metric.name = metric_name(k);
    config.objective.terms.push_back({metric.name, 1, true});
  }
  if (what.objectives > 1) config.objective.kind = core::Objective::Kind::kMulti;
  Experiment experiment("bench", make_space(d, what.kind), config, {});
  GenerationStrategy strategy = make_strategy(n - what.by_model, what.model);
  for (int i = 0; i < n; ++i)
    complete(experiment, strategy.gen(experiment, 1).points.at(0), what.objectives, what.noise);
  return experiment;
}

/// A strategy that has generated nothing yet, as in a process that resumes: it fits anew each time.
void run(benchmark::State& state, int n, int d, const Case& what) {
  const Experiment experiment = make_experiment(n, d, what);
  for (auto _ : state) {
    GenerationStrategy strategy = make_strategy(n - what.by_model, what.model, what.threads);
    benchmark::DoNotOptimize(strategy.gen(experiment, what.q));
  }
}

void run(benchmark::State& state, const Case& what) {
  run(state, static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), what);
}

void suggestion_warm(benchmark::State& state) { run(state, {.by_model = 2}); }
void suggestion_cold(benchmark::State& state) { run(state, {}); }
void suggestion_mixed(benchmark::State& state) { run(state, {.kind = Kind::kMixed, .by_model = 2}); }
void suggestion_batch(benchmark::State& state) { run(state, {.by_model = 2, .q = static_cast<int>(state.range(2))}); }
void suggestion_objectives(benchmark::State& state) {
  run(state, {.by_model = 2, .objectives = static_cast<int>(state.range(2))});
}
void suggestion_noisy_objectives(benchmark::State& state) {
  run(state, {.by_model = 2, .objectives = static_cast<int>(state.range(2)), .noise = 0.1});
}
void suggestion_saasbo(benchmark::State& state) { run(state, {.model = "SAASBO"}); }

/// Wall time, by the number of threads.
void by_threads(benchmark::State& state, int n, int d, Case what) {
  what.threads = static_cast<int>(state.range(0));
  run(state, n, d, what);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int n : {20, 50, 100, 200, 500, 1000, 2000}) benchmark->Args({n, 6});
  for (const int d : {2, 20, 50, 100}) benchmark->Args({100, d});
  benchmark->ArgNames({"n", "d"})->Unit(benchmark::kMillisecond);
}

BENCHMARK(suggestion_warm)->Apply(sizes)->Args({4000, 6})->Args({8000, 6})->Args({16000, 6});
BENCHMARK(suggestion_cold)->Apply(sizes);
BENCHMARK(suggestion_mixed)->Args({50, 4})->Args({100, 4})->ArgNames({"n", "d"})->Unit(benchmark::kMillisecond);
BENCHMARK(suggestion_batch)->Args({100, 6, 8})->ArgNames({"n", "d", "q"})->Unit(benchmark::kMillisecond);
BENCHMARK(suggestion_objectives)
    ->Args({100, 6, 2})
    ->Args({100, 6, 3})
    ->ArgNames({"n", "d", "m"})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(suggestion_noisy_objectives)
    ->Args({100, 6, 2})
    ->Args({100, 6, 3})
    ->ArgNames({"n", "d", "m"})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(suggestion_saasbo)->Args({50, 20})->ArgNames({"n", "d"})->Unit(benchmark::kMillisecond);

void threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(by_threads, n = 200, 200, 6, {.by_model = 2})->Apply(threads);
BENCHMARK_CAPTURE(by_threads, n = 1000, 1000, 6, {.by_model = 2})->Apply(threads);
BENCHMARK_CAPTURE(by_threads, n = 100 d = 50, 100, 50, {.by_model = 2})->Apply(threads);
BENCHMARK_CAPTURE(by_threads, three objectives n = 100, 100, 6, {.by_model = 2, .objectives = 3})->Apply(threads);
BENCHMARK_CAPTURE(by_threads, SAASBO n = 50 d = 20, 50, 20, {.model = "SAASBO"})->Apply(threads);

}  // namespace
}  // namespace boa::generation
