#include <fmt/core.h>

#include <cmath>
#include <string>

#include "boa/app/config_sections.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

using util::Node;

ScriptOptions read_script(const Node& node, ConfigContext& context) {
  ScriptOptions options;
  const std::string path = "script_options";
  if (!util::read_fields(node, options, path, context.problems)) return options;
  if (options.rel_to_config.value_or(false) && options.rel_to_launch.value_or(false)) {
    context.problems.add(node.at("rel_to_launch"), path + ".rel_to_launch",
                         "rel_to_config and rel_to_launch cannot both be true");
  }
  if (options.exp_name.find('/') != std::string::npos || options.exp_name == "." || options.exp_name == "..") {
    context.problems.add(node.at("exp_name"), path + ".exp_name",
                         "the name becomes a folder's name, so it must not hold '/'",
                         "The place is chosen by output_dir or experiment_dir.");
  }
  if (options.result_grace_seconds && !std::isfinite(*options.result_grace_seconds)) {
    context.problems.add(node.at("result_grace_seconds"), path + ".result_grace_seconds", "must be finite");
  }
  if (options.experiment_dir && options.output_dir) {
    context.warn(node.at("output_dir"), path + ".output_dir", "has no effect beside experiment_dir");
  }
  if (options.rel_to_config && !*options.rel_to_config && !options.rel_to_launch.value_or(false)) {
    context.warn(node.at("rel_to_config"), path + ".rel_to_config",
                 "false alone changes nothing; for paths relative to the launch folder write 'rel_to_launch: true'");
  }
  return options;
}

}  // namespace boa::app
