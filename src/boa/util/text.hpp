#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace boa::util {

/// A double as Python's repr writes it: the shortest text that reads back as the same number, always with a point or an
/// exponent (`1.0`, `0.1`, `1e-05`, `1e+16`), `nan`, `inf`, `-inf`.
std::string python_repr(double value);

/// The text cut to `width` characters, with `...` where something was cut.
std::string abbreviate(std::string_view text, std::size_t width);

/// Blanks and line ends removed from both ends.
std::string_view trim(std::string_view text);

/// Lower case of ASCII letters.
std::string to_lower(std::string_view text);

std::string join(std::span<const std::string> parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);

/// The candidate nearest to `name` (Damerau-Levenshtein distance without regard to case, at most a third of its length;
/// of one or two letters no other as long), or empty. For "did you mean".
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

/// Splits a command into words by the rules of a POSIX shell's quoting, without expansion, as Python's shlex.split
/// does. An unclosed quote or a trailing backslash throws UserInputError.
std::vector<std::string> split_shell_words(std::string_view command);

/// A word quoted so that split_shell_words (or a shell) gives it back as one word.
std::string quote_shell_word(std::string_view word);

}  // namespace boa::util
