#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/generation/trust_region.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

/// How a point inside of a trust region is chosen.
enum class RegionAcquisition { kThompson, kLogEi };
constexpr std::array<std::pair<std::string_view, RegionAcquisition>, 2> field_names(RegionAcquisition) {
  return {{{"thompson", RegionAcquisition::kThompson}, {"logei", RegionAcquisition::kLogEi}}};
}

/// `model_kwargs` of a step with the model TURBO or SCBO.
struct TurboOptions {
  TrustRegionRules rules;
  RegionAcquisition acquisition = RegionAcquisition::kLogEi;
  std::optional<int> n_init;        ///< space-filling points of a new region; absent: 2 a column
  std::optional<int> n_candidates;  ///< of a Thompson sample; absent: min(5000, max(2000, 200 a column))

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    using util::Field;
    field(Field{.name = "length_init", .doc = "side of the first box", .at_least = 0, .above = true},
          self.rules.length_init);
    field(Field{.name = "length_min", .doc = "a region with a smaller side has ended", .at_least = 0, .above = true},
          self.rules.length_min);
    field(Field{.name = "length_max", .doc = "largest side", .at_least = 0, .above = true}, self.rules.length_max);
    field(Field{.name = "success_tolerance", .doc = "successes in a row that double the side", .at_least = 1},
          self.rules.success_tolerance);
    field(Field{.name = "failure_tolerance", .doc = "points in a row without success that halve it", .at_least = 1},
          self.rules.failure_tolerance);
    field(Field{.name = "acquisition", .doc = "how a point in the box is chosen"}, self.acquisition);
    field(Field{.name = "n_init", .doc = "space-filling points of a new region", .at_least = 1}, self.n_init);
    field(
        Field{
            .name = "n_candidates", .doc = "points that a Thompson sample is taken at", .at_least = 1, .at_most = 5000},
        self.n_candidates);
  }
};

/// TuRBO and SCBO: a step that works in a trust region.
bool uses_trust_region(std::string_view model_value);

/// Reads `model_kwargs` (a mapping, or null for none). What is wrong goes to `problems` under `path`: also lengths out
/// of order, and options that the acquisition function does not have. `has_search_options`: the step has
/// `model_gen_kwargs`, which a Thompson sample does not take.
TurboOptions read_turbo_options(const util::Node& kwargs, bool has_search_options, const std::string& path,
                                util::Problems& problems);

/// Why a trust region cannot serve the problem; empty if it does.
std::string why_not_trust_region(const core::SearchSpace& space, const core::OptimizationConfig& config);

}  // namespace boa::generation
