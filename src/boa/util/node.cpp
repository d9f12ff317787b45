#include "boa/util/node.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::util {

Node Node::array(std::initializer_list<Node> items) { return Node(NodeArray(items)); }

Node Node::object(std::initializer_list<std::pair<std::string, Node>> items) { return Node(NodeObject(items)); }

bool Node::as_bool() const {
  BOA_CHECK(is_bool(), describe());
  return std::get<bool>(value_);
}

std::int64_t Node::as_int() const {
  BOA_CHECK(is_int(), describe());
  return std::get<std::int64_t>(value_);
}

double Node::as_double() const {
  BOA_CHECK(is_number(), describe());
  return is_int() ? static_cast<double>(std::get<std::int64_t>(value_)) : std::get<double>(value_);
}

const std::string& Node::as_string() const {
  BOA_CHECK(is_string(), describe());
  return std::get<std::string>(value_);
}

const NodeArray& Node::as_array() const {
  BOA_CHECK(is_array(), describe());
  return std::get<NodeArray>(value_);
}

NodeArray& Node::as_array() {
  BOA_CHECK(is_array(), describe());
  return std::get<NodeArray>(value_);
}

const NodeObject& Node::as_object() const {
  BOA_CHECK(is_object(), describe());
  return std::get<NodeObject>(value_);
}

NodeObject& Node::as_object() {
  BOA_CHECK(is_object(), describe());
  return std::get<NodeObject>(value_);
}

std::size_t Node::size() const {
  if (is_array()) return as_array().size();
  return is_object() ? as_object().size() : 0;
}

const Node* Node::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const NodeObject& entries = as_object();
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
  return it == entries.end() ? nullptr : &it->second;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

const Node& Node::at(std::string_view key) const {
  const Node* found = find(key);
  BOA_CHECK(found != nullptr, fmt::format("no key '{}' in {}", key, describe()));
  return *found;
}

const Node& Node::at(std::size_t index) const {
  BOA_CHECK(index < size(), index, size());
  return as_array()[index];
}

Node& Node::set(std::string key, Node value) {
  if (is_null()) value_ = NodeObject{};
  if (Node* found = find(key)) return *found = std::move(value);
  return as_object().emplace_back(std::move(key), std::move(value)).second;
}

bool Node::erase(std::string_view key) {
  return is_object() && std::erase_if(as_object(), [&](const auto& entry) { return entry.first == key; }) > 0;
}

Node& Node::push_back(Node value) {
  if (is_null()) value_ = NodeArray{};
  return as_array().emplace_back(std::move(value));
}

std::string Node::describe() const {
  if (is_null()) return "nothing (null)";
  if (is_bool()) return as_bool() ? "true" : "false";
  if (is_int()) return fmt::format("the integer {}", as_int());
  if (is_float()) return fmt::format("the number {}", python_repr(std::get<double>(value_)));
  if (is_string()) return fmt::format("the text '{}'", abbreviate(as_string(), 60));
  if (is_array()) return fmt::format("a list of {}", as_array().size());
  return "a mapping";
}

bool operator==(const Node& a, const Node& b) {
  if (a.is_float() && b.is_float()) {
    const double x = std::get<double>(a.value_);
    const double y = std::get<double>(b.value_);
    return x == y || (std::isnan(x) && std::isnan(y));
  }
  return a.value_ == b.value_;
}

}  // namespace boa::util
