#include "boa/generation/named_acquisitions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/candidates.hpp"
#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/math/sobol.hpp"

namespace boa::generation {
namespace named_acquisitions_test {

/// Nine values of a smooth function of two parameters, without noise.
core::Experiment observed() {
  const auto range = [](const char* name) {
    return core::RangeParameter{name, core::ParameterType::kFloat, 0, 1, false, {}};
  };
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment("named", core::SearchSpace({range("a"), range("b")}, {}), config, {});
  const Matrix X = math::Sobol(2, util::Rng(6)).draw(9);
  for (Index i = 0; i < X.rows(); ++i) {
    const std::int64_t index = experiment.new_trial({{{"a", X(i, 0)}, {"b", X(i, 1)}}}, {}, false, {}).index;
    experiment.mark_running(index, {});
    const double value = std::sin(6 * X(i, 0)) + std::cos(5 * X(i, 1));
    experiment.attach_data(index, {{experiment.trial(index).arms[0].name, "y", value, {}}});
    experiment.mark_completed(index, {});
  }
  return experiment;
}

class PendingPoints : public ::testing::TestWithParam<std::string> {};

/// Monte Carlo forms count the gain of pending points with every candidate's, so that it is at a pending point least.
TEST_P(PendingPoints, PromiseTheLeastGainAndNoPointALoss) {
  const NamedAcquisition& named = *find_acquisition(GetParam());
  const core::Experiment experiment = observed();
  const UnitSpace space(experiment.search_space());
  const ModelData data = make_model_data(experiment, space, {});
  const Surrogate surrogate = less_exact(fit_surrogate(data, space, util::Rng(1)));
  const Incumbents incumbents = rank_observed(data, surrogate);
  const util::Rng rng(3);
  const auto made_with = [&](const Matrix& pending) {
    return named.make({surrogate, incumbents, space.domain(), pending, rng, {}});
  };
  const auto gain = [&named](double value) { return named.scale == AcquisitionScale::kLog ? std::exp(value) : value; };
  const auto alone = made_with(Matrix(0, 2));
  const acquisition::AcqfOptimum best = acquisition::optimize_acqf(*alone, space.domain(), {}, rng);
  const auto beside = made_with(best.X);
  const Vector elsewhere = beside->values(acquisition::spread_points(space.domain(), 200, rng));
  const double least = gain(elsewhere.minCoeff()), most = gain(elsewhere.maxCoeff());
  EXPECT_GE(least, 0);
  EXPECT_GT(most, least);
  EXPECT_LT(gain(beside->values(best.X)[0]), least + 0.1 * (most - least));
}

/// Those of one objective whose values are gains, or logarithms of them; a probability of any gain says little where
/// hardly any is left.
std::vector<std::string> gains() {
  std::vector<std::string> names;
  for (const NamedAcquisition& named : named_acquisitions()) {
    if (named.for_several || named.needs_fidelity || named.scale == AcquisitionScale::kAny) continue;
    if (named.name.find("ProbabilityOfImprovement") == std::string_view::npos) names.emplace_back(named.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(NamedAcquisitions, PendingPoints, ::testing::ValuesIn(gains()),
                         [](const auto& made) { return made.param; });

}  // namespace named_acquisitions_test
}  // namespace boa::generation
