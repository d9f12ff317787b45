#include "boa/generation/transforms/unit_space.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/generation/transforms/feasible_list.hpp"
#include "boa/generation/transforms/mapped_expression.hpp"
#include "boa/optim/feasible_points.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {

namespace {

// Columns with at most so many values are searched value by value; with more, a model sees a continuum.
constexpr std::uint64_t kMostListed = 64;
// Spaces with at most so many points are searched point by point.
constexpr std::uint64_t kMostEnumerated = 4096;
// Of find_feasible: uniform points, then points inside of the constraints, then, if there are no more, all.
constexpr int kBoxDraws = 200;
constexpr Index kInnerDraws = 64;
constexpr std::uint64_t kMostSearched = 200000;

}  // namespace

UnitSpace::UnitSpace(core::SearchSpace space) : space_(std::move(space)), natural_(space_) {
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
    const core::Parameter& parameter = space_.parameters()[positions_[static_cast<std::size_t>(j)]];
    const auto* choice = std::get_if<core::ChoiceParameter>(&parameter);
    if (choice != nullptr && choice->target_task) {
      tasks_ = gp::TaskColumn{j, static_cast<Index>(choice->values.size()),
                              static_cast<Index>(std::lround(column.encode(*choice->target_task).value()))};
    }
    const std::uint64_t k = column.num_values();
    const bool overflows =
        k == UnitColumn::kInfinite || (num_points_ > 1 && k > UnitColumn::kInfinite / 2 / num_points_);
    num_points_ = overflows || num_points_ == UnitColumn::kInfinite ? UnitColumn::kInfinite : num_points_ * k;
  }
  list_discrete_columns();
  map_constraints();
}

void UnitSpace::list_discrete_columns() {
  std::vector<bool> tied(columns_.size(), false);
  for (const core::ParameterConstraint& constraint : space_.constraints()) {
    if (!constraint.is_equality) continue;
    std::vector<std::size_t> members;
    bool any_float = false;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      const std::string& name = core::name_of(space_.parameters()[positions_[j]]);
      const auto is_this = [&name](const auto& term) { return term.first == name; };
      if (std::none_of(constraint.coefficients.begin(), constraint.coefficients.end(), is_this)) continue;
      members.push_back(j);
      any_float = any_float || columns_[j].num_values() == UnitColumn::kInfinite;
    }
    if (any_float) continue;
    for (const std::size_t j : members) tied[j] = !columns_[j].is_categorical();
  }
  const bool is_enumerable = num_points_ <= kMostEnumerated;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const UnitColumn& column = columns_[j];
    const bool is_choice = std::holds_alternative<core::ChoiceParameter>(space_.parameters()[positions_[j]]);
    const bool is_short = is_choice ? column.num_values() <= kMostEnumerated : column.num_values() <= kMostListed;
    // One at a time they could not move without leaving the equality.
    if (is_enumerable ? column.num_values() > kMostEnumerated : !is_short || tied[j]) continue;
    optim::DiscreteDimension discrete{static_cast<Index>(j), {}, !column.is_categorical()};
    for (std::uint64_t i = 0; i < column.num_values(); ++i) {
      discrete.values.push_back(column.encode(column.value_at(i)).value());
    }
    if (tasks_ && tasks_->column == discrete.column) discrete.values = {static_cast<double>(tasks_->target)};
    domain_.discrete.push_back(std::move(discrete));
  }
}

void UnitSpace::map_constraints() {
  const auto column_of = [this](const std::string& name) {
    const core::Parameter* parameter = space_.find(name);
    BOA_CHECK(parameter != nullptr, name);
    return column_of_[static_cast<std::size_t>(parameter - space_.parameters().data())];
  };
  std::vector<std::pair<core::Expression, bool>> curved;
  for (const core::ParameterConstraint& constraint : space_.constraints()) {
    optim::LinearConstraint mapped{Vector::Zero(dim()), constraint.bound};
    bool is_linear = true;
    for (const auto& [name, coefficient] : constraint.coefficients) {
      const Index j = column_of(name);
      if (j < 0) {
        mapped.b -= coefficient * core::as_double(std::get<core::FixedParameter>(*space_.find(name)).value);
      } else if (const UnitColumn& column = columns_[static_cast<std::size_t>(j)]; column.is_linear()) {
        mapped.a[j] += coefficient * column.width();
        mapped.b -= coefficient * column.origin();
      } else {
        is_linear = false;
      }
    }
    if (!is_linear) curved.emplace_back(core::expression_of(constraint), constraint.is_equality);
    const double scale = dim() > 0 ? mapped.a.cwiseAbs().maxCoeff() : 0.0;
    if (!is_linear || !(scale > 0)) continue;
    mapped.a /= scale;
    mapped.b /= scale;
    for (optim::Domain* domain : {&domain_, &cube_}) {
      (constraint.is_equality ? domain->equalities : domain->inequalities).push_back(mapped);
    }
  }
  for (const core::NonlinearConstraint& constraint : space_.nonlinear_constraints()) {
    curved.emplace_back(constraint.excess, false);
  }
  for (auto& [expression, is_equality] : curved) {
    std::vector<MappedVariable> model;
    for (const std::string& name : expression.variables()) {
      const Index j = column_of(name);
      model.push_back({j, j < 0 ? core::as_double(std::get<core::FixedParameter>(*space_.find(name)).value) : 0.0,
                       j < 0 ? std::optional<UnitColumn>() : columns_[static_cast<std::size_t>(j)]});
    }
    std::vector<MappedVariable> sample = model;
    for (MappedVariable& variable : sample) {
      if (variable.unit && variable.unit->is_categorical()) variable.stretch = variable.unit->upper();
    }
    domain_.nonlinear.push_back({map_expression(expression, std::move(model), dim()), is_equality});
    cube_.nonlinear.push_back({map_expression(std::move(expression), std::move(sample), dim()), is_equality});
  }
}

core::Parameterization UnitSpace::decode(const Vector& x) const { return space_.active_part(decode_all(x)); }

core::Parameterization UnitSpace::decode_all(const Vector& x) const {
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

Vector UnitSpace::from_sample(const Vector& u) const {
  BOA_CHECK(u.size() == dim(), u.size(), dim());
  Vector x = u;
  for (const Index j : categorical_) {
    const double k = static_cast<double>(columns_[static_cast<std::size_t>(j)].num_values());
    x[j] = std::min(std::floor(u[j] * k), k - 1);
  }
  return x;
}

Vector UnitSpace::sample_at_target(Vector u) const {
  if (tasks_) {
    u[tasks_->column] = (static_cast<double>(tasks_->target) + 0.5) / static_cast<double>(tasks_->num_tasks);
  }
  return u;
}

core::Parameterization UnitSpace::decode_sample(const Vector& u) const { return decode(from_sample(u)); }

std::optional<core::Parameterization> UnitSpace::decode_feasible(const Vector& x) const {
  return repaired(decode_all(x));
}

std::optional<core::Parameterization> UnitSpace::decode_feasible_sample(const Vector& u) const {
  return repaired(decode_all(from_sample(u)));
}

std::optional<core::Parameterization> UnitSpace::repaired(const core::Parameterization& all) const {
  std::optional<core::Parameterization> nearly;
  if (space_.is_hierarchical()) {
    core::Parameterization point = space_.active_part(all);
    if (space_.violates_nothing(point)) return point;
    if (meets_constraints(point)) nearly = std::move(point);
  }
  // Constraints on parameters that do not exist here are kept too: that is more than needed, and harmless.
  std::optional<core::Parameterization> whole = natural_.repair(all);
  return whole ? std::optional(space_.active_part(std::move(*whole))) : nearly;
}

double UnitSpace::absent_value(std::size_t column) const {
  const std::uint64_t k = columns_[column].num_values();
  return k == UnitColumn::kInfinite ? 0.5 : columns_[column].encode(columns_[column].value_at(k / 2)).value();
}

std::vector<Index> UnitSpace::impute(Vector& x) const {
  std::vector<Index> absent;
  if (!space_.is_hierarchical()) return absent;
  const core::Parameterization point = decode_all(x);
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    if (space_.is_active(core::name_of(space_.parameters()[positions_[j]]), point)) continue;
    absent.push_back(static_cast<Index>(j));
    x[static_cast<Index>(j)] = absent_value(j);
  }
  return absent;
}

std::optional<core::Parameterization> UnitSpace::find_feasible(const util::Rng& rng) const {
  util::Rng stream = rng.split("box");
  for (int i = 0; i < kBoxDraws; ++i) {
    core::Parameterization point = decode_sample(Vector::NullaryExpr(dim(), [&stream] { return stream.uniform(); }));
    if (meets_constraints(point)) return point;
  }
  if (const std::optional<Matrix> draws = optim::sample_domain(cube_, kInnerDraws, rng)) {
    for (Index i = 0; i < draws->rows(); ++i) {
      if (auto point = decode_feasible_sample(draws->row(i).transpose())) return point;
    }
  }
  for (int i = 0; i < kInnerDraws; ++i) {
    const Vector u = Vector::NullaryExpr(dim(), [&stream] { return stream.uniform(); });
    if (auto point = decode_feasible_sample(u)) return point;
  }
  if (num_points_ > kMostSearched) return std::nullopt;
  const std::vector<core::Parameterization> all = enumerate();
  return all.empty() ? std::nullopt : std::optional(all.front());
}

std::optional<Vector> UnitSpace::encode(const core::Parameterization& parameters) const {
  Vector x(dim());
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const std::string& name = core::name_of(space_.parameters()[positions_[j]]);
    if (!space_.is_active(name, parameters)) {
      x[static_cast<Index>(j)] = absent_value(j);
      continue;
    }
    const core::ParameterValue* value = core::find_value(parameters, name);
    const std::optional<double> coordinate = value == nullptr ? std::nullopt : columns_[j].encode(*value);
    if (!coordinate) return std::nullopt;
    x[static_cast<Index>(j)] = *coordinate;
  }
  return x;
}

bool UnitSpace::meets_constraints(const core::Parameterization& parameters) const {
  return space_.meets_constraints(parameters);
}

std::vector<core::Parameterization> UnitSpace::enumerate() const {
  BOA_CHECK(num_points_ != UnitColumn::kInfinite);
  return list_feasible(*this, {}).value();
}

std::string signature_of(const core::Parameterization& parameters) {
  return util::write_json(core::to_node(parameters));
}

}  // namespace boa::generation
