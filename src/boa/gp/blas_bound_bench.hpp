#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <functional>

namespace boa::gp {

/// Processor time of one call, the least of several measurements.
inline double seconds_of(const std::function<void()>& work) {
  double best = 1e9;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const std::clock_t begin = std::clock();
    int count = 0;
    while (std::clock() - begin < CLOCKS_PER_SEC / 100) work(), ++count;
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / count);
  }
  return best;
}

/// Counter `bound`: the seconds that `work`, the products and factorisations of the machine's BLAS alone, takes in the
/// same run, as a share of what one iteration took.
inline void report_bound(benchmark::State& state, const std::function<void()>& work) {
  const double bound = seconds_of(work);
  state.counters["bound"] =
      benchmark::Counter(bound * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// Numbers of observations and of columns.
inline void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int n : {20, 50, 100, 200, 500, 1000, 2000}) benchmark->Args({n, 6});
  for (const int d : {2, 20, 50, 100}) benchmark->Args({100, d});
  benchmark->ArgNames({"n", "d"})->Unit(benchmark::kMicrosecond);
}

}  // namespace boa::gp
