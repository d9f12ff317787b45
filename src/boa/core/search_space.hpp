#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/core/parameter.hpp"
#include "boa/core/parameter_constraint.hpp"

namespace boa::core {

/// What is searched: parameters in the config's order, and constraints on them.
class SearchSpace {
 public:
  SearchSpace() = default;
  SearchSpace(std::vector<Parameter> parameters, std::vector<ParameterConstraint> constraints,
              std::vector<NonlinearConstraint> nonlinear_constraints = {});

  const std::vector<Parameter>& parameters() const { return parameters_; }
  const std::vector<ParameterConstraint>& constraints() const { return constraints_; }
  const std::vector<NonlinearConstraint>& nonlinear_constraints() const { return nonlinear_; }
  bool has_constraints() const { return !constraints_.empty() || !nonlinear_.empty(); }
  /// Are all constraints met? Every parameter must have a value.
  bool meets_constraints(const Parameterization& parameters) const;
  const Parameter* find(std::string_view name) const;

  /// Number of parameters that are not fixed.
  std::size_t num_tunable() const;
  /// Empty if the point has every parameter, within its values, and meets all constraints; else what is wrong.
  std::string why_not_member(const Parameterization& parameters) const;
  /// Empty if every parameter but the fixed ones has a value of its type, in its bounds or not, and nothing else is
  /// named; else what is wrong, with the nearest right name.
  std::string why_not_complete(const Parameterization& parameters) const;
  /// The same values in the order of trial files and tables: ranges and ordered choices, unordered choices, fixed ones;
  /// within each the config's order. Fixed parameters that are missing are filled in.
  Parameterization in_file_order(const Parameterization& parameters) const;
  /// The same values in the config's order, fixed ones filled in, numbers cast to the parameters' types.
  Parameterization in_config_order(const Parameterization& parameters) const;

  friend bool operator==(const SearchSpace&, const SearchSpace&);

 private:
  std::vector<Parameter> parameters_;
  std::vector<ParameterConstraint> constraints_;
  std::vector<NonlinearConstraint> nonlinear_;
};

bool operator==(const RangeParameter&, const RangeParameter&);
bool operator==(const ChoiceParameter&, const ChoiceParameter&);
bool operator==(const FixedParameter&, const FixedParameter&);

}  // namespace boa::core
