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
  /// Are all constraints met whose parameters are all active? Every active parameter must have a value.
  bool meets_constraints(const Parameterization& parameters) const;
  /// The same without the tolerance that rounding needs.
  bool violates_nothing(const Parameterization& parameters) const;
  const Parameter* find(std::string_view name) const;

  /// Do some parameters exist only for certain values of others?
  bool is_hierarchical() const { return hierarchical_; }
  /// Does the parameter exist at this point? Always in a space without hierarchy. Fixed parents need no value.
  bool is_active(std::string_view name, const Parameterization& parameters) const;
  /// The point without values of parameters that do not exist there.
  Parameterization active_part(Parameterization parameters) const;
  /// Empty if the names in `dependents` exist and make a tree: one root, and every other parameter below it; else what
  /// is wrong.
  std::string why_no_tree() const;

  /// Number of parameters whose best value is sought: neither fixed nor of tasks or fidelity, which have targets.
  std::size_t num_tunable() const;
  /// Empty if the point has every active parameter and no other, within its values, and meets all constraints; else
  /// what is wrong.
  std::string why_not_member(const Parameterization& parameters) const;
  /// Empty if every active parameter but the fixed ones has a value of its type, in its bounds or not, and nothing else
  /// is named; else what is wrong, with the nearest right name.
  std::string why_not_complete(const Parameterization& parameters) const;
  /// The parameter that says which task a trial belongs to; null if there is none.
  const ChoiceParameter* task_parameter() const;
  /// The first fidelity parameter; null if there is none.
  const RangeParameter* fidelity_parameter() const;
  /// Has the task parameter its target value? True where there is none.
  bool is_at_target_task(const Parameterization& parameters) const;
  /// Have every fidelity parameter and the task parameter their target values? True where there are none.
  bool is_at_target(const Parameterization& parameters) const;
  /// The same values in the order of trial files and tables: ranges and ordered choices, unordered choices, fixed ones;
  /// within each the config's order. Fixed parameters that are missing are filled in.
  Parameterization in_file_order(const Parameterization& parameters) const;
  /// The same values in the config's order, fixed ones filled in, numbers cast to the parameters' types.
  Parameterization in_config_order(const Parameterization& parameters) const;

  friend bool operator==(const SearchSpace&, const SearchSpace&);

 private:
  template <typename Predicate>
  bool all_constraints(const Parameterization& parameters, Predicate is_met) const;

  /// What must be so for a parameter to exist: one of these parents has this value (and exists).
  struct Condition {
    std::size_t parent;
    ParameterValue value;
  };
  bool is_active(std::size_t index, const Parameterization& parameters, std::size_t depth) const;
  void link_parents();

  std::vector<Parameter> parameters_;
  std::vector<ParameterConstraint> constraints_;
  std::vector<NonlinearConstraint> nonlinear_;
  std::vector<std::vector<Condition>> conditions_;  // by parameter; empty: it always exists
  bool hierarchical_ = false;
};

bool operator==(const RangeParameter&, const RangeParameter&);
bool operator==(const ChoiceParameter&, const ChoiceParameter&);
bool operator==(const FixedParameter&, const FixedParameter&);

}  // namespace boa::core
