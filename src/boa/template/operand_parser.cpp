#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "boa/template/expression_parser.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

ExpressionPtr ExpressionParser::parse_number() {
  const Token token = take();
  std::string digits;
  std::remove_copy(token.text.begin(), token.text.end(), std::back_inserter(digits), '_');
  if (token.kind == Kind::kFloat) return make(token.offset, Literal{Value(util::strtod_c(digits.c_str()))}, 1);
  int base = 10;
  const char* begin = digits.c_str();
  if (digits.size() > 2 && digits[0] == '0' && std::isalpha(static_cast<unsigned char>(digits[1])) != 0) {
    base = (digits[1] | 0x20) == 'x' ? 16 : ((digits[1] | 0x20) == 'o' ? 8 : 2);
    begin += 2;
  }
  char* end = nullptr;
  errno = 0;
  const std::int64_t value = std::strtoll(begin, &end, base);
  if (errno == ERANGE) fail("the integer is too large (more than 64 bits)", token.offset);
  if (*end != '\0') fail(fmt::format("'{}' is no number", util::abbreviate(token.text, 40)), token.offset);
  return make(token.offset, Literal{Value(value)}, 1);
}

ExpressionPtr ExpressionParser::parse_primary() {
  const Token& token = current();
  const std::size_t offset = token.offset;
  if (token.kind == Kind::kInteger || token.kind == Kind::kFloat) return parse_number();
  if (token.kind == Kind::kName) {
    const std::string name = take().text;
    if (name == "true" || name == "True") return make(offset, Literal{Value(true)}, 1);
    if (name == "false" || name == "False") return make(offset, Literal{Value(false)}, 1);
    if (name == "none" || name == "None") return make(offset, Literal{Value()}, 1);
    note_read(name, offset);
    return make(offset, Name{name}, 1);
  }
  if (token.kind == Kind::kString) {
    std::string text;
    while (current().kind == Kind::kString) text += take().text;
    return make(offset, Literal{Value(std::move(text))}, 1);
  }
  if (is_operator("[")) return parse_list();
  if (is_operator("{")) return parse_dict();
  if (!take_operator("(")) fail_here("an expression");
  const Nesting nesting(*this);
  ExpressionPtr inside = parse_tuple(true, true);
  expect_operator(")");
  return inside;
}

ExpressionPtr ExpressionParser::parse_list() {
  const Nesting nesting(*this);
  const std::size_t offset = take().offset;
  Sequence list{{}, List::Kind::kList};
  int depth = 1;
  while (!is_operator("]")) {
    if (!list.items.empty()) {
      expect_operator(",");
      if (is_operator("]")) break;
    }
    list.items.push_back(parse_expression());
    depth = std::max(depth, depth_above({list.items.back().get()}));
  }
  expect_operator("]");
  return make(offset, std::move(list), depth);
}

ExpressionPtr ExpressionParser::parse_dict() {
  const Nesting nesting(*this);
  const std::size_t offset = take().offset;
  DictDisplay dict;
  int depth = 1;
  while (!is_operator("}")) {
    if (!dict.entries.empty()) {
      expect_operator(",");
      if (is_operator("}")) break;
    }
    ExpressionPtr key = parse_expression();
    expect_operator(":");
    ExpressionPtr value = parse_expression();
    depth = std::max(depth, depth_above({key.get(), value.get()}));
    dict.entries.emplace_back(std::move(key), std::move(value));
  }
  expect_operator("}");
  return make(offset, std::move(dict), depth);
}

ExpressionPtr ExpressionParser::parse_postfix(ExpressionPtr node) {
  while (true) {
    if (is_operator(".") || is_operator("[")) {
      node = parse_subscript(std::move(node));
    } else if (is_operator("(")) {
      node = parse_call(std::move(node));
    } else {
      return node;
    }
  }
}

ExpressionPtr ExpressionParser::parse_filters_and_tests(ExpressionPtr node) {
  while (true) {
    if (take_operator("|")) {
      node = parse_filter(std::move(node));
    } else if (is_name("is")) {
      node = parse_test(std::move(node));
    } else if (is_operator("(")) {
      node = parse_call(std::move(node));
    } else {
      return node;
    }
  }
}

ExpressionPtr ExpressionParser::parse_subscript(ExpressionPtr object) {
  const Token open = take();
  const int depth = depth_above({object.get()});
  if (open.text == "[") return parse_bracket_subscript(std::move(object), open.offset);
  if (current().kind == Kind::kName) {
    std::string name = take().text;
    return make(open.offset, Attribute{std::move(object), std::move(name)}, depth);
  }
  if (current().kind != Kind::kInteger) fail_here("a name or number behind the '.'");
  return make(open.offset, Subscript{std::move(object), parse_number()}, depth);
}

ExpressionPtr ExpressionParser::parse_bracket_subscript(ExpressionPtr object, std::size_t offset) {
  const auto ends_bound = [&] { return is_operator(":") || is_operator("]"); };
  ExpressionPtr first = ends_bound() ? nullptr : parse_expression();
  if (!take_operator(":")) {
    if (first == nullptr) fail_here("an expression");
    if (is_operator(",")) fail("an element is named by one value", current().offset);
    expect_operator("]");
    const int depth = depth_above({object.get(), first.get()});
    return make(offset, Subscript{std::move(object), std::move(first)}, depth);
  }
  ExpressionPtr stop = ends_bound() ? nullptr : parse_expression();
  ExpressionPtr step;
  if (take_operator(":") && !ends_bound()) step = parse_expression();
  expect_operator("]");
  const int depth = depth_above({object.get(), first.get(), stop.get(), step.get()});
  return make(offset, SliceOf{std::move(object), std::move(first), std::move(stop), std::move(step)}, depth);
}

ExpressionPtr ExpressionParser::parse_call(ExpressionPtr callee) {
  const std::size_t offset = current().offset;
  ArgumentList arguments = parse_arguments();
  const int depth = std::max(depth_above({callee.get()}), depth_above(arguments));
  return make(offset, Call{std::move(callee), std::move(arguments)}, depth);
}

ArgumentList ExpressionParser::parse_arguments() {
  const Nesting nesting(*this);
  expect_operator("(");
  ArgumentList list;
  for (bool is_first = true; !is_operator(")"); is_first = false) {
    if (!is_first) {
      expect_operator(",");
      if (is_operator(")")) break;
    }
    const std::size_t offset = current().offset;
    if (take_operator("**")) {
      if (list.double_star != nullptr) fail("a second '**'", offset);
      list.double_star = parse_expression();
    } else if (take_operator("*")) {
      if (list.star != nullptr || list.double_star != nullptr) fail("a '*' that cannot stand here", offset);
      list.star = parse_expression();
    } else if (current().kind == Kind::kName && ahead().kind == Kind::kOperator && ahead().text == "=") {
      std::string name = take().text;
      take();
      list.keywords.emplace_back(std::move(name), parse_expression());
    } else {
      if (!list.keywords.empty() || list.star != nullptr || list.double_star != nullptr)
        fail("an argument without a name behind one with a name", offset);
      list.positional.push_back(parse_expression());
    }
  }
  expect_operator(")");
  return list;
}

std::string ExpressionParser::dotted_name(const char* what) {
  std::string name = expect_name(what);
  while (take_operator(".")) name += "." + expect_name(what);
  return name;
}

ExpressionPtr ExpressionParser::parse_filter(ExpressionPtr input) {
  const std::size_t offset = current().offset;
  const std::string name = dotted_name("the name of a filter");
  const Filter filter = find_filter(name);
  if (filter == nullptr) {
    if (is_unbuilt_filter(name)) fail(fmt::format("the filter '{}' is not built yet", name), offset);
    const std::string nearest = util::nearest_name(name, filter_names());
    fail(fmt::format("No filter named '{}'", name), offset,
         nearest.empty() ? "" : fmt::format("Did you mean '{}'?", nearest));
  }
  ArgumentList arguments;
  if (is_operator("(")) arguments = parse_arguments();
  const int depth = std::max(depth_above({input.get()}), depth_above(arguments));
  return make(offset, FilterCall{std::move(input), filter, std::move(arguments)}, depth);
}

ExpressionPtr ExpressionParser::parse_block_filter(bool with_first_name) {
  ExpressionPtr filter;
  if (with_first_name) filter = parse_filter(nullptr);
  while (take_operator("|")) filter = parse_filter(std::move(filter));
  return filter;
}

ExpressionPtr ExpressionParser::parse_test(ExpressionPtr input) {
  take();
  const bool is_negated = take_name("not");
  const std::size_t offset = current().offset;
  const std::string name = dotted_name("the name of a test");
  const Test test = find_test(name);
  if (test == nullptr) {
    const std::string nearest = util::nearest_name(name, test_names());
    fail(fmt::format("No test named '{}'", name), offset,
         nearest.empty() ? "" : fmt::format("Did you mean '{}'?", nearest));
  }
  ArgumentList arguments;
  const bool begins_value = current().kind == Kind::kName || current().kind == Kind::kString ||
                            current().kind == Kind::kInteger || current().kind == Kind::kFloat || is_operator("[") ||
                            is_operator("{");
  if (is_operator("(")) {
    arguments = parse_arguments();
  } else if (begins_value && !is_name("else") && !is_name("or") && !is_name("and")) {
    if (is_name("is")) fail("tests cannot be chained with 'is'", current().offset);
    arguments.positional.push_back(parse_postfix(parse_primary()));
  }
  const int depth = std::max(depth_above({input.get()}), depth_above(arguments));
  ExpressionPtr node = make(offset, TestCall{std::move(input), test, std::move(arguments)}, depth);
  if (is_negated) node = make(offset, Negation{'!', std::move(node)}, depth + 1);
  return node;
}

}  // namespace boa::templates
