#include "boa/gp/gaussian_process.hpp"

#include <algorithm>
#include <cmath>

#include "boa/math/cholesky.hpp"
#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

// Rows of K handled at once in marginals(): bounds the memory and keeps the block in cache.
constexpr Index kBlock = 256;

}  // namespace

OutcomeScale standardize(const Vector& y) {
  double sum = 0.0;
  Index count = 0;
  for (const double v : y) {
    if (std::isfinite(v)) sum += v, ++count;
  }
  if (count == 0) return {};
  OutcomeScale result{sum / static_cast<double>(count), 1.0};
  if (count == 1) return result;
  double squares = 0.0;
  for (const double v : y) {
    if (std::isfinite(v)) squares += (v - result.offset) * (v - result.offset);
  }
  const double deviation = std::sqrt(squares / static_cast<double>(count - 1));
  if (deviation >= 1e-8) result.scale = deviation;
  return result;
}

GaussianProcess::GaussianProcess(TrainingData data, GpParameters parameters, OutcomeScale scale)
    : GaussianProcess(std::move(data), std::move(parameters), scale, Matrix()) {}

GaussianProcess::GaussianProcess(TrainingData data, GpParameters parameters, OutcomeScale scale, Matrix factor)
    : data_(std::move(data)), parameters_(std::move(parameters)), scale_(scale), L_(std::move(factor)) {
  initialize();
  if (L_.size() > 0) {
    BOA_CHECK(L_.rows() == num_data() && L_.cols() == num_data(), L_.rows(), num_data());
    for (Index j = 1; j < L_.cols(); ++j) L_.col(j).head(j).setZero();
  } else if (num_data() > 0) {
    Matrix A;
    parameters_.kernel->gram_lower(data_.X, A);
    math::mirror_lower(A);
    A.diagonal() += noise_;
    L_ = math::robust_cholesky(A).L;
  }
  finish();
}

/// Checks shapes; noise and residuals of the training points.
void GaussianProcess::initialize() {
  const Index n = num_data();
  BOA_CHECK(parameters_.kernel != nullptr, "a Gaussian process needs a kernel");
  BOA_CHECK(data_.y.size() == n, data_.y.size(), n);
  BOA_CHECK(data_.y_var.size() == 0 || data_.y_var.size() == n, data_.y_var.size(), n);
  BOA_CHECK(scale_.scale > 0.0, scale_.scale);
  BOA_CHECK(parameters_.mean_slopes.size() == 0 || parameters_.mean_slopes.size() == dim(), dim());
  noise_ = prior_noise(data_.X);
  for (Index i = 0; i < data_.y_var.size(); ++i) {
    const double known = data_.y_var[i] / (scale_.scale * scale_.scale);
    if (!std::isnan(known)) noise_[i] = std::max(known, parameters_.fixed_noise_min);
  }
  residual_ = ((data_.y.array() - scale_.offset) / scale_.scale).matrix() - prior_mean(data_.X);
}

/// Prior mean at the rows of X, in the model's own scale.
Vector GaussianProcess::prior_mean(const Matrix& X) const {
  if (parameters_.mean_slopes.size() > 0 && X.rows() > 0) {
    return (X * parameters_.mean_slopes).array() + parameters_.mean_constant;
  }
  if (parameters_.task_column < 0) return Vector::Constant(X.rows(), parameters_.mean_constant);
  return X.col(parameters_.task_column).unaryExpr([this](double t) {
    return parameters_.task_means[static_cast<Index>(std::lround(t))];
  });
}

/// Inferred noise variance at the rows of X, in the model's own scale.
Vector GaussianProcess::prior_noise(const Matrix& X) const {
  if (parameters_.task_column < 0) return Vector::Constant(X.rows(), parameters_.noise_variance);
  return X.col(parameters_.task_column).unaryExpr([this](double t) {
    return parameters_.task_noise[static_cast<Index>(std::lround(t))];
  });
}

Vector GaussianProcess::observation_noise(const Matrix& X) const {
  if (parameters_.task_column >= 0) return prior_noise(X) * (scale_.scale * scale_.scale);
  return Vector::Constant(X.rows(), observation_noise());
}

void GaussianProcess::finish() {
  alpha_ = residual_;
  if (num_data() > 0) {
    math::solve_lower_in_place(L_, alpha_);
    math::solve_lower_transposed_in_place(L_, alpha_);
  }
}

double GaussianProcess::observation_noise() const {
  const double own = data_.y_var.size() > 0 && data_.y_var.allFinite() ? noise_.mean() : parameters_.noise_variance;
  return own * scale_.scale * scale_.scale;
}

void GaussianProcess::marginals(const Matrix& X, Vector& mean, Vector& variance) const {
  const Index b = X.rows(), n = num_data();
  const double s = scale_.scale;
  mean.resize(b);
  variance = parameters_.kernel->diagonal(X);
  if (n == 0) {
    mean = (scale_.offset + s * prior_mean(X).array()).matrix();
    variance *= s * s;
    return;
  }
  Matrix K;  // n x block
  for (Index from = 0; from < b; from += kBlock) {
    const Index count = std::min(kBlock, b - from);
    parameters_.kernel->evaluate(data_.X, X.middleRows(from, count), K);
    mean.segment(from, count).noalias() = K.transpose() * alpha_;
    math::solve_lower_in_place(L_, K);
    variance.segment(from, count) -= K.colwise().squaredNorm().transpose();
  }
  mean = (scale_.offset + s * (mean + prior_mean(X)).array()).matrix();
  variance = (variance.array().max(0.0) * (s * s)).matrix();
}

void GaussianProcess::joint(const Matrix& X, JointPosterior& posterior) const {
  const double s = scale_.scale;
  posterior.X = X;
  parameters_.kernel->evaluate(X, X, posterior.covariance);
  posterior.mean = prior_mean(X);
  if (num_data() > 0) {
    parameters_.kernel->evaluate(X, data_.X, posterior.K_zx);
    posterior.mean.noalias() += posterior.K_zx * alpha_;
    posterior.explained = posterior.K_zx.transpose();
    math::solve_lower_in_place(L_, posterior.explained);
    posterior.covariance.noalias() -= posterior.explained.transpose() * posterior.explained;
  } else {
    posterior.K_zx.resize(X.rows(), 0);
    posterior.explained.resize(0, X.rows());
  }
  posterior.mean = (scale_.offset + s * posterior.mean.array()).matrix();
  posterior.covariance *= s * s;
}

void GaussianProcess::joint_backward(JointPosterior& posterior, const Vector& d_mean, const Matrix& d_covariance,
                                     Matrix& gradient) const {
  const double s = scale_.scale;
  const Index q = posterior.X.rows();
  if (parameters_.mean_slopes.size() > 0) gradient.noalias() += (s * d_mean) * parameters_.mean_slopes.transpose();
  // Covariance: dF = sum G .* (dK_zz - dK_zx P - P' dK_xz) with P = A^-1 K_xz.
  if (num_data() > 0) {
    posterior.solved = posterior.explained;
    math::solve_lower_transposed_in_place(L_, posterior.solved);
    posterior.scratch.noalias() = (s * d_mean) * alpha_.transpose();
    posterior.scratch.noalias() -= (2.0 * s * s) * d_covariance * posterior.solved.transpose();
    parameters_.kernel->add_gradient(posterior.X, data_.X, posterior.scratch, nullptr, &gradient);
  }
  if (q == 1) {
    parameters_.kernel->add_diagonal_gradient(posterior.X, Vector::Constant(1, s * s * d_covariance(0, 0)), gradient);
    return;
  }
  posterior.scratch_zz = (2.0 * s * s) * d_covariance;
  parameters_.kernel->add_gradient(posterior.X, posterior.X, posterior.scratch_zz, nullptr, &gradient);
}

FixedPoints GaussianProcess::fix_points(const Matrix& X) const {
  JointPosterior posterior;
  joint(X, posterior);
  math::solve_lower_transposed_in_place(L_, posterior.explained);
  return {X, posterior.mean, math::robust_cholesky(posterior.covariance).L, std::move(posterior.explained)};
}

void GaussianProcess::cross_covariance(const JointPosterior& posterior, const FixedPoints& fixed, Matrix& cross) const {
  parameters_.kernel->evaluate(posterior.X, fixed.X, cross);
  if (num_data() > 0) cross.noalias() -= posterior.K_zx * fixed.solved;
  cross *= scale_.scale * scale_.scale;
}

void GaussianProcess::cross_backward(JointPosterior& posterior, const FixedPoints& fixed, const Matrix& d_cross,
                                     Matrix& gradient) const {
  const Matrix scaled = d_cross * (scale_.scale * scale_.scale);
  parameters_.kernel->add_gradient(posterior.X, fixed.X, scaled, nullptr, &gradient);
  if (num_data() == 0) return;
  posterior.scratch.noalias() = -scaled * fixed.solved.transpose();
  parameters_.kernel->add_gradient(posterior.X, data_.X, posterior.scratch, nullptr, &gradient);
}

std::shared_ptr<const GaussianProcess> GaussianProcess::condition_on(const Matrix& X, const Vector& y,
                                                                     const Vector& y_var) const {
  const Index n = num_data(), k = X.rows();
  BOA_CHECK(X.cols() == dim() && y.size() == k, X.cols(), y.size());
  auto result = std::shared_ptr<GaussianProcess>(new GaussianProcess());
  result->parameters_ = parameters_;
  result->scale_ = scale_;
  TrainingData& data = result->data_;
  data.X.resize(n + k, dim());
  data.X << data_.X, X;
  data.y.resize(n + k);
  data.y << data_.y, y;
  if (data_.y_var.size() > 0 || y_var.size() > 0) {
    const double unknown = std::nan("");
    data.y_var.resize(n + k);
    data.y_var.head(n) = data_.y_var.size() > 0 ? data_.y_var : Vector::Constant(n, unknown);
    data.y_var.tail(k) = y_var.size() > 0 ? y_var : Vector::Constant(k, unknown);
  }
  result->initialize();
  Matrix corner = (*parameters_.kernel)(X, X);
  corner.diagonal() += result->noise_.tail(k);
  const Matrix off = n > 0 ? (*parameters_.kernel)(X, data_.X) : Matrix(k, 0);
  result->L_ = math::cholesky_append(L_, off, corner);
  result->finish();
  return result;
}

std::vector<std::shared_ptr<const GaussianProcess>> GaussianProcess::fantasize(const Matrix& X,
                                                                               const Matrix& base_samples) const {
  JointPosterior posterior;
  joint(X, posterior);
  const double noise = observation_noise();
  posterior.covariance.diagonal().array() += noise;
  const Matrix root = math::robust_cholesky(posterior.covariance).L;
  const Vector y_var = Vector::Constant(X.rows(), noise);
  std::vector<std::shared_ptr<const GaussianProcess>> result;
  for (Index s = 0; s < base_samples.rows(); ++s) {
    const Vector y = posterior.mean + root * base_samples.row(s).transpose();
    if (s == 0) {
      result.push_back(condition_on(X, y, y_var));
      continue;
    }
    // The factor does not depend on the outcomes.
    auto model = std::make_shared<GaussianProcess>(*result[0]);
    model->data_.y.tail(X.rows()) = y;
    model->initialize();
    model->finish();
    result.push_back(std::move(model));
  }
  return result;
}

LeaveOneOut GaussianProcess::leave_one_out() const {
  const Index n = num_data();
  const Matrix inverse = math::cholesky_inverse(L_);
  LeaveOneOut result{Vector(n), Vector(n), Vector(n)};
  const double s = scale_.scale;
  for (Index i = 0; i < n; ++i) {
    const double variance = 1.0 / inverse(i, i);
    result.mean[i] = data_.y[i] - s * alpha_[i] * variance;
    result.variance_observed[i] = s * s * variance;
    result.variance[i] = s * s * std::max(variance - noise_[i], 0.0);
  }
  return result;
}

}  // namespace boa::gp
