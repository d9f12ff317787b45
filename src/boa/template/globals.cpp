#include "boa/template/globals.hpp"

#include <fmt/core.h>

#include <array>

#include "boa/template/filters.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

namespace {

Value range(Runtime& runtime, const CallArguments& arguments) {
  const BoundArguments bound("range", arguments, {"start", "stop", "step"});
  const auto number = [&](std::size_t index) {
    constexpr std::int64_t kLargest = 1'000'000'000;
    const std::int64_t value = expect_int(bound.at(index), "an argument of range()");
    if (value > kLargest || value < -kLargest) throw OperationError("range() goes to a thousand million at most");
    return value;
  };
  const bool has_start = bound.find(1) != nullptr;
  const std::int64_t step = bound.find(2) == nullptr ? 1 : number(2);
  if (step == 0) throw OperationError("range() arg 3 must not be zero");
  return runtime.make<Range>(has_start ? number(0) : 0, number(has_start ? 1 : 0), step);
}

Value dict(Runtime& runtime, const CallArguments& arguments) {
  Dict* made = runtime.make<Dict>();
  for (const Value& source : arguments.positional) fill_dict(runtime, *made, source);
  for (const auto& [key, value] : arguments.keywords) made->set(runtime, Value(key), value);
  return Value(made);
}

/// Attributes that templates may set, also from inside of loops.
class Namespace : public Object {
 public:
  std::string type_name() const override { return "jinja2.utils.Namespace"; }
  std::optional<Value> attribute(Runtime&, std::string_view name) override {
    for (const auto& entry : values_) {
      if (entry.first == name) return entry.second;
    }
    return std::nullopt;
  }
  bool set_attribute(std::string_view name, Value value) override {
    for (auto& entry : values_) {
      if (entry.first != name) continue;
      entry.second = std::move(value);
      return true;
    }
    values_.emplace_back(name, std::move(value));
    return true;
  }

 private:
  std::vector<std::pair<std::string, Value>> values_;
};

Value make_namespace(Runtime& runtime, const CallArguments& arguments) {
  const Value filled = dict(runtime, arguments);
  auto* made = runtime.make<Namespace>();
  for (const auto& [key, value] : filled.as_dict().entries) made->set_attribute(expect_text(key, "a name"), value);
  return Value(static_cast<Object*>(made));
}

/// cycler(a, b): next(), current, reset().
class Cycler : public Object {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}
  std::string type_name() const override { return "Cycler"; }
  std::optional<Value> attribute(Runtime& runtime, std::string_view name) override {
    if (name == "current") return items_[at_];
    if (name == "next") {
      return Value(static_cast<Object*>(runtime.make<Function>("next", [this](Runtime&, const CallArguments&) {
        const Value value = items_[at_];
        at_ = (at_ + 1) % items_.size();
        return value;
      })));
    }
    if (name == "reset") {
      return Value(static_cast<Object*>(runtime.make<Function>("reset", [this](Runtime&, const CallArguments&) {
        at_ = 0;
        return Value();
      })));
    }
    return std::nullopt;
  }

 private:
  std::vector<Value> items_;
  std::size_t at_ = 0;
};

Value cycler(Runtime& runtime, const CallArguments& arguments) {
  if (arguments.positional.empty()) throw OperationError("at least one item has to be provided");
  return Value(static_cast<Object*>(runtime.make<Cycler>(arguments.positional)));
}

/// joiner(sep): empty at the first call, then the separator.
Value joiner(Runtime& runtime, const CallArguments& arguments) {
  const Value separator = BoundArguments("joiner", arguments, {"sep"}).get(0, Value(", "));
  const auto was_used = std::make_shared<bool>(false);
  return Value(static_cast<Object*>(runtime.make<Function>("joiner", [=](Runtime&, const CallArguments&) {
    return std::exchange(*was_used, true) ? separator : Value("");
  })));
}

class Path : public Object {
 public:
  explicit Path(std::filesystem::path path) : path_(std::move(path)) {}
  std::string type_name() const override { return "pathlib.PosixPath"; }
  std::string text() const override { return path_.string(); }
  std::optional<Value> attribute(Runtime& runtime, std::string_view name) override {
    if (name == "name") return Value(path_.filename().string());
    if (name == "stem") return Value(path_.stem().string());
    if (name == "suffix") return Value(path_.extension().string());
    if (name == "parent") return make_path(runtime, path_.has_parent_path() ? path_.parent_path() : path_);
    if (name == "as_posix")
      return function(runtime, [](const auto& path, Runtime&, const CallArguments&) { return Value(path.string()); });
    if (name == "joinpath") return function(runtime, join);
    if (name == "with_suffix") return function(runtime, with_suffix);
    if (name == "with_name") return function(runtime, with_name);
    return std::nullopt;
  }

 private:
  template <typename Body>
  Value function(Runtime& runtime, Body body) {
    return Value(static_cast<Object*>(runtime.make<Function>(
        "path",
        [path = path_, body](Runtime& its, const CallArguments& arguments) { return body(path, its, arguments); })));
  }
  static Value join(const std::filesystem::path& path, Runtime& runtime, const CallArguments& arguments) {
    std::filesystem::path joined = path;
    for (const Value& part : arguments.positional) joined /= to_text(runtime, part);
    return make_path(runtime, joined);
  }
  static Value with_suffix(const std::filesystem::path& path, Runtime& runtime, const CallArguments& arguments) {
    std::filesystem::path changed = path;
    return make_path(runtime, changed.replace_extension(
                                  expect_text(BoundArguments("with_suffix", arguments, {"suffix"}).at(0), "suffix")));
  }
  static Value with_name(const std::filesystem::path& path, Runtime& runtime, const CallArguments& arguments) {
    std::filesystem::path changed = path;
    return make_path(
        runtime, changed.replace_filename(expect_text(BoundArguments("with_name", arguments, {"name"}).at(0), "name")));
  }

  std::filesystem::path path_;
};

using GlobalFunction = Value (*)(Runtime&, const CallArguments&);
constexpr std::array<std::pair<std::string_view, GlobalFunction>, 5> kGlobals = {
    {{"range", range}, {"dict", dict}, {"namespace", make_namespace}, {"cycler", cycler}, {"joiner", joiner}}};

}  // namespace

void add_globals(Runtime& runtime, Scope& scope) {
  for (const auto& [name, function] : kGlobals) {
    scope.set(std::string(name), Value(static_cast<Object*>(runtime.make<Function>(std::string(name), function))));
  }
}

bool is_global(std::string_view name) {
  for (const auto& entry : kGlobals) {
    if (entry.first == name) return true;
  }
  return false;
}

Value make_path(Runtime& runtime, const std::filesystem::path& path) {
  return Value(static_cast<Object*>(runtime.make<Path>(path)));
}

}  // namespace boa::templates
