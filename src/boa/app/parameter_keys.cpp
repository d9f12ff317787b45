#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "boa/app/config_sections.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using util::Node;
using Path = std::vector<std::variant<std::string, std::int64_t>>;

constexpr const char* kKey = "parameter_keys";

std::string joined(const Path& path, const char* separator) {
  std::string text;
  for (const auto& step : path) {
    if (!text.empty()) text += separator;
    text += std::holds_alternative<std::string>(step) ? std::get<std::string>(step)
                                                      : fmt::format("{}", std::get<std::int64_t>(step));
  }
  return text;
}

/// One item of parameter_keys as a path, empty if it is none.
Path read_path(const Node& item) {
  if (item.is_string()) return {item.as_string()};
  Path path;
  if (!item.is_array()) return path;
  for (const Node& step : item.as_array()) {
    if (step.is_string()) {
      path.emplace_back(step.as_string());
    } else if (step.is_int()) {
      path.emplace_back(step.as_int());
    } else {
      return {};
    }
  }
  if (!path.empty() && !std::holds_alternative<std::string>(path.front())) return {};
  return path;
}

/// What a path leads to, or null.
const Node* follow(const Node& top, const Path& path) {
  const Node* node = &top;
  for (const auto& step : path) {
    if (const auto* key = std::get_if<std::string>(&step)) {
      node = node->find(*key);
    } else {
      const std::int64_t index = std::get<std::int64_t>(step);
      const bool inside = node->is_array() && index >= 0 && static_cast<std::size_t>(index) < node->size();
      node = inside ? &node->at(static_cast<std::size_t>(index)) : nullptr;
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

/// Adds the entries of one addressed mapping under their flat names.
void flatten(const Node& mapping, const Path& path, Node& flat, std::vector<ParameterOrigin>& origins) {
  for (const auto& [name, value] : mapping.as_object()) {
    const std::string plain = joined(path, "_") + "_" + name;
    std::string unique = plain;
    for (int k = 0; flat.contains(unique); ++k) unique = fmt::format("{}_{}", plain, k);
    flat.set(unique, value);
    origins.push_back({unique, path, name});
  }
}

/// The child of a node under construction that a step leads to; lists are padded with null.
Node& descend(Node& node, const std::variant<std::string, std::int64_t>& step) {
  if (const auto* key = std::get_if<std::string>(&step)) {
    if (!node.is_object()) node = Node::object();
    Node* child = node.find(*key);
    return child == nullptr ? node.set(*key, Node()) : *child;
  }
  const auto index = static_cast<std::size_t>(std::get<std::int64_t>(step));
  if (!node.is_array()) node = Node::array();
  while (node.size() <= index) node.push_back(Node());
  return node.as_array()[index];
}

}  // namespace

std::vector<ParameterOrigin> flatten_parameter_keys(Node& top, ConfigContext& context) {
  std::vector<ParameterOrigin> origins;
  const Node keys = top.at(kKey);
  top.erase(kKey);
  const Node items = keys.is_string() ? Node::array({keys}) : keys;
  if (!items.is_array() || items.size() == 0) {
    context.problems.add(keys, kKey,
                         fmt::format("expected a key or a list of keys and paths, found {}", keys.describe()));
    return origins;
  }
  Node flat = Node::object();
  flat.set_position(keys.line(), keys.column());
  std::vector<std::string> heads;
  for (const Node& item : items.as_array()) {
    const Path path = read_path(item);
    if (path.empty()) {
      context.problems.add(item, kKey,
                           "expected a key, or a path of keys and list indices such as [models, 0, params]");
      continue;
    }
    const Node* mapping = follow(top, path);
    if (mapping == nullptr || !mapping->is_object()) {
      context.problems.add(item, kKey,
                           fmt::format("'{}' leads to {}, not to a mapping of parameters", joined(path, "."),
                                       mapping == nullptr ? "nothing" : mapping->describe()));
      continue;
    }
    flatten(*mapping, path, flat, origins);
    heads.push_back(std::get<std::string>(path.front()));
  }
  const Node* parameters = top.find("parameters");
  if (parameters != nullptr && !parameters->is_null() &&
      std::find(heads.begin(), heads.end(), "parameters") == heads.end()) {
    context.warn(*parameters, "parameters",
                 "is not used: parameter_keys names other parts; list 'parameters' there too if it should count");
  }
  for (const std::string& head : heads) top.erase(head);
  top.set("parameters", std::move(flat));
  return origins;
}

util::Node nested_parameters(const std::vector<ParameterOrigin>& origins, const core::Parameterization& parameters) {
  Node nested;
  for (const ParameterOrigin& origin : origins) {
    const core::ParameterValue* value = core::find_value(parameters, origin.name);
    if (value == nullptr) continue;
    Node* node = &nested;
    for (const auto& step : origin.path) node = &descend(*node, step);
    node->set(origin.original_name, core::to_node(*value));
  }
  return nested;
}

}  // namespace boa::app
