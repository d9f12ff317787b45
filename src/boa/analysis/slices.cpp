#include "boa/analysis/slices.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "boa/util/error.hpp"

namespace boa::analysis {

namespace {

/// A parameter's column and the values to look at.
struct Axis {
  Index column = 0;
  std::vector<core::ParameterValue> values;
  std::vector<double> coordinates;
};

Axis axis_of(const generation::UnitSpace& space, const std::string& name, Index count) {
  Axis axis;
  bool found = false;
  for (const core::Parameter& parameter : space.space().parameters()) {
    if (core::name_of(parameter) == name) {
      if (core::is_fixed(parameter)) throw UserInputError(fmt::format("parameter '{}' is fixed", name));
      found = true;
      break;
    }
    if (!core::is_fixed(parameter)) ++axis.column;
  }
  if (!found) throw UserInputError(fmt::format("there is no parameter '{}'", name));
  const generation::UnitColumn& column = space.columns()[static_cast<std::size_t>(axis.column)];
  const bool is_choice = std::holds_alternative<core::ChoiceParameter>(*space.space().find(name));
  const auto all = column.num_values();
  const bool each = is_choice || all <= static_cast<std::uint64_t>(count);
  const auto n = each ? static_cast<Index>(all) : std::max<Index>(count, 2);
  for (Index i = 0; i < n; ++i) {
    // decode() moves the ends of the widened range of integers to the nearest value.
    axis.values.push_back(each ? column.value_at(static_cast<std::uint64_t>(i))
                               : column.decode(static_cast<double>(i) / static_cast<double>(n - 1)));
    axis.coordinates.push_back(column.encode(axis.values.back()).value());
  }
  return axis;
}

Vector base_of(const generation::UnitSpace& space, const core::Parameterization& base) {
  const std::string incomplete = space.space().why_not_complete(base);
  if (!incomplete.empty()) throw UserInputError("the base point: " + incomplete);
  const std::optional<Vector> x = space.encode(space.space().in_config_order(base));
  if (!x) throw UserInputError("the base point has a value that the model does not know");
  return *x;
}

}  // namespace

Slice slice(const MetricModels& models, const MetricModel& model, const std::string& parameter,
            const core::Parameterization& base, Index count) {
  const Axis axis = axis_of(models.space(), parameter, count);
  Matrix X = base_of(models.space(), base).transpose().replicate(static_cast<Index>(axis.values.size()), 1);
  for (std::size_t i = 0; i < axis.coordinates.size(); ++i) X(static_cast<Index>(i), axis.column) = axis.coordinates[i];
  return {model.metric, parameter, axis.values, model.predict(X)};
}

Contour contour(const MetricModels& models, const MetricModel& model, const std::string& x, const std::string& y,
                const core::Parameterization& base, Index count) {
  if (x == y) throw UserInputError(fmt::format("a contour is over two parameters, not twice over '{}'", x));
  const Axis across = axis_of(models.space(), x, count), up = axis_of(models.space(), y, count);
  Contour result{model.metric, x, y, across.values, up.values, {}};
  Matrix X = base_of(models.space(), base).transpose().replicate(static_cast<Index>(across.values.size()), 1);
  for (std::size_t i = 0; i < across.coordinates.size(); ++i) {
    X(static_cast<Index>(i), across.column) = across.coordinates[i];
  }
  for (const double coordinate : up.coordinates) {
    X.col(up.column).setConstant(coordinate);
    result.values.push_back(model.predict(X));
  }
  return result;
}

}  // namespace boa::analysis
