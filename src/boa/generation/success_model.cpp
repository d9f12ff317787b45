#include "boa/generation/success_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "boa/gp/classifier.hpp"
#include "boa/gp/fit.hpp"
#include "boa/gp/kernels/kernels.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

// Of each kind the latest so many points: the cost grows with the cube.
constexpr std::size_t kMostOfAKind = 150;
// Before any data: failures that are scattered by chance, against regions where a model cannot run.
constexpr double kPriorOfChance = 0.25;
// Lengthscales of the unit cube's columns, times sqrt(d) as distances grow; amplitudes (variances) of the latent
// function. Short ones keep away from the very spot, long ones find whole regions.
constexpr std::array kLengthscales = {0.15, 0.5};
constexpr std::array kVariances = {2.0, 20.0, 200.0};
// Categories agree or not: a lengthscale of 1 in the Hamming kernel keeps a share of exp(-1) between different ones.
constexpr double kCategoryLengthscale = 1.0;
// From so many of each kind on, relevance of the parameters is fitted as well.
constexpr Index kLeastForRelevance = 2;
// Of failed points that are kept away from, the latest so many.
constexpr Index kMostRepelling = 64;
// No weight is below this: a region that was given up by mistake can still be entered.
constexpr double kLeastProbability = 1e-6;

void keep_latest(std::vector<std::pair<std::int64_t, Vector>>& points) {
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (points.size() > kMostOfAKind) points.resize(kMostOfAKind);
}

/// A kernel over the columns with variance 1.
std::unique_ptr<gp::Kernel> unit_kernel(const UnitSpace& space, double lengthscale) {
  std::vector<Index> continuous, categorical = space.categorical_columns();
  for (Index j = 0; j < space.dim(); ++j) {
    if (std::find(categorical.begin(), categorical.end(), j) == categorical.end()) continuous.push_back(j);
  }
  std::vector<std::unique_ptr<gp::Kernel>> factors;
  if (!continuous.empty()) {
    const auto k = static_cast<Index>(continuous.size());
    factors.push_back(gp::make_matern(2.5, Vector::Constant(k, lengthscale * std::sqrt(static_cast<double>(k)))));
    factors.back()->set_active_dims(continuous);
  }
  if (!categorical.empty()) {
    const auto k = static_cast<Index>(categorical.size());
    factors.push_back(gp::make_categorical(Vector::Constant(k, kCategoryLengthscale)));
    factors.back()->set_active_dims(categorical);
  }
  return factors.size() == 1 ? std::move(factors[0]) : gp::make_product(std::move(factors));
}

/// The same with a lengthscale for each column, fitted to the labels as if they were numbers: cheap, and good enough to
/// tell which parameters the failures depend on.
std::unique_ptr<gp::Kernel> relevance_kernel(const TrialEnds& ends, const UnitSpace& space, const util::Rng& rng) {
  gp::FitOptions options;
  options.lengthscale_min = 0.05;
  const gp::FitResult fit = gp::fit_gp({ends.X, ends.success, {}}, *unit_kernel(space, 0.5), options, rng);
  return fit.model->parameters().kernel->clone();
}

/// Several classifiers and a constant, weighted.
class AveragedSuccess final : public SuccessModel {
 public:
  AveragedSuccess(double base_rate, double log_evidence) : base_rate_(base_rate) {
    logs_.push_back(std::log(kPriorOfChance) + log_evidence);
  }

  void add(gp::ProbitClassifier classifier, double prior) {
    logs_.push_back(std::log(prior) + classifier.log_evidence());
    classifiers_.push_back(std::move(classifier));
  }

  void finish() {
    const double largest = *std::max_element(logs_.begin(), logs_.end());
    double sum = 0;
    for (double& log : logs_) sum += log = std::exp(log - largest);
    for (double& weight : logs_) weight /= sum;
  }

  Vector probability(const Matrix& X) const override {
    Vector sum = Vector::Constant(X.rows(), logs_[0] * base_rate_);
    for (std::size_t k = 0; k < classifiers_.size(); ++k) sum += logs_[k + 1] * classifiers_[k].probability(X);
    return sum;
  }

  double belief_in_region() const override { return 1 - logs_[0]; }

  Vector log_weights(const Matrix& X) const override {
    return probability(X).cwiseMax(kLeastProbability).array().log();
  }

  double log_weight(const Vector& x, Vector* gradient) const override {
    double sum = logs_[0] * base_rate_;
    Vector slope;
    if (gradient) gradient->setZero(x.size());
    for (std::size_t k = 0; k < classifiers_.size(); ++k) {
      sum += logs_[k + 1] * classifiers_[k].probability_and_gradient(x, gradient ? &slope : nullptr);
      if (gradient) *gradient += logs_[k + 1] * slope;
    }
    if (gradient) *gradient *= sum > kLeastProbability ? 1 / sum : 0;
    return std::log(std::max(sum, kLeastProbability));
  }

 private:
  double base_rate_;
  std::vector<double> logs_;  // of the constant, then of the classifiers; weights after finish()
  std::vector<gp::ProbitClassifier> classifiers_;
};

}  // namespace

TrialEnds collect_ends(const core::Experiment& experiment, const UnitSpace& space) {
  std::map<std::string, std::pair<std::int64_t, Vector>> successes, failures;
  const auto note = [&](auto& points, const core::Trial& trial, const core::Arm& arm) {
    std::optional<Vector> x = space.encode(arm.parameters);
    if (x) points.insert_or_assign(signature_of(arm.parameters), std::pair(trial.index, std::move(*x)));
  };
  for (const core::TrialStatus status : {core::TrialStatus::kCompleted, core::TrialStatus::kEarlyStopped}) {
    for (const std::int64_t index : experiment.with_status(status)) {
      for (const core::Arm& arm : experiment.trial(index).arms) note(successes, experiment.trial(index), arm);
    }
  }
  for (const std::int64_t index : experiment.with_status(core::TrialStatus::kFailed)) {
    const core::Trial& trial = experiment.trial(index);
    if (trial.arms.size() == 1) note(failures, trial, trial.arms[0]);
  }
  std::vector<std::pair<std::int64_t, Vector>> good, bad;
  for (const auto& [signature, point] : successes) good.push_back(point);
  for (const auto& [signature, point] : failures) {
    if (!successes.contains(signature)) bad.push_back(point);
  }
  keep_latest(good);
  keep_latest(bad);
  const auto n = static_cast<Index>(good.size() + bad.size());
  TrialEnds ends{Matrix(n, space.dim()), Vector(n)};
  Index i = 0;
  for (const auto& [points, label] : {std::pair(&good, 1.0), std::pair(&bad, -1.0)}) {
    for (const auto& [index, x] : *points) {
      ends.X.row(i) = x.transpose();
      ends.success[i++] = label;
    }
  }
  return ends;
}

std::shared_ptr<const SuccessModel> learn_success(const TrialEnds& ends, const UnitSpace& space, const util::Rng& rng) {
  const Index n = ends.success.size(), failed = ends.num_failed();
  if (failed == 0 || failed == n || space.dim() == 0) return nullptr;
  const double rate = static_cast<double>(n - failed + 1) / static_cast<double>(n + 2);
  const auto chance = std::make_shared<AveragedSuccess>(
      rate, static_cast<double>(n - failed) * std::log(rate) + static_cast<double>(failed) * std::log1p(-rate));
  std::vector<std::unique_ptr<gp::Kernel>> kernels;
  for (const double lengthscale : kLengthscales) kernels.push_back(unit_kernel(space, lengthscale));
  if (failed >= kLeastForRelevance && n - failed >= kLeastForRelevance) {
    kernels.push_back(relevance_kernel(ends, space, rng));
  }
  const double prior = (1 - kPriorOfChance) / static_cast<double>(kernels.size() * kVariances.size());
  for (const std::unique_ptr<gp::Kernel>& kernel : kernels) {
    for (const double variance : kVariances) {
      // Far from all points the probability is the rate at which trials succeed.
      const double mean = math::normal_quantile(rate) * std::sqrt(1 + variance);
      try {
        chance->add(gp::ProbitClassifier(ends.X, ends.success, gp::make_scale(variance, kernel->clone()), mean), prior);
      } catch (const NumericalError&) {
        continue;  // the others say enough
      }
    }
  }
  chance->finish();
  return chance;
}

Matrix likely_failures(const TrialEnds& ends, const SuccessModel& model) {
  const Vector probability = model.probability(ends.X);
  Matrix X(0, ends.X.cols());
  for (Index i = 0; i < probability.size() && X.rows() < kMostRepelling; ++i) {
    if (ends.success[i] > 0 || probability[i] >= 0.5) continue;
    X.conservativeResize(X.rows() + 1, Eigen::NoChange);
    X.bottomRows(1) = ends.X.row(i);
  }
  return X;
}

std::vector<std::shared_ptr<const acquisition::PointWeight>> success_weights(const core::Experiment& experiment,
                                                                             const UnitSpace& space,
                                                                             std::shared_ptr<const gp::Model> model,
                                                                             const util::Rng& rng) {
  const TrialEnds ends = collect_ends(experiment, space);
  const std::shared_ptr<const SuccessModel> success = learn_success(ends, space, rng.split("success"));
  if (!success) return {};
  std::vector<std::shared_ptr<const acquisition::PointWeight>> weights = {success};
  const Matrix failures = likely_failures(ends, *success);
  if (failures.rows() == 0) return weights;
  try {
    weights.push_back(acquisition::make_remaining_variance(std::move(model), failures));
  } catch (const NumericalError&) {  // the probability has to do
  }
  return weights;
}

std::unique_ptr<acquisition::AcquisitionFunction> weigh_by_success(
    std::unique_ptr<acquisition::AcquisitionFunction> function, bool in_logs, const core::Experiment& experiment,
    const UnitSpace& space, std::shared_ptr<const gp::Model> model, const util::Rng& rng) {
  for (auto& weight : success_weights(experiment, space, std::move(model), rng)) {
    function = acquisition::make_weighted(std::move(function), std::move(weight), in_logs);
  }
  return function;
}

}  // namespace boa::generation
