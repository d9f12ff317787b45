#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/core/parameter.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using util::Node;

constexpr std::array<std::string_view, 5> kCommands = {"run_model", "run_cmd", "write_configs", "set_trial_status",
                                                       "fetch_trial_data"};
constexpr const char* kHint = "Templates (Jinja2) in the config are not built yet; write the values out.";

std::pair<int, int> position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {line, static_cast<int>(offset - line_start) + 1};
}

[[noreturn]] void refuse_at(std::string_view text, std::size_t offset, std::string_view what, const std::string& file) {
  const auto [line, column] = position_of(text, offset);
  const ConfigError error({file, line, column}, "",
                          fmt::format("a template ('{}', Jinja2) in the config is not built yet", what));
  throw UnsupportedError(error.what(), kHint);
}

bool has_template(std::string_view text) { return text.find("{{") != std::string_view::npos; }

/// Everything but the commands must be free of templates.
void refuse_in(const Node& node, const std::string& path, ConfigContext& context) {
  if (node.is_string() && has_template(node.as_string())) {
    context.problems.add_unsupported(
        node, path, fmt::format("a template in the config ('{}')", util::abbreviate(node.as_string(), 60)), kHint);
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) refuse_in(node.at(i), fmt::format("{}[{}]", path, i), context);
  } else if (node.is_object()) {
    for (const auto& [key, value] : node.as_object()) {
      if (has_template(key)) {
        context.problems.add_unsupported(
            value, path, fmt::format("a template in the config ('{}')", util::abbreviate(key, 60)), kHint);
      }
      refuse_in(value, util::join_key(path, key), context);
    }
  }
}

/// A plain name: what `{{ }}` may hold in a command.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.find_first_of("|+-*/()[]\"'~,{}%<>=! ") == std::string_view::npos;
}

void check_command(const Node& command, const std::string& path, const std::vector<std::string>& names,
                   ConfigContext& context) {
  const std::string& text = command.as_string();
  for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", open + 2)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) {
      context.problems.add(command, path,
                           fmt::format("the '{{{{' in '{}' is never closed", util::abbreviate(text, 80)));
      return;
    }
    const std::string inside(util::trim(std::string_view(text).substr(open + 2, close - open - 2)));
    if (std::find(names.begin(), names.end(), inside) != names.end()) continue;
    const bool is_config_variable = inside == "config_path" || inside == "config_dir" || inside == "config_dir_name" ||
                                    inside == "config_file_name";
    if (is_config_variable || !is_plain_name(inside)) {
      context.problems.add_unsupported(command, path, fmt::format("the template '{{{{ {} }}}}' in a command", inside),
                                       "A plain {{ NAME }} of a parameter or {{ trial_dir }} works.");
      continue;
    }
    const std::string nearest = util::nearest_name(inside, names);
    context.problems.add(command, path,
                         fmt::format("unknown name '{}' in '{{{{ }}}}'{}", inside,
                                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                         "Known names: " + util::abbreviate(util::join(names, ", "), 400));
  }
}

}  // namespace

void refuse_template_blocks(std::string_view text, const std::string& file) {
  const std::size_t block = text.find("{%");
  if (block != std::string_view::npos) refuse_at(text, block, "{% ... %}", file);
  const std::size_t comment = text.find("{#");
  if (comment != std::string_view::npos && text.find("#}", comment) != std::string_view::npos) {
    refuse_at(text, comment, "{# ... #}", file);
  }
}

void refuse_template_line(std::string_view text, int line, const std::string& file) {
  std::size_t begin = 0;
  for (int i = 1; i < line && begin != std::string_view::npos; ++i) {
    begin = text.find('\n', begin);
    if (begin != std::string_view::npos) ++begin;
  }
  if (begin == std::string_view::npos) return;
  const std::string_view content = text.substr(begin, text.find('\n', begin) - begin);
  const std::size_t open = content.find("{{");
  if (open != std::string_view::npos) refuse_at(text, begin + open, "{{ ... }}", file);
}

void check_templates(const Node& top, const std::vector<core::Parameter>& parameters, ConfigContext& context) {
  std::vector<std::string> names = {"trial_dir"};
  for (const core::Parameter& parameter : parameters) names.push_back(core::name_of(parameter));
  for (const auto& [key, value] : top.as_object()) {
    if (key != "script_options" || !value.is_object()) {
      refuse_in(value, key, context);
      continue;
    }
    for (const auto& [option, setting] : value.as_object()) {
      const std::string path = util::join_key(key, option);
      const bool is_command = std::find(kCommands.begin(), kCommands.end(), option) != kCommands.end();
      if (is_command && setting.is_string()) {
        check_command(setting, path, names, context);
      } else {
        refuse_in(setting, path, context);
      }
    }
  }
}

}  // namespace boa::app
