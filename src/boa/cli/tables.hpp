#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace boa::cli {

/// Rows of cells under a header, columns aligned: those whose cells are all numbers to the right, others to the left.
/// Cells longer than `max_cell` columns are abbreviated.
std::string format_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                         std::size_t max_cell = 28);

/// Six significant digits: what a table has room for.
std::string short_number(double value);

}  // namespace boa::cli
