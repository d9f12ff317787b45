#include "boa/cli/tables.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "boa/cli/terminal.hpp"
#include "boa/util/number_text.hpp"

namespace boa::cli {

namespace {

bool looks_like_number(const std::string& cell) {
  if (cell.empty() || cell == "-" || cell == "NA") return true;
  char* end = nullptr;
  util::strtod_c(cell.c_str(), &end);
  return end != nullptr && *end == '\0';
}

std::string fitted(const std::string& cell, std::size_t max_cell) {
  std::string flat = cell;
  std::replace_if(flat.begin(), flat.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  if (display_width(flat) <= max_cell) return flat;
  return cut_to_width(flat, max_cell - 3) + "...";
}

std::string padded(const std::string& cell, std::size_t width, bool right) {
  const std::string blanks(width - std::min(width, display_width(cell)), ' ');
  return right ? blanks + cell : cell + blanks;
}

}  // namespace

std::string format_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                         std::size_t max_cell) {
  std::vector<std::size_t> widths;
  std::vector<bool> right(header.size(), true);
  for (const std::string& name : header) widths.push_back(display_width(fitted(name, max_cell)));
  for (const auto& row : rows) {
    for (std::size_t k = 0; k < header.size(); ++k) {
      widths[k] = std::max(widths[k], display_width(fitted(row[k], max_cell)));
      if (!looks_like_number(row[k])) right[k] = false;
    }
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t k = 0; k < header.size(); ++k) {
      line += (k == 0 ? "" : "  ") + padded(fitted(row[k], max_cell), widths[k], right[k]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add(header);
  for (const auto& row : rows) add(row);
  return text;
}

std::string short_number(double value) { return fmt::format("{:.6g}", value); }

}  // namespace boa::cli
