#include "boa/analysis/best_point.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace boa::analysis {
namespace {

core::Experiment line(core::NoiseKind noise, double lucky) {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.metrics[0].noise = noise;
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment(
      "test", core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {}), config,
      {});
  for (int i = 0; i <= 20; ++i) {
    const double x = 0.05 * i;
    experiment.new_trial({{{"x", x}}}, {}, false, {});
    experiment.mark_running(i, {});
    // The bottom is at x = 0.5; one observation near the border was lucky.
    const double error = i == 19 ? lucky : 0.1 * std::sin(7.0 * i * i);
    const std::optional<double> sem = noise == core::NoiseKind::kKnown ? std::nullopt : std::optional(0.3);
    experiment.attach_data(i, {{experiment.trial(i).arms[0].name, "y", 8 * (x - 0.5) * (x - 0.5) + error, sem}});
    experiment.mark_completed(i, {});
  }
  return experiment;
}

TEST(BestByModel, LuckyObservationDoesNotWin) {
  const auto best = best_by_model(line(core::NoiseKind::kUnknown, -1.9));
  ASSERT_TRUE(best.has_value());
  EXPECT_NE(best->trial, 19);
  EXPECT_NEAR(0.05 * static_cast<double>(best->trial), 0.5, 0.25);
}

TEST(BestByModel, ExactOutcomesSpeakForThemselves) {
  EXPECT_FALSE(best_by_model(line(core::NoiseKind::kKnown, 0)).has_value());
}

TEST(BestByModel, FewPointsMakeNoModel) {
  core::Experiment experiment(
      "empty", core::SearchSpace({core::RangeParameter{"x", core::ParameterType::kFloat, 0, 1, false, {}}}, {}),
      line(core::NoiseKind::kUnknown, 0).optimization_config(), {});
  EXPECT_FALSE(best_by_model(experiment).has_value());
}

}  // namespace
}  // namespace boa::analysis
