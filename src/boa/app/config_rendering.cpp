#include "boa/app/config_rendering.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "boa/template/python_renderer.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;

/// What stands behind a key of the text, wherever a key may stand; empty if it is not there. The text is still a
/// template, no YAML or JSON.
std::string_view text_behind_key(std::string_view text, std::string_view key) {
  constexpr std::string_view kBlanks = " \t\r\n";
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::string_view before = text.substr(0, at);
    if (before.ends_with('"')) before.remove_suffix(1);
    const std::size_t last = before.find_last_not_of(kBlanks);
    const bool starts_line = before.find('\n', last == std::string_view::npos ? 0 : last) != std::string_view::npos;
    const bool may_start = last == std::string_view::npos || starts_line || before[last] == '{' || before[last] == ',';
    std::string_view after = text.substr(at + key.size());
    if (after.starts_with('"')) after.remove_prefix(1);
    after.remove_prefix(std::min(after.find_first_not_of(kBlanks), after.size()));
    if (!may_start || !after.starts_with(':')) continue;
    return after.substr(std::min(after.find_first_not_of(kBlanks, 1), after.size()));
  }
  return {};
}

std::string render_by_python(const std::string& text, const fs::path& file, const RenderOptions& options) {
  if (!options.allow_python) {
    throw ConfigError({file.string(), 0, 0}, "", "the template calls load_py, and --no-python forbids to start python3",
                      "Leave the flag out, or write the template without load_py.");
  }
  templates::PythonRenderer python;
  const templates::Variables variables = templates::config_variables(fs::absolute(file).lexically_normal());
  templates::PythonRenderer::Reply reply = python.render(text, variables, options.launch_dir);
  if (reply.lacks_file) {
    const fs::path other = likely_working_dir(text, fs::absolute(file).lexically_normal(), options.launch_dir);
    std::error_code ignored;
    if (fs::is_directory(other, ignored)) reply = python.render(text, variables, other);
  }
  if (!reply.error.empty()) {
    throw ConfigError({file.string(), reply.line, reply.line > 0 ? 1 : 0}, "",
                      fmt::format("the template could not be rendered by python3: {}", reply.error));
  }
  return reply.text;
}

bool is_position(int line) { return line > 0; }

std::vector<std::size_t> line_starts_of(std::string_view text) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts.push_back(at + 1);
  }
  return starts;
}

}  // namespace

fs::path likely_working_dir(std::string_view text, const fs::path& config, const fs::path& launch_dir) {
  const fs::path base = text_behind_key(text, "rel_to_launch").starts_with("true") ? launch_dir : config.parent_path();
  std::string_view folder = text_behind_key(text, "working_dir");
  if (folder.starts_with('"') || folder.starts_with('\'')) folder.remove_prefix(1);
  folder = folder.substr(0, folder.find_first_of(" \t\r\n\"',}{#"));
  return folder.empty() ? base : (base / folder).lexically_normal();
}

SourceMap::SourceMap(const std::vector<templates::Piece>& pieces, std::string_view source) {
  // Offsets into the source go up and down (loops); its line starts make each lookup quick.
  const std::vector<std::size_t> starts = line_starts_of(source);
  int rendered_line = 1;
  for (const templates::Piece& piece : pieces) {
    const auto line = std::upper_bound(starts.begin(), starts.end(), piece.offset) - starts.begin();
    const std::size_t start = starts[static_cast<std::size_t>(line - 1)];
    const int column = templates::place_in_text(source.substr(start), piece.offset - start).column;
    segments_.push_back({rendered_.size(), rendered_line, {static_cast<int>(line), column}, !piece.is_printed});
    rendered_line += static_cast<int>(std::count(piece.text.begin(), piece.text.end(), '\n'));
    rendered_ += piece.text;
  }
  line_starts_ = line_starts_of(rendered_);
}

templates::TextPlace SourceMap::operator()(int line, int column) const {
  if (segments_.empty() || line < 1 || static_cast<std::size_t>(line) > line_starts_.size()) return {line, column};
  const std::size_t offset =
      std::min(line_starts_[static_cast<std::size_t>(line - 1)] + static_cast<std::size_t>(std::max(column, 1) - 1),
               rendered_.size());
  auto it = std::upper_bound(segments_.begin(), segments_.end(), offset,
                             [](std::size_t at, const Segment& segment) { return at < segment.begin; });
  if (it != segments_.begin()) --it;
  if (!it->is_literal) return it->from;
  if (line == it->line) return {it->from.line, it->from.column + static_cast<int>(offset - it->begin)};
  return {it->from.line + line - it->line, column};
}

void SourceMap::apply(util::Node& node) const {
  if (segments_.empty()) return;
  const bool has_key = node.key_line() != node.line() || node.key_column() != node.column();
  const templates::TextPlace key = (*this)(node.key_line(), node.key_column());
  if (is_position(node.line())) {
    const templates::TextPlace place = (*this)(node.line(), node.column());
    node.set_position(place.line, place.column);
  }
  if (has_key) node.set_key_position(key.line, key.column);
  if (node.is_array()) {
    for (util::Node& item : node.as_array()) apply(item);
  } else if (node.is_object()) {
    for (auto& entry : node.as_object()) apply(entry.second);
  }
}

ConfigError SourceMap::apply(const ConfigError& error) const {
  if (segments_.empty()) return error;
  const std::string prefix = error.where().to_string() + ": ";
  std::string message = error.what();
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  const templates::TextPlace place = (*this)(error.where().line, error.where().column);
  return ConfigError({error.where().file, place.line, place.column}, "", message, error.hint());
}

RenderedConfig render_config(const std::string& text, const fs::path& file, const RenderOptions& options) {
  RenderedConfig rendered;
  rendered.file = file.string();
  if (!templates::has_template_syntax(text)) {
    rendered.text = text;
  } else if (templates::needs_python(text)) {
    rendered.text = render_by_python(text, file, options);
    rendered.file += " (as rendered)";
    rendered.notice = fmt::format("{}: the template calls load_py; python3 was run to render it", file.string());
  } else {
    try {
      const templates::Template parsed(text);
      const auto pieces = parsed.render(templates::config_variables(fs::absolute(file).lexically_normal()));
      for (const templates::Piece& piece : pieces) rendered.text += piece.text;
      rendered.places = SourceMap(pieces, parsed.source());
    } catch (const templates::TemplateError& error) {
      throw ConfigError({file.string(), error.line(), error.column()}, "", error.what(), error.hint());
    }
  }
  return rendered;
}

}  // namespace boa::app
