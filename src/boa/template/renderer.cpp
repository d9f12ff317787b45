#include "boa/template/renderer.hpp"

#include <fmt/core.h>

#include <utility>

#include "boa/template/lexer.hpp"
#include "boa/template/loop.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

/// A macro with the scope that it was defined in.
class MacroObject : public Object {
 public:
  MacroObject(Renderer& renderer, const Macro& macro, Scope& scope)
      : renderer_(renderer), macro_(macro), scope_(scope) {}
  std::string type_name() const override { return "Macro"; }
  bool is_callable() const override { return true; }
  std::string text() const override { return fmt::format("<Macro {}>", quote_text(macro_.name)); }
  std::optional<Value> attribute(Runtime&, std::string_view name) override {
    return name == "name" ? std::optional(Value(macro_.name)) : std::nullopt;
  }

  Value call(Runtime& runtime, CallArguments arguments) override {
    Scope* inside = runtime.make<Scope>(&scope_);
    bind(runtime, arguments, *inside);
    return renderer_.capture(macro_.body, *inside);
  }

 private:
  void bind(Runtime& runtime, CallArguments& arguments, Scope& inside) {
    auto take_keyword = [&](const std::string& name) -> std::optional<Value> {
      for (auto it = arguments.keywords.begin(); it != arguments.keywords.end(); ++it) {
        if (it->first != name) continue;
        Value value = std::move(it->second);
        arguments.keywords.erase(it);
        return value;
      }
      return std::nullopt;
    };
    for (std::size_t i = 0; i < macro_.parameters.size(); ++i) {
      const auto& [name, otherwise] = macro_.parameters[i];
      std::optional<Value> value;
      if (i < arguments.positional.size()) value = arguments.positional[i];
      if (const auto named = take_keyword(name)) {
        if (value)
          throw OperationError(fmt::format("macro '{}' got multiple values for argument '{}'", macro_.name, name));
        value = named;
      }
      if (!value && otherwise != nullptr) value = renderer_.evaluator_.evaluate(*otherwise, inside);
      inside.set(name,
                 value ? *value : runtime.undefined_because(fmt::format("parameter '{}' was not provided", name)));
    }
    if (const auto caller = take_keyword("caller")) inside.set("caller", *caller);
    bind_rest(runtime, arguments, inside);
  }

  void bind_rest(Runtime& runtime, CallArguments& arguments, Scope& inside) {
    const std::size_t expected = macro_.parameters.size();
    if (macro_.names.contains("varargs")) {
      std::vector<Value> rest;
      for (std::size_t i = expected; i < arguments.positional.size(); ++i) rest.push_back(arguments.positional[i]);
      inside.set("varargs", runtime.tuple(std::move(rest)));
    } else if (arguments.positional.size() > expected) {
      throw OperationError(fmt::format("macro '{}' takes not more than {} argument(s)", macro_.name, expected));
    }
    if (macro_.names.contains("kwargs")) {
      Dict* rest = runtime.make<Dict>();
      for (const auto& [name, value] : arguments.keywords) rest->set(runtime, Value(name), value);
      inside.set("kwargs", Value(rest));
    } else if (!arguments.keywords.empty()) {
      throw OperationError(
          fmt::format("macro '{}' takes no keyword argument '{}'", macro_.name, arguments.keywords.front().first));
    }
  }

  Renderer& renderer_;
  const Macro& macro_;
  Scope& scope_;
};

/// `self`: its attributes render the blocks of the template.
class BlocksObject : public Object {
 public:
  BlocksObject(Renderer& renderer, const SyntaxTree& tree, Scope& top) : renderer_(renderer), tree_(tree), top_(top) {}
  std::string type_name() const override { return "TemplateReference"; }
  std::string text() const override { return "<TemplateReference None>"; }
  std::optional<Value> attribute(Runtime& runtime, std::string_view name) override {
    const auto found = tree_.blocks.find(name);
    if (found == tree_.blocks.end()) return std::nullopt;
    const auto render = [this, body = found->second.get()](Runtime& its, const CallArguments& arguments) {
      const BoundArguments none("a block", arguments, {});
      return renderer_.capture(*body, *its.make<Scope>(&top_));
    };
    return Value(static_cast<Object*>(runtime.make<Function>(std::string(name), render)));
  }

 private:
  Renderer& renderer_;
  const SyntaxTree& tree_;
  Scope& top_;
};

std::vector<Piece> Renderer::run(const SyntaxTree& tree) {
  std::vector<Piece> pieces;
  output_ = &pieces;
  Runtime& runtime = evaluator_.runtime();
  top_ = runtime.make<Scope>(&globals_);
  if (!tree.blocks.empty())
    globals_.set("self", Value(static_cast<Object*>(runtime.make<BlocksObject>(*this, tree, *top_))));
  execute(tree.body, *top_);
  return pieces;
}

Value Renderer::capture(const Body& body, Scope& scope) {
  return captured([&] { execute(body, scope); });
}

Value Renderer::captured(const std::function<void()>& action) {
  std::vector<Piece> pieces;
  std::vector<Piece>* outer = std::exchange(output_, &pieces);
  action();
  output_ = outer;
  std::string text;
  for (const Piece& piece : pieces) text += piece.text;
  return evaluator_.runtime().text(std::move(text));
}

void Renderer::emit(std::string text, std::size_t offset, bool is_printed, bool holds_value) {
  evaluator_.runtime().spend_bytes(text.size());
  output_->push_back({std::move(text), offset, is_printed, holds_value});
}

void Renderer::execute(const Body& body, Scope& scope) {
  for (const Statement& statement : body) {
    evaluator_.at(statement.offset, [&] {
      const Runtime::Descent descent(evaluator_.runtime());
      evaluator_.runtime().spend();
      std::visit([&](const auto& form) { execute_one(form, statement, scope); }, statement.form);
    });
  }
}

void Renderer::execute_one(const Data& form, const Statement& whole, Scope&) {
  emit(form.text, whole.offset, false, false);
}

void Renderer::execute_one(const Print& form, const Statement& whole, Scope& scope) {
  const bool outer = evaluator_.has_read_text();
  evaluator_.clear_read();
  const Value value = evaluator_.evaluate(*form.value, scope);
  emit(to_text(evaluator_.runtime(), value), whole.offset, true, evaluator_.has_read_text());
  if (outer) evaluator_.note_text();
}

void Renderer::execute_one(const Set& form, const Statement&, Scope& scope) {
  assign(form.target, evaluator_.evaluate(*form.value, scope), scope);
}

void Renderer::execute_one(const SetBlock& form, const Statement&, Scope& scope) {
  Scope* inside = evaluator_.runtime().make<Scope>(&scope);
  const Value text = capture(form.body, *inside);
  assign(form.target, evaluator_.filter_block(form.filter.get(), text, scope), scope);
}

void Renderer::execute_one(const For& form, const Statement&, Scope& scope) {
  run_loop(form, evaluator_.evaluate(*form.iterable, scope), scope, 0);
}

void Renderer::run_loop(const For& form, const Value& iterable, Scope& scope, int depth) {
  Runtime& runtime = evaluator_.runtime();
  const auto inner_scope = [&](const Value& item) {
    Scope* inside = runtime.make<Scope>(&scope);
    assign(form.target, item, *inside);
    return inside;
  };
  std::vector<Value> items;
  for_each(runtime, iterable, [&](const Value& item) {
    if (form.condition == nullptr || is_true(evaluator_.evaluate(*form.condition, *inner_scope(item))))
      items.push_back(item);
    return true;
  });
  if (items.empty()) {
    execute(form.otherwise, *runtime.make<Scope>(&scope));
    return;
  }
  Loop::Again again;
  if (form.is_recursive) {
    again = [this, &form, &scope](Runtime&, const Value& more, int its_depth) {
      return captured([&] { run_loop(form, more, scope, its_depth); });
    };
  }
  Loop* loop = runtime.make<Loop>(std::move(items), depth, std::move(again));
  for (std::size_t i = 0; i < loop->size(); ++i) {
    runtime.spend();
    loop->go_to(i);
    Scope* inside = inner_scope(loop->item());
    inside->set("loop", Value(static_cast<Object*>(loop)));
    execute(form.body, *inside);
  }
}

void Renderer::execute_one(const If& form, const Statement&, Scope& scope) {
  for (const auto& [condition, body] : form.branches) {
    if (is_true(evaluator_.evaluate(*condition, scope))) {
      execute(body, scope);
      return;
    }
  }
  execute(form.otherwise, scope);
}

Value Renderer::make_macro(const Macro& macro, Scope& scope) {
  return Value(static_cast<Object*>(evaluator_.runtime().make<MacroObject>(*this, macro, scope)));
}

void Renderer::execute_one(const Macro& form, const Statement&, Scope& scope) {
  scope.set(form.name, make_macro(form, scope));
}

void Renderer::execute_one(const CallBlock& form, const Statement& whole, Scope& scope) {
  const auto& its_call = std::get<Call>(form.call->form);
  const Value callee = evaluator_.evaluate(*its_call.callee, scope);
  CallArguments arguments = evaluator_.evaluate_arguments(its_call.arguments, scope);
  arguments.keywords.emplace_back("caller", make_macro(*form.caller, scope));
  const Value value = call(evaluator_.runtime(), callee, std::move(arguments));
  emit(to_text(evaluator_.runtime(), value), whole.offset, true, true);
}

void Renderer::execute_one(const FilterBlock& form, const Statement& whole, Scope& scope) {
  const Value text = capture(form.body, *evaluator_.runtime().make<Scope>(&scope));
  emit(to_text(evaluator_.runtime(), evaluator_.filter_block(form.filter.get(), text, scope)), whole.offset, true,
       true);
}

void Renderer::execute_one(const Do& form, const Statement&, Scope& scope) { evaluator_.evaluate(*form.value, scope); }

void Renderer::execute_one(const With& form, const Statement&, Scope& scope) {
  Scope* inside = evaluator_.runtime().make<Scope>(&scope);
  for (const auto& [target, value] : form.values) assign(target, evaluator_.evaluate(*value, scope), *inside);
  execute(form.body, *inside);
}

void Renderer::execute_one(const Block& form, const Statement&, Scope& scope) {
  execute(*form.body, *evaluator_.runtime().make<Scope>(form.is_scoped ? &scope : top_));
}

void Renderer::assign(const Target& target, const Value& value, Scope& scope) {
  evaluator_.at(target.offset, [&] {
    if (target.is_tuple) {
      const std::vector<Value> items = items_of(evaluator_.runtime(), value);
      if (items.size() > target.parts.size())
        throw OperationError(fmt::format("too many values to unpack (expected {})", target.parts.size()));
      if (items.size() < target.parts.size())
        throw OperationError(
            fmt::format("not enough values to unpack (expected {}, got {})", target.parts.size(), items.size()));
      for (std::size_t i = 0; i < items.size(); ++i) assign(target.parts[i], items[i], scope);
    } else if (target.attribute.empty()) {
      scope.set(target.name, value);
    } else {
      const Value* object = scope.find(target.name);
      if (object == nullptr || object->object() == nullptr ||
          !object->object()->set_attribute(target.attribute, value)) {
        throw OperationError("cannot assign attribute on non-namespace object",
                             "Make it first: {% set ns = namespace(count=0) %}.");
      }
    }
  });
}

}  // namespace boa::templates
