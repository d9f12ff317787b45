#include "boa/metrics/numbers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "boa/util/error.hpp"

namespace boa::metrics {
namespace {

using util::Node;

double number_of(const Node& node, const std::string& name) {
  if (node.is_bool()) return node.as_bool() ? 1.0 : 0.0;
  if (!node.is_number()) throw UserInputError(fmt::format("{} must be a number, not {}", name, node.describe()));
  if (!std::isfinite(node.as_double())) throw UserInputError(fmt::format("{} is not finite", name));
  return node.as_double();
}

}  // namespace

Vector vector_of(const Node& node, std::string_view name) {
  if (!node.is_array() || node.size() == 0) {
    throw UserInputError(fmt::format("{} must be a list of numbers, not {}", name,
                                     node.is_array() ? std::string("an empty list") : node.describe()));
  }
  Vector values(static_cast<Index>(node.size()));
  for (std::size_t i = 0; i < node.size(); ++i) {
    values[static_cast<Index>(i)] = number_of(node.at(i), fmt::format("{}[{}]", name, i));
  }
  return values;
}

Matrix matrix_of(const Node& node, std::string_view name) {
  if (!node.is_array() || node.size() == 0 || !node.at(std::size_t{0}).is_array()) return vector_of(node, name);
  Matrix values(static_cast<Index>(node.size()), static_cast<Index>(node.at(std::size_t{0}).size()));
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Vector row = vector_of(node.at(i), fmt::format("{}[{}]", name, i));
    if (row.size() != values.cols()) {
      throw UserInputError(
          fmt::format("{}[{}] has {} numbers, the rows before have {}", name, i, row.size(), values.cols()));
    }
    values.row(static_cast<Index>(i)) = row.transpose();
  }
  return values;
}

double weighted_mean(const Vector& values, const Vector& weights) {
  const double total = weights.sum();
  if (total == 0.0) throw UserInputError("the weights sum to 0");
  return values.dot(weights) / total;
}

Vector weighted_column_means(const Matrix& values, const Vector& weights) {
  Vector means(values.cols());
  for (Index j = 0; j < values.cols(); ++j) means[j] = weighted_mean(values.col(j), weights);
  return means;
}

double weighted_percentile(const Vector& values, const Vector& weights, double rank) {
  std::vector<Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return values[a] < values[b]; });
  std::vector<double> cumulated;
  double total = 0.0;
  for (const Index i : order) cumulated.push_back(total += weights[i]);
  if (weights.isZero(0.0)) throw UserInputError("the weights sum to 0");

  double target = rank / 100.0 * total;
  if (target == 0.0) target = std::nextafter(0.0, 1.0);  // values of weight 0 do not count
  const std::size_t last = order.size() - 1;
  const auto first_from = [&](auto it) { return static_cast<std::size_t>(it - cumulated.begin()); };
  const std::size_t found = std::min(last, first_from(std::lower_bound(cumulated.begin(), cumulated.end(), target)));
  const double value = values[order[found]];
  if (cumulated[found] - target > std::numeric_limits<double>::epsilon()) return value;
  std::size_t next = std::min(found + 1, last);
  if (weights[order[next]] == 0.0) {
    next = first_from(std::upper_bound(cumulated.begin(), cumulated.end(), cumulated[found]));
    if (next > last) next = found;
  }
  return (value + values[order[next]]) / 2.0;
}

double linear_percentile(Vector values, double share) {
  std::sort(values.begin(), values.end());
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<Index>(position);
  const Index above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

}  // namespace boa::metrics
