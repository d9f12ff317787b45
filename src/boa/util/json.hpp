#pragma once

#include <string>
#include <string_view>

#include "boa/util/node.hpp"

namespace boa::util {

/// Reads JSON, with what Python writes beyond the standard: NaN, Infinity, -Infinity. Keeps the order of keys and the
/// position of every value. Duplicate keys, text after the value, invalid UTF-8 and nesting deeper than 1,000 are
/// errors: ConfigError with `file` (a name for messages), line and column.
Node parse_json(std::string_view text, const std::string& file = {});

/// Writes JSON as Python's json.dumps does: floats by repr, NaN and Infinity by name, non-ASCII text as it is.
/// `indent` < 0: one line with ", " and ": "; else one item a line. Order of keys as in the node.
std::string write_json(const Node& node, int indent = -1);

}  // namespace boa::util
