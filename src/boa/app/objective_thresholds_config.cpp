#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "boa/app/objective_parts.hpp"
#include "boa/core/linear_expression.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::LinearRelation;
using util::Node;
using Op = core::OutcomeConstraint::Op;

constexpr std::string_view kPath = "objective.objective_thresholds";

class ThresholdReader {
 public:
  ThresholdReader(core::OptimizationConfig& config, ConfigContext& context) : config_(config), context_(context) {
    for (const core::Objective::Term& term : config.objective.terms) objectives_.push_back(term.metric);
  }

  void read(const Node& list) {
    if (!list.is_array()) {
      context_.problems.add(list, std::string(kPath),
                            fmt::format("expected a list of texts, found {}", list.describe()));
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) read_one(list.at(i), fmt::format("{}[{}]", kPath, i));
  }

 private:
  void read_one(const Node& node, const std::string& path) {
    if (!node.is_string()) {
      context_.problems.add(node, path, fmt::format("expected text such as 'cost <= 3', found {}", node.describe()));
      return;
    }
    const std::string& text = node.as_string();
    if (util::trim(text).ends_with('%')) {
      context_.problems.add(node, path, fmt::format("'{}' is relative to a status quo, and there is none", text),
                            "Write the threshold as a number without '%'.");
      return;
    }
    try {
      add(core::parse_linear_relation(text, objectives_), node, path);
    } catch (const UserInputError& error) {
      context_.problems.add(
          node, path, error.what(),
          fmt::format("A threshold bounds one of the objectives: {}.", util::join(objectives_, ", ")));
    }
  }

  void add(const LinearRelation& relation, const Node& node, const std::string& path) {
    const std::string& text = node.as_string();
    if (relation.op == LinearRelation::Op::kEqual || relation.coefficients.size() != 1 ||
        relation.coefficients.front().second == 0) {
      context_.problems.add(node, path, fmt::format("'{}' is not a bound on one objective", text),
                            "E.g. cost <= 3; what joins several metrics is an outcome constraint.");
      return;
    }
    const auto& [metric, factor] = relation.coefficients.front();
    const bool is_upper = (relation.op == LinearRelation::Op::kLessEqual) == (factor > 0);
    const core::Objective::Term& term = *std::find_if(config_.objective.terms.begin(), config_.objective.terms.end(),
                                                      [&, &name = metric](const auto& t) { return t.metric == name; });
    if (is_upper != term.minimize) {
      context_.problems.add(node, path,
                            fmt::format("'{}' is {}, so its threshold is written with '{}', found '{}'", metric,
                                        term.minimize ? "minimized" : "maximized", term.minimize ? "<=" : ">=", text));
      return;
    }
    const auto bounds_it = [&, &name = metric](const auto& t) { return t.coefficients.front().first == name; };
    if (std::any_of(config_.objective_thresholds.begin(), config_.objective_thresholds.end(), bounds_it)) {
      context_.problems.add(node, path, fmt::format("a second threshold for '{}'", metric));
      return;
    }
    config_.objective_thresholds.push_back(
        {{{metric, 1.0}}, is_upper ? Op::kLessEqual : Op::kGreaterEqual, relation.bound / factor, text});
  }

  core::OptimizationConfig& config_;
  ConfigContext& context_;
  std::vector<std::string> objectives_;
};

}  // namespace

void read_objective_thresholds(const Node& list, core::OptimizationConfig& config, ConfigContext& context) {
  ThresholdReader(config, context).read(list);
}

}  // namespace boa::app
