#include "boa/gp/nuts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace boa::gp {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMaxEnergyError = 1000;  // beyond it a trajectory diverges
// Warm-up in Stan's manner: step size alone first and last, between them windows for the mass matrix.
constexpr int kFirstBuffer = 75;
constexpr int kLastBuffer = 50;
constexpr int kFirstWindow = 25;
// Dual averaging (Hoffman & Gelman 2014, section 3.2).
constexpr double kGamma = 0.05;
constexpr double kOffset = 10;
constexpr double kKappa = 0.75;

/// A point of phase space.
struct State {
  Vector x, r, gradient;
  double log_density = -kInfinity;
};

class StepSize {
 public:
  void restart(double step) {
    log_step_ = std::log(step);
    center_ = std::log(10 * step);
    average_ = error_ = 0;
    count_ = 0;
  }
  void learn(double accept, double target) {
    ++count_;
    const double eta = 1 / (count_ + kOffset);
    error_ = (1 - eta) * error_ + eta * (target - accept);
    log_step_ = center_ - std::sqrt(count_) / kGamma * error_;
    const double weight = std::pow(count_, -kKappa);
    average_ = weight * log_step_ + (1 - weight) * average_;
  }
  double current() const { return std::exp(log_step_); }
  double final() const { return count_ > 0 ? std::exp(average_) : current(); }

 private:
  double log_step_ = 0, center_ = 0, average_ = 0, error_ = 0, count_ = 0;
};

/// A trajectory, or a part of it.
struct Tree {
  State first, last;  // backward and forward end
  State proposal;
  Vector momentum;  // summed
  double log_weight = -kInfinity;
  double accept = 0;  // summed acceptance probabilities
  double leaves = 0;
  bool is_done = false;  // turned back or diverged
};

class Sampler {
 public:
  Sampler(const LogDensity& density, const Vector& start, const NutsOptions& options, const util::Rng& rng)
      : density_(density), options_(options), rng_(rng), inverse_mass_(Vector::Ones(start.size())) {
    current_.x = start;
    current_.gradient.resize(start.size());
    evaluate(current_);
  }

  Matrix run() {
    warm_up();
    const int kept = std::max(1, options_.num_samples / options_.thinning);
    Matrix samples(kept, current_.x.size());
    for (int i = 0; i < kept; ++i) {
      for (int k = 0; k < options_.thinning; ++k) step();
      samples.row(i) = current_.x.transpose();
    }
    return samples;
  }

 private:
  void evaluate(State& state) const {
    state.log_density = density_(state.x, state.gradient);
    if (!std::isfinite(state.log_density) || !state.gradient.allFinite()) {
      state.log_density = -kInfinity;
      state.gradient.setZero();
    }
  }

  double energy(const State& state) const { return 0.5 * state.r.cwiseAbs2().dot(inverse_mass_) - state.log_density; }

  void leapfrog(State& state, double step) const {
    state.r += 0.5 * step * state.gradient;
    state.x += step * inverse_mass_.cwiseProduct(state.r);
    evaluate(state);
    state.r += 0.5 * step * state.gradient;
  }

  void draw_momentum(State& state) {
    state.r.resize(state.x.size());
    for (Index j = 0; j < state.r.size(); ++j) state.r[j] = rng_.normal() / std::sqrt(inverse_mass_[j]);
  }

  bool turns(const Vector& momentum, const State& first, const State& last) const {
    const Vector velocity = inverse_mass_.cwiseProduct(momentum);
    return velocity.dot(first.r) <= 0 || velocity.dot(last.r) <= 0;
  }

  Tree leaf(State state, double step) const {
    leapfrog(state, step);
    const double gain = start_energy_ - energy(state);
    Tree tree;
    tree.leaves = 1;
    tree.accept = std::isnan(gain) ? 0 : std::min(1.0, std::exp(gain));
    tree.log_weight = std::isnan(gain) ? -kInfinity : gain;
    tree.is_done = !(gain > -kMaxEnergyError);
    tree.momentum = state.r;
    tree.first = tree.last = tree.proposal = std::move(state);
    return tree;
  }

  /// `more` continues `tree` in the direction of `step`. `progressive`: the new part is preferred.
  void join(Tree& tree, Tree&& more, double step, bool progressive) {
    tree.accept += more.accept;
    tree.leaves += more.leaves;
    if (more.is_done) {
      tree.is_done = true;
      return;
    }
    const double top = std::max(tree.log_weight, more.log_weight);
    const double total =
        top == -kInfinity ? top : top + std::log(std::exp(tree.log_weight - top) + std::exp(more.log_weight - top));
    const double share = std::exp(more.log_weight - (progressive ? tree.log_weight : total));
    if (rng_.uniform() < share) tree.proposal = std::move(more.proposal);
    tree.log_weight = total;
    tree.momentum += more.momentum;
    (step > 0 ? tree.last : tree.first) = std::move(step > 0 ? more.last : more.first);
    tree.is_done = turns(tree.momentum, tree.first, tree.last);
  }

  Tree build(const State& from, double step, int depth) {
    if (depth == 0) return leaf(from, step);
    Tree tree = build(from, step, depth - 1);
    if (tree.is_done) return tree;
    join(tree, build(step > 0 ? tree.last : tree.first, step, depth - 1), step, false);
    return tree;
  }

  void step() {
    draw_momentum(current_);
    start_energy_ = energy(current_);
    Tree tree;
    tree.first = tree.last = tree.proposal = current_;
    tree.momentum = current_.r;
    tree.log_weight = 0;
    const double size = is_warm_ ? step_.final() : step_.current();
    for (int depth = 0; depth < options_.max_tree_depth && !tree.is_done; ++depth) {
      const double direction = rng_.uniform() < 0.5 ? -size : size;
      join(tree, build(direction > 0 ? tree.last : tree.first, direction, depth), direction, true);
    }
    current_ = std::move(tree.proposal);
    mean_accept_ = tree.leaves > 0 ? tree.accept / tree.leaves : 0;
  }

  /// A step size whose first leapfrog is accepted about half of the time.
  double reasonable_step() {
    double step = 0.1;
    draw_momentum(current_);
    start_energy_ = energy(current_);
    const auto gain = [&](double size) {
      State state = current_;
      leapfrog(state, size);
      const double value = start_energy_ - energy(state);
      return std::isnan(value) ? -kInfinity : value;
    };
    const bool grow = gain(step) > std::log(0.5);
    for (int i = 0; i < 50 && (gain(step) > std::log(0.5)) == grow; ++i) step *= grow ? 2 : 0.5;
    return step;
  }

  void warm_up() {
    const int total = options_.warmup_steps;
    const bool has_windows = total >= kFirstBuffer + kFirstWindow + kLastBuffer;
    int window = kFirstWindow;
    int window_end = kFirstBuffer + window;
    std::vector<Vector> seen;
    step_.restart(reasonable_step());
    for (int i = 0; i < total; ++i) {
      step();
      step_.learn(mean_accept_, options_.target_accept);
      if (!has_windows || i < kFirstBuffer || i >= total - kLastBuffer) continue;
      seen.push_back(current_.x);
      if (i + 1 < std::min(window_end, total - kLastBuffer)) continue;
      learn_mass(seen);
      seen.clear();
      step_.restart(reasonable_step());
      window *= 2;
      // What would not leave room for the window after it is one with it.
      window_end = window_end + 3 * window > total - kLastBuffer ? total - kLastBuffer : window_end + window;
    }
    is_warm_ = true;
  }

  /// Variances of the window, drawn a little towards 1e-3 (Stan).
  void learn_mass(const std::vector<Vector>& seen) {
    const auto n = static_cast<double>(seen.size());
    if (n < 2) return;
    Vector mean = Vector::Zero(current_.x.size()), squares = mean;
    for (const Vector& x : seen) mean += x / n;
    for (const Vector& x : seen) squares += (x - mean).cwiseAbs2() / (n - 1);
    inverse_mass_ = n / (n + 5) * squares.array() + 1e-3 * 5 / (n + 5);
  }

  const LogDensity& density_;
  NutsOptions options_;
  util::Rng rng_;
  Vector inverse_mass_;
  StepSize step_;
  State current_;
  double start_energy_ = 0;
  double mean_accept_ = 0;
  bool is_warm_ = false;
};

}  // namespace

Matrix sample_nuts(const LogDensity& density, const Vector& start, const NutsOptions& options, const util::Rng& rng) {
  return Sampler(density, start, options, rng.split("nuts")).run();
}

}  // namespace boa::gp
