#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "boa/template/filters.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

namespace {

const Value& argument(const CallArguments& arguments, std::string_view test) {
  if (arguments.positional.size() != 1 || !arguments.keywords.empty())
    throw OperationError(fmt::format("the test '{}' takes one argument", test));
  return arguments.positional[0];
}

std::int64_t remainder(const Value& input, std::int64_t divisor) {
  if (divisor == 0) throw OperationError("integer division or modulo by zero");
  const std::int64_t value = expect_int(input, "the tested value");
  return divisor == -1 ? 0 : ((value % divisor) + divisor) % divisor;
}

bool is_defined(Runtime&, const Value& input, const CallArguments&) { return !input.is_undefined(); }
bool is_undefined(Runtime&, const Value& input, const CallArguments&) { return input.is_undefined(); }
bool is_none(Runtime&, const Value& input, const CallArguments&) { return input.is_none(); }
bool is_boolean(Runtime&, const Value& input, const CallArguments&) { return input.is_bool(); }
bool is_really_true(Runtime&, const Value& input, const CallArguments&) { return input.is_bool() && input.as_bool(); }
bool is_really_false(Runtime&, const Value& input, const CallArguments&) { return input.is_bool() && !input.as_bool(); }
bool is_integer(Runtime&, const Value& input, const CallArguments&) { return input.is_int(); }
bool is_float(Runtime&, const Value& input, const CallArguments&) { return input.is_float(); }
bool is_number(Runtime&, const Value& input, const CallArguments&) { return input.is_number(); }
bool is_string(Runtime&, const Value& input, const CallArguments&) { return input.is_text(); }
bool is_mapping(Runtime&, const Value& input, const CallArguments&) { return input.dict() != nullptr; }
bool is_iterable_test(Runtime&, const Value& input, const CallArguments&) { return is_iterable(input); }
bool is_callable(Runtime&, const Value& input, const CallArguments&) {
  return input.object() != nullptr && input.object()->is_callable();
}
bool is_escaped(Runtime&, const Value&, const CallArguments&) { return false; }

/// Has a length and can be indexed.
bool is_sequence(Runtime&, const Value& input, const CallArguments&) {
  return is_iterable(input) && (input.list() == nullptr || input.list()->is_sequence());
}

bool is_odd(Runtime&, const Value& input, const CallArguments&) { return remainder(input, 2) == 1; }
bool is_even(Runtime&, const Value& input, const CallArguments&) { return remainder(input, 2) == 0; }
bool is_divisible(Runtime&, const Value& input, const CallArguments& arguments) {
  const std::int64_t divisor = expect_int(argument(arguments, "divisibleby"), "the divisor");
  if (divisor == INT64_MIN) return false;
  return remainder(input, divisor < 0 ? -divisor : divisor) == 0;
}

template <int (*Wanted)(int), int (*Unwanted)(int)>
bool is_case(Runtime& runtime, const Value& input, const CallArguments&) {
  const std::string text = to_text(runtime, input);
  const auto has = [&](int (*which)(int)) {
    return std::any_of(text.begin(), text.end(), [&](unsigned char c) { return which(c) != 0; });
  };
  return has(Wanted) && !has(Unwanted);
}

bool is_same(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const Value& other = argument(arguments, "sameas");
  const bool scalars = input.is_none() || input.is_number() || input.is_text();
  if (scalars) return type_name(input) == type_name(other) && equal(runtime, input, other);
  return (input.list() != nullptr && input.list() == other.list()) ||
         (input.dict() != nullptr && input.dict() == other.dict()) ||
         (input.object() != nullptr && input.object() == other.object());
}

template <Comparator Op>
bool compares(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  return compare(runtime, Op, input, argument(arguments, "of a comparison"));
}

bool is_filter(Runtime&, const Value& input, const CallArguments&) {
  return input.is_text() && find_filter(input.text()) != nullptr;
}

bool is_test(Runtime&, const Value& input, const CallArguments&) {
  return input.is_text() && find_test(input.text()) != nullptr;
}

const TestTable& tests() {
  static const TestTable table = {
      {"defined", is_defined},
      {"undefined", is_undefined},
      {"none", is_none},
      {"boolean", is_boolean},
      {"true", is_really_true},
      {"false", is_really_false},
      {"integer", is_integer},
      {"float", is_float},
      {"number", is_number},
      {"string", is_string},
      {"mapping", is_mapping},
      {"sequence", is_sequence},
      {"iterable", is_iterable_test},
      {"callable", is_callable},
      {"escaped", is_escaped},
      {"odd", is_odd},
      {"even", is_even},
      {"divisibleby", is_divisible},
      {"lower", is_case<std::islower, std::isupper>},
      {"upper", is_case<std::isupper, std::islower>},
      {"sameas", is_same},
      {"filter", is_filter},
      {"test", is_test},
      {"in", compares<Comparator::kIn>},
      {"eq", compares<Comparator::kEqual>},
      {"equalto", compares<Comparator::kEqual>},
      {"==", compares<Comparator::kEqual>},
      {"ne", compares<Comparator::kNotEqual>},
      {"!=", compares<Comparator::kNotEqual>},
      {"lt", compares<Comparator::kLess>},
      {"<", compares<Comparator::kLess>},
      {"lessthan", compares<Comparator::kLess>},
      {"le", compares<Comparator::kLessEqual>},
      {"<=", compares<Comparator::kLessEqual>},
      {"gt", compares<Comparator::kGreater>},
      {">", compares<Comparator::kGreater>},
      {"greaterthan", compares<Comparator::kGreater>},
      {"ge", compares<Comparator::kGreaterEqual>},
      {">=", compares<Comparator::kGreaterEqual>},
  };
  return table;
}

}  // namespace

Test find_test(std::string_view name) {
  const auto it = tests().find(name);
  return it == tests().end() ? nullptr : it->second;
}

std::vector<std::string> test_names() {
  std::vector<std::string> names;
  for (const auto& entry : tests()) names.emplace_back(entry.first);
  return names;
}

}  // namespace boa::templates
