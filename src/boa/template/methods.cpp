#include "boa/template/methods.hpp"

#include <fmt/core.h>

#include <cmath>

#include "boa/template/operations.hpp"

namespace boa::templates {

namespace {

Value is_integer(Runtime&, const Value& self, const CallArguments&) {
  return self.is_integral() || (std::isfinite(self.as_double()) && std::floor(self.as_double()) == self.as_double());
}

Value bit_length(Runtime&, const Value& self, const CallArguments&) {
  const std::int64_t value = self.as_int();
  std::uint64_t magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  int bits = 0;
  for (; magnitude != 0; magnitude >>= 1U) ++bits;
  return bits;
}

Method method_of(const Value& object, std::string_view name) {
  if (object.is_text()) return find_text_method(name);
  if (object.dict() != nullptr) return find_dict_method(name);
  if (const List* list = object.list()) {
    return list->is_sequence() ? find_list_method(name, list->kind == List::Kind::kTuple) : nullptr;
  }
  if (object.is_float() && name == "is_integer") return is_integer;
  if (object.is_integral() && name == "bit_length") return bit_length;
  return nullptr;
}

}  // namespace

std::optional<Value> find_method(Runtime& runtime, const Value& object, std::string_view name) {
  const Method method = method_of(object, name);
  if (method == nullptr) return std::nullopt;
  Object* function = runtime.make<Function>(std::string(name), [method, object](Runtime& its, CallArguments arguments) {
    return method(its, object, arguments);
  });
  return Value(function);
}

BoundArguments::BoundArguments(std::string_view function, const CallArguments& arguments,
                               std::initializer_list<const char*> names)
    : function_(function), names_(names), values_(names.size()) {
  if (arguments.positional.size() > names.size()) {
    throw OperationError(fmt::format("{}() takes at most {} argument{} ({} given)", function, names.size(),
                                     names.size() == 1 ? "" : "s", arguments.positional.size()));
  }
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) values_[i] = arguments.positional[i];
  for (const auto& [keyword, value] : arguments.keywords) {
    std::size_t i = 0;
    while (i < names_.size() && keyword != names_[i]) ++i;
    if (i == names_.size())
      throw OperationError(fmt::format("{}() got an unexpected keyword argument '{}'", function, keyword));
    if (values_[i]) throw OperationError(fmt::format("{}() got multiple values for argument '{}'", function, keyword));
    values_[i] = value;
  }
}

const Value& BoundArguments::at(std::size_t index) const {
  if (!values_[index]) throw OperationError(fmt::format("{}() misses its argument '{}'", function_, names_[index]));
  return *values_[index];
}

std::int64_t BoundArguments::get_int(std::size_t index, std::int64_t absent) const {
  return values_[index] ? expect_int(*values_[index], fmt::format("'{}' of {}()", names_[index], function_)) : absent;
}

std::string BoundArguments::get_text(std::size_t index, std::string absent) const {
  return values_[index] ? expect_text(*values_[index], fmt::format("'{}' of {}()", names_[index], function_)) : absent;
}

bool BoundArguments::get_bool(std::size_t index, bool absent) const {
  return values_[index] ? is_true(*values_[index]) : absent;
}

}  // namespace boa::templates
