#include "boa/optim/grid_program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "boa/optim/linear_program.hpp"
#include "boa/util/error.hpp"

namespace boa::optim {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
/// Shares of a step, or of the distance of two values, within which a number counts as a value.
constexpr double kOnValue = 1e-7;
constexpr double kTolerance = 1e-8;

class GridSearch {
 public:
  GridSearch(const Vector& x, const Domain& domain, const std::vector<GridColumn>& grid, int max_programs)
      : target_(x), domain_(domain), grid_(grid), left_(max_programs) {}

  GridPoint run() {
    GridPoint result;
    const bool finished = search(domain_, result.x);
    result.is_proof = !result.x && finished;
    return result;
  }

 private:
  /// The point of the box nearest to the target.
  std::optional<Vector> nearest(const Domain& box) const {
    const Index d = box.dim();
    // Beside each coordinate its distance t >= |x - target|; the sum of t is minimized.
    Domain program;
    program.lower = Vector(2 * d);
    program.lower << box.lower, Vector::Zero(d);
    program.upper = Vector(2 * d);
    program.upper << box.upper, Vector::Constant(d, kInf);
    const auto widen = [d](const LinearConstraint& c) {
      LinearConstraint wide{Vector::Zero(2 * d), c.b};
      wide.a.head(d) = c.a;
      return wide;
    };
    for (const LinearConstraint& c : box.inequalities) program.inequalities.push_back(widen(c));
    for (const LinearConstraint& c : box.equalities) program.equalities.push_back(widen(c));
    for (Index j = 0; j < d; ++j) {
      for (const double sign : {1.0, -1.0}) {
        LinearConstraint row{Vector::Zero(2 * d), sign * target_[j]};
        row.a[j] = sign;
        row.a[d + j] = -1;
        program.inequalities.push_back(std::move(row));
      }
    }
    Vector cost = Vector::Zero(2 * d);
    cost.tail(d).setConstant(-1);
    const std::optional<Vector> solution = maximize_linear(cost, program);
    return solution ? std::optional<Vector>(solution->head(d)) : std::nullopt;
  }

  /// The grid column that is farthest from its values, by its place in the list; none: all are on values.
  std::optional<std::size_t> farthest_off(const Vector& x) const {
    std::optional<std::size_t> worst;
    double distance = kOnValue;
    for (std::size_t k = 0; k < grid_.size(); ++k) {
      const double v = x[grid_[k].column];
      const auto [below, above] = grid_[k].around(v);
      const double gap = std::isfinite(above - below) ? above - below : 1.0;
      const double off = gap > 0 ? std::min(v - below, above - v) / gap : 0.0;
      if (off <= distance) continue;
      distance = off;
      worst = k;
    }
    return worst;
  }

  Vector on_values(Vector x) const {
    for (const GridColumn& column : grid_) {
      const auto [below, above] = column.around(x[column.column]);
      const double v = x[column.column];
      x[column.column] = v - below <= above - v ? below : above;
    }
    return x;
  }

  /// False: given up. True with no `found`: there is no point in the box.
  bool search(const Domain& box, std::optional<Vector>& found) {
    if (--left_ < 0) return false;
    const std::optional<Vector> x = nearest(box);
    if (!x) return true;
    const Vector rounded = on_values(*x);
    const std::optional<std::size_t> off = farthest_off(*x);
    if (rounded.allFinite() && (domain_.contains(rounded, kTolerance) || !off)) {
      found = rounded;
      return true;
    }
    if (!off) return true;
    const GridColumn& column = grid_[*off];
    const double v = (*x)[column.column];
    const auto [below, above] = column.around(v);
    Domain low = box;
    low.upper[column.column] = std::min(box.upper[column.column], below);
    Domain high = box;
    high.lower[column.column] = std::max(box.lower[column.column], above);
    const bool low_first = v - below <= above - v;
    for (const Domain* half : {low_first ? &low : &high, low_first ? &high : &low}) {
      if (!(half->lower[column.column] <= half->upper[column.column])) continue;
      if (!search(*half, found)) return false;
      if (found) return true;
    }
    return true;
  }

  const Vector& target_;
  const Domain& domain_;
  const std::vector<GridColumn>& grid_;
  int left_;
};

}  // namespace

std::pair<double, double> GridColumn::around(double v) const {
  if (step > 0) {
    const double k = (v - origin) / step;
    const double nearest = std::round(k);
    if (std::abs(k - nearest) <= kOnValue) return {origin + nearest * step, origin + nearest * step};
    return {origin + std::floor(k) * step, origin + std::ceil(k) * step};
  }
  BOA_CHECK(!values.empty(), column);
  const double slack = kOnValue * (values.back() - values.front()) / static_cast<double>(values.size());
  const auto above = std::lower_bound(values.begin(), values.end(), v - slack);
  if (above == values.end()) return {values.back(), kInf};
  if (*above <= v + slack) return {*above, *above};
  return {above == values.begin() ? -kInf : *std::prev(above), *above};
}

GridPoint nearest_on_grid(const Vector& x, const Domain& domain, const std::vector<GridColumn>& grid,
                          int max_programs) {
  BOA_CHECK(x.size() == domain.dim() && domain.discrete.empty(), x.size(), domain.dim());
  return GridSearch(x, domain, grid, max_programs).run();
}

}  // namespace boa::optim
