#include "boa/scheduler/stopping/global_stopping.hpp"

#include "boa/scheduler/stopping/making.hpp"
#include "boa/scheduler/stopping/strategies.hpp"

namespace boa::scheduler {

using util::Node;

std::string GlobalStoppingStrategy::why_not_for(const core::OptimizationConfig&) const { return {}; }

const util::Registry<GlobalStoppingKind>& global_stopping_registry() {
  static const util::Registry<GlobalStoppingKind> registry = [] {
    util::Registry<GlobalStoppingKind> list("global stopping strategy");
    list.add("improvement", {make_improvement_stopping, improvement_stopping_options});
    list.add("ImprovementGlobalStoppingStrategy", {make_improvement_stopping, improvement_stopping_options});
    list.add("target", {make_target_stopping, target_stopping_options});
    list.add("expected_improvement", {make_expected_improvement_stopping, expected_improvement_stopping_options});
    list.add("wall_clock", {make_wall_clock_stopping, wall_clock_stopping_options});
    list.add("and", {make_and_stopping, combined_stopping_options});
    list.add("or", {make_or_stopping, combined_stopping_options});
    return list;
  }();
  return registry;
}

Node global_stopping_schema() { return schema_by_type(global_stopping_registry()); }

std::unique_ptr<GlobalStoppingStrategy> make_global_stopping(const Node& node, const std::string& key_path,
                                                             util::Problems& problems) {
  return make_by_type<GlobalStoppingStrategy>(global_stopping_registry(), "global stopping strategy", node, key_path,
                                              problems);
}

}  // namespace boa::scheduler
