#include "boa/generation/transforms/feasible_list.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>

namespace boa::generation {

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
// Of a constraint's largest term: wider than the tolerance of SearchSpace, which has the last word.
constexpr double kSlack = 1e-8;

/// A linear constraint by column: low <= coefficients . numbers <= high.
struct Row {
  std::vector<double> coefficients;
  double low = -kInf;
  double high = kInf;
  std::vector<double> rest_low;   // the least that the columns from here on can add
  std::vector<double> rest_high;  // the most
};

class ListSearch {
 public:
  ListSearch(const UnitSpace& unit, const ListLimits& limits)
      : space_(unit.space()), columns_(unit.columns()), limits_(limits) {
    for (const core::Parameter& parameter : space_.parameters()) {
      const auto* fixed = std::get_if<core::FixedParameter>(&parameter);
      if (fixed == nullptr) positions_.push_back(values_.size());
      values_.emplace_back(core::name_of(parameter), fixed == nullptr ? core::ParameterValue(0.0) : fixed->value);
    }
    // A constraint on parameters that do not exist at a point does not hold there: nothing is ruled out by it.
    if (space_.is_hierarchical()) return;
    for (const core::ParameterConstraint& constraint : space_.constraints()) add_row(constraint);
  }

  std::optional<std::vector<core::Parameterization>> run() {
    const std::vector<double> sums(rows_.size(), 0.0);
    if (!search(0, sums)) return std::nullopt;
    return std::move(points_);
  }

 private:
  void add_row(const core::ParameterConstraint& constraint) {
    const std::size_t d = columns_.size();
    Row row{std::vector<double>(d, 0.0), -kInf, constraint.bound, std::vector<double>(d + 1, 0.0), {}};
    row.rest_high = row.rest_low;
    double size = std::abs(constraint.bound);
    for (const auto& [name, coefficient] : constraint.coefficients) {
      const core::Parameter* parameter = space_.find(name);
      if (const auto* fixed = std::get_if<core::FixedParameter>(parameter)) {
        const double term = coefficient * core::as_double(fixed->value);
        row.high -= term;
        size = std::max(size, std::abs(term));
        continue;
      }
      const auto position = static_cast<std::size_t>(parameter - space_.parameters().data());
      row.coefficients[static_cast<std::size_t>(std::find(positions_.begin(), positions_.end(), position) -
                                                positions_.begin())] += coefficient;
    }
    for (std::size_t j = d; j-- > 0;) {
      double least = 0;
      double most = 0;
      if (row.coefficients[j] != 0) {
        const auto [low, high] = ends(j);
        least = std::min(row.coefficients[j] * low, row.coefficients[j] * high);
        most = std::max(row.coefficients[j] * low, row.coefficients[j] * high);
      }
      row.rest_low[j] = row.rest_low[j + 1] + least;
      row.rest_high[j] = row.rest_high[j + 1] + most;
      size = std::max({size, std::abs(least), std::abs(most)});
    }
    if (constraint.is_equality) row.low = row.high - kSlack * size;
    row.high += kSlack * size;
    rows_.push_back(std::move(row));
  }

  double number(std::size_t j, std::uint64_t i) const { return core::as_double(columns_[j].value_at(i)); }

  /// The least and the greatest number of a column.
  std::pair<double, double> ends(std::size_t j) const {
    const std::uint64_t k = columns_[j].num_values();
    if (is_ascending(j)) return {number(j, 0), number(j, k - 1)};
    double least = kInf;
    double most = -kInf;
    for (std::uint64_t i = 0; i < k; ++i) {
      least = std::min(least, number(j, i));
      most = std::max(most, number(j, i));
    }
    return {least, most};
  }

  bool is_ascending(std::size_t j) const {
    return std::holds_alternative<core::RangeParameter>(space_.parameters()[positions_[j]]);
  }

  /// How many of the column's first values are below `bound`, or at it if `inclusive`.
  std::uint64_t count_below(std::size_t j, double bound, bool inclusive) const {
    std::uint64_t first = 0;
    for (std::uint64_t count = columns_[j].num_values(); count > 0;) {
      const std::uint64_t half = count / 2;
      const double v = number(j, first + half);
      if (v < bound || (inclusive && v == bound)) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    return first;
  }

  /// Values [first, last) of column j that the linear constraints leave, given the sums over the columns before it.
  std::pair<std::uint64_t, std::uint64_t> left_values(std::size_t j, const std::vector<double>& sums) const {
    double least = -kInf;
    double most = kInf;
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      const Row& row = rows_[c];
      if (sums[c] + row.rest_low[j] > row.high || sums[c] + row.rest_high[j] < row.low) return {0, 0};
      const double a = row.coefficients[j];
      if (a == 0) continue;
      const double high = (row.high - sums[c] - row.rest_low[j + 1]) / a;
      const double low = (row.low - sums[c] - row.rest_high[j + 1]) / a;
      least = std::max(least, std::min(low, high));
      most = std::min(most, std::max(low, high));
    }
    const std::uint64_t k = columns_[j].num_values();
    if (!is_ascending(j)) return {0, k};
    return {least == -kInf ? 0 : count_below(j, least, false), most == kInf ? k : count_below(j, most, true)};
  }

  /// False: a limit was reached.
  bool search(std::size_t j, const std::vector<double>& sums) {
    if (j == columns_.size()) return add_point();
    const auto [first, last] = left_values(j, sums);
    std::vector<double> next = sums;
    for (std::uint64_t i = first; i < last; ++i) {
      if (steps_++ >= limits_.steps) return false;
      values_[positions_[j]].second = columns_[j].value_at(i);
      for (std::size_t c = 0; c < rows_.size(); ++c) {
        const double a = rows_[c].coefficients[j];
        if (a != 0) next[c] = sums[c] + a * core::as_double(values_[positions_[j]].second);
      }
      if (!search(j + 1, next)) return false;
    }
    return true;
  }

  bool add_point() {
    core::Parameterization point = space_.active_part(values_);
    if (!space_.meets_constraints(point)) return true;
    if (space_.is_hierarchical() && !seen_.insert(signature_of(point)).second) return true;
    if (points_.size() >= limits_.points) return false;
    points_.push_back(std::move(point));
    return true;
  }

  const core::SearchSpace& space_;
  const std::vector<UnitColumn>& columns_;
  std::vector<std::size_t> positions_;  // column -> parameter
  ListLimits limits_;
  std::vector<Row> rows_;
  core::Parameterization values_;
  std::uint64_t steps_ = 0;
  std::vector<core::Parameterization> points_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::optional<std::vector<core::Parameterization>> list_feasible(const UnitSpace& space, const ListLimits& limits) {
  const bool is_finite = std::all_of(space.columns().begin(), space.columns().end(), [](const UnitColumn& column) {
    return column.num_values() != UnitColumn::kInfinite;
  });
  if (!is_finite) return std::nullopt;
  return ListSearch(space, limits).run();
}

}  // namespace boa::generation
