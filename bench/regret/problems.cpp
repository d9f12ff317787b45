#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <utility>

#include "bbob.hpp"
#include "boa/problems/test_function.hpp"
#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"
#include "boa/util/text.hpp"
#include "problem.hpp"

namespace boa::regret {
namespace {

using core::ParameterType;
using Function = std::function<double(const Vector&)>;

core::Parameter range(const std::string& name, double lower, double upper, ParameterType type = ParameterType::kFloat,
                      bool log_scale = false) {
  return core::RangeParameter{name, type, lower, upper, log_scale, {}};
}

Vector numbers(const core::Parameterization& point) {
  Vector x(static_cast<Index>(point.size()));
  for (std::size_t j = 0; j < point.size(); ++j) x[static_cast<Index>(j)] = core::as_double(point[j].second);
  return x;
}

core::SearchSpace box(const Matrix& bounds) {
  std::vector<core::Parameter> parameters;
  for (Index j = 0; j < bounds.cols(); ++j)
    parameters.push_back(range(fmt::format("x{}", j), bounds(0, j), bounds(1, j)));
  return {std::move(parameters), {}};
}

Matrix cube(Index d, double lower, double upper) {
  Matrix bounds(2, d);
  bounds.row(0).setConstant(lower);
  bounds.row(1).setConstant(upper);
  return bounds;
}

core::OptimizationConfig minimized(int objectives) {
  core::OptimizationConfig config;
  for (int k = 0; k < objectives; ++k) {
    core::Metric metric;
    metric.name = objectives == 1 ? "y" : fmt::format("y{}", k);
    config.objective.terms.push_back({metric.name, 1, true});
    config.metrics.push_back(std::move(metric));
  }
  if (objectives > 1) config.objective.kind = core::Objective::Kind::kMulti;
  return config;
}

/// f over a box, to be minimized.
Problem plain(const Matrix& bounds, Function f, double optimum, int budget) {
  Problem problem;
  problem.space = box(bounds);
  problem.config = minimized(1);
  problem.budget = budget;
  problem.optimum = optimum;
  problem.metrics = [f = std::move(f)](const core::Parameterization& point) {
    return Vector::Constant(1, f(numbers(point)));
  };
  return problem;
}

/// A published function, by default over its own box.
Problem published(const std::string& name, Index d, double optimum, int budget, Matrix bounds = {}) {
  const std::shared_ptr<const problems::TestFunction> f = problems::make_test_function(name, d);
  if (bounds.size() == 0) bounds = f->bounds();
  const double sign = f->maximize() ? -1 : 1;
  return plain(bounds, [f, sign](const Vector& x) { return sign * (*f)(x); }, optimum, budget);
}

/// A published function whose optimum is moved by up to `share` of the box in each direction; the seed says how far.
Problem moved(const std::string& name, Index d, double optimum, int budget, double share, std::uint64_t seed) {
  const std::shared_ptr<const problems::TestFunction> f = problems::make_test_function(name, d);
  const Matrix bounds = f->bounds();
  util::Rng stream = util::Rng(seed).split("move " + name);
  Vector step(bounds.cols());
  for (Index j = 0; j < step.size(); ++j) step[j] = share * (2 * stream.uniform() - 1) * (bounds(1, j) - bounds(0, j));
  const double sign = f->maximize() ? -1 : 1;
  return plain(bounds, [f, sign, step](const Vector& x) { return sign * (*f)(x - step); }, optimum, budget);
}

/// A published function with outcome constraints, one metric each, slack >= 0.
Problem constrained(const std::string& name, double optimum, double unreached, int budget) {
  const std::shared_ptr<const problems::TestFunction> f = problems::make_test_function(name);
  Problem problem = plain(f->bounds(), {}, optimum, budget);
  problem.unreached = unreached;
  for (Index k = 0; k < f->num_constraints(); ++k) {
    core::Metric metric;
    metric.name = fmt::format("c{}", k);
    problem.config.outcome_constraints.push_back(
        {{{metric.name, 1.0}}, core::OutcomeConstraint::Op::kGreaterEqual, 0, metric.name + " >= 0"});
    problem.config.metrics.push_back(std::move(metric));
  }
  problem.metrics = [f](const core::Parameterization& point) {
    const Matrix X = numbers(point).transpose();
    Vector values(1 + f->num_constraints());
    values << f->evaluate(X).row(0).transpose(), f->slack(X).row(0).transpose();
    return values;
  };
  return problem;
}

/// Two objectives to be minimized; `shift` is added to every coordinate but the first.
Problem two_objectives(const std::string& name, Index d, const Vector& reference, double greatest, int budget,
                       double shift = 0) {
  const std::shared_ptr<const problems::TestFunction> f = problems::make_test_function(name, d);
  Problem problem = plain(f->bounds(), {}, greatest, budget);
  problem.config = minimized(2);
  problem.reference_point = reference;
  for (Index k = 0; k < 2; ++k) {
    const std::string metric = fmt::format("y{}", k);
    problem.config.objective_thresholds.push_back({{{metric, 1.0}},
                                                   core::OutcomeConstraint::Op::kLessEqual,
                                                   reference[k],
                                                   fmt::format("{} <= {}", metric, reference[k])});
  }
  problem.metrics = [f, shift](const core::Parameterization& point) {
    Matrix X = numbers(point).transpose();
    X.rightCols(X.cols() - 1).array() += shift;
    return Vector(f->evaluate(X).row(0).transpose());
  };
  return problem;
}

Problem with_noise(Problem problem, double sd) {
  problem.noise_sd = sd;
  return problem;
}

/// Hartmann's six variables among `d`, which ones the seed says.
Problem embedded_hartmann(Index d, std::uint64_t seed) {
  util::Rng stream = util::Rng(seed).split("embed");
  std::vector<Index> columns(static_cast<std::size_t>(d));
  for (Index j = 0; j < d; ++j) columns[static_cast<std::size_t>(j)] = j;
  for (std::size_t j = columns.size() - 1; j > 0; --j) std::swap(columns[j], columns[stream.below(j + 1)]);
  const std::shared_ptr<const problems::TestFunction> f = problems::make_test_function("Hartmann", 6);
  const auto value = [f, columns](const Vector& x) {
    Vector inner(6);
    for (std::size_t j = 0; j < 6; ++j) inner[static_cast<Index>(j)] = x[columns[j]];
    return (*f)(inner);
  };
  return plain(cube(d, 0, 1), value, -3.322368011391, 30);
}

/// Two floats, an integer and four categories; every category has its own valley.
Problem mixed() {
  Problem problem = plain(cube(1, 0, 1), {}, 0, 25);
  core::ChoiceParameter choice{"kind", ParameterType::kString, {}, false};
  for (const char* value : {"a", "b", "c", "d"}) choice.values.emplace_back(std::string(value));
  problem.space = {{range("u", 0, 1), range("v", -2, 2), range("k", 1, 9, ParameterType::kInt), choice}, {}};
  problem.metrics = [](const core::Parameterization& point) {
    struct Valley {
      double u, v, k, floor;
    };
    static const Valley valleys[] = {{0.2, 1.1, 3, 0.5}, {0.7, -0.6, 6, 0}, {0.6, -0.9, 5, 0.3}, {0.9, 0.4, 8, 1.0}};
    const double u = core::as_double(point[0].second), v = core::as_double(point[1].second);
    const double k = core::as_double(point[2].second);
    const Valley& at = valleys[std::get<std::string>(point[3].second)[0] - 'a'];
    const double bend = v - at.v - 2 * (u - at.u);
    return Vector::Constant(1, at.floor + 8 * std::pow(u - at.u, 2) + bend * bend + 0.15 * std::pow(k - at.k, 2) +
                                   0.2 * (1 - std::cos(9 * (u - at.u))));
  };
  return problem;
}

/// What tuning a learner looks like: a log-scaled rate, a depth, a share, a batch size, a switch and three methods.
Problem learner(std::uint64_t seed) {
  Problem problem = plain(cube(1, 0, 1), {}, 0, 40);
  core::ChoiceParameter batch{"batch", ParameterType::kInt, {}, true};
  for (const int size : {16, 32, 64, 128, 256}) batch.values.emplace_back(static_cast<std::int64_t>(size));
  core::ChoiceParameter method{"method", ParameterType::kString, {}, false};
  for (const char* value : {"plain", "momentum", "adaptive"}) method.values.emplace_back(std::string(value));
  core::ChoiceParameter decay{"decay", ParameterType::kBool, {false, true}, false};
  problem.space = {{range("rate", 1e-5, 1, ParameterType::kFloat, true), range("depth", 1, 12, ParameterType::kInt),
                    range("dropout", 0, 0.8), batch, method, decay},
                   {}};
  util::Rng stream = util::Rng(seed).split("learner");
  const double rate = -3.5 + 2 * stream.uniform(), depth = 3 + static_cast<double>(stream.below(7));
  const double dropout = 0.1 + 0.5 * stream.uniform();
  problem.metrics = [=](const core::Parameterization& point) {
    const std::string& name = std::get<std::string>(point[4].second);
    const double offset = name == "plain" ? 0.8 : name == "momentum" ? 0.3 : 0;
    const double penalty = name == "plain" ? 0.2 : name == "momentum" ? 0.05 : 0;
    const double size = std::log2(core::as_double(point[3].second)) - 6;
    const double r = std::log10(core::as_double(point[0].second)) - rate - offset - 0.15 * size;
    const double p = core::as_double(point[1].second) - depth;
    const double q = core::as_double(point[2].second) - dropout - 0.02 * p;
    const double off = std::get<bool>(point[5].second) ? 0 : 0.04;
    return Vector::Constant(
        1, 1 - std::exp(-0.5 * r * r - 0.03 * p * p - 3 * q * q) + 0.02 * std::abs(size) + penalty + off);
  };
  return problem;
}

struct Entry {
  const char* name;
  Role role;
  std::function<Problem(std::uint64_t)> make;
};

Problem bbob(const char* name, std::uint64_t seed, Index d = 5, int budget = 40) {
  return plain(cube(d, -5, 5), make_bbob(name, d, seed), 0, budget);
}

// The first thirteen have the bounds and budgets under which other tools were measured before.
const std::vector<Entry>& entries() {
  using enum Role;
  using Seed = std::uint64_t;
  constexpr double kHartmann6 = -3.322368011391;
  constexpr double kZdt1Best = 120 + 2.0 / 3.0, kDtlz2Best = 1.21 - 0.7853981633974483;
  static const Vector kZdtReference{{11, 11}}, kDtlzReference{{1.1, 1.1}};
  static const std::vector<Entry> table = {
      {"branin", kTuning, [](Seed) { return published("Branin", 2, 0.397887357729738, 25); }},
      {"hartmann6", kTuning, [](Seed) { return published("Hartmann", 6, kHartmann6, 40); }},
      {"ackley5", kTuning, [](Seed) { return published("Ackley", 5, 0, 40, cube(5, -5, 10)); }},
      {"levy8", kTuning, [](Seed) { return published("Levy", 8, 0, 40); }},
      {"rosenbrock4", kTuning, [](Seed) { return published("Rosenbrock", 4, 0, 40); }},
      {"michalewicz5", kTuning, [](Seed) { return published("Michalewicz", 5, -4.687658179, 40); }},
      {"mixed", kTuning, [](Seed) { return mixed(); }},
      {"gramacy", kTuning, [](Seed) { return constrained("ConstrainedGramacy", 0.599788052, 1.4, 25); }},
      {"noisy_hartmann6", kTuning, [](Seed) { return with_noise(published("Hartmann", 6, kHartmann6, 40), 0.1); }},
      {"hartmann6_50", kTuning, [](Seed seed) { return embedded_hartmann(50, seed); }},
      {"branin_currin", kTuning,
       [](Seed) { return two_objectives("BraninCurrin", 2, Vector{{18, 6}}, 59.36011874867746, 25); }},
      {"zdt1", kTuning, [](Seed) { return two_objectives("ZDT1", 5, kZdtReference, kZdt1Best, 25); }},
      {"dtlz2", kTuning, [](Seed) { return two_objectives("DTLZ2", 6, kDtlzReference, kDtlz2Best, 25, 0.2); }},
      {"six_hump_camel", kTuning, [](Seed) { return published("SixHumpCamel", 2, -1.031628453489877, 25); }},
      {"shekel", kTuning, [](Seed) { return published("Shekel", 4, -10.536443153, 40); }},
      {"constrained_hartmann", kTuning, [](Seed) { return constrained("ConstrainedHartmann", kHartmann6, 3.4, 40); }},
      {"bbob_sphere", kTuning, [](Seed seed) { return bbob("sphere", seed); }},
      {"bbob_rosenbrock", kTuning, [](Seed seed) { return bbob("rosenbrock", seed); }},
      {"bbob_rastrigin", kTuning, [](Seed seed) { return bbob("rastrigin", seed); }},
      {"moved_branin", kHeldOut, [](Seed seed) { return moved("Branin", 2, 0.397887357729738, 25, 0.1, seed); }},
      {"hartmann3", kHeldOut, [](Seed) { return published("Hartmann", 3, -3.862779787332663, 25); }},
      {"moved_styblinski5", kHeldOut,
       [](Seed seed) { return moved("StyblinskiTang", 5, -195.83082862, 40, 0.15, seed); }},
      {"moved_ackley10", kHeldOut, [](Seed seed) { return moved("Ackley", 10, 0, 50, 0.2, seed); }},
      {"moved_cosine8", kHeldOut, [](Seed seed) { return moved("Cosine8", 8, -0.8, 40, 0.3, seed); }},
      {"moved_levy4", kHeldOut, [](Seed seed) { return moved("Levy", 4, 0, 40, 0.2, seed); }},
      {"dixon_price6", kHeldOut, [](Seed) { return published("DixonPrice", 6, 0, 40); }},
      {"tension_string", kHeldOut, [](Seed) { return constrained("TensionCompressionString", 0.0126652328, 0.2, 40); }},
      {"speed_reducer", kHeldOut, [](Seed) { return constrained("SpeedReducer", 2996.35718012, 3000, 40); }},
      {"learner", kHeldOut, [](Seed seed) { return learner(seed); }},
      {"noisy_branin", kHeldOut,
       [](Seed seed) { return with_noise(moved("Branin", 2, 0.397887357729738, 30, 0.1, seed), 2); }},
      {"hartmann6_20", kHeldOut, [](Seed seed) { return embedded_hartmann(20, seed); }},
      {"bbob_ellipsoid", kHeldOut, [](Seed seed) { return bbob("ellipsoid", seed); }},
      {"bbob_sharp_ridge", kHeldOut, [](Seed seed) { return bbob("sharp_ridge", seed); }},
      {"bbob_gallagher", kHeldOut, [](Seed seed) { return bbob("gallagher", seed); }},
      {"zdt2", kExtra, [](Seed) { return two_objectives("ZDT2", 5, kZdtReference, 121 - 2.0 / 3.0, 25); }},
      // Of zdt3 and dtlz7 the best hypervolume is a bound from above: differences say more than values.
      {"zdt3", kExtra, [](Seed) { return two_objectives("ZDT3", 5, kZdtReference, 133, 25); }},
      {"zdt1_8", kExtra, [](Seed) { return two_objectives("ZDT1", 8, kZdtReference, kZdt1Best, 30); }},
      {"dtlz2_4", kExtra, [](Seed) { return two_objectives("DTLZ2", 4, kDtlzReference, kDtlz2Best, 25, 0.2); }},
      {"dtlz7", kExtra, [](Seed) { return two_objectives("DTLZ7", 4, Vector{{15, 15}}, 200, 25); }},
      {"noisy_zdt1", kExtra,
       [](Seed) { return with_noise(two_objectives("ZDT1", 5, kZdtReference, kZdt1Best, 30), 0.05); }},
      {"noisy_dtlz2", kExtra,
       [](Seed) { return with_noise(two_objectives("DTLZ2", 6, kDtlzReference, kDtlz2Best, 30, 0.2), 0.05); }},
      {"ackley20", kExtra, [](Seed) { return published("Ackley", 20, 0, 150, cube(20, -5, 10)); }},
      {"bbob_rosenbrock20", kExtra, [](Seed seed) { return bbob("rosenbrock", seed, 20, 150); }},
  };
  return table;
}

}  // namespace

std::vector<std::string> problem_names() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.emplace_back(entry.name);
  return names;
}

std::string to_string(Role role) {
  return role == Role::kTuning ? "tuning" : role == Role::kHeldOut ? "held out" : "extra";
}

Problem make_problem(const std::string& name, std::uint64_t seed) {
  for (const Entry& entry : entries()) {
    if (entry.name != name) continue;
    Problem problem = entry.make(seed);
    problem.name = name;
    problem.role = entry.role;
    return problem;
  }
  throw UserInputError("there is no problem '" + name + "'; boa_regret list shows those that there are");
}

}  // namespace boa::regret
