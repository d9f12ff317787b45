#include "boa/template/evaluator.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "boa/template/lexer.hpp"
#include "boa/template/methods.hpp"
#include "boa/template/operations.hpp"

namespace boa::templates {

namespace {

/// `a.b.c` if the expression is just that.
std::string dotted(const Expression& expression) {
  if (const auto* name = std::get_if<Name>(&expression.form)) return name->name;
  const auto* attribute = std::get_if<Attribute>(&expression.form);
  if (attribute == nullptr) return {};
  const std::string object = dotted(*attribute->object);
  return object.empty() ? "" : object + "." + attribute->name;
}

const Expression& root_of(const Expression& expression) {
  const Expression* at = &expression;
  while (const auto* attribute = std::get_if<Attribute>(&at->form)) at = attribute->object.get();
  return *at;
}

}  // namespace

const Value* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    const auto it = scope->values_.find(name);
    if (it != scope->values_.end()) return &it->second;
  }
  return nullptr;
}

void Scope::set(const std::string& name, Value value) { values_.insert_or_assign(name, std::move(value)); }

void Evaluator::fail(const OperationError& error, std::size_t offset) const {
  const TextPlace place = place_in_text(source_, offset);
  throw TemplateError(error.what(), place.line, place.column, error.hint());
}

Value Evaluator::evaluate(const Expression& expression, const Scope& scope) {
  return at(expression.offset, [&] {
    const Runtime::Descent descent(runtime_);
    runtime_.spend();
    return std::visit([&](const auto& form) { return compute(form, expression, scope); }, expression.form);
  });
}

CallArguments Evaluator::evaluate_arguments(const ArgumentList& list, const Scope& scope) {
  CallArguments arguments;
  for (const ExpressionPtr& argument : list.positional) arguments.positional.push_back(evaluate(*argument, scope));
  if (list.star != nullptr) {
    for (const Value& item : items_of(runtime_, evaluate(*list.star, scope))) arguments.positional.push_back(item);
  }
  for (const auto& [name, argument] : list.keywords) arguments.keywords.emplace_back(name, evaluate(*argument, scope));
  if (list.double_star != nullptr) {
    const Value mapping = evaluate(*list.double_star, scope);
    if (mapping.dict() == nullptr) throw OperationError("argument after ** must be a mapping");
    for (const auto& [key, value] : mapping.as_dict().entries)
      arguments.keywords.emplace_back(expect_text(key, "a keyword"), value);
  }
  return arguments;
}

Value Evaluator::filter_block(const Expression* filter, Value text, const Scope& scope) {
  if (filter == nullptr) return text;
  const Value* outer = std::exchange(block_text_, &text);
  Value result = evaluate(*filter, scope);
  block_text_ = outer;
  return result;
}

Value Evaluator::note(const Value& value) {
  if (!value.is_number() && !value.is_none()) has_read_text_ = true;
  return value;
}

const Value* Evaluator::find_dotted(const Expression& expression, const Scope& scope) const {
  const auto* name = std::get_if<Name>(&root_of(expression).form);
  if (name == nullptr || scope.find(name->name) != nullptr) return nullptr;
  return scope.find(dotted(expression));
}

Value Evaluator::compute(const Literal& form, const Expression&, const Scope&) { return form.value; }

Value Evaluator::compute(const Name& form, const Expression&, const Scope& scope) {
  const Value* found = scope.find(form.name);
  return found == nullptr ? runtime_.undefined(form.name) : note(*found);
}

Value Evaluator::compute(const Sequence& form, const Expression&, const Scope& scope) {
  std::vector<Value> items;
  for (const ExpressionPtr& item : form.items) items.push_back(evaluate(*item, scope));
  return runtime_.list(std::move(items), form.kind);
}

Value Evaluator::compute(const DictDisplay& form, const Expression&, const Scope& scope) {
  Dict* dict = runtime_.make<Dict>();
  for (const auto& [key, value] : form.entries) {
    const Value its_key = evaluate(*key, scope);
    dict->set(runtime_, its_key, evaluate(*value, scope));
  }
  return Value(dict);
}

Value Evaluator::compute(const Negation& form, const Expression&, const Scope& scope) {
  const Value operand = evaluate(*form.operand, scope);
  if (form.op == '!') return !is_true(operand);
  if (form.op == '-') return negate(operand);
  expect_number(operand, "the operand of +");
  return operand.is_bool() ? Value(operand.as_int()) : operand;
}

Value Evaluator::compute(const Arithmetic& form, const Expression&, const Scope& scope) {
  const Value left = evaluate(*form.left, scope);
  return operate(runtime_, form.op, left, evaluate(*form.right, scope));
}

Value Evaluator::compute(const Logic& form, const Expression&, const Scope& scope) {
  Value left = evaluate(*form.left, scope);
  return is_true(left) == form.is_and ? evaluate(*form.right, scope) : left;
}

Value Evaluator::compute(const Concatenation& form, const Expression&, const Scope& scope) {
  std::string text;
  for (const ExpressionPtr& part : form.parts) text += to_text(runtime_, evaluate(*part, scope));
  return runtime_.text(std::move(text));
}

Value Evaluator::compute(const ComparisonChain& form, const Expression&, const Scope& scope) {
  Value left = evaluate(*form.first, scope);
  for (const auto& [op, operand] : form.rest) {
    Value right = evaluate(*operand, scope);
    if (!compare(runtime_, op, left, right)) return false;
    left = std::move(right);
  }
  return true;
}

Value Evaluator::compute(const Conditional& form, const Expression& whole, const Scope& scope) {
  if (is_true(evaluate(*form.condition, scope))) return evaluate(*form.then, scope);
  if (form.otherwise != nullptr) return evaluate(*form.otherwise, scope);
  // Jinja2 prints nothing here, whatever other undefined values print.
  return runtime_.undefined_because(
      fmt::format("the inline if-expression on line {} evaluated to false and no else section was defined.",
                  place_in_text(source_, whole.offset).line),
      true);
}

Value Evaluator::compute(const Attribute& form, const Expression& whole, const Scope& scope) {
  if (const Value* found = find_dotted(whole, scope)) return note(*found);
  return get_attribute(runtime_, evaluate(*form.object, scope), form.name);
}

Value Evaluator::compute(const Subscript& form, const Expression&, const Scope& scope) {
  const Value object = evaluate(*form.object, scope);
  return get_item(runtime_, object, evaluate(*form.key, scope));
}

Value Evaluator::compute(const SliceOf& form, const Expression&, const Scope& scope) {
  const Value object = evaluate(*form.object, scope);
  const auto bound = [&](const ExpressionPtr& expression) -> std::optional<std::int64_t> {
    if (expression == nullptr) return std::nullopt;
    const Value value = evaluate(*expression, scope);
    if (value.is_none()) return std::nullopt;
    return expect_int(value, "a bound of a slice");
  };
  SliceBounds bounds;
  bounds.start = bound(form.start);
  bounds.stop = bound(form.stop);
  bounds.step = bound(form.step);
  return slice(runtime_, object, bounds);
}

Value Evaluator::compute(const Call& form, const Expression&, const Scope& scope) {
  const Value callee = evaluate(*form.callee, scope);
  return call(runtime_, callee, evaluate_arguments(form.arguments, scope));
}

Value Evaluator::compute(const FilterCall& form, const Expression&, const Scope& scope) {
  const Value input = form.input == nullptr ? *block_text_ : evaluate(*form.input, scope);
  return form.filter(runtime_, input, evaluate_arguments(form.arguments, scope));
}

Value Evaluator::compute(const TestCall& form, const Expression&, const Scope& scope) {
  const Value input = evaluate(*form.input, scope);
  return form.test(runtime_, input, evaluate_arguments(form.arguments, scope));
}

}  // namespace boa::templates
