#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/math/types.hpp"

namespace boa::regret {

using math::Index;
using math::Matrix;
using math::Vector;

/// Which tables a problem belongs to. Defaults were chosen by looking at kTuning; kHeldOut says whether that carries
/// over. kExtra: beside the tables with other tools, only where it is named: budgets that take minutes a run, and more
/// of several objectives.
enum class Role { kTuning, kHeldOut, kExtra };

/// One problem of the benchmark: what a user's config would say, the function, and what is best.
struct Problem {
  std::string name;
  Role role = Role::kTuning;
  core::SearchSpace space;
  core::OptimizationConfig config;
  int budget = 40;  ///< evaluations, initial ones included
  /// True values of all metrics at a point, in the order of config.metrics.
  std::function<Vector(const core::Parameterization&)> metrics;
  double noise_sd = 0;  ///< added to the first metric of what the optimizer sees
  double optimum = 0;   ///< least value of a single objective, or the greatest hypervolume
  double unreached = std::numeric_limits<double>::infinity();  ///< regret while no point is feasible (single objective)
  Vector reference_point;                                      ///< several objectives, minimized
};

/// Names in the order of the tables, those of kExtra last.
std::vector<std::string> problem_names();
/// `tuning`, `held out`, `extra`.
std::string to_string(Role role);
/// Instance `seed` of a problem: some move, rotate or embed their optimum by it. UserInputError for an unknown name.
Problem make_problem(const std::string& name, std::uint64_t seed);

/// What an optimizer is shown for its evaluation number `index` (from 0), a function of the seed and the number alone.
Vector observe(const Problem& problem, const Vector& truth, std::uint64_t seed, int index);

/// Regret so far: least true feasible objective above the optimum, or the hypervolume that is missing; at least 1e-6,
/// below which differences are rounding.
class Score {
 public:
  explicit Score(const Problem& problem) : problem_(problem) {}
  /// Adds an evaluation's true metrics and gives log10 of the regret now.
  double add(const Vector& truth);

 private:
  bool is_feasible(const Vector& truth) const;
  double regret() const;

  const Problem& problem_;
  std::vector<Vector> feasible_;
};

}  // namespace boa::regret
