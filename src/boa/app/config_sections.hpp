#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// Nobody mends more in one go.
inline constexpr std::size_t kMostProblems = 100;

/// What the readers of a config's parts share: where to put problems and warnings.
struct ConfigContext {
  explicit ConfigContext(std::string file) : problems(std::move(file), kMostProblems) {}

  /// A warning about a value, with its place.
  void warn(const util::Node& at, std::string_view key_path, const std::string& message);

  util::Problems problems;
  std::vector<std::string> warnings;
};

/// `in_mapping`: the parameter is an entry of a mapping, where it may be a bare value. Nothing if it is wrong.
std::optional<core::Parameter> read_parameter(const std::string& name, const util::Node& node, const std::string& path,
                                              bool in_mapping, ConfigContext& context);
/// Readers of the parts. Each gets the part's node (not null) and fills its share of the config.
std::vector<core::Parameter> read_parameters(const util::Node& node, const std::string& path, ConfigContext& context);
/// The constraints of a search space as they are read.
struct ConstraintLists {
  std::vector<core::ParameterConstraint> linear;
  std::vector<core::NonlinearConstraint> nonlinear;
};
/// Reads the list under `key`, parameter_constraints or nonlinear_constraints, and adds to `lists`. What is linear
/// becomes linear, wherever it stands.
void read_constraints(const util::Node& node, const std::string& key, const std::vector<core::Parameter>& parameters,
                      ConstraintLists& lists, ConfigContext& context);
core::OptimizationConfig read_objective(const util::Node& node, ConfigContext& context);
/// `outcomes`: what the config optimizes, for the strategies that do not suit all of it.
scheduler::SchedulerOptions read_scheduler(const util::Node& top, const core::OptimizationConfig& outcomes,
                                           ConfigContext& context);
GenerationOptions read_generation(const util::Node& node, ConfigContext& context);
ScriptOptions read_script(const util::Node& node, ConfigContext& context);

/// JSON Schemas of the parts, from the declarations that their readers use.
util::Node parameter_schema();
util::Node metric_schema();
util::Node objective_schema();
util::Node generation_schema();
util::Node generation_step_schema();

/// The file as data, YAML or JSON by the suffixes of its name.
util::Node parse_config(const std::string& text, const std::filesystem::path& file);
bool is_json_config(const std::filesystem::path& file);

/// Turns deprecated forms (`optimization_options`, `sklearn_metric: X` in a metric) into the present ones, each with a
/// warning that shows the present one. `top` is a mapping.
void convert_old_form(util::Node& top, ConfigContext& context);

/// Replaces `parameters` in the config by what `parameter_keys` addresses, under flat names; removes both keys'
/// sources.
std::vector<ParameterOrigin> flatten_parameter_keys(util::Node& top, ConfigContext& context);

/// Checks the templates of commands, which may hold parameters, trial_dir and the config's variables only, and warns of
/// names that stay elsewhere.
void check_templates(const util::Node& top, const core::SearchSpace& space, bool allow_python, ConfigContext& context);

/// That no point can exist, naming a smallest set of constraints that conflict, or that none was found.
struct Infeasibility {
  std::string why;                       ///< empty if there may be a point
  std::vector<std::string> constraints;  ///< their texts
};
Infeasibility find_infeasibility(const core::SearchSpace& space);
/// The same for points with every fidelity parameter at its target, where the objective counts.
Infeasibility find_infeasibility_at_target(const core::SearchSpace& space);

}  // namespace boa::app
