#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "boa/template/filters.hpp"
#include "boa/template/operations.hpp"
#include "boa/template/value.hpp"

/// A parsed template: expressions, and the statements that hold them.
namespace boa::templates {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct ArgumentList {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> keywords;
  ExpressionPtr star;         ///< `*items`
  ExpressionPtr double_star;  ///< `**mapping`
};

struct Literal {
  Value value;  ///< none, bool, number or text
};
struct Name {
  std::string name;
};
struct Sequence {
  std::vector<ExpressionPtr> items;
  List::Kind kind;
};
struct DictDisplay {
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
};
struct Negation {
  char op;  ///< `-`, `+`, or `!` for `not`
  ExpressionPtr operand;
};
struct Arithmetic {
  BinaryOperator op;
  ExpressionPtr left, right;
};
struct Logic {
  bool is_and;
  ExpressionPtr left, right;
};
struct Concatenation {
  std::vector<ExpressionPtr> parts;
};
struct ComparisonChain {
  ExpressionPtr first;
  std::vector<std::pair<Comparator, ExpressionPtr>> rest;
};
struct Conditional {
  ExpressionPtr condition, then, otherwise;  ///< `otherwise` may be null
};
struct Attribute {
  ExpressionPtr object;
  std::string name;
};
struct Subscript {
  ExpressionPtr object, key;
};
struct SliceOf {
  ExpressionPtr object, start, stop, step;  ///< each bound may be null
};
struct Call {
  ExpressionPtr callee;
  ArgumentList arguments;
};
struct FilterCall {
  ExpressionPtr input;  ///< null: the text of the block that is filtered
  Filter filter;
  ArgumentList arguments;
};
struct TestCall {
  ExpressionPtr input;
  Test test;
  ArgumentList arguments;
};

struct Expression {
  using Form = std::variant<Literal, Name, Sequence, DictDisplay, Negation, Arithmetic, Logic, Concatenation,
                            ComparisonChain, Conditional, Attribute, Subscript, SliceOf, Call, FilterCall, TestCall>;
  Form form;
  std::size_t offset = 0;  ///< in the source
  int depth = 1;           ///< of the tree below
};

/// What a value is assigned to: a name, an attribute of a namespace, or a tuple of these.
struct Target {
  std::string name;
  std::string attribute;      ///< of the namespace `name`; empty: the name itself
  std::vector<Target> parts;  ///< of a tuple
  bool is_tuple = false;
  std::size_t offset = 0;
};

struct Statement;
using Body = std::vector<Statement>;

struct Data {
  std::string text;
};
struct Print {
  ExpressionPtr value;
};
struct Set {
  Target target;
  ExpressionPtr value;
};
struct SetBlock {
  Target target;
  ExpressionPtr filter;  ///< a chain of filters over the block's text, or null
  Body body;
};
struct For {
  Target target;
  ExpressionPtr iterable;
  ExpressionPtr condition;  ///< may be null
  bool is_recursive;
  Body body, otherwise;
};
struct If {
  std::vector<std::pair<ExpressionPtr, Body>> branches;
  Body otherwise;
};
struct Macro {
  std::string name;
  std::vector<std::pair<std::string, ExpressionPtr>> parameters;  ///< with default or null
  Body body;
  std::set<std::string> names;  ///< that the body mentions
};
struct CallBlock {
  ExpressionPtr call;
  std::unique_ptr<Macro> caller;
};
struct FilterBlock {
  ExpressionPtr filter;
  Body body;
};
struct Do {
  ExpressionPtr value;
};
struct With {
  std::vector<std::pair<Target, ExpressionPtr>> values;
  Body body;
};

/// Without inheritance a block is rendered where it stands, and again by `self.NAME()`.
struct Block {
  std::string name;
  bool is_scoped = false;            ///< sees the names of loops around it
  std::shared_ptr<const Body> body;  ///< shared with SyntaxTree::blocks
};

struct Statement {
  using Form = std::variant<Data, Print, Set, SetBlock, For, If, Macro, CallBlock, FilterBlock, Do, With, Block>;
  Form form;
  std::size_t offset = 0;
};

/// A whole template.
struct SyntaxTree {
  Body body;
  /// Names that are read, each with the place of its first use, and names that are set somewhere (also by loops and
  /// macros).
  std::vector<std::pair<std::string, std::size_t>> read;
  std::set<std::string> written;
  std::map<std::string, std::shared_ptr<const Body>, std::less<>> blocks;
};

}  // namespace boa::templates
