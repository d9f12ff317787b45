#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "boa/runner/result_files.hpp"
#include "boa/testing/temporary_folder.hpp"
#include "boa/util/files.hpp"
#include "boa/util/rng.hpp"

namespace boa::runner {
namespace {

const std::vector<std::string> kSeedTexts = {
    R"({"y": 1.5, "extra": [2], "TrialStatus": ["COMPLETED"]})",
    R"({"y": {"wrapper_args": [1e-3], "sem": 0.1}, "trial_status": 5})",
    R"({"y": NaN, "extra": Infinity, "more": {"a": [1, [2, [3]]]}})",
    "y: 1.5\nextra:\n  wrapper_args: [2]\n  sem: .nan\ntrial_status: failed\n",
    "{y: &a [1, *a], <<: {extra: 3}}\n",
    "Submitted batch job 4711\n",
    R"({"y": 1, "rmse": {"y_true": [1, 2.5, 3], "y_pred": [1, 2, 4], "sample_weight": [1, 0, 2]}})",
    "y: 1\nrmse: [[1, 2], [3, 4]]\n",
};

/// A sample with bytes changed, removed, doubled, or with a piece of another sample inside.
std::string mutated(util::Rng& rng) {
  std::string text = kSeedTexts[rng.below(kSeedTexts.size())];
  const std::uint64_t changes = 1 + rng.below(3);
  for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = rng.below(text.size());
    switch (rng.below(4)) {
      case 0:
        text[at] = static_cast<char>(rng.below(256));
        break;
      case 1:
        text.erase(at, 1 + rng.below(5));
        break;
      case 2:
        text.insert(at, text.substr(at, 1 + rng.below(8)));
        break;
      default: {
        const std::string& other = kSeedTexts[rng.below(kSeedTexts.size())];
        text.insert(at, other.substr(rng.below(other.size())));
      }
    }
  }
  return text;
}

TEST(ResultFilesFuzz, WhateverAModelWritesIsReadOrRefusedWithAReason) {
  core::OptimizationConfig config;
  config.objective.terms = {{"y", 1, true}};
  config.metrics.emplace_back().name = "y";
  config.metrics.emplace_back().name = "extra";
  config.metrics.back().info_only = true;
  config.metrics.emplace_back().name = "rmse";
  config.metrics.back().info_only = true;
  config.metrics.back().function = "RootMeanSquaredError";
  const boa::testing::TemporaryFolder folder;
  util::Rng rng(20260);
  int complete = 0;
  for (int i = 0; i < 4000; ++i) {
    const bool is_json = rng.below(2) == 0;
    const auto path = folder.path() / (is_json ? "output.json" : "output.yaml");
    util::write_file(path, mutated(rng));
    const ModelReport report = read_model_report(folder.path(), {"0_0"}, config);
    if (report.result == ModelReport::Result::kComplete) {
      ++complete;
      ASSERT_FALSE(report.rows.empty());
      for (const core::DataRow& row : report.rows) ASSERT_TRUE(std::isfinite(row.mean));
    } else if (report.result != ModelReport::Result::kNone) {
      ASSERT_FALSE(report.reason.empty());
    }
    std::filesystem::remove(path);
  }
  // The mutations are mild enough that some texts stay good: both sides of the reader were reached.
  EXPECT_GT(complete, 100);
  EXPECT_LT(complete, 3900);
}

}  // namespace
}  // namespace boa::runner
