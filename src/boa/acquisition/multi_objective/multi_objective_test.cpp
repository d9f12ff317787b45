#include "boa/acquisition/multi_objective/multi_objective.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/smooth.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

using boa::testing::kClosedForm;

gp::ModelList models_of_three() {
  gp::ModelList result;
  for (const double phase : {0.0, 1.5, 3.0}) {
    gp::TrainingData data;
    data.X = math::Sobol(2, util::Rng(11)).draw(9);
    data.y = (3.0 * data.X.col(0).array() + phase).sin() + phase * 0.2 * data.X.col(1).array();
    gp::GpParameters parameters;
    parameters.noise_variance = 1e-3;
    parameters.kernel = gp::make_matern(2.5, Vector{{0.4, 0.7}});
    result.push_back(std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters)));
  }
  return result;
}

/// Two objectives (the second to be minimized), and the third outcome constrained.
MultiObjective two_objectives() { return {Matrix{{1.0, 0.0, 0.0}, {0.0, -1.0, 0.2}}, Vector{{0.0, 0.1}}}; }
const Vector kReference{{-0.5, -1.2}};
const Matrix kFront{{0.8, -0.9}, {0.3, -0.2}, {-0.2, 0.4}};

MonteCarloSpec pareto_spec(Index points, Index leading, bool constrained = true) {
  MonteCarloSpec spec;
  spec.models = models_of_three();
  spec.leading = math::Sobol(2, util::Rng(21)).draw(leading);
  spec.base_samples = make_base_samples(16, leading + points, 3, util::Rng(3));
  spec.smoothing = {true, 0.05, 0.05, 0.2};
  if (constrained) spec.constraints.push_back({Vector{{0.0, 0.3, 1.0}}, 0.6});
  return spec;
}

void expect_slopes(const AcquisitionFunction& function, Index q) {
  for (const std::uint64_t seed : {31, 32}) {
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

TEST(Ehvi, GradientMatches) {
  const MultiObjective objectives{Matrix{{2.0, 0.0, 0.0}, {0.0, -1.0, 0.0}}, Vector{{0.0, 0.1}}};
  expect_slopes(*make_ehvi(models_of_three(), objectives, kReference, kFront), 1);
}

TEST(Ehvi, WithOneObjectiveIsExpectedImprovement) {
  const MultiObjective first{Matrix{{1.0, 0.0, 0.0}}, {}};
  const auto ehvi = make_ehvi(models_of_three(), first, Vector{{-9.0}}, Matrix{{0.3}});
  const auto ei = make_ei(models_of_three(), {}, 0.3);
  const Matrix X = Matrix::Constant(1, 2, 0.3);
  EXPECT_NEAR(ehvi->value_and_gradient(X, nullptr), ei->value_and_gradient(X, nullptr), kClosedForm);
}

TEST(Ehvi, RefusesCombinedOutcomes) {
  EXPECT_THROW(make_ehvi(models_of_three(), two_objectives(), kReference, kFront), UnsupportedError);
}

TEST(QEhvi, OnePointApproachesTheClosedForm) {
  MonteCarloSpec spec = pareto_spec(1, 0, false);
  spec.base_samples = make_base_samples(8192, 1, 3, util::Rng(4));
  const MultiObjective objectives{Matrix{{1.0, 0.0, 0.0}, {0.0, -1.0, 0.0}}, {}};
  const Matrix X = Matrix::Constant(1, 2, 0.35);
  const double exact = make_ehvi(spec.models, objectives, kReference, kFront)->value_and_gradient(X, nullptr);
  EXPECT_NEAR(make_qehvi(spec, objectives, kReference, kFront)->value_and_gradient(X, nullptr), exact, 0.02 * exact);
}

TEST(BaseSamples, OutcomesDoNotDependOnEachOther) {
  const std::vector<Matrix> z = make_base_samples(1024, 2, 3, util::Rng(1));
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_NEAR((z[a].col(1).array() * z[b].col(1).array()).mean(), 0.0, 0.02);
      EXPECT_NEAR((z[a].col(1).array().square() * z[b].col(1).array().square()).mean(), 1.0, 0.1);
    }
  }
}

TEST(BaseSamples, MorePointsLeaveTheFirstColumns) {
  const std::vector<Matrix> few = make_base_samples(8, 2, 3, util::Rng(1));
  const std::vector<Matrix> many = make_base_samples(8, 2000, 3, util::Rng(1));
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_EQ(many[j].leftCols(2), few[j]);
    EXPECT_TRUE(many[j].allFinite());
  }
}

TEST(QEhvi, GradientMatches) {
  expect_slopes(*make_qehvi(pareto_spec(1, 0), two_objectives(), kReference, kFront), 1);
  expect_slopes(*make_qehvi(pareto_spec(3, 0), two_objectives(), kReference, kFront), 3);
}

TEST(QEhvi, ThePointsTogetherGainAsMuchAsTheHypervolumeGrows) {
  MonteCarloSpec spec = pareto_spec(2, 0, false);
  for (Matrix& z : spec.base_samples) z.setZero(2, 2);
  const MultiObjective objectives = two_objectives();
  const Matrix X{{0.2, 0.3}, {0.5, 0.9}};
  Matrix Y(2, 3);
  for (Index j = 0; j < 3; ++j) {
    Vector mean, variance;
    spec.models[static_cast<std::size_t>(j)]->marginals(X, mean, variance);
    Y.col(j) = mean;
  }
  Matrix all(5, 2);
  all << kFront, (Y * objectives.weights.transpose()).rowwise() + objectives.offset.transpose();
  EXPECT_NEAR(make_qehvi(spec, objectives, kReference, kFront)->value_and_gradient(X, nullptr),
              hypervolume(all, kReference) - hypervolume(kFront, kReference), 1e-6);
}

TEST(QLogEhvi, GradientMatches) {
  expect_slopes(*make_qlogehvi(pareto_spec(2, 0), two_objectives(), kReference, kFront), 2);
  MonteCarloSpec exponential = pareto_spec(2, 0);
  exponential.smoothing.fat = false;
  expect_slopes(*make_qlogehvi(exponential, two_objectives(), kReference, kFront), 2);
}

/// Many samples, and little smoothing, as the automatic choice has them.
MonteCarloSpec sharp_spec(Index leading) {
  MonteCarloSpec spec = pareto_spec(1, leading, false);
  spec.base_samples = make_base_samples(64, leading + 1, 3, util::Rng(3));
  spec.smoothing = {};
  return spec;
}

TEST(QLogNehvi, RoughValuesAreThoseOfTheFirstSamples) {
  MonteCarloSpec few = sharp_spec(5);
  for (Matrix& samples : few.base_samples) samples = samples.topRows(16).eval();
  const auto all = make_qlognehvi(sharp_spec(5), two_objectives(), kReference);
  const auto first = make_qlognehvi(few, two_objectives(), kReference);
  EXPECT_TRUE(all->has_rough_values());
  EXPECT_FALSE(first->has_rough_values());
  const Matrix X = math::Sobol(2, util::Rng(8)).draw(70);
  EXPECT_LT((all->rough_values(X) - first->values(X)).cwiseAbs().maxCoeff(), kClosedForm);
  EXPECT_GT((all->values(X) - first->values(X)).cwiseAbs().maxCoeff(), kClosedForm);
}

/// The best of a finite domain is the best by true values, whatever the rough ones say.
TEST(QLogNehvi, FiniteDomainsAreSearchedByTrueValues) {
  const auto function = make_qlognehvi(sharp_spec(5), two_objectives(), kReference);
  optim::Domain domain;
  domain.lower = Vector::Zero(2);
  domain.upper = Vector::Ones(2);
  Matrix points(81, 2);
  for (Index column : {0, 1}) {
    optim::DiscreteDimension discrete;
    discrete.column = column;
    for (int k = 0; k < 9; ++k) discrete.values.push_back(k / 8.0);
    discrete.ordered = true;
    domain.discrete.push_back(discrete);
  }
  for (Index i = 0; i < 81; ++i) points.row(i) << static_cast<double>(i / 9) / 8.0, static_cast<double>(i % 9) / 8.0;
  const AcqfOptimum best = optimize_acqf(*function, domain, {}, util::Rng(1));
  EXPECT_NEAR(best.value, function->values(points).maxCoeff(), kClosedForm);
}

/// One point takes a way of its own, by whole columns of cells.
void expect_formula(const MonteCarloSpec& spec) {
  const MultiObjective objectives = two_objectives();
  const Boxes cells = non_dominated_boxes(kFront, kReference);
  const auto function = make_qlogehvi(spec, objectives, kReference, kFront);
  for (const Matrix& X : {Matrix{{0.3, 0.6}}, Matrix{{0.9, 0.1}}}) {
    Matrix y(spec.base_samples[0].rows(), 3);
    for (Index k = 0; k < 3; ++k) {
      Vector mean, variance;
      spec.models[static_cast<std::size_t>(k)]->marginals(X, mean, variance);
      y.col(k) = mean[0] + std::sqrt(variance[0]) * spec.base_samples[static_cast<std::size_t>(k)].col(0).array();
    }
    double sum = 0;
    for (Index s = 0; s < y.rows(); ++s) {
      const Vector point = objectives.weights * y.row(s).transpose() + objectives.offset;
      for (Index c = 0; c < cells.size(); ++c) {
        double area = 0;
        for (Index j = 0; j < 2; ++j) {
          const double pair[2] = {math::log_fatplus(point[j] - cells.lower(c, j), spec.smoothing.tau_relu).value,
                                  std::log(std::min(cells.upper(c, j), 1e10) - cells.lower(c, j))};
          double slopes[2];
          area += math::fatmin(pair, 2, spec.smoothing.tau_max, slopes);
        }
        sum += std::exp(area) / static_cast<double>(y.rows());
      }
    }
    EXPECT_NEAR(function->value_and_gradient(X, nullptr), std::log(sum), kClosedForm);
  }
}

TEST(QLogEhvi, OnePointIsTheFormula) {
  expect_formula(pareto_spec(1, 0, false));
  expect_formula(sharp_spec(0));
}

TEST(QLogNehvi, GradientMatchesForOnePoint) {
  expect_slopes(*make_qlognehvi(pareto_spec(1, 5), two_objectives(), kReference), 1);
  expect_slopes(*make_qlogehvi(pareto_spec(1, 0), two_objectives(), kReference, kFront), 1);
  MonteCarloSpec exponential = pareto_spec(1, 5);
  exponential.smoothing.fat = false;
  expect_slopes(*make_qlognehvi(exponential, two_objectives(), kReference), 1);
}

TEST(QLogNehvi, GradientMatches) { expect_slopes(*make_qlognehvi(pareto_spec(2, 5), two_objectives(), kReference), 2); }

TEST(QLogNehvi, IsTheLogOfTheUnsmoothedForm) {
  MonteCarloSpec spec = pareto_spec(2, 5, false);
  spec.smoothing = {true, 1e-4, 1e-7, 1e-3};
  const Matrix X = math::Sobol(2, util::Rng(5)).draw(2);
  const double plain = make_qnehvi(spec, two_objectives(), kReference)->value_and_gradient(X, nullptr);
  EXPECT_NEAR(make_qlognehvi(spec, two_objectives(), kReference)->value_and_gradient(X, nullptr), std::log(plain),
              0.01);
}

TEST(QLogNehvi, HasASlopeWhereNothingIsGained) {
  MonteCarloSpec spec = pareto_spec(1, 5, false);
  spec.smoothing = {};
  const Vector far_above{{50.0, 50.0}};
  Matrix gradient;
  const Matrix X = Matrix::Constant(1, 2, 0.4);
  EXPECT_EQ(make_qnehvi(spec, two_objectives(), far_above)->value_and_gradient(X, nullptr), 0.0);
  EXPECT_TRUE(std::isfinite(make_qlognehvi(spec, two_objectives(), far_above)->value_and_gradient(X, &gradient)));
  EXPECT_GT(gradient.norm(), 0.0);
}

TEST(QLogNehvi, PendingPointsLowerTheValueAround) {
  const auto function = make_qlognehvi(pareto_spec(3, 5, false), two_objectives(), kReference);
  const Matrix X = Matrix::Constant(1, 2, 0.4);
  EXPECT_LT(function->with_pending(X)->value_and_gradient(X, nullptr), function->value_and_gradient(X, nullptr));
}

TEST(QLogNehvi, BatchEqualsOneByOne) {
  const auto function = make_qlognehvi(pareto_spec(1, 5), two_objectives(), kReference);
  const Matrix X = math::Sobol(2, util::Rng(8)).draw(6);
  const Vector batch = function->values(X);
  for (Index i = 0; i < 6; ++i) EXPECT_NEAR(batch[i], function->value_and_gradient(X.row(i), nullptr), 1e-8);
}

TEST(QLogNehvi, FillsABatch) {
  const auto function = make_qlognehvi(pareto_spec(3, 5), two_objectives(), kReference);
  OptimizeAcqfOptions options;
  options.q = 3;
  options.raw_samples = 64;
  const AcqfOptimum batch = optimize_acqf_sequential(*function, optim::unit_cube(2), options, util::Rng(1));
  ASSERT_EQ(batch.X.rows(), 3);
  EXPECT_GT((batch.X.row(0) - batch.X.row(1)).norm(), 1e-3);
}

TEST(QEhvi, RefusesTooManyPointsAtOnce) {
  const auto function = make_qehvi(pareto_spec(13, 0), two_objectives(), kReference, kFront);
  EXPECT_THROW(function->value_and_gradient(Matrix::Random(13, 2), nullptr), UnsupportedError);
}

TEST(Chebyshev, IsTheWorstWeightedObjectiveAndAShareOfTheSum) {
  const ChebyshevScalarization scalarization(Vector{{0.3, 0.7}}, Matrix{{0.0, 4.0}, {2.0, 0.0}}, 0.1);
  // z = (-y - lo)/(hi - lo) = (0.5, 0.75).
  EXPECT_NEAR(scalarization.evaluate(Vector{{1.0, 1.0}}), -(0.7 * 0.75 + 0.1 * (0.15 + 0.525)), kClosedForm);
}

TEST(Chebyshev, AnObjectiveThatDoesNotVaryStaysFinite) {
  const ChebyshevScalarization scalarization(Vector{{0.5, 0.5}}, Matrix{{1.0, 2.0}, {1.0, 3.0}});
  EXPECT_TRUE(std::isfinite(scalarization.evaluate(Vector{{1.0, 2.5}})));
}

TEST(QLogNParego, GradientMatches) {
  expect_slopes(*make_qlognparego(pareto_spec(2, 5), 5, two_objectives(), Vector{{0.4, 0.6}}), 2);
}

TEST(SampleSimplex, SumsToOne) {
  util::Rng rng(1);
  const Vector weights = sample_simplex(4, rng);
  EXPECT_NEAR(weights.sum(), 1.0, kClosedForm);
  EXPECT_GE(weights.minCoeff(), 0.0);
}

TEST(LogEhvi, IsTheLogOfEhviAndHasItsSlopes) {
  const MultiObjective objectives{Matrix{{1.0, 0.0, 0.0}, {0.0, -2.0, 0.0}}, Vector{{0.0, 0.1}}};
  const auto plain = make_ehvi(models_of_three(), objectives, kReference, kFront);
  const auto logs = make_log_ehvi(models_of_three(), objectives, kReference, kFront);
  const Matrix X = math::Sobol(2, util::Rng(41)).draw(8);
  const Vector expected = plain->values(X).array().log();
  EXPECT_LT((logs->values(X) - expected).cwiseAbs().maxCoeff(), kClosedForm);
  expect_slopes(*logs, 1);
  const std::vector<OutcomeBound> bounds{{2, -0.3, 0.4}};
  expect_slopes(*make_log_ehvi(models_of_three(), objectives, kReference, kFront, bounds), 1);
  const auto feasible = make_log_probability_of_feasibility(models_of_three(), bounds);
  const auto bounded = make_log_ehvi(models_of_three(), objectives, kReference, kFront, bounds);
  EXPECT_LT((bounded->values(X) - expected - feasible->values(X)).cwiseAbs().maxCoeff(), kClosedForm);
}

TEST(LogEhvi, HasASlopeWhereTheImprovementUnderflows) {
  // A front a hundred standard deviations away.
  const Matrix front{{100.0, 90.0}, {90.0, 100.0}};
  const MultiObjective objectives{Matrix{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}}, {}};
  const auto logs = make_log_ehvi(models_of_three(), objectives, Vector{{80.0, 80.0}}, front);
  Matrix gradient;
  const double value = logs->value_and_gradient(Matrix{{0.31, 0.62}}, &gradient);
  EXPECT_TRUE(std::isfinite(value));
  EXPECT_LT(value, -700);
  EXPECT_GT(gradient.cwiseAbs().maxCoeff(), 1);
  EXPECT_EQ(make_ehvi(models_of_three(), objectives, Vector{{80.0, 80.0}}, front)->values(Matrix{{0.31, 0.62}})[0], 0);
}

}  // namespace
}  // namespace boa::acquisition
