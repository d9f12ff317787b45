#include "boa/template/lexer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "boa/template/unicode.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool begins_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) { return begins_name(c) || is_digit(c); }

/// Reads the text between quotes: Python's escapes.
class StringReader {
 public:
  explicit StringReader(std::string_view inside) : text_(inside) {}

  std::string read() {
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != '\\' || at_ >= text_.size()) {
        out += c;
      } else {
        escape(text_[at_++], out);
      }
    }
    return out;
  }

 private:
  void escape(char c, std::string& out) {
    constexpr std::string_view kLetters = "abfnrtv\\'\"";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
    const std::size_t place = kLetters.find(c);
    if (place != std::string_view::npos) {
      out += kMeanings[place];
    } else if (c == 'x' || c == 'u' || c == 'U') {
      hexadecimal(c, out);
    } else if (c >= '0' && c <= '7') {
      std::uint32_t code = static_cast<std::uint32_t>(c - '0');
      for (int i = 0; i < 2 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++i)
        code = code * 8 + static_cast<std::uint32_t>(text_[at_++] - '0');
      out += encode_character(code);
    } else if (c != '\n') {
      out += '\\';
      out += c;
    }
  }

  void hexadecimal(char kind, std::string& out) {
    const std::size_t digits = kind == 'x' ? 2 : (kind == 'u' ? 4 : 8);
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (at_ >= text_.size() || std::isxdigit(static_cast<unsigned char>(text_[at_])) == 0)
        throw Error(fmt::format("truncated \\{} escape in a text", kind));
      const char c = static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_++])));
      code = code * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    out += encode_character(code);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (at_ < source_.size()) {
      std::size_t open = source_.find('{', at_);
      while (open != std::string_view::npos && !is_tag(open)) open = source_.find('{', open + 1);
      if (open == std::string_view::npos) {
        add_data(at_, source_.size());
        at_ = source_.size();
        break;
      }
      const char kind = source_[open + 1];
      const char sign = open + 2 < source_.size() ? source_[open + 2] : '\0';
      std::size_t data_end = open;
      if (sign == '-') {
        while (data_end > at_ && is_ascii_space(source_[data_end - 1])) --data_end;
      }
      add_data(at_, data_end);
      at_ = open + (sign == '-' || sign == '+' ? 3 : 2);
      if (kind == '#') {
        comment(open);
      } else if (kind == '{') {
        tag(open, Kind::kVariableBegin, Kind::kVariableEnd, "}}");
      } else if (!raw(open)) {
        tag(open, Kind::kBlockBegin, Kind::kBlockEnd, "%}");
      }
    }
    add(Kind::kEnd, "", source_.size());
    return std::move(tokens_);
  }

 private:
  bool is_tag(std::size_t at) const {
    return at + 1 < source_.size() && (source_[at + 1] == '{' || source_[at + 1] == '%' || source_[at + 1] == '#');
  }

  void add(Kind kind, std::string text, std::size_t offset) { tokens_.push_back({kind, std::move(text), offset}); }

  void add_data(std::size_t begin, std::size_t end) {
    if (begin < end) add(Kind::kData, std::string(source_.substr(begin, end - begin)), begin);
  }

  void skip_space() {
    while (at_ < source_.size() && is_ascii_space(source_[at_])) ++at_;
  }

  /// Takes the end of a tag, `close` with a sign before it, if it is here.
  bool take_end(std::string_view close) {
    const std::string_view rest = source_.substr(at_);
    const bool has_sign = rest.starts_with('-') || (rest.starts_with('+') && close != "}}");
    if (!rest.substr(has_sign ? 1 : 0).starts_with(close)) return false;
    at_ += close.size() + (has_sign ? 1 : 0);
    if (rest.starts_with('-')) skip_space();
    return true;
  }

  void comment(std::size_t open) {
    const std::size_t end = source_.find("#}", at_);
    if (end == std::string_view::npos)
      fail_at(source_, open, "the comment that begins here is never closed ('#}' is missing)");
    const bool trims = end > at_ && source_[end - 1] == '-';
    at_ = end + 2;
    if (trims) skip_space();
  }

  /// After `{%`: a raw block as a whole; false if it is another tag.
  bool raw(std::size_t open) {
    const std::size_t before = at_;
    if (!take_word("raw") || !take_end("%}")) {
      at_ = before;
      return false;
    }
    const std::size_t begin = at_;
    for (std::size_t tag = source_.find("{%", at_); tag != std::string_view::npos; tag = source_.find("{%", tag + 2)) {
      at_ = tag + 2;
      const bool trims = at_ < source_.size() && source_[at_] == '-';
      if (trims || (at_ < source_.size() && source_[at_] == '+')) ++at_;
      if (!take_word("endraw") || !take_end("%}")) continue;
      std::size_t end = tag;
      while (trims && end > begin && is_ascii_space(source_[end - 1])) --end;
      add_data(begin, end);
      return true;
    }
    fail_at(source_, open, "the raw block that begins here is never closed ('{% endraw %}' is missing)");
  }

  bool take_word(std::string_view word) {
    skip_space();
    if (!source_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    skip_space();
    return true;
  }

  void tag(std::size_t open, Kind begin, Kind end, std::string_view close) {
    add(begin, std::string(source_.substr(open, 2)), open);
    brackets_.clear();
    while (true) {
      skip_space();
      if (at_ >= source_.size())
        fail_at(
            source_, open,
            fmt::format("the '{}' that begins here is never closed ('{}' is missing)", source_.substr(open, 2), close));
      const std::size_t before = at_;
      if (brackets_.empty() && take_end(close)) {
        add(end, std::string(close), before);
        return;
      }
      token();
    }
  }

  void token() {
    const char c = source_[at_];
    if (begins_name(c)) {
      const std::size_t begin = at_;
      while (at_ < source_.size() && continues_name(source_[at_])) ++at_;
      add(Kind::kName, std::string(source_.substr(begin, at_ - begin)), begin);
    } else if (is_digit(c)) {
      number();
    } else if (c == '\'' || c == '"') {
      string(c);
    } else {
      operator_token();
    }
  }

  /// Digits with single underscores between them.
  std::size_t digits_end(std::size_t at) const {
    while (at < source_.size() &&
           (is_digit(source_[at]) || (source_[at] == '_' && at + 1 < source_.size() && is_digit(source_[at + 1]))))
      ++at;
    return at;
  }

  void number() {
    const std::size_t begin = at_;
    const std::string_view rest = source_.substr(begin);
    if (rest.size() > 2 && rest[0] == '0' && std::string_view("xXoObB").find(rest[1]) != std::string_view::npos) {
      at_ += 2;
      while (at_ < source_.size() &&
             (std::isxdigit(static_cast<unsigned char>(source_[at_])) != 0 || source_[at_] == '_'))
        ++at_;
      add(Kind::kInteger, std::string(source_.substr(begin, at_ - begin)), begin);
      return;
    }
    at_ = digits_end(begin);
    if (rest[0] == '0' && rest.substr(0, at_ - begin).find_first_not_of("0_") != std::string_view::npos &&
        source_.substr(at_, 1) != ".")
      fail_at(source_, begin, "an integer does not begin with 0");
    bool is_float = false;
    const bool is_element = !tokens_.empty() && tokens_.back().kind == Kind::kOperator && tokens_.back().text == ".";
    if (!is_element && at_ + 1 < source_.size() && source_[at_] == '.' && is_digit(source_[at_ + 1])) {
      at_ = digits_end(at_ + 1);
      is_float = true;
    }
    if (!is_element && at_ < source_.size() && (source_[at_] == 'e' || source_[at_] == 'E')) {
      std::size_t exponent = at_ + 1;
      if (exponent < source_.size() && (source_[exponent] == '+' || source_[exponent] == '-')) ++exponent;
      if (exponent < source_.size() && is_digit(source_[exponent])) {
        at_ = digits_end(exponent);
        is_float = true;
      }
    }
    add(is_float ? Kind::kFloat : Kind::kInteger, std::string(source_.substr(begin, at_ - begin)), begin);
  }

  void string(char quote) {
    const std::size_t begin = at_++;
    while (at_ < source_.size() && source_[at_] != quote) at_ += source_[at_] == '\\' ? 2 : 1;
    if (at_ >= source_.size())
      fail_at(source_, begin, fmt::format("the text that begins here is never closed ({} is missing)", quote));
    try {
      add(Kind::kString, StringReader(source_.substr(begin + 1, at_ - begin - 1)).read(), begin);
    } catch (const Error& error) {
      fail_at(source_, begin, error.what());
    }
    ++at_;
  }

  void operator_token() {
    constexpr std::array<std::string_view, 6> kTwo = {"//", "**", "==", "!=", ">=", "<="};
    const std::string_view rest = source_.substr(at_);
    const auto two = std::find_if(kTwo.begin(), kTwo.end(), [&](std::string_view op) { return rest.starts_with(op); });
    const std::size_t length = two != kTwo.end() ? 2 : 1;
    const char c = rest[0];
    if (length == 1 && std::string_view("+-/*%~[](){}><=.:|,;").find(c) == std::string_view::npos) {
      fail_at(source_, at_, fmt::format("unexpected character '{}'", characters(rest.substr(0, 4)).front()));
    }
    if (c == '(' || c == '[' || c == '{') brackets_ += c == '(' ? ')' : (c == '[' ? ']' : '}');
    if (c == ')' || c == ']' || c == '}') {
      if (brackets_.empty()) fail_at(source_, at_, fmt::format("unexpected '{}'", c));
      if (brackets_.back() != c)
        fail_at(source_, at_, fmt::format("unexpected '{}', expected '{}'", c, brackets_.back()));
      brackets_.pop_back();
    }
    add(Kind::kOperator, std::string(rest.substr(0, length)), at_);
    at_ += length;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::string brackets_;  ///< those that must close, innermost last
  std::vector<Token> tokens_;
};

}  // namespace

TextPlace place_in_text(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t end_of_line = before.rfind('\n');
  const std::string_view line = end_of_line == std::string_view::npos ? before : before.substr(end_of_line + 1);
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(count_characters(line)) + 1};
}

void fail_at(std::string_view source, std::size_t offset, const std::string& message, const std::string& hint) {
  const TextPlace place = place_in_text(source, offset);
  throw TemplateError(message, place.line, place.column, hint);
}

std::string normalized_source(std::string_view text) {
  std::string source;
  source.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      source += text[i];
    } else {
      source += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    }
  }
  if (source.ends_with('\n')) source.pop_back();
  return source;
}

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace boa::templates
