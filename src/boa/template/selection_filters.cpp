#include <fmt/core.h>

#include "boa/template/filters.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

namespace {

/// What is left of the arguments behind the first `count`.
CallArguments without_first(const CallArguments& arguments, std::size_t count) {
  CallArguments rest = arguments;
  rest.positional.erase(rest.positional.begin(), rest.positional.begin() + static_cast<std::ptrdiff_t>(count));
  return rest;
}

Filter filter_named(const Value& name) {
  const Filter filter = find_filter(expect_text(name, "a filter's name"));
  if (filter == nullptr) throw OperationError(fmt::format("No filter named '{}'.", name.text()));
  return filter;
}

Test test_named(const Value& name) {
  const Test test = find_test(expect_text(name, "a test's name"));
  if (test == nullptr) throw OperationError(fmt::format("No test named '{}'.", name.text()));
  return test;
}

const Value* keyword(const CallArguments& arguments, std::string_view name) {
  for (const auto& [key, value] : arguments.keywords) {
    if (key == name) return &value;
  }
  return nullptr;
}

Value map(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  std::vector<Value> results;
  if (const Value* path = keyword(arguments, "attribute"); path != nullptr && arguments.positional.empty()) {
    const Value* otherwise = keyword(arguments, "default");
    for_each(runtime, input, [&](const Value& item) {
      const Value found = attribute_by_path(runtime, item, *path);
      results.push_back(found.is_undefined() && otherwise != nullptr ? *otherwise : found);
      return true;
    });
    return runtime.list(std::move(results));
  }
  if (arguments.positional.empty()) throw OperationError("map requires a filter argument");
  const Filter filter = filter_named(arguments.positional[0]);
  const CallArguments rest = without_first(arguments, 1);
  for_each(runtime, input, [&](const Value& item) {
    results.push_back(filter(runtime, item, rest));
    return true;
  });
  return runtime.list(std::move(results));
}

/// select, reject and their forms with an attribute.
template <bool ByAttribute, bool Wanted>
Value select(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const std::size_t leading = ByAttribute ? 1 : 0;
  if (arguments.positional.size() < leading) throw OperationError("Missing parameter for attribute name");
  Test test = nullptr;
  CallArguments rest;
  if (arguments.positional.size() > leading) {
    test = test_named(arguments.positional[leading]);
    rest = without_first(arguments, leading + 1);
  }
  std::vector<Value> results;
  for_each(runtime, input, [&](const Value& item) {
    const Value value = ByAttribute ? attribute_by_path(runtime, item, arguments.positional[0]) : item;
    if ((test == nullptr ? is_true(value) : test(runtime, value, rest)) == Wanted) results.push_back(item);
    return true;
  });
  return runtime.list(std::move(results));
}

/// Pairs of the common value and the items that have it.
Value group_by(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("groupby", arguments, {"attribute", "default", "case_sensitive"});
  const bool case_sensitive = bound.get_bool(2, false);
  const auto raw_key = [&](const Value& item) {
    const Value found = attribute_by_path(runtime, item, bound.at(0));
    return found.is_undefined() && bound.find(1) != nullptr ? bound.at(1) : found;
  };
  const auto key = [&](const Value& item) {
    const Value value = raw_key(item);
    return !case_sensitive && value.is_text() ? Value(lower_text(value.text())) : value;
  };
  std::vector<Value> items = items_of(runtime, input);
  sort_values(runtime, items, key, false, true);
  std::vector<Value> groups;
  for (std::size_t begin = 0; begin < items.size();) {
    const Value common = key(items[begin]);
    std::vector<Value> members;
    std::size_t end = begin;
    while (end < items.size() && equal(runtime, key(items[end]), common)) members.push_back(items[end++]);
    if (end == begin) members.push_back(items[end++]);  // NaN equals nothing
    groups.push_back(runtime.tuple({raw_key(members.front()), runtime.list(std::move(members))}));
    begin = end;
  }
  return runtime.list(std::move(groups));
}

}  // namespace

const FilterTable& selection_filters() {
  static const FilterTable filters = {
      {"map", map},
      {"select", select<false, true>},
      {"reject", select<false, false>},
      {"selectattr", select<true, true>},
      {"rejectattr", select<true, false>},
      {"groupby", group_by},
  };
  return filters;
}

}  // namespace boa::templates
