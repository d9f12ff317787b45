#include "boa/template/word_wrap.hpp"

#include <algorithm>
#include <cctype>

#include "boa/template/unicode.hpp"

namespace boa::templates {

namespace {

using Letters = std::vector<std::string_view>;

char ascii(std::string_view character) { return character.size() == 1 ? character[0] : '\0'; }
bool is_blank(std::string_view character) { return is_ascii_space(ascii(character)); }
bool is_hyphen(std::string_view character) { return ascii(character) == '-'; }
bool is_letter(std::string_view character) {
  return character.size() > 1 || std::isalpha(static_cast<unsigned char>(ascii(character))) != 0 ||
         ascii(character) == '_';
}
bool is_word(std::string_view character) {
  return is_letter(character) || std::isdigit(static_cast<unsigned char>(ascii(character))) != 0;
}
bool is_word_or_mark(std::string_view character) {
  return is_word(character) ||
         (ascii(character) != '\0' && std::string_view("!\"'&.,?").find(ascii(character)) != std::string_view::npos);
}

std::size_t hyphens_from(const Letters& letters, std::size_t at) {
  std::size_t end = at;
  while (end < letters.size() && is_hyphen(letters[end])) ++end;
  return end - at;
}

/// A dash of two or more hyphens, between the end of a word and the next.
bool is_dash(const Letters& letters, std::size_t at) {
  const std::size_t count = hyphens_from(letters, at);
  return count >= 2 && at > 0 && is_word_or_mark(letters[at - 1]) && at + count < letters.size() &&
         is_word(letters[at + count]);
}

/// Whether a word may be broken behind the hyphen before `at`: two letters (or letter, hyphen, letter) stand before it
/// and behind.
bool breaks_before(const Letters& letters, std::size_t at, std::size_t begin) {
  if (at < begin + 2 || !is_hyphen(letters[at - 1])) return false;
  const bool two = at >= 3 && is_letter(letters[at - 2]) && is_letter(letters[at - 3]);
  const bool apart = at >= 4 && is_letter(letters[at - 2]) && is_hyphen(letters[at - 3]) && is_letter(letters[at - 4]);
  if (!two && !apart) return false;
  if (at >= letters.size() || !is_letter(letters[at])) return false;
  const std::size_t next = at + 1 < letters.size() && is_hyphen(letters[at + 1]) ? at + 2 : at + 1;
  return next < letters.size() && is_letter(letters[next]);
}

/// The end of the piece that begins at `at`: white space, a dash, or a word up to where it may be broken.
std::size_t piece_end(const Letters& letters, std::size_t at, bool on_hyphens) {
  const std::size_t n = letters.size();
  std::size_t end = at;
  if (is_blank(letters[at])) {
    while (end < n && is_blank(letters[end])) ++end;
    return end;
  }
  if (on_hyphens && is_dash(letters, at)) return at + hyphens_from(letters, at);
  for (end = at + 1; end < n && !is_blank(letters[end]); ++end) {
    if (on_hyphens && (breaks_before(letters, end, at) || is_dash(letters, end))) break;
  }
  return end;
}

struct Piece {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};

std::vector<Piece> pieces_of(const Letters& letters, bool on_hyphens) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < letters.size();) {
    const std::size_t end = piece_end(letters, at, on_hyphens);
    pieces.push_back({at, end});
    at = end;
  }
  return pieces;
}

/// Where a word that is longer than the room is cut: behind its last hyphen that fits, or where the room ends.
std::size_t cut_of(const Letters& letters, const Piece& word, std::size_t room, bool on_hyphens) {
  const std::size_t end = word.begin + room;
  if (!on_hyphens || word.size() <= room) return end;
  for (std::size_t at = end; at > word.begin + 1; --at) {
    if (!is_hyphen(letters[at - 1])) continue;
    const bool only_hyphens = std::all_of(letters.begin() + static_cast<std::ptrdiff_t>(word.begin),
                                          letters.begin() + static_cast<std::ptrdiff_t>(at - 1), is_hyphen);
    return only_hyphens ? end : at;
  }
  return end;
}

}  // namespace

std::vector<std::string> wrapped_line(std::string_view line, const WrapOptions& options) {
  const Letters letters = characters(line);
  std::vector<Piece> pieces = pieces_of(letters, options.break_on_hyphens);
  const auto is_gap = [&](const Piece& piece) { return piece.size() == 0 || is_blank(letters[piece.begin]); };
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < pieces.size();) {
    if (!lines.empty() && is_gap(pieces[i])) ++i;  // only the first line may begin with white space
    std::vector<Piece> row;
    std::size_t length = 0;
    while (i < pieces.size() && length + pieces[i].size() <= options.width) {
      length += pieces[i].size();
      row.push_back(pieces[i++]);
    }
    if (i < pieces.size() && pieces[i].size() > options.width) {
      if (options.break_long_words) {
        const std::size_t end = cut_of(letters, pieces[i], options.width - length, options.break_on_hyphens);
        row.push_back({pieces[i].begin, end});
        pieces[i].begin = end;
      } else if (row.empty()) {
        row.push_back(pieces[i++]);
      }
    }
    if (!row.empty() && is_gap(row.back())) row.pop_back();
    if (row.empty()) continue;
    std::string text;
    for (std::size_t k = row.front().begin; k < row.back().end; ++k) text += letters[k];
    lines.push_back(std::move(text));
  }
  return lines;
}

}  // namespace boa::templates
