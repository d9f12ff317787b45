#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "boa/template/lexer.hpp"
#include "boa/template/renderer.hpp"
#include "boa/template/syntax_tree.hpp"
#include "boa/util/node.hpp"

namespace boa::templates {

/// What a template is given, by name: scalars, or paths.
using Variables = std::vector<std::pair<std::string, std::variant<util::Node, std::filesystem::path>>>;

/// config_path, config_dir (paths), config_dir_name, config_file_name (texts) of a config file.
Variables config_variables(const std::filesystem::path& config);

/// A template of Jinja2 3.1: its statements, expressions, filters and tests, with Python's values, without a loader.
/// Not built: blocks and inheritance, autoescape, translations, integers beyond 64 bits, and what changes letters
/// changes ASCII letters only.
///
/// An undefined name prints as `{{ name }}`, so that a second rendering can fill it. No template runs long: see
/// Runtime.
class Template {
 public:
  /// TemplateError for what is no template.
  explicit Template(std::string_view text);

  /// TemplateError for what fails when it is carried out.
  std::vector<Piece> render(const Variables& variables) const;
  /// The pieces as one text.
  std::string render_text(const Variables& variables) const;

  /// Names that it reads and does not set itself, with the place of their first use; functions of the language are not
  /// among them.
  std::vector<std::pair<std::string, TextPlace>> free_names() const;
  /// Text only: no tag, no comment.
  bool is_plain() const;
  const std::string& source() const { return source_; }
  const SyntaxTree& tree() const { return tree_; }

 private:
  std::string source_;
  SyntaxTree tree_;
};

/// Whether a text has any of the marks `{{`, `{%`, `{#`.
bool has_template_syntax(std::string_view text);

}  // namespace boa::templates
