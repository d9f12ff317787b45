#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace boa::app {

/// A config in its present form.
struct Migration {
  std::string text;                   ///< YAML; JSON if the file is
  std::vector<std::string> warnings;  ///< what was converted, each with its place; empty: it was in the present form
};

/// Converts deprecated forms of a config; order and values are kept, comments are not. Nothing else is checked.
///
/// ConfigError if the file cannot be read as a mapping or a part of the old form contradicts the present one;
/// UnsupportedError if it holds blocks of a template, which no program can convert.
Migration migrate_config(const std::filesystem::path& file);

}  // namespace boa::app
