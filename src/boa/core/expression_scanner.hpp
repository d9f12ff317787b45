#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace boa::core {

enum class Comparison { kLessEqual, kGreaterEqual, kEqual };

/// Reads the tokens of a constraint: numbers, names, signs, comparisons.
///
/// Names may hold any characters. They are matched first, the longest first, and only where a token can begin and end,
/// so that a parameter `e` is not found inside `1e-3`; what reads as a number stays one. Errors are UserInputError and
/// name the text, the place in it, and the nearest name.
class ExpressionScanner {
 public:
  /// `text` and `names` must outlive the scanner. `hint` says what a constraint looks like.
  ExpressionScanner(std::string_view text, std::span<const std::string> names, std::string hint);

  std::string_view text() const { return text_; }
  std::size_t position() const { return pos_; }
  /// Skips blanks; true if nothing follows.
  bool at_end();
  /// Skips blanks and reads `token` if it stands here.
  bool accept(std::string_view token);
  /// Skips blanks; does `token` stand here?
  bool stands(std::string_view token);
  /// Does a name begin here (after blanks)? It may begin with any character, a sign too.
  bool starts_name();
  /// A number or a name that stands here as a whole token; the longer of both. Nothing: neither.
  struct Operand {
    double number = 0;
    std::string name;  ///< empty for a number
  };
  std::optional<Operand> accept_operand();
  /// The word of letters and digits that stands here, if `(` follows it and no longer name stands here; else empty.
  /// Nothing is read.
  std::string function_here();
  /// <=, >=, ==, and < and > for the first two.
  Comparison comparison();

  /// "Known names: ...", for hints.
  std::string known_names() const;
  /// '...', what is left of the text, shortened.
  std::string rest() const;
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;
  /// For what stands where a name or a number should.
  [[noreturn]] void fail_unknown() const;

 private:
  bool ends_token(std::size_t at) const;
  std::size_t name_length() const;
  std::optional<std::pair<double, std::size_t>> number_here() const;

  std::string_view text_;
  std::span<const std::string> names_;
  std::string hint_;
  std::size_t pos_ = 0;
};

}  // namespace boa::core
