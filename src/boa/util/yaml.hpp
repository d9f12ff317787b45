#pragma once

#include <string>
#include <string_view>

#include "boa/util/node.hpp"

namespace boa::util {

/// Reads one YAML 1.2 document with the scalar types that BOA's reader (ruamel.yaml, safe) gives: `yes`, `no`, `on`,
/// `off` are text; `1e-3`, `.5`, `5.`, `1_000`, `0x1F`, `0o10` are numbers, `010` is 10; `~`, `null` and nothing are
/// null;
/// `.nan`, `.inf` are floats, `NaN` and `NA` text; what is quoted is text; a date stays text (Node::is_unquoted_date).
///
/// Keeps the order of keys and the positions of keys and values. Aliases are copies; `<<` merges mappings, with the
/// merged keys first. An empty text is null.
///
/// ConfigError with `file` (a name for messages), line and column for: malformed text, invalid UTF-8, control
/// characters, duplicate keys, keys that are no scalars, unknown tags, more than one document, nesting deeper than
/// 500, more than 64 MB, and aliases that would grow the document beyond bounds.
Node parse_yaml(std::string_view text, const std::string& file = {});

/// The value of a plain (unquoted) YAML scalar.
Node yaml_scalar(std::string_view text);

}  // namespace boa::util
