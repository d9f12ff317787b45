#include "boa/generation/region_box.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "boa/acquisition/candidates.hpp"
#include "boa/math/sobol.hpp"

namespace boa::generation {

namespace {

constexpr double kPerturbedColumns = 20;
constexpr int kMostHalvings = 8;
constexpr Index kMostRepaired = 512;

/// Sums of log lengthscales and their number, by column.
struct LogScales {
  Vector sum;
  Vector count;
};

/// `columns`: what the node's kernel sees.
void collect(const util::Node& node, std::vector<Index> columns, LogScales& scales) {
  if (const util::Node* active = node.find("active_dims"); active != nullptr && active->is_array()) {
    std::vector<Index> selected;
    for (const util::Node& column : active->as_array())
      selected.push_back(columns.at(static_cast<std::size_t>(column.as_int())));
    columns = std::move(selected);
  }
  for (const char* key : {"terms", "factors"}) {
    const util::Node* parts = node.find(key);
    if (parts == nullptr) continue;
    for (const util::Node& part : parts->as_array()) collect(part, columns, scales);
  }
  if (const util::Node* base = node.find("base")) collect(*base, columns, scales);
  const util::Node* lengthscale = node.find("lengthscale");
  if (lengthscale == nullptr || lengthscale->size() != columns.size()) return;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    scales.sum[columns[k]] += std::log(lengthscale->at(k).as_double());
    scales.count[columns[k]] += 1;
  }
}

/// Values of the column in the box, with the neighbours of the one at the center.
std::vector<double> values_near(const std::vector<double>& values, double center, double lower, double upper) {
  std::size_t here = 0;
  for (std::size_t k = 1; k < values.size(); ++k) {
    if (std::abs(values[k] - center) < std::abs(values[here] - center)) here = k;
  }
  std::vector<double> kept;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const bool is_next = k + 1 >= here && k <= here + 1;
    if (is_next || (values[k] >= lower && values[k] <= upper)) kept.push_back(values[k]);
  }
  return kept;
}

/// Moves x towards the center until the constraints hold.
bool pull_inside(const optim::Domain& box, const Vector& center, Vector& x) {
  x = box.clamp(x);
  for (int halving = 0; halving < kMostHalvings && !box.contains(x); ++halving) x = box.clamp(0.5 * (x + center));
  return box.contains(x);
}

}  // namespace

Vector side_weights(const gp::Kernel& kernel, const UnitSpace& space) {
  const Index d = space.dim();
  LogScales scales{Vector::Zero(d), Vector::Zero(d)};
  std::vector<Index> columns(static_cast<std::size_t>(d));
  for (Index j = 0; j < d; ++j) columns[static_cast<std::size_t>(j)] = j;
  collect(kernel.to_node(), columns, scales);
  for (const Index j : space.categorical_columns()) scales.count[j] = 0;
  double mean = 0;
  const auto known = static_cast<double>((scales.count.array() > 0).count());
  for (Index j = 0; j < d; ++j) {
    if (scales.count[j] > 0) mean += scales.sum[j] / scales.count[j] / known;
  }
  Vector weights = Vector::Ones(d);
  for (Index j = 0; j < d; ++j) {
    if (scales.count[j] > 0) weights[j] = std::exp(scales.sum[j] / scales.count[j] - mean);
  }
  return weights;
}

optim::Domain region_box(const UnitSpace& space, const Vector& center, const Vector& weights, double length) {
  optim::Domain box = space.domain();
  const Vector middle = box.clamp(center);
  for (Index j = 0; j < box.dim(); ++j) {
    const UnitColumn& column = space.columns()[static_cast<std::size_t>(j)];
    if (column.is_categorical()) continue;
    double half = length * weights[j] / 2;
    // A column of many values is continuous here: a narrower side would round to the center.
    if (column.num_values() != UnitColumn::kInfinite) {
      half = std::max(half, 1.0 / static_cast<double>(column.num_values()));
    }
    box.lower[j] = std::max(box.lower[j], middle[j] - half);
    box.upper[j] = std::min(box.upper[j], middle[j] + half);
  }
  for (optim::DiscreteDimension& column : box.discrete) {
    if (!column.ordered) continue;
    const Index j = column.column;
    column.values = values_near(column.values, middle[j], box.lower[j], box.upper[j]);
    box.lower[j] = std::min(box.lower[j], column.values.front());
    box.upper[j] = std::max(box.upper[j], column.values.back());
  }
  return box;
}

Matrix region_candidates(const optim::Domain& box, const Vector& center, Index n, double category_change,
                         const util::Rng& rng) {
  const Index d = box.dim();
  const bool any_equality =
      !box.equalities.empty() || std::any_of(box.nonlinear.begin(), box.nonlinear.end(),
                                             [](const optim::NonlinearConstraint& c) { return c.is_equality; });
  if (any_equality) return acquisition::spread_points(box, std::min(n, kMostRepaired), rng.split("region"));
  const double change = std::min(1.0, kPerturbedColumns / static_cast<double>(d));
  Vector probability = Vector::Constant(d, change);
  std::vector<const optim::DiscreteDimension*> values(static_cast<std::size_t>(d), nullptr);
  for (const optim::DiscreteDimension& column : box.discrete) {
    values[static_cast<std::size_t>(column.column)] = &column;
    if (!column.ordered) probability[column.column] = std::min(change, category_change);
  }
  const Vector middle = box.clamp(center);
  const Matrix unit = math::Sobol(d, rng.split("region")).draw(n);
  util::Rng stream = rng.split("region columns");
  Matrix points(n, d);
  Index kept = 0;
  for (Index i = 0; i < n; ++i) {
    Vector x = middle;
    const auto always = static_cast<Index>(stream.below(static_cast<std::uint64_t>(d)));
    for (Index j = 0; j < d; ++j) {
      if (stream.uniform() >= probability[j] && j != always) continue;
      const optim::DiscreteDimension* column = values[static_cast<std::size_t>(j)];
      const double u = unit(i, j);
      if (column == nullptr) {
        x[j] = box.lower[j] + u * (box.upper[j] - box.lower[j]);
      } else {
        x[j] = column->values[static_cast<std::size_t>(u * static_cast<double>(column->values.size()))];
      }
    }
    if (pull_inside(box, middle, x)) points.row(kept++) = x.transpose();
  }
  return points.topRows(kept);
}

}  // namespace boa::generation
