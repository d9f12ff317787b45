// The grammar of constraints.

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "boa/core/expression.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

using Op = Expression::Op;

constexpr std::array<std::pair<std::string_view, Op>, 10> kFunctions = {{{"abs", Op::kAbs},
                                                                         {"sqrt", Op::kSqrt},
                                                                         {"exp", Op::kExp},
                                                                         {"log", Op::kLog},
                                                                         {"log10", Op::kLog10},
                                                                         {"sin", Op::kSin},
                                                                         {"cos", Op::kCos},
                                                                         {"tan", Op::kTan},
                                                                         {"min", Op::kMin},
                                                                         {"max", Op::kMax}}};
constexpr const char* kHint =
    "A constraint is a relation such as 'x1 + 2*x2 <= 3' or 'x1**2 + sqrt(x2) >= x3'. Allowed: + - * / ** ( ), abs, "
    "sqrt, exp, log, log10, sin, cos, tan, min, max; <=, >=, ==.";
// Deeper nesting than a person writes would use up the stack.
constexpr int kDeepest = 200;

class RelationParser {
 public:
  RelationParser(std::string_view text, std::span<const std::string> names) : scan_(text, names, kHint) {}

  Relation parse() {
    const std::size_t left = sum();
    const Comparison op = scan_.comparison();
    const std::size_t right = sum();
    if (!scan_.at_end()) {
      const char next = scan_.text()[scan_.position()];
      const bool again = next == '<' || next == '>' || next == '=';
      scan_.fail(again ? "a second comparison" : scan_.rest() + " where an operator or the end should stand");
    }
    if (variables_.empty()) {
      throw UserInputError(fmt::format("'{}' names nothing that could be constrained", scan_.text()),
                           scan_.known_names());
    }
    add({Op::kSubtract, left, right});
    return {Expression(std::move(nodes_), std::move(variables_)), op};
  }

 private:
  std::size_t add(const Expression::Node& node) {
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }

  std::size_t sum() {
    std::size_t left = product();
    while (true) {
      const bool plus = scan_.accept("+");
      if (!plus && !scan_.accept("-")) return left;
      const std::size_t right = product();
      left = add({plus ? Op::kAdd : Op::kSubtract, left, right});
    }
  }

  std::size_t product() {
    std::size_t left = signed_power();
    while (true) {
      const bool times = scan_.accept("*");
      if (!times && !scan_.accept("/")) return left;
      const std::size_t right = signed_power();
      left = add({times ? Op::kMultiply : Op::kDivide, left, right});
    }
  }

  std::size_t signed_power() {
    if (++depth_ > kDeepest) scan_.fail("too deep a nesting");
    std::size_t result = 0;
    // A name may begin with a sign.
    if (!scan_.starts_name() && scan_.accept("-")) {
      result = add({Op::kNegate, signed_power()});
    } else if (!scan_.starts_name() && scan_.accept("+")) {
      result = signed_power();
    } else {
      result = primary();
      if (scan_.accept("**")) result = add({Op::kPower, result, signed_power()});
      if (scan_.stands("^")) scan_.fail("'^'", "Write powers with '**'.");
    }
    --depth_;
    return result;
  }

  std::size_t primary() {
    if (const std::string name = scan_.function_here(); !name.empty()) return function(name);
    if (const auto operand = scan_.accept_operand()) {
      return operand->name.empty() ? add({.constant = operand->number}) : variable(operand->name);
    }
    if (!scan_.accept("(")) scan_.fail_unknown();
    const std::size_t inner = sum();
    close();
    return inner;
  }

  void close() {
    if (!scan_.accept(")")) {
      scan_.fail((scan_.at_end() ? std::string("the end") : scan_.rest()) + " where ')' should stand");
    }
  }

  std::size_t variable(const std::string& name) {
    auto it = std::find(variables_.begin(), variables_.end(), name);
    if (it == variables_.end()) it = variables_.insert(it, name);
    return add({.op = Op::kVariable, .variable = static_cast<std::size_t>(it - variables_.begin())});
  }

  std::size_t function(const std::string& name) {
    const auto* known =
        std::find_if(kFunctions.begin(), kFunctions.end(), [&name](const auto& entry) { return entry.first == name; });
    if (known == kFunctions.end()) {
      std::vector<std::string> names;
      for (const auto& [word, op] : kFunctions) names.emplace_back(word);
      const std::string nearest = util::nearest_name(name, names);
      scan_.fail(fmt::format("unknown function '{}'{}", name,
                             nearest.empty() ? "" : fmt::format(" (did you mean '{}'?)", nearest)),
                 fmt::format("Known functions: {}", util::join(names, ", ")));
    }
    scan_.accept(name);
    scan_.accept("(");
    std::size_t result = sum();
    if (known->second != Op::kMin && known->second != Op::kMax) {
      if (scan_.accept(",")) scan_.fail(fmt::format("a second argument of '{}'", name));
      close();
      return add({known->second, result});
    }
    if (!scan_.accept(",")) scan_.fail(fmt::format("'{}' with one argument", name), "min and max take two or more.");
    do {
      const std::size_t next = sum();
      result = add({known->second, result, next});
    } while (scan_.accept(","));
    close();
    return result;
  }

  ExpressionScanner scan_;
  std::vector<Expression::Node> nodes_;
  std::vector<std::string> variables_;
  int depth_ = 0;
};

}  // namespace

Relation parse_relation(std::string_view text, std::span<const std::string> names) {
  return RelationParser(text, names).parse();
}

}  // namespace boa::core
