#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace boa::util {

/// One record of a table: its fields, without quotes, and the line on which it begins, counted from 1.
struct CsvRow {
  std::vector<std::string> fields;
  int line = 0;
};

/// Reads comma separated text (RFC 4180): quoted fields may hold commas, line ends and doubled quotes; lines end in \n,
/// \r\n or \r; a byte order mark and empty lines are skipped. Never fails: a quote that is not closed ends with the
/// text.
std::vector<CsvRow> parse_csv(std::string_view text);

/// The field as a table holds it: in quotes where it has a comma, a quote or a line end (Python's csv.QUOTE_MINIMAL).
std::string quote_csv(std::string_view field);

}  // namespace boa::util
