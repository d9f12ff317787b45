#pragma once

#include <string_view>

#include "boa/template/syntax_tree.hpp"

namespace boa::templates {

/// Parses a normalized source (see lexer.hpp). TemplateError for what Jinja2 refuses, for templates that need a loader
/// (include, import, extends), and for unknown filters and tests.
SyntaxTree parse_template(std::string_view source);

}  // namespace boa::templates
