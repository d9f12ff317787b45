#include "boa/util/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "boa/util/error.hpp"

namespace boa::util {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";
/// What parts the words of a command.
constexpr std::string_view kWordBreaks = " \t\r\n";

// Python switches to exponents below 1e-4 and from 1e16 on.
constexpr int kLeastFixedExponent = -4;
constexpr int kFirstLargeExponent = 16;

std::string fixed_notation(const std::string& digits, int exponent) {
  const int count = static_cast<int>(digits.size());
  if (exponent < 0) return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (exponent >= count - 1) return digits + std::string(static_cast<std::size_t>(exponent - count + 1), '0') + ".0";
  const auto point = static_cast<std::size_t>(exponent) + 1;
  return digits.substr(0, point) + "." + digits.substr(point);
}

std::string exponent_notation(const std::string& digits, int exponent) {
  std::string text = digits.substr(0, 1);
  if (digits.size() > 1) text += "." + digits.substr(1);
  return text + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

/// One pass over a command's characters; keeps the state of the quoting.
class WordSplitter {
 public:
  explicit WordSplitter(std::string_view command) : text_(command) {}

  std::vector<std::string> split() {
    while (pos_ < text_.size()) step();
    finish_word();
    return std::move(words_);
  }

 private:
  void step() {
    const char c = text_[pos_++];
    if (c == '\'') {
      single_quoted();
    } else if (c == '"') {
      double_quoted();
    } else if (c == '\\') {
      append(next_character("a backslash at its end"));
    } else if (kWordBreaks.find(c) != std::string_view::npos) {
      finish_word();
    } else {
      append(c);
    }
  }

  void single_quoted() {
    in_word_ = true;
    for (char c = next_character("no closing quote"); c != '\''; c = next_character("no closing quote")) append(c);
  }

  void double_quoted() {
    in_word_ = true;
    for (char c = next_character("no closing quote"); c != '"'; c = next_character("no closing quote")) {
      if (c == '\\' && pos_ < text_.size() && (text_[pos_] == '"' || text_[pos_] == '\\')) c = text_[pos_++];
      append(c);
    }
  }

  char next_character(const char* problem) {
    if (pos_ == text_.size()) throw UserInputError(fmt::format("the command '{}' has {}", text_, problem));
    return text_[pos_++];
  }

  void append(char c) {
    word_ += c;
    in_word_ = true;
  }

  void finish_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::string word_;
  bool in_word_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::string python_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), std::abs(value), std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const std::size_t mark = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(mark + 1)).c_str());
  std::string digits(text.substr(0, 1));
  if (mark > 2) digits += text.substr(2, mark - 2);
  const bool fixed = exponent >= kLeastFixedExponent && exponent < kFirstLargeExponent;
  return (std::signbit(value) ? "-" : "") +
         (fixed ? fixed_notation(digits, exponent) : exponent_notation(digits, exponent));
}

std::string abbreviate(std::string_view text, std::size_t width) {
  if (text.size() <= width) return std::string(text);
  // Never cut inside a UTF-8 sequence: its following bytes begin with the bits 10.
  std::size_t cut = width > 3 ? width - 3 : 0;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
  return std::string(text.substr(0, cut)) + "...";
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += separator;
    text += parts[i];
  }
  return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, begin)) {
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

std::string nearest_name(std::string_view name, std::span<const std::string> candidates) {
  // A single letter is near to every other one: only its case may differ.
  std::size_t best = name.size() < 2 ? 1 : std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : candidates) {
    if (name.size() > 200 || candidate.size() > 200) continue;
    const std::size_t distance = edit_distance(name, candidate);
    // One of two letters is no slip of the pen, c1 is not f1; a letter too many is, xx for x.
    const bool is_other_name = name.size() == 2 && candidate.size() == 2 && distance > 0;
    if (distance < best && !is_other_name) {
      best = distance;
      nearest = candidate;
    }
  }
  if (!nearest.empty() || name.size() < 4) return nearest;
  // A name cut short is far from the whole one by that distance, and yet what was meant.
  const auto goes_on = [&](const std::string& candidate) { return to_lower(candidate).starts_with(to_lower(name)); };
  const auto it = std::find_if(candidates.begin(), candidates.end(), goes_on);
  if (it != candidates.end()) return *it;
  // Models.SOBOL for SOBOL; a single letter after a point says too little.
  const std::size_t point = name.rfind('.');
  return point == std::string_view::npos || name.size() < point + 3 ? ""
                                                                    : nearest_name(name.substr(point + 1), candidates);
}

std::vector<std::string> split_shell_words(std::string_view command) { return WordSplitter(command).split(); }

std::string quote_shell_word(std::string_view word) {
  constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(kSafe) == std::string_view::npos) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\"'\"'") : std::string(1, c);
  return quoted + "'";
}

}  // namespace boa::util
