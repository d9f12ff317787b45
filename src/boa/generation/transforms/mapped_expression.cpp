#include "boa/generation/transforms/mapped_expression.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

namespace {

using optim::Index;
using optim::Vector;

constexpr int kScalePoints = 31;

class MappedExpression {
 public:
  MappedExpression(core::Expression expression, std::vector<MappedVariable> variables)
      : expression_(std::move(expression)), variables_(std::move(variables)) {
    BOA_CHECK(variables_.size() == expression_.variables().size(), variables_.size());
  }

  void set_scale(double scale) { scale_ = scale; }

  double operator()(const Vector& x, Vector* gradient) const {
    std::vector<double> numbers;
    std::vector<double> slopes;
    for (const MappedVariable& variable : variables_) {
      const auto [number, slope] = number_of(variable, x);
      numbers.push_back(number);
      slopes.push_back(slope);
    }
    if (gradient == nullptr) return expression_.value(numbers) / scale_;
    std::vector<double> by_number(numbers.size());
    const double value = expression_.value_and_gradient(numbers, by_number);
    gradient->setZero();
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (variables_[i].column >= 0) (*gradient)[variables_[i].column] += by_number[i] * slopes[i] / scale_;
    }
    return value / scale_;
  }

 private:
  static std::pair<double, double> number_of(const MappedVariable& variable, const Vector& x) {
    if (variable.column < 0) return {variable.value, 0.0};
    const double coordinate = variable.stretch * x[variable.column];
    if (!variable.unit) return {variable.value + coordinate, variable.stretch};
    const auto [number, slope] = variable.unit->number_at(coordinate);
    return {number, slope * variable.stretch};
  }

  core::Expression expression_;
  std::vector<MappedVariable> variables_;
  double scale_ = 1;
};

/// The median of the gradient's largest entry over some points; 1 where it says nothing.
double typical_slope(const MappedExpression& f, const std::vector<MappedVariable>& variables, Index dim) {
  util::Rng stream(1);
  std::vector<double> sizes;
  Vector x = Vector::Zero(dim);
  Vector gradient(dim);
  for (int i = 0; i < kScalePoints; ++i) {
    for (const MappedVariable& variable : variables) {
      if (variable.column < 0) continue;
      const bool is_code = variable.unit && variable.unit->is_categorical() && variable.stretch == 1;
      x[variable.column] = stream.uniform() * (is_code ? variable.unit->upper() : 1.0);
    }
    const double value = f(x, &gradient);
    const double size = gradient.cwiseAbs().maxCoeff();
    if (std::isfinite(value) && std::isfinite(size) && size > 0) sizes.push_back(size);
  }
  if (sizes.empty()) return 1;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
  return sizes[sizes.size() / 2];
}

}  // namespace

optim::Function map_expression(core::Expression expression, std::vector<MappedVariable> variables, Index dim) {
  MappedExpression f(std::move(expression), variables);
  f.set_scale(typical_slope(f, variables, dim));
  return f;
}

}  // namespace boa::generation
