#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "boa/util/error.hpp"

namespace boa::templates {

/// A fault in a template, with its place: line and column from 1 in the template's text.
class TemplateError : public Error {
 public:
  TemplateError(const std::string& message, int line, int column, const std::string& hint = {})
      : Error(message, hint), line_(line), column_(column) {}
  int line() const { return line_; }
  int column() const { return column_; }

 private:
  int line_;
  int column_;
};

/// Line and column (in characters) of a byte of a text, both from 1.
struct TextPlace {
  int line = 1;
  int column = 1;
};
TextPlace place_in_text(std::string_view text, std::size_t offset);
[[noreturn]] void fail_at(std::string_view source, std::size_t offset, const std::string& message,
                          const std::string& hint = {});

struct Token {
  enum class Kind {
    kData,           ///< text between the tags
    kBlockBegin,     ///< `{%`
    kBlockEnd,       ///< `%}`
    kVariableBegin,  ///< `{{`
    kVariableEnd,    ///< `}}`
    kName,
    kString,  ///< `text` is what it means, without quotes and escapes
    kInteger,
    kFloat,
    kOperator,
    kEnd,
  };
  Kind kind;
  std::string text;
  std::size_t offset;  ///< of its first byte in the source
};

/// Line ends as `\n`, and one at the end dropped: what Jinja2 takes as the source.
std::string normalized_source(std::string_view text);

/// Splits a normalized source into tokens, comments and the marks of `raw` left out, white space cut where `-` says so.
/// TemplateError.
std::vector<Token> tokenize(std::string_view source);

}  // namespace boa::templates
