#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boa::core {

/// coefficients * names  (<= | >= | ==)  bound, all names on the left.
struct LinearRelation {
  enum class Op { kLessEqual, kGreaterEqual, kEqual };
  std::vector<std::pair<std::string, double>> coefficients;  ///< each name once, in order of first occurrence
  Op op = Op::kLessEqual;
  double bound = 0;
  std::vector<std::string> repeated;  ///< names that occurred more than once (their coefficients were summed)
};

/// Reads a linear relation over the given names: sums and differences of `name`, `2*name`, `name*2`, `-name`, numbers;
/// on both sides; any blanks; `<=`, `>=`, `<`, `>` (as `<=`, `>=`), `==`.
///
/// Names may hold any characters. They are matched first, the longest first, and only where a token can begin and end,
/// so that a parameter `e` is not found inside `1e-3`; what reads as a number stays one.
/// UserInputError says which part of the text is not understood, at which column, and the nearest name.
LinearRelation parse_linear_relation(std::string_view text, std::span<const std::string> names);

}  // namespace boa::core
