#include "boa/template/loop.hpp"

#include <fmt/core.h>

#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

std::optional<Value> Loop::attribute(Runtime& runtime, std::string_view name) {
  if (name == "index") return Value(at_ + 1);
  if (name == "index0") return Value(at_);
  if (name == "revindex") return Value(items_.size() - at_);
  if (name == "revindex0") return Value(items_.size() - at_ - 1);
  if (name == "first") return Value(at_ == 0);
  if (name == "last") return Value(at_ + 1 == items_.size());
  if (name == "length") return Value(items_.size());
  if (name == "depth") return Value(depth_ + 1);
  if (name == "depth0") return Value(depth_);
  if (name == "previtem") {
    return at_ > 0 ? items_[at_ - 1] : runtime.undefined_because("there is no previous item");
  }
  if (name == "nextitem") {
    return at_ + 1 < items_.size() ? items_[at_ + 1] : runtime.undefined_because("there is no next item");
  }
  if (name == "cycle") {
    return Value(static_cast<Object*>(runtime.make<Function>(
        "cycle", [this](Runtime&, const CallArguments& arguments) { return cycle(arguments); })));
  }
  if (name == "changed") {
    return Value(static_cast<Object*>(runtime.make<Function>(
        "changed", [this](Runtime& its, const CallArguments& arguments) { return changed(its, arguments); })));
  }
  return std::nullopt;
}

Value Loop::call(Runtime& runtime, CallArguments arguments) {
  if (!again_) throw OperationError("The loop must have the 'recursive' marker to be called recursively.");
  return again_(runtime, BoundArguments("loop", arguments, {"iterable"}).at(0), depth_ + 1);
}

std::string Loop::text() const { return fmt::format("<LoopContext {}/{}>", at_ + 1, items_.size()); }

Value Loop::cycle(const CallArguments& arguments) const {
  if (arguments.positional.empty()) throw OperationError("no items for cycling given");
  return arguments.positional[at_ % arguments.positional.size()];
}

Value Loop::changed(Runtime& runtime, const CallArguments& arguments) {
  const Value now = runtime.tuple(arguments.positional);
  const bool differs = !last_ || !equal(runtime, *last_, now);
  if (differs) last_ = now;
  return differs;
}

}  // namespace boa::templates
