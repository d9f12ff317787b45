#include "boa/cli/terminal.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace boa::cli {
namespace {

/// What a terminal writes, read back through a pipe.
class PipedTerminal {
 public:
  explicit PipedTerminal(Terminal::Traits traits) {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    terminal_ = std::make_unique<Terminal>(ends_[1], traits);
  }
  ~PipedTerminal() { ::close(ends_[0]); }

  Terminal& operator*() { return *terminal_; }
  std::string output() {
    terminal_.reset();
    ::close(ends_[1]);
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(ends_[0], buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{};
  std::unique_ptr<Terminal> terminal_;
};

TEST(Terminal, WithoutATerminalNothingIsRedrawn) {
  PipedTerminal piped({false, false});
  (*piped).status("1/10");
  (*piped).line("trial 0");
  EXPECT_EQ(piped.output(), "trial 0\n");
}

TEST(Terminal, LinesScrollAboveTheStatusLine) {
  PipedTerminal piped({true, false});
  (*piped).status("1/10");
  (*piped).line("trial 0");
  EXPECT_EQ(piped.output(), "\r\033[K1/10\r\033[Ktrial 0\n1/10\r\033[K");
}

TEST(Terminal, AWidthThatIsNotKnownIsEighty) {
  PipedTerminal piped({true, false});
  EXPECT_EQ((*piped).width(), 80U);
}

TEST(Painted, WithoutColorTheTextStaysAsItIs) {
  EXPECT_EQ(painted("x", Color::kRed, false), "x");
  EXPECT_EQ(painted("x", Color::kRed, true), "\033[31mx\033[0m");
}

TEST(CutToWidth, CountsCodePointsNotBytes) {
  EXPECT_EQ(cut_to_width("Größe", 4), "Größ");
  EXPECT_EQ(cut_to_width("abc", 5), "abc");
  EXPECT_EQ(display_width("Größe"), 5U);
}

}  // namespace
}  // namespace boa::cli
