#include "boa/template/parser.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "boa/template/expression_parser.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

constexpr int kDeepestBlocks = 50;
using Ends = std::initializer_list<std::string_view>;

class Parser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  SyntaxTree run() {
    tree_.body = parse_body({}, "");
    return std::move(tree_);
  }

 private:
  /// Up to one of the tags `ends`, which is left standing with its name as the current token.
  Body parse_body(Ends ends, const char* block) {
    if (++depth_ > kDeepestBlocks) fail("blocks are nested too deeply", current().offset);
    Body body;
    while (current().kind != Kind::kEnd) {
      const Token token = take();
      if (token.kind == Kind::kData) {
        body.push_back({Data{token.text}, token.offset});
      } else if (token.kind == Kind::kVariableBegin) {
        body.push_back({Print{parse_tuple()}, token.offset});
        if (current().kind != Kind::kVariableEnd) fail_here("'}}'");
        take();
      } else {
        if (std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return is_name(end); })) {
          --depth_;
          return body;
        }
        parse_statement(token.offset, ends, block, body);
      }
    }
    if (ends.size() > 0) {
      fail(fmt::format("the block '{}' is never closed ('{{% {} %}}' is missing)", block, *(ends.end() - 1)),
           opened_.back());
    }
    --depth_;
    return body;
  }

  /// The body of a block up to its end tag, which is taken.
  Body parse_block(const char* block, const char* end) {
    expect_block_end();
    Body body = parse_body({end}, block);
    take();
    return body;
  }

  void expect_block_end() {
    if (current().kind != Kind::kBlockEnd) fail_here("'%}'");
    take();
  }

  void parse_statement(std::size_t offset, Ends ends, const char* block, Body& body) {
    const std::string tag = expect_name("the name of a tag");
    using Reader = Statement::Form (Parser::*)();
    constexpr std::array<std::pair<std::string_view, Reader>, 10> kReaders = {{{"set", &Parser::parse_set},
                                                                               {"for", &Parser::parse_for},
                                                                               {"if", &Parser::parse_if},
                                                                               {"macro", &Parser::parse_macro},
                                                                               {"call", &Parser::parse_call_block},
                                                                               {"filter", &Parser::parse_filter_block},
                                                                               {"do", &Parser::parse_do},
                                                                               {"print", &Parser::parse_print},
                                                                               {"with", &Parser::parse_with},
                                                                               {"block", &Parser::parse_named_block}}};
    const auto* found =
        std::find_if(kReaders.begin(), kReaders.end(), [&](const auto& entry) { return entry.first == tag; });
    if (found == kReaders.end()) refuse_tag(tag, offset, ends, block);
    opened_.push_back(offset);
    body.push_back({(this->*found->second)(), offset});
    opened_.pop_back();
    expect_block_end();
  }

  [[noreturn]] void refuse_tag(const std::string& tag, std::size_t offset, Ends ends, const char* block) const {
    for (const std::string_view loading : {"include", "import", "from", "extends"}) {
      if (tag == loading)
        fail(fmt::format("'{}': no loader for this environment specified", tag), offset,
             "A config's template stands alone; BOA has no loader either.");
    }
    for (const std::string_view unbuilt : {"autoescape", "trans"}) {
      if (tag == unbuilt) fail(fmt::format("the tag '{}' is not built", tag), offset);
    }
    std::string hint;
    if (ends.size() > 0) hint = fmt::format("The block '{}' ends with '{{% {} %}}'.", block, *(ends.end() - 1));
    fail(fmt::format("unknown tag '{}'", util::abbreviate(tag, 40)), offset, hint);
  }

  Target parse_target_name(bool with_attributes) {
    Target target;
    target.offset = current().offset;
    if (take_operator("(")) {
      target = parse_target(with_attributes);
      expect_operator(")");
      return target;
    }
    target.name = expect_name("a name to assign to");
    for (const std::string_view constant : {"true", "false", "none", "True", "False", "None"}) {
      if (target.name == constant) fail(fmt::format("'{}' cannot be assigned to", constant), target.offset);
    }
    if (with_attributes && take_operator(".")) {
      target.attribute = expect_name("a name");
      note_read(target.name, target.offset);
    } else {
      note_written(target.name);
    }
    return target;
  }

  Target parse_target(bool with_attributes) {
    if (++depth_ > kDeepestBlocks) fail("nested too deeply", current().offset);
    Target first = parse_target_name(with_attributes);
    if (is_operator(",")) {
      Target tuple;
      tuple.is_tuple = true;
      tuple.offset = first.offset;
      tuple.parts.push_back(std::move(first));
      while (take_operator(",")) {
        if (is_name("in") || is_operator("=") || is_operator(")")) break;
        tuple.parts.push_back(parse_target_name(with_attributes));
      }
      first = std::move(tuple);
    }
    --depth_;
    return first;
  }

  Statement::Form parse_set() {
    Target target = parse_target(true);
    if (take_operator("=")) return Set{std::move(target), parse_tuple()};
    ExpressionPtr filter = parse_block_filter(false);
    return SetBlock{std::move(target), std::move(filter), parse_block("set", "endset")};
  }

  Statement::Form parse_for() {
    For loop{};
    loop.target = parse_target(false);
    if (!take_name("in")) fail_here("'in'");
    loop.iterable = parse_tuple(false);
    note_written("loop");
    if (take_name("if")) loop.condition = parse_expression();
    loop.is_recursive = take_name("recursive");
    expect_block_end();
    loop.body = parse_body({"else", "endfor"}, "for");
    if (take_name("else")) {
      loop.otherwise = parse_block("for", "endfor");
    } else {
      take();
    }
    return loop;
  }

  Statement::Form parse_if() {
    If statement;
    ExpressionPtr condition = parse_tuple(false);
    while (true) {
      expect_block_end();
      Body body = parse_body({"elif", "else", "endif"}, "if");
      statement.branches.emplace_back(std::move(condition), std::move(body));
      if (!take_name("elif")) break;
      condition = parse_tuple(false);
    }
    if (take_name("else")) {
      statement.otherwise = parse_block("if", "endif");
    } else {
      take();
    }
    return statement;
  }

  /// `(a, b=1)`.
  void parse_signature(Macro& macro) {
    expect_operator("(");
    while (!is_operator(")")) {
      if (!macro.parameters.empty()) expect_operator(",");
      const std::size_t offset = current().offset;
      std::string name = expect_name("the name of a parameter");
      note_written(name);
      ExpressionPtr otherwise = take_operator("=") ? parse_expression() : nullptr;
      if (otherwise == nullptr && !macro.parameters.empty() && macro.parameters.back().second != nullptr)
        fail("non-default argument follows default argument", offset);
      macro.parameters.emplace_back(std::move(name), std::move(otherwise));
    }
    expect_operator(")");
  }

  void parse_macro_body(Macro& macro, const char* block, const char* end) {
    std::set<std::string> outer = std::exchange(mentioned_, {});
    for (const char* name : {"varargs", "kwargs", "caller"}) note_written(name);
    macro.body = parse_block(block, end);
    macro.names = mentioned_;
    mentioned_.merge(outer);
  }

  Statement::Form parse_macro() {
    Macro macro;
    macro.name = expect_name("the name of the macro");
    note_written(macro.name);
    parse_signature(macro);
    parse_macro_body(macro, "macro", "endmacro");
    return macro;
  }

  Statement::Form parse_call_block() {
    CallBlock block;
    block.caller = std::make_unique<Macro>();
    block.caller->name = "caller";
    if (is_operator("(")) parse_signature(*block.caller);
    const std::size_t offset = current().offset;
    block.call = parse_expression();
    if (!std::holds_alternative<Call>(block.call->form)) fail("expected a call of a macro", offset);
    parse_macro_body(*block.caller, "call", "endcall");
    return block;
  }

  Statement::Form parse_filter_block() {
    FilterBlock block;
    block.filter = parse_block_filter(true);
    block.body = parse_block("filter", "endfilter");
    return block;
  }

  Statement::Form parse_do() { return Do{parse_tuple()}; }
  Statement::Form parse_print() { return Print{parse_tuple()}; }

  Statement::Form parse_with() {
    With with;
    while (current().kind != Kind::kBlockEnd) {
      if (!with.values.empty()) expect_operator(",");
      Target target = parse_target_name(false);
      expect_operator("=");
      with.values.emplace_back(std::move(target), parse_expression());
    }
    with.body = parse_block("with", "endwith");
    return with;
  }

  Statement::Form parse_named_block() {
    const std::size_t offset = current().offset;
    Block block;
    block.name = expect_name("the name of the block");
    if (tree_.blocks.contains(block.name)) fail(fmt::format("block '{}' defined twice", block.name), offset);
    tree_.blocks[block.name] = nullptr;
    note_written("self");
    block.is_scoped = take_name("scoped");
    if (is_name("required")) fail_here("'%}' (only a template that others extend has required blocks)");
    block.body = std::make_shared<const Body>(parse_block("block", "endblock"));
    tree_.blocks[block.name] = block.body;
    if (is_name(block.name)) take();
    return block;
  }

  int depth_ = 0;
  std::vector<std::size_t> opened_ = {0};  ///< where the open blocks begin
};

}  // namespace

SyntaxTree parse_template(std::string_view source) { return Parser(source).run(); }

}  // namespace boa::templates
