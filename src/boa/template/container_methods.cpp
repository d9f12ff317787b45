#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "boa/template/filters.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

namespace {

std::vector<Value>& items(const Value& self) { return self.as_list().items; }

std::size_t place_in(const Value& self, std::int64_t index, const char* message) {
  const auto size = static_cast<std::int64_t>(items(self).size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) throw OperationError(message);
  return static_cast<std::size_t>(index);
}

Value append(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  runtime.spend();
  items(self).push_back(BoundArguments("append", arguments, {"object"}).at(0));
  return {};
}

Value extend(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const std::vector<Value> more = items_of(runtime, BoundArguments("extend", arguments, {"iterable"}).at(0));
  items(self).insert(items(self).end(), more.begin(), more.end());
  return {};
}

Value insert(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("insert", arguments, {"index", "object"});
  const auto size = static_cast<std::int64_t>(items(self).size());
  std::int64_t index = expect_int(bound.at(0), "index");
  index = std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
  runtime.spend(items(self).size() - static_cast<std::size_t>(index));
  items(self).insert(items(self).begin() + index, bound.at(1));
  return {};
}

Value pop(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("pop", arguments, {"index"});
  if (items(self).empty()) throw OperationError("pop from empty list");
  const std::size_t place = place_in(self, bound.get_int(0, -1), "pop index out of range");
  runtime.spend(items(self).size() - place);
  const Value value = items(self)[place];
  items(self).erase(items(self).begin() + static_cast<std::ptrdiff_t>(place));
  return value;
}

std::size_t find_equal(Runtime& runtime, const Value& self, const Value& wanted, const char* method) {
  for (std::size_t i = 0; i < items(self).size(); ++i) {
    if (equal(runtime, items(self)[i], wanted)) return i;
  }
  throw OperationError(fmt::format("{}(x): x not in {}", method, type_name(self)));
}

Value remove(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const std::size_t place =
      find_equal(runtime, self, BoundArguments("remove", arguments, {"value"}).at(0), "list.remove");
  items(self).erase(items(self).begin() + static_cast<std::ptrdiff_t>(place));
  return {};
}

Value index(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  return find_equal(runtime, self, BoundArguments("index", arguments, {"value"}).at(0), "index");
}

Value count(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("count", arguments, {"value"});
  return static_cast<std::int64_t>(std::count_if(items(self).begin(), items(self).end(),
                                                 [&](const Value& item) { return equal(runtime, item, bound.at(0)); }));
}

Value reverse(Runtime& runtime, const Value& self, const CallArguments&) {
  runtime.spend(items(self).size());
  std::reverse(items(self).begin(), items(self).end());
  return {};
}

Value sort(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("sort", arguments, {"key", "reverse"});
  std::vector<Value> sorted = items(self);
  sort_values(runtime, sorted, {}, bound.get_bool(1, false), true);
  items(self) = std::move(sorted);
  return {};
}

Value clear_list(Runtime&, const Value& self, const CallArguments&) {
  items(self).clear();
  return {};
}

Value copy_list(Runtime& runtime, const Value& self, const CallArguments&) { return runtime.list(items(self)); }

Value keys(Runtime& runtime, const Value& self, const CallArguments&) {
  return runtime.list(items_of(runtime, self), List::Kind::kKeys);
}

Value values(Runtime& runtime, const Value& self, const CallArguments&) {
  std::vector<Value> list;
  for (const auto& entry : self.as_dict().entries) list.push_back(entry.second);
  return runtime.list(std::move(list), List::Kind::kValues);
}

Value dict_items(Runtime& runtime, const Value& self, const CallArguments&) {
  std::vector<Value> list;
  for (const auto& [key, value] : self.as_dict().entries) list.push_back(runtime.tuple({key, value}));
  return runtime.list(std::move(list), List::Kind::kItems);
}

Value get(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("get", arguments, {"key", "default"});
  const Value* found = self.as_dict().find(runtime, bound.at(0));
  return found == nullptr ? bound.get(1, Value()) : *found;
}

Value set_default(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("setdefault", arguments, {"key", "default"});
  if (const Value* found = self.as_dict().find(runtime, bound.at(0))) return *found;
  self.as_dict().set(runtime, bound.at(0), bound.get(1, Value()));
  return bound.get(1, Value());
}

Value update(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  if (!arguments.positional.empty()) fill_dict(runtime, self.as_dict(), arguments.positional.front());
  for (const auto& [key, value] : arguments.keywords) self.as_dict().set(runtime, Value(key), value);
  return {};
}

Value pop_key(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments bound("pop", arguments, {"key", "default"});
  const Value* found = self.as_dict().find(runtime, bound.at(0));
  if (found == nullptr) {
    if (bound.find(1) != nullptr) return bound.at(1);
    throw OperationError(fmt::format("there is no key {}", to_repr(runtime, bound.at(0))));
  }
  const Value value = *found;
  self.as_dict().erase(runtime, bound.at(0));
  return value;
}

Value pop_item(Runtime& runtime, const Value& self, const CallArguments& arguments) {
  const BoundArguments none("popitem", arguments, {});
  Dict& dict = self.as_dict();
  if (dict.entries.empty()) throw OperationError("popitem(): dictionary is empty");
  const auto [key, value] = dict.entries.back();
  dict.erase(runtime, key);
  return runtime.tuple({key, value});
}

Value clear_dict(Runtime&, const Value& self, const CallArguments&) {
  self.as_dict().clear();
  return {};
}

Value copy_dict(Runtime& runtime, const Value& self, const CallArguments&) {
  Dict* copy = runtime.make<Dict>();
  fill_dict(runtime, *copy, self);
  return Value(copy);
}

Method find_in(const std::map<std::string_view, Method>& methods, std::string_view name) {
  const auto it = methods.find(name);
  return it == methods.end() ? nullptr : it->second;
}

}  // namespace

Method find_list_method(std::string_view name, bool is_tuple) {
  static const std::map<std::string_view, Method> of_both = {{"index", index}, {"count", count}};
  static const std::map<std::string_view, Method> of_lists = {
      {"append", append},   {"extend", extend}, {"insert", insert},    {"pop", pop},       {"remove", remove},
      {"reverse", reverse}, {"sort", sort},     {"clear", clear_list}, {"copy", copy_list}};
  const Method shared = find_in(of_both, name);
  return shared != nullptr || is_tuple ? shared : find_in(of_lists, name);
}

Method find_dict_method(std::string_view name) {
  static const std::map<std::string_view, Method> methods = {
      {"keys", keys},   {"values", values},          {"items", dict_items}, {"get", get},        {"update", update},
      {"pop", pop_key}, {"setdefault", set_default}, {"clear", clear_dict}, {"copy", copy_dict}, {"popitem", pop_item}};
  return find_in(methods, name);
}

void fill_dict(Runtime& runtime, Dict& dict, const Value& source) {
  if (const Dict* other = source.dict()) {
    const auto entries = other->entries;  // it may be the same
    runtime.spend(entries.size());
    for (const auto& [key, value] : entries) dict.set(runtime, key, value);
    return;
  }
  for (const Value& pair : items_of(runtime, source)) {
    const std::vector<Value> parts = items_of(runtime, pair);
    if (parts.size() != 2) throw OperationError("a dict is made of pairs of key and value");
    dict.set(runtime, parts[0], parts[1]);
  }
}

}  // namespace boa::templates
