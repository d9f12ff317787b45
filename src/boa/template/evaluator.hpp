#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/template/runtime.hpp"
#include "boa/template/syntax_tree.hpp"

namespace boa::templates {

/// Names and their values, inside of other scopes.
class Scope : public HeapItem {
 public:
  explicit Scope(const Scope* outer) : outer_(outer) {}

  const Value* find(std::string_view name) const;
  void set(const std::string& name, Value value);

 private:
  const Scope* outer_;
  std::map<std::string, Value, std::less<>> values_;
};

/// Computes expressions. Errors come out as TemplateError with the place of the innermost expression.
class Evaluator {
 public:
  Evaluator(Runtime& runtime, std::string_view source) : runtime_(runtime), source_(source) {}

  Value evaluate(const Expression& expression, const Scope& scope);
  CallArguments evaluate_arguments(const ArgumentList& list, const Scope& scope);
  /// The text of a block through a chain of filters (null: unchanged).
  Value filter_block(const Expression* filter, Value text, const Scope& scope);

  Runtime& runtime() { return runtime_; }
  std::string_view source() const { return source_; }

  /// Whether a name was read whose value is more than a number, since the last clear_read().
  bool has_read_text() const { return has_read_text_; }
  void clear_read() { has_read_text_ = false; }
  void note_text() { has_read_text_ = true; }

  /// Runs `action` and gives its OperationError the place `offset`.
  template <typename Action>
  auto at(std::size_t offset, const Action& action) -> decltype(action()) {
    try {
      return action();
    } catch (const OperationError& error) {
      fail(error, offset);
    }
  }

 private:
  [[noreturn]] void fail(const OperationError& error, std::size_t offset) const;
  Value compute(const Literal& form, const Expression& whole, const Scope& scope);
  Value compute(const Name& form, const Expression& whole, const Scope& scope);
  Value compute(const Sequence& form, const Expression& whole, const Scope& scope);
  Value compute(const DictDisplay& form, const Expression& whole, const Scope& scope);
  Value compute(const Negation& form, const Expression& whole, const Scope& scope);
  Value compute(const Arithmetic& form, const Expression& whole, const Scope& scope);
  Value compute(const Logic& form, const Expression& whole, const Scope& scope);
  Value compute(const Concatenation& form, const Expression& whole, const Scope& scope);
  Value compute(const ComparisonChain& form, const Expression& whole, const Scope& scope);
  Value compute(const Conditional& form, const Expression& whole, const Scope& scope);
  Value compute(const Attribute& form, const Expression& whole, const Scope& scope);
  Value compute(const Subscript& form, const Expression& whole, const Scope& scope);
  Value compute(const SliceOf& form, const Expression& whole, const Scope& scope);
  Value compute(const Call& form, const Expression& whole, const Scope& scope);
  Value compute(const FilterCall& form, const Expression& whole, const Scope& scope);
  Value compute(const TestCall& form, const Expression& whole, const Scope& scope);

  /// A parameter whose name has dots, as `a.b` in the template.
  const Value* find_dotted(const Expression& expression, const Scope& scope) const;
  Value note(const Value& value);

  Runtime& runtime_;
  std::string_view source_;
  bool has_read_text_ = false;
  const Value* block_text_ = nullptr;  ///< what a filter without input is applied to
};

}  // namespace boa::templates
