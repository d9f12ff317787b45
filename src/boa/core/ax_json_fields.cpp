#include "boa/core/ax_json_fields.hpp"

#include <fmt/core.h>

#include "boa/util/error.hpp"

namespace boa::core::ax {

namespace {

using util::Node;

const Node& need_kind(const Node& node, const char* key, const std::string& path, bool (Node::*is_right)() const,
                      const char* kind) {
  const Node& entry = need(node, key, path);
  if (!(entry.*is_right)()) fail_entry(join_path(path, key), fmt::format("must be {}, not {}", kind, entry.describe()));
  return entry;
}

/// Length of the UTF-8 sequence at the start of the text; 0 if it is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

std::string join_path(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

void fail_entry(const std::string& path, const std::string& what) {
  throw StorageError(fmt::format("'{}' {}", path, what));
}

const Node* find_entry(const Node& node, const char* key) {
  const Node* entry = node.find(key);
  return entry == nullptr || entry->is_null() ? nullptr : entry;
}

const Node& need(const Node& node, const char* key, const std::string& path) {
  const Node* entry = find_entry(node, key);
  if (entry == nullptr) fail_entry(join_path(path, key), "is missing");
  return *entry;
}

const std::string& need_string(const Node& node, const char* key, const std::string& path) {
  return need_kind(node, key, path, &Node::is_string, "text").as_string();
}

double need_double(const Node& node, const char* key, const std::string& path) {
  return need_kind(node, key, path, &Node::is_number, "a number").as_double();
}

std::int64_t need_int(const Node& node, const char* key, const std::string& path) {
  return need_kind(node, key, path, &Node::is_int, "an integer").as_int();
}

const util::NodeArray& need_array(const Node& node, const char* key, const std::string& path) {
  return need_kind(node, key, path, &Node::is_array, "a list").as_array();
}

const util::NodeObject& need_object(const Node& node, const char* key, const std::string& path) {
  return need_kind(node, key, path, &Node::is_object, "a mapping").as_object();
}

const std::string& need_enum(const Node& node, const char* key, const std::string& path) {
  return need_string(need(node, key, path), "name", join_path(path, key));
}

bool flag(const Node& node, const char* key, const std::string& path) {
  return find_entry(node, key) != nullptr && need_kind(node, key, path, &Node::is_bool, "true or false").as_bool();
}

std::string text(const Node& node, const char* key, const std::string& path) {
  return find_entry(node, key) == nullptr ? std::string() : need_string(node, key, path);
}

Node mapping(const Node& node, const char* key) {
  const Node* entry = find_entry(node, key);
  return entry == nullptr || (entry->is_object() && entry->size() == 0) ? Node() : *entry;
}

Node enum_to_ax(const char* type, std::string_view name) { return Node::object({{"__type", type}, {"name", name}}); }

Node or_empty(const Node& node) { return node.is_null() ? Node::object() : node; }

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      valid += "\xEF\xBF\xBD";
    } else {
      valid += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace boa::core::ax
