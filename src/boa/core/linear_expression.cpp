#include "boa/core/linear_expression.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::core {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
/// What may follow a name or a number directly.
constexpr std::string_view kEndsToken = " \t\r\n+-*<>=()/";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One side of a relation as it is summed up.
struct Sum {
  std::vector<std::pair<std::string, double>> coefficients;
  double constant = 0;
};

/// A factor of a term: a number, or a name.
struct Factor {
  double number = 1;
  std::string name;  ///< empty for a number
};

class RelationParser {
 public:
  RelationParser(std::string_view text, std::span<const std::string> names) : text_(text), names_(names) {}

  LinearRelation parse() {
    const Sum left = sum();
    LinearRelation relation;
    relation.op = comparison();
    const Sum right = sum();
    if (!at_end())
      fail(text_[pos_] == '<' || text_[pos_] == '>' || text_[pos_] == '=' ? "a second comparison" : rest());
    relation.bound = right.constant - left.constant;
    add(relation, left, 1);
    add(relation, right, -1);
    finish(relation);
    return relation;
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
    throw UserInputError(
        fmt::format("'{}' is not understood: {} at column {}", text_, what, pos_ + 1),
        hint.empty() ? "A constraint is a linear relation such as 'x1 + 2*x2 <= 3' or 'x1 <= x2'." : hint);
  }

  std::string rest() const { return fmt::format("'{}'", util::abbreviate(text_.substr(pos_), 40)); }

  void skip_blanks() { pos_ = std::min(text_.find_first_not_of(kBlanks, pos_), text_.size()); }
  bool at_end() {
    skip_blanks();
    return pos_ == text_.size();
  }
  bool accept(char c) {
    if (at_end() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }
  bool ends_token(std::size_t at) const {
    return at >= text_.size() || kEndsToken.find(text_[at]) != std::string_view::npos;
  }

  LinearRelation::Op comparison() {
    if (at_end()) fail("nothing where a comparison (<=, >=) should stand");
    const std::string_view here = text_.substr(pos_);
    if (here.starts_with("=<") || here.starts_with("=>")) {
      fail(fmt::format("'{}'", here.substr(0, 2)), fmt::format("Write it as '{}='.", here[1]));
    }
    const std::pair<std::string_view, LinearRelation::Op> known[] = {{"<=", LinearRelation::Op::kLessEqual},
                                                                     {">=", LinearRelation::Op::kGreaterEqual},
                                                                     {"==", LinearRelation::Op::kEqual},
                                                                     {"<", LinearRelation::Op::kLessEqual},
                                                                     {">", LinearRelation::Op::kGreaterEqual}};
    for (const auto& [symbol, op] : known) {
      if (!here.starts_with(symbol)) continue;
      pos_ += symbol.size();
      return op;
    }
    fail(rest() + " where a comparison (<=, >=) should stand");
  }

  Sum sum() {
    Sum result;
    bool first = true;
    while (!at_end() && std::string_view("<>=").find(text_[pos_]) == std::string_view::npos) {
      double sign = 1;
      bool has_sign = false;
      while (!at_end() && (text_[pos_] == '+' || text_[pos_] == '-') && !starts_token()) {
        if (text_[pos_] == '-') sign = -sign;
        ++pos_;
        has_sign = true;
      }
      if (!first && !has_sign) fail(rest() + " where '+', '-' or a comparison should stand");
      term(sign, result);
      first = false;
    }
    if (first) fail("nothing where a sum of terms should stand");
    return result;
  }

  void term(double sign, Sum& result) {
    double coefficient = sign;
    std::string name;
    do {
      Factor part = factor();
      if (!part.name.empty() && !name.empty()) {
        fail(fmt::format("a product of '{}' and '{}'", name, part.name),
             "Constraints are linear: no products of names.");
      }
      coefficient *= part.number;
      if (!part.name.empty()) name = std::move(part.name);
    } while (accept('*'));
    if (name.empty()) {
      result.constant += coefficient;
    } else {
      result.coefficients.emplace_back(std::move(name), coefficient);
    }
  }

  /// Whether a name or a number begins here (a name may begin with a sign).
  bool starts_token() const { return name_length() > 0 || number_here().has_value(); }

  /// Length of the longest name that stands here as a whole token, or 0.
  std::size_t name_length() const {
    std::size_t longest = 0;
    for (const std::string& name : names_) {
      if (name.size() > longest && text_.substr(pos_).starts_with(name) && ends_token(pos_ + name.size())) {
        longest = name.size();
      }
    }
    return longest;
  }

  /// Value and length of an unsigned number that stands here as a whole token.
  std::optional<std::pair<double, std::size_t>> number_here() const {
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
    return std::pair{std::strtod(plain.c_str(), nullptr), end - pos_};
  }

  Factor factor() {
    if (at_end()) fail("nothing where a name or a number should stand");
    const std::size_t name = name_length();
    const auto number = number_here();
    if (number && number->second >= name) {
      pos_ += number->second;
      return {number->first, ""};
    }
    if (name > 0) {
      pos_ += name;
      return {1, std::string(text_.substr(pos_ - name, name))};
    }
    // The sign of a second factor, as in x*-2.
    if (text_[pos_] == '-' || text_[pos_] == '+') {
      const double sign = text_[pos_] == '-' ? -1 : 1;
      ++pos_;
      Factor inner = factor();
      inner.number *= sign;
      return inner;
    }
    unknown_token();
  }

  [[noreturn]] void unknown_token() const {
    if (text_[pos_] == '(' || text_[pos_] == ')') fail("a parenthesis", "Write the sum out, without parentheses.");
    std::size_t end = pos_;
    while (end < text_.size() && std::string_view(" \t\r\n*<>=()").find(text_[end]) == std::string_view::npos) ++end;
    const std::string_view token = text_.substr(pos_, std::max<std::size_t>(end - pos_, 1));
    const std::string nearest = util::nearest_name(token, names_);
    fail(fmt::format("unknown name '{}'{}", util::abbreviate(token, 60),
                     nearest.empty() ? "" : fmt::format(" (did you mean '{}'?)", nearest)),
         fmt::format("Known names: {}", util::abbreviate(util::join(names_, ", "), 400)));
  }

  static void add(LinearRelation& relation, const Sum& side, double sign) {
    for (const auto& [name, coefficient] : side.coefficients) {
      const auto it = std::find_if(relation.coefficients.begin(), relation.coefficients.end(),
                                   [&, &wanted = name](const auto& entry) { return entry.first == wanted; });
      if (it == relation.coefficients.end()) {
        relation.coefficients.emplace_back(name, sign * coefficient);
        continue;
      }
      it->second += sign * coefficient;
      if (std::find(relation.repeated.begin(), relation.repeated.end(), name) == relation.repeated.end()) {
        relation.repeated.push_back(name);
      }
    }
  }

  void finish(LinearRelation& relation) const {
    if (relation.coefficients.empty()) {
      throw UserInputError(fmt::format("'{}' names nothing that could be constrained", text_),
                           fmt::format("Known names: {}", util::abbreviate(util::join(names_, ", "), 400)));
    }
    std::erase_if(relation.coefficients, [](const auto& entry) { return entry.second == 0; });
    if (relation.coefficients.empty()) {
      throw UserInputError(fmt::format("in '{}' every name has the coefficient 0 or cancels out", text_));
    }
    const bool finite =
        std::isfinite(relation.bound) && std::all_of(relation.coefficients.begin(), relation.coefficients.end(),
                                                     [](const auto& entry) { return std::isfinite(entry.second); });
    if (!finite) throw UserInputError(fmt::format("the numbers in '{}' are too large", text_));
  }

  std::string_view text_;
  std::span<const std::string> names_;
  std::size_t pos_ = 0;
};

}  // namespace

LinearRelation parse_linear_relation(std::string_view text, std::span<const std::string> names) {
  return RelationParser(text, names).parse();
}

}  // namespace boa::core
