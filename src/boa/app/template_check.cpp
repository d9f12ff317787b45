#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/runner/script_options.hpp"
#include "boa/template/command_template.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using util::Node;

constexpr std::array<std::string_view, 5> kCommands = {"run_model", "run_cmd", "write_configs", "set_trial_status",
                                                       "fetch_trial_data"};

/// A name that no value was known for stays as `{{ name }}`, as in BOA.
void warn_about(const Node& at, const std::string& text, const std::string& path, ConfigContext& context) {
  const std::size_t open = text.find("{{");
  if (open == std::string::npos) return;
  const std::size_t close = std::min(text.find("}}", open), text.size());
  const std::string tag = text.substr(open, close + 2 - open);
  context.warn(at, path,
               fmt::format("'{}' stays in the text: nothing of that name is known when the config is read",
                           util::abbreviate(tag, 60)));
}

void warn_in(const Node& node, const std::string& path, ConfigContext& context) {
  if (node.is_string()) {
    warn_about(node, node.as_string(), path, context);
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) warn_in(node.at(i), fmt::format("{}[{}]", path, i), context);
  } else if (node.is_object()) {
    for (const auto& [key, value] : node.as_object()) {
      warn_about(value, key, path, context);
      warn_in(value, util::join_key(path, key), context);
    }
  }
}

void check_command(const Node& command, const std::string& path, const std::vector<std::string>& names,
                   bool allow_python, ConfigContext& context) {
  try {
    const templates::CommandTemplate parsed(command.as_string(), names);
    if (!parsed.calls_python()) return;
    if (!allow_python) {
      context.problems.add(command, path, "the command calls load_py, and --no-python forbids to start python3");
      return;
    }
    templates::PythonRenderer().start();
  } catch (const UserInputError& error) {
    context.problems.add(command, path, error.what(), error.hint());
  }
}

}  // namespace

void check_templates(const Node& top, const core::SearchSpace& space, bool allow_python, ConfigContext& context) {
  const std::vector<std::string> names = runner::template_names(space, true);
  for (const auto& [key, value] : top.as_object()) {
    if (key != "script_options" || !value.is_object()) {
      warn_about(value, key, "", context);
      warn_in(value, key, context);
      continue;
    }
    for (const auto& [option, setting] : value.as_object()) {
      const std::string path = util::join_key(key, option);
      const bool is_command = std::find(kCommands.begin(), kCommands.end(), option) != kCommands.end();
      if (is_command && setting.is_string()) {
        if (!setting.as_string().empty()) check_command(setting, path, names, allow_python, context);
      } else {
        warn_in(setting, path, context);
      }
    }
  }
}

}  // namespace boa::app
