#include "boa/template/template.hpp"

#include "boa/template/evaluator.hpp"
#include "boa/template/globals.hpp"
#include "boa/template/parser.hpp"
#include "boa/util/error.hpp"

namespace boa::templates {

namespace {

Value to_value(const util::Node& node) {
  if (node.is_null()) return {};
  if (node.is_bool()) return node.as_bool();
  if (node.is_int()) return node.as_int();
  if (node.is_float()) return node.as_double();
  return node.as_string();
}

}  // namespace

Variables config_variables(const std::filesystem::path& config) {
  const std::filesystem::path folder = config.parent_path();
  return {{"config_path", config},
          {"config_dir", folder},
          {"config_dir_name", util::Node(folder.filename().string())},
          {"config_file_name", util::Node(config.filename().string())}};
}

Template::Template(std::string_view text) : source_(normalized_source(text)), tree_(parse_template(source_)) {}

std::vector<Piece> Template::render(const Variables& variables) const {
  Runtime runtime;
  Scope globals(nullptr);
  add_globals(runtime, globals);
  for (const auto& [name, value] : variables) {
    if (const auto* path = std::get_if<std::filesystem::path>(&value)) {
      globals.set(name, make_path(runtime, *path));
    } else {
      globals.set(name, to_value(std::get<util::Node>(value)));
    }
  }
  Evaluator evaluator(runtime, source_);
  return Renderer(evaluator, globals).run(tree_);
}

std::string Template::render_text(const Variables& variables) const {
  std::string text;
  for (const Piece& piece : render(variables)) text += piece.text;
  return text;
}

std::vector<std::pair<std::string, TextPlace>> Template::free_names() const {
  std::vector<std::pair<std::string, TextPlace>> names;
  for (const auto& [name, offset] : tree_.read) {
    if (!tree_.written.contains(name) && !is_global(name)) names.emplace_back(name, place_in_text(source_, offset));
  }
  return names;
}

bool Template::is_plain() const {
  return tree_.body.empty() || (tree_.body.size() == 1 && std::holds_alternative<Data>(tree_.body.front().form) &&
                                !has_template_syntax(source_));
}

bool has_template_syntax(std::string_view text) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('{', at + 1)) {
    if (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#') return true;
  }
  return false;
}

}  // namespace boa::templates
