#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/core/expression.hpp"

namespace boa::core {

/// coefficients * names  (<= | >= | ==)  bound, all names on the left.
struct LinearRelation {
  using Op = Comparison;
  std::vector<std::pair<std::string, double>> coefficients;  ///< each name once, in order of first occurrence
  Op op = Op::kLessEqual;
  double bound = 0;
  std::vector<std::string> repeated;  ///< names that occurred more than once (their coefficients were summed)
};

/// Reads a linear relation over the given names: as parse_relation, and UserInputError says what is not linear. Both
/// sides may hold names, numbers, parentheses, and products and quotients with numbers.
LinearRelation parse_linear_relation(std::string_view text, std::span<const std::string> names);

/// The relation as a linear one; `text` is named in errors. UserInputError as above.
LinearRelation linear_relation(const Relation& relation, std::string_view text);

using Coefficients = std::vector<std::pair<std::string, double>>;
/// The factor with `of` = factor * `base`, names in any order; nothing if there is none or `base` is zero.
std::optional<double> multiple_of(Coefficients base, Coefficients of);

}  // namespace boa::core
