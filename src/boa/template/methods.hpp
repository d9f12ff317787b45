#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boa/template/runtime.hpp"

namespace boa::templates {

/// A function of the language: built in, or a method bound to its value.
class Function : public Object {
 public:
  using Body = std::function<Value(Runtime&, CallArguments)>;
  Function(std::string name, Body body) : name_(std::move(name)), body_(std::move(body)) {}
  std::string type_name() const override { return "function"; }
  bool is_callable() const override { return true; }
  Value call(Runtime& runtime, CallArguments arguments) override { return body_(runtime, std::move(arguments)); }
  std::string text() const override { return "<function " + name_ + ">"; }

 private:
  std::string name_;
  Body body_;
};

/// Arguments by the names of the parameters that they belong to. OperationError for too many, an unknown name, or one
/// that is given twice.
class BoundArguments {
 public:
  BoundArguments(std::string_view function, const CallArguments& arguments, std::initializer_list<const char*> names);

  /// Null if it was not given.
  const Value* find(std::size_t index) const { return values_[index] ? &*values_[index] : nullptr; }
  const Value& at(std::size_t index) const;
  Value get(std::size_t index, Value absent) const { return values_[index].value_or(std::move(absent)); }
  std::int64_t get_int(std::size_t index, std::int64_t absent) const;
  std::string get_text(std::size_t index, std::string absent) const;
  bool get_bool(std::size_t index, bool absent) const;

 private:
  std::string function_;
  std::vector<const char*> names_;
  std::vector<std::optional<Value>> values_;
};

/// The method `name` of a text, list, tuple, dict or number, bound to it; nothing if it has none of that name.
std::optional<Value> find_method(Runtime& runtime, const Value& object, std::string_view name);

using Method = Value (*)(Runtime& runtime, const Value& self, const CallArguments& arguments);
/// Null for an unknown name.
Method find_text_method(std::string_view name);
Method find_list_method(std::string_view name, bool is_tuple);
Method find_dict_method(std::string_view name);

/// Shared with the filters of the same names.
std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
std::string capitalized(std::string_view text);
std::string replaced(Runtime& runtime, std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most);
/// Characters of `set` (or white space) removed from one or both ends.
std::string stripped(std::string_view text, const Value& set, bool left, bool right);
/// In the middle of `width` characters.
std::string centered(std::string_view text, std::size_t width);
std::vector<std::string> text_lines(std::string_view text);

}  // namespace boa::templates
