#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "boa/template/runtime.hpp"
#include "boa/template/value.hpp"

/// Python's operators over values. OperationError has Python's message where it has one.
namespace boa::templates {

enum class BinaryOperator { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };
enum class Comparator { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

/// Integers that leave 64 bits are refused; Python would go on with longer ones.
Value operate(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right);
Value negate(const Value& value);
bool compare(Runtime& runtime, Comparator op, const Value& left, const Value& right);
bool equal(Runtime& runtime, const Value& left, const Value& right);
/// Negative, zero or positive; only for what has an order. NaN is neither less nor greater.
int order(Runtime& runtime, const Value& left, const Value& right);
bool contains(Runtime& runtime, const Value& container, const Value& item);

/// Number of items or characters; nothing for what has none.
std::optional<std::int64_t> length_of(const Value& value);
/// Calls `visit` with each item (keys of a dict, characters of a text) until it gives false. A list that grows
/// meanwhile is followed to its end.
void for_each(Runtime& runtime, const Value& iterable, const std::function<bool(const Value&)>& visit);
bool is_iterable(const Value& value);
std::vector<Value> items_of(Runtime& runtime, const Value& iterable);

/// `object.name`: an attribute or method, else the element of that name, else undefined.
Value get_attribute(Runtime& runtime, const Value& object, std::string_view name);
/// `object[key]`: an element, else the attribute of that name, else undefined.
Value get_item(Runtime& runtime, const Value& object, const Value& key);
struct SliceBounds {
  std::optional<std::int64_t> start, stop, step;
};
Value slice(Runtime& runtime, const Value& sequence, const SliceBounds& bounds);
/// Calls a function, macro or method. OperationError for what cannot be called.
Value call(Runtime& runtime, const Value& callee, CallArguments arguments);

/// A whole number for an index or count. OperationError names what it is for.
std::int64_t expect_int(const Value& value, std::string_view what);
const std::string& expect_text(const Value& value, std::string_view what);
double expect_number(const Value& value, std::string_view what);

}  // namespace boa::templates
