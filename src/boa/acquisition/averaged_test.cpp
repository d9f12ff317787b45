#include "boa/acquisition/averaged.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/acquisition/acquisition_gradient_test.hpp"
#include "boa/acquisition/analytic/analytic.hpp"
#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/sobol.hpp"
#include "boa/testing/gradient_checker.hpp"

namespace boa::acquisition {
namespace averaged_test {

std::shared_ptr<const gp::GaussianProcess> model_of(double lengthscale) {
  gp::TrainingData data;
  data.X = math::Sobol(2, util::Rng(4)).draw(6);
  data.y = (4.0 * data.X.col(0).array()).sin() + data.X.col(1).array();
  gp::GpParameters parameters;
  parameters.kernel = gp::make_matern(2.5, Vector{{lengthscale, 2 * lengthscale}});
  return std::make_shared<const gp::GaussianProcess>(std::move(data), std::move(parameters));
}

std::vector<std::unique_ptr<AcquisitionFunction>> closed_forms(bool in_logs) {
  std::vector<std::unique_ptr<AcquisitionFunction>> functions;
  for (const double lengthscale : {0.2, 0.5, 1.4}) {
    functions.push_back(in_logs ? make_log_ei({model_of(lengthscale)}, {}, 1.0)
                                : make_ei({model_of(lengthscale)}, {}, 1.0));
  }
  return functions;
}

std::vector<std::unique_ptr<AcquisitionFunction>> sampled() {
  std::vector<std::unique_ptr<AcquisitionFunction>> functions;
  for (const double lengthscale : {0.2, 0.8}) {
    MonteCarloSpec spec;
    spec.models = {model_of(lengthscale)};
    spec.base_samples = make_base_samples(64, 6, 1, util::Rng(3));
    spec.smoothing = {true, 0.05, 0.05, 0.2};
    functions.push_back(make_qlogei(std::move(spec), 1.0));
  }
  return functions;
}

TEST(Averaged, IsTheMeanOfWhatTheFunctionsMean) {
  const Matrix X{{0.2, 0.3}, {0.9, 0.8}};
  const auto plain = make_averaged(closed_forms(false), false), logs = make_averaged(closed_forms(true), true);
  for (Index i = 0; i < X.rows(); ++i) {
    double sum = 0;
    for (const auto& function : closed_forms(false)) sum += function->values(X.row(i))[0];
    EXPECT_NEAR(plain->values(X)[i], sum / 3, testing::kClosedForm);
    EXPECT_NEAR(logs->values(X)[i], std::log(sum / 3), testing::kClosedForm * 100);
  }
  EXPECT_TRUE(logs->single_point());
  EXPECT_FALSE(make_averaged(sampled(), true)->single_point());
}

TEST(Averaged, GradientMatchesDifferencesAlsoWithPendingPoints) {
  expect_gradient(*make_averaged(closed_forms(false), false), 1);
  expect_gradient(*make_averaged(closed_forms(true), true), 1);
  expect_gradient(*make_averaged(sampled(), true), 2);
  expect_gradient(*make_averaged(sampled(), true)->with_pending(Matrix{{0.4, 0.4}}), 2);
}

}  // namespace averaged_test
}  // namespace boa::acquisition
