#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/core/expression_scanner.hpp"

namespace boa::core {

/// All numbers from lower to upper; none if lower > upper.
struct Interval {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  bool is_empty() const { return !(lower <= upper); }
};

/// sum of coefficient * variable + constant.
struct AffineForm {
  std::vector<std::pair<std::size_t, double>> coefficients;  ///< by variable, each once, in order of first occurrence
  double constant = 0;
};

/// A formula of named variables: + - * / ** and abs sqrt exp log log10 sin cos tan min max. Immutable.
class Expression {
 public:
  enum class Op {
    kConstant,
    kVariable,  // leaves
    kNegate,
    kAbs,
    kSqrt,
    kExp,
    kLog,
    kLog10,
    kSin,
    kCos,
    kTan,  // of left
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kPower,
    kMin,
    kMax,  // of left and right
  };
  struct Node {
    Op op = Op::kConstant;
    std::size_t left = 0;
    std::size_t right = 0;
    double constant = 0;
    std::size_t variable = 0;
  };

  Expression() : nodes_(1) {}
  /// Operands stand before what uses them; the last node is the root.
  Expression(std::vector<Node> nodes, std::vector<std::string> variables);

  /// The names that occur, in order of first occurrence.
  const std::vector<std::string>& variables() const { return variables_; }
  /// The formula at values of the variables. NaN or infinite where it is not defined. `size`, if not null, is set to
  /// the largest of the terms whose sum the formula is: rounding errors are proportional to it.
  double value(std::span<const double> x, double* size = nullptr) const;
  /// The same with the derivatives by the variables (written). At a kink one of the one-sided derivatives; not finite
  /// where there is none.
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) const;
  /// Contains all values that the formula has over a box; empty if it is defined nowhere in it.
  Interval range(std::span<const Interval> box) const;
  /// The formula as a linear one, if it is: no products or functions of variables. Else nothing, and `why` (if not
  /// null) says what is not linear.
  std::optional<AffineForm> affine(std::string* why = nullptr) const;
  /// The formula times -1.
  Expression negated() const;
  /// How often each variable occurs.
  std::vector<int> occurrences() const;

 private:
  std::vector<double> evaluate(std::span<const double> x) const;

  std::vector<Node> nodes_;
  std::vector<std::string> variables_;
};

/// left  (<= | >= | ==)  right, as one formula.
struct Relation {
  Expression difference;  ///< left - right
  Comparison op = Comparison::kLessEqual;
};

/// Reads a relation of two formulas over the given names; see ExpressionScanner for how they are found. Signs, powers
/// and precedence as in Python; < and > mean <= and >=. UserInputError says what is not understood, where, and what is
/// allowed.
Relation parse_relation(std::string_view text, std::span<const std::string> names);

}  // namespace boa::core
