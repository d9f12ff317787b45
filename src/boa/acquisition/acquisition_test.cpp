#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/candidates.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

std::shared_ptr<const gp::GaussianProcess> acq_model(std::uint64_t seed, Index n = 10) {
  gp::TrainingData data;
  data.X = math::Sobol(2, util::Rng(seed)).draw(n);
  data.y = (4.0 * data.X.col(0).array() + static_cast<double>(seed)).sin() + data.X.col(1).array().square();
  gp::GpParameters parameters;
  parameters.noise_variance = 1e-3;
  parameters.kernel = gp::make_matern(2.5, Vector{{0.3, 0.6}});
  const gp::OutcomeScale scale = gp::standardize(data.y);
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters), scale);
}

gp::ModelList two_models() { return {acq_model(1), acq_model(2)}; }

MonteCarloSpec mc_spec(Index points, Index leading = 0, Index trailing = 0) {
  MonteCarloSpec spec;
  spec.models = two_models();
  spec.objective.weights = Vector{{1.0, -0.4}};
  spec.leading = math::Sobol(2, util::Rng(21)).draw(leading);
  spec.trailing = math::Sobol(2, util::Rng(22)).draw(trailing);
  spec.base_samples = make_base_samples(32, leading + points + trailing, 2, util::Rng(3));
  return spec;
}

/// The same with smoothing wide enough that differences resolve it.
MonteCarloSpec smooth_mc_spec(Index points, Index leading = 0, Index trailing = 0, bool constrained = true) {
  MonteCarloSpec spec = mc_spec(points, leading, trailing);
  spec.smoothing = {true, 0.05, 0.05, 0.2};
  if (constrained) spec.constraints.push_back({Vector{{0.3, 1.0}}, 0.6});
  return spec;
}

void expect_gradient_matches(const AcquisitionFunction& function, Index q) {
  for (const std::uint64_t seed : {31, 32, 33}) {
    const Matrix start = math::Sobol(2, util::Rng(seed)).draw(q);
    const auto f = [&](const std::vector<double>& x, std::vector<double>* g) {
      const Matrix X = Eigen::Map<const Matrix>(x.data(), q, 2);
      Matrix gradient;
      const double value = function.value_and_gradient(X, g ? &gradient : nullptr);
      if (g) g->assign(gradient.data(), gradient.data() + gradient.size());
      return value;
    };
    EXPECT_GRADIENT_MATCHES(f, (std::vector<double>(start.data(), start.data() + start.size())));
  }
}

void expect_batch_agrees(const AcquisitionFunction& function, Index q) {
  const Matrix X = math::Sobol(2, util::Rng(41)).draw(5 * q);
  const Vector batch = function.values(X, q);
  for (Index i = 0; i < 5; ++i) {
    EXPECT_NEAR(batch[i], function.value_and_gradient(X.middleRows(i * q, q), nullptr),
                1e-8 * (1.0 + std::abs(batch[i])));
  }
}

struct AcquisitionExample {
  std::string name;
  std::function<std::unique_ptr<AcquisitionFunction>()> make;
  Index q = 1;
};

std::vector<AcquisitionExample> acquisition_examples() {
  const ScalarObjective mixed{Vector{{1.0, -0.5}}, 0.1};
  const std::vector<OutcomeBound> bounds = {{0, -0.3, 0.9}, {1, -std::numeric_limits<double>::infinity(), 0.8}};
  return {
      {"EI", [=] { return make_ei(two_models(), mixed, 0.3); }},
      {"LogEI", [=] { return make_log_ei(two_models(), mixed, 0.3); }},
      {"LogEIFarBelow", [=] { return make_log_ei(two_models(), mixed, 30.0); }},
      {"PI", [=] { return make_pi(two_models(), mixed, 0.3); }},
      {"LogPI", [=] { return make_log_pi(two_models(), mixed, 0.3); }},
      {"UCB", [=] { return make_ucb(two_models(), mixed, 2.0); }},
      {"Mean", [=] { return make_posterior_mean(two_models(), mixed); }},
      {"Std", [=] { return make_posterior_std(two_models(), mixed); }},
      {"LogConstrainedEI", [=] { return make_log_constrained_ei(two_models(), mixed, bounds, 0.3); }},
      {"ConstrainedEI", [=] { return make_constrained_ei(two_models(), mixed, bounds, 0.3); }},
      {"LogFeasibility", [=] { return make_log_probability_of_feasibility(two_models(), bounds); }},
      {"AveragedLogEI", [] { return make_averaged_ei(two_models(), Vector{{0.2, 0.4}}, true); }},
      {"qLogEI", [] { return make_qlogei(smooth_mc_spec(3), 0.3); }, 3},
      {"qLogEIPending", [] { return make_qlogei(smooth_mc_spec(2, 0, 2), 0.3); }, 2},
      {"qLogNEI", [] { return make_qlognei(smooth_mc_spec(2, 5)); }, 2},
      {"qLogNEISingle", [] { return make_qlognei(smooth_mc_spec(1, 5, 0, false)); }, 1},
      {"qLogFeasibility", [] { return make_qlog_probability_of_feasibility(smooth_mc_spec(2)); }, 2},
      {"qSR", [] { return make_qsr(mc_spec(1)); }, 1},
      {"qUCB", [] { return make_qucb(mc_spec(1), 2.0); }, 1},
  };
}

class AcquisitionContract : public ::testing::TestWithParam<AcquisitionExample> {};

TEST_P(AcquisitionContract, GradientMatches) { expect_gradient_matches(*GetParam().make(), GetParam().q); }

TEST_P(AcquisitionContract, BatchEqualsOneByOne) { expect_batch_agrees(*GetParam().make(), GetParam().q); }

INSTANTIATE_TEST_SUITE_P(All, AcquisitionContract, ::testing::ValuesIn(acquisition_examples()),
                         [](const auto& example) { return example.param.name; });

TEST(QExpectedImprovement, OnePointApproachesTheClosedForm) {
  MonteCarloSpec spec;
  spec.models = {acq_model(1)};
  spec.base_samples = make_base_samples(4096, 1, 1, util::Rng(3));
  const auto exact = make_ei(spec.models, {}, 0.5);
  const auto sampled = make_qei(spec, 0.5);
  const Matrix X = Matrix::Constant(1, 2, 0.7);
  EXPECT_NEAR(sampled->value_and_gradient(X, nullptr), exact->value_and_gradient(X, nullptr), 1e-3);
}

TEST(QLogNei, PendingPointsLowerTheValueAround) {
  const auto function = make_qlognei(mc_spec(3, 5));
  const Matrix X = Matrix::Constant(1, 2, 0.4);
  const double before = function->value_and_gradient(X, nullptr);
  const auto conditioned = function->with_pending(X);
  EXPECT_LT(conditioned->value_and_gradient(X, nullptr), before - 1.0);
}

TEST(QLogNei, IsFiniteAtABaselinePoint) {
  MonteCarloSpec spec = mc_spec(2, 5);
  const Matrix X = spec.leading.topRows(2);
  Matrix gradient;
  EXPECT_TRUE(std::isfinite(make_qlognei(spec)->value_and_gradient(X, &gradient)));
  EXPECT_TRUE(gradient.allFinite());
}

TEST(AnalyticAcquisition, RefusesPendingPointsByName) {
  EXPECT_THROW(make_log_ei(two_models(), {}, 0.0)->with_pending(Matrix::Zero(1, 2)), UnsupportedError);
}

TEST(LogConstrainedEi, WithoutAFeasiblePointIsTheProbabilityOfFeasibility) {
  const std::vector<OutcomeBound> bounds = {{1, -std::numeric_limits<double>::infinity(), 0.5}};
  const double none = -std::numeric_limits<double>::infinity();
  const Matrix X = Matrix::Constant(1, 2, 0.4);
  EXPECT_EQ(make_log_constrained_ei(two_models(), {}, bounds, none)->value_and_gradient(X, nullptr),
            make_log_probability_of_feasibility(two_models(), bounds)->value_and_gradient(X, nullptr));
}

/// -(x - a)^2 summed, without a model.
class Bowl final : public AcquisitionFunction {
 public:
  explicit Bowl(Vector center) : center_(std::move(center)) {}
  bool single_point() const override { return false; }

 private:
  Index do_dim() const override { return center_.size(); }
  void do_values(const Matrix& X, Index q, Vector& values) const override {
    for (Index i = 0; i < values.size(); ++i) values[i] = do_value_and_gradient(X.middleRows(i * q, q), nullptr);
  }
  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const Matrix delta = X.rowwise() - center_.transpose();
    if (gradient) *gradient = -2.0 * delta;
    return -delta.squaredNorm();
  }
  Vector center_;
};

constexpr double kNear = 1e-3;

TEST(OptimizeAcqf, FindsTheMaximumInABoxOfAnyScale) {
  optim::Domain domain;
  domain.lower = Vector{{-1000.0, 0.0}};
  domain.upper = Vector{{1000.0, 1e-3}};
  const AcqfOptimum best = optimize_acqf(Bowl(Vector{{123.0, 5e-4}}), domain, {}, util::Rng(1));
  EXPECT_NEAR(best.X(0, 0), 123.0, kNear);
}

TEST(OptimizeAcqf, StaysInsideLinearConstraints) {
  optim::Domain domain = optim::unit_cube(2);
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, 1.0});
  const AcqfOptimum best = optimize_acqf(Bowl(Vector{{0.9, 0.9}}), domain, {}, util::Rng(1));
  EXPECT_NEAR(best.X(0, 0), 0.5, kNear);
  EXPECT_NEAR(best.X(0, 1), 0.5, kNear);
  EXPECT_TRUE(domain.contains(best.X.row(0).transpose()));
}

TEST(OptimizeAcqf, MeetsEqualities) {
  optim::Domain domain = optim::unit_cube(3);
  domain.equalities.push_back({Vector{{1.0, 1.0, 1.0}}, 1.0});
  const AcqfOptimum best = optimize_acqf(Bowl(Vector{{0.9, 0.9, 0.0}}), domain, {}, util::Rng(1));
  EXPECT_NEAR(best.X.row(0).sum(), 1.0, 1e-7);
  EXPECT_NEAR(best.X(0, 0), 0.5, kNear);
}

TEST(PerturbedPoints, StayOnEqualities) {
  optim::Domain domain = optim::unit_cube(3);
  domain.equalities.push_back({Vector{{1.0, 1.0, 1.0}}, 1.0});
  const Matrix points = perturbed_points(domain, Matrix{{0.2, 0.3, 0.5}}, 32, util::Rng(1));
  EXPECT_EQ(points.rows(), 32);
  for (Index i = 0; i < points.rows(); ++i) {
    EXPECT_TRUE(domain.contains(points.row(i).transpose())) << points.row(i);
    EXPECT_GT((points.row(i) - Matrix{{0.2, 0.3, 0.5}}).norm(), 1e-4);
  }
}

TEST(OptimizeAcqf, SearchesDiscreteColumns) {
  optim::Domain domain = optim::unit_cube(3);
  domain.discrete = {{0, {0.0, 0.25, 0.5, 0.75, 1.0}, true}, {2, {0.0, 0.5, 1.0}, false}};
  const AcqfOptimum best = optimize_acqf(Bowl(Vector{{0.3, 0.61, 0.9}}), domain, {}, util::Rng(1));
  EXPECT_EQ(best.X(0, 0), 0.25);
  EXPECT_NEAR(best.X(0, 1), 0.61, kNear);
  EXPECT_EQ(best.X(0, 2), 1.0);
}

TEST(OptimizeAcqf, DiscreteColumnsAndConstraintsTogether) {
  optim::Domain domain = optim::unit_cube(2);
  domain.upper[0] = 4.0;
  domain.discrete = {{0, {0.0, 1.0, 2.0, 3.0, 4.0}, true}};
  domain.inequalities.push_back({Vector{{1.0, 2.0}}, 3.5});
  const AcqfOptimum best = optimize_acqf(Bowl(Vector{{3.1, 0.9}}), domain, {}, util::Rng(1));
  EXPECT_TRUE(domain.contains(best.X.row(0).transpose()));
  EXPECT_EQ(best.X(0, 0), 3.0);
  EXPECT_NEAR(best.X(0, 1), 0.25, kNear);
}

TEST(OptimizeAcqf, NeverProposesAPointToAvoid) {
  optim::Domain domain = optim::unit_cube(1);
  domain.discrete = {{0, {0.0, 0.5, 1.0}, true}};
  OptimizeAcqfOptions options;
  options.avoid = Matrix{{0.5}};
  EXPECT_EQ(optimize_acqf(Bowl(Vector{{0.6}}), domain, options, util::Rng(1)).X(0, 0), 1.0);
  options.avoid = Matrix{{0.5}, {0.0}, {1.0}};
  EXPECT_EQ(optimize_acqf(Bowl(Vector{{0.6}}), domain, options, util::Rng(1)).X.rows(), 0);
}

TEST(OptimizeAcqf, AvoidsAnEvaluatedOptimumOfAContinuousDomain) {
  const optim::Domain domain = optim::unit_cube(2);
  OptimizeAcqfOptions options;
  options.avoid = Matrix{{0.5, 0.5}};
  options.avoid_distance = 1e-3;
  const AcqfOptimum best = optimize_acqf(Bowl(Vector{{0.5, 0.5}}), domain, options, util::Rng(1));
  ASSERT_EQ(best.X.rows(), 1);
  EXPECT_GT((best.X.row(0).array() - 0.5).abs().maxCoeff(), 1e-3);
}

TEST(OptimizeAcqf, EmptyDomainGivesNoPoint) {
  optim::Domain domain = optim::unit_cube(2);
  domain.inequalities.push_back({Vector{{1.0, 1.0}}, -1.0});
  EXPECT_EQ(optimize_acqf(Bowl(Vector{{0.5, 0.5}}), domain, {}, util::Rng(1)).X.rows(), 0);
}

TEST(OptimizeAcqf, IsDeterministicInItsSeed) {
  const auto function = make_log_ei({acq_model(1)}, {}, 0.5);
  const optim::Domain domain = optim::unit_cube(2);
  EXPECT_EQ(optimize_acqf(*function, domain, {}, util::Rng(7)).X, optimize_acqf(*function, domain, {}, util::Rng(7)).X);
}

TEST(OptimizeAcqf, JointBatchSpreadsOut) {
  const auto function = make_qlognei(mc_spec(2, 5));
  OptimizeAcqfOptions options;
  options.q = 2;
  options.raw_samples = 64;
  const AcqfOptimum best = optimize_acqf(*function, optim::unit_cube(2), options, util::Rng(1));
  EXPECT_GT((best.X.row(0) - best.X.row(1)).norm(), 1e-2);
}

TEST(OptimizeAcqfSequential, GivesDistinctPointsUntilTheDomainIsExhausted) {
  optim::Domain domain = optim::unit_cube(2);
  domain.discrete = {{0, {0.0, 1.0}, true}, {1, {0.0, 1.0}, true}};
  const auto function = make_qlognei(mc_spec(6, 5));
  OptimizeAcqfOptions options;
  options.q = 6;
  const AcqfOptimum batch = optimize_acqf_sequential(*function, domain, options, util::Rng(1));
  ASSERT_EQ(batch.X.rows(), 4);
  for (Index i = 0; i < 4; ++i) {
    for (Index k = 0; k < i; ++k) EXPECT_GT((batch.X.row(i) - batch.X.row(k)).norm(), 0.5);
  }
}

}  // namespace
}  // namespace boa::acquisition
