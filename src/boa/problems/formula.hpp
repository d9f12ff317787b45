#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "boa/problems/test_function.hpp"

namespace boa::problems {

/// What a published function consists of. Values are written to vectors of the right size.
struct Formula {
  std::string name;
  Matrix bounds;  ///< 2 x d
  std::function<void(const Vector& x, Vector& objectives)> objectives;
  std::function<void(const Vector& x, Vector& slack)> slack;  ///< empty: unconstrained
  Index num_objectives = 1;
  Index num_constraints = 0;
  std::optional<double> optimal_value;
  std::vector<double> reference_point;
  bool maximize = false;
};

/// A formula with one objective.
Formula single(std::string name, Matrix bounds, std::function<double(const Vector&)> f,
               std::optional<double> optimal_value);

/// A formula with as many objectives as its reference point has numbers.
Formula several(std::string name, Matrix bounds, std::function<void(const Vector&, Vector&)> objectives,
                std::vector<double> reference_point);

/// The formula with `count` constraints.
Formula constrained(Formula formula, Index count, std::function<void(const Vector&, Vector&)> slack);

std::unique_ptr<TestFunction> from_formula(Formula formula);

/// Bounds that are the same in each of d columns.
Matrix same_bounds(Index d, double lower, double upper);
/// Bounds from pairs, one a column.
Matrix bounds_of(const std::vector<std::pair<double, double>>& pairs);

/// `given`, or `fallback` if it is 0; UserInputError if it is below `least` or another than the only one possible.
Index dimension(const std::string& name, Index given, Index fallback, Index least = 1,
                Index most = std::numeric_limits<Index>::max());

inline double square(double x) { return x * x; }
inline double cube(double x) { return x * x * x; }

/// Branin in its own box.
double branin(double x1, double x2);
/// The sum in Hartmann's functions over the first d columns of a table (d = 3 has its own). `first_weight` belongs to
/// the first of its four terms. With `single_precision` its coefficients are rounded as BoTorch's buffers hold them.
double hartmann(const Vector& x, double first_weight = 1.0, bool single_precision = false);
/// Hartmann's function of 3, 4 (standardised; its `params` may ask for single precision) or 6 coordinates.
Formula make_hartmann(Index given, const util::Node& params);
double ackley(const Vector& x);
double levy(const Vector& x);

// One family each; they add their names to the registry.
using TestFunctionRegistry = util::Registry<TestFunctionFactory>;
void add_augmented(TestFunctionRegistry& registry);
void add_synthetic(TestFunctionRegistry& registry);
void add_engineering(TestFunctionRegistry& registry);
void add_multi_fidelity(TestFunctionRegistry& registry);
void add_multi_objective(TestFunctionRegistry& registry);
void add_multi_objective_constrained(TestFunctionRegistry& registry);
void add_penicillin(TestFunctionRegistry& registry);
void add_robust(TestFunctionRegistry& registry);
void add_sensitivity(TestFunctionRegistry& registry);
void add_trajectory(TestFunctionRegistry& registry);

/// Adds a formula whose dimension cannot be chosen.
void add_fixed(TestFunctionRegistry& registry, Formula (*make)());

}  // namespace boa::problems
