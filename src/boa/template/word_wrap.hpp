#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace boa::templates {

struct WrapOptions {
  std::size_t width = 79;  ///< characters of a line, above 0
  bool break_long_words = true;
  bool break_on_hyphens = true;
};

/// One line in lines of at most `width` characters, as Python's textwrap.wrap breaks it (tabs and other white space are
/// kept); none for an empty line. Words longer than a line are cut, or stand alone where they may not be.
std::vector<std::string> wrapped_line(std::string_view line, const WrapOptions& options);

}  // namespace boa::templates
