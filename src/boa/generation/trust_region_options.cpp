#include "boa/generation/trust_region_options.hpp"

#include <fmt/core.h>

#include "boa/util/text.hpp"

namespace boa::generation {

bool uses_trust_region(std::string_view model_value) { return model_value == "TuRBO" || model_value == "SCBO"; }

TurboOptions read_turbo_options(const util::Node& kwargs, bool has_search_options, const std::string& path,
                                util::Problems& problems) {
  TurboOptions options;
  const std::size_t before = problems.list().size();
  if (!kwargs.is_null()) util::read_fields(kwargs, options, path, problems);
  // Beside an option that was not read its default would only seem to contradict the others.
  if (problems.list().size() != before) return {};
  const TrustRegionRules& rules = options.rules;
  if (!(rules.length_min <= rules.length_init && rules.length_init <= rules.length_max)) {
    problems.add(kwargs, path,
                 fmt::format("length_min <= length_init <= length_max must hold, found {}, {}, {}",
                             util::python_repr(rules.length_min), util::python_repr(rules.length_init),
                             util::python_repr(rules.length_max)));
  }
  const bool is_sampled = options.acquisition == RegionAcquisition::kThompson;
  if (options.n_candidates && !is_sampled) {
    problems.add(kwargs.at("n_candidates"), util::join_key(path, "n_candidates"),
                 "is for a Thompson sample, not for 'acquisition: logei'");
  }
  if (has_search_options && is_sampled) {
    problems.add_unsupported(kwargs, path, "'model_gen_kwargs' with 'acquisition: thompson'",
                             "A Thompson sample is taken at n_candidates points, without a search.");
  }
  return options;
}

std::string why_not_trust_region(const core::SearchSpace& space, const core::OptimizationConfig& config) {
  if (config.objective.kind == core::Objective::Kind::kMulti) {
    return "a trust region takes one objective; MOO takes several";
  }
  if (const core::ChoiceParameter* task = space.task_parameter()) {
    return fmt::format("a trust region takes no task parameter ('{}')", task->name);
  }
  return config.has_cost() || space.fidelity_parameter() != nullptr
             ? "a trust region takes no fidelity parameter and no cost metric"
             : "";
}

}  // namespace boa::generation
