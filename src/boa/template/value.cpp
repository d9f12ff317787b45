#include "boa/template/value.hpp"

#include <fmt/core.h>

#include <cmath>

#include "boa/template/runtime.hpp"
#include "boa/template/unicode.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

/// One text for all keys that Python takes for the same one.
std::string key_of(Runtime& runtime, const Value& key) {
  const Runtime::Descent descent(runtime);
  if (key.is_text()) return "s" + key.text();
  if (key.is_none()) return "N";
  if (key.is_integral()) return fmt::format("n{}", key.as_int());
  if (key.is_float()) {
    const double number = key.as_double();
    constexpr double kExact = 9007199254740992.0;
    if (std::floor(number) == number && std::abs(number) <= kExact) {
      return fmt::format("n{}", static_cast<std::int64_t>(number));
    }
    return "f" + util::python_repr(number);
  }
  if (const List* list = key.list(); list != nullptr && list->kind == List::Kind::kTuple) {
    std::string text = "t";
    for (const Value& item : list->items) {
      const std::string part = key_of(runtime, item);
      runtime.spend_bytes(part.size());
      text += fmt::format("{}:{}", part.size(), part);
    }
    return text;
  }
  if (const Object* object = key.object()) return fmt::format("o{}", static_cast<const void*>(object));
  if (const Undefined* undefined = key.undefined()) return "u" + undefined->name;
  throw OperationError(fmt::format("unhashable type: '{}'", type_name(key)));
}

std::string join_reprs(Runtime& runtime, const std::vector<Value>& items) {
  std::string text;
  for (const Value& item : items) {
    if (!text.empty()) text += ", ";
    text += to_repr(runtime, item);
  }
  return text;
}

std::string list_text(Runtime& runtime, const List& list) {
  const std::string inside = join_reprs(runtime, list.items);
  runtime.spend_bytes(inside.size());
  switch (list.kind) {
    case List::Kind::kTuple:
      return fmt::format("({}{})", inside, list.items.size() == 1 ? "," : "");
    case List::Kind::kKeys:
      return fmt::format("dict_keys([{}])", inside);
    case List::Kind::kValues:
      return fmt::format("dict_values([{}])", inside);
    case List::Kind::kItems:
      return fmt::format("dict_items([{}])", inside);
    case List::Kind::kList:
      break;
  }
  return fmt::format("[{}]", inside);
}

std::string dict_text(Runtime& runtime, const Dict& dict) {
  std::string text = "{";
  for (const auto& [key, value] : dict.entries) {
    if (text.size() > 1) text += ", ";
    text += to_repr(runtime, key) + ": " + to_repr(runtime, value);
  }
  runtime.spend_bytes(text.size());
  return text + "}";
}

std::string range_text(const Range& range) {
  if (range.step == 1) return fmt::format("range({}, {})", range.start, range.stop);
  return fmt::format("range({}, {}, {})", range.start, range.stop, range.step);
}

}  // namespace

std::string Undefined::text() const {
  if (is_silent) return {};
  if (!hint.empty()) return fmt::format("{{{{ undefined value printed: {} }}}}", hint);
  if (owner.empty()) return fmt::format("{{{{ {} }}}}", name);
  return fmt::format("{{{{ no such element: {}[{}] }}}}", owner, name);
}

std::string Undefined::error() const {
  if (!hint.empty()) return hint;
  if (owner.empty()) return fmt::format("'{}' is undefined", name);
  return by_name ? fmt::format("'{}' has no attribute {}", owner, name)
                 : fmt::format("{} has no element {}", owner, name);
}

std::int64_t Range::size() const {
  const std::int64_t span = step > 0 ? stop - start : start - stop;
  const std::int64_t width = step > 0 ? step : -step;
  return span <= 0 ? 0 : (span + width - 1) / width;
}

Value* Dict::find(Runtime& runtime, const Value& key) {
  runtime.spend();
  const auto it = places_.find(key_of(runtime, key));
  return it == places_.end() ? nullptr : &entries[it->second].second;
}

void Dict::set(Runtime& runtime, const Value& key, Value value) {
  const auto [it, is_new] = places_.emplace(key_of(runtime, key), entries.size());
  runtime.spend_bytes(it->first.size());
  if (is_new) {
    entries.emplace_back(key, std::move(value));
  } else {
    entries[it->second].second = std::move(value);
  }
}

bool Dict::erase(Runtime& runtime, const Value& key) {
  const auto it = places_.find(key_of(runtime, key));
  if (it == places_.end()) return false;
  const std::size_t place = it->second;
  runtime.spend(entries.size());
  places_.erase(it);
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(place));
  for (auto& [name, index] : places_) {
    if (index > place) --index;
  }
  return true;
}

void Dict::clear() {
  entries.clear();
  places_.clear();
}

std::optional<Value> Object::attribute(Runtime&, std::string_view) { return std::nullopt; }

bool Object::set_attribute(std::string_view, Value) { return false; }

Value Object::call(Runtime&, CallArguments) {
  throw OperationError(fmt::format("'{}' object is not callable", type_name()));
}

std::string Object::text() const { return fmt::format("<{}>", type_name()); }

std::string type_name(const Value& value) {
  if (value.is_none()) return "NoneType";
  if (value.is_bool()) return "bool";
  if (value.is_int()) return "int";
  if (value.is_float()) return "float";
  if (value.is_text()) return "str";
  if (value.dict() != nullptr) return "dict";
  if (value.range() != nullptr) return "range";
  if (value.is_undefined()) return "Undefined";
  if (const Object* object = value.object()) return object->type_name();
  switch (value.as_list().kind) {
    case List::Kind::kList:
      return "list";
    case List::Kind::kTuple:
      return "tuple";
    case List::Kind::kKeys:
      return "dict_keys";
    case List::Kind::kValues:
      return "dict_values";
    case List::Kind::kItems:
      return "dict_items";
  }
  return "list";
}

bool is_true(const Value& value) {
  if (value.is_none() || value.is_undefined()) return false;
  if (value.is_integral()) return value.as_int() != 0;
  if (value.is_float()) return value.as_double() != 0;
  if (value.is_text()) return !value.text().empty();
  if (const List* list = value.list()) return !list->items.empty();
  if (const Dict* dict = value.dict()) return !dict->entries.empty();
  if (const Range* range = value.range()) return range->size() > 0;
  return true;
}

std::string to_text(Runtime& runtime, const Value& value) {
  if (value.is_text()) return value.text();
  if (const Undefined* undefined = value.undefined()) return undefined->text();
  return to_repr(runtime, value);
}

std::string to_repr(Runtime& runtime, const Value& value) {
  const Runtime::Descent descent(runtime);
  runtime.spend();
  if (value.is_none()) return "None";
  if (value.is_bool()) return value.as_bool() ? "True" : "False";
  if (value.is_int()) return fmt::format("{}", value.as_int());
  if (value.is_float()) return util::python_repr(value.as_double());
  if (value.is_text()) {
    runtime.spend_bytes(value.text().size());
    return quote_text(value.text());
  }
  if (const List* list = value.list()) return list_text(runtime, *list);
  if (const Dict* dict = value.dict()) return dict_text(runtime, *dict);
  if (const Range* range = value.range()) return range_text(*range);
  if (const Object* object = value.object()) return object->text();
  return "Undefined";
}

std::string quote_text(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      quoted += c;
    }
  }
  return quoted + quote;
}

}  // namespace boa::templates
