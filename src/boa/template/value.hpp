#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace boa::templates {

class Runtime;
class Value;
struct List;
struct Dict;
struct Range;
class Object;

/// Anything that lives as long as a rendering (see Runtime): lists may hold themselves, so nobody counts references.
struct HeapItem {
  HeapItem() = default;
  HeapItem(const HeapItem&) = delete;
  HeapItem& operator=(const HeapItem&) = delete;
  virtual ~HeapItem() = default;
};

/// A name or element that is not there. It prints as `{{ name }}`, is false and empty, and anything else with it is an
/// error (Jinja2's DebugUndefined).
struct Undefined : HeapItem {
  std::string name;   ///< of a variable; of an element its repr
  std::string owner;  ///< "dict object" where an element is missing; empty for a variable
  bool by_name = true;
  std::string hint;        ///< what to say instead
  bool is_silent = false;  ///< prints as nothing (an `if` without `else`)

  /// What it prints as.
  std::string text() const;
  /// The error when it is used.
  std::string error() const;
};

/// A value of the template language, with the types of Python. Copies are cheap: text is shared, lists and dicts are
/// references.
class Value {
 public:
  using Text = std::shared_ptr<const std::string>;

  Value() = default;
  Value(bool value) : value_(value) {}
  Value(std::int64_t value) : value_(value) {}
  Value(int value) : value_(static_cast<std::int64_t>(value)) {}
  Value(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Value(double value) : value_(value) {}
  Value(std::string value) : value_(std::make_shared<const std::string>(std::move(value))) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(List* value) : value_(value) {}
  Value(Dict* value) : value_(value) {}
  Value(Range* value) : value_(value) {}
  Value(Undefined* value) : value_(value) {}
  Value(Object* value) : value_(value) {}

  bool is_none() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_float() const { return std::holds_alternative<double>(value_); }
  bool is_text() const { return std::holds_alternative<Text>(value_); }
  /// As in Python a bool counts as the integer 0 or 1.
  bool is_integral() const { return is_int() || is_bool(); }
  bool is_number() const { return is_integral() || is_float(); }
  bool is_undefined() const { return std::holds_alternative<Undefined*>(value_); }

  std::int64_t as_int() const { return is_bool() ? (std::get<bool>(value_) ? 1 : 0) : std::get<std::int64_t>(value_); }
  double as_double() const { return is_float() ? std::get<double>(value_) : static_cast<double>(as_int()); }
  bool as_bool() const { return std::get<bool>(value_); }
  const std::string& text() const { return *std::get<Text>(value_); }
  /// Only for what is a list or dict.
  List& as_list() const { return *std::get<List*>(value_); }
  Dict& as_dict() const { return *std::get<Dict*>(value_); }
  /// Null if it is something else.
  List* list() const { return get_or_null<List>(); }
  Dict* dict() const { return get_or_null<Dict>(); }
  Range* range() const { return get_or_null<Range>(); }
  Undefined* undefined() const { return get_or_null<Undefined>(); }
  Object* object() const { return get_or_null<Object>(); }

 private:
  template <typename T>
  T* get_or_null() const {
    T* const* found = std::get_if<T*>(&value_);
    return found == nullptr ? nullptr : *found;
  }

  std::variant<std::monostate, bool, std::int64_t, double, Text, List*, Dict*, Range*, Undefined*, Object*> value_;
};

/// A list, a tuple, or what keys(), values() and items() of a dict give.
struct List : HeapItem {
  enum class Kind { kList, kTuple, kKeys, kValues, kItems };
  explicit List(std::vector<Value> values, Kind its_kind = Kind::kList) : items(std::move(values)), kind(its_kind) {}
  bool is_sequence() const { return kind == Kind::kList || kind == Kind::kTuple; }

  std::vector<Value> items;
  Kind kind;
};

/// range(start, stop, step): never spelled out. The three are small enough that no sum or product of two overflows.
struct Range : HeapItem {
  Range(std::int64_t first, std::int64_t end, std::int64_t stride) : start(first), stop(end), step(stride) {}
  std::int64_t size() const;
  std::int64_t at(std::int64_t index) const { return start + index * step; }

  std::int64_t start, stop, step;
};

/// A mapping in the order of insertion. Keys are equal as in Python (1, 1.0 and True are one key).
struct Dict : HeapItem {
  /// Null if the key is not there. OperationError for a list or dict as key.
  Value* find(Runtime& runtime, const Value& key);
  void set(Runtime& runtime, const Value& key, Value value);
  bool erase(Runtime& runtime, const Value& key);
  void clear();

  std::vector<std::pair<Value, Value>> entries;

 private:
  std::unordered_map<std::string, std::size_t> places_;
};

/// Arguments of a call, in order and by name.
struct CallArguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> keywords;
};

/// Something with attributes or that can be called: functions, macros, `loop`, namespaces, paths.
class Object : public HeapItem {
 public:
  /// `function`, `Namespace`, ...: for messages.
  virtual std::string type_name() const = 0;
  virtual std::optional<Value> attribute(Runtime& runtime, std::string_view name);
  /// Namespaces only; false for everything else.
  virtual bool set_attribute(std::string_view name, Value value);
  virtual bool is_callable() const { return false; }
  virtual Value call(Runtime& runtime, CallArguments arguments);
  virtual std::string text() const;
};

/// Python's name of the type: `int`, `str`, `list`, ...
std::string type_name(const Value& value);
bool is_true(const Value& value);
/// str(value): what `{{ value }}` prints.
std::string to_text(Runtime& runtime, const Value& value);
/// repr(value): what stands inside of a printed list.
std::string to_repr(Runtime& runtime, const Value& value);
/// A text as a Python literal.
std::string quote_text(std::string_view text);

}  // namespace boa::templates
