#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Texts are UTF-8; Python counts, cuts and compares characters.
namespace boa::templates {

/// Number of characters. A byte that begins none counts as one.
std::size_t count_characters(std::string_view text);
/// The characters, each as the part of `text` that it is.
std::vector<std::string_view> characters(std::string_view text);
/// A character's bytes. Values that are no character give U+FFFD.
std::string encode_character(char32_t code);

bool is_ascii_space(char c);

}  // namespace boa::templates
