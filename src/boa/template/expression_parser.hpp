#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/template/lexer.hpp"
#include "boa/template/syntax_tree.hpp"

namespace boa::templates {

/// The tokens of a template and the parser of its expressions, by Jinja2's precedence: filters bind tighter than `*`.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view source);

 protected:
  using Kind = Token::Kind;

  const Token& current() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool is_name(std::string_view name) const { return current().kind == Kind::kName && current().text == name; }
  bool is_operator(std::string_view op) const { return current().kind == Kind::kOperator && current().text == op; }
  bool take_name(std::string_view name);
  bool take_operator(std::string_view op);
  void expect_operator(std::string_view op);
  std::string expect_name(const char* what);
  [[noreturn]] void fail(const std::string& message, std::size_t offset, const std::string& hint = {}) const;
  [[noreturn]] void fail_here(const std::string& expected) const;

  /// `a, b` is a tuple. `conditional`: `x if y else z` may stand in it.
  ExpressionPtr parse_tuple(bool conditional = true, bool may_be_empty = false);
  ExpressionPtr parse_expression(bool conditional = true);
  /// A chain of filters over the text of a block; `with_first_name`: its first `|` is left out.
  ExpressionPtr parse_block_filter(bool with_first_name);
  ArgumentList parse_arguments();
  ExpressionPtr make(std::size_t offset, Expression::Form form, int depth) const;
  void note_written(const std::string& name) { tree_.written.insert(name); }
  void note_read(const std::string& name, std::size_t offset);

  std::string_view source_;
  SyntaxTree tree_;
  std::set<std::string> mentioned_;  ///< in the macro that is being read

 private:
  /// Brackets within brackets, for as long as it lives.
  class Nesting {
   public:
    explicit Nesting(ExpressionParser& parser);
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --parser_.nesting_; }

   private:
    ExpressionParser& parser_;
  };

  // Operators, from the loosest to the tightest: expression_parser.cpp
  ExpressionPtr parse_or();
  ExpressionPtr parse_and();
  ExpressionPtr parse_not();
  ExpressionPtr parse_comparison();
  ExpressionPtr parse_sum();
  ExpressionPtr parse_concatenation();
  ExpressionPtr parse_product();
  ExpressionPtr parse_power();
  ExpressionPtr parse_unary(bool with_filter = true);
  ExpressionPtr binary(BinaryOperator op, ExpressionPtr left, ExpressionPtr right, std::size_t offset) const;
  // What they join, with all that hangs on it: operand_parser.cpp
  ExpressionPtr parse_primary();
  ExpressionPtr parse_number();
  ExpressionPtr parse_list();
  ExpressionPtr parse_dict();
  ExpressionPtr parse_postfix(ExpressionPtr node);
  ExpressionPtr parse_filters_and_tests(ExpressionPtr node);
  ExpressionPtr parse_subscript(ExpressionPtr object);
  ExpressionPtr parse_bracket_subscript(ExpressionPtr object, std::size_t offset);
  ExpressionPtr parse_filter(ExpressionPtr input);
  ExpressionPtr parse_test(ExpressionPtr input);
  ExpressionPtr parse_call(ExpressionPtr callee);
  std::string dotted_name(const char* what);
  bool ends_tuple() const;

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  std::set<std::string> known_;  ///< names in tree_.read
};

/// The depth of a tree with these children.
int depth_above(std::initializer_list<const Expression*> children);
int depth_above(const ArgumentList& arguments);

}  // namespace boa::templates
