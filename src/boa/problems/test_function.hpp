#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "boa/math/types.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"

namespace boa::problems {

using math::Index;
using math::Matrix;
using math::Vector;

/// A published test function with its bounds and, where known, its optimum. As published: mostly to be minimized.
class TestFunction {
 public:
  virtual ~TestFunction() = default;

  const std::string& name() const { return name_; }
  Index dim() const { return bounds_.cols(); }
  Index num_objectives() const { return num_objectives_; }
  Index num_constraints() const { return num_constraints_; }
  /// 2 x d: lower row, upper row.
  const Matrix& bounds() const { return bounds_; }
  /// The best value of a single objective (rounded as published).
  std::optional<double> optimal_value() const { return optimal_value_; }
  /// Reference point for the hypervolume; empty for a single objective.
  const Vector& reference_point() const { return reference_point_; }
  /// Is the larger value the better one (as published)?
  bool maximize() const { return maximize_; }

  /// Objectives at the rows of X (n x d): n x m.
  Matrix evaluate(const Matrix& X) const;
  /// Constraint slacks, n x c; feasible where all are >= 0 (as published: WeldedBeam has the opposite sign).
  Matrix slack(const Matrix& X) const;
  /// A single objective at one point.
  double operator()(const Vector& x) const;

 protected:
  std::string name_;
  Matrix bounds_;
  Index num_objectives_ = 1;
  Index num_constraints_ = 0;
  std::optional<double> optimal_value_;
  Vector reference_point_;
  bool maximize_ = false;

 private:
  virtual void do_evaluate(const Vector& x, Vector& objectives) const = 0;
  virtual void do_slack(const Vector& x, Vector& slack) const;
};

/// A test function by name (`Branin`, `Hartmann`, ...); `dim` where the function has a choice (0: its default);
/// `params` null or the function's own (`num_objectives`, `m`, `b`). UnsupportedError for an unknown name,
/// UserInputError for an impossible dimension.
std::unique_ptr<TestFunction> make_test_function(const std::string& name, Index dim = 0, const util::Node& params = {});
using TestFunctionFactory = std::function<std::unique_ptr<TestFunction>(Index dim, const util::Node& params)>;
const util::Registry<TestFunctionFactory>& test_function_registry();

}  // namespace boa::problems
