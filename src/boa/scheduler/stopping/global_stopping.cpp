#include "boa/scheduler/stopping/global_stopping.hpp"

#include <fmt/core.h>

#include "boa/scheduler/stopping/strategies.hpp"
#include "boa/util/text.hpp"

namespace boa::scheduler {

using util::Node;

std::string GlobalStoppingStrategy::why_not_for(const core::OptimizationConfig&) const { return {}; }

const util::Registry<GlobalStoppingFactory>& global_stopping_registry() {
  static const util::Registry<GlobalStoppingFactory> registry = [] {
    util::Registry<GlobalStoppingFactory> list("global stopping strategy");
    list.add("improvement", make_improvement_stopping);
    list.add("ImprovementGlobalStoppingStrategy", make_improvement_stopping);
    list.add("target", make_target_stopping);
    list.add("expected_improvement", make_expected_improvement_stopping);
    list.add("wall_clock", make_wall_clock_stopping);
    list.add("and", make_and_stopping);
    list.add("or", make_or_stopping);
    return list;
  }();
  return registry;
}

std::unique_ptr<GlobalStoppingStrategy> make_global_stopping(const Node& node, const std::string& key_path,
                                                             util::Problems& problems) {
  const std::vector<std::string> known = global_stopping_registry().names();
  const std::string hint = "Known: " + util::join(known, ", ");
  if (!node.is_object()) {
    problems.add(node, key_path, fmt::format("expected a mapping with a 'type', found {}", node.describe()), hint);
    return nullptr;
  }
  const Node* type = node.find("type");
  if (type == nullptr || !type->is_string()) {
    problems.add(node, key_path, "'type' is missing", hint);
    return nullptr;
  }
  const GlobalStoppingFactory* factory = global_stopping_registry().find(type->as_string());
  if (factory == nullptr) {
    const std::string nearest = util::nearest_name(type->as_string(), known);
    problems.add(*type, util::join_key(key_path, "type"),
                 fmt::format("there is no global stopping strategy '{}'{}", type->as_string(),
                             nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                 hint);
    return nullptr;
  }
  Node options = node;
  options.erase("type");
  const std::size_t before = problems.list().size();
  std::unique_ptr<GlobalStoppingStrategy> strategy = (*factory)(options, key_path, problems);
  return problems.list().size() == before ? std::move(strategy) : nullptr;
}

}  // namespace boa::scheduler
