#include "boa/cli/terminal.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace boa::cli {

namespace {

bool environment_has(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

Terminal::Traits traits_of_standard_error() {
  const char* kind = std::getenv("TERM");
  const bool dumb = kind == nullptr || std::string_view(kind) == "dumb";
  const bool interactive = ::isatty(STDERR_FILENO) == 1 && !dumb;
  return {interactive, interactive && !environment_has("NO_COLOR")};
}

bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

Terminal::Terminal() : Terminal(STDERR_FILENO, traits_of_standard_error()) {}
Terminal::Terminal(int descriptor, Traits traits) : descriptor_(descriptor), traits_(traits) {}
Terminal::~Terminal() { clear_status(); }

std::size_t Terminal::width() const {
  winsize size{};
  if (::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return std::max<std::size_t>(size.ws_col, 20);
  return 80;
}

void Terminal::line(std::string_view text) {
  const std::lock_guard lock(mutex_);
  std::string out = status_.empty() ? "" : "\r\033[K";
  out += text;
  out += '\n';
  write(out + status_);
}

void Terminal::status(std::string_view text) {
  if (!traits_.interactive) return;
  const std::lock_guard lock(mutex_);
  // The last column stays free: writing into it makes some terminals wrap.
  status_ = cut_to_width(text, width() - 1);
  write("\r\033[K" + status_);
}

void Terminal::clear_status() {
  const std::lock_guard lock(mutex_);
  if (status_.empty()) return;
  status_.clear();
  write("\r\033[K");
}

void Terminal::write(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(descriptor_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // nobody reads any more: a run does not end for that
    done += static_cast<std::size_t>(n);
  }
}

std::string painted(std::string_view text, Color paint, bool color) {
  if (!color) return std::string(text);
  int code = 0;
  switch (paint) {
    case Color::kRed:
      code = 31;
      break;
    case Color::kGreen:
      code = 32;
      break;
    case Color::kYellow:
      code = 33;
      break;
    case Color::kBold:
      code = 1;
      break;
    case Color::kDim:
      code = 2;
      break;
  }
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_code_point));
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_code_point(text[i])) continue;
    if (columns == width) return std::string(text.substr(0, i));
    ++columns;
  }
  return std::string(text);
}

}  // namespace boa::cli
