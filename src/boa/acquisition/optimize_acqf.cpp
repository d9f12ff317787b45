#include "boa/acquisition/optimize_acqf.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "boa/acquisition/candidates.hpp"
#include "boa/optim/minimize.hpp"
#include "boa/util/error.hpp"
#include "boa/util/parallel.hpp"

namespace boa::acquisition {
namespace {

constexpr Index kMaxEnumeration = 4096;  // all-discrete domains up to this size are searched completely
constexpr Index kMaxAssignments = 64;    // mixed domains with at most so many combinations get a start in each good one
constexpr int kMaxRounds = 20;           // of discrete and continuous steps in turn
constexpr Index kChunk = 128;            // sets that a thread evaluates together
constexpr double kBoltzmannEta = 2.0;    // BoTorch's temperature of start selection

/// One candidate set with its value; X: q x d.
struct Candidate {
  Matrix X;
  double value = -std::numeric_limits<double>::infinity();
};

Vector flatten(const Matrix& X) {
  Vector x(X.size());
  for (Index i = 0; i < X.rows(); ++i) x.segment(i * X.cols(), X.cols()) = X.row(i).transpose();
  return x;
}

void unflatten(const Vector& x, Matrix& X) {
  for (Index i = 0; i < X.rows(); ++i) X.row(i) = x.segment(i * X.cols(), X.cols()).transpose();
}

std::vector<std::size_t> best_first(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return candidates[a].value > candidates[b].value; });
  return order;
}

class Search {
 public:
  Search(const AcquisitionFunction& acquisition, const optim::Domain& domain, const OptimizeAcqfOptions& options,
         const util::Rng& rng)
      : acquisition_(acquisition), domain_(domain), options_(options), rng_(rng.split("optimize_acqf")) {
    BOA_CHECK(domain.dim() == acquisition.dim(), domain.dim(), acquisition.dim());
    BOA_CHECK(options.q >= 1, options.q);
    raw_samples_ = options.raw_samples > 0 ? options.raw_samples : 512;
    starts_ = options.starts > 0 ? options.starts : 4;
  }

  AcqfOptimum run() {
    const Matrix all = options_.q == 1 ? enumerate_points(domain_, kMaxEnumeration) : Matrix(0, domain_.dim());
    if (all.rows() > 0) return best_of_all(all);
    std::vector<Candidate> raw = raw_candidates();
    if (raw.empty()) return {Matrix(0, domain_.dim()), -std::numeric_limits<double>::infinity()};
    const std::vector<Candidate> starts = closely(raw, choose_starts(raw));
    std::vector<Candidate> results(starts.size());
    util::parallel_for(starts.size(), options_.threads, [&](std::size_t k) { results[k] = ascend(starts[k]); });
    const AcqfOptimum best = best_allowed(results);
    return best.X.rows() > 0 ? best : best_allowed(raw);
  }

 private:
  /// Points for sets of q: every row of `points` is one member, taken in turn. In parts that are the same for any
  /// number of threads: the last digits of a matrix product depend on its size.
  std::vector<Candidate> evaluate(const Matrix& points) const {
    const Index q = options_.q, count = points.rows() / q;
    std::vector<Candidate> result(static_cast<std::size_t>(count));
    util::parallel_for(static_cast<std::size_t>((count + kChunk - 1) / kChunk), options_.threads, [&](std::size_t c) {
      const Index from = static_cast<Index>(c) * kChunk, size = std::min(kChunk, count - from);
      const Vector values = acquisition_.rough_values(points.middleRows(from * q, size * q), q);
      for (Index i = 0; i < size; ++i) {
        result[static_cast<std::size_t>(from + i)] = {points.middleRows((from + i) * q, q), values[i]};
      }
    });
    return result;
  }

  /// Every point of a finite domain is known; rough values are made good for those that may be the best.
  AcqfOptimum best_of_all(const Matrix& points) const {
    std::vector<Candidate> all = evaluate(points);
    if (!acquisition_.has_rough_values()) return best_allowed(all);
    std::erase_if(all, [this](const Candidate& c) { return !is_allowed(c.X); });
    std::vector<std::size_t> order = best_first(all);
    order.resize(std::min(order.size(), std::max(order.size() / 4, std::size_t{64})));
    return best_allowed(closely(all, order));
  }

  /// The chosen ones, with their true values where those of `raw` are rough.
  std::vector<Candidate> closely(const std::vector<Candidate>& raw, const std::vector<std::size_t>& chosen) const {
    std::vector<Candidate> result;
    for (const std::size_t i : chosen) result.push_back(raw[i]);
    if (!acquisition_.has_rough_values()) return result;
    util::parallel_for(result.size(), options_.threads,
                       [&](std::size_t k) { result[k].value = acquisition_.value_and_gradient(result[k].X, nullptr); });
    return result;
  }

  std::vector<Candidate> raw_candidates() const {
    const Index q = options_.q;
    Matrix spread = spread_points(domain_, raw_samples_ * q, rng_.split("raw"));
    const Index centers = std::min<Index>(options_.incumbents.rows(), 8);
    Matrix near(0, domain_.dim());
    if (centers > 0) {
      const Index copies = std::max<Index>(1, raw_samples_ / 4 / centers) * q;
      const std::span<const double> widths =
          options_.fine_copies ? std::span<const double>(kFineCopyWidths) : kCopyWidths;
      near = perturbed_points(domain_, options_.incumbents.topRows(centers), copies, rng_.split("near"), widths);
    }
    if (q > 1 && spread.rows() >= q) shuffle_rows(spread);
    Matrix points(spread.rows() / q * q + near.rows() / q * q, domain_.dim());
    points << spread.topRows(spread.rows() / q * q), near.topRows(near.rows() / q * q);
    std::vector<Candidate> result = evaluate(points);
    std::erase_if(result, [](const Candidate& c) { return !std::isfinite(c.value); });
    if (result.empty() && points.rows() > 0)
      result.push_back({points.topRows(q), -std::numeric_limits<double>::infinity()});
    // Only where every point is a combination can a whole region be used up; elsewhere the ascent moves away from
    // avoided points.
    if (!domain_.discrete.empty()) {
      std::vector<Candidate> allowed;
      for (const Candidate& c : result) {
        if (is_allowed(c.X)) allowed.push_back(c);
      }
      if (!allowed.empty()) return allowed;
    }
    return result;
  }

  /// Neighbouring points of a low-discrepancy sequence make poor sets of q.
  void shuffle_rows(Matrix& points) const {
    util::Rng stream = rng_.split("shuffle");
    for (Index i = points.rows() - 1; i > 0; --i) {
      points.row(i).swap(points.row(static_cast<Index>(stream.below(static_cast<std::uint64_t>(i) + 1))));
    }
  }

  /// The best candidate, then others drawn without replacement by weight exp(eta z), z the standardised value. Few
  /// combinations of discrete values: the best candidate of each of the best combinations too.
  std::vector<std::size_t> choose_starts(const std::vector<Candidate>& raw) const {
    const std::vector<std::size_t> order = best_first(raw);
    double mean = 0.0, square = 0.0;
    for (const Candidate& c : raw) mean += c.value / static_cast<double>(raw.size());
    for (const Candidate& c : raw) square += (c.value - mean) * (c.value - mean) / static_cast<double>(raw.size());
    const double deviation = std::sqrt(square);
    std::vector<std::size_t> chosen{order[0]};
    if (!(deviation > 0.0)) {
      for (std::size_t k = 1; k < order.size() && static_cast<int>(k) < starts_; ++k) chosen.push_back(order[k]);
      return chosen;
    }
    // Gumbel's trick: the largest of log weight + Gumbel noise are a weighted draw without replacement.
    util::Rng stream = rng_.split("boltzmann");
    std::vector<std::pair<double, std::size_t>> keys;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const double gumbel = -std::log(-std::log(stream.uniform() * (1.0 - 1e-16) + 1e-300));
      keys.emplace_back(-(kBoltzmannEta * (raw[i].value - mean) / deviation + gumbel), i);
    }
    std::sort(keys.begin(), keys.end());
    for (const auto& [key, i] : keys) {
      if (static_cast<int>(chosen.size()) >= starts_) break;
      if (i != order[0]) chosen.push_back(i);
    }
    add_best_assignments(raw, order, chosen);
    return chosen;
  }

  void add_best_assignments(const std::vector<Candidate>& raw, const std::vector<std::size_t>& order,
                            std::vector<std::size_t>& chosen) const {
    double combinations = domain_.discrete.empty() ? std::numeric_limits<double>::infinity() : 1.0;
    for (const optim::DiscreteDimension& column : domain_.discrete)
      combinations *= static_cast<double>(column.values.size());
    if (options_.q > 1 || combinations > static_cast<double>(kMaxAssignments)) return;
    std::vector<Vector> seen;
    const auto assignment = [this](const Matrix& X) {
      Vector values(static_cast<Index>(domain_.discrete.size()));
      for (std::size_t k = 0; k < domain_.discrete.size(); ++k)
        values[static_cast<Index>(k)] = X(0, domain_.discrete[k].column);
      return values;
    };
    for (const std::size_t i : chosen) seen.push_back(assignment(raw[i].X));
    for (const std::size_t i : order) {
      if (static_cast<int>(chosen.size()) >= 3 * starts_) return;
      const Vector values = assignment(raw[i].X);
      if (std::any_of(seen.begin(), seen.end(), [&values](const Vector& v) { return v == values; })) continue;
      seen.push_back(values);
      chosen.push_back(i);
    }
  }

  Candidate ascend(const Candidate& start) const {
    Candidate best = climb(start);
    if (domain_.discrete.empty()) return best;
    for (int round = 0; round < kMaxRounds; ++round) {
      const double before = best.value;
      if (!step_discrete(best)) break;
      best = climb(best);
      if (!(best.value > before + options_.relative_tolerance * std::abs(before))) break;
    }
    return best;
  }

  /// Continuous ascent with discrete columns held, in coordinates scaled to the unit box.
  Candidate climb(const Candidate& start) const {
    const Index q = options_.q, d = domain_.dim();
    optim::Domain scaled = scaled_domain(start.X);
    if (!(scaled.upper - scaled.lower).cwiseAbs().any()) return start;
    const Vector lower = domain_.lower.replicate(q, 1);
    const Vector width = (domain_.upper - domain_.lower).replicate(q, 1);
    Matrix X(q, d), gradient(q, d);
    const optim::Function negative = [&](const Vector& u, Vector* slope) {
      unflatten(lower + u.cwiseProduct(width), X);
      const double value = acquisition_.value_and_gradient(X, slope ? &gradient : nullptr);
      if (slope) *slope = -flatten(gradient).cwiseProduct(width);
      return -value;
    };
    const Vector u0 = (flatten(start.X) - lower).cwiseQuotient(width.cwiseMax(1e-300));
    const optim::MinimizeOptions stop{.max_evaluations = options_.max_evaluations,
                                      .relative_f_tolerance = options_.relative_tolerance,
                                      .absolute_f_tolerance = 1e-12,
                                      .absolute_x_tolerance = 1e-9};
    const optim::MinimizeResult result = scaled.has_constraints()
                                             ? optim::minimize_constrained(negative, u0, scaled, stop)
                                             : optim::minimize(negative, u0, scaled.lower, scaled.upper, stop);
    if (!(-result.value > start.value)) return start;
    Candidate end{Matrix(q, d), -result.value};
    unflatten(lower + result.x.cwiseProduct(width), end.X);
    for (Index i = 0; i < q; ++i) {
      // Scaling back must not leave the box or a discrete value by a rounding error.
      end.X.row(i) = end.X.row(i).cwiseMax(domain_.lower.transpose()).cwiseMin(domain_.upper.transpose());
      for (const optim::DiscreteDimension& column : domain_.discrete)
        end.X(i, column.column) = start.X(i, column.column);
    }
    return end;
  }

  /// Unit box for q points, discrete columns fixed where they are, constraints repeated for each point.
  optim::Domain scaled_domain(const Matrix& X) const {
    const Index q = options_.q, d = domain_.dim();
    const Vector width = domain_.upper - domain_.lower;
    optim::Domain scaled;
    scaled.lower = Vector::Zero(q * d);
    scaled.upper = Vector::Ones(q * d);
    const auto fix = [&](Index k, double u) { scaled.lower[k] = scaled.upper[k] = u; };
    for (Index i = 0; i < q; ++i) {
      for (Index j = 0; j < d; ++j) {
        if (!(width[j] > 0.0)) fix(i * d + j, 0.0);
      }
      for (const optim::DiscreteDimension& column : domain_.discrete) {
        const Index j = column.column;
        if (width[j] > 0.0) fix(i * d + j, (X(i, j) - domain_.lower[j]) / width[j]);
      }
      const auto add = [&](const optim::LinearConstraint& c, std::vector<optim::LinearConstraint>& list) {
        Vector a = Vector::Zero(q * d);
        a.segment(i * d, d) = c.a.cwiseProduct(width);
        const double b = c.b - c.a.dot(domain_.lower);
        const double size = std::max(a.cwiseAbs().maxCoeff(), 1e-300);
        list.push_back({a / size, b / size});
      };
      for (const optim::LinearConstraint& c : domain_.inequalities) add(c, scaled.inequalities);
      for (const optim::LinearConstraint& c : domain_.equalities) add(c, scaled.equalities);
      for (const optim::NonlinearConstraint& c : domain_.nonlinear) {
        scaled.nonlinear.push_back({scaled_function(c.f, i), c.is_equality});
      }
    }
    return scaled;
  }

  /// A function of one point as one of the i-th of q points in the unit box.
  optim::Function scaled_function(const optim::Function& f, Index i) const {
    const Index d = domain_.dim();
    return [&f, i, d, lower = domain_.lower, width = Vector(domain_.upper - domain_.lower)](const Vector& u,
                                                                                            Vector* gradient) {
      const Vector x = lower + u.segment(i * d, d).cwiseProduct(width);
      if (gradient == nullptr) return f(x, nullptr);
      Vector slope(d);
      const double value = f(x, &slope);
      gradient->setZero();
      gradient->segment(i * d, d) = slope.cwiseProduct(width);
      return value;
    };
  }

  /// Moves to the best neighbour in the discrete columns as long as that gains. False if it did not move.
  bool step_discrete(Candidate& at) const {
    bool moved = false;
    for (int step = 0; step < kMaxRounds; ++step) {
      const std::vector<Matrix> around = neighbours(at.X);
      if (around.empty()) return moved;
      const Index q = options_.q;
      Matrix points(static_cast<Index>(around.size()) * q, domain_.dim());
      for (std::size_t k = 0; k < around.size(); ++k) points.middleRows(static_cast<Index>(k) * q, q) = around[k];
      const Vector values = acquisition_.values(points, q);
      Index best = 0;
      if (!(values.maxCoeff(&best) > at.value)) return moved;
      at = {around[static_cast<std::size_t>(best)], values[best]};
      moved = true;
    }
    return moved;
  }

  /// Sets that differ in one discrete column of one point: the values next to it if they are ordered (and a few further
  /// away), else all others.
  std::vector<Matrix> neighbours(const Matrix& X) const {
    std::vector<Matrix> result;
    for (Index i = 0; i < X.rows(); ++i) {
      for (const optim::DiscreteDimension& column : domain_.discrete) {
        const auto count = static_cast<Index>(column.values.size());
        Index here = 0;
        for (Index v = 0; v < count; ++v) {
          if (column.values[static_cast<std::size_t>(v)] == X(i, column.column)) here = v;
        }
        for (Index v = 0; v < count; ++v) {
          if (v == here || (column.ordered && count > 20 && std::abs(v - here) > 2)) continue;
          Vector x = X.row(i).transpose();
          x[column.column] = column.values[static_cast<std::size_t>(v)];
          if (!repair(domain_, x)) continue;
          Matrix other = X;
          other.row(i) = x.transpose();
          if (is_allowed(other)) result.push_back(std::move(other));
        }
      }
    }
    return result;
  }

  /// No member is to be avoided or stands twice.
  bool is_allowed(const Matrix& X) const {
    for (Index i = 0; i < X.rows(); ++i) {
      const Vector x = X.row(i).transpose();
      if (is_near_any(domain_, x, options_.avoid, options_.avoid_distance)) return false;
      if (i > 0 && is_near_any(domain_, x, X.topRows(i), options_.avoid_distance)) return false;
    }
    return true;
  }

  AcqfOptimum best_allowed(const std::vector<Candidate>& candidates) const {
    AcqfOptimum best{Matrix(0, domain_.dim()), -std::numeric_limits<double>::infinity()};
    for (const Candidate& c : candidates) {
      if (best.X.rows() > 0 && !(c.value > best.value)) continue;
      if (is_allowed(c.X)) best = {c.X, c.value};
    }
    return best;
  }

  const AcquisitionFunction& acquisition_;
  const optim::Domain& domain_;
  const OptimizeAcqfOptions& options_;
  util::Rng rng_;
  int raw_samples_;
  int starts_;
};

}  // namespace

AcqfOptimum optimize_acqf(const AcquisitionFunction& acquisition, const optim::Domain& domain,
                          const OptimizeAcqfOptions& options, const util::Rng& rng) {
  return Search(acquisition, domain, options, rng).run();
}

AcqfOptimum optimize_acqf_sequential(const AcquisitionFunction& acquisition, const optim::Domain& domain,
                                     const OptimizeAcqfOptions& options, const util::Rng& rng) {
  OptimizeAcqfOptions single = options;
  single.q = 1;
  AcqfOptimum batch{Matrix(0, domain.dim()), 0.0};
  std::unique_ptr<AcquisitionFunction> conditioned;
  for (Index i = 0; i < options.q; ++i) {
    const AcquisitionFunction& current = conditioned ? *conditioned : acquisition;
    const AcqfOptimum next = optimize_acqf(current, domain, single, rng.split("batch", static_cast<std::uint64_t>(i)));
    if (next.X.rows() == 0) break;
    const auto append = [&next, &domain](Matrix& rows) {
      rows.conservativeResize(rows.rows() + 1, domain.dim());
      rows.bottomRows(1) = next.X;
    };
    append(batch.X);
    append(single.avoid);
    batch.value = next.value;
    if (i + 1 < options.q) conditioned = acquisition.with_pending(batch.X);
  }
  return batch;
}

}  // namespace boa::acquisition
