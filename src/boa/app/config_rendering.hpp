#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "boa/template/template.hpp"
#include "boa/util/error.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// How a config may be rendered.
struct RenderOptions {
  /// The current folder of Python, where the template calls load_py.
  std::filesystem::path launch_dir = std::filesystem::current_path();
  /// False (`--no-python`): a template that calls load_py is refused.
  bool allow_python = true;
};

/// From places in a rendered text to places in its template.
class SourceMap {
 public:
  SourceMap() = default;
  SourceMap(const std::vector<templates::Piece>& pieces, std::string_view source);

  /// Printed text leads to the `{{` that printed it. The place itself where nothing was rendered.
  templates::TextPlace operator()(int line, int column) const;
  /// Moves the positions of a tree that was read from the rendered text.
  void apply(util::Node& node) const;
  /// An error about the rendered text as one about the template.
  ConfigError apply(const ConfigError& error) const;

 private:
  struct Segment {
    std::size_t begin = 0;      ///< in the rendered text
    int line = 0;               ///< there
    templates::TextPlace from;  ///< of its first character in the template
    bool is_literal = false;
  };
  std::vector<Segment> segments_;
  std::vector<std::size_t> line_starts_;  ///< of the rendered text
  std::string rendered_;
};

/// A config's text after Jinja2.
struct RenderedConfig {
  std::string text;
  SourceMap places;
  std::string file;    ///< the name for messages
  std::string notice;  ///< what had to be run to know it; empty if nothing
};

/// Renders a config's text, with its file's variables; a text without any mark of a template stays as it is.
/// ConfigError with the place in the template.
RenderedConfig render_config(const std::string& text, const std::filesystem::path& file, const RenderOptions& options);

/// Where a relative path in a template may lie besides the launch folder: working_dir, as far as the text itself, which
/// is not rendered yet, says it.
std::filesystem::path likely_working_dir(std::string_view text, const std::filesystem::path& config,
                                         const std::filesystem::path& launch_dir);

}  // namespace boa::app
