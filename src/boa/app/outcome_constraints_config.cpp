#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/app/objective_parts.hpp"
#include "boa/core/linear_expression.hpp"
#include "boa/optim/linear_program.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::app {

namespace {

using core::LinearRelation;
using util::Node;

/// Numbers of Python that no bound can be.
bool is_unbounded(const std::string& name) {
  const std::string lower = util::to_lower(name);
  return lower == "nan" || lower == "inf" || lower == "infinity";
}

class OutcomeConstraintReader {
 public:
  OutcomeConstraintReader(core::OptimizationConfig& config, ConfigContext& context)
      : config_(config), context_(context) {}

  void read(const Node& list) {
    const std::string path = "objective.outcome_constraints";
    if (!list.is_array()) {
      problems().add(list, path, fmt::format("expected a list of texts, found {}", list.describe()));
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string item_path = fmt::format("{}[{}]", path, i);
      if (list.at(i).is_string()) {
        read_outcome_constraint(list.at(i), item_path);
      } else {
        problems().add(list.at(i), item_path,
                       fmt::format("expected text such as 'cost <= 3', found {}", list.at(i).describe()));
      }
    }
  }

 private:
  util::Problems& problems() { return context_.problems; }

  void read_outcome_constraint(const Node& node, const std::string& path) {
    const std::string& text = node.as_string();
    if (util::trim(text).ends_with('%')) {
      problems().add(node, path, fmt::format("'{}' is relative to a status quo, and there is none", text),
                     "Write the bound as a number without '%'.");
      return;
    }
    std::vector<std::string> listed;
    for (const core::Metric& metric : config_.metrics) listed.push_back(metric.name);
    LinearRelation relation;
    if (!parse_relation(text, listed, relation)) {
      std::vector<std::string> names = listed;
      for (std::string& name : names_in(text, listed)) {
        if (is_unbounded(name)) {
          problems().add(node, path, fmt::format("'{}' in '{}': expected a finite number", name, text));
          return;
        }
        names.push_back(std::move(name));
      }
      try {
        relation = core::parse_linear_relation(text, names);
      } catch (const UserInputError& error) {
        problems().add(node, path, error.what(), error.hint());
        return;
      }
    }
    if (relation.op == LinearRelation::Op::kEqual) {
      problems().add_unsupported(node, path, fmt::format("an equality constraint ('{}')", text));
      return;
    }
    if (!relation.repeated.empty()) {
      context_.warn(node, path,
                    fmt::format("'{}' occurs more than once in '{}': the coefficients are summed",
                                util::join(relation.repeated, "', '"), text));
    }
    core::OutcomeConstraint constraint{relation.coefficients,
                                       relation.op == LinearRelation::Op::kGreaterEqual
                                           ? core::OutcomeConstraint::Op::kGreaterEqual
                                           : core::OutcomeConstraint::Op::kLessEqual,
                                       relation.bound, text};
    add_unlisted_metrics(constraint, node, path);
    if (excludes_another(constraint, node, path) || excludes_some_together(constraint, node, path)) return;
    config_.outcome_constraints.push_back(std::move(constraint));
  }

  /// Does an earlier constraint leave this one no interval? Then that is a problem.
  bool excludes_another(const core::OutcomeConstraint& constraint, const Node& node, const std::string& path) {
    using Op = core::OutcomeConstraint::Op;
    for (const core::OutcomeConstraint& other : config_.outcome_constraints) {
      const std::optional<double> factor = core::multiple_of(other.coefficients, constraint.coefficients);
      if (!factor) continue;
      // In units of the other one: it bounds from above what this one bounds from below, or the other way round.
      const double bound = constraint.bound / *factor;
      const bool is_upper = (constraint.op == Op::kLessEqual) == (*factor > 0);
      const bool other_is_upper = other.op == Op::kLessEqual;
      if (is_upper == other_is_upper || (is_upper ? bound > other.bound : bound < other.bound)) continue;
      if (bound == other.bound) {
        problems().add_unsupported(node, path,
                                   fmt::format("an equality constraint ('{}' with '{}')", constraint.text, other.text));
      } else {
        problems().add(node, path, fmt::format("'{}' and '{}' exclude each other", constraint.text, other.text),
                       "Nothing can meet both: change a bound or leave one out.");
      }
      return true;
    }
    return false;
  }

  /// Do several earlier constraints together leave this one nothing? Then that is a problem, named by as few of them as
  /// show it. Proved by a linear program over the metrics.
  bool excludes_some_together(const core::OutcomeConstraint& constraint, const Node& node, const std::string& path) {
    std::vector<core::OutcomeConstraint> conflict = config_.outcome_constraints;
    conflict.push_back(constraint);
    if (conflict.size() < 3 || can_be_met(conflict)) return false;
    for (std::size_t i = 0; i + 1 < conflict.size();) {
      std::vector<core::OutcomeConstraint> fewer = conflict;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (can_be_met(fewer)) {
        ++i;
      } else {
        conflict = std::move(fewer);
      }
    }
    std::vector<std::string> texts;
    for (const core::OutcomeConstraint& one : conflict) texts.push_back("'" + one.text + "'");
    problems().add(node, path, fmt::format("{} exclude each other", util::join(texts, ", ")),
                   "Nothing can meet all of them: change a bound or leave one out.");
    return true;
  }

  /// Bounds are taken a little wider, so that rounding excludes nothing.
  static bool can_be_met(const std::vector<core::OutcomeConstraint>& constraints) {
    constexpr double kRounding = 1e-9;
    std::vector<std::string> names;
    for (const core::OutcomeConstraint& one : constraints) {
      for (const auto& [name, coefficient] : one.coefficients) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
    const auto d = static_cast<Eigen::Index>(names.size());
    optim::Domain metrics;
    metrics.lower = optim::Vector::Constant(d, -std::numeric_limits<double>::infinity());
    metrics.upper = -metrics.lower;
    for (const core::OutcomeConstraint& one : constraints) {
      optim::LinearConstraint row{optim::Vector::Zero(d), 0};
      const double sign = one.op == core::OutcomeConstraint::Op::kLessEqual ? 1 : -1;
      for (const auto& [name, coefficient] : one.coefficients) {
        row.a[std::find(names.begin(), names.end(), name) - names.begin()] = sign * coefficient;
      }
      row.b = sign * one.bound + kRounding * (std::abs(one.bound) + row.a.cwiseAbs().maxCoeff());
      metrics.inequalities.push_back(std::move(row));
    }
    return optim::is_feasible(metrics);
  }

  static bool parse_relation(const std::string& text, const std::vector<std::string>& names, LinearRelation& relation) {
    try {
      relation = core::parse_linear_relation(text, names);
      return true;
    } catch (const UserInputError&) {
      return false;  // other names may be meant
    }
  }

  /// Names that a constraint may mean although they are not listed: BOA makes pass-through metrics of them.
  static std::vector<std::string> names_in(const std::string& text, const std::vector<std::string>& listed) {
    std::vector<std::string> pieces;
    std::string piece;
    for (const char c : text + " ") {
      if (std::string_view(" \t\r\n*<>=()").find(c) == std::string_view::npos) {
        piece += c;
      } else if (!piece.empty()) {
        pieces.push_back(std::move(piece));
        piece.clear();
      }
    }
    std::vector<std::string> names;
    for (const std::string& found : pieces) {
      const std::string_view name =
          std::string_view(found).substr(std::min(found.find_first_not_of("+-"), found.size()));
      const bool is_number = util::yaml_scalar(name).is_number() || util::yaml_scalar(found).is_number();
      const bool is_known = std::find(listed.begin(), listed.end(), name) != listed.end();
      // In a sum without blanks the signs part the names, in BOA's form of three words they belong to the name.
      const bool is_sum = pieces.size() != 2 && name.find_first_of("+-") != std::string_view::npos;
      if (name.empty() || is_number || is_known) continue;
      if (!is_sum) {
        names.emplace_back(name);
        continue;
      }
      for (const std::string& part :
           util::split(std::string(name), name.find('+') != std::string_view::npos ? '+' : '-')) {
        if (!part.empty() && !util::yaml_scalar(part).is_number()) names.push_back(part);
      }
    }
    return names;
  }

  void add_unlisted_metrics(const core::OutcomeConstraint& constraint, const Node& node, const std::string& path) {
    for (const auto& [name, coefficient] : constraint.coefficients) {
      if (config_.find_metric(name) != nullptr) continue;
      std::vector<std::string> listed;
      for (const core::Metric& metric : config_.metrics) listed.push_back(metric.name);
      const std::string nearest = util::nearest_name(name, listed);
      context_.warn(node, path,
                    fmt::format("'{}' is not among the metrics, so the model must return it too{}; where it is listed, "
                                "with 'info_only: true', nothing is noted",
                                name, nearest.empty() ? "" : fmt::format(" (or did you mean '{}'?)", nearest)));
      core::Metric metric;
      metric.name = name;
      config_.metrics.push_back(std::move(metric));
    }
  }

  core::OptimizationConfig& config_;
  ConfigContext& context_;
};

}  // namespace

void read_outcome_constraints(const Node& list, core::OptimizationConfig& config, ConfigContext& context) {
  OutcomeConstraintReader(config, context).read(list);
}

}  // namespace boa::app
