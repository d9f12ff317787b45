#pragma once

#include <string>

#include "boa/util/node.hpp"

namespace boa::util {

/// YAML that parse_yaml reads back as the same value: mappings in block style, lists of plain scalars that fit a line
/// in flow style, texts without quotes where they need none.
std::string write_yaml(const Node& node);

}  // namespace boa::util
