#include "boa/acquisition/information/knowledge_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "boa/acquisition/workspaces.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {

namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();
// Share of the largest variance at the points: below, an observation tells nothing.
constexpr double kLeastVariance = 1e-10;
constexpr Index kBlock = 32;

/// Indices of the lines on the upper envelope, by growing slope.
std::vector<Index> upper_envelope(const Vector& a, const Vector& b) {
  std::vector<Index> order(static_cast<std::size_t>(a.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(), [&](Index i, Index j) { return b[i] != b[j] ? b[i] < b[j] : a[i] < a[j]; });
  std::vector<Index> envelope;
  std::vector<double> from;  // where each line of the envelope begins to be the highest
  for (const Index j : order) {
    double begin = kMinusInfinity;
    while (!envelope.empty()) {
      const Index top = envelope.back();
      begin = b[j] > b[top] ? (a[top] - a[j]) / (b[j] - b[top]) : kMinusInfinity;
      if (begin > from.back()) break;
      envelope.pop_back();
      from.pop_back();
      begin = kMinusInfinity;
    }
    envelope.push_back(j);
    from.push_back(begin);
  }
  return envelope;
}

class KnowledgeGradient final : public AcquisitionFunction {
 public:
  KnowledgeGradient(std::shared_ptr<const gp::Model> model, const Matrix& points, TargetColumns targets)
      : model_(std::move(model)),
        targets_(std::move(targets)),
        fixed_(model_->fix_points(at_target(points, targets_))) {
    BOA_CHECK(points.rows() > 0, "the knowledge gradient needs points");
    least_ =
        std::max(kLeastVariance * fixed_.root.rowwise().squaredNorm().maxCoeff(), std::numeric_limits<double>::min());
  }
  bool single_point() const override { return true; }

 private:
  struct Workspace {
    gp::JointPosterior posterior;
    Matrix points, cross, d_cross, d_covariance;
    Vector a, b, d_a, d_b;
  };

  Index do_dim() const override { return model_->dim(); }
  bool has_targets() const { return !targets_.empty(); }

  /// The posterior at the rows of X and, with targets, at the same rows carried there.
  void look(const Matrix& X, Workspace& space) const {
    if (has_targets()) {
      space.points.resize(2 * X.rows(), X.cols());
      space.points << X, at_target(X, targets_);
      model_->joint(space.points, space.posterior);
    } else {
      model_->joint(X, space.posterior);
    }
    model_->cross_covariance(space.posterior, fixed_, space.cross);
    space.a.resize(fixed_.mean.size() + 1);
    space.b.resize(space.a.size());
    space.a.head(fixed_.mean.size()) = fixed_.mean;
  }

  /// Variance of an observation at row i.
  double observed_variance(const Workspace& space, Index i) const {
    return std::max(space.posterior.covariance(i, i), 0.0) + model_->observation_noise();
  }

  /// The lines of row i, t being the same point at the target.
  void set_lines(Workspace& space, Index i, Index t) const {
    const Index k = fixed_.mean.size();
    const double sigma = std::sqrt(std::max(observed_variance(space, i), least_));
    space.a[k] = space.posterior.mean[t];
    space.b.head(k) = space.cross.row(i).transpose() / sigma;
    space.b[k] = space.posterior.covariance(t, i) / sigma;
  }

  void do_values(const Matrix& X, Index, Vector& values) const override {
    const auto space = workspaces_.take();
    for (Index begin = 0; begin < X.rows(); begin += kBlock) {
      const Index count = std::min(kBlock, X.rows() - begin);
      look(X.middleRows(begin, count), *space);
      for (Index i = 0; i < count; ++i) {
        set_lines(*space, i, has_targets() ? count + i : i);
        values[begin + i] = log_expected_gain(space->a, space->b, nullptr, nullptr);
      }
    }
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    const auto space = workspaces_.take();
    look(X, *space);
    const Index t = has_targets() ? 1 : 0;
    set_lines(*space, 0, t);
    if (!gradient) return log_expected_gain(space->a, space->b, nullptr, nullptr);
    const double value = log_expected_gain(space->a, space->b, &space->d_a, &space->d_b);
    if (std::isfinite(value)) backward(*space, t, *gradient);
    return value;
  }

  /// b = covariance / sigma, sigma^2 = variance + noise.
  void backward(Workspace& space, Index t, Matrix& gradient) const {
    const Index k = fixed_.mean.size(), q = t + 1;
    const double variance = observed_variance(space, 0);
    const double sigma = std::sqrt(std::max(variance, least_));
    Vector d_mean = Vector::Zero(q);
    d_mean[t] = space.d_a[k];
    space.d_covariance.setZero(q, q);
    if (variance > least_) space.d_covariance(0, 0) = -0.5 * space.d_b.dot(space.b) / (sigma * sigma);
    space.d_covariance(t, 0) += (t > 0 ? 0.5 : 1.0) * space.d_b[k] / sigma;
    space.d_covariance(0, t) = space.d_covariance(t, 0);
    space.d_cross.setZero(q, k);
    space.d_cross.row(0) = space.d_b.head(k).transpose() / sigma;
    Matrix slopes = Matrix::Zero(q, gradient.cols());
    model_->joint_backward(space.posterior, d_mean, space.d_covariance, slopes);
    model_->cross_backward(space.posterior, fixed_, space.d_cross, slopes);
    if (t > 0) {
      for (const auto& [column, target] : targets_) slopes(t, column) = 0;
    }
    gradient = slopes.colwise().sum();
  }

  std::shared_ptr<const gp::Model> model_;
  TargetColumns targets_;
  gp::FixedPoints fixed_;
  double least_ = 0;
  Workspaces<Workspace> workspaces_;
};

}  // namespace

double log_expected_gain(const Vector& a, const Vector& b, Vector* d_a, Vector* d_b) {
  const std::vector<Index> envelope = upper_envelope(a, b);
  const std::size_t pairs = envelope.empty() ? 0 : envelope.size() - 1;
  // A pair of neighbouring lines adds (b' - b) h(-|c|), c being where they cross.
  std::vector<double> logs(pairs), crossings(pairs);
  double largest = kMinusInfinity;
  for (std::size_t k = 0; k < pairs; ++k) {
    const Index i = envelope[k], j = envelope[k + 1];
    crossings[k] = (a[i] - a[j]) / (b[j] - b[i]);
    logs[k] = std::log(b[j] - b[i]) + math::log_improvement(-std::abs(crossings[k])).value;
    largest = std::max(largest, logs[k]);
  }
  if (d_a) d_a->setZero(a.size());
  if (d_b) d_b->setZero(a.size());
  if (!(largest > kMinusInfinity)) return kMinusInfinity;
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - largest);
  for (std::size_t k = 0; k < pairs && d_a && d_b; ++k) {
    const double weight = std::exp(logs[k] - largest) / sum;
    if (weight == 0) continue;
    const Index i = envelope[k], j = envelope[k + 1];
    const double width = b[j] - b[i], u = -std::abs(crossings[k]);
    const double by_width = weight * math::density_over_improvement(u) / width;
    const double by_height = (crossings[k] > 0 ? -1.0 : 1.0) * weight * math::log_improvement(u).slope / width;
    (*d_b)[j] += by_width;
    (*d_b)[i] -= by_width;
    (*d_a)[i] += by_height;
    (*d_a)[j] -= by_height;
  }
  return largest + std::log(sum);
}

std::unique_ptr<AcquisitionFunction> make_log_knowledge_gradient(std::shared_ptr<const gp::Model> model,
                                                                 const Matrix& points, TargetColumns targets) {
  return std::make_unique<KnowledgeGradient>(std::move(model), points, std::move(targets));
}

}  // namespace boa::acquisition
