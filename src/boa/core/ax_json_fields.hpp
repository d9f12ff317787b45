#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "boa/util/node.hpp"

/// Reading of entries for the readers of Ax's JSON: a wrong entry is StorageError with its path.
namespace boa::core::ax {

/// `path.key`.
std::string join_path(const std::string& path, const std::string& key);
[[noreturn]] void fail_entry(const std::string& path, const std::string& what);

/// The entry, or null if it is missing or null.
const util::Node* find_entry(const util::Node& node, const char* key);
const util::Node& need(const util::Node& node, const char* key, const std::string& path);
const std::string& need_string(const util::Node& node, const char* key, const std::string& path);
double need_double(const util::Node& node, const char* key, const std::string& path);
std::int64_t need_int(const util::Node& node, const char* key, const std::string& path);
const util::NodeArray& need_array(const util::Node& node, const char* key, const std::string& path);
const util::NodeObject& need_object(const util::Node& node, const char* key, const std::string& path);
/// The name of an enum: `{"__type": "TrialStatus", "name": "COMPLETED"}`.
const std::string& need_enum(const util::Node& node, const char* key, const std::string& path);

/// False where the entry is missing or null.
bool flag(const util::Node& node, const char* key, const std::string& path);
/// Empty where the entry is missing or null.
std::string text(const util::Node& node, const char* key, const std::string& path);
/// A mapping; null where it is missing, null or empty.
util::Node mapping(const util::Node& node, const char* key);

/// `{"__type": type, "name": name}`.
util::Node enum_to_ax(const char* type, std::string_view name);
/// The node, or an empty mapping for null.
util::Node or_empty(const util::Node& node);
/// The text with every byte that is no UTF-8 replaced by U+FFFD: JSON cannot hold it otherwise.
std::string valid_utf8(std::string_view text);

}  // namespace boa::core::ax
