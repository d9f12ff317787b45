#include "boa/scheduler/stopping/global_stopping.hpp"

#include "boa/scheduler/stopping/making.hpp"
#include "boa/scheduler/stopping/strategies.hpp"

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
  return make_by_type<GlobalStoppingStrategy>(global_stopping_registry(), "global stopping strategy", node, key_path,
                                              problems);
}

}  // namespace boa::scheduler
