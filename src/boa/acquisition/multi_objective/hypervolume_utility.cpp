#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "boa/acquisition/monte_carlo/outcomes.hpp"
#include "boa/acquisition/multi_objective/multi_objective.hpp"
#include "boa/math/smooth.hpp"
#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMaxUpper = 1e10;       // BoTorch's stand-in for an open cell in logs
constexpr Index kMaxCandidates = 12;     // 2^k subsets
constexpr double kFarFromCorner = 40.0;  // in tau: exp(-40) vanishes beside 0.1 / (1 + 40^2)
constexpr Index kRoughSamples = 16;      // where a thousand points are compared
constexpr double kMinGap = -1e-15;       // of the logs whose difference is taken: smoothing may turn their order around

/// Objectives of samples: linear combinations of the outcomes.
class Objectives {
 public:
  Objectives(MultiObjective objectives, Index m)
      : weights_(std::move(objectives.weights)), offset_(std::move(objectives.offset)) {
    if (weights_.size() == 0) weights_ = Matrix::Identity(m, m);
    if (offset_.size() == 0) offset_ = Vector::Zero(weights_.rows());
    BOA_CHECK(weights_.cols() == m && offset_.size() == weights_.rows(), weights_.cols(), m, offset_.size());
  }
  Index count() const { return weights_.rows(); }

  /// Sample s as k x M.
  void at(const Samples& samples, Index s, Matrix& y) const {
    y.resize(samples[0].cols(), count());
    for (Index j = 0; j < count(); ++j) {
      y.col(j).setConstant(offset_[j]);
      for (std::size_t k = 0; k < samples.size(); ++k) {
        const double w = weights_(j, static_cast<Index>(k));
        if (w != 0.0) y.col(j) += w * samples[k].row(s).transpose();
      }
    }
  }
  void add_gradient(Index s, const Matrix& d_y, Samples& d_samples) const {
    for (std::size_t k = 0; k < d_samples.size(); ++k) {
      d_samples[k].row(s) += (d_y * weights_.col(static_cast<Index>(k))).transpose();
    }
  }

 private:
  Matrix weights_;
  Vector offset_;
};

/// Base of both utilities: cells, one for all samples or one a sample, and the constraints.
class HypervolumeUtility : public SampleUtility {
 public:
  HypervolumeUtility(Outcomes outcomes, Objectives objectives, std::vector<Boxes> cells)
      : outcomes_(std::move(outcomes)), objectives_(std::move(objectives)), cells_(std::move(cells)) {}
  Index rough_samples() const override { return kRoughSamples; }

 protected:
  /// Which cells are those of a sample.
  std::size_t place(Index s) const { return cells_.size() == 1 ? 0 : static_cast<std::size_t>(s); }
  const Boxes& cells(Index s) const { return cells_[place(s)]; }
  Index sample_count(const Samples& samples) const {
    const Index S = samples[0].rows();
    BOA_CHECK(cells_.size() == 1 || static_cast<Index>(cells_.size()) >= S, cells_.size(), S);
    if (samples[0].cols() > kMaxCandidates) {
      throw UnsupportedError("a joint hypervolume improvement takes at most 12 points",
                             "Choose larger batches one point after the other.");
    }
    return S;
  }
  const std::vector<Boxes>& all_cells() const { return cells_; }
  const Outcomes& outcomes() const { return outcomes_; }
  const Objectives& objectives() const { return objectives_; }

 private:
  Outcomes outcomes_;
  Objectives objectives_;
  std::vector<Boxes> cells_;
};

/// Volume of the cells below `corner`, and its derivative.
double volume_below(const Boxes& cells, const Vector& corner, Vector& d_corner) {
  const Index M = corner.size();
  d_corner.setZero(M);
  double total = 0.0;
  Vector length(M);
  for (Index c = 0; c < cells.size(); ++c) {
    double volume = 1.0;
    for (Index j = 0; j < M && volume > 0.0; ++j) {
      length[j] = std::max(std::min(corner[j], cells.upper(c, j)) - cells.lower(c, j), 0.0);
      volume *= length[j];
    }
    if (!(volume > 0.0)) continue;
    total += volume;
    for (Index j = 0; j < M; ++j) {
      if (corner[j] < cells.upper(c, j)) d_corner[j] += volume / length[j];
    }
  }
  return total;
}

/// mean_s sum over subsets I of (-1)^(|I|+1) vol(min of I) prod of indicators.
class PlainHypervolume final : public HypervolumeUtility {
 public:
  using HypervolumeUtility::HypervolumeUtility;

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    const Index S = sample_count(samples), k = samples[0].cols();
    std::vector<Matrix> slopes;
    Matrix logs, d_logs;
    if (outcomes().constrained()) logs = outcomes().log_indicator(samples, outcomes().smoothing().fat, &slopes);
    if (d_samples) {
      set_zero(samples, d_samples);
      d_logs.setZero(S, k);
    }
    double value = 0.0;
    for (Index s = 0; s < S; ++s) {
      value += add_sample(samples, s, logs, d_samples, d_logs, 1.0 / static_cast<double>(S));
    }
    if (d_samples) outcomes().add_indicator_gradient(slopes, d_logs, *d_samples);
    return value;
  }

 private:
  double add_sample(const Samples& samples, Index s, const Matrix& logs, Samples* d_samples, Matrix& d_logs,
                    double share) const {
    const Index k = samples[0].cols(), M = objectives().count();
    Matrix y;
    objectives().at(samples, s, y);
    Matrix d_y = Matrix::Zero(k, M);
    Vector corner(M), d_corner(M);
    std::vector<Index> least(static_cast<std::size_t>(M));
    double value = 0.0;
    for (std::uint32_t subset = 1; subset < (1U << k); ++subset) {
      corner.setConstant(kInfinity);
      double log_weight = 0.0;
      int members = 0;
      for (Index i = 0; i < k; ++i) {
        if (!(subset >> i & 1U)) continue;
        ++members;
        if (logs.size() > 0) log_weight += logs(s, i);
        for (Index j = 0; j < M; ++j) {
          if (y(i, j) >= corner[j]) continue;
          corner[j] = y(i, j);
          least[static_cast<std::size_t>(j)] = i;
        }
      }
      const double weight = (members % 2 == 1 ? share : -share) * std::exp(log_weight);
      const double volume = weight * volume_below(cells(s), corner, d_corner);
      value += volume;
      if (!d_samples || volume == 0.0) continue;
      for (Index j = 0; j < M; ++j) d_y(least[static_cast<std::size_t>(j)], j) += weight * d_corner[j];
      for (Index i = 0; i < k; ++i) {
        if (subset >> i & 1U) d_logs(s, i) += volume;
      }
    }
    if (d_samples) objectives().add_gradient(s, d_y, *d_samples);
    return value;
  }
};

/// log sum exp, built up term by term.
class LogSum {
 public:
  void add(double term) {
    if (term == -kInfinity) return;
    if (term > top_) {
      sum_ = sum_ * std::exp(top_ - term) + 1.0;
      top_ = term;
    } else {
      sum_ += std::exp(term - top_);
    }
  }
  double value() const { return sum_ > 0.0 ? top_ + std::log(sum_) : -kInfinity; }

 private:
  double top_ = -kInfinity;
  double sum_ = 0.0;
};

/// The log volume that one point gains in the cells, by whole columns of cells: what LogHypervolume computes where a
/// set has one point and the smoothing is fat, many times faster. Points are mostly chosen one after the other.
class SinglePointCells {
 public:
  SinglePointCells(const Boxes& cells, const Smoothing& smoothing)
      : lower_(cells.lower),
        log_width_((cells.upper.cwiseMin(kMaxUpper) - cells.lower).array().log()),
        tau_relu_(smoothing.tau_relu),
        tau_max_(smoothing.tau_max) {}

  struct Scratch {
    Eigen::ArrayXd x, cauchy, decay, gain, delta, rest, area, product;
    Eigen::ArrayXXd slope;
  };

  /// Log of the volume gained at y (M), and its gradient (M, set) if not null: the log sum over the cells of sum_j
  /// fatmin(log_fatplus(y_j - lower_j), log width_j).
  double operator()(const Vector& y, Vector* gradient, Scratch& s) const {
    const Index count = lower_.rows();
    s.area.setZero(count);
    s.product.setOnes(count);
    if (gradient) s.slope.resize(count, y.size());
    for (Index j = 0; j < y.size(); ++j) {
      s.x = (y[j] - lower_.col(j)) / tau_relu_;
      s.cauchy = 1 / (1 + s.x.square());
      s.gain = s.x.max(0.0) + math::kFatPlusWeight * s.cauchy;
      // Mostly every cell is so many tau away that its exponential is none beside the polynomial tail.
      const bool is_near = (s.x.abs() < kFarFromCorner).any();
      if (is_near) {
        s.decay = (-s.x.abs()).exp();
        s.gain += (1 + s.decay).log();
      }
      if (gradient) {
        s.slope.col(j) = -2 * math::kFatPlusWeight * s.x * s.cauchy.square();
        if (is_near) {
          s.slope.col(j) += (s.x >= 0).select(1 / (1 + s.decay), s.decay / (1 + s.decay));
        } else {
          s.slope.col(j) += (s.x >= 0).cast<double>();
        }
        s.slope.col(j) /= tau_relu_ * s.gain;
      }
      s.gain = s.gain.log() + std::log(tau_relu_);
      // fatmin of two is the smaller one less tau log(1 + rest), the rest being what fatmax adds for the greater.
      s.delta = (s.gain - log_width_.col(j)) / tau_max_;
      s.rest = 2 / (2 + 2 * s.delta.abs() + s.delta.square());
      s.area += s.gain.min(log_width_.col(j));
      s.product *= 1 + s.rest;
      if (!gradient) continue;
      s.rest = (1 + s.delta.abs()) * s.rest.square() / (1 + s.rest);
      s.slope.col(j) *= (s.delta <= 0).select(1 - s.rest, s.rest);
    }
    s.area -= tau_max_ * s.product.log();
    const double top = s.area.maxCoeff();
    if (!(top > -kInfinity)) {
      if (gradient) gradient->setZero(y.size());
      return -kInfinity;
    }
    s.area = (s.area - top).exp();
    const double sum = s.area.sum();
    if (gradient) *gradient = (s.slope.matrix().transpose() * s.area.matrix()) / sum;
    return top + std::log(sum);
  }

 private:
  Eigen::ArrayXXd lower_, log_width_;  // cells x M
  double tau_relu_, tau_max_;
};

/// The same smoothed, in logs: lengths by LOGIMPROVE, minima by MIN; subsets and cells by log sums.
class LogHypervolume final : public HypervolumeUtility {
 public:
  LogHypervolume(Outcomes outcomes, Objectives objectives, std::vector<Boxes> cells)
      : HypervolumeUtility(std::move(outcomes), std::move(objectives), std::move(cells)) {
    if (!this->outcomes().smoothing().fat) return;
    for (const Boxes& boxes : all_cells()) single_.emplace_back(boxes, this->outcomes().smoothing());
  }

  double evaluate(const Samples& samples, Samples* d_samples) const override {
    const Index S = sample_count(samples), k = samples[0].cols();
    std::vector<Matrix> slopes;
    Matrix logs = Matrix::Zero(S, k);
    if (outcomes().constrained()) logs = outcomes().log_indicator(samples, outcomes().smoothing().fat, &slopes);
    if (k == 1 && !single_.empty()) return evaluate_single(samples, logs.col(0), slopes, d_samples);
    Scratch scratch(k, objectives().count());
    Vector tops(S);
    for (Index s = 0; s < S; ++s) {
      objectives().at(samples, s, scratch.y);
      LogSum sum;
      for (Index c = 0; c < cells(s).size(); ++c) sum.add(cell_value(s, c, logs, scratch).value);
      tops[s] = sum.value();
    }
    const double value = math::log_mean_exp(tops);
    if (!d_samples) return value;
    set_zero(samples, d_samples);
    Matrix d_logs = Matrix::Zero(S, k);
    if (!std::isfinite(value)) return value;
    for (Index s = 0; s < S; ++s) {
      objectives().at(samples, s, scratch.y);
      scratch.d_y.setZero();
      for (Index c = 0; c < cells(s).size(); ++c) {
        const CellValue v = cell_value(s, c, logs, scratch);
        const double weight = std::exp(v.value - value) / static_cast<double>(S);
        if (weight > 0.0) cell_backward(s, c, v, weight, logs, scratch, d_logs);
      }
      objectives().add_gradient(s, scratch.d_y, *d_samples);
    }
    outcomes().add_indicator_gradient(slopes, d_logs, *d_samples);
    return value;
  }

 private:
  double evaluate_single(const Samples& samples, const Vector& logs, const std::vector<Matrix>& slopes,
                         Samples* d_samples) const {
    const Index S = samples[0].rows();
    SinglePointCells::Scratch scratch;
    Matrix y, d_y(S, objectives().count());
    Vector point, gradient, tops(S);
    for (Index s = 0; s < S; ++s) {
      objectives().at(samples, s, y);
      point = y.row(0).transpose();
      tops[s] = logs[s] + single_[place(s)](point, d_samples ? &gradient : nullptr, scratch);
      if (d_samples) d_y.row(s) = gradient.transpose();
    }
    const double value = math::log_mean_exp(tops);
    if (!d_samples) return value;
    set_zero(samples, d_samples);
    if (!std::isfinite(value)) return value;
    const Vector weights = (tops.array() - value).exp() / static_cast<double>(S);
    for (Index s = 0; s < S; ++s) objectives().add_gradient(s, weights[s] * d_y.row(s), *d_samples);
    outcomes().add_indicator_gradient(slopes, weights, *d_samples);
    return value;
  }

  struct CellValue {
    double value;      // log of the volume gained in the cell
    double slope_odd;  // of the value in the log sum over odd subsets
    double slope_even;
    double odd;
    double even;
  };

  struct Scratch {
    Scratch(Index k, Index M)
        : y(k, M),
          d_y(k, M),
          gain(k, M),
          slope(k, M),
          area(std::size_t{1} << k),
          members(k),
          member_slopes(k, M),
          width_slopes(M) {}
    Matrix y, d_y;             // k x M
    Matrix gain, slope;        // k x M: log improvement over the cell's lower corner
    std::vector<double> area;  // by subset
    Vector members;            // of a subset, one objective
    Matrix member_slopes;      // k x M: of each objective's length in the members' gains
    Vector width_slopes;       // M: of the length in the smooth minimum over members
  };

  std::vector<SinglePointCells> single_;  // as the cells; empty where the smoothing is not fat

  double smooth_min(const double* x, Index n, double* slopes) const {
    const Smoothing& smoothing = outcomes().smoothing();
    if (smoothing.fat) return math::fatmin(x, n, smoothing.tau_max, slopes);
    double negative[kMaxCandidates];
    for (Index i = 0; i < n; ++i) negative[i] = -x[i];
    return -math::smooth_amax(negative, n, smoothing.tau_max, slopes);
  }

  /// Log volume of the box of one subset in one cell; leaves the slopes in the scratch.
  double subset_area(Index s, Index c, std::uint32_t subset, const Matrix& logs, Scratch& scratch) const {
    const Index k = scratch.y.rows(), M = scratch.y.cols();
    const Boxes& boxes = cells(s);
    double area = 0.0;
    for (Index j = 0; j < M; ++j) {
      Index n = 0;
      for (Index i = 0; i < k; ++i) {
        if (subset >> i & 1U) scratch.members[n++] = scratch.gain(i, j);
      }
      double pair[2] = {scratch.members[0], 0.0};
      if (n == 1) {
        scratch.member_slopes(0, j) = 1.0;
      } else {
        pair[0] = smooth_min(scratch.members.data(), n, scratch.member_slopes.col(j).data());
      }
      pair[1] = std::log(std::min(boxes.upper(c, j), kMaxUpper) - boxes.lower(c, j));
      double slopes[2] = {1.0, 0.0};
      area += smooth_min(pair, 2, slopes);
      scratch.width_slopes[j] = slopes[0];
    }
    for (Index i = 0; i < k; ++i) {
      if (subset >> i & 1U) area += logs(s, i);
    }
    return area;
  }

  CellValue cell_value(Index s, Index c, const Matrix& logs, Scratch& scratch) const {
    const Index k = scratch.y.rows(), M = scratch.y.cols();
    const Smoothing& smoothing = outcomes().smoothing();
    for (Index j = 0; j < M; ++j) {
      for (Index i = 0; i < k; ++i) {
        const double gain = scratch.y(i, j) - cells(s).lower(c, j);
        const math::ValueAndSlope v =
            smoothing.fat ? math::log_fatplus(gain, smoothing.tau_relu) : math::log_softplus(gain, smoothing.tau_relu);
        scratch.gain(i, j) = v.value;
        scratch.slope(i, j) = v.slope;
      }
    }
    LogSum odd, even;
    for (std::uint32_t subset = 1; subset < (1U << k); ++subset) {
      const double area = subset_area(s, c, subset, logs, scratch);
      scratch.area[subset] = area;
      (__builtin_popcount(subset) % 2 == 1 ? odd : even).add(area);
    }
    CellValue v{odd.value(), 1.0, 0.0, odd.value(), even.value()};
    if (v.even == -kInfinity) return v;
    const math::ValueAndSlope rest = math::log1mexp(std::min(v.even - v.odd, kMinGap));
    v.value += rest.value;
    v.slope_even = rest.slope;
    v.slope_odd = 1.0 - rest.slope;
    return v;
  }

  /// Adds `weight` times the derivative of the cell's value. The scratch holds the cell's gains and areas.
  void cell_backward(Index s, Index c, const CellValue& v, double weight, const Matrix& logs, Scratch& scratch,
                     Matrix& d_logs) const {
    const Index k = scratch.y.rows(), M = scratch.y.cols();
    for (std::uint32_t subset = 1; subset < (1U << k); ++subset) {
      const bool is_odd = __builtin_popcount(subset) % 2 == 1;
      const double d_area = weight * (is_odd ? v.slope_odd * std::exp(scratch.area[subset] - v.odd)
                                             : v.slope_even * std::exp(scratch.area[subset] - v.even));
      if (d_area == 0.0) continue;
      subset_area(s, c, subset, logs, scratch);
      Index n = 0;
      for (Index i = 0; i < k; ++i) {
        if (!(subset >> i & 1U)) continue;
        d_logs(s, i) += d_area;
        for (Index j = 0; j < M; ++j) {
          scratch.d_y(i, j) += d_area * scratch.width_slopes[j] * scratch.member_slopes(n, j) * scratch.slope(i, j);
        }
        ++n;
      }
    }
  }
};

/// Fronts of pareto_Y and, in each sample, of the feasible leading points.
std::vector<Boxes> cells_of(const Outcomes& outcomes, const Objectives& objectives, const Vector& ref_point,
                            const Matrix& pareto_Y, const Samples& leading) {
  const Index r = leading[0].cols(), fixed = pareto_Y.rows();
  if (r == 0) return {non_dominated_boxes(pareto_Y, ref_point)};
  std::vector<Boxes> result;
  Matrix y, points(fixed + r, objectives.count());
  if (fixed > 0) points.topRows(fixed) = pareto_Y;
  for (Index s = 0; s < leading[0].rows(); ++s) {
    objectives.at(leading, s, y);
    Index count = fixed;
    for (Index i = 0; i < r; ++i) {
      if (outcomes.feasible(leading, s, i)) points.row(count++) = y.row(i);
    }
    result.push_back(non_dominated_boxes(points.topRows(count), ref_point));
  }
  return result;
}

template <typename Utility>
std::unique_ptr<AcquisitionFunction> make_hypervolume(MonteCarloSpec spec, MultiObjective multi,
                                                      const Vector& ref_point, const Matrix& pareto_Y) {
  const Outcomes outcomes(spec);
  const Objectives objectives(std::move(multi), static_cast<Index>(spec.models.size()));
  BOA_CHECK(ref_point.size() == objectives.count(), ref_point.size(), objectives.count());
  return make_monte_carlo(std::move(spec), [=](const Samples& leading) {
    return std::make_unique<Utility>(outcomes, objectives,
                                     cells_of(outcomes, objectives, ref_point, pareto_Y, leading));
  });
}

}  // namespace

std::unique_ptr<AcquisitionFunction> make_qehvi(MonteCarloSpec spec, MultiObjective objectives, const Vector& ref_point,
                                                const Matrix& pareto_Y) {
  return make_hypervolume<PlainHypervolume>(std::move(spec), std::move(objectives), ref_point, pareto_Y);
}

std::unique_ptr<AcquisitionFunction> make_qnehvi(MonteCarloSpec spec, MultiObjective objectives,
                                                 const Vector& ref_point) {
  return make_qehvi(std::move(spec), std::move(objectives), ref_point, Matrix(0, ref_point.size()));
}

std::unique_ptr<AcquisitionFunction> make_qlogehvi(MonteCarloSpec spec, MultiObjective objectives,
                                                   const Vector& ref_point, const Matrix& pareto_Y) {
  return make_hypervolume<LogHypervolume>(std::move(spec), std::move(objectives), ref_point, pareto_Y);
}

std::unique_ptr<AcquisitionFunction> make_qlognehvi(MonteCarloSpec spec, MultiObjective objectives,
                                                    const Vector& ref_point) {
  return make_qlogehvi(std::move(spec), std::move(objectives), ref_point, Matrix(0, ref_point.size()));
}

std::unique_ptr<AcquisitionFunction> make_qlogehvi_of_cells(MonteCarloSpec spec, MultiObjective multi,
                                                            std::vector<Boxes> cells) {
  const Outcomes outcomes(spec);
  const Objectives objectives(std::move(multi), static_cast<Index>(spec.models.size()));
  return make_monte_carlo(std::move(spec), [outcomes, objectives, cells = std::move(cells)](const Samples&) {
    return std::make_unique<LogHypervolume>(outcomes, objectives, cells);
  });
}

}  // namespace boa::acquisition
