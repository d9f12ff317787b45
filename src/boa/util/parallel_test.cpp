#include "boa/util/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace boa::util {
namespace {

TEST(ParallelFor, EveryIndexIsTakenOnce) {
  for (const int threads : {-1, 0, 1, 2, 7}) {
    std::vector<int> calls(100, 0);
    parallel_for(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    EXPECT_EQ(calls, std::vector<int>(100, 1)) << threads;
  }
}

TEST(ParallelFor, NothingToDoIsDone) {
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, ThreadsWorkAtTheSameTime) {
  // Each call waits for the other: on one thread this would never end.
  std::atomic<int> present = 0;
  parallel_for(2, 2, [&](std::size_t) {
    ++present;
    present.notify_all();
    for (int seen = present.load(); seen < 2; seen = present.load()) present.wait(seen);
  });
  EXPECT_EQ(present, 2);
}

TEST(ParallelFor, TheFirstExceptionByIndexComesBack) {
  for (const int threads : {1, 2, 5}) {
    std::atomic<int> calls = 0;
    try {
      parallel_for(50, threads, [&](std::size_t i) {
        ++calls;
        if (i % 10 == 7) throw std::runtime_error(std::to_string(i));
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "7") << threads;
    }
    EXPECT_GE(calls, 8) << threads;
  }
}

TEST(ParallelFor, CallsMayCallIt) {
  std::vector<std::vector<int>> results(6, std::vector<int>(5, 0));
  parallel_for(results.size(), 3, [&](std::size_t i) {
    parallel_for(results[i].size(), 2, [&](std::size_t k) { results[i][k] = static_cast<int>(i * k); });
  });
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(std::accumulate(results[i].begin(), results[i].end(), 0), static_cast<int>(10 * i));
  }
}

}  // namespace
}  // namespace boa::util
