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
  if (!finite) throw UserInputError(fmt::format("the numbers in '{}' are too large or undefined, as 1/0 is", text));
  const std::vector<int> occurrences = relation.difference.occurrences();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (occurrences[i] > 1) linear.repeated.push_back(names[i]);
  }
  return linear;
}

LinearRelation parse_linear_relation(std::string_view text, std::span<const std::string> names) {
  return linear_relation(parse_relation(text, names), text);
}

std::optional<double> multiple_of(Coefficients base, Coefficients of) {
  if (base.empty() || base.size() != of.size()) return std::nullopt;
  std::sort(base.begin(), base.end());
  std::sort(of.begin(), of.end());
  const auto largest = std::max_element(
      base.begin(), base.end(), [](const auto& a, const auto& b) { return std::abs(a.second) < std::abs(b.second); });
  const double factor = of[static_cast<std::size_t>(largest - base.begin())].second / largest->second;
  if (!std::isfinite(factor) || factor == 0) return std::nullopt;
  constexpr double kRounding = 1e-12;
  for (std::size_t k = 0; k < base.size(); ++k) {
    const double expected = factor * base[k].second;
    if (base[k].first != of[k].first || std::abs(of[k].second - expected) > kRounding * std::abs(expected)) {
      return std::nullopt;
    }
  }
  return factor;
}

}  // namespace boa::core
