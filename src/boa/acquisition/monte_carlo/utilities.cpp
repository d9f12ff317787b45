#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/acquisition/monte_carlo/outcomes.hpp"
#include "boa/math/smooth.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

using math::ValueAndSlope;

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

/// Largest utility of each sample over the points in front, which count as candidates already chosen; empty if there
/// are none.
Vector floor_of(const Matrix& leading_utility) {
  return leading_utility.cols() > 0 ? Vector(leading_utility.rowwise().maxCoeff()) : Vector();
}

/// Hard maximum over the candidates of each sample (and its floor, if there is one), averaged; the derivative goes to
/// the first largest.
double mean_of_max(const Matrix& utility, const Vector& floor, Matrix* d_utility) {
  const double share = 1.0 / static_cast<double>(utility.rows());
  double sum = 0.0;
  if (d_utility) d_utility->setZero(utility.rows(), utility.cols());
  for (Index s = 0; s < utility.rows(); ++s) {
    Index best = 0;
    const double top = utility.row(s).maxCoeff(&best);
    if (floor.size() > 0 && floor[s] >= top) {
      sum += floor[s];
      continue;
    }
    sum += top;
    if (d_utility) (*d_utility)(s, best) = share;
  }
  return sum * share;
}

/// log mean_s exp MAX_i of log utilities, with the smooth maximum.
double log_mean_of_max(const Matrix& log_utility, const Smoothing& smoothing, Matrix* d_log) {
  const Index samples = log_utility.rows(), k = log_utility.cols();
  Vector tops(samples);
  Vector row(k), slopes(k);
  if (d_log) d_log->resize(samples, k);
  for (Index s = 0; s < samples; ++s) {
    row = log_utility.row(s).transpose();
    if (k == 1) {
      // Both smooth maxima of one number: the number itself (fatmax adds tau log(2/2) = 0).
      tops[s] = row[0];
      slopes[0] = 1.0;
    } else {
      tops[s] = smoothing.fat ? math::fatmax(row.data(), k, smoothing.tau_max, slopes.data())
                              : math::smooth_amax(row.data(), k, smoothing.tau_max, slopes.data());
    }
    if (d_log) d_log->row(s) = slopes.transpose();
  }
  const double value = math::log_mean_exp(tops);
  if (d_log) {
    if (std::isfinite(value)) {
      const Vector share = (tops.array() - value).exp() / static_cast<double>(samples);
      *d_log = share.asDiagonal() * *d_log;
    } else {
      d_log->setZero();
    }
  }
  return value;
}

/// Expected improvement over a best value that may differ from sample to sample; plain or in logs.
class ImprovementUtility final : public SampleUtility {
 public:
  ImprovementUtility(Outcomes outcomes, Vector best, bool log)
      : outcomes_(std::move(outcomes)), best_(std::move(best)), log_(log) {}

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    return log_ ? log_value(samples, d_samples) : plain_value(samples, d_samples);
  }

 private:
  double best(Index s) const { return best_.size() == 1 ? best_[0] : best_[s]; }

  double log_value(const Samples& samples, Samples* d_samples) const {
    const Smoothing& smoothing = outcomes_.smoothing();
    Matrix y = outcomes_.objective(samples);
    Matrix slope(y.rows(), y.cols());
    for (Index i = 0; i < y.cols(); ++i) {
      for (Index s = 0; s < y.rows(); ++s) {
        const double gain = y(s, i) - best(s);
        const ValueAndSlope v =
            smoothing.fat ? math::log_fatplus(gain, smoothing.tau_relu) : math::log_softplus(gain, smoothing.tau_relu);
        y(s, i) = v.value;
        slope(s, i) = v.slope;
      }
    }
    std::vector<Matrix> indicator_slopes;
    if (outcomes_.constrained()) y += outcomes_.log_indicator(samples, smoothing.fat, &indicator_slopes);
    if (!d_samples) return log_mean_of_max(y, smoothing, nullptr);
    Matrix d_log;
    const double value = log_mean_of_max(y, smoothing, &d_log);
    set_zero(samples, d_samples);
    outcomes_.add_objective_gradient(samples, d_log.cwiseProduct(slope), *d_samples);
    outcomes_.add_indicator_gradient(indicator_slopes, d_log, *d_samples);
    return value;
  }

  double plain_value(const Samples& samples, Samples* d_samples) const {
    Matrix gain = outcomes_.objective(samples);
    for (Index i = 0; i < gain.cols(); ++i) {
      for (Index s = 0; s < gain.rows(); ++s) gain(s, i) = std::max(gain(s, i) - best(s), 0.0);
    }
    std::vector<Matrix> slopes;
    Matrix indicator;
    Matrix utility = gain;
    if (outcomes_.constrained()) {
      indicator = outcomes_.log_indicator(samples, outcomes_.smoothing().fat, &slopes).array().exp();
      utility.array() *= indicator.array();
    }
    if (!d_samples) return mean_of_max(utility, {}, nullptr);
    Matrix d_utility;
    const double value = mean_of_max(utility, {}, &d_utility);
    set_zero(samples, d_samples);
    Matrix d_gain = d_utility.array() * (gain.array() > 0.0).cast<double>();
    if (outcomes_.constrained()) d_gain.array() *= indicator.array();
    outcomes_.add_objective_gradient(samples, d_gain, *d_samples);
    outcomes_.add_indicator_gradient(slopes, d_utility.cwiseProduct(utility), *d_samples);
    return value;
  }

  Outcomes outcomes_;
  Vector best_;
  bool log_;
};

class ProbabilityUtility final : public SampleUtility {
 public:
  ProbabilityUtility(Outcomes outcomes, double best_f, double tau, const Samples& leading)
      : outcomes_(std::move(outcomes)), best_f_(best_f), tau_(tau) {
    if (leading[0].cols() > 0) floor_ = floor_of(parts(leading).utility);
  }

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    const Parts p = parts(samples);
    if (!d_samples) return mean_of_max(p.utility, floor_, nullptr);
    Matrix d_utility;
    const double value = mean_of_max(p.utility, floor_, &d_utility);
    set_zero(samples, d_samples);
    outcomes_.add_objective_gradient(samples, d_utility.cwiseProduct(p.slope), *d_samples);
    outcomes_.add_indicator_gradient(p.indicator_slopes, d_utility.cwiseProduct(p.utility), *d_samples);
    return value;
  }

 private:
  struct Parts {
    Matrix utility;  // sigmoid times indicator
    Matrix slope;    // of the utility in the objective
    std::vector<Matrix> indicator_slopes;
  };
  Parts parts(const Samples& samples) const {
    Parts p;
    p.utility = outcomes_.objective(samples);
    p.slope.resize(p.utility.rows(), p.utility.cols());
    for (Index i = 0; i < p.utility.size(); ++i) {
      const ValueAndSlope v = math::sigmoid((p.utility.data()[i] - best_f_) / tau_);
      p.utility.data()[i] = v.value;
      p.slope.data()[i] = v.slope / tau_;
    }
    if (outcomes_.constrained()) {
      const Matrix indicator =
          outcomes_.log_indicator(samples, outcomes_.smoothing().fat, &p.indicator_slopes).array().exp();
      p.utility.array() *= indicator.array();
      p.slope.array() *= indicator.array();
    }
    return p;
  }

  Outcomes outcomes_;
  double best_f_;
  double tau_;
  Vector floor_;
};

class RegretUtility final : public SampleUtility {
 public:
  RegretUtility(Outcomes outcomes, const Samples& leading)
      : outcomes_(std::move(outcomes)), floor_(floor_of(outcomes_.objective(leading))) {}

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    Matrix d_y;
    const double value = mean_of_max(outcomes_.objective(samples), floor_, d_samples ? &d_y : nullptr);
    if (d_samples) {
      set_zero(samples, d_samples);
      outcomes_.add_objective_gradient(samples, d_y, *d_samples);
    }
    return value;
  }

 private:
  Outcomes outcomes_;
  Vector floor_;
};

class BoundUtility final : public SampleUtility {
 public:
  BoundUtility(Outcomes outcomes, double beta, bool lower, const Samples& leading)
      : outcomes_(std::move(outcomes)), width_((lower ? -1.0 : 1.0) * std::sqrt(beta * math::kPi / 2.0)) {
    if (leading[0].cols() > 0) floor_ = floor_of(utility(outcomes_.objective(leading)));
  }

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    const Matrix y = outcomes_.objective(samples);
    Matrix d_utility;
    const double value = mean_of_max(utility(y), floor_, d_samples ? &d_utility : nullptr);
    if (d_samples) {
      set_zero(samples, d_samples);
      // utility = mean + w |y - mean|, and the mean depends on every sample.
      const Matrix deviation = y.rowwise() - y.colwise().mean();
      Matrix d_y = width_ * d_utility.cwiseProduct(deviation.cwiseSign());
      const Eigen::RowVectorXd d_mean =
          (d_utility.colwise().sum() - d_y.colwise().sum()) / static_cast<double>(y.rows());
      d_y.rowwise() += d_mean;
      outcomes_.add_objective_gradient(samples, d_y, *d_samples);
    }
    return value;
  }

 private:
  Matrix utility(const Matrix& y) const {
    const Eigen::RowVectorXd mean = y.colwise().mean();
    return (width_ * (y.rowwise() - mean).cwiseAbs()).rowwise() + mean;
  }

  Outcomes outcomes_;
  double width_;
  Vector floor_;
};

class FeasibilityUtility final : public SampleUtility {
 public:
  FeasibilityUtility(Outcomes outcomes, const Samples& leading) : outcomes_(std::move(outcomes)) {
    if (leading[0].cols() > 0) floor_ = floor_of(outcomes_.log_indicator(leading, outcomes_.smoothing().fat, nullptr));
  }

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    std::vector<Matrix> slopes;
    Matrix logs = outcomes_.log_indicator(samples, outcomes_.smoothing().fat, &slopes);
    const Index k = logs.cols();
    if (floor_.size() > 0) {
      logs.conservativeResize(Eigen::NoChange, k + 1);
      logs.col(k) = floor_;
    }
    Matrix d_log;
    const double value = log_mean_of_max(logs, outcomes_.smoothing(), d_samples ? &d_log : nullptr);
    if (d_samples) {
      set_zero(samples, d_samples);
      outcomes_.add_indicator_gradient(slopes, d_log.leftCols(k), *d_samples);
    }
    return value;
  }

 private:
  Outcomes outcomes_;
  Vector floor_;
};

/// Best feasible leading point of each sample. Where none is feasible, a value below every sample: the least objective
/// seen, minus its range, so that any feasible point is an improvement.
Vector best_of_leading(const Outcomes& outcomes, const Samples& leading) {
  BOA_CHECK(!leading.empty() && leading[0].cols() > 0, "noisy acquisition functions need baseline points");
  const Matrix y = outcomes.objective(leading);
  const double fallback = y.minCoeff() - (y.maxCoeff() - y.minCoeff()) - 1e-3;
  Vector best = Vector::Constant(y.rows(), kMinusInfinity);
  for (Index s = 0; s < y.rows(); ++s) {
    for (Index i = 0; i < y.cols(); ++i) {
      if (outcomes.feasible(leading, s, i)) best[s] = std::max(best[s], y(s, i));
    }
    if (best[s] == kMinusInfinity) best[s] = fallback;
  }
  return best;
}

/// For fixed best_f the pending points in front of X are candidates too: they belong behind it.
MonteCarloSpec pending_as_candidates(MonteCarloSpec spec) {
  BOA_CHECK(spec.leading.rows() == 0, "with a fixed best value pending points go into `trailing`");
  return spec;
}

std::unique_ptr<AcquisitionFunction> make_improvement(MonteCarloSpec spec, double best_f, bool log) {
  const Outcomes outcomes(spec);
  return make_monte_carlo(std::move(spec), [outcomes, best_f, log](const Samples& leading) {
    Vector best = Vector::Constant(1, best_f);
    // Points that became pending later (with_pending) stand in front and raise the bar of each sample.
    if (!leading.empty() && leading[0].cols() > 0) best = best_of_leading(outcomes, leading).cwiseMax(best_f);
    return std::make_unique<ImprovementUtility>(outcomes, std::move(best), log);
  });
}

std::unique_ptr<AcquisitionFunction> make_noisy(MonteCarloSpec spec, bool log) {
  const Outcomes outcomes(spec);
  return make_monte_carlo(std::move(spec), [outcomes, log](const Samples& leading) {
    return std::make_unique<ImprovementUtility>(outcomes, best_of_leading(outcomes, leading), log);
  });
}

}  // namespace

std::unique_ptr<AcquisitionFunction> make_qei(MonteCarloSpec spec, double best_f) {
  return make_improvement(pending_as_candidates(std::move(spec)), best_f, false);
}

std::unique_ptr<AcquisitionFunction> make_qlogei(MonteCarloSpec spec, double best_f) {
  return make_improvement(pending_as_candidates(std::move(spec)), best_f, true);
}

std::unique_ptr<AcquisitionFunction> make_qpi(MonteCarloSpec spec, double best_f, double tau) {
  const Outcomes outcomes(spec);
  return make_monte_carlo(std::move(spec), [outcomes, best_f, tau](const Samples& leading) {
    return std::make_unique<ProbabilityUtility>(outcomes, best_f, tau, leading);
  });
}

std::unique_ptr<AcquisitionFunction> make_qsr(MonteCarloSpec spec) {
  const Outcomes outcomes(spec);
  return make_monte_carlo(std::move(spec), [outcomes](const Samples& leading) {
    return std::make_unique<RegretUtility>(outcomes, leading);
  });
}

std::unique_ptr<AcquisitionFunction> make_qucb(MonteCarloSpec spec, double beta, bool lower) {
  const Outcomes outcomes(spec);
  return make_monte_carlo(std::move(spec), [outcomes, beta, lower](const Samples& leading) {
    return std::make_unique<BoundUtility>(outcomes, beta, lower, leading);
  });
}

std::unique_ptr<AcquisitionFunction> make_qnei(MonteCarloSpec spec) { return make_noisy(std::move(spec), false); }

std::unique_ptr<AcquisitionFunction> make_qlognei(MonteCarloSpec spec) { return make_noisy(std::move(spec), true); }

std::unique_ptr<AcquisitionFunction> make_qlog_probability_of_feasibility(MonteCarloSpec spec) {
  const Outcomes outcomes(spec);
  return make_monte_carlo(std::move(spec), [outcomes](const Samples& leading) {
    return std::make_unique<FeasibilityUtility>(outcomes, leading);
  });
}

}  // namespace boa::acquisition
