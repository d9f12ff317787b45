#pragma once

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/node.hpp"

namespace boa::util {

/// What is said once about an option: its name, what it means, what it may be. A struct of options lists its fields in
///
///     template <typename Self, typename Visitor>
///     static void visit(Self& self, Visitor&& field) {
///       field(Field{.name = "max_pending_trials", .doc = "most trials at once", .at_least = 1},
///       self.max_pending_trials);
///     }
///
/// from which follow reading (read_fields), writing (write_fields) and the list for the reference (list_fields).
/// Fields are bool, int, int64, double, string, vector<string>, Node, enums with a `field_names(Enum)` beside them, and
/// optionals of these.
struct Field {
  std::string_view name;
  std::string_view doc;
  /// Other spellings that are understood (old names, synonyms).
  std::initializer_list<std::string_view> aliases = {};
  double at_least = -std::numeric_limits<double>::infinity();
  double at_most = std::numeric_limits<double>::infinity();
  /// at_least and at_most themselves are not allowed.
  bool above = false;
  bool below = false;
  /// For text: no empty text.
  bool not_empty = false;
};

/// One thing that is wrong with a config; collected so that several can be shown at once.
struct Problem {
  SourceLocation where;
  std::string key_path;
  std::string message;
  std::string hint;
  bool unsupported = false;  ///< known by name, but not served by this version
  std::string meant = {};    ///< of an unknown key: the known one that it is nearest to; may be empty
};

/// Several problems of one config: what() is the first one, problems() holds all, the hint lists the others.
class ConfigErrors : public ConfigError {
 public:
  explicit ConfigErrors(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// Collects what is wrong with one config file.
class Problems {
 public:
  /// Beyond `most` problems the reading stops: what adds one more throws as throw_if_any() does.
  explicit Problems(std::string file, std::size_t most = std::numeric_limits<std::size_t>::max())
      : file_(std::move(file)), most_(most) {}

  const std::string& file() const { return file_; }
  bool empty() const { return list_.empty(); }
  const std::vector<Problem>& list() const { return list_; }

  void add(Problem problem);
  /// About a value.
  void add(const Node& value, std::string key_path, std::string message, std::string hint = {});
  /// About the key that leads to the value.
  void add_at_key(const Node& value, std::string key_path, std::string message, std::string hint = {});
  /// Recognised, but not built yet; `what` completes "WHAT is not built yet".
  void add_unsupported(const Node& value, std::string key_path, const std::string& what, std::string hint = {});

  /// Nothing if there is no problem; else UnsupportedError if that is what the first one is, ConfigError for a single
  /// one, ConfigErrors for several.
  void throw_if_any() const;

 private:
  std::string file_;
  std::size_t most_;
  std::vector<Problem> list_;
};

/// `a.b` or `b` if `path` is empty.
std::string join_key(std::string_view path, std::string_view key);

/// "unknown key 'minimise'; did you mean 'minimize'? Allowed: ..." for a key that is none of `allowed`.
void add_unknown_key(Problems& problems, const Node& value, std::string_view path, std::string_view key,
                     const std::vector<std::string>& allowed);

/// "'metrics' is missing" in a mapping; nothing if an unknown key of it was reported that is nearest to that one, of
/// which this is but a consequence.
void add_missing_key(Problems& problems, const Node& mapping, std::string_view path, std::string_view key,
                     std::string hint = {});

namespace fields_detail {

template <typename T>
struct OptionalOf {
  static constexpr bool value = false;
};
template <typename T>
struct OptionalOf<std::optional<T>> {
  static constexpr bool value = true;
};

template <typename E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { field_names(e); };

/// Each answers what is wrong, or an empty text. Defined for the types that an option may have.
std::string read_scalar(const Node& node, const Field& field, bool& value);
std::string read_scalar(const Node& node, const Field& field, std::int64_t& value);
std::string read_scalar(const Node& node, const Field& field, int& value);
std::string read_scalar(const Node& node, const Field& field, double& value);
std::string read_scalar(const Node& node, const Field& field, std::string& value);
std::string read_scalar(const Node& node, const Field& field, std::vector<std::string>& value);
std::string read_scalar(const Node& node, const Field& field, Node& value);
/// Index of the name that the node holds, or what is wrong.
std::string read_name(const Node& node, const std::vector<std::string>& names, std::size_t& index);
/// "at least 0, below 1", or empty.
std::string range_text(const Field& field);

template <NamedEnum E>
std::vector<std::string> names_of_enum() {
  std::vector<std::string> names;
  for (const auto& [name, value] : field_names(E{})) names.emplace_back(name);
  return names;
}

template <NamedEnum E>
std::string read_scalar(const Node& node, const Field&, E& value) {
  std::size_t index = 0;
  std::string wrong = read_name(node, names_of_enum<E>(), index);
  if (wrong.empty()) value = field_names(E{})[index].second;
  return wrong;
}

template <typename T>
std::string read_scalar(const Node& node, const Field& field, std::optional<T>& value) {
  T inner{};
  std::string wrong = read_scalar(node, field, inner);
  if (wrong.empty()) value = std::move(inner);
  return wrong;
}

inline Node write_scalar(const std::vector<std::string>& value) {
  NodeArray items(value.begin(), value.end());
  return Node(std::move(items));
}
template <NamedEnum E>
Node write_scalar(const E& value) {
  for (const auto& [name, known] : field_names(E{})) {
    if (known == value) return Node(name);
  }
  return Node();
}
template <typename T>
  requires std::constructible_from<Node, const T&>
Node write_scalar(const T& value) {
  return Node(value);
}
template <typename T>
Node write_scalar(const std::optional<T>& value) {
  return value ? write_scalar(*value) : Node();
}

template <typename T>
std::string type_name(const T&) {
  if constexpr (OptionalOf<T>::value) {
    return type_name(typename T::value_type{});
  } else if constexpr (std::is_same_v<T, bool>) {
    return "true or false";
  } else if constexpr (std::is_integral_v<T>) {
    return "a whole number";
  } else if constexpr (std::is_floating_point_v<T>) {
    return "a number";
  } else if constexpr (std::is_enum_v<T>) {
    std::string text;
    for (const std::string& name : names_of_enum<T>()) text += (text.empty() ? "" : " | ") + name;
    return text;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return "text";
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return "a list of texts";
  } else {
    return "anything";
  }
}

/// Reads one field, following aliases; two spellings at once are a problem.
class Reader {
 public:
  Reader(const Node& node, std::string path, Problems& problems)
      : node_(node), path_(std::move(path)), problems_(problems) {}

  template <typename T>
  void operator()(const Field& field, T& value) {
    known_.emplace_back(field.name);
    const Node* found = node_.find(field.name);
    std::string spelling(field.name);
    for (const std::string_view alias : field.aliases) {
      known_.emplace_back(alias);
      const Node* other = node_.find(alias);
      if (other == nullptr || other->is_null()) continue;
      if (found != nullptr && !found->is_null()) {
        problems_.add_at_key(*other, join_key(path_, alias),
                             fmt::format("'{}' and '{}' mean the same; give one of them", spelling, alias));
        return;
      }
      found = other;
      spelling = alias;
    }
    if (found == nullptr || found->is_null()) return;
    const std::string wrong = read_scalar(*found, field, value);
    if (!wrong.empty()) problems_.add(*found, join_key(path_, spelling), wrong);
  }

  /// Keys that no field has claimed.
  void refuse_unknown() const;

 private:
  const Node& node_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace fields_detail

/// Reads the fields of `options` that `node` (a mapping) gives; a null is as if it were absent. Unknown keys, wrong
/// types and values out of range are collected in `problems`, under `path`. False if `node` is no mapping.
template <typename Options>
bool read_fields(const Node& node, Options& options, const std::string& path, Problems& problems) {
  if (!node.is_object()) {
    problems.add(node, path, fmt::format("expected a mapping, found {}", node.describe()));
    return false;
  }
  fields_detail::Reader reader(node, path, problems);
  Options::visit(options, reader);
  reader.refuse_unknown();
  return true;
}

/// The same for what a program has stored: the first problem is thrown as ConfigError.
template <typename Options>
Options options_from_node(const Node& node, const std::string& file = {}) {
  Options options;
  Problems problems(file);
  read_fields(node, options, "", problems);
  problems.throw_if_any();
  return options;
}

/// All fields under their names, optionals without value as null. read_fields gives them back.
template <typename Options>
Node write_fields(const Options& options) {
  Node node = Node::object();
  Options::visit(options, [&](const Field& field, const auto& value) {
    node.set(std::string(field.name), fields_detail::write_scalar(value));
  });
  return node;
}

/// One line of the reference.
struct FieldDescription {
  std::string name;
  std::string type;
  std::string allowed;  ///< range in words; may be empty
  Node default_value;
  std::string doc;
  std::vector<std::string> aliases;
};

template <typename Options>
std::vector<FieldDescription> list_fields() {
  std::vector<FieldDescription> list;
  const Options defaults;
  Options::visit(defaults, [&](const Field& field, const auto& value) {
    list.push_back({std::string(field.name), fields_detail::type_name(value), fields_detail::range_text(field),
                    fields_detail::write_scalar(value), std::string(field.doc),
                    std::vector<std::string>(field.aliases.begin(), field.aliases.end())});
  });
  return list;
}

}  // namespace boa::util
