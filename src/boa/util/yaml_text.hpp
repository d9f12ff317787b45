#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace boa::util {

/// Lists and mappings in each other that a document may have; yaml-cpp has this limit too.
inline constexpr std::size_t kDeepestYaml = 500;

/// Refuses, before a tree is built, what is no text (control characters, what is not UTF-8) and brackets and braces
/// that are nested deeper than kDeepestYaml: yaml-cpp would read the rest of their line first. ConfigError with the
/// place in `file`.
void check_yaml_text(std::string_view text, const std::string& file);

}  // namespace boa::util
