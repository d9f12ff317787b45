#include "boa/core/linear_expression.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/util/error.hpp"

namespace boa::core {

LinearRelation linear_relation(const Relation& relation, std::string_view text) {
  std::string why;
  const std::optional<AffineForm> form = relation.difference.affine(&why);
  if (!form) {
    throw UserInputError(fmt::format("'{}' is not linear: {}", text, why),
                         "Relations that are not linear stand under nonlinear_constraints, and have <= or >=.");
  }
  LinearRelation linear;
  linear.op = relation.op;
  linear.bound = -form->constant;
  const std::vector<std::string>& names = relation.difference.variables();
  for (const auto& [variable, coefficient] : form->coefficients) {
    if (coefficient != 0) linear.coefficients.emplace_back(names[variable], coefficient);
  }
  if (linear.coefficients.empty()) {
    throw UserInputError(fmt::format("in '{}' every name has the coefficient 0 or cancels out", text));
  }
  const bool finite =
      std::isfinite(linear.bound) && std::all_of(linear.coefficients.begin(), linear.coefficients.end(),
                                                 [](const auto& entry) { return std::isfinite(entry.second); });
  if (!finite) throw UserInputError(fmt::format("the numbers in '{}' are too large", text));
  const std::vector<int> occurrences = relation.difference.occurrences();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (occurrences[i] > 1) linear.repeated.push_back(names[i]);
  }
  return linear;
}

LinearRelation parse_linear_relation(std::string_view text, std::span<const std::string> names) {
  return linear_relation(parse_relation(text, names), text);
}

}  // namespace boa::core
