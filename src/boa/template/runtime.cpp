#include "boa/template/runtime.hpp"

#include <fmt/core.h>

namespace boa::templates {

void Runtime::refuse_budget() {
  throw OperationError(fmt::format("the template takes more than {} steps", kMostSteps),
                       "Does a loop or a text in it grow without end?");
}

void Runtime::refuse_depth(Runtime& runtime) {
  --runtime.depth_;  // no destructor runs for what its constructor refuses
  throw OperationError(fmt::format("calls or values are nested deeper than {}", kDeepest),
                       "Does a macro call itself without end?");
}

Value Runtime::undefined(std::string name) {
  auto* value = make<Undefined>();
  value->name = std::move(name);
  return Value(value);
}

Value Runtime::undefined_element(const Value& owner, const Value& key) {
  auto* value = make<Undefined>();
  value->owner = owner.is_none() ? "None" : type_name(owner) + " object";
  value->by_name = key.is_text();
  value->name = to_repr(*this, key);
  return Value(value);
}

Value Runtime::undefined_because(std::string hint, bool is_silent) {
  auto* value = make<Undefined>();
  value->is_silent = is_silent;
  value->hint = std::move(hint);
  return Value(value);
}

}  // namespace boa::templates
