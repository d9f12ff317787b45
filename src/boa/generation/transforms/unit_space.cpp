#include "boa/generation/transforms/unit_space.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {

namespace {

// Columns with at most so many values are searched value by value; with more, a model sees a continuum.
constexpr std::uint64_t kMostListed = 64;

}  // namespace

UnitSpace::UnitSpace(core::SearchSpace space) : space_(std::move(space)) {
  for (std::size_t i = 0; i < space_.parameters().size(); ++i) {
    const core::Parameter& parameter = space_.parameters()[i];
    if (core::is_fixed(parameter)) {
      column_of_.push_back(-1);
      continue;
    }
    column_of_.push_back(static_cast<Index>(columns_.size()));
    columns_.emplace_back(parameter);
    positions_.push_back(i);
  }
  const Index d = dim();
  domain_ = optim::unit_cube(d);
  cube_ = domain_;
  for (Index j = 0; j < d; ++j) {
    const UnitColumn& column = columns_[static_cast<std::size_t>(j)];
    domain_.upper[j] = column.upper();
    if (column.is_categorical()) categorical_.push_back(j);
    const std::uint64_t k = column.num_values();
    const bool overflows =
        k == UnitColumn::kInfinite || (num_points_ > 1 && k > UnitColumn::kInfinite / 2 / num_points_);
    num_points_ = overflows || num_points_ == UnitColumn::kInfinite ? UnitColumn::kInfinite : num_points_ * k;
    const bool is_choice =
        std::holds_alternative<core::ChoiceParameter>(space_.parameters()[positions_[static_cast<std::size_t>(j)]]);
    if (!is_choice && k > kMostListed) continue;
    optim::DiscreteDimension discrete{j, {}, !column.is_categorical()};
    for (std::uint64_t i = 0; i < k; ++i) discrete.values.push_back(column.encode(column.value_at(i)).value());
    domain_.discrete.push_back(std::move(discrete));
  }
  map_constraints();
}

void UnitSpace::map_constraints() {
  for (const core::ParameterConstraint& constraint : space_.constraints()) {
    optim::LinearConstraint mapped{Vector::Zero(dim()), constraint.bound};
    bool is_linear = true;
    for (const auto& [name, coefficient] : constraint.coefficients) {
      const core::Parameter* parameter = space_.find(name);
      BOA_CHECK(parameter != nullptr, name);
      const Index j = column_of_[static_cast<std::size_t>(parameter - space_.parameters().data())];
      if (j < 0) {
        mapped.b -= coefficient * core::as_double(std::get<core::FixedParameter>(*parameter).value);
      } else if (const UnitColumn& column = columns_[static_cast<std::size_t>(j)]; column.is_linear()) {
        mapped.a[j] += coefficient * column.width();
        mapped.b -= coefficient * column.origin();
      } else {
        is_linear = false;  // held by rejection alone
      }
    }
    const double scale = dim() > 0 ? mapped.a.cwiseAbs().maxCoeff() : 0.0;
    if (!is_linear || !(scale > 0)) continue;
    mapped.a /= scale;
    mapped.b /= scale;
    domain_.inequalities.push_back(mapped);
    cube_.inequalities.push_back(std::move(mapped));
  }
}

core::Parameterization UnitSpace::decode(const Vector& x) const {
  BOA_CHECK(x.size() == dim(), x.size(), dim());
  core::Parameterization values;
  values.reserve(space_.parameters().size());
  for (std::size_t i = 0; i < space_.parameters().size(); ++i) {
    const core::Parameter& parameter = space_.parameters()[i];
    const Index j = column_of_[i];
    values.emplace_back(core::name_of(parameter), j < 0 ? std::get<core::FixedParameter>(parameter).value
                                                        : columns_[static_cast<std::size_t>(j)].decode(x[j]));
  }
  return values;
}

core::Parameterization UnitSpace::decode_sample(const Vector& u) const {
  BOA_CHECK(u.size() == dim(), u.size(), dim());
  Vector x = u;
  for (const Index j : categorical_) {
    const double k = static_cast<double>(columns_[static_cast<std::size_t>(j)].num_values());
    x[j] = std::min(std::floor(u[j] * k), k - 1);
  }
  return decode(x);
}

std::optional<Vector> UnitSpace::encode(const core::Parameterization& parameters) const {
  Vector x(dim());
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const core::ParameterValue* value = core::find_value(parameters, core::name_of(space_.parameters()[positions_[j]]));
    const std::optional<double> coordinate = value == nullptr ? std::nullopt : columns_[j].encode(*value);
    if (!coordinate) return std::nullopt;
    x[static_cast<Index>(j)] = *coordinate;
  }
  return x;
}

bool UnitSpace::meets_constraints(const core::Parameterization& parameters) const {
  return std::all_of(space_.constraints().begin(), space_.constraints().end(),
                     [&](const core::ParameterConstraint& constraint) { return constraint.is_satisfied(parameters); });
}

std::vector<core::Parameterization> UnitSpace::enumerate() const {
  BOA_CHECK(num_points_ != UnitColumn::kInfinite);
  std::vector<core::Parameterization> points;
  core::Parameterization values = decode(Vector::Zero(dim()));
  for (std::uint64_t i = 0; i < num_points_; ++i) {
    std::uint64_t rest = i;
    for (std::size_t j = columns_.size(); j-- > 0;) {
      values[positions_[j]].second = columns_[j].value_at(rest % columns_[j].num_values());
      rest /= columns_[j].num_values();
    }
    if (meets_constraints(values)) points.push_back(values);
  }
  return points;
}

std::string signature_of(const core::Parameterization& parameters) {
  return util::write_json(core::to_node(parameters));
}

}  // namespace boa::generation
