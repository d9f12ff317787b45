#include <fmt/core.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "boa/app/config_sections.hpp"

namespace boa::app {

namespace {

using util::Node;

void add_parameter(const std::string& name, const Node& node, const std::string& path, bool in_mapping,
                   ConfigContext& context, std::vector<core::Parameter>& parameters) {
  auto parameter = read_parameter(name, node, path, in_mapping, context);
  if (parameter) parameters.push_back(std::move(*parameter));
}

}  // namespace

std::vector<core::Parameter> read_parameters(const Node& node, const std::string& path, ConfigContext& context) {
  std::vector<core::Parameter> parameters;
  if (node.is_object()) {
    for (const auto& [name, value] : node.as_object()) {
      if (name.empty() || value.has_non_text_key()) {
        context.problems.add_at_key(
            value, path, fmt::format("a parameter's name must be text, found {}", name.empty() ? "''" : name),
            name.empty() ? "" : fmt::format("Put it in quotes: \"{}\"", name));
        continue;
      }
      add_parameter(name, value, util::join_key(path, name), true, context, parameters);
    }
    return parameters;
  }
  if (!node.is_array()) {
    context.problems.add(node, path,
                         fmt::format("expected a mapping or a list of parameters, found {}", node.describe()));
    return parameters;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node& item = node.at(i);
    const std::string item_path = fmt::format("{}[{}]", path, i);
    const Node* name = item.find("name");
    if (name == nullptr && item.is_object()) {
      // Tells what else is wrong with it, which may be another spelling of 'name'.
      static_cast<void>(read_parameter(item_path, item, item_path, false, context));
      util::add_missing_key(context.problems, item, item_path, "name", "Every parameter of the list needs a 'name'.");
      continue;
    }
    if (name == nullptr || !name->is_string() || name->as_string().empty()) {
      context.problems.add(name == nullptr ? item : *name, item_path,
                           item.is_object()
                               ? "every parameter of the list needs a 'name' that is text"
                               : fmt::format("expected a mapping with 'name' and 'type', found {}", item.describe()));
      continue;
    }
    if (!names.insert(name->as_string()).second) {
      context.problems.add(*name, item_path, fmt::format("the parameter '{}' occurs twice", name->as_string()));
      continue;
    }
    add_parameter(name->as_string(), item, item_path, false, context, parameters);
  }
  return parameters;
}

}  // namespace boa::app
