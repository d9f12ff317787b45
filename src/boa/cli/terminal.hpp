#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace boa::cli {

/// Standard error as a person sees it: lines, and below them (in a terminal only) one status line that is redrawn in
/// place. Thread-safe.
class Terminal {
 public:
  struct Traits {
    bool interactive = false;  ///< a status line can be redrawn
    bool color = false;
  };

  /// Standard error, as the environment says: no colour with NO_COLOR, nothing redrawn where it is not a terminal.
  Terminal();
  /// Writes to another file descriptor; for tests.
  Terminal(int descriptor, Traits traits);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  const Traits& traits() const { return traits_; }
  /// Columns, at least 20; 80 where it is not known.
  std::size_t width() const;

  /// Writes a line (or several) above the status line.
  void line(std::string_view text);
  /// Replaces the status line, cut to the width; nothing where it cannot be redrawn.
  void status(std::string_view text);
  void clear_status();

 private:
  void write(const std::string& text);

  int descriptor_;
  Traits traits_;
  std::mutex mutex_;
  std::string status_;
};

enum class Color { kRed, kGreen, kYellow, kBold, kDim };
/// The text with escape sequences around it, or as it is where `color` is false.
std::string painted(std::string_view text, Color paint, bool color);

/// The first `width` columns of UTF-8 text; one column a code point.
std::string cut_to_width(std::string_view text, std::size_t width);
/// Number of code points.
std::size_t display_width(std::string_view text);

}  // namespace boa::cli
