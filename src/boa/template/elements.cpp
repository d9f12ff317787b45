#include <fmt/core.h>

#include <algorithm>

#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"
#include "boa/template/unicode.hpp"

namespace boa::templates {

namespace {

/// The element at an index that may count from the end.
std::optional<Value> element_at(Runtime& runtime, const Value& sequence, std::int64_t index) {
  const auto size = length_of(sequence);
  if (!size) return std::nullopt;
  if (index < 0) index += *size;
  if (index < 0 || index >= *size) return std::nullopt;
  if (const Range* range = sequence.range()) return range->at(index);
  const auto place = static_cast<std::size_t>(index);
  if (sequence.is_text()) {
    runtime.spend_bytes(sequence.text().size());
    return Value(std::string(characters(sequence.text())[place]));
  }
  return sequence.as_list().items[place];
}

bool is_indexed(const Value& value) {
  return value.is_text() || value.range() != nullptr || (value.list() != nullptr && value.as_list().is_sequence());
}

/// First, last + 1 and step of a slice over `size` items, cut to it as Python does.
struct Span {
  std::int64_t start, stop, step;
};

Span resolve(const SliceBounds& bounds, std::int64_t size) {
  const std::int64_t step = bounds.step.value_or(1);
  if (step == 0) throw OperationError("slice step cannot be zero");
  const std::int64_t low = step > 0 ? 0 : -1;
  const std::int64_t high = step > 0 ? size : size - 1;
  const auto place = [&](const std::optional<std::int64_t>& bound, std::int64_t absent) {
    if (!bound) return absent;
    return std::clamp(*bound < 0 ? *bound + size : *bound, low, high);
  };
  return {place(bounds.start, step > 0 ? low : high), place(bounds.stop, step > 0 ? high : low), step};
}

}  // namespace

std::optional<std::int64_t> length_of(const Value& value) {
  if (value.is_undefined()) return 0;
  if (value.is_text()) return static_cast<std::int64_t>(count_characters(value.text()));
  if (const List* list = value.list()) return static_cast<std::int64_t>(list->items.size());
  if (const Dict* dict = value.dict()) return static_cast<std::int64_t>(dict->entries.size());
  if (const Range* range = value.range()) return range->size();
  return std::nullopt;
}

bool is_iterable(const Value& value) { return length_of(value).has_value(); }

void for_each(Runtime& runtime, const Value& iterable, const std::function<bool(const Value&)>& visit) {
  if (iterable.is_undefined()) return;
  if (iterable.is_text()) {
    runtime.spend_bytes(iterable.text().size());
    for (const std::string_view character : characters(iterable.text())) {
      runtime.spend();
      if (!visit(Value(std::string(character)))) return;
    }
  } else if (List* list = iterable.list()) {
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      runtime.spend();
      const Value item = list->items[i];  // the list may change meanwhile
      if (!visit(item)) return;
    }
  } else if (Dict* dict = iterable.dict()) {
    const std::size_t size = dict->entries.size();
    for (std::size_t i = 0; i < size; ++i) {
      runtime.spend();
      if (dict->entries.size() != size) throw OperationError("dictionary changed size during iteration");
      const Value key = dict->entries[i].first;
      if (!visit(key)) return;
    }
  } else if (const Range* range = iterable.range()) {
    const std::int64_t size = range->size();
    for (std::int64_t i = 0; i < size; ++i) {
      runtime.spend();
      if (!visit(Value(range->at(i)))) return;
    }
  } else {
    throw OperationError(fmt::format("'{}' object is not iterable", type_name(iterable)));
  }
}

std::vector<Value> items_of(Runtime& runtime, const Value& iterable) {
  std::vector<Value> items;
  for_each(runtime, iterable, [&](const Value& item) {
    items.push_back(item);
    return true;
  });
  return items;
}

Value get_attribute(Runtime& runtime, const Value& object, std::string_view name) {
  if (const Undefined* undefined = object.undefined()) throw OperationError(undefined->error());
  if (Object* its = object.object()) {
    if (const auto found = its->attribute(runtime, name)) return *found;
  }
  if (const auto method = find_method(runtime, object, name)) return *method;
  const Value key{std::string(name)};
  if (Dict* dict = object.dict()) {
    if (const Value* found = dict->find(runtime, key)) return *found;
  }
  return runtime.undefined_element(object, key);
}

Value get_item(Runtime& runtime, const Value& object, const Value& key) {
  if (const Undefined* undefined = object.undefined()) throw OperationError(undefined->error());
  if (Dict* dict = object.dict()) {
    if (const Value* found = dict->find(runtime, key)) return *found;
  } else if (key.is_integral() && is_indexed(object)) {
    if (const auto found = element_at(runtime, object, key.as_int())) return *found;
  }
  if (key.is_text()) {
    if (Object* its = object.object()) {
      if (const auto found = its->attribute(runtime, key.text())) return *found;
    }
    if (const auto method = find_method(runtime, object, key.text())) return *method;
  }
  return runtime.undefined_element(object, key);
}

Value slice(Runtime& runtime, const Value& sequence, const SliceBounds& bounds) {
  if (const Undefined* undefined = sequence.undefined()) throw OperationError(undefined->error());
  if (!is_indexed(sequence)) throw OperationError(fmt::format("'{}' object cannot be sliced", type_name(sequence)));
  const std::int64_t size = *length_of(sequence);
  const Span span = resolve(bounds, size);
  if (const Range* range = sequence.range()) {
    const std::int64_t step = std::clamp<std::int64_t>(span.step, -size - 1, size + 1);  // a longer one ends as early
    return runtime.make<Range>(range->at(span.start), range->at(span.stop), range->step * step);
  }
  std::vector<std::string_view> letters;
  if (sequence.is_text()) letters = characters(sequence.text());
  std::string text;
  std::vector<Value> items;
  runtime.spend_bytes(static_cast<std::size_t>(size));
  for (std::int64_t i = span.start; span.step > 0 ? i < span.stop : i > span.stop;) {
    if (sequence.is_text()) {
      text += letters[static_cast<std::size_t>(i)];
    } else {
      items.push_back(sequence.as_list().items[static_cast<std::size_t>(i)]);
    }
    if (__builtin_add_overflow(i, span.step, &i)) break;
  }
  if (sequence.is_text()) return runtime.text(std::move(text));
  return runtime.list(std::move(items), sequence.as_list().kind);
}

}  // namespace boa::templates
