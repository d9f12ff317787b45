#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "boa/template/evaluator.hpp"

namespace boa::templates {

/// A part of a rendering's result, and where in the source it came from.
struct Piece {
  std::string text;
  std::size_t offset = 0;    ///< of the text itself, or of the `{{` that printed it
  bool is_printed = false;   ///< by `{{ }}`
  bool holds_value = false;  ///< printed, and made from a text or list that the template was given or made by itself
};

/// Carries out the statements of a template.
class Renderer {
 public:
  Renderer(Evaluator& evaluator, Scope& globals) : evaluator_(evaluator), globals_(globals) {}

  std::vector<Piece> run(const SyntaxTree& tree);
  /// The text of a body whose result is no part of the output: of a macro or a block.
  Value capture(const Body& body, Scope& scope);

 private:
  friend class MacroObject;

  Value captured(const std::function<void()>& action);
  void execute(const Body& body, Scope& scope);
  void execute_one(const Data& form, const Statement& whole, Scope& scope);
  void execute_one(const Print& form, const Statement& whole, Scope& scope);
  void execute_one(const Set& form, const Statement& whole, Scope& scope);
  void execute_one(const SetBlock& form, const Statement& whole, Scope& scope);
  void execute_one(const For& form, const Statement& whole, Scope& scope);
  void execute_one(const If& form, const Statement& whole, Scope& scope);
  void execute_one(const Macro& form, const Statement& whole, Scope& scope);
  void execute_one(const CallBlock& form, const Statement& whole, Scope& scope);
  void execute_one(const FilterBlock& form, const Statement& whole, Scope& scope);
  void execute_one(const Do& form, const Statement& whole, Scope& scope);
  void execute_one(const With& form, const Statement& whole, Scope& scope);
  void execute_one(const Block& form, const Statement& whole, Scope& scope);

  void run_loop(const For& form, const Value& iterable, Scope& scope, int depth);
  Value make_macro(const Macro& macro, Scope& scope);
  void assign(const Target& target, const Value& value, Scope& scope);
  void emit(std::string text, std::size_t offset, bool is_printed, bool holds_value);

  Evaluator& evaluator_;
  Scope& globals_;
  Scope* top_ = nullptr;
  std::vector<Piece>* output_ = nullptr;
};

}  // namespace boa::templates
