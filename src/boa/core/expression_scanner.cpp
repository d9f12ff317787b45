#include "boa/core/expression_scanner.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "boa/util/error.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
/// What may follow a name or a number directly.
constexpr std::string_view kEndsToken = " \t\r\n+-*^<>=(),/";
/// What ends a word that is no name.
constexpr std::string_view kEndsWord = " \t\r\n*^<>=(),";
constexpr std::size_t kLongestShown = 400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

ExpressionScanner::ExpressionScanner(std::string_view text, std::span<const std::string> names, std::string hint)
    : text_(text), names_(names), hint_(std::move(hint)) {}

void ExpressionScanner::fail(const std::string& what, const std::string& hint) const {
  throw UserInputError(fmt::format("'{}' is not understood: {} at column {}", text_, what, pos_ + 1),
                       hint.empty() ? hint_ : hint);
}

std::string ExpressionScanner::rest() const { return fmt::format("'{}'", util::abbreviate(text_.substr(pos_), 40)); }

bool ExpressionScanner::at_end() {
  pos_ = std::min(text_.find_first_not_of(kBlanks, pos_), text_.size());
  return pos_ == text_.size();
}

bool ExpressionScanner::stands(std::string_view token) { return !at_end() && text_.substr(pos_).starts_with(token); }

bool ExpressionScanner::accept(std::string_view token) {
  if (!stands(token)) return false;
  pos_ += token.size();
  return true;
}

bool ExpressionScanner::starts_name() { return !at_end() && name_length() > 0; }

bool ExpressionScanner::ends_token(std::size_t at) const {
  return at >= text_.size() || kEndsToken.find(text_[at]) != std::string_view::npos;
}

std::size_t ExpressionScanner::name_length() const {
  std::size_t longest = 0;
  for (const std::string& name : names_) {
    if (name.size() > longest && text_.substr(pos_).starts_with(name) && ends_token(pos_ + name.size())) {
      longest = name.size();
    }
  }
  return longest;
}

std::optional<std::pair<double, std::size_t>> ExpressionScanner::number_here() const {
  std::size_t end = pos_;
  const auto digits = [&] {
    const std::size_t begin = end;
    while (end < text_.size() && (is_digit(text_[end]) || (text_[end] == '_' && end > begin))) ++end;
    return end > begin;
  };
  bool any = digits();
  if (end < text_.size() && text_[end] == '.') {
    ++end;
    any = digits() || any;
  }
  if (!any) return std::nullopt;
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    ++end;
    if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
    if (!digits()) return std::nullopt;
  }
  if (!ends_token(end)) return std::nullopt;
  std::string plain(text_.substr(pos_, end - pos_));
  std::erase(plain, '_');
  return std::pair{util::strtod_c(plain.c_str()), end - pos_};
}

std::optional<ExpressionScanner::Operand> ExpressionScanner::accept_operand() {
  if (at_end()) fail("nothing where a name or a number should stand");
  const std::size_t name = name_length();
  const auto number = number_here();
  if (number && number->second >= name) {
    pos_ += number->second;
    return Operand{number->first, ""};
  }
  if (name == 0) return std::nullopt;
  pos_ += name;
  return Operand{0, std::string(text_.substr(pos_ - name, name))};
}

std::string ExpressionScanner::function_here() {
  if (at_end() || !is_letter(text_[pos_])) return {};
  std::size_t end = pos_;
  while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
  const std::size_t open = std::min(text_.find_first_not_of(kBlanks, end), text_.size());
  if (open == text_.size() || text_[open] != '(' || name_length() > end - pos_) return {};
  return std::string(text_.substr(pos_, end - pos_));
}

Comparison ExpressionScanner::comparison() {
  if (at_end()) fail("nothing where a comparison (<=, >=) should stand");
  const std::string_view here = text_.substr(pos_);
  if (here.starts_with("=<") || here.starts_with("=>")) {
    fail(fmt::format("'{}'", here.substr(0, 2)), fmt::format("Write it as '{}='.", here[1]));
  }
  for (const auto& [symbol, op] : {std::pair{"<=", Comparison::kLessEqual},
                                   {">=", Comparison::kGreaterEqual},
                                   {"==", Comparison::kEqual},
                                   {"<", Comparison::kLessEqual},
                                   {">", Comparison::kGreaterEqual}}) {
    if (accept(symbol)) return op;
  }
  fail(rest() + " where an operator or a comparison (<=, >=) should stand");
}

void ExpressionScanner::fail_unknown() const {
  if (kEndsToken.find(text_[pos_]) != std::string_view::npos) {
    fail(rest() + " where a name or a number should stand", known_names());
  }
  std::size_t end = pos_;
  while (end < text_.size() && kEndsWord.find(text_[end]) == std::string_view::npos) ++end;
  const std::string_view token = text_.substr(pos_, std::max<std::size_t>(end - pos_, 1));
  const std::string nearest = util::nearest_name(token, names_);
  fail(fmt::format("unknown name '{}'{}", util::abbreviate(token, 60),
                   nearest.empty() ? "" : fmt::format(" (did you mean '{}'?)", nearest)),
       known_names());
}

std::string ExpressionScanner::known_names() const {
  return fmt::format("Known names: {}", util::abbreviate(util::join(names_, ", "), kLongestShown));
}

}  // namespace boa::core
