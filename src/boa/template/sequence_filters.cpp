#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "boa/template/filters.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"
#include "boa/template/unicode.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

Value length(Runtime&, const Value& input, const CallArguments&) {
  const auto size = length_of(input);
  if (!size) throw OperationError(fmt::format("object of type '{}' has no len()", type_name(input)));
  return *size;
}

Value first(Runtime& runtime, const Value& input, const CallArguments&) {
  std::optional<Value> found;
  for_each(runtime, input, [&](const Value& item) {
    found = item;
    return false;
  });
  return found ? *found : runtime.undefined_because("No first item, sequence was empty.");
}

Value last(Runtime& runtime, const Value& input, const CallArguments&) {
  const std::vector<Value> items = items_of(runtime, input);
  return items.empty() ? runtime.undefined_because("No last item, sequence was empty.") : items.back();
}

Value to_list(Runtime& runtime, const Value& input, const CallArguments&) {
  return runtime.list(items_of(runtime, input));
}

Value join(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("join", arguments, {"d", "attribute"});
  const std::string separator = to_text(runtime, bound.get(0, Value("")));
  const Value path = bound.get(1, Value());
  std::string text;
  bool is_first = true;
  for_each(runtime, input, [&](const Value& item) {
    if (!is_first) text += separator;
    is_first = false;
    const std::string part = to_text(runtime, path.is_none() ? item : attribute_by_path(runtime, item, path));
    runtime.spend_bytes(part.size() + separator.size());
    text += part;
    return true;
  });
  return Value(std::move(text));
}

Value reverse(Runtime& runtime, const Value& input, const CallArguments&) {
  if (input.is_text()) return slice(runtime, input, {{}, {}, -1});
  std::vector<Value> items = items_of(runtime, input);
  std::reverse(items.begin(), items.end());
  return runtime.list(std::move(items));
}

/// Texts are compared in lower case unless the case counts.
Value folded(const Value& value, bool case_sensitive) {
  return !case_sensitive && value.is_text() ? Value(lower_text(value.text())) : value;
}

Value sort(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("sort", arguments, {"reverse", "case_sensitive", "attribute"});
  const bool case_sensitive = bound.get_bool(1, false);
  const Value attribute = bound.get(2, Value());
  std::vector<Value> paths;
  if (attribute.is_text()) {
    for (const std::string& part : util::split(attribute.text(), ',')) paths.emplace_back(part);
  } else if (!attribute.is_none()) {
    paths = {attribute};
  }
  std::vector<Value> items = items_of(runtime, input);
  const auto key = [&](const Value& item) -> Value {
    std::vector<Value> parts;
    for (const Value& path : paths) parts.push_back(folded(attribute_by_path(runtime, item, path), case_sensitive));
    return parts.empty() ? folded(item, case_sensitive) : runtime.tuple(std::move(parts));
  };
  sort_values(runtime, items, key, bound.get_bool(0, false), case_sensitive);
  return runtime.list(std::move(items));
}

Value unique(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("unique", arguments, {"case_sensitive", "attribute"});
  const Value path = bound.get(1, Value());
  Dict* seen = runtime.make<Dict>();
  std::vector<Value> items;
  for_each(runtime, input, [&](const Value& item) {
    const Value part = path.is_none() ? item : attribute_by_path(runtime, item, path);
    const Value key = folded(part, bound.get_bool(0, false));
    if (seen->find(runtime, key) != nullptr) return true;
    seen->set(runtime, key, Value());
    items.push_back(item);
    return true;
  });
  return runtime.list(std::move(items));
}

template <bool Largest>
Value extreme(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound(Largest ? "max" : "min", arguments, {"case_sensitive", "attribute"});
  const bool case_sensitive = bound.get_bool(0, false);
  const Value path = bound.get(1, Value());
  std::optional<Value> best;
  Value best_key;
  for_each(runtime, input, [&](const Value& item) {
    const Value key = folded(path.is_none() ? item : attribute_by_path(runtime, item, path), case_sensitive);
    if (!best || compare(runtime, Largest ? Comparator::kGreater : Comparator::kLess, key, best_key)) {
      best = item;
      best_key = key;
    }
    return true;
  });
  return best ? *best : runtime.undefined_because("No aggregated item, sequence was empty.");
}

Value sum(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("sum", arguments, {"attribute", "start"});
  const Value path = bound.get(0, Value());
  Value total = bound.get(1, Value(0));
  for_each(runtime, input, [&](const Value& item) {
    const Value part = path.is_none() ? item : attribute_by_path(runtime, item, path);
    total = operate(runtime, BinaryOperator::kAdd, total, part);
    return true;
  });
  return total;
}

Value batch(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("batch", arguments, {"linecount", "fill_with"});
  const std::int64_t size = expect_int(bound.at(0), "linecount");
  if (size < 1 || size > 1'000'000) throw OperationError("the size of a batch must be positive");
  std::vector<Value> batches;
  std::vector<Value> current;
  for (const Value& item : items_of(runtime, input)) {
    if (static_cast<std::int64_t>(current.size()) == size) batches.push_back(runtime.list(std::exchange(current, {})));
    current.push_back(item);
  }
  const Value fill = bound.get(1, Value());
  while (!current.empty() && !fill.is_none() && static_cast<std::int64_t>(current.size()) < size)
    current.push_back(fill);
  if (!current.empty()) batches.push_back(runtime.list(std::move(current)));
  return runtime.list(std::move(batches));
}

Value slices(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("slice", arguments, {"slices", "fill_with"});
  const std::int64_t count = expect_int(bound.at(0), "slices");
  if (count < 1 || count > 1'000'000) throw OperationError("the number of slices must be positive");
  const std::vector<Value> items = items_of(runtime, input);
  const auto parts = static_cast<std::size_t>(count);
  const std::size_t each = items.size() / parts;
  const std::size_t longer = items.size() % parts;
  const Value fill = bound.get(1, Value());
  std::vector<Value> result;
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t size = each + (i < longer ? 1 : 0);
    std::vector<Value> part(items.begin() + static_cast<std::ptrdiff_t>(at),
                            items.begin() + static_cast<std::ptrdiff_t>(at + size));
    if (!fill.is_none() && i >= longer && longer > 0) part.push_back(fill);
    result.push_back(runtime.list(std::move(part)));
    at += size;
  }
  return runtime.list(std::move(result));
}

Value items(Runtime& runtime, const Value& input, const CallArguments&) {
  if (input.is_undefined()) return runtime.list({});
  if (input.dict() == nullptr) throw OperationError("Can only get item pairs from a mapping.");
  return runtime.list(items_of(runtime, call(runtime, *find_method(runtime, input, "items"), {})));
}

Value dict_sort(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("dictsort", arguments, {"case_sensitive", "by", "reverse"});
  const std::string by = bound.get_text(1, "key");
  if (by != "key" && by != "value") throw OperationError("You can only sort by either \"key\" or \"value\"");
  if (input.dict() == nullptr)
    throw OperationError(fmt::format("'{}' object has no attribute 'items'", type_name(input)));
  std::vector<Value> pairs = items_of(runtime, items(runtime, input, {}));
  const std::size_t place = by == "key" ? 0 : 1;
  const auto key = [&](const Value& pair) { return folded(pair.as_list().items[place], bound.get_bool(0, false)); };
  sort_values(runtime, pairs, key, bound.get_bool(2, false), true);
  return runtime.list(std::move(pairs));
}

Value default_value(Runtime&, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("default", arguments, {"default_value", "boolean"});
  const bool is_missing = input.is_undefined() || (bound.get_bool(1, false) && !is_true(input));
  return is_missing ? bound.get(0, Value("")) : input;
}

Value attribute(Runtime& runtime, const Value& input, const CallArguments& arguments) {
  const BoundArguments bound("attr", arguments, {"name"});
  const std::string& name = expect_text(bound.at(0), "name");
  if (const Undefined* undefined = input.undefined()) throw OperationError(undefined->error());
  if (Object* object = input.object()) {
    if (const auto found = object->attribute(runtime, name)) return *found;
  }
  if (const auto method = find_method(runtime, input, name)) return *method;
  return runtime.undefined_element(input, bound.at(0));
}

}  // namespace

void sort_values(Runtime& runtime, std::vector<Value>& values, const std::function<Value(const Value&)>& key,
                 bool reverse, bool case_sensitive) {
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& value : values) keyed.emplace_back(key ? key(value) : folded(value, case_sensitive), value);
  // Equal items keep their order, also in reverse. Merging never goes beyond the ends whatever the comparison says
  // (NaN has no place in an order).
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return reverse ? compare(runtime, Comparator::kLess, b.first, a.first)
                   : compare(runtime, Comparator::kLess, a.first, b.first);
  });
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = keyed[i].second;
}

Value attribute_by_path(Runtime& runtime, const Value& item, const Value& path) {
  if (path.is_integral()) return get_item(runtime, item, path);
  Value value = item;
  for (const std::string& part : util::split(expect_text(path, "attribute"), '.')) {
    const bool is_index = !part.empty() && part.size() < 10 &&
                          std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    value =
        get_item(runtime, value, is_index ? Value(static_cast<std::int64_t>(std::atoll(part.c_str()))) : Value(part));
  }
  return value;
}

const FilterTable& sequence_filters() {
  static const FilterTable filters = {
      {"length", length},         {"count", length},      {"first", first},        {"last", last},
      {"list", to_list},          {"join", join},         {"reverse", reverse},    {"sort", sort},
      {"unique", unique},         {"max", extreme<true>}, {"min", extreme<false>}, {"sum", sum},
      {"batch", batch},           {"slice", slices},      {"items", items},        {"dictsort", dict_sort},
      {"default", default_value}, {"d", default_value},   {"attr", attribute},
  };
  return filters;
}

}  // namespace boa::templates
