#include "boa/template/expression_parser.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

constexpr int kDeepestNesting = 100;
constexpr int kDeepestTree = 300;

std::string describe(const Token& token) {
  switch (token.kind) {
    case Token::Kind::kEnd:
      return "the end of the template";
    case Token::Kind::kData:
      return "text";
    case Token::Kind::kString:
      return fmt::format("the text '{}'", util::abbreviate(token.text, 40));
    default:
      return fmt::format("'{}'", util::abbreviate(token.text, 40));
  }
}

std::optional<Comparator> comparator_of(const Token& token) {
  constexpr std::pair<std::string_view, Comparator> kOperators[] = {
      {"==", Comparator::kEqual},     {"!=", Comparator::kNotEqual}, {"<", Comparator::kLess},
      {"<=", Comparator::kLessEqual}, {">", Comparator::kGreater},   {">=", Comparator::kGreaterEqual}};
  if (token.kind != Token::Kind::kOperator) return std::nullopt;
  for (const auto& [text, comparator] : kOperators) {
    if (token.text == text) return comparator;
  }
  return std::nullopt;
}

}  // namespace

int depth_above(std::initializer_list<const Expression*> children) {
  int depth = 0;
  for (const Expression* child : children) depth = std::max(depth, child == nullptr ? 0 : child->depth);
  return depth + 1;
}

int depth_above(const ArgumentList& arguments) {
  int depth = depth_above({arguments.star.get(), arguments.double_star.get()});
  for (const ExpressionPtr& argument : arguments.positional) depth = std::max(depth, depth_above({argument.get()}));
  for (const auto& entry : arguments.keywords) depth = std::max(depth, depth_above({entry.second.get()}));
  return depth;
}

ExpressionParser::Nesting::Nesting(ExpressionParser& parser) : parser_(parser) {
  if (++parser_.nesting_ > kDeepestNesting)
    parser_.fail("the expression is nested too deeply", parser_.current().offset);
}

ExpressionParser::ExpressionParser(std::string_view source) : source_(source), tokens_(tokenize(source)) {}

bool ExpressionParser::take_name(std::string_view name) {
  if (!is_name(name)) return false;
  take();
  return true;
}

bool ExpressionParser::take_operator(std::string_view op) {
  if (!is_operator(op)) return false;
  take();
  return true;
}

void ExpressionParser::expect_operator(std::string_view op) {
  if (!take_operator(op)) fail_here(fmt::format("'{}'", op));
}

std::string ExpressionParser::expect_name(const char* what) {
  if (current().kind != Kind::kName) fail_here(what);
  return take().text;
}

void ExpressionParser::fail(const std::string& message, std::size_t offset, const std::string& hint) const {
  fail_at(source_, offset, message, hint);
}

void ExpressionParser::fail_here(const std::string& expected) const {
  fail(fmt::format("expected {}, found {}", expected, describe(current())), current().offset);
}

ExpressionPtr ExpressionParser::make(std::size_t offset, Expression::Form form, int depth) const {
  if (depth > kDeepestTree) fail("the expression is too long or nested too deeply", offset);
  auto node = std::make_unique<Expression>(Expression{std::move(form), offset, depth});
  return node;
}

void ExpressionParser::note_read(const std::string& name, std::size_t offset) {
  mentioned_.insert(name);
  if (known_.insert(name).second) tree_.read.emplace_back(name, offset);
}

bool ExpressionParser::ends_tuple() const {
  return current().kind == Kind::kBlockEnd || current().kind == Kind::kVariableEnd || is_operator(")") ||
         is_name("recursive");
}

ExpressionPtr ExpressionParser::parse_tuple(bool conditional, bool may_be_empty) {
  const std::size_t offset = current().offset;
  Sequence tuple{{}, List::Kind::kTuple};
  bool is_tuple = false;
  int depth = 1;
  while (!ends_tuple()) {
    ExpressionPtr item = parse_expression(conditional);
    depth = std::max(depth, depth_above({item.get()}));
    tuple.items.push_back(std::move(item));
    if (!take_operator(",")) break;
    is_tuple = true;
  }
  if (!is_tuple && tuple.items.size() == 1) return std::move(tuple.items.front());
  if (!is_tuple && !may_be_empty) fail_here("an expression");
  return make(offset, std::move(tuple), depth);
}

ExpressionPtr ExpressionParser::parse_expression(bool conditional) {
  const Nesting nesting(*this);
  if (!conditional) return parse_or();
  ExpressionPtr value = parse_or();
  while (is_name("if")) {
    const std::size_t offset = take().offset;
    ExpressionPtr condition = parse_or();
    ExpressionPtr otherwise = take_name("else") ? parse_expression() : nullptr;
    const int depth = depth_above({value.get(), condition.get(), otherwise.get()});
    value = make(offset, Conditional{std::move(condition), std::move(value), std::move(otherwise)}, depth);
  }
  return value;
}

ExpressionPtr ExpressionParser::parse_or() {
  ExpressionPtr left = parse_and();
  while (is_name("or")) {
    const std::size_t offset = take().offset;
    ExpressionPtr right = parse_and();
    const int depth = depth_above({left.get(), right.get()});
    left = make(offset, Logic{false, std::move(left), std::move(right)}, depth);
  }
  return left;
}

ExpressionPtr ExpressionParser::parse_and() {
  ExpressionPtr left = parse_not();
  while (is_name("and")) {
    const std::size_t offset = take().offset;
    ExpressionPtr right = parse_not();
    const int depth = depth_above({left.get(), right.get()});
    left = make(offset, Logic{true, std::move(left), std::move(right)}, depth);
  }
  return left;
}

ExpressionPtr ExpressionParser::parse_not() {
  if (!is_name("not")) return parse_comparison();
  const Nesting nesting(*this);
  const std::size_t offset = take().offset;
  ExpressionPtr operand = parse_not();
  const int depth = depth_above({operand.get()});
  return make(offset, Negation{'!', std::move(operand)}, depth);
}

ExpressionPtr ExpressionParser::parse_comparison() {
  const std::size_t offset = current().offset;
  ComparisonChain chain{parse_sum(), {}};
  int depth = depth_above({chain.first.get()});
  while (true) {
    std::optional<Comparator> op = comparator_of(current());
    if (!op && is_name("in")) op = Comparator::kIn;
    if (!op && is_name("not") && ahead().kind == Kind::kName && ahead().text == "in") {
      take();
      op = Comparator::kNotIn;
    }
    if (!op) break;
    take();
    chain.rest.emplace_back(*op, parse_sum());
    depth = std::max(depth, depth_above({chain.rest.back().second.get()}));
  }
  if (chain.rest.empty()) return std::move(chain.first);
  return make(offset, std::move(chain), depth);
}

ExpressionPtr ExpressionParser::binary(BinaryOperator op, ExpressionPtr left, ExpressionPtr right,
                                       std::size_t offset) const {
  const int depth = depth_above({left.get(), right.get()});
  return make(offset, Arithmetic{op, std::move(left), std::move(right)}, depth);
}

ExpressionPtr ExpressionParser::parse_sum() {
  ExpressionPtr left = parse_concatenation();
  while (is_operator("+") || is_operator("-")) {
    const Token op = take();
    left = binary(op.text == "+" ? BinaryOperator::kAdd : BinaryOperator::kSubtract, std::move(left),
                  parse_concatenation(), op.offset);
  }
  return left;
}

ExpressionPtr ExpressionParser::parse_concatenation() {
  const std::size_t offset = current().offset;
  Concatenation parts;
  parts.parts.push_back(parse_product());
  int depth = depth_above({parts.parts.front().get()});
  while (take_operator("~")) {
    parts.parts.push_back(parse_product());
    depth = std::max(depth, depth_above({parts.parts.back().get()}));
  }
  if (parts.parts.size() == 1) return std::move(parts.parts.front());
  return make(offset, std::move(parts), depth);
}

ExpressionPtr ExpressionParser::parse_product() {
  constexpr std::pair<std::string_view, BinaryOperator> kOperators[] = {{"*", BinaryOperator::kMultiply},
                                                                        {"/", BinaryOperator::kDivide},
                                                                        {"//", BinaryOperator::kFloorDivide},
                                                                        {"%", BinaryOperator::kModulo}};
  ExpressionPtr left = parse_power();
  while (true) {
    const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                     [&](const auto& op) { return is_operator(op.first); });
    if (found == std::end(kOperators)) return left;
    const std::size_t offset = take().offset;
    left = binary(found->second, std::move(left), parse_power(), offset);
  }
}

ExpressionPtr ExpressionParser::parse_power() {
  ExpressionPtr left = parse_unary();
  while (is_operator("**")) {
    const std::size_t offset = take().offset;
    left = binary(BinaryOperator::kPower, std::move(left), parse_unary(), offset);
  }
  return left;
}

ExpressionPtr ExpressionParser::parse_unary(bool with_filter) {
  ExpressionPtr node;
  if (is_operator("-") || is_operator("+")) {
    const Nesting nesting(*this);
    const Token op = take();
    ExpressionPtr operand = parse_unary(false);
    const int depth = depth_above({operand.get()});
    node = make(op.offset, Negation{op.text[0], std::move(operand)}, depth);
  } else {
    node = parse_primary();
  }
  node = parse_postfix(std::move(node));
  return with_filter ? parse_filters_and_tests(std::move(node)) : std::move(node);
}

}  // namespace boa::templates
