#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace boa::util {

class Node;

/// A mapping that keeps the order of its keys, because in configs and parameter files order carries meaning.
using NodeObject = std::vector<std::pair<std::string, Node>>;
using NodeArray = std::vector<Node>;

/// A JSON or YAML value: null, bool, integer, float, string, array or ordered mapping, with the place it was read from.
///
/// Integers and floats stay apart, as they do in Python (1 and 1.0 are written back as they came).
class Node {
 public:
  Node() = default;
  Node(std::nullptr_t) {}
  Node(bool value) : value_(value) {}
  Node(std::int64_t value) : value_(value) {}
  Node(int value) : value_(static_cast<std::int64_t>(value)) {}
  Node(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Node(double value) : value_(value) {}
  Node(std::string value) : value_(std::move(value)) {}
  Node(std::string_view value) : value_(std::string(value)) {}
  Node(const char* value) : value_(std::string(value)) {}
  Node(NodeArray value) : value_(std::move(value)) {}
  Node(NodeObject value) : value_(std::move(value)) {}

  static Node array(std::initializer_list<Node> items = {});
  static Node object(std::initializer_list<std::pair<std::string, Node>> items = {});

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_float() const { return std::holds_alternative<double>(value_); }
  /// An integer or a float; a bool is not a number.
  bool is_number() const { return is_int() || is_float(); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<NodeArray>(value_); }
  bool is_object() const { return std::holds_alternative<NodeObject>(value_); }

  /// The stored value. Asking for another type than the one held is a bug: InternalError.
  bool as_bool() const;
  std::int64_t as_int() const;
  /// An integer or float as double.
  double as_double() const;
  const std::string& as_string() const;
  const NodeArray& as_array() const;
  NodeArray& as_array();
  const NodeObject& as_object() const;
  NodeObject& as_object();

  /// Number of items of an array or mapping, else 0.
  std::size_t size() const;

  /// The value under `key`, or null if this is no mapping or has no such key. The pointer dies with the next change.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// The value under `key`; InternalError if there is none.
  const Node& at(std::string_view key) const;
  const Node& at(std::size_t index) const;
  /// Sets `key` in a mapping (a null node becomes one), in place if it is there already, else at the end.
  Node& set(std::string key, Node value);
  /// Removes `key`; false if it was not there.
  bool erase(std::string_view key);
  /// Appends to an array (a null node becomes one).
  Node& push_back(Node value);

  /// What this is, in words for messages: "a mapping", "the text 'abc'", "the integer 3".
  std::string describe() const;

  /// Position in the text it was read from, counted from 1; 0: made by the program.
  int line() const { return line_; }
  int column() const { return column_; }
  void set_position(int line, int column) {
    line_ = line;
    column_ = column;
  }
  /// Position of the key of an entry in a mapping; equals the value's own where it is not known.
  int key_line() const { return key_line_ > 0 ? key_line_ : line_; }
  int key_column() const { return key_line_ > 0 ? key_column_ : column_; }
  void set_key_position(int line, int column) {
    key_line_ = line;
    key_column_ = column;
  }

  /// A string that stood unquoted in YAML and is a date there (`2013-01-01`): most likely quotes were forgotten.
  bool is_unquoted_date() const { return is_unquoted_date_; }
  void set_unquoted_date(bool is_date) { is_unquoted_date_ = is_date; }
  /// An entry of a YAML mapping whose key stood unquoted and is no text there (`1:`, `true:`); the key is kept as
  /// written.
  bool has_non_text_key() const { return has_non_text_key_; }
  void set_non_text_key(bool non_text) { has_non_text_key_ = non_text; }

  /// Equality of values; positions do not count. NaN equals NaN, 1 does not equal 1.0.
  friend bool operator==(const Node& a, const Node& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, NodeArray, NodeObject> value_;
  int line_ = 0;
  int column_ = 0;
  int key_line_ = 0;
  int key_column_ = 0;
  bool is_unquoted_date_ = false;
  bool has_non_text_key_ = false;
};

}  // namespace boa::util
